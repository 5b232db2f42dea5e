// Starts a private falcon-sandbox for a test and ends it with the test.
"use strict";
const { spawn } = require("node:child_process");
const path = require("node:path");
const readline = require("node:readline");

const BUILD = path.resolve(process.env.FCM_BUILD || "build/release");

// Gives the ready line's members and `stop`.
async function startSandbox(...options) {
    const child = spawn(path.join(BUILD, "falcon-sandbox"),
        ["--listen", "127.0.0.1:0", "--parent-death", ...options],
        { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    for await (const line of readline.createInterface({ input: child.stdout })) {
        const ready = JSON.parse(line);
        return { ...ready, stop: () => (child.kill("SIGTERM"), ended) };
    }
    throw new Error(`the sandbox ended with ${await ended}`);
}

module.exports = { startSandbox };
