// The page itself: who gets in, what text stays text, keyboard, accessibility, narrow and dark, big tenants.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const { after, before, test } = require("node:test");
const { launch, newCase, open, screenshot, signIn, startSandbox, visit } = require("./browser.js");

const TEMPLATE = "00000000-0000-4000-8000-000000000070";
const ALERT = "5a9dbd0c0ffee0000000000000000001:ind:a1d00000000000000000000000000001:1001-10-1001";
const SEEDED = 300;
let browser, sandbox, call, doc;

before(async () => {
    browser = await launch();
    sandbox = await startSandbox("--seed", String(SEEDED));
    call = await signIn(sandbox);
    doc = await newCase(call, {
        name: "Ransomware behaviour on FIN-WS-042", description: "Files are being encrypted.", severity: 90,
        template: { id: TEMPLATE }, tags: ["ransomware", "finance"], evidence: { alerts: [{ id: ALERT }] },
    });
    await call("PATCH", "/cases/entities/cases/v2", { id: doc.id, fields: { status: "in_progress" } });
});
after(async () => {
    await browser.close();
    assert.strictEqual(await sandbox.stop(), 0);
});

async function console_(t, options) {
    const page = await open(browser, sandbox.console, options);
    t.after(() => page.context().close());
    await page.waitForSelector("#main[data-shown=board]");
    return page;
}

const focused = (page) => page.evaluate(() => {
    const element = document.activeElement;
    return element.dataset.id || element.id || element.name || element.textContent.trim().slice(0, 40);
});

test("without a token the page shows nothing and asks for one", async (t) => {
    const page = await open(browser, sandbox.url);
    t.after(() => page.context().close());
    await page.getByRole("heading", { name: "Which sandbox?" }).waitFor();
    assert.strictEqual(await page.locator(".card").count(), 0);
    await page.getByLabel("Address or token").fill(sandbox.console);
    await page.getByRole("button", { name: "Open" }).click();
    await page.waitForSelector("#main[data-shown=board] .card");
});

test("a wrong token is refused, with words, and isn't kept", async (t) => {
    const page = await open(browser, `${sandbox.url}/#token=wrong`);
    t.after(() => page.context().close());
    await page.locator("#alert").filter({ hasText: "does not know this token" }).waitFor();
    assert.strictEqual(await page.locator(".card").count(), 0);
    assert.strictEqual(await page.evaluate(() => sessionStorage.getItem("token")), null);
});

test("the token leaves the address at once and is there after a reload", async (t) => {
    const page = await console_(t);
    assert.strictEqual(page.url(), `${sandbox.url}/#/board`);
    await page.reload();
    await page.waitForSelector("#main[data-shown=board] .card");
    assert.deepStrictEqual(page.problems, []);
});

