'use strict';
/* The contract as a host in Node.js declares it by hand; prints what layout.c prints. */
const koffi = require('koffi');

koffi.opaque('soar_plugin');
koffi.proto('void soar_log(void *ctx, int32_t level, const void *msg, uint64_t msg_len)');
koffi.proto('int32_t soar_get_secret(void *ctx, const void *name, uint64_t name_len, void *buf, uint64_t cap, uint64_t *out_len)');
koffi.proto('int32_t soar_progress(void *ctx, uint64_t call_id, uint64_t done, uint64_t total)');
koffi.proto('uint64_t soar_now_ms(void *ctx)');

const structs = {
  soar_host: {
    struct_size: 'uint32_t', abi_version: 'uint32_t', ctx: 'void *', log: 'soar_log *', get_secret: 'soar_get_secret *',
    progress: 'soar_progress *', now_ms: 'soar_now_ms *', flags: 'uint32_t', max_inflight: 'uint32_t',
  },
  soar_call: {
    struct_size: 'uint32_t', flags: 'uint32_t', call_id: 'uint64_t', action: 'void *', action_len: 'uint64_t', input: 'void *',
    input_len: 'uint64_t', timeout_ms: 'uint64_t', trace: 'void *', trace_len: 'uint64_t', in_fd: 'int32_t', out_fd: 'int32_t',
    plan: 'void *', plan_len: 'uint64_t', idempotency_key: 'void *', idempotency_key_len: 'uint64_t',
  },
  soar_result: {
    struct_size: 'uint32_t', status: 'int32_t', call_id: 'uint64_t', kind: 'int32_t', http_status: 'int32_t', json: 'void *',
    json_len: 'uint64_t', done: 'uint64_t', total: 'uint64_t', owner: 'void *',
  },
};

const types = Object.entries(structs).map(([name, members]) => [name, koffi.struct(name, members)]);
for (const [name, type] of types) {
  const members = Object.entries(koffi.type(type).members);
  for (const [member, { offset, type: of }] of members) console.log(`${name}.${member} ${offset} ${koffi.sizeof(of)}`);
}
for (const [name, type] of types) console.log(name, koffi.sizeof(type));
console.log('abi 1.1');
console.log('no_timeout', String(2n ** 64n - 1n));
