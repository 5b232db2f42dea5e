// Values and conditions of response flows (tests/flows/README.md) as JSONata over a message that has trigger, steps,
// flow, and in a loop item and index. `item` is what the flow calls the loop's item.
"use strict";

const WORDS = new Set(["and", "or", "in", "true", "false", "null", "function"]);

function nameOf(key) {
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !WORDS.has(key) ? key : `\`${key}\``;
}

// A JSON Pointer as a path.
function pathOf(pointer, item) {
    const [root, ...keys] = pointer.split("/").slice(1).map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
    return keys.reduce((path, key) => /^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${nameOf(key)}`,
        nameOf(root === item ? "item" : root));
}

// "... ${/pointer} ..." as a text; $${ stands for ${.
function text(given, item) {
    const parts = [];
    let plain = "", at = 0;
    for (const match of given.matchAll(/\$\$\{|\$\{([^}]*)\}/g)) {
        plain += given.slice(at, match.index);
        at = match.index + match[0].length;
        if (match[1] === undefined) {
            plain += "${";
            continue;
        }
        parts.push(JSON.stringify(plain), pathOf(match[1], item));
        plain = "";
    }
    parts.push(JSON.stringify(plain + given.slice(at)));
    const shown = parts.filter((part) => part !== "\"\"");
    if (shown.length === 0)
        return "\"\"";
    return shown.length === 1 && !shown[0].startsWith("\"") ? `${shown[0]} & ""` : shown.join(" & ");
}

function value(given, item) {
    if (typeof given === "string")
        return text(given, item);
    if (Array.isArray(given))
        return `[${given.map((one) => value(one, item)).join(", ")}]`;
    if (given === null || typeof given !== "object")
        return JSON.stringify(given);
    if (given.$ref === undefined)
        return `{${Object.entries(given).map(([key, part]) => `${JSON.stringify(key)}: ${value(part, item)}`).join(", ")}}`;
    const paths = [].concat(given.$ref).map((pointer) => pathOf(pointer, item));
    return paths.length === 1 ? paths[0] :
        `(${paths.slice(0, -1).map((one) => `$exists(${one}) ? ${one} : `).join("")}${paths.at(-1)})`;
}

function condition(given, item) {
    const [[kind, of]] = Object.entries(given);
    switch (kind) {
    case "exists": {
        const path = pathOf(of, item);
        return `($exists(${path}) and ${path} != null)`;
    }
    case "equals": return `(${value(of[0], item)} = ${value(of[1], item)})`;
    case "greater": return `(${value(of[0], item)} > ${value(of[1], item)})`;
    case "not": return `$not(${condition(of, item)})`;
    case "all": return `(${of.map((one) => condition(one, item)).join(" and ")})`;
    case "any": return `(${of.map((one) => condition(one, item)).join(" or ")})`;
    default: throw new Error(`there is no condition "${kind}"`);
    }
}

module.exports = { condition, text, value };
