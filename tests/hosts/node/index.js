// CrowdStrike Falcon Case Management: a typed host of falcon_case_management.so.
"use strict";
const { Client } = require("./lib/client");
const { IsolatedClient } = require("./lib/isolated");
const { listActions } = require("./lib/abi");
const { configText } = require("./lib/config");
const errors = require("./lib/errors");

module.exports = { Client, IsolatedClient, listActions, configText, ...errors };
