// The contract of soar_plugin.h for koffi: structs, constants, functions. Nothing else loads the plugin.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const koffi = require("koffi");

const ABI_MAJOR = 1, ABI_MINOR = 1;
const CALL = { DRY_RUN: 1, IN_FD: 2, OUT_FD: 4 };
const KIND = { DONE: 1, LOG: 2, PROGRESS: 3 };
const STATUS = { OK: 0, NOT_FOUND: 5, OUT_OF_RANGE: 11, EMPTY: 18 };
const NO_TIMEOUT = 0xffffffffffffffffn;
const FILE = "falcon_case_management.so";
const PLACES = ["/usr/local/lib/soar", "/usr/lib/soar"];

const GetSecret = koffi.proto("int32_t soar_get_secret(void *ctx, void *name, uint64_t name_len, " +
    "void *buf, uint64_t cap, void *out_len)");
const Log = koffi.proto("void soar_log(void *ctx, int32_t level, void *msg, uint64_t msg_len)");
const LEVELS = ["debug", "error", "warn", "info", "debug", "audit"];
const Host = koffi.struct("soar_host", {
    struct_size: "uint32_t", abi_version: "uint32_t", ctx: "void *", log: koffi.pointer(Log),
    get_secret: koffi.pointer(GetSecret), progress: "void *", now_ms: "void *",
    flags: "uint32_t", max_inflight: "uint32_t",
});
const Call = koffi.struct("soar_call", {
    struct_size: "uint32_t", flags: "uint32_t", call_id: "uint64_t",
    action: "const char *", action_len: "uint64_t", input: "const char *", input_len: "uint64_t",
    timeout_ms: "uint64_t", trace: "const char *", trace_len: "uint64_t",
    in_fd: "int32_t", out_fd: "int32_t", plan: "const char *", plan_len: "uint64_t",
    idempotency_key: "const char *", idempotency_key_len: "uint64_t",
});
const Result = koffi.struct("soar_result", {
    struct_size: "uint32_t", status: "int32_t", call_id: "uint64_t", kind: "int32_t",
    http_status: "int32_t", json: "void *", json_len: "uint64_t", done: "uint64_t",
    total: "uint64_t", owner: "void *",
});
const PollFd = koffi.struct({ fd: "int", events: "short", revents: "short" });

const poll = koffi.load(null).func("poll", "int", [koffi.inout(koffi.pointer(PollFd)), "unsigned long", "int"]);
const POLLIN = 1;

// Whether the descriptor has something, waited for on a thread of libuv's.
function readable(fd) {
    return new Promise((resolve, reject) => {
        poll.async([{ fd, events: POLLIN, revents: 0 }], 1, -1,
            (error, ready) => error ? reject(error) : resolve(ready > 0));
    });
}

// An empty result for the plugin to fill.
function newResult() {
    return { struct_size: koffi.sizeof(Result), status: 0, call_id: 0, kind: 0, http_status: 0,
        json: null, json_len: 0, done: 0, total: 0, owner: null };
}

// A copy of the document; "" where memory ran out.
function textOf(result) {
    if (result.json === null)
        return "";
    return Buffer.from(koffi.view(result.json, Number(result.json_len))).toString("utf8");
}

// The plugin's file: the named one, that of $SOARHOST_PLUGIN, or the installed one.
function pluginPath(named) {
    const wanted = named || process.env.SOARHOST_PLUGIN;
    const candidates = wanted ? [wanted] : PLACES.map((place) => path.join(place, FILE));
    for (const candidate of candidates)
        if (fs.existsSync(candidate))
            return path.resolve(candidate);
    throw new Error(`no plugin at ${candidates.join(" or ")}: ` +
        "give new Client(config, { plugin }), set SOARHOST_PLUGIN, or make install");
}

function bind(file) {
    const so = koffi.load(file);
    const out = (type) => koffi.out(koffi.pointer(type));
    const inout = (type) => koffi.inout(koffi.pointer(type));
    const library = {
        path: file,
        abi_version: so.func("soar_abi_version", "uint32_t", []),
        list_actions: so.func("soar_list_actions", "int32_t", [out("void *"), out("uint64_t")]),
        init: so.func("soar_init", "int32_t", [koffi.pointer(Host), "const char *", "uint64_t", out("void *"),
            out("int32_t"), inout(Result)]),
        cancel: so.func("soar_cancel", "int32_t", ["void *", "uint64_t"]),
        release: so.func("soar_release", "void", [inout(Result)]),
        shutdown: so.func("soar_shutdown", "int32_t", ["void *", "uint64_t"]),
        submit: so.func("soar_submit", "int32_t", ["void *", koffi.pointer(Call)]),
        next: so.func("soar_next", "int32_t", ["void *", inout(Result)]),
    };
    const version = library.abi_version();
    if (version >>> 16 !== ABI_MAJOR)
        throw new Error(`${file} follows version ${version >>> 16}.${version & 0xffff} of the contract, ` +
            `this package ${ABI_MAJOR}.x`);
    return library;
}

const loaded = new Map();

// Loads the plugin, once a process and path.
function load(named) {
    const file = pluginPath(named);
    if (!loaded.has(file))
        loaded.set(file, bind(file));
    return loaded.get(file);
}

// What soar_list_actions says, parsed: { tools, _meta }.
function listActions(named) {
    const library = load(named);
    if (library.actions === undefined) {
        const text = [null], size = [0];
        library.list_actions(text, size);
        library.actions = JSON.parse(Buffer.from(koffi.view(text[0], Number(size[0]))).toString("utf8"));
    }
    return library.actions;
}

// What answers the plugin's questions for secrets, and the function that ends it.
function secretsCallback(secrets) {
    const answer = (ctx, name, nameLength, buffer, room, outLength) => {
        const asked = koffi.decode(name, "char", Number(nameLength));
        const found = typeof secrets === "function" ? secrets(asked) : secrets[asked];
        if (typeof found !== "string")
            return STATUS.NOT_FOUND;
        const bytes = Buffer.from(found);
        koffi.encode(outLength, "uint64_t", bytes.length);
        if (bytes.length > Number(room))
            return STATUS.OUT_OF_RANGE;
        new Uint8Array(koffi.view(buffer, bytes.length)).set(bytes);
        return STATUS.OK;
    };
    const callback = koffi.register(answer, koffi.pointer(GetSecret));
    return { callback, end: () => koffi.unregister(callback) };
}

// What takes the lines that do not come as events, and the function that ends it.
function logCallback(take) {
    const callback = koffi.register((ctx, level, line, length) => {
        take(LEVELS[level] || "debug", koffi.decode(line, "char", Number(length)));
    }, koffi.pointer(Log));
    return { callback, end: () => koffi.unregister(callback) };
}

function newHost(log, getSecret) {
    return { struct_size: koffi.sizeof(Host), abi_version: ABI_MAJOR * 65536 + ABI_MINOR, ctx: null, log,
        get_secret: getSecret, progress: null, now_ms: null, flags: 0, max_inflight: 0 };
}

const CALL_SIZE = koffi.sizeof(Call);

module.exports = { CALL, CALL_SIZE, KIND, NO_TIMEOUT, STATUS, koffi, Host, Call, Result, listActions, load, logCallback, newHost,
    newResult, readable, secretsCallback, textOf };
