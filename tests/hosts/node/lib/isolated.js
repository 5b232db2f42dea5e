// One tenant, with the plugin in a process of its own, so that a fault in it cannot take this one down. A
// process that dies takes its calls with it: they fail with what is known of them, and the next call starts another.
"use strict";
const path = require("node:path");
const { fork } = require("node:child_process");
const abi = require("./abi");
const { Base } = require("./client");
const { configText } = require("./config");

// The document for a call whose process died: a read may be made again, a write may have been applied.
function lost(action, readOnly, how) {
    return { ok: false, status: readOnly ? "UNAVAILABLE" : "UNKNOWN", http_status: 0, meta: {}, errors: [],
        error: { code: readOnly ? "UNAVAILABLE" : "UNKNOWN", reason: "plugin_process_died",
            message: `${action}: the plugin's process ended (${how})`, where: "host",
            hint: readOnly ? "Make the call again." : "It may have been applied: look before you repeat it.",
            retryable: readOnly, outcome: readOnly ? "not_applied" : "unknown" } };
}

class IsolatedClient extends Base {
    constructor(config, { plugin, secrets } = {}) {
        super();
        if (typeof secrets === "function")
            throw new TypeError("secrets must be an object here: they go to another process");
        this.given = { config: configText(config), plugin, secrets };
        this.defineActions(plugin);
        this.readOnly = new Map(abi.listActions(plugin).tools.map(
            (tool) => [tool.name, tool.annotations.readOnlyHint]));
        this.nextId = 1;
        this.child = null;
        this.closed = false;
    }
    // The process, started where there is none.
    process() {
        if (this.child === null) {
            const child = fork(path.join(__dirname, "child.js"), [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
            child.calls = new Map();
            child.on("message", (message) => this.take(child, message));
            child.on("error", () => this.gone(child, "it could not be started"));
            child.on("exit", (code, signal) => this.gone(child, signal || `exit code ${code}`));
            child.send(this.given);
            child.unref();
            child.channel.unref();
            this.child = child;
        }
        return this.child;
    }
    get pid() { return this.child === null ? undefined : this.child.pid; }
    start(action, input, { signal, onProgress, ...options }) {
        if (this.closed)
            throw new Error("the client is closed");
        const child = this.process(), id = this.nextId++;
        const outcome = new Promise((resolve, reject) => {
            child.calls.set(id, { action, resolve, reject, onProgress });
        });
        if (child.calls.size === 1)
            child.channel.ref(); // this process stays while a call is on its way
        child.send({ call: id, action, input, options }, () => {});
        return { outcome, cancel: () => child.connected && child.send({ cancel: id }, () => {}) };
    }
    take(child, message) {
        if (message.event) {
            this.emit(message.event, message.value);
            return;
        }
        const call = child.calls.get(message.call);
        if (call === undefined)
            return;
        if (message.document)
            this.end(child, message.call).resolve(call.problem ? Promise.reject(call.problem) : message.document);
        else
            this.tell(child, message, call);
    }
    tell(child, { call: id, done, total }, call) {
        this.emit("progress", { action: call.action, done, total });
        try {
            if (call.onProgress && call.onProgress(done, total) === false)
                child.send({ cancel: id });
        } catch (problem) {
            call.problem = problem;
            child.send({ cancel: id });
        }
    }
    end(child, id) {
        const call = child.calls.get(id);
        child.calls.delete(id);
        if (child.calls.size === 0 && child.connected)
            child.channel.unref();
        return call;
    }
    gone(child, how) {
        if (this.child === child)
            this.child = null;
        for (const [id, call] of [...child.calls])
            this.end(child, id).resolve(lost(call.action, this.readOnly.get(call.action) === true, how));
    }
    // Cancels what is in flight, waits for it, and ends the process.
    async close() {
        this.closed = true;
        const child = this.child;
        if (child === null)
            return;
        child.ref();
        await new Promise((resolve) => {
            child.once("exit", resolve);
            child.send({ close: true }, () => {});
        });
    }
}

module.exports = { IsolatedClient };
