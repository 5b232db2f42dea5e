// The page while a response flow runs: the board moves, the log fills, and no secret is in any of it.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { after, before, test } = require("node:test");
const { TOP, launch, newCase, open, run, screenshot, signIn, startSandbox, visit } = require("./browser.js");

const BUILD = path.resolve(process.env.FCM_BUILD || "build/release");
const TEMPLATE = "00000000-0000-4000-8000-000000000070";
let browser;

before(async () => { browser = await launch(); });
after(() => browser.close());

// A sandbox of the test's own, and its page.
async function world(t, ...options) {
    const sandbox = await startSandbox(...options);
    t.after(() => sandbox.stop());
    const page = await open(browser, sandbox.console);
    t.after(() => page.context().close());
    await page.waitForSelector("#main[data-shown=board]");
    return { sandbox, page, call: await signIn(sandbox) };
}

const column = (page, status) => page.locator(`.column[data-status=${status}]`);

test("the case of the demo's flow moves across the board while the flow runs", async (t) => {
    const { sandbox, page } = await world(t, "--strict", "--rtr-delay", "700");
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "console-flow-"));
    t.after(() => fs.rmSync(dir, { recursive: true }));
    fs.writeFileSync(path.join(dir, "falcon.conf"), `falcon = { base_url = "${sandbox.url}"; client_id = "${sandbox.client_id}";
        client_secret = "${sandbox.client_secret}"; };
        files = { read_dirs = [ "${dir}" ]; write_dirs = [ "${dir}" ]; };`);
    await page.evaluate(() => {
        window.seen = [];
        new MutationObserver(() => {
            for (const card of document.querySelectorAll("a.card")) {
                const at = card.closest(".column").dataset.status;
                if (window.seen.at(-1) !== at) {
                    window.seen.push(at);
                }
            }
        }).observe(document.querySelector(".board"), { childList: true, subtree: true });
    });
    const flow = await run(path.join(BUILD, "soarhost"), ["--config", path.join(dir, "falcon.conf"), "run",
        path.join(TOP, "tests/flows/endpoint_alert.json"), "--input", path.join(TOP, "tests/flows/endpoint_alert.alert.json"),
        "--work-dir", dir]);
    assert.strictEqual(flow.code, 0, flow.out + flow.err);
    await column(page, "closed").locator("a.card").waitFor();
    assert.deepStrictEqual(await page.evaluate(() => window.seen), ["new", "in_progress", "closed"]);
    assert.strictEqual(await column(page, "closed").locator(".count").textContent(), "1");
    await screenshot(page, "board-after-the-flow");

    await column(page, "closed").locator("a.card").click();
    await page.waitForSelector("#main[data-shown=case]");
    for (const text of ["Files (2)", "Evidence (3)", "update case fields", "svch0st.exe", "achieved"]) {
        assert.ok((await page.locator("#view").textContent()).includes(text), `the case shows ${text}`);
    }
    await screenshot(page, "case-after-the-flow");
    assert.deepStrictEqual(page.problems, []);
});

test("a request stands in the log as it comes, and shows its bodies when it is opened", async (t) => {
    const { page, call } = await world(t);
    await visit(page, "#/requests");
    const doc = await newCase(call, { name: "Logged" });
    const rows = page.locator(".log > li > button");
    await rows.first().filter({ hasText: "PUT" }).waitFor();
    assert.match(await rows.first().textContent(), /PUT\/cases\/entities\/cases\/v2201/);
    const refused = await call("PATCH", "/cases/entities/cases/v2", { id: doc.id, expected_version: 9, fields: { status: "closed" } });
    await rows.first().filter({ hasText: "409" }).waitFor();
    assert.ok((await rows.first().textContent()).includes(refused.meta.trace_id));
    await rows.first().click();
    await page.waitForSelector(".log .bodies");
    const [request, response] = await page.locator(".log .bodies pre").allTextContents();
    assert.deepStrictEqual(JSON.parse(request), { id: doc.id, expected_version: 9, fields: { status: "closed" } });
    assert.strictEqual(JSON.parse(response).errors[0].message, "Version conflict");
    assert.strictEqual(await rows.first().getAttribute("aria-expanded"), "true");
    await rows.first().click();
    assert.strictEqual(await page.locator(".log .bodies").count(), 0);
    assert.deepStrictEqual(page.problems, []);
});

test("the log can be held, and shows only what is asked for", async (t) => {
    const { page, call } = await world(t);
    await visit(page, "#/requests");
    const rows = page.locator(".log > li:visible");
    await rows.nth(0).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await newCase(call, { name: "Unseen" });
    await call("GET", "/casemgmt/queries/slas/v1");
    assert.strictEqual(await rows.count(), 1);
    await page.getByRole("button", { name: "Go on" }).click();
    await rows.nth(2).waitFor();
    await page.getByLabel("Show only").fill("slas");
    assert.strictEqual(await rows.count(), 1);
    await page.getByLabel("Show only").fill("");
    assert.strictEqual(await rows.count(), 3);
});

