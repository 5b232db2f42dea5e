/* Calls in flight, from the host's side: submit, wait for the event descriptor, take. Failures fail
 * the running test. */
#ifndef E2E_ASYNC_H
#define E2E_ASYNC_H

#include "world.h"
#include <stdbool.h>

/* An instance with its event descriptor, and what was taken from it so far. */
struct async {
    soar_plugin *instance;
    int32_t fd;
    size_t logs, progress, outcomes;
};

/* Opens an instance with the usual settings of a world and these changes (JSON text, NULL = none),
 * for this host (NULL = none). The world does not end it: async_close. */
void async_open(struct async *async, struct world *world, const soar_host *host,
                const char *changes);
void async_close(struct async *async);

/* A call as async_submit makes it, to be changed before it is submitted. */
soar_call async_call(uint64_t call_id, const char *action, const char *input);
/* Submits it; it must be accepted. */
void async_submit(struct async *async, uint64_t call_id, const char *action, const char *input);

/* Waits until the descriptor is readable; a minute without fails the test. */
void async_wait(const struct async *async);
bool async_readable(const struct async *async);

/* Waits for the next event of any kind; the caller releases it. */
void async_next(struct async *async, soar_result *ret);
/* Waits for the next outcome, and passes over all else. */
void async_outcome(struct async *async, soar_result *ret);
/* The same as a parsed document, which must be as promised; the caller puts it. */
struct json_object *async_document(struct async *async, uint64_t *ret_call_id,
                                   soar_status *ret_status);
/* Waits for the outcome of the one call that is in flight: its status, and its reason, which must be
 * this one where it is not NULL, and its outcome likewise. */
soar_status async_expect(struct async *async, uint64_t call_id, const char *reason,
                         const char *outcome);

/* What this process holds: open descriptors and threads. */
size_t async_fds(void);
size_t async_threads(void);
/* Waits until there are as many threads as that: one that was joined may be seen a little longer. A
 * minute without fails the test. */
void async_wait_for_threads(size_t threads);

#endif
