// Opens a case, tags it, closes it, against a private falcon-sandbox. start compiles and runs it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Aborted, Case, Client } from "falcon-case-management";

interface Ready { url: string; client_id: string; client_secret: string }

async function work(ready: Ready): Promise<string> {
    const falcon = new Client({ falcon: { base_url: ready.url, client_id: ready.client_id,
        client_secret: "secret:FALCON" } }, { secrets: { FALCON: ready.client_secret } });
    falcon.on("audit", ({ action, status }) => console.error(`audit: ${action} ${status}`));
    const opened: Case = (await falcon.create_case({ name: "Suspicious login", severity: 60 },
        { idempotencyKey: "alert-1001", signal: AbortSignal.timeout(30000) })).first;
    await falcon.add_case_tags({ id: opened.id, tags: ["triage"] });
    try {
        await falcon.update_case_fields({ id: opened.id, expected_version: 1, fields: { status: "closed" } });
    } catch (error) {
        if (!(error instanceof Aborted))
            throw error;
        await falcon.update_case_fields({ id: opened.id, expected_version: error.present.version,
            fields: { status: "closed" } });
    }
    const closed = (await falcon.get_cases({ ids: [opened.id] })).first;
    await falcon.close();
    return `${closed.reference_id} is ${closed.status}, tags ${closed.tags}`;
}

async function main(): Promise<void> {
    const sandbox = spawn(process.argv[2] ?? "build/falcon-sandbox", ["--listen", "127.0.0.1:0", "--parent-death"],
        { stdio: ["ignore", "pipe", "inherit"] });
    try {
        for await (const line of createInterface({ input: sandbox.stdout })) {
            console.log(await work(JSON.parse(line) as Ready));
            break;
        }
    } finally {
        sandbox.kill();
    }
}

void main();
