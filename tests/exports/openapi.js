'use strict';
/* The OpenAPI export: two validators, and a client that knows the service from it alone.
 * openapi.js DIR URL CLIENT_ID CLIENT_SECRET; prints TAP lines without a plan. */
const fs = require('fs');
const path = require('path');
const axios = require('axios');
const yaml = require('js-yaml');
const SwaggerParser = require('@apidevtools/swagger-parser');
const { lint, createConfig } = require('@redocly/openapi-core');
const { OpenAPIClientAxios } = require('openapi-client-axios');

const [dir, url, clientId, clientSecret] = process.argv.slice(2);
const json = path.join(dir, 'openapi.json');
const definition = JSON.parse(fs.readFileSync(json));

function ok(fine, name, detail) {
  console.log(`${fine ? 'ok' : 'not ok'} - ${name}`);
  if (!fine && detail !== undefined) console.log(`# ${String(typeof detail === 'object' ? JSON.stringify(detail) : detail).slice(0, 2000)}`);
}

async function validators() {
  const problem = await SwaggerParser.validate(structuredClone(definition)).then(() => null, (error) => error);
  ok(problem === null, 'swagger-parser takes it', problem);
  const rules = { struct: 'error', 'no-unresolved-refs': 'error', 'no-invalid-media-type-examples': 'error', 'no-invalid-parameter-examples': 'error',
    'operation-operationId-unique': 'error', 'path-parameters-defined': 'error', 'security-defined': 'error', 'no-ambiguous-paths': 'error' };
  const problems = await lint({ ref: path.join(dir, 'openapi.yaml'), config: await createConfig({ rules }) });
  ok(problems.length === 0, 'redocly takes its YAML', problems.slice(0, 3).map((one) => `${one.ruleId}: ${one.message}`));
  const same = JSON.stringify(yaml.load(fs.readFileSync(path.join(dir, 'openapi.yaml'), 'utf8'))) === JSON.stringify(definition);
  ok(same, 'YAML and JSON say the same');
}

async function client() {
  const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
  const tokenUrl = definition.components.securitySchemes.oauth2.flows.clientCredentials.tokenUrl;
  const token = (await axios.post(url + tokenUrl, form)).data.access_token;
  const api = new OpenAPIClientAxios({
    definition, withServer: { url },
    axiosConfigDefaults: { headers: { Authorization: `Bearer ${token}` }, paramsSerializer: { indexes: null } },
  });
  return api.init();
}

async function drive() {
  const service = await client();
  const created = await service.create_case(null, { name: 'From OpenAPI', severity: 70, tags: ['exported'] });
  const id = created.data.resources[0].id;
  ok(created.status === 201 && typeof id === 'string', 'create_case opens a case', created.data);
  const found = await service.query_case_ids({ filter: "name:'From OpenAPI'", limit: 10 });
  ok(found.data.resources.includes(id), 'query_case_ids finds it', found.data);
  const changed = await service.update_case_fields(null, { id, fields: { status: 'in_progress' } });
  ok(changed.data.resources[0].status === 'in_progress', 'update_case_fields changes it', changed.data);
  await service.add_case_tags(null, { id, tags: ['one', 'two'] });
  const left = await service.delete_case_tags({ id, tag: ['one', 'two'] });
  ok(JSON.stringify(left.data.resources[0].tags) === '["exported"]', 'delete_case_tags takes a list of tags', left.data);
  const upload = new FormData();
  upload.append('case_id', id);
  upload.append('file', new Blob(['exported bytes']), 'export.txt');
  const file = (await service.upload_file(null, upload)).data.resources[0];
  ok(file.name === 'export.txt', 'upload_file sends a form', file);
  const bytes = await service.download_existing_files({ id: file.id }, null, { responseType: 'arraybuffer' });
  ok(Buffer.from(bytes.data).toString() === 'exported bytes', 'download_existing_files gives the bytes back');
  const read = await service.get_cases(null, { ids: [id] });
  ok(read.data.resources[0].name === 'From OpenAPI', 'get_cases reads it', read.data);
}

validators().then(drive).catch((error) => ok(false, 'the client ends in good order', error.response ? JSON.stringify(error.response.data) : error.stack));
