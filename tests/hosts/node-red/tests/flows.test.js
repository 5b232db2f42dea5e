// The response flows of tests/flows as Node-RED runs them: imported, and with the end state that soarhost leaves.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { spawnSync } = require("node:child_process");
const { startSandbox } = require("../../../sandbox/peers/sandbox");
const { BUILD, TOP, startWorld } = require("../world");

const FLOWS = ["endpoint_alert", "ransomware", "credential_theft", "business_unit", "sla_risk", "insider_leak", "alert_group"];
const KINDS = ["template", "snapshot", "field", "sla", "group", "access_tag"];

const flowFile = (name) => path.join(TOP, "tests/flows", name);

let world, other;
test.before(async () => {
    world = await startWorld();
    other = await startSandbox("--strict");
    const nodes = FLOWS.flatMap((name) => JSON.parse(fs.readFileSync(path.join(__dirname, `../examples/${name}.json`), "utf8")));
    await world.deploy([world.tenant(), ...nodes.filter(({ type }) => type !== "falcon-config")]);
});
test.after(async () => {
    assert.strictEqual(await other.stop(), 0);
    assert.deepStrictEqual(await world.stop(), [0, 0]);
});

function soarhost(name) {
    const dir = path.join(world.dir, "soarhost"), config = path.join(world.dir, "soarhost.conf");
    fs.writeFileSync(config, `falcon = { base_url = "${other.url}"; client_id = "${other.client_id}"; ` +
        `client_secret = "${other.client_secret}"; };\nfiles = { read_dirs = ["${world.dir}"]; write_dirs = ["${world.dir}"]; };\n`);
    fs.mkdirSync(dir, { recursive: true });
    const done = spawnSync(path.join(BUILD, "soarhost"), ["--json", "--config", config, "--work-dir", path.join(dir, name), "run",
        flowFile(`${name}.json`), "--input", flowFile(`${name}.alert.json`)], { encoding: "utf8" });
    return [done.status, done.stdout];
}

async function control(sandbox, where) {
    const [address, token] = sandbox.console.split("#token=");
    return (await fetch(new URL(`_sandbox/${where}`, address), { headers: { "X-Sandbox-Token": token } })).json();
}

// A document without what differs from run to run: ids that were made, times, hashes of texts and sizes of archives with these.
function lasting(document) {
    const text = JSON.stringify(document, (key, value) => {
        if (key === "hash_value" || typeof value === "number" && value > 1e9)
            return 0;
        if (value && /\.zip$/.test(value.name))
            return { ...value, file_size: "", file_size_bytes: 0 };
        return Array.isArray(value) && value.every((one) => typeof one === "string") ? [...value].sort() : value;
    });
    return JSON.parse(text.replace(/(?!00000000-0000)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "(id)")
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(time)"));
}

// All that the flows left: every case with its files and history, every document of the configuration.
async function stateOf(sandbox) {
    const state = {};
    for (const status of ["new", "in_progress", "closed", "reopened"])
        for (const { id, reference_id: name } of (await control(sandbox, `board?status=${status}&limit=100`)).cases)
            state[name] = lasting(await control(sandbox, `case?id=${id}`));
    for (const kind of KINDS)
        state[kind] = (await control(sandbox, `documents?kind=${kind}&limit=100`)).documents
            .map((document) => JSON.stringify(lasting(document))).sort();
    return state;
}

test("the examples are in step with tests/flows", () => {
    const done = spawnSync(process.execPath, [path.join(__dirname, "../from_flow.js"), "--check", ...FLOWS.map((name) =>
        flowFile(`${name}.json`))], { encoding: "utf8", env: { ...process.env, NODE_PATH: process.env.NODE_PATH,
        SOARHOST_PLUGIN: path.join(BUILD, "falcon_case_management.so") } });
    assert.deepStrictEqual([done.status, done.stdout], [0, ""], done.stderr);
});

for (const name of FLOWS)
    test(`${name} leaves what it leaves under soarhost`, async () => {
        const { status, body } = await world.json("POST", `soar/${name}`, JSON.parse(fs.readFileSync(flowFile(`${name}.alert.json`), "utf8")));
        assert.strictEqual(status, 200, JSON.stringify(body));
        assert.strictEqual(body.ok, true);
        const [code, said] = soarhost(name);
        assert.strictEqual(code, 0, said);
        assert.deepStrictEqual(await stateOf(world.sandbox), await stateOf(other));
    });

test("a trigger that lacks what the flow needs is refused before anything is sent", async () => {
    const before = await control(world.sandbox, "requests?limit=1");
    const { status, body } = await world.json("POST", "soar/ransomware", { severity: "high" });
    assert.strictEqual(status, 500);
    assert.strictEqual(body.ok, false);
    assert.deepStrictEqual(await control(world.sandbox, "requests?limit=1"), before);
});

test("a flow that fails says where and whether it can be tried again", async () => {
    await world.fault("*:status=503");
    await world.deploy([{ ...world.tenant(), more: "retry = { attempts = 1; };" }, ...JSON.parse(fs.readFileSync(
        path.join(__dirname, "../examples/ransomware.json"), "utf8")).filter(({ type }) => type !== "falcon-config")]);
    const { status, body } = await world.json("POST", "soar/ransomware",
        JSON.parse(fs.readFileSync(flowFile("ransomware.alert.json"), "utf8")));
    assert.strictEqual(status, 500);
    assert.deepStrictEqual([body.falcon.status, body.falcon.retryable], ["UNAVAILABLE", true], JSON.stringify(body));
});
