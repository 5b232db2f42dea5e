/* Where every field of the contract lies: asserted here, and printed for layout.py to compare. */
#include "soar_plugin.h"

#include <stddef.h>
#include <stdio.h>

/* What is released never moves. X(struct, field, offset, size) */
#define FIELDS(X)                                                                                  \
    X(soar_host, struct_size, 0, 4)                                                                \
    X(soar_host, abi_version, 4, 4)                                                                \
    X(soar_host, ctx, 8, 8)                                                                        \
    X(soar_host, log, 16, 8)                                                                       \
    X(soar_host, get_secret, 24, 8)                                                                \
    X(soar_host, progress, 32, 8)                                                                  \
    X(soar_host, now_ms, 40, 8)                                                                    \
    X(soar_host, flags, 48, 4)                                                                     \
    X(soar_host, max_inflight, 52, 4)                                                              \
    X(soar_call, struct_size, 0, 4)                                                                \
    X(soar_call, flags, 4, 4)                                                                      \
    X(soar_call, call_id, 8, 8)                                                                    \
    X(soar_call, action, 16, 8)                                                                    \
    X(soar_call, action_len, 24, 8)                                                                \
    X(soar_call, input, 32, 8)                                                                     \
    X(soar_call, input_len, 40, 8)                                                                 \
    X(soar_call, timeout_ms, 48, 8)                                                                \
    X(soar_call, trace, 56, 8)                                                                     \
    X(soar_call, trace_len, 64, 8)                                                                 \
    X(soar_call, in_fd, 72, 4)                                                                     \
    X(soar_call, out_fd, 76, 4)                                                                    \
    X(soar_call, plan, 80, 8)                                                                      \
    X(soar_call, plan_len, 88, 8)                                                                  \
    X(soar_call, idempotency_key, 96, 8)                                                           \
    X(soar_call, idempotency_key_len, 104, 8)                                                      \
    X(soar_result, struct_size, 0, 4)                                                              \
    X(soar_result, status, 4, 4)                                                                   \
    X(soar_result, call_id, 8, 8)                                                                  \
    X(soar_result, kind, 16, 4)                                                                    \
    X(soar_result, http_status, 20, 4)                                                             \
    X(soar_result, json, 24, 8)                                                                    \
    X(soar_result, json_len, 32, 8)                                                                \
    X(soar_result, done, 40, 8)                                                                    \
    X(soar_result, total, 48, 8)                                                                   \
    X(soar_result, owner, 56, 8)

#define ASSERT_FIELD(type, field, at, size)                                                        \
    _Static_assert(offsetof(type, field) == (at), #type "." #field " has moved");                  \
    _Static_assert(sizeof(((type *)0)->field) == (size), #type "." #field " has another size");
FIELDS(ASSERT_FIELD)

_Static_assert(sizeof(soar_host) == 56, "soar_host has another size");
_Static_assert(sizeof(soar_call) == 112, "soar_call has another size");
_Static_assert(sizeof(soar_result) == 64, "soar_result has another size");

#define PRINT_FIELD(type, field, at, size)                                                         \
    printf("%s.%s %zu %zu\n", #type, #field, offsetof(type, field), sizeof(((type *)0)->field));

int main(void)
{
    FIELDS(PRINT_FIELD)
    printf("soar_host %zu\nsoar_call %zu\nsoar_result %zu\n", sizeof(soar_host), sizeof(soar_call),
           sizeof(soar_result));
    printf("abi %u.%u\nno_timeout %llu\n", SOAR_ABI_MAJOR, SOAR_ABI_MINOR,
           (unsigned long long)SOAR_NO_TIMEOUT);
    return 0;
}
