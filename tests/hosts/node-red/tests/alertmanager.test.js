// The real prometheus-alertmanager fires, its webhook reaches Node-RED, and a rule picks the flow.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { spawn } = require("node:child_process");
const { setTimeout: pause } = require("node:timers/promises");
const { startWorld } = require("../world");

const example = (name) => JSON.parse(fs.readFileSync(path.join(__dirname, `../examples/${name}.json`), "utf8"))
    .filter(({ type }) => type !== "falcon-config");

let world, manager, address;

// The address stands in its log.
async function startAlertmanager(url) {
    const config = path.join(world.dir, "alertmanager.yml");
    fs.writeFileSync(config, `route: { receiver: soar, group_by: [alertname, user], group_wait: 500ms, group_interval: 500ms, repeat_interval: 1s }
receivers: [ { name: soar, webhook_configs: [ { url: "${url}", send_resolved: true } ] } ]\n`);
    manager = spawn("prometheus-alertmanager", [`--config.file=${config}`, "--cluster.listen-address=", `--storage.path=${world.dir}/alerts`,
        "--web.listen-address=127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
    const log = readline.createInterface({ input: manager.stderr });
    address = await new Promise((resolve, reject) => {
        log.on("line", (line) => {
            const found = /address=(127\.0\.0\.1:[1-9]\d*)/.exec(line);
            if (found)
                resolve(`http://${found[1]}`);
        });
        manager.once("exit", (code) => reject(new Error(`Alertmanager ended with ${code}`)));
    });
}

test.before(async () => {
    world = await startWorld();
    await world.deploy([world.tenant(), ...["alertmanager", "alert_group", "sla_risk"].flatMap(example)]);
    await startAlertmanager(new URL("alertmanager", world.red.url));
});
test.after(async () => {
    manager?.removeAllListeners("exit");
    const ended = manager && new Promise((resolve) => manager.once("exit", resolve));
    manager?.kill("SIGTERM");
    await ended;
    assert.deepStrictEqual(await world.stop(), [0, 0]);
});

async function fire(alertname, user, count, { resolved = false, severity = "critical" } = {}) {
    const at = (minutes) => new Date(Date.now() + minutes * 60000).toISOString();
    const alerts = Array.from({ length: count }, (_, i) => ({ startsAt: at(-1), endsAt: at(resolved ? -0.5 : 10),
        labels: { alertname, user, severity, instance: `host-${i}`, composite_id: `${user}:${i}` },
        annotations: { summary: `${alertname} of ${user}` } }));
    const answer = await fetch(`${address}/api/v2/alerts`, { method: "POST", body: JSON.stringify(alerts),
        headers: { "Content-Type": "application/json" } });
    assert.strictEqual(answer.status, 200);
}

async function notifications() {
    const text = await (await fetch(`${address}/metrics`)).text();
    return Number(/^alertmanager_notifications_total\{integration="webhook"\} (\d+)/m.exec(text)[1]);
}

async function until(condition, what) {
    for (const end = Date.now() + 60000; !await condition(); await pause(50))
        if (Date.now() > end)
            throw new Error(`in vain waited for ${what}`);
}

const cases = async (filter) => (await world.control(`board?limit=200&filter=${encodeURIComponent(filter)}`)).cases;
const named = (name) => cases(`name:*'*${name}*'`);

test("a storm of 300 alerts of one group makes one case, which repeated and resolved notifications find", async () => {
    await fire("Storm", "jdoe", 300);
    await until(async () => (await named("Storm")).length > 0, "the case");
    const before = await notifications();
    await until(async () => await notifications() >= before + 2, "repeated notifications");
    await fire("Storm", "jdoe", 300, { resolved: true });
    await until(async () => (await named("Storm")).some(({ tags }) => tags.includes("resolved")), "the end of the group");
    const [one, ...others] = await named("Storm");
    assert.deepStrictEqual(others, []);
    assert.ok(!one.tags.includes("firing"));
    const { case: whole } = await world.control(`case?id=${one.id}`);
    const { length } = whole.evidence.alerts.records;
    assert.ok(length >= 1 && length <= 100, `${length} alerts`);
});

test("each group has a case of its own", async () => {
    await fire("Login", "ada", 2, { severity: "warning" });
    await fire("Login", "leo", 2, { severity: "warning" });
    await until(async () => (await named("Login")).length >= 2, "two cases");
    assert.strictEqual((await named("Login")).length, 2);
});

test("a rule picks another flow, which runs once while the alert fires", async () => {
    await fire("FalconSlaAboutToBreak", "soc", 1);
    const closed = () => cases("tags:'sla-risk'+status:'closed'");
    await until(async () => (await closed()).length > 0, "a case that the flow has closed");
    const before = await notifications();
    await until(async () => await notifications() >= before + 2, "repeated notifications");
    await fire("Marker", "soc", 1);
    await until(async () => (await named("Marker")).length > 0, "a case after those");
    assert.deepStrictEqual((await closed()).map(({ name }) => name), ["FalconSlaAboutToBreak of soc"]);
});

test("alerts that fit no rule, and what is no notification, make nothing", async () => {
    const before = await world.cases();
    const { status, body } = await world.json("POST", "alertmanager", { groupKey: "k", status: "firing", alerts: [], groupLabels: {},
        commonLabels: { severity: "info" }, commonAnnotations: {} });
    assert.deepStrictEqual([status, body], [200, { ok: true, flow: null }]);
    assert.strictEqual((await world.json("POST", "alertmanager", { no: "group" })).status, 200);
    assert.strictEqual(await world.cases(), before);
});

test("a notification whose flow failed is answered so that Alertmanager sends it again", async () => {
    await world.fault("create_case:status=400:1");
    const { status } = await world.json("POST", "alertmanager", { groupKey: "fails", status: "firing", alerts: [], groupLabels: {},
        commonLabels: { alertname: "Fails", severity: "critical" }, commonAnnotations: {} });
    assert.strictEqual(status, 500);
});
