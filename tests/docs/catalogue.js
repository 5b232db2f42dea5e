"use strict";
const listing = JSON.parse(document.getElementById("listing").textContent);
const tools = listing.tools.map((tool) => ({ ...tool, effect: effectOf(tool), scope: scopeOf(tool), group: tool._meta?.group ?? "actions" }));
const byId = (id) => document.getElementById(id);

function effectOf({ annotations, _meta }) {
    if (annotations?.destructiveHint) return "destructive";
    if (annotations?.readOnlyHint) return "read";
    return _meta?.scope?.access === "read" ? "saves file" : "write";
}

function scopeOf({ _meta }) {
    return _meta?.scope ? `${_meta.scope.name}: ${_meta.scope.access}` : "none";
}

// An element; children are elements or texts, which are never taken for markup.
function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

// ---------------------------------------------------------------- finding

const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}_.]+/u).filter(Boolean);
const found = new Map(tools.map((tool) => [tool.name,
    `${tool.name} ${tool.name.replaceAll("_", " ")} ${tool.title} ${tool.description} ${tool._meta?.path ?? ""} ${tool._meta?.operation_id ?? ""} ${Object.keys(tool.inputSchema.properties ?? {}).join(" ")}`.toLowerCase()]));

function chosen() {
    const wanted = words(byId("search").value);
    return tools.filter((tool) => wanted.every((word) => found.get(tool.name).includes(word)) &&
        ["group", "scope", "effect"].every((key) => !byId(key).value || byId(key).value === tool[key]));
}

function badge(tool) {
    return make("b", { class: `badge ${tool.effect.replace(" ", "-")}` }, tool.effect);
}

function showList() {
    const shown = chosen(), current = location.hash.slice(2);
    byId("list").replaceChildren(...[...new Set(shown.map((tool) => tool.group))].sort().map((group) =>
        make("li", {}, make("h2", {}, group.replaceAll("_", " ")), make("ul", {}, ...shown.filter((tool) => tool.group === group).map((tool) =>
            make("li", {}, make("a", { href: `#/${tool.name}`, "aria-current": tool.name === current && "page" },
                make("code", {}, tool.name), make("span", {}, tool.title))))))));
    byId("count").textContent = `${shown.length} of ${tools.length} actions`;
}

// ---------------------------------------------------------------- schemas

function resolved(root, schema) {
    const seen = new Set();
    let whole = schema;
    while (whole.$ref?.startsWith("#") && !seen.has(whole.$ref)) {
        seen.add(whole.$ref);
        const { $ref, ...own } = whole;
        const target = $ref.slice(1).split("/").slice(1).reduce((at, key) => at?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], root);
        whole = { ...target, ...own };
    }
    return whole;
}

function kindOf(root, schema) {
    const whole = resolved(root, schema);
    if (whole.anyOf) return whole.anyOf.map((one) => kindOf(root, one)).filter((kind, i, all) => all.indexOf(kind) === i).join(" or ");
    const types = [whole.type ?? "object"].flat().filter((type) => type !== "null");
    return types.map((type) => (type === "array" ? `list of ${whole.items ? kindOf(root, whole.items) : "anything"}` : type)).join(" or ");
}

function range(least, most, unit) {
    if (least === undefined && most === undefined) return null;
    if (least === most) return `${least}${unit}`;
    if (most === undefined) return least === 0 ? null : `${least} or more${unit}`;
    return least === undefined ? `up to ${most}${unit}` : `${least} to ${most}${unit}`;
}

function limitsOf(schema) {
    return [schema.enum && `one of ${schema.enum.join(", ")}`, range(schema.minimum, schema.maximum, ""),
        range(schema.minLength, schema.maxLength, " characters"), range(schema.minItems, schema.maxItems, " items"),
        schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
        schema["x-type"] && `type ${schema["x-type"]}`].filter(Boolean).join("; ");
}

// The members of an object, or of the items of a list, whatever it is wrapped in.
function membersOf(root, schema) {
    const whole = resolved(root, schema);
    if (whole.properties) return whole;
    if (whole.items) return membersOf(root, whole.items);
    for (const one of [...(whole.anyOf ?? []), ...(whole.allOf ?? [])]) {
        const members = membersOf(root, one);
        if (members) return members;
    }
    return null;
}

