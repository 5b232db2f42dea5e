'use strict';
/* The MCP export as the protocol's official SDK reads an answer to tools/list: mcp.js DIR; prints TAP lines
 * without a plan. */
const fs = require('fs');
const path = require('path');
const { ListToolsResultSchema } = require('@modelcontextprotocol/sdk/types.js');

const tools = JSON.parse(fs.readFileSync(path.join(process.argv[2], 'tools.json')));
const read = ListToolsResultSchema.safeParse(tools);
console.log(`${read.success ? 'ok' : 'not ok'} - the SDK takes tools.json as a list of tools`);
if (!read.success) console.log(`# ${JSON.stringify(read.error.issues).slice(0, 1500)}`);
const lost = read.success && read.data.tools.filter((tool, i) => Object.keys(tools.tools[i]).some((key) => !(key in tool)));
console.log(`${lost && lost.length === 0 ? 'ok' : 'not ok'} - and knows every member of each`);
if (lost && lost.length > 0) console.log(`# ${lost.map((tool) => tool.name).join(' ')}`);
