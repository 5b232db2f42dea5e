// The TypeScript SDK of the service's vendor, from npm, drives each of its case operations against
// the sandbox and reads each answer with its own models. The SDK knows nothing of the sandbox: only
// the host of its calls is another. Where the SDK itself is wrong, the test says so and looks at the wire.
"use strict";
const test = require("node:test");
const assert = require("node:assert");
const sdk = require("crowdstrike-falcon");
const { startSandbox } = require("./sandbox");

const HOST = "a1d00000000000000000000000000001";
const ALERT = "5a9dbd0c0ffee0000000000000000001:ind:a1d00000000000000000000000000001:1001-10-1001";
const ALERT_2 = "5a9dbd0c0ffee0000000000000000001:ind:a1d00000000000000000000000000001:1002-10-1002";
const EVENT = "f1f1f1f1-0000-4000-8000-000000000001";
const TEMPLATE = "00000000-0000-4000-8000-000000000070";
const FIELD = "00000000-0000-4000-8000-000000000071";
const SLA = "00000000-0000-4000-8000-000000000050";
const GROUP = "00000000-0000-4000-8000-000000000060";
const TAG = "00000000-0000-4000-8000-000000000031";
const SESSION = "00000000-0000-4000-8000-000000000090";
const DUMP = "a41bfcf88fdca070e82c5a53893305c84ba4fe58f337752137cfb6b2ec12af7b";

const wire = []; // every request that the SDK made
const driven = new Set();
let sandbox, cases, files, management;
const made = {}; // ids that later steps need

// Notes which operations were driven.
function noting(api) {
    return new Proxy(api, {
        get(target, name) {
            if (typeof target[name] === "function" && !name.endsWith("Raw"))
                driven.add(name);
            return typeof target[name] === "function" ? target[name].bind(target) : target[name];
        },
    });
}

function operationsOf(api) {
    return Object.getOwnPropertyNames(api.prototype)
        .filter((name) => name !== "constructor" && !name.endsWith("Raw"));
}

test.before(async () => {
    sandbox = await startSandbox("--seed", "20", "--strict");
    const client = new sdk.FalconClient({
        cloud: "us-1", clientId: sandbox.client_id, clientSecret: sandbox.client_secret,
        fetchApi: async (url, init) => {
            wire.push({ url, init });
            return fetch(url.replace("https://api.crowdstrike.com", sandbox.url), init);
        },
    });
    cases = noting(client.cases);
    files = noting(client.caseFiles);
    management = noting(client.caseManagement);
});
test.after(async () => assert.strictEqual(await sandbox.stop(), 0));

// One resource of an answer without errors.
function one(answer) {
    assert.deepStrictEqual(answer.errors, []);
    assert.strictEqual(answer.resources.length, 1);
    return answer.resources[0];
}

async function refused(promise) {
    const error = await promise.then(() => assert.fail("it was not refused"), (e) => e);
    return { status: error.response.status, body: await error.response.json() };
}

const createRequest = (name) => ({
    name, severity: 60, description: "by a stranger", status: "new", tags: ["peer"],
    assignedToUserUuid: "", severityInfo: undefined,
    evidence: { alerts: [{ id: ALERT }], events: [], leads: [] }, template: { id: TEMPLATE },
});

test("a case is created with a PUT and read with all members that the SDK's model knows", async () => {
    const created = one(await cases.entitiesCasesPutV2(createRequest("From the SDK")));
    made.case = created.id;
    assert.match(created.referenceId, /^[A-Z]+-\d+$/);
    assert.strictEqual(created.evidence.alerts.records[0].selector.id, ALERT);
    assert.strictEqual(created.analysisResults.hosts.records[0].aid, HOST);
    assert.ok(created.createdTimestamp instanceof Date);
    assert.strictEqual(created.template.id, TEMPLATE);
    assert.ok(created.sla.timers.resolution.durationSeconds > 0);
    made.other = one(await cases.entitiesCasesPutV2(createRequest("Another"))).id;
    const got = await cases.entitiesCasesPostV2({ ids: [made.case, made.other] });
    assert.deepStrictEqual(new Set(got.resources.map((c) => c.id)), new Set([made.case, made.other]));
});