test("the page takes nothing from elsewhere and lets no markup in", async () => {
    const answer = await fetch(sandbox.url);
    assert.match(answer.headers.get("content-security-policy"), /default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
    assert.strictEqual(answer.headers.get("x-content-type-options"), "nosniff");
    for (const file of ["", "console.js", "console.css"]) {
        const text = await (await fetch(`${sandbox.url}/${file}`)).text();
        assert.ok(text.length > 1000);
        assert.ok(!/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?:\/\//.test(text), `/${file}`);
    }
});

test("markup in what the service holds is text, wherever it is shown", async (t) => {
    const own = await startSandbox();
    t.after(() => own.stop());
    const ask = await signIn(own);
    const evil = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;
    const odd = await newCase(ask, { name: evil, description: evil, tags: ["<b>bold</b>"], evidence: { alerts: [{ id: "<i>id</i>" }] } });
    await ask("POST", "/casemgmt/entities/notification-groups/v2", { name: evil.slice(0, 60), description: evil, channels: [{ type: "email", config_name: evil, params: "{\"recipients\":[\"<u>x</u>\"]}" }] });
    await ask("POST", "/casemgmt/entities/templates/v1", { name: evil.slice(0, 60), description: evil, fields: [{ name: "<s>f</s>", data_type: "string", input_type: "text" }] });
    await fetch(`${own.url}/%3Cimg%20src=x%3E`);
    const page = await open(browser, own.console);
    t.after(() => page.context().close());
    await page.waitForSelector("#main[data-shown=board] .card");
    const views = [["board", "<img"], [`case/${odd.id}`, "<b>bold</b>"], ["requests", "/<img src=x>"], ["templates", "<s>f</s>"], ["groups", "<u>x</u>"], ["hosts", "FIN-WS-042"]];
    for (const [view, text] of views) {
        await visit(page, `#/${view}`);
        if (view === "requests") {
            for (const row of await page.locator(".log > li > button").all()) {
                await row.click();
            }
            await page.waitForFunction(() => document.querySelectorAll(".log .bodies").length > 4);
        }
        assert.ok((await page.locator("#view").textContent()).includes(text), `${view} shows ${text}`);
        assert.strictEqual(await page.locator("#view").locator("img, script, b, i, u, s").count(), 0, view);
        assert.notStrictEqual(await page.title(), "broken");
    }
    assert.deepStrictEqual(page.problems, []);
});

test("the board and the log are walked with the arrow keys, cases opened and left without a mouse", async (t) => {
    const page = await console_(t);
    const cards = page.locator(".column[data-status=new] a.card");
    assert.strictEqual(await page.locator("a.card[tabindex='0']").count(), 1, "one card is in the order of Tab");
    await page.keyboard.press("Tab");
    assert.strictEqual(await focused(page), "Skip to content");
    await page.keyboard.press("Tab");
    assert.strictEqual(await focused(page), "tenant");
    await page.keyboard.press("Tab");
    assert.strictEqual(await focused(page), "help-open");
    for (let i = 0; i < 7; i++) {
        await page.keyboard.press("Tab");
    }
    assert.strictEqual(await focused(page), "Notifications");
    for (const name of ["q", "filter", "Search"]) {
        await page.keyboard.press("Tab");
        assert.strictEqual(await focused(page), name);
    }
    await page.keyboard.press("Tab");
    const first = await cards.nth(0).getAttribute("data-id");
    assert.strictEqual(await focused(page), first);
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.strictEqual(ring, "solid", "what has the focus is seen");
    await page.keyboard.press("ArrowDown");
    assert.strictEqual(await focused(page), await cards.nth(1).getAttribute("data-id"));
    await page.keyboard.press("ArrowRight");
    assert.strictEqual(await focused(page), await page.locator(".column[data-status=in_progress] a.card").nth(1).getAttribute("data-id"));
    await page.keyboard.press("Home");
    assert.strictEqual(await focused(page), first);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#main[data-shown=case]");
    assert.strictEqual(await page.evaluate(() => document.activeElement.tagName), "H2");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#main[data-shown=board]");
    await page.keyboard.press("2");
    await page.waitForSelector("#main[data-shown=requests] .log > li");
    await page.locator(".log > li > button[tabindex='0']").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".log > li:nth-child(2) .bodies");
    await page.keyboard.press("/");
    assert.strictEqual(await page.evaluate(() => document.activeElement.type), "search");
    await page.keyboard.type("1?");
    assert.ok(page.url().endsWith("#/requests"), "keys are letters in a field");
});

test("single keys are shortcuts only as long as one wants them", async (t) => {
    const page = await console_(t);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await page.getByLabel("Single keys are shortcuts").uncheck();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.keyboard.press("2");
    await page.keyboard.press("?");
    assert.ok(page.url().endsWith("#/board"));
    assert.strictEqual(await page.getByRole("dialog").count(), 0);
});

test("what moves on the board is said to those who listen", async (t) => {
    const page = await console_(t);
    const told = await newCase(call, { name: "Told" });
    await page.locator("#status").filter({ hasText: `${told.reference_id} opened in New` }).waitFor({ state: "attached" });
    const card = page.locator(`a.card[data-id="${told.id}"]`);
    await card.focus();
    await call("PATCH", "/cases/entities/cases/v2", { id: told.id, fields: { status: "reopened" } });
    await page.locator("#status").filter({ hasText: `${told.reference_id} moved to Reopened` }).waitFor({ state: "attached" });
    assert.strictEqual(await focused(page), told.id, "the focus goes with the card");
    assert.strictEqual(await page.locator("#status").getAttribute("aria-live"), "polite");
});

const VIEWS = () => ["board", `case/${doc.id}`, "requests", "trouble", "templates", "groups", "hosts", "notifications"];

for (const scheme of ["light", "dark"]) {
    test(`every view is free of what axe-core finds, ${scheme}`, async (t) => {
        const page = await console_(t, { colorScheme: scheme });
        await page.evaluate(fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
        for (const view of VIEWS()) {
            await visit(page, `#/${view}`);
            for (const details of await page.locator("details > summary").all()) {
                await details.click();
            }
            if (view === "requests") {
                await page.locator(".log > li > button").first().click();
                await page.waitForSelector(".log .bodies");
            }
            const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
            assert.deepStrictEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), [], view);
            await screenshot(page, `${view.split("/")[0]}-${scheme}`);
        }
        assert.deepStrictEqual(page.problems, []);
    });

    test(`at the width of a phone nothing is cut and nothing scrolls sideways, ${scheme}`, async (t) => {
        const page = await console_(t, { colorScheme: scheme, viewport: { width: 360, height: 740 } });
        for (const view of VIEWS()) {
            await visit(page, `#/${view}`);
            for (const details of await page.locator("details > summary").all()) {
                await details.click();
            }
            if (view === "requests") {
                await page.locator(".log > li > button").first().click();
                await page.waitForSelector(".log .bodies");
            }
            const beyond = await page.evaluate(() => [...document.querySelectorAll("body *")]
                .filter((e) => e.getClientRects().length > 0 && e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest(".quiet"))
                .map((e) => e.outerHTML.slice(0, 80)));
            assert.deepStrictEqual(beyond, [], view);
            assert.strictEqual(await page.evaluate(() => document.documentElement.scrollWidth), 360, view);
            await screenshot(page, `${view.split("/")[0]}-${scheme}-phone`);
        }
    });
}