// required: names, or null where it is not shown (of outputs)
function treeOf(root, schema, required, above = []) {
    const members = membersOf(root, schema);
    return make("ul", {}, ...Object.entries(members.properties).map(([name, own]) => {
        const whole = resolved(root, own), below = membersOf(root, own), key = own.$ref ?? own.items?.$ref;
        const line = [make("code", { class: "name" }, name), " ", make("span", { class: "kind" }, kindOf(root, own)),
            required?.includes(name) ? make("span", { class: "must" }, " required") : null];
        const rest = [whole.description ? make("p", {}, whole.description) : null, limitsOf(whole) ? make("p", { class: "limits" }, limitsOf(whole)) : null];
        if (!below || above.length > 8 || (key && above.includes(key))) return make("li", {}, ...line, ...rest);
        const details = make("details", {}, make("summary", {}, ...line), ...rest);
        details.addEventListener("toggle", () => {
            if (details.open && !details.querySelector("ul")) details.append(treeOf(root, own, required && (below.required ?? []), key ? [...above, key] : above));
        });
        return make("li", {}, details);
    }));
}

function tree(schema, required, only) {
    const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !only || only.includes(name)));
    if (Object.keys(properties).length === 0) return make("p", {}, "None.");
    const list = treeOf(schema, { properties }, required);
    list.className = "tree";
    return list;
}

// ---------------------------------------------------------------- examples

const quoted = (text) => JSON.stringify(text);

function python(value) {
    if (value === null) return "None";
    if (value === true) return "True";
    if (value === false) return "False";
    if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
    if (typeof value === "object") return `{${Object.entries(value).map(([key, own]) => `${quoted(key)}: ${python(own)}`).join(", ")}}`;
    return JSON.stringify(value);
}

function nodeRedField(value) {
    if (typeof value === "string") return { t: "str", v: value };
    if (typeof value === "number") return { t: "num", v: String(value) };
    if (typeof value === "boolean") return { t: "bool", v: String(value) };
    return { t: "json", v: JSON.stringify(value) };
}

const languages = {
    C: (name, input) => `soar_result result = { .struct_size = sizeof result };
soar_call call = { .struct_size = sizeof call, .in_fd = -1, .out_fd = -1 };
call.action = ${quoted(name)};
call.action_len = strlen(call.action);
call.input = ${quoted(JSON.stringify(input))};
call.input_len = strlen(call.input);
if (soar_invoke(plugin, &call, &result) == SOAR_OK)
    puts(result.json);
soar_release(&result);
`,
    Python: (name, input) => `from falcon_case_management import Client

with Client(open("falcon.conf").read()) as falcon:
    result = falcon.invoke(${quoted(name)}, ${python(input)})
    print(result)
`,
    "Node.js": (name, input) => `const fs = require("fs");
const { Client } = require("falcon-case-management");

async function main() {
    const falcon = new Client(fs.readFileSync("falcon.conf", "utf8"));
    const result = await falcon.invoke(${quoted(name)}, ${JSON.stringify(input)});
    console.log(JSON.stringify(result, null, 2));
    await falcon.close();
}
main();
`,
    "Node-RED": (name, input) => `${JSON.stringify([
        { id: "start", type: "inject", name: "Start", props: [{ p: "payload" }], x: 120, y: 80, wires: [["call"]] },
        { id: "call", type: "falcon-action", name: "", falcon: "", action: name,
            fields: Object.fromEntries(Object.entries(input).map(([key, value]) => [`/${key}`, nodeRedField(value)])),
            result: "payload", errors: "catch", outputs: 1, x: 320, y: 80, wires: [["result"]] },
        { id: "result", type: "debug", name: "Result", active: true, complete: "payload", x: 520, y: 80, wires: [] },
    ], null, 2)}\n`,
    MCP: (name, input) => `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: input } }, null, 2)}\n`,
    "Command line": (name, input) => `soarhost --config falcon.conf invoke ${name} '${JSON.stringify(input).replaceAll("'", "'\\''")}'\n`,
};

async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        const field = make("textarea", {}, text);
        document.body.append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
    }
    byId("said").textContent = "Copied";
}

