// The TypeScript SDK of the service's vendor as a peer of the benchmark, and what the host's own parse
// of the plugin's answer costs on top; prints what client.c prints.
//
//     node sdk_client.js sdk|parse WORK N URL
"use strict";
const sdk = require("crowdstrike-falcon");

const [peer, work, count, url] = process.argv.slice(2);
const id = (i) => `0198f2c4-7b1e-7c3a-9d52-${String(i).padStart(12, "0")}`;
const ids = Array.from({ length: 100 }, (_, i) => id(i));
const requests = {
    query: ["GET", "/cases/queries/cases/v1?limit=100"],
    ids10k: ["GET", "/cases/queries/cases/v1?limit=10000"],
    cases: ["POST", "/cases/entities/cases/v2", JSON.stringify({ ids })],
    patch: ["PATCH", "/cases/entities/cases/v2", "{}"],
};

async function sdkCall() {
    const client = new sdk.FalconClient({
        cloud: "us-1", clientId: "bench", clientSecret: "bench",
        fetchApi: (to, init) => fetch(to.replace("https://api.crowdstrike.com", url), init),
    });
    const calls = {
        query: () => client.cases.queriesCasesGetV1(100),
        ids10k: () => client.cases.queriesCasesGetV1(10000),
        cases: () => client.cases.entitiesCasesPostV2({ ids }),
        patch: () => client.cases.entitiesCasesPatchV2({
            id: id(0), fields: { severity: 70, customFields: [] },
        }),
    };
    return calls[work];
}

// The document that the plugin gives holds the answer's resources as they came: as long as that.
async function parseCall() {
    const [method, path, body] = requests[work];
    const answer = await fetch(url + path, { method, body });
    const text = await answer.text();
    return () => JSON.parse(text);
}

async function main() {
    const call = await (peer === "sdk" ? sdkCall() : parseCall());
    const n = Number(count);
    for (let i = 0; i < n / 4 + 20; i++)
        await call();
    const from = process.cpuUsage(), begun = process.hrtime.bigint();
    for (let i = 0; i < n; i++)
        await call();
    const used = process.cpuUsage(from);
    console.log(JSON.stringify({
        peer, work, n, cpu_us: (used.user + used.system) / n,
        wall_us: Number(process.hrtime.bigint() - begun) / 1e3 / n,
        rss_kib: process.resourceUsage().maxRSS,
    }));
}

main().catch((error) => { console.error(error); process.exit(1); });
