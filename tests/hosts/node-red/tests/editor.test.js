// The palette in Node-RED's editor, in Chromium: drag, fill the form, deploy, run. Screenshots in build/screenshots.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const browsing = require("../../../browser/browser.js");
const { startWorld } = require("../world");

let world, browser, page;

test.before(async () => {
    world = await startWorld();
    await world.deploy([{ id: "tab", type: "tab", label: "Alert to case" },
        { id: "n.in", z: "tab", type: "http in", name: "alert", url: "/alert", method: "post", x: 120, y: 80, wires: [[]] },
        { id: "n.answer", z: "tab", type: "http response", name: "answer", x: 640, y: 80, wires: [] }]);
    browser = await browsing.launch();
    page = await browsing.open(browser, world.red.url, { viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(90000); // of a busy machine
    await page.waitForSelector(".red-ui-palette-node[data-palette-type=falcon-action]");
    await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
});
test.after(async () => {
    await browser.close();
    assert.deepStrictEqual(await world.stop(), [0, 0]);
});

const shot = (name) => browsing.screenshot(page, `node_red_${name}`);

async function centre(selector) {
    await page.locator(selector).hover(); // waits until it has stopped moving
    const box = await page.locator(selector).boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
}

async function drag(from, to) {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 8 });
    await page.mouse.move(...to, { steps: 8 });
    await page.mouse.up();
}

const ACTION = ".red-ui-flow-node-group:not([id^=\"n.\"])";
const nodeOf = (id) => `[id="${id}"]`;

// Writes into a field of the form, as text of the type that it has.
async function fill(pointer, value) {
    await page.locator(`[data-pointer="${pointer}"] input.red-ui-typedInput-input`).first().fill(value);
}

async function choose(pointer, value) {
    await page.locator(`[data-pointer="${pointer}"] .red-ui-typedInput-option-trigger`).click();
    const option = page.locator(".red-ui-typedInput-options:visible").getByText(value, { exact: true });
    await option.waitFor();
    await page.waitForFunction(() => window.$(":animated").length === 0); // the menu slides open
    await option.click();
    await page.locator(`[data-pointer="${pointer}"] .red-ui-typedInput-option-label`).getByText(value).waitFor();
}

test("the palette has the node, and it is dragged between the others and wired", async () => {
    await page.locator("#red-ui-palette-search input[type=text]").first().pressSequentially("falcon");
    await page.waitForSelector(".red-ui-palette-node[data-palette-type=inject]", { state: "hidden" });
    await drag(await centre(".red-ui-palette-node[data-palette-type=falcon-action]"), await (async () => {
        const [x, y] = await centre(nodeOf("n.in"));
        return [x + 280, y];
    })());
    await page.waitForSelector(ACTION);
    await drag(await centre(`${nodeOf("n.in")} .red-ui-flow-port-output .red-ui-flow-port`),
        await centre(`${ACTION} .red-ui-flow-port-input .red-ui-flow-port`));
    await drag(await centre(`${ACTION} .red-ui-flow-port-output .red-ui-flow-port`),
        await centre(`${nodeOf("n.answer")} .red-ui-flow-port-input .red-ui-flow-port`));
    await page.waitForFunction(() => document.querySelectorAll(".red-ui-flow-link-line").length === 2);
    await shot("1_wired");
});

test("a tenant is set up, and Test connection says whether its credentials are right", async () => {
    await page.locator(ACTION).dblclick();
    await page.click("#node-input-btn-falcon-add");
    await page.waitForSelector("#node-config-input-cloud option[value=other]", { state: "attached" });
    await page.selectOption("#node-config-input-cloud", "other");
    await page.fill("#node-config-input-name", "Sandbox");
    await page.fill("#node-config-input-baseUrl", world.sandbox.url);
    await page.fill("#node-config-input-clientId", world.sandbox.client_id);
    await page.fill("#node-config-input-clientSecret", "wrong");
    await page.click("#falcon-test");
    await page.waitForSelector("#falcon-test-result[data-state=failed]");
    assert.match(await page.textContent("#falcon-test-result"), /UNAUTHENTICATED/);
    await shot("2_refused");
    await page.fill("#node-config-input-clientSecret", world.sandbox.client_secret);
    await page.click("#falcon-test");
    await page.waitForSelector("#falcon-test-result[data-state=ok]");
    assert.match(await page.textContent("#falcon-test-result"), /Signed in.*cases/);
    await shot("3_connected");
    await page.click("#node-config-dialog-ok");
    await page.waitForSelector("#node-config-input-cloud", { state: "detached" });
});

