/*
 * keys.h - the idempotency keys of an instance's writes, and the outcomes of the calls that had them
 * first. A key belongs to one action with one input; whoever comes with it again gets the first
 * outcome, or waits for it. Bounded by number, memory and age. No I/O; the caller gives the time.
 * Thread-safe.
 */
#ifndef FCM_KEYS_H
#define FCM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "soar_plugin.h"

/* Longest key, in bytes. */
#define KEYS_MAX_LEN 256u

struct keys;
/* A key whose call is in flight. */
struct keys_entry;

/* The outcome of a call. */
struct keys_outcome {
    soar_status status;
    int http_status;
    struct buf document; /* owned by who was given it; empty where it was too big to keep */
};

/* keys_new - at most `most` outcomes of max_bytes in all, each for ttl_ms after the call's end; what
 * is in flight comes on top and is never forgotten. NULL = no memory. keys_free - no call may be
 * using it; NULL is fine. */
struct keys *keys_new(int64_t most, int64_t max_bytes, int64_t ttl_ms);
void keys_free(struct keys *keys);

enum keys_state {
    KEYS_FIRST,  /* the key is this call's: *ret_entry, to be ended by keys_keep or keys_drop */
    KEYS_IN_USE, /* its first call is in flight: ask again later */
    KEYS_KNOWN,  /* *ret_outcome is the first call's */
    KEYS_OTHER,  /* it is another action's or input's */
    KEYS_NO_MEMORY
};

/* keys_take - the state of a key (1 .. KEYS_MAX_LEN bytes) for a call that asks for `asked`, a hash
 * of action and input. now_ms is monotonic. */
enum keys_state keys_take(struct keys *keys, const char *key, size_t len,
                          const char asked[SHA256_HEX], int64_t now_ms,
                          struct keys_entry **ret_entry, struct keys_outcome *ret_outcome);

/* keys_keep - the call has ended so; the document is copied. Where there is no memory for it, or it
 * is larger than all may be, the outcome is kept without it. */
void keys_keep(struct keys *keys, struct keys_entry *entry, soar_status status, int http_status,
               const struct buf *document, int64_t now_ms);
/* keys_drop - the call ended without effect: the key is as if it had not been used. */
void keys_drop(struct keys *keys, struct keys_entry *entry);

#endif
