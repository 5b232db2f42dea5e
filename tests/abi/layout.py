#!/usr/bin/env python3
"""The contract as a host in Python declares it by hand; prints what layout.c prints."""

import ctypes as c

U32, I32, U64, PTR = c.c_uint32, c.c_int32, c.c_uint64, c.c_void_p
LOG = c.CFUNCTYPE(None, PTR, I32, PTR, U64)
GET_SECRET = c.CFUNCTYPE(I32, PTR, PTR, U64, PTR, U64, c.POINTER(U64))
PROGRESS = c.CFUNCTYPE(I32, PTR, U64, U64, U64)
NOW_MS = c.CFUNCTYPE(U64, PTR)


class soar_host(c.Structure):
    _fields_ = [("struct_size", U32), ("abi_version", U32), ("ctx", PTR), ("log", LOG),
                ("get_secret", GET_SECRET), ("progress", PROGRESS), ("now_ms", NOW_MS),
                ("flags", U32), ("max_inflight", U32)]


class soar_call(c.Structure):
    _fields_ = [("struct_size", U32), ("flags", U32), ("call_id", U64), ("action", PTR),
                ("action_len", U64), ("input", PTR), ("input_len", U64), ("timeout_ms", U64),
                ("trace", PTR), ("trace_len", U64), ("in_fd", I32), ("out_fd", I32),
                ("plan", PTR), ("plan_len", U64),
                ("idempotency_key", PTR), ("idempotency_key_len", U64)]


class soar_result(c.Structure):
    _fields_ = [("struct_size", U32), ("status", I32), ("call_id", U64), ("kind", I32),
                ("http_status", I32), ("json", PTR), ("json_len", U64), ("done", U64),
                ("total", U64), ("owner", PTR)]


STRUCTS = (soar_host, soar_call, soar_result)

for struct in STRUCTS:
    for name, _ in struct._fields_:
        field = getattr(struct, name)
        print(f"{struct.__name__}.{name} {field.offset} {field.size}")
for struct in STRUCTS:
    print(struct.__name__, c.sizeof(struct))
print("abi 1.1")
print("no_timeout", 2**64 - 1)
