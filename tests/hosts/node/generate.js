#!/usr/bin/env node
// Writes actions.d.ts from what soar_list_actions says.
//   generate.js [--check] [PLUGIN.so]    with --check: says whether it is out of step, and writes nothing
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { listActions } = require("./lib/abi");

const FILE = path.join(__dirname, "actions.d.ts");

function camel(name) {
    return name.split(/[^A-Za-z0-9]+/).map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
}

function comment(text, indent) {
    return text ? `${indent}/** ${text.replace(/\*\//g, "* /").replace(/\s+/g, " ")} */\n` : "";
}

// Interfaces for the objects of the schemas, one for each that differs.
const interfaces = new Map();

function named(wanted, body, description) {
    let name = wanted;
    for (let number = 2; interfaces.has(name) && interfaces.get(name).body !== body; number++)
        name = `${wanted}${number}`;
    interfaces.set(name, { body, description });
    return name;
}

function typeOf(schema, root, name, input) {
    if (schema.$ref) {
        const key = schema.$ref.split("/").pop();
        return typeOf(root.$defs[key], root, camel(key) + (input && !key.endsWith("input") ? "Input" : ""), input);
    }
    if (schema.enum)
        return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    const kinds = schema.anyOf ? schema.anyOf.map((part) => typeOf(part, root, name, input)) :
        [].concat(schema.type || []).map((kind) => single(kind, schema, root, name, input));
    return [...new Set(kinds)].join(" | ") || "unknown";
}

function single(kind, schema, root, name, input) {
    if (kind === "array") {
        const item = typeOf(schema.items || {}, root, `${name}Item`, input);
        return `${input ? "readonly " : ""}${item.includes(" ") ? `(${item})` : item}[]`;
    }
    if (kind === "object")
        return schema.properties ? named(name, members(schema, root, name, input), schema.description || schema.title) :
            "Record<string, unknown>";
    return { integer: "number", null: "null" }[kind] || kind;
}

function described(schema, root) {
    if (schema.description || !schema.$ref)
        return schema.description;
    const target = root.$defs[schema.$ref.split("/").pop()];
    return target.description || target.title;
}

function members(schema, root, name, input, required = schema.required || [], only = null) {
    return Object.entries(schema.properties).map(([key, value]) => {
        if (only && !only.includes(key))
            return `    ${key}?: never;\n`;
        return comment(described(value, root), "    ") + `    ${key}${required.includes(key) ? "" : "?"}: ` +
            `${typeOf(value, root, name + camel(key), input)};\n`;
    }).join("");
}

// The ways to call it: with the named inputs, or with one in place of others.
function forms(schema) {
    const rules = [schema, ...(schema.allOf || [])].filter((rule) => rule.if &&
        (schema.properties[rule.if.required[0]]["x-in"] || "").startsWith("whole"));
    const always = schema.required || [], names = Object.keys(schema.properties);
    const whole = rules.map((rule) => rule.if.required[0]);
    return [{ only: names.filter((name) => !whole.includes(name)),
        required: always.concat(...rules.map((rule) => rule.else?.required || [])) },
    ...rules.map((rule) => {
        const excluded = Object.keys(rule.then.properties || {}).filter((key) => rule.then.properties[key].not);
        return { only: names.filter((name) => !excluded.includes(name)),
            required: always.filter((name) => !excluded.includes(name)).concat(rule.if.required) };
    })];
}

function action(tool) {
    const name = camel(tool.name), schema = tool.inputSchema;
    const ways = forms(schema).map(({ only, required }, i) =>
        named(`${name}Input${i === 0 ? "" : `By${camel(required.at(-1))}`}`,
            members(schema, schema, name, true, required, only), `Input of ${tool.name}.`));
    const items = tool.outputSchema.properties.resources?.items;
    const gives = items ? typeOf(items, tool.outputSchema, `${name}Resource`, false) : "never";
    const optional = forms(schema).some(({ required }) => required.length === 0);
    const { scope } = tool._meta;
    return comment(`${tool.title}. ${tool.description} Scope: ${scope.name} (${scope.access}).`, "    ") +
        `    ${tool.name}(input${optional ? "?" : ""}: ${ways.join(" | ")}, options?: CallOptions): ` +
        `Promise<Result<${gives}>>;\n`;
}

function declarations(tools) {
    const methods = tools.map(action).join("");
    let text = "// A method for each action, and the objects that they take and give. Made by generate.js from the\n" +
        "// plugin's actions; do not edit.\nimport type { CallOptions, Result } from \"./index\";\n\n" +
        `export interface Actions {\n${methods}}\n`;
    for (const [name, { body, description }] of interfaces)
        text += `\n${comment(description, "")}export interface ${name} {\n${body}}\n`;
    return text;
}

const check = process.argv.includes("--check");
const made = declarations(listActions(process.argv.slice(2).find((word) => !word.startsWith("--"))).tools);
if (!check) {
    fs.writeFileSync(FILE, made);
} else if (!fs.existsSync(FILE) || fs.readFileSync(FILE, "utf8") !== made) {
    console.log("actions.d.ts is out of step with the plugin; run make stubs");
    process.exitCode = 1;
}
