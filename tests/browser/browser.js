// A headless Chromium for the tests of the console, and the sandbox that it looks at.
"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { startSandbox } = require("../sandbox/peers/sandbox.js");

const TOP = path.resolve(__dirname, "../..");
const SHOTS = path.join(TOP, "build", "screenshots");
const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"];

// Playwright gives the browser a profile of its own, which goes with it.
function launch() {
    return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

// A page of a new context that shows `url`. What goes wrong in it, breaks its own policy, or leaves the
// sandbox is kept in page.problems.
async function open(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    page.problems = [];
    page.on("pageerror", (error) => page.problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
    page.on("request", (request) => {
        if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith("data:")) {
            page.problems.push(`it asks for ${request.url()}`);
        }
    });
    await page.goto(url);
    return page;
}

// Goes to a view by its address and waits until it is filled.
async function visit(page, hash) {
    const name = hash.match(/[a-z]+/)[0];
    await page.evaluate((to) => {
        delete document.getElementById("main").dataset.shown;
        if (location.hash === to) {
            window.dispatchEvent(new HashChangeEvent("hashchange"));
        }
        location.hash = to;
    }, hash);
    await page.waitForSelector(`#main[data-shown=${name}]`);
}

function screenshot(page, name) {
    fs.mkdirSync(SHOTS, { recursive: true });
    return page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}

// A client of the service, for what a flow would do.
async function signIn(sandbox) {
    const form = new URLSearchParams({ client_id: sandbox.client_id, client_secret: sandbox.client_secret });
    const token = (await (await fetch(`${sandbox.url}/oauth2/token`, { method: "POST", body: form })).json()).access_token;
    return async (method, at, body) => {
        const answer = await fetch(sandbox.url + at, {
            method, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
    };
}

// Opens a case and gives it as it is answered.
async function newCase(call, fields) {
    return (await call("PUT", "/cases/entities/cases/v2", { severity: 60, ...fields })).resources[0];
}

// A program to its end: { code, out, err }.
function run(command, args, options) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd: TOP, ...options });
        let out = "", err = "";
        child.stdout.on("data", (data) => { out += data; });
        child.stderr.on("data", (data) => { err += data; });
        child.on("error", reject);
        child.on("close", (code) => resolve({ code, out, err }));
    });
}

module.exports = { TOP, launch, newCase, open, run, screenshot, signIn, startSandbox, visit };