function examplesOf(tool) {
    const input = tool._meta?.examples?.[0]?.input ?? {};
    const panel = make("div", { role: "tabpanel", id: "panel", tabindex: "0" });
    const tabs = Object.entries(languages).map(([language, write], i) => {
        const tab = make("button", { role: "tab", type: "button", "aria-controls": "panel", id: `tab-${i}` }, language);
        tab.addEventListener("click", () => select(tab, write(tool.name, input)));
        return tab;
    });
    function select(tab, text) {
        for (const one of tabs) {
            one.setAttribute("aria-selected", String(one === tab));
            one.tabIndex = one === tab ? 0 : -1;
        }
        panel.setAttribute("aria-labelledby", tab.id);
        const button = make("button", { type: "button", class: "copy" }, "Copy");
        button.addEventListener("click", () => copy(text));
        panel.replaceChildren(make("pre", {}, make("code", {}, text)), button);
        sessionStorage.setItem("language", tab.textContent);
    }
    const bar = make("div", { role: "tablist", "aria-label": "Language" }, ...tabs);
    bar.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
        next.click();
        next.focus();
    });
    (tabs.find((tab) => tab.textContent === sessionStorage.getItem("language")) ?? tabs[0]).click();
    return [bar, panel];
}

// ---------------------------------------------------------------- one action

function fact(name, ...value) {
    return [make("dt", {}, name), make("dd", {}, ...value)];
}

function showAction(tool) {
    const meta = tool._meta ?? {}, input = tool.inputSchema, output = meta.examples?.find((one) => one.output)?.output;
    const required = [...(input.required ?? []), ...(input.else?.required ?? [])];
    const hints = Object.entries(tool.annotations ?? {}).filter(([, value]) => value === true).map(([name]) => name.replace("Hint", ""));
    byId("main").replaceChildren(
        make("h2", {}, make("code", {}, tool.name), " ", badge(tool)),
        make("p", {}, make("strong", {}, tool.title), ". ", tool.description),
        make("dl", { class: "facts" },
            ...(meta.method ? fact("Request", make("code", {}, `${meta.method} ${meta.path}`)) : []),
            ...fact("Scope", tool.scope), ...fact("Effect", hints.join(", ") || tool.effect),
            ...(meta.operation_id ? fact("Operation", make("code", {}, meta.operation_id)) : []),
            ...(meta.retry ? fact("Repeats", String(meta.retry)) : []),
            ...(meta.paging ? fact("Pages", `${meta.paging.style}, at most ${meta.paging.max} a page`) : []),
            ...(meta.chunk ? fact("Long lists", `${meta.chunk.input}: sent in parts of ${meta.chunk.max}`) : []),
            ...(meta.limits ? fact("Limits", meta.limits.map((one) => JSON.stringify(one)).join(", ")) : [])),
        make("h3", {}, "Inputs"), tree(input, required),
        make("h3", {}, "Outputs"), tree(tool.outputSchema, null, ["resources", "file", "value"]),
        make("h3", {}, "Call it"), ...examplesOf(tool),
        ...(output ? [make("h3", {}, "What comes back"), make("pre", { class: "output", tabindex: "0" }, make("code", {}, JSON.stringify(output, null, 2)))] : []));
    document.title = `${tool.name} - ${listing._meta?.title ?? "Actions"}`;
    byId("main").dataset.shown = tool.name;
}

function show() {
    const tool = tools.find((one) => one.name === decodeURIComponent(location.hash.slice(2)));
    showList();
    if (tool) showAction(tool);
    else byId("main").replaceChildren(make("p", {}, "Choose an action from the list."));
    if (!tool) delete byId("main").dataset.shown;
}

function start() {
    const meta = listing._meta ?? {};
    byId("title").textContent = meta.title ?? "Actions";
    byId("about").textContent = `${meta.description ?? ""} ${meta.plugin ?? ""} ${meta.plugin_version ?? ""}, contract ${meta.abi_version ?? ""}.`;
    for (const key of ["group", "scope", "effect"])
        for (const value of [...new Set(tools.map((tool) => tool[key]))].sort()) byId(key).append(make("option", { value }, value.replaceAll("_", " ")));
    byId("filters").addEventListener("input", showList);
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", () => { show(); byId("main").focus({ preventScroll: true }); window.scrollTo(0, 0); });
    show();
}

start();
