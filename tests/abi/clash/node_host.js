'use strict';
/* Node.js as a host, with the OpenSSL that it exports: node_host.js PLUGIN CONFIGURATION. It makes TLS
 * of its own and the plugin's in turn, and prints which OpenSSL each uses. */
const crypto = require('crypto');
const koffi = require('koffi');

koffi.opaque('soar_plugin');
koffi.struct('soar_result', {
  struct_size: 'uint32_t', status: 'int32_t', call_id: 'uint64_t', kind: 'int32_t', http_status: 'int32_t', json: 'const char *',
  json_len: 'uint64_t', done: 'uint64_t', total: 'uint64_t', owner: 'void *',
});
koffi.struct('soar_call', {
  struct_size: 'uint32_t', flags: 'uint32_t', call_id: 'uint64_t', action: 'const char *', action_len: 'uint64_t', input: 'const char *',
  input_len: 'uint64_t', timeout_ms: 'uint64_t', trace: 'const char *', trace_len: 'uint64_t', in_fd: 'int32_t', out_fd: 'int32_t',
});
const [path, config] = process.argv.slice(2);
const so = koffi.load(path);
const init = so.func('int32_t soar_init(void *host, const char *config, uint64_t len, _Out_ soar_plugin **plugin, int32_t *fd, _Inout_ soar_result *err)');
const invoke = so.func('int32_t soar_invoke(soar_plugin *plugin, const soar_call *call, _Inout_ soar_result *result)');
const release = so.func('void soar_release(_Inout_ soar_result *result)');
const shutdown = so.func('int32_t soar_shutdown(soar_plugin *plugin, uint64_t timeout_ms)');

const empty = () => ({
  struct_size: koffi.sizeof('soar_result'), status: 0, call_id: 0, kind: 0, http_status: 0, json: null, json_len: 0, done: 0, total: 0, owner: null,
});

function check(fine, what, detail) {
  if (fine) return;
  console.log(what, detail ?? '');
  process.exit(1);
}

function call(action, input) {
  const text = JSON.stringify(input);
  const result = empty();
  const status = invoke(plugin, {
    struct_size: koffi.sizeof('soar_call'), flags: 0, call_id: 0, action, action_len: action.length, input: text, input_len: Buffer.byteLength(text),
    timeout_ms: 20000, trace: null, trace_len: 0, in_fd: -1, out_fd: -1,
  }, result);
  const document = JSON.parse(result.json);
  release(result);
  check(status === 0, action, JSON.stringify(document.error));
  return document;
}

const hash = () => crypto.createHash('sha256').update('clash').digest('hex');
const before = hash();
const err = empty();
const made = [null];
check(init(null, config, Buffer.byteLength(config), made, null, err) === 0, 'soar_init', err.json);
const plugin = made[0];
for (let i = 0; i < 3; i++) {
  const opened = call('create_case', { name: `From Node ${i}`, severity: 50 });
  const read = call('get_cases', { ids: [opened.resources[0].id] });
  check(read.resources[0].name === `From Node ${i}`, 'get_cases', JSON.stringify(read));
  check(hash() === before, 'the hash of Node.js');
}
check(shutdown(plugin, 5000n) === 0, 'soar_shutdown');
console.log(process.versions.openssl);
