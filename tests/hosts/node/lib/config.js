// An object as the libconfig text that the plugin reads.
"use strict";

function quoted(text) {
    const plain = text.replace(/[\\"]/g, "\\$&");
    // eslint-disable-next-line no-control-regex
    return `"${plain.replace(/[\x00-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
}

function valueText(value) {
    if (typeof value === "boolean")
        return String(value);
    if (typeof value === "number")
        return Number.isInteger(value) && Math.abs(value) >= 2 ** 31 ? `${value}L` : String(value);
    if (typeof value === "string")
        return quoted(value);
    if (Array.isArray(value))
        return `[ ${value.map(valueText).join(", ")} ]`;
    if (value !== null && typeof value === "object")
        return `{ ${Object.entries(value).map(([name, part]) => `${name} = ${valueText(part)};`).join(" ")} }`;
    throw new TypeError(`a configuration holds no ${value === null ? "null" : typeof value}`);
}

// { falcon: { cloud: "auto" } } or text in libconfig form, as text.
function configText(config) {
    if (typeof config === "string")
        return config;
    return Object.entries(config).map(([name, value]) => `${name} = ${valueText(value)};\n`).join("");
}

module.exports = { configText };