test("the form is made from the action's schema", async () => {
    await page.selectOption("#node-input-action", "create_case");
    await page.waitForSelector("#falcon-form[data-shown=create_case]");
    const label = (pointer) => page.textContent(`[data-pointer="${pointer}"] > label`);
    assert.strictEqual(await label("/name"), "Name*");
    assert.strictEqual(await label("/severity"), "Severity*");
    assert.strictEqual(await label("/description"), "Description");
    assert.match(await page.textContent("[data-pointer=\"/severity\"] .falcon-help"), /1 to 100/);
    assert.strictEqual(await page.textContent("fieldset[data-pointer=\"/evidence\"] > legend"), "Evidence");
    assert.ok(await page.locator("fieldset[data-pointer=\"/evidence\"] [data-pointer=\"/evidence/alerts\"]").isVisible());
    assert.deepStrictEqual(await page.locator("[data-missing=true]").evaluateAll((rows) =>
        rows.map((row) => row.dataset.pointer)), ["/name", "/severity"]);
    assert.match(await page.textContent("#falcon-about"), /Changes something\. Scope: Cases \(write\)\./);
    await shot("4_form");
    await page.locator("[data-pointer=\"/evidence\"]").scrollIntoViewIfNeeded();
    await shot("5_form_nested");
});

test("it is filled, deployed and run, and the badge shows what came of it", async () => {
    await fill("/name", "From the editor");
    await fill("/severity", "75");
    await choose("/status", "in_progress");
    await fill("/tags", "editor, chromium");
    await fill("/evidence/alerts", "5a9dbd0c0ffee0000000000000000001:ind:a1d00000000000000000000000000001:1001-10-1001");
    assert.strictEqual(await page.locator("[data-missing=true]").count(), 0);
    await page.locator("[data-pointer=\"/name\"]").scrollIntoViewIfNeeded();
    await shot("6_filled");
    await page.click("#node-dialog-ok");
    await page.waitForSelector("#falcon-form", { state: "detached" });
    const started = world.red.started();
    await page.click("#red-ui-header-button-deploy");
    await started;
    const { status, body } = await world.json("POST", "alert", {});
    assert.strictEqual(status, 200, JSON.stringify(body));
    const [opened] = body.resources;
    assert.deepStrictEqual([opened.name, opened.severity, opened.status, opened.tags],
        ["From the editor", 75, "in_progress", ["editor", "chromium"]]);
    assert.strictEqual(opened.evidence.alerts.records.length, 1);
    await page.waitForFunction((text) => [...document.querySelectorAll(".red-ui-flow-node-status-label")]
        .some((label) => label.textContent.startsWith(text)), opened.reference_id);
    await page.mouse.move(700, 500);
    await shot("7_ran");
});

test("the form comes back as it was left, and nothing went wrong in the page", async () => {
    await page.locator(ACTION).dblclick();
    await page.waitForSelector("#falcon-form[data-shown=create_case]");
    assert.strictEqual(await page.inputValue("#falcon-input-name"), "From the editor");
    assert.strictEqual(await page.inputValue("#falcon-input-severity"), "75");
    assert.strictEqual(await page.inputValue("#falcon-input-evidence-alerts"),
        "5a9dbd0c0ffee0000000000000000001:ind:a1d00000000000000000000000000001:1001-10-1001");
    await page.click("#falcon-options > summary");
    await page.locator("#node-input-errors").scrollIntoViewIfNeeded();
    await shot("8_options");
    await page.click("#node-dialog-cancel");
    assert.deepStrictEqual(page.problems, []);
});

test("an example is imported and looks as a flow should", async () => {
    const nodes = JSON.parse(fs.readFileSync(path.join(__dirname, "../examples/endpoint_alert.json"), "utf8"))
        .filter(({ type }) => type !== "falcon-config");
    await world.deploy([world.tenant(), ...nodes]);
    const example = await browsing.open(browser, `${world.red.url}#flow/endpoint_alert`, { viewport: { width: 1500, height: 1500 } });
    example.setDefaultTimeout(90000);
    await example.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
    await example.waitForSelector("[id=\"endpoint_alert.find_case\"]");
    assert.strictEqual(await example.locator(".red-ui-flow-node-error:not(.hide)").evaluateAll((marks) =>
        marks.filter((mark) => mark.getBoundingClientRect().width > 0).length), 0, "no node is marked as incomplete");
    await browsing.screenshot(example, "node_red_9_example");
    await example.locator("[id=\"endpoint_alert.open_case\"]").dblclick();
    await example.waitForSelector("#falcon-form[data-shown=create_case]");
    await browsing.screenshot(example, "node_red_10_example_form");
    assert.deepStrictEqual(example.problems, []);
});
