// One action for each message. What came back is put into the message; what failed takes the catch path.
"use strict";
const { inputOf, valueOf } = require("../lib/inputs");

const STATUS_EVERY_MS = 200;

// What messages carry of a call that ended well, or of an error.
function about(action, result, error) {
    if (error === null)
        return { action, status: "OK", traceId: result.traceId, requests: result.meta.requests, retryable: false };
    const known = error.code === "ABORT_ERR" ? error.error : error;
    return { action, status: known.code || "INVALID_ARGUMENT", reason: known.reason, where: known.where,
        hint: known.hint, retryable: known.retryable === true, retryAfterMs: known.retryAfterMs,
        outcome: known.outcome || "not_sent", traceId: known.traceId, message: known.message, present: known.present,
        done: known.done, failed: known.failed };
}

function short(result, ms) {
    const first = result.first;
    const name = first && (first.reference_id || first.name || (typeof first === "string" ? first : ""));
    const count = result.resources.length > 1 ? ` and ${result.resources.length - 1} more` : "";
    return `${name || (result.file ? result.file.name : "done")}${count}, ${ms} ms`;
}

module.exports = function (RED) {
    function FalconAction(config) {
        RED.nodes.createNode(this, config);
        const node = this, falcon = RED.nodes.getNode(config.falcon);
        const aborts = new Set();
        let shown = 0;

        function progress(done, total) {
            if (Date.now() - shown < STATUS_EVERY_MS)
                return;
            shown = Date.now();
            node.status({ fill: "blue", shape: "ring",
                text: total > 0 ? `${Math.floor(100 * done / total)} %` : `${done}` });
        }

        async function optionsOf(msg, signal) {
            const options = { signal, onProgress: progress, dryRun: config.dryRun === true };
            if (Number(config.timeout) > 0)
                options.timeoutMs = Number(config.timeout) * 1000;
            for (const [name, field] of [["idempotencyKey", config.key], ["plan", config.plan]])
                if (field && field.v !== "") {
                    const value = await valueOf(RED, node, field, msg);
                    if (value !== undefined && value !== "")
                        options[name] = String(value);
                }
            return options;
        }

        async function once(msg, signal) {
            const input = await inputOf(RED, node, config.fields || {}, msg);
            return falcon.client().invoke(config.action, input, await optionsOf(msg, signal));
        }

        // The call, again until its condition holds.
        async function settled(msg, signal) {
            if (!config.until)
                return once(msg, signal);
            for (let tries = 1; ; tries++) {
                const result = await once(msg, signal);
                RED.util.setMessageProperty(msg, config.result || "payload", result.document, true);
                if (await valueOf(RED, node, { t: "jsonata", v: config.until }, msg) === true)
                    return result;
                if (tries >= (Number(config.untilMax) || 60))
                    throw Object.assign(new Error(`${config.action}: after ${tries} times it is not so yet: ${config.until}`),
                        { code: "DEADLINE_EXCEEDED", reason: "until", retryable: true, outcome: "applied" });
                node.status({ fill: "blue", shape: "ring", text: `waiting, ${tries}` });
                await pause(Number(config.untilEvery) || 1000, signal);
            }
        }

        // The call for each item of a list, one after the other.
        async function forEach(msg, signal) {
            const given = await valueOf(RED, node, { t: "jsonata", v: config.each }, msg);
            const all = given === undefined ? [] : [].concat(given);
            const by = Number(config.eachBy) || 0, items = [], results = [];
            for (let i = 0; i < all.length; i += by || 1)
                items.push(by ? all.slice(i, i + by) : all[i]);
            const failed = [];
            for (const [index, item] of items.entries())
                try {
                    results.push(await settled({ ...msg, item, index }, signal));
                } catch (error) {
                    if (config.errors !== "output" || error.name === "AbortError")
                        throw error;
                    failed.push(error); // those who do without the catch path want the others done
                    results.push({ resources: [], meta: { requests: 0 }, document: error.document || { ok: false } });
                }
            const last = results.at(-1);
            if (failed.length > 0)
                throw Object.assign(failed[0], { document: { ok: false, status: "PARTIAL", count: results.length,
                    items: results.map((result) => result.document) } });
            return { resources: results.flatMap((result) => result.resources), first: last && last.first,
                traceId: last && last.traceId,
                meta: { requests: results.reduce((sum, result) => sum + result.meta.requests, 0) },
                document: { ok: true, status: "OK", count: results.length,
                    items: results.map((result) => result.document) } };
        }

        node.on("input", async (msg, send, done) => {
            const abort = new AbortController(), started = Date.now();
            aborts.add(abort);
            try {
                if (!falcon || !config.action)
                    throw Object.assign(new Error(falcon ? "no action is chosen" : "no tenant is chosen"),
                        { code: "INVALID_ARGUMENT", reason: "not_configured" });
                node.status({ fill: "blue", shape: "ring", text: config.action });
                const result = await (config.each ? forEach : settled)(msg, abort.signal);
                RED.util.setMessageProperty(msg, config.result || "payload", result.document, true);
                msg.falcon = about(config.action, result, null);
                node.status({ fill: "green", shape: "dot", text: short(result, Date.now() - started) });
                send(msg);
                done();
            } catch (error) {
                msg.falcon = about(config.action, null, error);
                const { status, reason } = msg.falcon;
                node.status({ fill: "red", shape: msg.falcon.retryable ? "ring" : "dot",
                    text: reason ? `${status}: ${reason}` : status });
                if (error.document)
                    RED.util.setMessageProperty(msg, config.result || "payload", error.document, true);
                if (config.errors === "output") {
                    send([null, msg]);
                    done();
                } else {
                    done(error);
                }
            } finally {
                aborts.delete(abort);
            }
        });

        node.on("close", () => {
            for (const abort of aborts)
                abort.abort();
            node.status({});
        });
    }
    RED.nodes.registerType("falcon-action", FalconAction);
};

function pause(ms, signal) {
    return new Promise((resolve, reject) => {
        const ended = () => (clearTimeout(timer), reject(signal.reason));
        const timer = setTimeout(() => (signal.removeEventListener("abort", ended), resolve()), ms);
        signal.addEventListener("abort", ended, { once: true });
    });
}