test("of a big tenant the board has a page of each column, counts them all, and gets more when asked", async (t) => {
    const page = await console_(t);
    const counts = (await page.locator(".column .count").allTextContents()).map(Number);
    assert.ok(counts.reduce((a, b) => a + b) > SEEDED, `${counts}`);
    const closed = page.locator(".column[data-status=closed]");
    assert.ok(counts[2] > 100);
    assert.strictEqual(await closed.locator("a.card").count(), 50);
    await closed.getByRole("button", { name: "More of closed" }).click();
    await closed.locator("a.card").nth(50).waitFor();
    assert.strictEqual(await closed.locator("a.card").count(), 100);
    const ids = await closed.locator("a.card").evaluateAll((cards) => cards.map((card) => card.dataset.id));
    assert.strictEqual(new Set(ids).size, 100, "no case is there twice");
});

test("words and a filter narrow the board, and a wrong filter says what is wrong with it", async (t) => {
    const page = await console_(t);
    const cards = page.locator("a.card");
    await page.getByLabel("Words").fill("ransomware FIN-WS-042");
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForFunction(() => document.querySelectorAll("a.card").length < 20);
    assert.ok((await cards.allTextContents()).every((text) => /ransomware/i.test(text)));
    await page.getByLabel("Words").fill("");
    await page.getByLabel("Filter (FQL)").fill("severity:>=90+tags:'finance'");
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForFunction(() => document.querySelectorAll("a.card").length === 1);
    assert.strictEqual(await cards.first().getAttribute("data-id"), doc.id);
    await page.getByLabel("Filter (FQL)").fill("no_such_field:1");
    await page.getByRole("button", { name: "Search" }).click();
    await page.locator("#alert").filter({ hasText: "unexpected filter field" }).waitFor();
});

test("the page finds its way back when the sandbox was away", async (t) => {
    const kept = ["--console-token", "kept"];
    let own = await startSandbox(...kept); // on a free port, which it gets again
    const args = [...kept, "--listen", new URL(own.url).host];
    t.after(() => own.stop());
    const page = await open(browser, own.console);
    t.after(() => page.context().close());
    await page.waitForSelector("#main[data-shown=board]");
    await own.stop();
    await page.locator("#live[data-live=off]").waitFor();
    own = await startSandbox(...args);
    await page.locator("#live[data-live=on]").waitFor();
    await newCase(await signIn(own), { name: "Back again" });
    await page.locator("a.card").filter({ hasText: "Back again" }).waitFor();
});
