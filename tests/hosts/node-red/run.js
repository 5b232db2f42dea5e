#!/usr/bin/env node
// Node-RED with this palette, in a directory of its own.
//   run.js DIR [--port N]    prints {"url", "dir"} each time its flows start; ends with SIGTERM, or when stdin closes under --tied
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const express = require("express");
const RED = require("node-red");

const dir = path.resolve(process.argv[2]);
const port = process.argv.includes("--port") ? Number(process.argv[process.argv.indexOf("--port") + 1]) : 0;

// The package as npm would install it.
function install() {
    const modules = path.join(dir, "node_modules");
    fs.mkdirSync(modules, { recursive: true });
    const link = path.join(modules, "node-red-contrib-falcon-case-management");
    if (!fs.existsSync(link))
        fs.symlinkSync(__dirname, link);
    fs.writeFileSync(path.join(dir, "package.json"), JSON.stringify({ name: "flows", private: true,
        dependencies: { "node-red-contrib-falcon-case-management": "*" } }));
}

async function main() {
    install();
    const app = express(), server = http.createServer(app);
    RED.init(server, { httpAdminRoot: "/", httpNodeRoot: "/", userDir: dir, flowFile: "flows.json",
        credentialSecret: process.env.NODE_RED_CREDENTIAL_SECRET || "of this machine alone", functionExternalModules: false,
        editorTheme: { tours: false, palette: { editable: false }, projects: { enabled: false }, multiplayer: { enabled: false } },
        telemetry: { enabled: false, updateNotification: false },
        logging: { console: { level: "off" }, file: { level: "info", handler: () => (entry) => {
            fs.appendFileSync(path.join(dir, "log"), `${JSON.stringify(entry)}\n`);
        } } } });
    app.use("/", RED.httpAdmin);
    app.use("/", RED.httpNode);
    await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
    RED.events.on("flows:started", () => {
        console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/`, dir }));
    });
    await RED.start();
    const stop = async () => {
        await RED.stop();
        server.close();
        process.exit(0);
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    if (process.argv.includes("--tied"))
        process.stdin.on("end", stop).resume();
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
