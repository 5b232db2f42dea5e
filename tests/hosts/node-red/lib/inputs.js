// What stands in a node's form, as values for one message.
"use strict";

// The value of one field: a type of Node-RED's, or "list" (words with commas between) or "choice".
async function valueOf(RED, node, { t: type, v: value }, msg) {
    if (type === "list")
        return value.split(/[,\n]/).map((word) => word.trim()).filter(Boolean);
    if (type === "choice")
        return value;
    if (type === "jsonata") {
        const expression = RED.util.prepareJSONataExpression(value, node);
        return new Promise((resolve, reject) => RED.util.evaluateJSONataExpression(expression, msg,
            (error, result) => error ? reject(error) : resolve(plain(result))));
    }
    return new Promise((resolve, reject) => RED.util.evaluateNodeProperty(value, type, node, msg,
        (error, result) => error ? reject(error) : resolve(result)));
}

// JSONata marks its lists; what goes to the plugin is plain.
function plain(value) {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function put(object, pointer, value) {
    const keys = pointer.split("/").slice(1), last = keys.pop();
    let at = object;
    for (const key of keys)
        at = at[key] ??= {};
    at[last] = value;
}

// fields: JSON Pointer -> { t, v }. What has no value is left out.
async function inputOf(RED, node, fields, msg) {
    const input = {};
    for (const [pointer, field] of Object.entries(fields)) {
        const value = await valueOf(RED, node, field, msg);
        if (value !== undefined && value !== null && !(field.t === "num" && Number.isNaN(value)))
            put(input, pointer, value);
    }
    return input;
}

module.exports = { inputOf, valueOf };
