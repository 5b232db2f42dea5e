/*
 * log.h - lines to the host's log. Nothing is written anywhere else. Thread-safe as far as the
 * host's callback is. Callers never pass a secret.
 */
#ifndef FCM_BASE_LOG_H
#define FCM_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "soar_plugin.h"

struct logger {
    void (*write)(void *ctx, int32_t level, const char *msg, uint64_t msg_len); /* NULL = no log */
    void *ctx;
    int32_t level; /* lines above this level are dropped */
};

/* log_line - at most 1,000 bytes, cut at a character's border; control characters become spaces. */
void log_line(const struct logger *log, int32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* log_record - a whole line of text (ends with NUL), whatever the level asked for; not cut. */
void log_record(const struct logger *log, int32_t level, const char *text, size_t len);

#endif
