// The process of an IsolatedClient: takes calls from its parent and ends with it.
"use strict";
const { Client } = require("./client");

const aborts = new Map();
const answering = new Set();
let client, refusal;

function open({ config, plugin, secrets }) {
    try {
        client = new Client(config, { plugin, secrets });
    } catch (error) {
        refusal = error;
        return;
    }
    for (const event of ["log", "audit"])
        client.on(event, (value) => process.send({ event, value }));
}

// An error that is no outcome of the plugin's, in the form of one.
function documentOf(error) {
    return error.document || { ok: false, status: "INTERNAL", http_status: 0, meta: {}, errors: [],
        error: { code: "INTERNAL", reason: "host", message: error.message, retryable: false, outcome: "not_sent" } };
}

async function call({ call: id, action, input, options }) {
    const abort = new AbortController();
    let document;
    aborts.set(id, abort);
    try {
        if (refusal)
            throw refusal;
        const onProgress = (done, total) => { process.send({ call: id, done, total }); };
        document = (await client.invoke(action, input, { ...options, onProgress, signal: abort.signal })).document;
    } catch (error) {
        document = documentOf(error.name === "AbortError" ? error.error : error);
    }
    aborts.delete(id);
    await new Promise((sent) => process.connected ? process.send({ call: id, document }, sent) : sent());
}

function take(message) {
    const answer = call(message).finally(() => answering.delete(answer));
    answering.add(answer);
}

// Ends the calls in order, tells how they ended where somebody wants to know, and goes.
async function end() {
    if (client)
        await client.close();
    await Promise.all(answering);
    process.exit(0);
}

process.on("message", (message) => {
    if (message.config !== undefined)
        open(message);
    else if (message.call)
        take(message);
    else if (message.cancel)
        aborts.get(message.cancel)?.abort();
    else if (message.close)
        end();
});
process.on("disconnect", end); // the parent is gone
for (const signal of ["SIGINT", "SIGHUP"])
    process.on(signal, () => {}); // those of a terminal reach the parent too, which decides
