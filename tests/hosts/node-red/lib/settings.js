// A config node's fields as the plugin's configuration.
"use strict";
const { configText } = require("falcon-case-management");

function lines(text) {
    return (text || "").split("\n").map((line) => line.trim()).filter(Boolean);
}

// The text, and the secrets that it names.
function settingsOf(fields, { clientId, clientSecret }) {
    const config = { falcon: { client_id: clientId || "", client_secret: "secret:client_secret",
        ...(fields.cloud === "other" ? { base_url: fields.baseUrl } : { cloud: fields.cloud || "auto" }),
        ...(fields.memberCid && { member_cid: fields.memberCid }) } };
    const read = lines(fields.readDirs), write = lines(fields.writeDirs);
    if (read.length || write.length)
        config.files = { ...(read.length && { read_dirs: read }), ...(write.length && { write_dirs: write }) };
    if (fields.readOnly)
        config.policy = { read_only: true };
    return { config: configText(config) + (fields.more || ""), secrets: { client_secret: clientSecret || "" } };
}

module.exports = { settingsOf };
