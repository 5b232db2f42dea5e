#!/usr/bin/env node
// Checks every answer that sandboxes kept (--answers DIR) against the service's declared models:
//     check_answers.js DIR
// Prints one line an operation and status, and ends with 1 where an answer does not fit, or where an
// operation never answered with success.
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const SwaggerParser = require("@apidevtools/swagger-parser");
const Validator = require("openapi-response-validator").default;

const DOCUMENT = path.join(__dirname, "..", "openapi.json");
const MAX_SHOWN = 20;

function isDeclared(operation, line) {
    const response = operation.responses[line.status] || operation.responses.default;
    return response.content ? line.content_type in response.content : line.body === "";
}

function makeChecks(api) {
    const checks = new Map();
    for (const [route, methods] of Object.entries(api.paths))
        for (const [method, operation] of Object.entries(methods)) {
            const responses = {};
            for (const [status, response] of Object.entries(operation.responses)) {
                const json = response.content && response.content["application/json"];
                responses[status] = { description: "", schema: json ? json.schema : {} };
            }
            const validator = new Validator({
                responses: Object.fromEntries(Object.entries(responses).map(
                    ([status, response]) => [status, { content: { "application/json": response } }])),
                components: api.components,
            });
            checks.set(`${method.toUpperCase()} ${route}`, { operation, validator, seen: new Map() });
        }
    return checks;
}

function wrongWith(check, line) {
    if (!isDeclared(check.operation, line))
        return `${line.content_type} is not declared for ${line.status}`;
    if (line.body === null)
        return line.content_type === "application/json" ? "JSON was announced and bytes were sent" : null;
    if (line.content_type !== "application/json")
        return null;
    let body;
    try {
        body = JSON.parse(line.body);
    } catch (error) {
        return `no JSON: ${error.message}`;
    }
    const wrong = check.validator.validateResponse(String(line.status), body);
    return wrong ? wrong.errors.map((e) => `${e.path || ""} ${e.message}`).slice(0, 5).join("; ") : null;
}

async function main(directory) {
    const api = await SwaggerParser.validate(DOCUMENT, { dereference: { circular: "ignore" } });
    const checks = makeChecks(api);
    let answers = 0, spoilt = 0, wrong = 0;
    const tell = (text) => { if (++wrong <= MAX_SHOWN) console.log(`# ${text}`); };
    for (const name of fs.readdirSync(directory).filter((n) => n.endsWith(".jsonl"))) {
        const file = readline.createInterface({ input: fs.createReadStream(path.join(directory, name)) });
        let torn = null;
        for await (const text of file) {
            if (torn)
                throw new Error(`${name}: ${torn}`);
            let line;
            try {
                line = JSON.parse(text);
            } catch (error) { // the last line of a sandbox that was killed may be torn
                torn = error.message;
                continue;
            }
            const check = checks.get(`${line.method} ${line.route}`);
            answers++;
            if (!check) {
                tell(`${line.method} ${line.route}: not in the document`);
                continue;
            }
            if (line.faulted) {
                spoilt++;
                continue;
            }
            check.seen.set(line.status, (check.seen.get(line.status) || 0) + 1);
            const why = wrongWith(check, line);
            if (why)
                tell(`${line.method} ${line.route} ${line.status}: ${why}\n#   ${String(line.body).slice(0, 400)}`);
        }
    }
    let tests = 0, failed = wrong > 0 ? 1 : 0;
    for (const [name, check] of checks) {
        const good = [...check.seen.keys()].some((status) => status < 300);
        const counts = [...check.seen].sort().map(([status, n]) => `${status}: ${n}`).join(", ");
        failed += good ? 0 : 1;
        console.log(`${good ? "ok" : "not ok"} ${++tests} - ${name} answered as declared (${counts})`);
    }
    console.log(`${wrong ? "not ok" : "ok"} ${++tests} - ${answers - spoilt} answers fit the declared models` +
                ` (${spoilt} more were spoilt on purpose, ${wrong} do not fit)`);
    console.log(`1..${tests}`);
    process.exitCode = failed ? 1 : 0;
}

main(process.argv[2]).catch((error) => {
    console.log(`Bail out! ${error.message}`);
    process.exitCode = 1;
});
