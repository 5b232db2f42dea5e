// What the tests share: a sandbox with its control endpoint, and a directory for files.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { startSandbox } = require("../../../sandbox/peers/sandbox");

async function startWorld() {
    const sandbox = await startSandbox("--strict", "--seed", "3");
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "fcm-node-"));
    const [address, token] = sandbox.console.split("#token=");
    const control = async (where, body) => {
        const answer = await fetch(new URL(`_sandbox/${where}`, address), { method: body ? "POST" : "GET",
            headers: { "X-Sandbox-Token": token }, body: body && JSON.stringify(body) });
        return answer.json();
    };
    return { dir, control,
        config: { falcon: { base_url: sandbox.url, client_id: sandbox.client_id, client_secret: "secret:FALCON" },
            files: { read_dirs: [dir], write_dirs: [dir] } },
        secrets: { FALCON: sandbox.client_secret },
        fault: (...faults) => control("faults", { faults }),
        clear: () => fetch(new URL("_sandbox/faults", address),
            { method: "DELETE", headers: { "X-Sandbox-Token": token } }),
        cases: async () => (await control("board?limit=1")).total,
        async stop() {
            fs.rmSync(dir, { recursive: true });
            return sandbox.stop();
        } };
}

module.exports = { startWorld };
