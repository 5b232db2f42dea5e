// The palette in a running Node-RED, without a browser: messages go in and come out over HTTP.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { startWorld } = require("../world");

let world;
test.before(async () => { world = await startWorld(); });
test.after(async () => assert.deepStrictEqual(await world.stop(), [0, 0]));
test.afterEach(() => world.clear());

// A flow that hands what is posted to /call to the action and answers with what came out, and where.
function flow(action, inputs, changes = {}, tenantChanges = {}) {
    const answer = (id, by) => ({ id, z: "tab", type: "function", outputs: 1, wires: [["n.answer"]],
        func: `msg.payload = { by: "${by}", payload: msg.payload, falcon: msg.falcon, error: msg.error, kept: msg.kept };\nreturn msg;` });
    const status = changes.errors === "output" ? [["n.ok"], ["n.second"]] : [["n.ok"]];
    return [world.tenant(tenantChanges), { id: "tab", type: "tab", label: "Test" },
        { id: "n.in", z: "tab", type: "http in", url: "/call", method: "post", wires: [["n.action"]] },
        { id: "n.action", z: "tab", type: "falcon-action", falcon: "falcon.tenant", action, fields: inputs, result: "payload",
            outputs: status.length, wires: status, ...changes },
        { id: "n.catch", z: "tab", type: "catch", scope: ["n.action"], wires: [["n.caught"]] },
        answer("n.ok", "output"), answer("n.second", "second output"), answer("n.caught", "catch"),
        { id: "n.answer", z: "tab", type: "http response", wires: [] },
        { id: "n.status", z: "tab", type: "status", scope: ["n.action"], wires: [["n.note"]] },
        { id: "n.note", z: "tab", type: "function", wires: [[]],
            func: "flow.set('seen', (flow.get('seen') || []).concat([msg.status]));" },
        { id: "n.ask", z: "tab", type: "http in", url: "/seen", method: "get", wires: [["n.tell"]] },
        { id: "n.tell", z: "tab", type: "function", wires: [["n.answer"]], func: "msg.payload = flow.get('seen') || [];\nreturn msg;" }];
}

async function call(body = {}) {
    return (await world.json("POST", "call", body)).body;
}

