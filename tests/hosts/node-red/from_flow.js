#!/usr/bin/env node
// Writes a response flow (tests/flows/README.md) as a flow of Node-RED, so that no rule is written twice.
//   from_flow.js [--check] FLOW.json...   into examples/; with --check: says what is out of step, and writes nothing
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { condition, text, value } = require("./lib/jsonata");
const { listActions } = require("falcon-case-management");

const TOP = 180, LEFT = 60, RIGHT = 1500, ROW = 110, GAP = 50;
const absolute = (path) => `($at := ${path}; $substring($at, 0, 1) = "/" ? $at : flow.workdir & "/" & $at)`;

function hasReference(given) {
    return /"\$ref"|\$\{/.test(JSON.stringify(given));
}

function resolved(schema, root) {
    return schema && schema.$ref ? { ...root.$defs[schema.$ref.split("/").pop()], ...schema } : schema || {};
}

// An action's input as fields of the node's form: JSON Pointer -> { t, v }.
function fieldsOf(given, schema, root, item, at = "") {
    const fields = {};
    for (const [name, part] of Object.entries(given)) {
        const pointer = `${at}/${name}`, known = resolved(schema.properties?.[name], root);
        if (part !== null && typeof part === "object" && !Array.isArray(part) && !part.$ref && known.properties)
            Object.assign(fields, fieldsOf(part, known, root, item, pointer));
        else
            fields[pointer] = fieldOf(part, known, item);
    }
    return fields;
}

function fieldOf(given, schema, item) {
    const wrapped = schema["x-wrap"]; // an object of nothing but an id is shown, and given, as the id
    if (wrapped && given && typeof given === "object" && Object.keys(given).join() === wrapped)
        return fieldOf(given[wrapped], {}, item);
    if (hasReference(given))
        return { t: "jsonata", v: value(given, item) };
    if (typeof given === "string")
        return { t: schema.enum ? "choice" : "str", v: given };
    if (typeof given === "number")
        return { t: "num", v: String(given) };
    if (typeof given === "boolean")
        return { t: "bool", v: String(given) };
    if (Array.isArray(given) && given.every((one) => typeof one === "string" && !/[,\n]/.test(one)))
        return { t: "list", v: given.join(", ") };
    return { t: "json", v: JSON.stringify(given) };
}

const set = (name, to, tot = "jsonata") => ({ t: "set", p: name, pt: "msg", to, tot });

// Each kind of step as nodes, in a row, each wired to the next. `node(name, type, properties)` makes one.
const KINDS = {
    action(step, node, { tools }) {
        const tool = tools.get(step.action), item = step.as || "item";
        const fields = fieldsOf(step.input || {}, tool.inputSchema, tool.inputSchema, item);
        const going = step.on_error === "continue";
        const { until } = step;
        return [node("", "falcon-action", { name: step.title || "", falcon: "falcon.tenant", action: step.action,
            title: tool.title, fields, needs: [], result: `steps.${step.id}`, timeout: "", key: null, plan: null, dryRun: false,
            each: step.for_each ? value(step.for_each, "item") : "", eachBy: step.by ? String(step.by) : "",
            until: until ? condition(until.condition, item) : "", untilEvery: until?.every_ms ? String(until.every_ms) : "",
            untilMax: until?.max ? String(until.max) : "", errors: going ? "output" : "catch", outputs: going ? 2 : 1 })];
    },
    write_file(step, node) {
        const { path: file, text: lines } = step.write_file;
        const whole = Array.isArray(lines) ? lines.map((line) => text(line, "item")).concat("\"\"").join(" & \"\\n\" & ") : value(lines, "item");
        return [node("text", "change", { name: step.title, rules: [set(`steps.${step.id}`,
            `{"ok": true, "file": {"path": ${absolute(value(file, "item"))}}}`), set("payload", whole)] }),
        node("file", "file", { name: file, filename: `steps.${step.id}.file.path`, filenameType: "msg", appendNewline: false,
            createDir: true, overwriteFile: "true", encoding: "utf8" })];
    },
    compare_files(step, node) {
        const [one, other] = step.compare_files.map((file) => absolute(value(file, "item")));
        const read = (name) => node(name, "file in", { name: "", filename: "filename", filenameType: "msg", format: "",
            sendError: false, allProps: false });
        return [node("one", "change", { name: step.title, rules: [set("filename", one)] }), read("read_one"),
            node("other", "change", { name: "", rules: [set("first", "payload", "msg"), set("filename", other)] }), read("read_other"),
            node("equal", "function", { name: "equal?", outputs: 1, func: "if (Buffer.compare(msg.first, msg.payload) === 0)\n" +
                "    return msg;\nnode.error(`${msg.filename} differs`, msg);" })];
    },
    require(step, node) {
        return [node("holds", "switch", { name: step.title, property: condition(step.require.condition, "item"), propertyType: "jsonata",
            rules: [{ t: "true" }, { t: "else" }], checkall: "false", repair: false, outputs: 2 })];
    },
};

// How wide the editor draws a node, about.
const widthOf = ({ name, type }) => Math.max(100, 60 + 7 * (name || type).length);

// Puts the nodes of a step side by side, in the next row where this one is full.
function place(nodes, context) {
    const width = nodes.reduce((sum, node) => sum + widthOf(node) + GAP, 0);
    if (context.x > LEFT && context.x + width > RIGHT)
        [context.x, context.y] = [LEFT, context.y + ROW];
    for (const node of nodes) {
        node.x = Math.round((context.x + widthOf(node) / 2) / 20) * 20;
        node.y = context.y;
        context.x += widthOf(node) + GAP;
    }
}

// The step's nodes, and which outputs go on: [{ wire }].
function stepNodes(step, context) {
    const made = [];
    const node = (name, type, properties) => {
        const one = { id: [context.tab, step.id, name].filter(Boolean).join("."), z: context.tab, type, ...properties,
            wires: Array.from({ length: properties.outputs || 1 }, () => []) };
        made.push(one);
        return one;
    };
    const kind = Object.keys(KINDS).find((name) => step[name] !== undefined);
    const nodes = KINDS[kind](step, node, context);
    nodes.slice(1).forEach((next, i) => nodes[i].wires[0].push(next.id));
    const last = nodes.at(-1), open = last.wires.slice(0, kind === "require" ? 1 : last.wires.length).map((wire) => ({ wire }));
    const gate = step.if === undefined ? [] : [{ id: `${context.tab}.${step.id}.if`, z: context.tab, type: "switch", name: "if",
        property: condition(step.if, "item"), propertyType: "jsonata", rules: [{ t: "true" }, { t: "else" }],
        checkall: "false", repair: false, outputs: 2, wires: [[nodes[0].id], []] }];
    const all = [...gate, ...nodes];
    place(all, context);
    if (kind === "require") {
        const say = node("message", "change", { name: "what is wrong", rules: [set("require", text(step.require.message, "item"))] });
        const fail = node("fail", "function", { name: "end", outputs: 1, func: "node.error(msg.require, msg);" });
        [say.x, say.y, fail.x, fail.y] = [last.x, last.y + 45, last.x + 180, last.y + 45];
        last.wires[1].push(say.id);
        say.wires[0].push(fail.id);
        all.push(say, fail);
    }
    return { first: all[0].id, all, open: [...open, ...gate.map(({ wires }) => ({ wire: wires[1] }))] };
}

function frame(flow, tab, alert, end) {
    const at = (name, type, x, y, properties, wires = []) => ({ id: `${tab}.${name}`, z: tab, type, x, y, ...properties, wires });
    return { start: [
        { id: tab, type: "tab", label: flow.name, disabled: false, info: flow.description || "" },
        at("in.http", "http in", 180, 40, { name: `POST /soar/${tab}`, url: `/soar/${tab}`, method: "post" }, [[`${tab}.in.take`]]),
        at("in.inject", "inject", 180, 100, { name: "the example's alert", props: [{ p: "payload" }], payload: JSON.stringify(alert),
            payloadType: "json", topic: "", repeat: "", crontab: "", once: false, onceDelay: 0.1 }, [[`${tab}.in.take`]]),
        at("in.take", "change", 420, 40, { name: "trigger", rules: [set("trigger", "payload", "msg"), set("steps", "{}", "json"),
            set("flow", `{"name": ${JSON.stringify(flow.name)}, "workdir": $env("SOAR_WORKDIR") & "/" & _msgid}`),
            set("schema", JSON.stringify(flow.trigger), "json"), set("file", "flow.workdir & \"/trigger.json\"")] }, [[`${tab}.in.check`]]),
        at("in.check", "json", 600, 40, { name: "is it one?", property: "trigger", action: "obj", pretty: false }, [[`${tab}.in.keep`]]),
        at("in.keep", "file", 780, 40, { name: "keep it", filename: "file", filenameType: "msg", appendNewline: false, createDir: true,
            overwriteFile: "true", encoding: "utf8" }, [[]]),
    ], end: [
        at("out.done", "change", 420, end, { name: "done", rules: [set("payload", `{"ok": true, "flow": flow.name, "steps": steps}`)] },
            [[`${tab}.out.asked`]]),
        at("out.catch", "catch", 180, end + 60, { name: "what failed", scope: null, uncaught: false }, [[`${tab}.out.failed`]]),
        at("out.failed", "change", 420, end + 60, { name: "failed", rules: [set("payload",
            "{\"ok\": false, \"node\": error.source.name, \"message\": error.message, \"falcon\": falcon}"), set("statusCode", "500", "num")] },
        [[`${tab}.out.asked`]]),
        at("out.asked", "switch", 640, end, { name: "over HTTP?", property: "$exists(res)", propertyType: "jsonata", rules: [{ t: "true" }, { t: "else" }],
            checkall: "false", repair: false, outputs: 2 }, [[`${tab}.out.answer`], [`${tab}.out.debug`]]),
        at("out.answer", "http response", 840, end, { name: "" }),
        at("out.debug", "debug", 840, end + 60, { name: "outcome", active: true, tosidebar: true, complete: "payload", targetType: "msg" }),
    ] };
}

function nodesOf(flow, tab, alert, tools) {
    const context = { tab, tools, x: LEFT, y: TOP };
    const steps = flow.steps.map((step) => stepNodes(step, context));
    const { start, end } = frame(flow, tab, alert, context.y + ROW);
    let open = [{ wire: start.at(-1).wires[0] }];
    for (const step of steps) {
        open.forEach(({ wire }) => wire.push(step.first));
        open = step.open;
    }
    open.forEach(({ wire }) => wire.push(end[0].id));
    return [...start, ...steps.flatMap(({ all }) => all), ...end,
        { id: "falcon.tenant", type: "falcon-config", name: "Falcon", cloud: "auto", baseUrl: "", memberCid: "", readDirs: "", writeDirs: "",
            readOnly: false, runs: "child", plugin: "", more: "" }];
}

function main(files) {
    const check = files[0] === "--check", stale = [];
    const tools = new Map(listActions().tools.map((tool) => [tool.name, tool]));
    for (const file of files.slice(check ? 1 : 0)) {
        const tab = path.basename(file, ".json");
        const alert = JSON.parse(fs.readFileSync(file.replace(/\.json$/, ".alert.json"), "utf8"));
        const made = `${JSON.stringify(nodesOf(JSON.parse(fs.readFileSync(file, "utf8")), tab, alert, tools), null, 1)}\n`;
        const to = path.join(__dirname, "examples", `${tab}.json`);
        if (fs.existsSync(to) && fs.readFileSync(to, "utf8") === made)
            continue;
        stale.push(tab);
        if (!check)
            fs.writeFileSync(to, made);
    }
    if (check && stale.length > 0) {
        console.log(`out of step with tests/flows: ${stale.join(", ")}; run make stubs`);
        process.exitCode = 1;
    }
}

main(process.argv.slice(2));
