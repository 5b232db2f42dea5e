// One tenant, in this process. Calls run on the plugin's thread; their outcomes come over its event
// descriptor, for which a thread of libuv's waits while calls are in flight. JavaScript never waits.
"use strict";
const { EventEmitter } = require("node:events");
const abi = require("./abi");
const { configText } = require("./config");
const { AbortError, errorOf } = require("./errors");

const AT_ONCE = 256; // events taken before others on the loop get their turn
const CLOSE_MS = 10000;

function milliseconds(timeout) {
    if (timeout === undefined || timeout === null)
        return 0;
    return timeout === Infinity ? abi.NO_TIMEOUT : Math.max(1, Math.trunc(timeout));
}

// Text and its length in bytes.
function text(value) {
    return value ? [value, Buffer.byteLength(value)] : [null, 0];
}

function newCall(callId, action, input, options) {
    const given = JSON.stringify(input);
    const [name, nameLength] = text(action), [trace, traceLength] = text(options.trace);
    const [plan, planLength] = text(options.plan), [key, keyLength] = text(options.idempotencyKey);
    return { struct_size: abi.CALL_SIZE, call_id: callId,
        flags: (options.dryRun ? abi.CALL.DRY_RUN : 0) | (options.sourceFd >= 0 ? abi.CALL.IN_FD : 0) |
            (options.sinkFd >= 0 ? abi.CALL.OUT_FD : 0),
        action: name, action_len: nameLength, input: given, input_len: Buffer.byteLength(given),
        timeout_ms: milliseconds(options.timeoutMs), trace, trace_len: traceLength,
        in_fd: options.sourceFd ?? -1, out_fd: options.sinkFd ?? -1, plan, plan_len: planLength,
        idempotency_key: key, idempotency_key_len: keyLength };
}

// What a call gives: the document, with the shorthands of index.d.ts.
class Result {
    constructor(document) {
        this.document = document;
    }
    get resources() { return this.document.resources || []; }
    get first() { return this.resources[0]; }
    get file() { return this.document.file; }
    get value() { return this.document.value; }
    get meta() { return this.document.meta; }
    get traceId() { return this.document.meta.trace_id; }
    get total() { return (this.document.meta.pagination || {}).total; }
    get httpStatus() { return this.document.http_status; }
    get request() { return this.document.request; }
    get plan() { return this.document.plan; }
    toJSON() { return this.document; }
}

// What Client and IsolatedClient share: a method for each action, and the handling of signals. A
// subclass gives start(action, input, options) -> { outcome: Promise of a document, cancel() }.
class Base extends EventEmitter {
    async invoke(action, input, options = {}) {
        const { signal } = options;
        if (signal && signal.aborted)
            throw new AbortError(signal.reason, errorOf({ status: "CANCELLED", error: {
                message: `${action}: aborted before it began`, reason: "cancelled", outcome: "not_sent" } }));
        const call = this.start(action, input === undefined ? {} : input, options);
        const abort = () => call.cancel();
        if (signal)
            signal.addEventListener("abort", abort, { once: true });
        try {
            const document = await call.outcome;
            if (document.status === "OK")
                return new Result(document);
            const error = errorOf(document);
            throw signal && signal.aborted ? new AbortError(signal.reason, error) : error;
        } finally {
            if (signal)
                signal.removeEventListener("abort", abort);
        }
    }
    defineActions(plugin) {
        for (const { name } of abi.listActions(plugin).tools)
            if (!(name in this))
                this[name] = (input, options) => this.invoke(name, input, options);
    }
}

class Client extends Base {
    constructor(config, { plugin, secrets } = {}) {
        super();
        this.library = abi.load(plugin);
        this.defineActions(plugin);
        this.flights = new Map();
        this.nextId = 1;
        this.watching = null;
        this.open(configText(config), secrets);
    }
    open(config, secrets) {
        const asked = secrets ? abi.secretsCallback(secrets) : { callback: null, end() {} };
        const log = abi.logCallback((level, line) => this.log(level, line));
        const handle = [null], fd = [-1], result = abi.newResult();
        try {
            const status = this.library.init(abi.newHost(log.callback, asked.callback), config,
                Buffer.byteLength(config), handle, fd, result);
            const document = abi.textOf(result);
            this.library.release(result);
            if (status !== abi.STATUS.OK)
                throw errorOf(document ? JSON.parse(document) : null, status);
        } catch (error) {
            log.end();
            throw error;
        } finally {
            asked.end(); // secrets are asked for inside soar_init alone
        }
        [this.handle, this.fd, this.endLog] = [handle[0], fd[0], log.end];
    }
    log(level, line) {
        if (level === "audit")
            this.emit("audit", JSON.parse(line));
        else
            this.emit("log", { level, message: line });
    }
    start(action, input, options) {
        if (this.handle === null)
            throw new Error("the client is closed");
        const callId = this.nextId++;
        const outcome = new Promise((resolve, reject) => {
            this.flights.set(callId, { action, resolve, reject, onProgress: options.onProgress });
        });
        const status = this.library.submit(this.handle, newCall(callId, action, input, options));
        if (status !== abi.STATUS.OK) {
            this.flights.delete(callId);
            throw errorOf(null, status);
        }
        if (this.watching === null)
            this.watching = this.watch().finally(() => { this.watching = null; });
        return { outcome, cancel: () => this.library.cancel(this.handle, callId) };
    }
    async watch() {
        while (this.flights.size > 0) {
            await abi.readable(this.fd);
            this.take();
        }
    }
    take() {
        for (let taken = 0; taken < AT_ONCE; taken++) {
            const event = abi.newResult();
            if (this.library.next(this.handle, event) !== abi.STATUS.OK)
                return;
            const document = abi.textOf(event);
            const { kind, call_id: id, status, done, total } = event;
            this.library.release(event);
            this.handleEvent(kind, Number(id), status, document, Number(done), Number(total));
        }
    }
    handleEvent(kind, callId, status, document, done, total) {
        const flight = this.flights.get(callId);
        if (kind === abi.KIND.LOG) {
            const { level, message } = JSON.parse(document);
            this.log(level, message);
        } else if (kind === abi.KIND.PROGRESS && flight) {
            this.tell(callId, flight, done, total);
        } else if (kind === abi.KIND.DONE && flight) {
            this.flights.delete(callId);
            if (flight.problem)
                flight.reject(flight.problem);
            else if (document === "")
                flight.reject(errorOf(null, status));
            else
                flight.resolve(JSON.parse(document));
        }
    }
    tell(callId, flight, done, total) {
        this.emit("progress", { action: flight.action, done, total });
        try {
            if (flight.onProgress && flight.onProgress(done, total) === false)
                this.library.cancel(this.handle, callId);
        } catch (problem) {
            flight.problem = problem;
            this.library.cancel(this.handle, callId);
        }
    }
    // Cancels what is in flight, waits for it, and ends the instance.
    async close() {
        if (this.handle === null)
            return;
        for (const callId of this.flights.keys())
            this.library.cancel(this.handle, callId);
        await this.watching;
        if (this.handle === null)
            return;
        const handle = this.handle;
        this.handle = null;
        await new Promise((resolve, reject) => {
            this.library.shutdown.async(handle, CLOSE_MS, (error) => error ? reject(error) : resolve());
        });
        this.endLog();
    }
}

module.exports = { Base, Client };