test("cases are found by filter, sort and free text", async () => {
    const found = await cases.queriesCasesGetV1(10, 0, "created_timestamp|desc", "name:'From the SDK'", "stranger");
    assert.deepStrictEqual(found.resources, [made.case]);
    assert.strictEqual(found.meta.pagination.total, 1);
});

test("evidence and tags are added and taken off", async () => {
    const alerts = one(await cases.entitiesAlertEvidencePostV1({ id: made.case, alerts: [{ id: ALERT_2 }] }));
    assert.strictEqual(alerts.evidence.alerts.records.length, 2);
    const events = one(await cases.entitiesEventEvidencePostV1({ id: made.case, events: [{ id: EVENT }] }));
    assert.strictEqual(events.evidence.events.records[0].selector.id, EVENT);
    const tagged = one(await cases.entitiesCaseTagsPostV1({ id: made.case, tags: ["a", "b"] }));
    assert.deepStrictEqual(new Set(tagged.tags), new Set(["peer", "a", "b"]));
    assert.deepStrictEqual(one(await cases.entitiesCaseTagsDeleteV1(made.case, ["a", "b"])).tags, ["peer"]);
});

test("a case is changed; the SDK cannot leave out custom fields, and the wire shows what it sends", async () => {
    await assert.rejects(cases.entitiesCasesPatchV2({ id: made.case, fields: { status: "in_progress" } }), TypeError);
    const changed = one(await cases.entitiesCasesPatchV2({
        id: made.case,
        fields: { status: "in_progress", customFields: [{ id: FIELD, values: ["Phishing"] }] },
    }));
    assert.strictEqual(changed.status, "in_progress");
    assert.deepStrictEqual(changed.fields.find((f) => f.id === FIELD).values, ["Phishing"]);
    const sent = JSON.parse(wire.at(-1).init.body);
    assert.deepStrictEqual(Object.keys(sent.fields).sort(), ["custom_fields", "status"]);
    const stale = await refused(cases.entitiesCasesPatchV2({
        id: made.case, expectedVersion: 1, fields: { name: "stale", customFields: [] },
    }));
    assert.strictEqual(stale.status, 409);
    assert.strictEqual(stale.body.errors[0].code, 409);
});

test("two cases become one", async () => {
    const merged = await cases.entitiesMergePostV1({ sourceId: made.other, destinationId: made.case });
    assert.ok(merged.meta.traceId);
});

test("files are uploaded, described, listed and deleted", async () => {
    const report = new Blob(["a report"], { type: "text/plain" });
    const uploaded = one(await files.entitiesFilesUploadPostV1(report, made.case, "a report"));
    made.file = uploaded.id;
    assert.strictEqual(uploaded.fileSizeBytes, 8);
    assert.strictEqual(typeof uploaded.fileSize, "string");
    assert.ok(uploaded.uploadedOn instanceof Date);
    const described = one(await files.entitiesFileDetailsPatchV1({ id: made.file, description: "checked" }));
    assert.strictEqual(described.description, "checked");
    assert.strictEqual(one(await files.entitiesFileDetailsGetV1([made.file])).hashValue, uploaded.hashValue);
    const filter = `case_id:'${made.case}'`;
    assert.deepStrictEqual((await files.queriesFileDetailsGetV1(filter, 10, 0)).resources, [made.file]);
    assert.strictEqual(one(await files.combinedFileDetailsGetV1(filter, 10, 0)).id, made.file);
    const counted = one(await files.aggregatesFileDetailsPostV1([made.file],
        [{ type: "terms", field: "case_id", name: "n", filter, size: 5 }]));
    assert.deepStrictEqual([counted.name, counted.buckets[0].count], ["n", 1]);
});

test("downloads come as bytes, which the SDK cannot read as its JSON model; the wire has them whole", async () => {
    await assert.rejects(files.entitiesFilesDownloadGetV1(made.file), SyntaxError);
    await assert.rejects(files.entitiesFilesDownloadPostV1({ ids: [made.file] }), SyntaxError);
    await assert.rejects(files.entitiesFilesBulkDownloadPostV1({ ids: [made.file] }), SyntaxError);
    const raw = await files.entitiesFilesDownloadGetV1Raw({ id: made.file });
    assert.strictEqual(await raw.raw.text(), "a report");
    const zip = await files.entitiesFilesBulkDownloadPostV1Raw({ body: { ids: [made.file] } });
    assert.strictEqual(Buffer.from(await zip.raw.arrayBuffer()).subarray(0, 4).toString("latin1"), "PK\x03\x04");
    assert.deepStrictEqual((await files.entitiesFilesDeleteV1([made.file])).resources, [made.file]);
});

