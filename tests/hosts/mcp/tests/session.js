// soarhost mcp as a client of the official SDK sees it, and as bytes.
"use strict";

const path = require("node:path");
const readline = require("node:readline");
const { spawn } = require("node:child_process");
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");

const BUILD = path.resolve(__dirname, "../../../..", process.env.FCM_BUILD || "build/release");
const SOARHOST = path.join(BUILD, "soarhost");

// A client that is connected to a server of its own on a sandbox; it ends with the test. What is
// written to stderr is in `said`.
async function connect(t, args = [], sandboxArgs = []) {
    const sandbox = sandboxArgs.map((arg) => "--sandbox-arg=" + arg);
    const transport = new StdioClientTransport({ command: SOARHOST, args: ["--sandbox", ...sandbox, "mcp", ...args],
        env: process.env, stderr: "pipe" });
    const client = new Client({ name: "test", version: "1" });
    client.said = "";
    client.problems = [];
    client.onerror = (error) => client.problems.push(error);
    transport.stderr.on("data", (data) => { client.said += data; });
    await client.connect(transport);
    // what came, in order: the client itself forgets progress that comes in one piece with the outcome
    client.messages = [];
    const take = transport.onmessage;
    transport.onmessage = (message, extra) => {
        client.messages.push(message);
        take(message, extra);
    };
    t.after(() => client.close());
    return client;
}

// The server without a client: send(text) writes a line, next() gives the next message.
function raw(t, ...args) {
    const child = spawn(SOARHOST, ["--sandbox", ...args, "mcp"], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    t.after(() => child.kill("SIGKILL"));
    return {
        child,
        ended: new Promise((resolve) => { child.on("close", resolve); }),
        send: (message) => child.stdin.write((typeof message === "string" ? message : JSON.stringify(message)) + "\n"),
        next: async () => {
            const { value, done } = await lines.next();
            return done ? null : JSON.parse(value);
        },
    };
}

module.exports = { connect, raw };
