// The catalogue of actions as a page in a real browser: finding, filtering, trees, examples that can be copied and run.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { after, before, test } = require("node:test");
const { TOP, launch, run, screenshot } = require("./browser.js");

const BUILD = path.resolve(TOP, process.env.FCM_BUILD || "build/release");
const PAGE = path.join(BUILD, "docs", "catalogue.html");
const PLUGIN = path.join(BUILD, "falcon_case_management.so");
const SOARHOST = path.join(BUILD, "soarhost");
let browser, tools;

before(async () => {
    const made = await run(path.join(TOP, "tests/tools/build_catalogue"), [SOARHOST, PLUGIN, PAGE]);
    assert.strictEqual(made.code, 0, made.err);
    tools = JSON.parse((await run(SOARHOST, ["--json", "list"])).out).tools;
    browser = await launch();
});
after(() => browser.close());

async function open(t, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    page.problems = [];
    page.on("pageerror", (error) => page.problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
    page.on("request", (request) => request.url().startsWith("file:") || page.problems.push(`it asks for ${request.url()}`));
    t.after(() => context.close());
    await page.goto(pathToFileURL(PAGE).href);
    return page;
}

async function visit(page, name) {
    await page.evaluate((to) => { location.hash = `#/${to}`; }, name);
    await page.waitForSelector(`#main[data-shown=${name}]`);
}

const names = (page) => page.locator("nav a code").allTextContents();
const named = (fits) => tools.filter(fits).map((tool) => tool.name).sort();

test("it lists every action and shows each without a fault", async (t) => {
    const page = await open(t);
    assert.deepStrictEqual((await names(page)).sort(), named(() => true));
    for (const { name, title } of tools) {
        await visit(page, name);
        assert.ok((await page.locator("#main").textContent()).includes(title), name);
    }
    assert.deepStrictEqual(page.problems, []);
});

test("search and filters by group, scope and effect narrow the list, alone and together", async (t) => {
    const page = await open(t);
    await page.getByLabel("Search").fill("notification v2");
    assert.ok((await names(page)).includes("update_notification_group_v2"));
    assert.ok((await names(page)).every((name) => name.includes("notification") || name.includes("sla")), await names(page));
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Group").selectOption("tags");
    assert.deepStrictEqual(await names(page), ["add_case_tags", "delete_case_tags"]);
    await page.getByLabel("Effect").selectOption("destructive");
    assert.deepStrictEqual(await names(page), ["delete_case_tags"]);
    assert.strictEqual(await page.locator("#count").textContent(), `1 of ${tools.length} actions`);
    await page.getByLabel("Group").selectOption("");
    await page.getByLabel("Effect").selectOption("");
    await page.getByLabel("Scope").selectOption("Cases: write");
    assert.deepStrictEqual((await names(page)).sort(), named(({ _meta: { scope } }) => scope.name === "Cases" && scope.access === "write"));
    await page.getByLabel("Search").fill("no action is like this");
    assert.deepStrictEqual(await names(page), []);
});

test("a schema is a tree that opens, marks what is required and names limits and types", async (t) => {
    const page = await open(t);
    await visit(page, "update_case_fields");
    const inputs = page.locator(".tree").first();
    const fields = inputs.locator("> li").filter({ has: page.locator("summary code", { hasText: /^fields$/ }) });
    assert.match(await fields.locator("> details > summary").textContent(), /required/);
    await fields.locator("> details > summary").click();
    const severity = fields.locator("li").filter({ has: page.locator("> .name", { hasText: /^severity$/ }) });
    assert.match(await severity.textContent(), /integer.*1 to 100.*falcon\.case\.severity/s);
    await visit(page, "get_access_tag_aggregations"); // a schema that holds itself
    for (let i = 0; i < 12; i++)
        for (const closed of await page.locator(".tree details:not([open]) > summary").all().then((all) => all.slice(0, 1))) await closed.click();
    assert.deepStrictEqual(page.problems, []);
});

test("an example can be copied in each language, and says the action and its input", async (t) => {
    const page = await open(t, { permissions: ["clipboard-read", "clipboard-write"] });
    await visit(page, "add_case_tags");
    const input = tools.find((tool) => tool.name === "add_case_tags")._meta.examples[0].input;
    const languages = await page.getByRole("tab").allTextContents();
    assert.deepStrictEqual(languages, ["C", "Python", "Node.js", "Node-RED", "MCP", "Command line"]);
    for (const language of languages) {
        await page.getByRole("tab", { name: language, exact: true }).click();
        await page.getByRole("button", { name: "Copy" }).click();
        await page.locator("#said").filter({ hasText: "Copied" }).waitFor({ state: "attached" });
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        assert.strictEqual(copied, await page.locator("[role=tabpanel] code").textContent());
        assert.ok(copied.includes("add_case_tags") && copied.includes(Object.values(input)[0]), language);
    }
    assert.strictEqual(JSON.parse(await exampleText(page, "MCP")).params.arguments.id, input.id);
    const node = JSON.parse(await exampleText(page, "Node-RED"))[1];
    assert.strictEqual(node.fields["/id"].v, input.id);
    const editor = fs.readFileSync(path.join(TOP, "tests/hosts/node-red/nodes/falcon-action.html"), "utf8");
    const defaults = editor.match(/defaults: \{(.*?)\n\s*inputs: 1/s)[1];
    for (const key of Object.keys(node).filter((one) => !["id", "type", "x", "y", "wires"].includes(one))) assert.match(defaults, new RegExp(`\\b${key}: `), key);
});

async function exampleText(page, language) {
    await page.getByRole("tab", { name: language, exact: true }).click();
    return page.locator("[role=tabpanel] code").textContent();
}

test("what Python, Node.js and the command line show runs as it stands", async (t) => {
    const page = await open(t);
    const { startSandbox } = require("../sandbox/peers/sandbox.js");
    const sandbox = await startSandbox("--strict");
    t.after(() => sandbox.stop());
    const home = fs.mkdtempSync(path.join(require("node:os").tmpdir(), "catalogue-"));
    t.after(() => fs.rmSync(home, { recursive: true }));
    fs.writeFileSync(path.join(home, "falcon.conf"),
        `falcon: { base_url = "${sandbox.url}"; client_id = "${sandbox.client_id}"; client_secret = "${sandbox.client_secret}"; };`);
    fs.mkdirSync(path.join(home, "node_modules"));
    fs.symlinkSync(path.join(TOP, "tests/hosts/node"), path.join(home, "node_modules/falcon-case-management"));
    await visit(page, "create_case");
    const env = { ...process.env, SOARHOST_PLUGIN: PLUGIN, PYTHONPATH: path.join(TOP, "tests/hosts/python"), PYTHONDONTWRITEBYTECODE: "1",
        PATH: `${BUILD}:${process.env.PATH}` };
    for (const [language, program, file] of [["Python", "python3", "example.py"], ["Node.js", "node", "example.js"], ["Command line", "sh", "example.sh"]]) {
        fs.writeFileSync(path.join(home, file), await exampleText(page, language));
        const done = await run(program, [file], { cwd: home, env });
        assert.strictEqual(done.code, 0, `${language}: ${done.out}${done.err}`);
        assert.match(done.out, /SBX-\d+/, `${language}: ${done.out}`);
    }
});

for (const scheme of ["light", "dark"]) {
    test(`axe-core finds nothing, and nothing scrolls sideways on a phone, ${scheme}`, async (t) => {
        const page = await open(t, { colorScheme: scheme });
        await page.evaluate(fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
        for (const name of ["create_case", "download_existing_files"]) {
            await visit(page, name);
            for (const summary of await page.locator("#main details > summary").all()) await summary.click();
            const faults = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
            assert.deepStrictEqual(faults.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 2).join(" ")}`), [], name);
        }
        await screenshot(page, `catalogue-${scheme}`);
        await page.setViewportSize({ width: 360, height: 740 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= 360, `${wide} pixels`);
        await screenshot(page, `catalogue-phone-${scheme}`);
        assert.deepStrictEqual(page.problems, []);
    });
}
