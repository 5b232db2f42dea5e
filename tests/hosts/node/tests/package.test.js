// What is committed is what the plugin says, and its types hold.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { spawnSync } = require("node:child_process");

const HOST = path.resolve(__dirname, "..");
const BUILD = path.resolve(process.env.FCM_BUILD || "build/release");
const PROJECT = path.join(BUILD, "hosts/node");
const TSC = require.resolve("typescript/bin/tsc");

function run(...command) {
    const done = spawnSync(process.execPath, command, { encoding: "utf8", cwd: PROJECT });
    return [done.status, done.stdout, done.stderr];
}

test("the packed package is the one that is tested", () => {
    assert.ok(require.resolve("falcon-case-management").startsWith(path.join(PROJECT, "node_modules")));
});

test("the declarations are in step with the plugin", () => {
    assert.deepStrictEqual(run(path.join(HOST, "generate.js"), "--check").slice(0, 2), [0, ""]);
});

test("the compiler takes the example and refuses wrong calls where they stand, and the example closes a case", () => {
    fs.copyFileSync(path.join(HOST, "tests/wrong_example.ts"), path.join(PROJECT, "wrong_example.ts"));
    const config = JSON.parse(fs.readFileSync(path.join(PROJECT, "tsconfig.json"), "utf8"));
    fs.writeFileSync(path.join(PROJECT, "both.json"), JSON.stringify({ ...config, files: ["example.ts", "wrong_example.ts"] }));
    const [, said] = run(TSC, "-p", "both.json");
    const refused = [...said.matchAll(/^(\S+)\((\d+),.*error/gm)].map(([, file, line]) => `${file} ${line}`);
    const lines = fs.readFileSync(path.join(PROJECT, "wrong_example.ts"), "utf8").split("\n");
    assert.deepStrictEqual([...new Set(refused)],
        lines.flatMap((line, i) => line.includes("// wrong") ? [`wrong_example.ts ${i + 1}`] : []));
    const [status, out, audit] = run(path.join(PROJECT, "example.js"), path.join(BUILD, "falcon-sandbox"));
    assert.strictEqual(status, 0);
    assert.match(out, /^SBX-\d+ is closed, tags triage\n$/);
    assert.match(audit, /^audit: create_case OK$/m);
});
