// Both clients, in this process and isolated, against the sandbox.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const falcon = require("falcon-case-management");
const { startWorld } = require("./support");

const { AbortError, InvalidArgument, OutcomeUnknown, Unavailable } = falcon;

for (const Kind of [falcon.Client, falcon.IsolatedClient])
    test.describe(Kind.name, () => {
        let world, client;
        test.before(async () => { world = await startWorld(); });
        test.after(async () => assert.strictEqual(await world.stop(), 0));
        test.beforeEach(() => { client = new Kind(world.config, { secrets: world.secrets }); });
        test.afterEach(async () => {
            await client.close();
            await world.clear();
        });
        const newCase = async (input) =>
            (await client.create_case({ name: "From Node", severity: 60, ...input })).first;

        test("a case is opened, changed and read", async () => {
            const opened = await newCase({ tags: ["a"] });
            await client.add_case_tags({ id: opened.id, tags: "b" });
            const result = await client.get_cases({ ids: [opened.id] });
            assert.deepStrictEqual(result.first.tags, ["a", "b"]);
            assert.strictEqual(result.httpStatus, 200);
            assert.ok(result.traceId);
        });

        test("every action is a method and its example can be planned", async () => {
            fs.writeFileSync(path.join(world.dir, "sent"), "name: x");
            for (const tool of falcon.listActions().tools) {
                const input = { ...tool._meta.examples[0].input };
                for (const name of Object.keys(input))
                    if (tool.inputSchema.properties[name]["x-in"] === "file")
                        input[name] = path.join(world.dir, "sent");
                assert.strictEqual((await client[tool.name](input, { dryRun: true })).plan.action, tool.name);
            }
        });

        test("a refused input is an error of its class that names the place", async () => {
            await assert.rejects(client.create_case({ name: "x", severity: 600 }), (error) => {
                assert.ok(error instanceof InvalidArgument && error instanceof falcon.SoarError);
                assert.deepStrictEqual([error.code, error.where, error.outcome, error.retryable],
                    ["INVALID_ARGUMENT", "/severity", "not_sent", false]);
                assert.match(error.message, /\/severity/);
                return true;
            });
        });

        test("each status is an error of its class", async () => {
            const opened = await newCase();
            await assert.rejects(client.update_case_fields({ id: opened.id, expected_version: 77, fields: { name: "y" } }),
                (error) => error instanceof falcon.Aborted && error.present.version === 1 &&
                    error.httpStatus === 409 && Boolean(error.traceId));
            await assert.rejects(client.invoke("no_such_action", {}), falcon.NotFound);
            await world.fault("get_cases:partial:1");
            await assert.rejects(client.get_cases({ ids: [opened.id, (await newCase()).id] }), (error) =>
                error instanceof falcon.Partial && error.done.length === 1 && error.failed.length === 1);
            const readOnly = new Kind({ ...world.config, policy: { read_only: true } }, { secrets: world.secrets });
            await assert.rejects(readOnly.create_case({ name: "x", severity: 1 }), falcon.PermissionDenied);
            await readOnly.close();
            const refused = async (config, secrets, kind) => {
                let other;
                await assert.rejects(async () => {
                    other = new Kind(config, { secrets });
                    await other.query_case_ids();
                }, kind);
                await other?.close();
            };
            await refused(world.config, { FALCON: "wrong" }, falcon.Unauthenticated);
            await refused(world.config, {}, falcon.NotFound);
            await refused("falcon = {\n clowd = 1; };", {},
                (error) => error instanceof InvalidArgument && /line 2/.test(error.message));
        });

        test("the event loop goes on while two hundred calls wait, and each gets its own outcome", async () => {
            await world.fault("query_case_ids:slow=600000");
            const abort = new AbortController();
            const waiting = client.query_case_ids({}, { signal: abort.signal }).catch((error) => error);
            const names = Array.from({ length: 200 }, (_, n) => `case ${n}`);
            const opened = await Promise.all(names.map((name) => newCase({ name })));
            assert.deepStrictEqual(opened.map(({ name }) => name), names);
            abort.abort(new Error("enough"));
            const error = await waiting;
            assert.ok(error instanceof AbortError);
            assert.deepStrictEqual([error.name, error.code, error.cause.message], ["AbortError", "ABORT_ERR", "enough"]);
        });

        test("an aborted write tells that it may have been applied", async () => {
            await world.fault("create_case:slow_after=600000");
            const before = await world.cases(), abort = new AbortController();
            const lost = newCaseAborted(client, abort.signal);
            while (await world.cases() === before)
                ;
            abort.abort();
            const error = await lost;
            assert.strictEqual(error.outcome, "unknown");
            assert.ok(error.error instanceof OutcomeUnknown);
            await assert.rejects(client.create_case({ name: "x", severity: 1 }, { signal: AbortSignal.abort() }),
                (early) => early instanceof AbortError && early.outcome === "not_sent");
        });

        test("one key makes one case, and a plan binds the call that follows", async () => {
            const before = await world.cases();
            const ids = new Set((await Promise.all([1, 2, 3].map(() =>
                client.create_case({ name: "k", severity: 1 }, { idempotencyKey: "alert-1" })))).map(({ first }) => first.id));
            assert.deepStrictEqual([ids.size, await world.cases() - before], [1, 1]);
            const [id] = ids;
            const { plan, request } = await client.add_case_tags({ id, tags: "x" }, { dryRun: true });
            assert.strictEqual(request.method, "POST");
            await assert.rejects(client.add_case_tags({ id, tags: "other" }, { plan: plan.text }),
                (error) => error instanceof falcon.FailedPrecondition && error.reason === "plan_changed");
            assert.deepStrictEqual((await client.add_case_tags({ id, tags: "x" }, { plan: plan.text })).first.tags, ["x"]);
        });

        test("a file goes up and down, with progress that may end the call", async () => {
            const data = Buffer.alloc(4 << 20, "falcon");
            fs.writeFileSync(path.join(world.dir, "up.bin"), data);
            const { id: case_id } = await newCase();
            const { id } = (await client.upload_file({ file: path.join(world.dir, "up.bin"), case_id })).first;
            const down = await client.download_existing_files({ id, save_as: `${Kind.name}.bin` });
            assert.ok(fs.readFileSync(down.file.path).equals(data));
            await world.fault("download_existing_files:stall=600000"); // half way through
            const events = [];
            client.on("progress", (event) => events.push(event));
            await assert.rejects(client.download_existing_files({ id, save_as: "never.bin" },
                { onProgress: (done, total) => !(done > 0 && total === data.length) }), falcon.Cancelled);
            assert.strictEqual(events[0].action, "download_existing_files");
            await assert.rejects(client.download_existing_files({ id, save_as: "never.bin" },
                { onProgress: () => { throw new RangeError("mine"); } }), RangeError);
            assert.ok(!fs.existsSync(path.join(world.dir, "never.bin")));
        });

        test("writes are told as audit events", async () => {
            const records = [];
            client.on("audit", (record) => records.push(record));
            const opened = await newCase();
            await client.create_case({ name: "x", severity: 600 }).catch(() => {});
            assert.deepStrictEqual(records.map(({ action, status }) => [action, status]),
                [["create_case", "OK"], ["create_case", "INVALID_ARGUMENT"]]);
            assert.deepStrictEqual(records[0].resources, [opened.id]);
        });

        test("closing ends what is in flight, and a closed client says so", async () => {
            await world.fault("query_case_ids:slow=600000");
            const calls = [1, 2, 3].map(() => client.query_case_ids().catch((error) => error));
            await client.query_slas({ limit: 1 });
            await client.close();
            for (const error of await Promise.all(calls))
                assert.strictEqual(error.code, "CANCELLED");
            await assert.rejects(client.query_slas(), /closed/);
        });
    });