// The process that the plugin runs in.
function child() {
    return fs.readFileSync(`/proc/${world.red.pid}/task/${world.red.pid}/children`, "utf8").trim().split(" ")
        .filter(Boolean).find((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("child.js"));
}

const str = (v) => ({ t: "str", v }), num = (v) => ({ t: "num", v: String(v) });

test("texts, numbers, choices, lists, messages and expressions become one input", async () => {
    await world.deploy(flow("create_case", { "/name": { t: "jsonata", v: "\"Alert on \" & payload.host" },
        "/severity": num(60), "/status": { t: "choice", v: "in_progress" }, "/tags": { t: "list", v: "a, b" },
        "/description": { t: "msg", v: "payload.text" }, "/evidence/alerts": { t: "json", v: "[\"x:ind:1:2\"]" },
        "/assigned_to_user_uuid": { t: "msg", v: "payload.nobody" } }));
    const { by, payload, falcon } = await call({ host: "FIN-WS-042", text: "from the message" });
    assert.strictEqual(by, "output");
    const [{ name, severity, status, tags, description, evidence }] = payload.resources;
    assert.deepStrictEqual({ name, severity, status, tags, description }, { name: "Alert on FIN-WS-042", severity: 60,
        status: "in_progress", tags: ["a", "b"], description: "from the message" });
    assert.strictEqual(evidence.alerts.records[0].selector.id, "x:ind:1:2");
    assert.strictEqual(falcon.status, "OK");
    assert.strictEqual(falcon.traceId, payload.meta.trace_id);
});

test("an error takes the catch path and says whether it can be retried", async () => {
    await world.deploy(flow("create_case", { "/name": str("x"), "/severity": num(600) }));
    const refused = await call();
    assert.strictEqual(refused.by, "catch");
    assert.match(refused.error.message, /severity/);
    assert.deepStrictEqual([refused.falcon.status, refused.falcon.where, refused.falcon.retryable, refused.falcon.outcome],
        ["INVALID_ARGUMENT", "/severity", false, "not_sent"]);
    await world.deploy(flow("query_slas", {}, {}, { more: "retry = { attempts = 1; };" }));
    await world.fault("query_slas:status=503");
    const down = await call();
    assert.deepStrictEqual([down.by, down.falcon.status, down.falcon.retryable], ["catch", "UNAVAILABLE", true]);
    assert.ok(down.falcon.traceId);
});

test("by choice an error leaves by a second output", async () => {
    await world.deploy(flow("create_case", { "/name": str("x"), "/severity": num(600) }, { errors: "output" }));
    const refused = await call();
    assert.deepStrictEqual([refused.by, refused.falcon.status, refused.payload.error.where],
        ["second output", "INVALID_ARGUMENT", "/severity"]);
});

test("the secret stands encrypted in Node-RED's store and nowhere else", async () => {
    await world.deploy(flow("query_slas", {}));
    await call();
    const files = fs.readdirSync(world.dir, { withFileTypes: true }).filter((entry) => entry.isFile())
        .map(({ name }) => [name, fs.readFileSync(path.join(world.dir, name), "utf8")]);
    assert.ok(files.some(([name]) => name === "flows_cred.json"));
    assert.deepStrictEqual(files.filter(([, text]) => text.includes(world.sandbox.client_secret)), []);
    const { body } = await world.json("GET", "flows");
    assert.ok(!JSON.stringify(body).includes(world.sandbox.client_secret));
});

test("the connection is tested with what stands in the dialog, or what is stored", async () => {
    await world.deploy(flow("query_slas", {}));
    const { credentials, ...fields } = world.tenant();
    const tried = async (changes, secret) => (await world.json("POST", "falcon-case-management/test",
        { ...fields, ...changes, credentials: { ...credentials, clientSecret: secret } })).body;
    const fine = await tried({}, credentials.clientSecret);
    assert.ok(fine.ok && fine.traceId, JSON.stringify(fine));
    assert.strictEqual((await tried({}, "__PWRD__")).ok, true);
    const wrong = await tried({}, "wrong");
    assert.deepStrictEqual([wrong.ok, wrong.code], [false, "UNAUTHENTICATED"]);
    assert.match((await tried({ more: "http = { proxi = 1; };" }, "__PWRD__")).message, /proxi/);
    assert.strictEqual((await tried({ baseUrl: "http://127.0.0.1:1" }, "__PWRD__")).ok, false);
});

test("the plugin's process, killed in the middle of calls, fails them and leaves Node-RED and the next call alone", async () => {
    await world.deploy(flow("create_case", { "/name": str("once"), "/severity": num(1) }));
    await call();
    await world.fault("create_case:slow_after=600000:1");
    const before = await world.cases(), pid = child(), lost = call();
    while (await world.cases() === before)
        ;
    process.kill(Number(pid), "SIGKILL");
    const { by, falcon } = await lost;
    assert.deepStrictEqual([by, falcon.status, falcon.reason, falcon.outcome, falcon.retryable],
        ["catch", "UNKNOWN", "plugin_process_died", "unknown", false]);
    assert.strictEqual((await call()).by, "output");
    assert.notStrictEqual(child(), pid);
});

test("by choice the plugin runs in Node-RED's process", async () => {
    await world.deploy(flow("create_case", { "/name": str("here"), "/severity": num(1) }, {}, { runs: "process" }));
    assert.strictEqual((await call()).payload.resources[0].name, "here");
    const children = fs.readFileSync(`/proc/${world.red.pid}/task/${world.red.pid}/children`, "utf8").trim();
    assert.strictEqual(children, "");
    assert.match(fs.readFileSync(`/proc/${world.red.pid}/maps`, "utf8"), /falcon_case_management\.so/);
});

test("a list is worked through item by item or in slices, and a call is made again until its condition holds", async () => {
    await world.deploy(flow("create_case", { "/name": { t: "jsonata", v: "\"part \" & index & \": \" & $count(item)" },
        "/severity": num(1) }, { each: "payload.list", eachBy: "2" }));
    const { payload } = await call({ list: [1, 2, 3] });
    assert.deepStrictEqual([payload.count, payload.items.map(({ resources: [{ name }] }) => name)],
        [2, ["part 0: 2", "part 1: 1"]]);
    await world.deploy(flow("get_cases", { "/ids": { t: "jsonata", v: "payload.id" } },
        { until: "payload.resources[0].severity = 2", untilEvery: "1", untilMax: "3", result: "kept" }));
    assert.strictEqual((await call({ id: payload.items[0].resources[0].id })).falcon.reason, "until");
    await world.deploy(flow("get_cases", { "/ids": { t: "jsonata", v: "payload.id" } },
        { until: "kept.resources[0].severity = 1", untilEvery: "1", untilMax: "3", result: "kept" }));
    assert.strictEqual((await call({ id: payload.items[0].resources[0].id })).kept.resources[0].name, "part 0: 2");
});

test("messages with one key make one write, and a plan is made and kept to", async () => {
    await world.deploy(flow("create_case", { "/name": str("k"), "/severity": num(1) },
        { key: { t: "jsonata", v: "payload.alert" } }));
    const before = await world.cases();
    const [one, two] = await Promise.all([call({ alert: "a-1" }), call({ alert: "a-1" })]);
    assert.strictEqual(one.payload.resources[0].id, two.payload.resources[0].id);
    assert.strictEqual(await world.cases() - before, 1);
    const inputs = { "/id": str(one.payload.resources[0].id), "/tags": { t: "msg", v: "payload.tags" } };
    await world.deploy(flow("add_case_tags", inputs, { dryRun: true }));
    const { plan } = (await call({ tags: ["x"] })).payload;
    await world.deploy(flow("add_case_tags", inputs, { plan: { t: "msg", v: "payload.plan" } }));
    assert.strictEqual((await call({ tags: ["y"], plan: plan.text })).falcon.reason, "plan_changed");
    assert.deepStrictEqual((await call({ tags: ["x"], plan: plan.text })).payload.resources[0].tags, ["x"]);
});

test("the badge shows the progress, the outcome and the error", async () => {
    const seen = async () => (await world.json("GET", "seen")).body;
    fs.writeFileSync(path.join(world.dir, "files/up.bin"), Buffer.alloc(4 << 20));
    await world.deploy(flow("create_case", { "/name": str("badge"), "/severity": num(1) }));
    const { id } = (await call()).payload.resources[0];
    const done = (await seen()).at(-1);
    assert.deepStrictEqual([done.fill, done.shape], ["green", "dot"]);
    assert.match(done.text, /^SBX-\d+, \d+ ms$/);
    await world.deploy(flow("upload_file", { "/file": str(path.join(world.dir, "files/up.bin")), "/case_id": str(id) }));
    const file = (await call()).payload.resources[0];
    await world.fault("download_existing_files:stall=600000"); // half way through
    await world.deploy(flow("download_existing_files", { "/id": str(file.id), "/save_as": str("down.bin") }));
    const before = (await seen()).length, lost = call();
    while (!(await seen()).slice(before).some(({ fill, text }) => fill === "blue" && /^\d+ %$/.test(text)))
        ;
    process.kill(Number(child()), "SIGKILL");
    await lost;
    const last = (await seen()).at(-1);
    assert.strictEqual(last.fill, "red");
    assert.match(last.text, /plugin_process_died/);
});
