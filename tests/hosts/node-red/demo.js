// Starts what `start` promises.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { startWorld } = require("./world");

async function main() {
    const world = await startWorld({ port: Number(process.argv[2]), sandboxOptions: ["--strict", "--seed", "20"] });
    const examples = path.join(__dirname, "examples");
    await world.deploy([world.tenant(), ...fs.readdirSync(examples).flatMap((name) => JSON.parse(fs.readFileSync(path.join(examples, name), "utf8")))
        .filter(({ type }) => type !== "falcon-config")]);
    console.log(`Node-RED   ${world.red.url}\nsandbox    ${world.sandbox.console}\nfiles      ${world.dir}/files\nCtrl-C ends it.`);
    const stop = async () => {
        await world.stop();
        process.exit(0);
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
}

main().catch((error) => {
    console.error(error.message);
    process.exit(1);
});