test("no secret is in the page, in its data, or in its events", async (t) => {
    const { sandbox, page, call } = await world(t);
    const told = [];
    const stop = new AbortController();
    t.after(() => stop.abort());
    const stream = await fetch(`${sandbox.url}/_sandbox/events?token=${sandbox.console.split("token=")[1]}`, { signal: stop.signal });
    const reading = (async () => { for await (const piece of stream.body) told.push(Buffer.from(piece).toString()); })().catch(() => {});
    const form = new URLSearchParams({ client_id: sandbox.client_id, client_secret: sandbox.client_secret });
    const token = (await (await fetch(`${sandbox.url}/oauth2/token`, { method: "POST", body: form })).json()).access_token;
    await fetch(`${sandbox.url}/oauth2/token`, { method: "POST", body: JSON.stringify({ client_secret: sandbox.client_secret }) });
    await fetch(`${sandbox.url}/oauth2/token`, { method: "POST", body: `{"client_secret": "${sandbox.client_secret}` });
    await fetch(`${sandbox.url}/oauth2/revoke`, { method: "POST", body: new URLSearchParams({ token }), headers: { Authorization: `Bearer ${token}` } });
    await newCase(call, { name: "Visible", description: "not a secret", custom: { password: "hunter-2" } });
    await call("GET", `/casemgmt/queries/slas/v1?token=${token}`);
    await visit(page, "#/requests");
    const rows = page.locator(".log > li > button");
    await rows.nth(6).waitFor();
    for (let i = 0; i < await rows.count(); i++) {
        await rows.nth(i).click();
    }
    await page.waitForFunction(() => document.querySelectorAll(".log .bodies").length === document.querySelectorAll(".log > li").length);
    stop.abort();
    await reading;
    const all = await page.content() + told.join("");
    for (const secret of [sandbox.client_secret, token, "hunter-2", sandbox.console.split("token=")[1]]) {
        assert.ok(secret.length > 7 && !all.includes(secret), "a secret is shown");
    }
    assert.ok(all.includes("(redacted)") && all.includes("not a secret") && told.join("").includes("/oauth2/revoke"));
});

test("a fault switched on in the page makes a call fail, and is gone when it is spent", async (t) => {
    const { page, call } = await world(t);
    await visit(page, "#/trouble");
    await page.getByLabel("Operation").fill("get_slas");
    await page.getByLabel("Kind").selectOption("status");
    await page.locator("input[name=value]").fill("503");
    await page.getByLabel("From call").fill("2");
    await page.getByLabel("How often").fill("1");
    await page.getByRole("button", { name: "Add the fault" }).click();
    await page.locator(".rules code").filter({ hasText: "get_slas@2:status=503:1" }).waitFor();
    await screenshot(page, "trouble-on");
    const get = () => call("GET", "/casemgmt/entities/slas/v1?ids=x");
    assert.deepStrictEqual([(await get()).status, (await get()).status, (await get()).status], [200, 503, 200]);
    await page.getByText("None: every answer is as the service gives it.").waitFor();
    await page.getByRole("button", { name: "Add the fault" }).click();
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("None: every answer is as the service gives it.").waitFor();
    await page.getByLabel("Operation").fill("no_such");
    await page.getByRole("button", { name: "Add the fault" }).click();
    await page.locator("#alert").filter({ hasText: "no_such" }).waitFor();
});

test("hours pass in a moment: a timer is missed, and the case shows who was told", async (t) => {
    const { page, call } = await world(t);
    const doc = await newCase(call, { name: "Slow", template: { id: TEMPLATE } });
    await visit(page, `#/case/${doc.id}`);
    const bar = page.getByRole("meter", { name: "Resolution" });
    assert.match(await bar.getAttribute("aria-valuetext"), /in progress.*left/);
    const other = await page.context().newPage();
    await other.addInitScript((token) => sessionStorage.setItem("token", token), await page.evaluate(() => sessionStorage.getItem("token")));
    await other.goto(new URL("/#/trouble", page.url()).href);
    await other.getByLabel("Ahead by").fill("5");
    await other.getByRole("button", { name: "Move the clock" }).click();
    await page.locator(".bar[data-timer=missed]").nth(1).waitFor();
    await page.getByText("Notifications (4)").waitFor();
    assert.match(await bar.getAttribute("aria-valuetext"), /missed.*late/);
    assert.match(await page.locator("#offset").textContent(), /^\+5 h/);
    await screenshot(page, "case-late");
    await visit(page, "#/notifications");
    assert.strictEqual(await page.locator("#view .items > li").count(), 4);
});

test("a case tells its history: every version, by whom, with what changed", async (t) => {
    const { page, call } = await world(t);
    const doc = await newCase(call, { name: "Told", tags: ["one"] });
    await visit(page, `#/case/${doc.id}`);
    await call("PATCH", "/cases/entities/cases/v2", { id: doc.id, fields: { severity: 80, status: "in_progress" } });
    await call("POST", "/cases/entities/case-tags/v1", { id: doc.id, tags: ["two"] });
    await page.locator(".history .version").filter({ hasText: "Version 3" }).waitFor();
    const entries = (await page.locator(".history > li").allTextContents()).map((text) => text.replace(/\d{4}-.*/, ""));
    assert.deepStrictEqual(entries, [
        "Version 3add case tagssoar-automation@example.comtags: added two",
        "Version 2update case fieldssoar-automation@example.comstatus: new → in_progressseverity: 60 → 80",
        "Version 1create casesoar-automation@example.com"]);
    assert.strictEqual(await page.locator("#version").textContent(), "version 3");
});
