// A Node-RED with this palette and a private sandbox for it.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");
const { spawn } = require("node:child_process");
const { startSandbox } = require("../../sandbox/peers/sandbox");

const TOP = path.resolve(__dirname, "../../..");
const BUILD = path.resolve(process.env.FCM_BUILD || path.join(TOP, "build/release"));

// Makes `falcon-case-management` known to Node-RED as npm would, beside the modules of build/npm.
function modulePath(dir) {
    const own = path.join(dir, "packages");
    fs.mkdirSync(own, { recursive: true });
    const link = path.join(own, "falcon-case-management");
    if (!fs.existsSync(link))
        fs.symlinkSync(path.join(TOP, "tests/hosts/node"), link);
    return [own, path.join(TOP, "build/npm/node_modules")].join(path.delimiter);
}

async function startNodeRed(dir, port) {
    const child = spawn(process.execPath, [path.join(__dirname, "run.js"), dir, "--tied", "--port", String(port)], {
        stdio: ["pipe", "pipe", "inherit"],
        env: { SOARHOST_PLUGIN: path.join(BUILD, "falcon_case_management.so"), ...process.env,
            NODE_PATH: modulePath(dir), SOAR_WORKDIR: path.join(dir, "files") } });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const lines = readline.createInterface({ input: child.stdout });
    const started = () => new Promise((resolve, reject) => {
        const take = (line) => {
            if (!line.startsWith("{\"url\":")) {
                console.error(line); // a complaint of Node-RED's
                return;
            }
            lines.off("line", take);
            resolve(JSON.parse(line));
        };
        lines.on("line", take);
        ended.then((code) => reject(new Error(`Node-RED ended with ${code}`)));
    });
    return { ...await started(), started, pid: child.pid, stop: () => (child.kill("SIGTERM"), ended) };
}

// The config node of the sandbox: what an import of a flow lacks, and the credentials.
function tenant(sandbox, dir, changes) {
    return { id: "falcon.tenant", type: "falcon-config", name: "Sandbox", cloud: "other", baseUrl: sandbox.url,
        readDirs: path.join(dir, "files"), writeDirs: path.join(dir, "files"), runs: "child", more: "", ...changes,
        credentials: { clientId: sandbox.client_id, clientSecret: sandbox.client_secret } };
}

async function startWorld({ port = 0, sandboxOptions = ["--strict"] } = {}) {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "fcm-node-red-"));
    fs.mkdirSync(path.join(dir, "files"));
    const sandbox = await startSandbox(...sandboxOptions);
    const red = await startNodeRed(dir, port);
    const [address, token] = sandbox.console.split("#token=");
    const at = (where) => new URL(where, red.url);
    const json = async (method, where, body, headers = {}) => {
        const answer = await fetch(at(where), { method, body: body && JSON.stringify(body),
            headers: { "Content-Type": "application/json", ...headers } });
        return { status: answer.status, body: await answer.json().catch(() => null) };
    };
    const control = async (where, body) => (await fetch(new URL(`_sandbox/${where}`, address), {
        method: body ? "POST" : "GET", body: body && JSON.stringify(body), headers: { "X-Sandbox-Token": token } })).json();
    return { dir, sandbox, red, json, control,
        tenant: (changes) => tenant(sandbox, dir, changes),
        // Deploys these nodes in place of all others.
        async deploy(nodes) {
            const started = red.started();
            const answer = await json("POST", "flows", nodes, { "Node-RED-Deployment-Type": "full" });
            if (answer.status >= 300)
                throw new Error(`not deployed: ${answer.status} ${JSON.stringify(answer.body)}`);
            await started;
        },
        fault: (...faults) => control("faults", { faults }),
        clear: () => fetch(new URL("_sandbox/faults", address),
            { method: "DELETE", headers: { "X-Sandbox-Token": token } }),
        cases: async () => (await control("board?limit=1")).total,
        async stop() {
            const codes = [await red.stop(), await sandbox.stop()];
            fs.rmSync(dir, { recursive: true });
            return codes;
        } };
}

module.exports = { BUILD, TOP, startWorld };
