'use strict';
/* The n8n export, compiled against n8n's own types: n8n.js DIR LISTING URL CLIENT_ID CLIENT_SECRET; prints
 * TAP lines without a plan. */
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const [dir, listing, url, clientId, clientSecret] = process.argv.slice(2);
const tools = JSON.parse(fs.readFileSync(listing)).tools;
const modules = process.env.NODE_PATH;

function ok(fine, name, detail) {
  console.log(`${fine ? 'ok' : 'not ok'} - ${name}`);
  if (!fine && detail !== undefined) console.log(`# ${String(typeof detail === 'object' ? JSON.stringify(detail) : detail).slice(0, 2000)}`);
}

function find(pattern, below = dir) {
  for (const entry of fs.readdirSync(below, { withFileTypes: true })) {
    const at = path.join(below, entry.name);
    const found = entry.isDirectory() && entry.name !== 'node_modules' ? find(pattern, at) : pattern.test(at) ? at : null;
    if (found) return found;
  }
  return null;
}

/** The names of the inputs that belong in a form: all but what only the plugin knows. */
function wanted(tool) {
  const local = ['local', 'whole-form'];
  return Object.entries(tool.inputSchema.properties).filter(([name, schema]) => {
    const at = schema['x-in'] ?? tool.inputSchema.$defs?.[(schema.$ref ?? '').split('/').pop()]?.['x-in'];
    return name === 'all' || !local.includes(at);
  }).map(([name]) => name).sort();
}

function forms(node) {
  const wrong = [];
  for (const tool of tools) {
    const shown = node.properties.filter((one) => one.displayOptions?.show?.operation?.includes(tool.name));
    const names = shown.flatMap((one) => (one.name === 'additionalFields' ? one.options : [one])).map((one) => one.name).sort();
    if (JSON.stringify(names) !== JSON.stringify(wanted(tool))) wrong.push(`${tool.name}: ${names} instead of ${wanted(tool)}`);
    const option = node.properties.filter((one) => one.name === 'operation').flatMap((one) => one.options).find((one) => one.value === tool.name);
    const request = option?.routing.request;
    if (request?.method !== tool._meta.method || request?.url !== tool._meta.path) wrong.push(`${tool.name}: ${JSON.stringify(request)}`);
  }
  return wrong;
}

async function functions(send) {
  const from = (given) => ({ getNodeParameter: (name, otherwise) => given[name] ?? otherwise,
    helpers: { assertBinaryData: () => ({ mimeType: 'text/plain', fileName: 'a.txt' }), getBinaryDataBuffer: async () => Buffer.from('abc') } });
  const body = await send.wholeBody.call(from({ additionalFields: { body: '{"ids":["a"]}' } }), { url: '/' });
  const query = await send.wholeQuery.call(from({ parameters: { ids: ['b'] } }), { url: '/' });
  const form = await send.sendFile.call(from({ file: 'data' }), { url: '/', body: { case_id: 'c' } });
  const file = form.body.get('file');
  ok(body.body.ids[0] === 'a' && query.qs.ids[0] === 'b' && form.body.get('case_id') === 'c' && file.name === 'a.txt' && (await file.text()) === 'abc',
    'its functions put whole bodies, queries and files into the request');
}

async function credential(Class) {
  const one = new Class();
  const helpers = { httpRequest: async ({ url: to, ...how }) => (await fetch(to, how)).json() };
  const { sessionToken } = await one.preAuthentication.call({ helpers }, { url, clientId, clientSecret });
  const header = one.authenticate.properties.headers.Authorization.replace(/^=/, '').replace('{{$credentials.sessionToken}}', sessionToken);
  const answer = await fetch(url + one.test.request.url, { headers: { Authorization: header } });
  ok(answer.status === 200, 'its credential signs in and passes its own test', answer.status);
}

async function main() {
  if (!fs.existsSync(path.join(dir, 'node_modules'))) fs.symlinkSync(modules, path.join(dir, 'node_modules'));
  const tsc = spawnSync(process.execPath, [path.join(modules, 'typescript/bin/tsc'), '-p', dir], { encoding: 'utf8' });
  ok(tsc.status === 0, "TypeScript finds nothing wrong against n8n's types", tsc.stdout);
  const [Node] = Object.values(require(find(/dist\/.*\.node\.js$/)));
  const wrong = forms(new Node().description);
  ok(wrong.length === 0, `each of ${tools.length} actions has its operation and its fields`, wrong[0]);
  await functions(require(find(/dist\/.*\/send\.js$/)));
  const [Credential] = Object.values(require(find(/dist\/.*\.credentials\.js$/)));
  await credential(Credential);
  const manifest = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'))).n8n;
  ok([...manifest.nodes, ...manifest.credentials].every((file) => fs.existsSync(path.join(dir, file))), 'package.json names files that are there');
}

main().catch((error) => ok(false, 'it ends in good order', error.stack));