test("downloads come as links, which the SDK can read", async () => {
    const other = await startSandbox("--downloads", "link");
    const api = new sdk.FalconClient({
        cloud: "us-1", clientId: other.client_id, clientSecret: other.client_secret,
        fetchApi: (url, init) => fetch(url.replace("https://api.crowdstrike.com", other.url), init),
    });
    const opened = one(await api.cases.entitiesCasesPutV2(createRequest("Links")));
    const file = one(await api.caseFiles.entitiesFilesUploadPostV1(new Blob(["x"]), opened.id));
    const { link } = one(await api.caseFiles.entitiesFilesDownloadGetV1(file.id));
    assert.strictEqual(await (await fetch(link)).text(), "x");
    assert.strictEqual(await other.stop(), 0);
});

test("files are fetched from hosts", async () => {
    const where = { aid: HOST, filePath: "C:\\Windows\\Temp\\svch0st.exe" };
    assert.strictEqual(one(await files.entitiesGetRtrFileMetadataPostV1(where)).fileName, "svch0st.exe");
    const fetched = one(await files.entitiesRetrieveRtrFilePostV1({ ...where, caseId: made.case }));
    assert.strictEqual(fetched.fileSizeBytes, 262144);
    const recent = one(await files.entitiesRetrieveRtrRecentFilePostV1(
        { caseId: made.case, sessionId: SESSION, sha256: DUMP, aid: HOST }));
    assert.strictEqual(recent.caseId, made.case);
});

test("SLAs live from creation to deletion", async () => {
    const goals = [{
        type: "ack", durationSeconds: 900,
        escalationPolicy: { steps: [{ escalateAfterSeconds: 60, notificationGroupId: GROUP }] },
    }];
    const created = one(await management.entitiesSlasPostV1({ name: "Peer SLA", description: "d", goals }));
    assert.strictEqual(created.goals[0].escalationPolicy.steps[0].notificationGroupId, GROUP);
    const changed = one(await management.entitiesSlasPatchV1({ id: created.id, name: "Peer SLA 2", description: "d", goals }));
    assert.strictEqual(changed.name, "Peer SLA 2");
    assert.strictEqual(one(await management.entitiesSlasGetV1(new Set([created.id]))).name, "Peer SLA 2");
    const found = await management.queriesSlasGetV1("name:'Peer SLA 2'", "name|asc", 10, 0);
    assert.deepStrictEqual(found.resources, [created.id]);
    const counted = one(await management.aggregatesSlasPostV1([aggregate("name")]));
    assert.ok(counted.buckets.some((b) => b.count === 1));
    const gone = await management.entitiesSlasDeleteV1(new Set([created.id]));
    assert.deepStrictEqual(gone.resources, [created.id]);
});

function aggregate(field) {
    return { type: "terms", field, name: field, filter: "", from: 0, size: 50, sort: "", dateRanges: [] };
}

for (const [version, params] of [["1", {}], ["2", { params: { channel: "#soc" } }]])
    test(`notification groups of version ${version} live from creation to deletion`, async () => {
        const call = (what) => management[`entitiesNotificationGroups${what}V${version}`];
        const channels = [{ type: "slack", configName: "soc", configId: "c1", ...params }];
        const request = { name: `Peers ${version}`, description: "d", channels };
        const created = one(await call("Post")(request));
        assert.strictEqual(created.channels[0].configName, "soc");
        if (version === "2")
            assert.strictEqual(typeof created.channels[0].params, "string");
        const changed = one(await call("Patch")({ ...request, id: created.id, description: "e" }));
        assert.strictEqual(changed.description, "e");
        assert.strictEqual(one(await call("Get")(new Set([created.id]))).id, created.id);
        const found = await management[`queriesNotificationGroupsGetV${version}`](`name:'Peers ${version}'`, "name|asc", 10, 0);
        assert.deepStrictEqual(found.resources, [created.id]);
        const counted = one(await management[`aggregatesNotificationGroupsPostV${version}`]([aggregate("name")]));
        assert.ok(counted.buckets.length > 0);
        assert.deepStrictEqual((await call("Delete")(new Set([created.id]))).resources, [created.id]);
    });

