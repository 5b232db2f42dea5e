/*
 * The last requests and their answers, for the console: bounded in memory, the oldest go first. What
 * is told of them has its secrets out. All functions may be called from any thread.
 */
#ifndef SANDBOX_REQUEST_LOG_H
#define SANDBOX_REQUEST_LOG_H

#include "sandbox.h"

#define SB_LOG_ENTRIES 1000
#define SB_LOG_BYTES (16 * 1024 * 1024) /* of all entries together */
#define SB_LOG_BODY 65536               /* bytes kept of a body */

struct sb_exchange;
struct sb_request_log;

struct sb_request_log *sb_request_log_new(void);
void sb_request_log_free(struct sb_request_log *log);

/* Keeps the start of an answer's text for sb_request_log_add; NULL: bytes, of which only the size is
 * told. */
void sb_request_log_keep_answer(struct sb_exchange *ex, const char *text, size_t size);
/* Notes an exchange that has been answered; `dropped` when the connection was cut instead (status
 * 0). Returns the summary as JSON text, heap:
 * {number, at, method, path, operation, status, trace_id, ms, cid, fault}. */
char *sb_request_log_add(struct sb_request_log *log, struct sb_exchange *ex, bool dropped);
/* {"requests": [summary, newest first], "oldest": N}: at most `limit` of those before `before` (0:
 * the newest). The caller puts it. */
struct json_object *sb_request_log_list(struct sb_request_log *log, int64_t before, int64_t limit);
/* One whole: the summary's members, query, headers, and `request` and `response`, each
 * {type, bytes, cut, text, note}: `text` is what can be shown, else `note` says why nothing is. NULL
 * if it isn't there any more. The caller puts it. */
struct json_object *sb_request_log_get(struct sb_request_log *log, int64_t number);

#endif
