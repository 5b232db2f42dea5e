"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { connect, raw } = require("./session.js");

const request = (id, method, params) => ({ jsonrpc: "2.0", id, method, params });

test("progress comes where a token was given, rises, and ends with the call", async (t) => {
    const client = await connect(t, [], ["--seed=300"]);
    const result = await client.callTool({ name: "query_case_ids", arguments: { all: true, limit: 100 } }, undefined,
        { onprogress: () => {} });
    const seen = client.messages.filter((message) => message.method).map((message) => message.params);
    assert.strictEqual(result.structuredContent.meta.paging.items, 300);
    assert.ok(seen.length >= 3); // a page each
    assert.ok(seen.every((progress, i) => i === 0 || progress.progress > seen[i - 1].progress));
    assert.deepStrictEqual(seen.at(-1), { progressToken: seen[0].progressToken, progress: 300, total: 300 });
    assert.ok(client.messages.at(-1).result);
    client.messages.length = 0;
    await client.callTool({ name: "query_case_ids", arguments: { all: true, limit: 100 } });
    assert.strictEqual(client.messages.length, 1); // and none where nobody asked
});

test("a cancelled call ends at the service's side too, answers nothing, and the session goes on", async (t) => {
    const server = raw(t, "--sandbox-arg=--fault", "--sandbox-arg=query_case_ids@1:slow=60000:1");
    server.send(request("a", "tools/call", { name: "query_case_ids", arguments: {} }));
    server.send(request(1, "ping"));
    assert.strictEqual((await server.next()).id, 1); // answered while the call is under way
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: "a", reason: "enough" } });
    server.child.stdin.end(); // it ends when its calls have ended
    assert.strictEqual(await server.next(), null);
    assert.strictEqual(await server.ended, 0);
});

test("calls that were begun are finished when the client says no more", async (t) => {
    const server = raw(t);
    for (let i = 0; i < 8; i++)
        server.send(request(i, "tools/call", { name: "create_case", arguments: { name: "n" + i, severity: 9 } }));
    server.child.stdin.end();
    const ids = new Set();
    for (let message = await server.next(); message; message = await server.next()) {
        assert.strictEqual(message.result.isError, false);
        ids.add(message.id);
    }
    assert.strictEqual(ids.size, 8);
    assert.strictEqual(await server.ended, 0);
});

test("a signal cancels what is under way and ends the server in order", async (t) => {
    const server = raw(t, "--sandbox-arg=--fault", "--sandbox-arg=query_case_ids@1:slow=60000:1");
    server.send(request(1, "tools/call", { name: "query_case_ids", arguments: {} }));
    server.send(request(2, "ping"));
    await server.next();
    server.child.kill("SIGTERM");
    assert.strictEqual(await server.ended, 0);
});

test("the version that is asked for is spoken, or the newest", async (t) => {
    const server = raw(t);
    for (const [asked, spoken] of [["2025-11-25", "2025-11-25"], ["2025-06-18", "2025-06-18"],
        ["2025-03-26", "2025-03-26"], ["2024-11-05", "2024-11-05"], ["1999-01-01", "2025-11-25"]]) {
        server.send(request(asked, "initialize", { protocolVersion: asked, capabilities: {}, clientInfo: {} }));
        const { result } = await server.next();
        assert.strictEqual(result.protocolVersion, spoken);
        assert.ok(result.instructions);
    }
});

test("what is no request gets the code that JSON-RPC has for it", async (t) => {
    const server = raw(t);
    for (const [line, id, code] of [
        ["{", null, -32700],
        ["\"x\"", null, -32600],
        ["[]", null, -32600],
        ["{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", null, -32600],
        ["{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", 1, -32600],
        [request(2, "no/such"), 2, -32601],
        [request(3, "notifications/cancelled"), 3, -32601],
        [request(4, "initialize", {}), 4, -32602],
        [request(5, "tools/call", {}), 5, -32602],
        [request(6, "tools/call", { name: "get_cases", arguments: [] }), 6, -32602],
        [request(7, "tools/call", { name: "get_cases", _meta: { progressToken: [] } }), 7, -32602],
        [request(8, "tools/list", { cursor: "x" }), 8, -32602],
        [{ jsonrpc: "2.0", id: 9, method: "ping", params: [] }, 9, -32602],
    ]) {
        server.send(line);
        const message = await server.next();
        assert.strictEqual(message.id, id, JSON.stringify(line));
        assert.strictEqual(message.error.code, code, JSON.stringify(line));
        assert.ok(message.error.message);
    }
});

test("notifications, answers and empty lines get no answer, and a batch one for each request", async (t) => {
    const server = raw(t);
    server.send("");
    server.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    server.send({ jsonrpc: "2.0", method: "no/such" });
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 77 } });
    server.send({ jsonrpc: "2.0", id: 5, result: {} });
    server.send([request(6, "ping"), request(7, "ping")]);
    assert.strictEqual((await server.next()).id, 6);
    assert.strictEqual((await server.next()).id, 7);
});

test("an id that is in flight is not taken twice", async (t) => {
    const server = raw(t, "--sandbox-arg=--fault", "--sandbox-arg=query_case_ids@1:slow=60000:1");
    const call = request(1, "tools/call", { name: "query_case_ids", arguments: {} });
    server.send(call);
    server.send(call);
    assert.strictEqual((await server.next()).error.code, -32000);
    server.child.kill("SIGTERM");
    assert.strictEqual(await server.ended, 0);
});

test("the log stays out of stdout, and --dry-run sends nothing", async (t) => {
    const client = await connect(t, ["--verbose", "--dry-run"]);
    await client.listTools();
    const planned = await client.callTool({ name: "create_case", arguments: { name: "x", severity: 5 } });
    assert.strictEqual(planned.structuredContent.request.method, "PUT");
    const found = await client.callTool({ name: "query_case_ids", arguments: {} });
    assert.strictEqual(found.structuredContent.request.method, "GET");
    assert.deepStrictEqual(client.problems, []);
});