function newCaseAborted(client, signal) {
    return client.create_case({ name: "x", severity: 1 }, { signal }).catch((error) => error);
}

test("a plugin's process that is killed fails its calls with what is known, and the next call works", async (t) => {
    const world = await startWorld();
    const client = new falcon.IsolatedClient(world.config, { secrets: world.secrets });
    t.after(async () => {
        await client.close();
        assert.strictEqual(await world.stop(), 0);
    });
    await client.query_slas({ limit: 1 });
    const { pid } = client;
    await world.fault("query_case_ids:slow=600000", "create_case:slow_after=600000:1");
    const before = await world.cases();
    const read = client.query_case_ids().catch((error) => error);
    const write = client.create_case({ name: "x", severity: 1 }).catch((error) => error);
    while (await world.cases() === before)
        ;
    process.kill(pid, "SIGKILL");
    const lostRead = await read, lostWrite = await write;
    assert.ok(lostRead instanceof Unavailable && lostRead.retryable);
    assert.ok(lostWrite instanceof OutcomeUnknown && !lostWrite.retryable);
    assert.strictEqual(lostWrite.reason, "plugin_process_died");
    assert.strictEqual((await client.create_case({ name: "after", severity: 1 })).first.name, "after");
    assert.notStrictEqual(client.pid, pid);
});
