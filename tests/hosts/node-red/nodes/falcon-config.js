// A tenant: its credentials stand in Node-RED's own store. Also what the editor asks of the palette.
"use strict";
const { Client, IsolatedClient, listActions } = require("falcon-case-management");
const { settingsOf } = require("../lib/settings");

const KEPT = "__PWRD__"; // what the editor has in place of a password that it does not know

module.exports = function (RED) {
    function FalconConfig(config) {
        RED.nodes.createNode(this, config);
        let client = null;
        // The client, made with the first call: a wrong configuration is an error of that call.
        this.client = () => {
            if (client === null) {
                client = open(config, this.credentials);
                client.on("audit", (record) => this.log(JSON.stringify(record)));
                client.on("log", ({ level, message }) => this[level === "info" ? "debug" : level](message));
            }
            return client;
        };
        this.on("close", (removed, done) => {
            const old = client;
            client = null;
            Promise.resolve(old && old.close()).then(() => done(), done);
        });
    }
    RED.nodes.registerType("falcon-config", FalconConfig, {
        credentials: { clientId: { type: "text" }, clientSecret: { type: "password" } },
    });

    function open(fields, credentials) {
        const { config, secrets } = settingsOf(fields, credentials || {});
        const Kind = fields.runs === "process" ? Client : IsolatedClient;
        return new Kind(config, { plugin: fields.plugin || undefined, secrets });
    }

    const admin = (method, path, permission, answer) =>
        RED.httpAdmin[method](`/falcon-case-management/${path}`, RED.auth.needsPermission(permission),
            async (request, response) => {
                try {
                    response.json(await answer(request));
                } catch (error) {
                    response.status(400).json({ message: error.message });
                }
            });

    admin("get", "actions", "falcon-action.read", () => {
        const { tools, _meta } = listActions();
        return { clouds: _meta.clouds, actions: tools.map(({ name, title, annotations, _meta: { group } }) =>
            ({ name, title, group, writes: !annotations.readOnlyHint })) };
    });

    admin("get", "actions/:name", "falcon-action.read", ({ params }) => {
        const tool = listActions().tools.find(({ name }) => name === params.name);
        if (tool === undefined)
            throw new Error(`there is no action ${params.name}`);
        const { name, title, description, inputSchema, annotations, _meta: { scope } } = tool;
        return { name, title, description, inputSchema, annotations, scope };
    });

    // Tries what stands in the dialog, deployed or not, with a client of its own.
    admin("post", "test", "falcon-config.write", async ({ body }) => {
        const stored = RED.nodes.getCredentials(body.id) || {};
        const given = body.credentials || {};
        const credentials = { clientId: given.clientId,
            clientSecret: given.clientSecret === KEPT ? stored.clientSecret : given.clientSecret };
        const client = open(body, credentials);
        try {
            const started = Date.now();
            const { total, traceId, meta } = await client.query_case_ids({ limit: 1 }, { timeoutMs: 20000 });
            return { ok: true, message: `Signed in${meta.region ? ` at ${meta.region}` : ""}; ` +
                `${total ?? "?"} cases; ${Date.now() - started} ms`, traceId };
        } catch (error) {
            return { ok: false, code: error.code, reason: error.reason, message: error.message, hint: error.hint,
                traceId: error.traceId };
        } finally {
            await client.close();
        }
    });
};