test("templates and fields live from creation to deletion, and their snapshots stay", async () => {
    const fields = [{
        name: "Scope", dataType: "string", inputType: "dropdown", displayOrder: 1, required: false,
        options: [{ value: "one" }, { value: "many" }],
    }];
    const created = one(await management.entitiesTemplatesPostV1({ name: "Peer template", fields, slaId: SLA }));
    assert.strictEqual(created.fields[0].options.length, 2);
    const changed = one(await management.entitiesTemplatesPatchV1({ id: created.id, name: "Peer template 2" }));
    assert.strictEqual(changed.name, "Peer template 2");
    const got = one(await management.entitiesTemplatesGetV1(new Set([created.id]), true));
    assert.strictEqual(got.hasAccess, true);
    const found = await management.queriesTemplatesGetV1("name:'Peer template 2'", "name|asc", 10, 0);
    assert.deepStrictEqual(found.resources, [created.id]);
    assert.ok(one(await management.aggregatesTemplatesPostV1([aggregate("name")])).buckets.length > 0);
    const snapshots = await management.queriesTemplateSnapshotsGetV1(undefined, 200, 0);
    assert.ok(snapshots.resources.length >= 2);
    const first = one(await management.entitiesTemplateSnapshotsGetV1(undefined, new Set([created.id]), [1]));
    assert.strictEqual(first.version, 1);
    assert.strictEqual(typeof first.template, "string");
    const fieldIds = await management.queriesFieldsGetV1(undefined, 200, 0);
    assert.ok(fieldIds.resources.includes(created.fields[0].id));
    assert.strictEqual(one(await management.entitiesFieldsGetV1(new Set([created.fields[0].id]))).name, "Scope");
    const exported = await management.entitiesTemplatesExportGetV1(new Set([created.id]), undefined, "json");
    assert.match(exported.link, /^http/);
    assert.strictEqual(typeof await management.entitiesTemplatesDeleteV1(new Set([created.id])), "string");
});

test("a template is imported from YAML, first as a trial", async () => {
    const yaml = new Blob(["name: From YAML\ndescription: d\nfields: []\n"], { type: "application/yaml" });
    assert.strictEqual(one(await management.entitiesTemplatesImportPostV1(yaml, true)).name, "From YAML");
    const none = await management.queriesTemplatesGetV1("name:'From YAML'");
    assert.deepStrictEqual(none.resources, []);
    const imported = one(await management.entitiesTemplatesImportPostV1(yaml, false));
    assert.deepStrictEqual((await management.queriesTemplatesGetV1("name:'From YAML'")).resources, [imported.id]);
});

test("access tags tell what they open", async () => {
    assert.ok((await management.queriesAccessTagsGetV1("key:'finance'", "key|asc", 10)).resources.includes(TAG));
    const tag = one(await management.entitiesAccessTagsGetV1(new Set([TAG]), true));
    assert.deepStrictEqual([tag.key, typeof tag.hasAccess], ["finance", "boolean"]);
    assert.ok(one(await management.aggregatesAccessTagsPostV1([aggregate("key")])).buckets.length > 0);
});

test("a token that was revoked opens nothing", async () => {
    const login = await fetch(`${sandbox.url}/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({ client_id: sandbox.client_id, client_secret: sandbox.client_secret }),
    });
    const { access_token: token } = await login.json();
    const basic = Buffer.from(`${sandbox.client_id}:${sandbox.client_secret}`).toString("base64");
    const revoked = await fetch(`${sandbox.url}/oauth2/revoke`, {
        method: "POST", headers: { Authorization: `Basic ${basic}` }, body: new URLSearchParams({ token }),
    });
    assert.strictEqual(revoked.status, 200);
    const after = await fetch(`${sandbox.url}/cases/queries/cases/v1`, { headers: { Authorization: `Bearer ${token}` } });
    assert.strictEqual(after.status, 401);
});

test("every case operation that the SDK has was driven", () => {
    const all = [sdk.CasesApi, sdk.CaseFilesApi, sdk.CaseManagementApi].flatMap(operationsOf);
    assert.strictEqual(all.length, 55);
    assert.deepStrictEqual(all.filter((name) => !driven.has(name)), []);
});
