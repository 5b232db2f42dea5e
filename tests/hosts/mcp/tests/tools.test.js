"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { connect } = require("./session.js");

const text = (result) => result.content.map((block) => block.text).join("\n");

test("the client finds 55 tools with schemas, titles and annotations, and nothing meant for other hosts", async (t) => {
    const client = await connect(t);
    assert.strictEqual(client.getServerVersion().name, "soarhost");
    assert.ok(client.getServerCapabilities().tools);
    const { tools, nextCursor } = await client.listTools();
    assert.strictEqual(tools.length, 55);
    assert.strictEqual(nextCursor, undefined);
    for (const tool of tools) {
        assert.ok(tool.title && tool.description, tool.name);
        assert.strictEqual(tool.inputSchema.type, "object");
        assert.strictEqual(tool.outputSchema.type, "object");
        for (const hint of ["readOnlyHint", "destructiveHint", "idempotentHint"])
            assert.strictEqual(typeof tool.annotations[hint], "boolean", tool.name);
        assert.ok(!JSON.stringify(tool).includes('"x-'), tool.name);
        assert.strictEqual(tool._meta, undefined);
    }
    const hints = (name) => tools.find((tool) => tool.name === name).annotations;
    assert.strictEqual(hints("get_cases").readOnlyHint, true);
    assert.strictEqual(hints("delete_templates").destructiveHint, true);
    assert.strictEqual(hints("add_case_tags").idempotentHint, true);
    assert.strictEqual(hints("create_case").idempotentHint, false);
    // words of schemas that are also names of members stay
    const create = tools.find((tool) => tool.name === "create_case").inputSchema;
    assert.ok(create.properties.description.description);
});

test("a case is opened, read and searched for, each answer as its schema says", async (t) => {
    const client = await connect(t);
    await client.listTools(); // from here on the client holds each answer against the schema
    const made = await client.callTool({ name: "create_case", arguments: { name: "From a model", severity: 70 } });
    assert.strictEqual(made.isError, false);
    const [doc] = made.structuredContent.resources;
    assert.strictEqual(doc.name, "From a model");
    assert.match(made.content[0].text, /SBX-\d+, status new/);
    assert.deepStrictEqual(JSON.parse(made.content[1].text), made.structuredContent);
    const read = await client.callTool({ name: "get_cases", arguments: { ids: [doc.id] } });
    assert.strictEqual(read.structuredContent.resources[0].id, doc.id);
    const found = await client.callTool({ name: "query_case_ids", arguments: { filter: "name:'From a model'" } });
    assert.deepStrictEqual(found.structuredContent.resources, [doc.id]);
});

test("what goes wrong with a tool is a result that says why and what to do", async (t) => {
    const client = await connect(t);
    await client.listTools();
    const refused = await client.callTool({ name: "create_case", arguments: { name: "No severity" } });
    assert.strictEqual(refused.isError, true);
    assert.match(refused.content[0].text, /^INVALID_ARGUMENT: /);
    assert.match(text(refused), /\/severity/);
    assert.match(refused.content[0].text, /\noutcome: not_sent/);
    const missing = await client.callTool({ name: "get_cases", arguments: { ids: ["nope"] } });
    assert.strictEqual(missing.isError, true);
    assert.match(missing.content[0].text, /^NOT_FOUND: /);
    assert.strictEqual(missing.structuredContent.error.code, "NOT_FOUND");
});

test("an unknown tool is an error of the protocol, with the nearest names", async (t) => {
    const client = await connect(t);
    await assert.rejects(client.callTool({ name: "get_case", arguments: {} }),
        (error) => error.code === -32602 && /Unknown tool: get_case .*get_cases/.test(error.message));
});

test("--read-only offers and carries out nothing that writes", async (t) => {
    const client = await connect(t, ["--read-only"]);
    const { tools } = await client.listTools();
    assert.ok(tools.length > 20);
    assert.ok(tools.every((tool) => tool.annotations.readOnlyHint));
    await assert.rejects(client.callTool({ name: "create_case", arguments: { name: "x", severity: 5 } }), { code: -32602 });
    const all = await client.callTool({ name: "query_case_ids", arguments: {} });
    assert.deepStrictEqual(all.structuredContent.resources, []);
});

test("--tools offers those that fit one of the patterns", async (t) => {
    const client = await connect(t, ["--tools", "get_slas,query_*ids"]);
    const { tools } = await client.listTools();
    assert.deepStrictEqual(tools.map((tool) => tool.name).sort(), ["get_slas", "query_case_ids", "query_file_detail_ids"]);
    await assert.rejects(client.callTool({ name: "get_cases", arguments: { ids: ["x"] } }), { code: -32602 });
});

test("--fields leaves of each resource those members, which still fits the schema", async (t) => {
    const client = await connect(t, ["--fields", "id,name"], ["--seed=3"]);
    await client.listTools();
    const ids = (await client.callTool({ name: "query_case_ids", arguments: {} })).structuredContent.resources;
    const read = await client.callTool({ name: "get_cases", arguments: { ids } });
    assert.strictEqual(read.structuredContent.resources.length, 3);
    for (const doc of read.structuredContent.resources)
        assert.deepStrictEqual(Object.keys(doc), ["id", "name"]);
});

test("a page is 25 items unless told otherwise, and too much is left out with a word", async (t) => {
    const client = await connect(t, [], ["--seed=40"]);
    await client.listTools();
    const page = await client.callTool({ name: "query_case_ids", arguments: {} });
    assert.strictEqual(page.structuredContent.resources.length, 25);
    assert.match(page.content[0].text, /40 in all/);
    const more = await client.callTool({ name: "query_case_ids", arguments: { limit: 40 } });
    const ids = more.structuredContent.resources;
    assert.strictEqual(ids.length, 40);
    const read = await client.callTool({ name: "get_cases", arguments: { ids } });
    const shown = read.structuredContent.resources.length;
    assert.ok(shown > 1 && shown < 40, String(shown));
    assert.ok(JSON.stringify(read.structuredContent.resources).length <= 32768 + shown + 1);
    assert.match(read.content[0].text, new RegExp(`${40 - shown} more are left out`));
});
