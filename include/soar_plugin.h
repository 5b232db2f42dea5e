/*
 * soar_plugin.h - the contract between a workflow engine (the host) and an action plugin.
 *
 * A plugin is a shared object that exports the functions below and nothing else. The host opens it
 * (dlopen, ctypes, koffi, purego, libloading), asks it for its actions, makes one or more instances
 * and invokes actions with JSON. This header is all that a host needs. It is plain C99 and C++.
 *
 * How a host uses it:
 *     soar_abi_version()            is the plugin of a major version that I know?
 *     soar_list_actions()           which actions, with which input and output schemas?
 *     soar_init()                   one instance per tenant or configuration
 *     soar_invoke() ... soar_release()   as often as wanted, from any thread
 *     soar_shutdown()
 *
 * Rules that hold everywhere
 *  - Text is UTF-8 given as pointer and length in bytes. A NUL at the end is not needed on the way
 *    in and is always there on the way out (not counted in the length).
 *  - Every struct begins with struct_size: sizeof the struct as the one who fills it was compiled.
 *    The reader touches only what both know. New fields are added at the end and nowhere else; what
 *    is released never changes. Fill a struct with zeros first, then set struct_size.
 *  - Status codes are int32_t and never a C enum. They are the gRPC canonical codes, and two more.
 *  - All functions may be called from any thread, at the same time, on the same instance. None is
 *    async-signal-safe. A handle is a token and not an address: one that was shut down, or was
 *    never given out, is refused with SOAR_INVALID_ARGUMENT.
 *  - An instance belongs to the process that made it. After fork() the child gets
 *    SOAR_FAILED_PRECONDITION (reason "forked") for it and makes its own with soar_init().
 *  - The plugin installs no signal handler, raises no SIGPIPE, writes nothing to stdout or stderr,
 *    and changes neither locale, environment, working directory nor umask.
 *  - The host's callbacks (struct soar_host) are called only on a thread that is at that moment
 *    inside a function of this header, unless the host allows more with SOAR_HOST_ANY_THREAD.
 */
#ifndef SOAR_PLUGIN_H
#define SOAR_PLUGIN_H

#include <stdint.h>

/* Version of this contract. A host accepts every plugin of its own major version. */
#define SOAR_ABI_MAJOR 1u
#define SOAR_ABI_MINOR 1u
#define SOAR_ABI_VERSION ((SOAR_ABI_MAJOR << 16) | SOAR_ABI_MINOR)

#if defined(__GNUC__)
#define SOAR_API __attribute__((visibility("default")))
#else
#define SOAR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ status codes */

/* What became of a call. 0..16 are the gRPC canonical codes. The specific reason, and what to do,
 * stand in the JSON of the result ("error": {code, reason, message, where, hint, ...}). */
typedef int32_t soar_status;

#define SOAR_OK 0                  /* done */
#define SOAR_CANCELLED 1           /* ended by soar_cancel or soar_shutdown */
#define SOAR_UNKNOWN 2             /* a write whose answer was lost: it may have been applied */
#define SOAR_INVALID_ARGUMENT 3    /* input, configuration or pointer refused; nothing was sent */
#define SOAR_DEADLINE_EXCEEDED 4   /* the call's time was up */
#define SOAR_NOT_FOUND 5           /* no such action, or the service knows no such object */
#define SOAR_ALREADY_EXISTS 6      /* a file or object of that name is there already */
#define SOAR_PERMISSION_DENIED 7   /* scope missing, tenant or directory not allowed, read-only */
#define SOAR_RESOURCE_EXHAUSTED 8  /* rate limit, size limit or quota */
#define SOAR_FAILED_PRECONDITION 9 /* not possible in this state (forked handle, still in use) */
#define SOAR_ABORTED 10            /* the object was changed by someone else (stale version) */
#define SOAR_OUT_OF_RANGE 11       /* past the end of a list */
#define SOAR_UNIMPLEMENTED 12      /* not offered by this plugin or this service */
#define SOAR_INTERNAL 13           /* the plugin or the service failed */
#define SOAR_UNAVAILABLE 14        /* service not reachable or overloaded; try again */
#define SOAR_DATA_LOSS 15          /* an answer or a file arrived damaged */
#define SOAR_UNAUTHENTICATED 16    /* credentials refused */
#define SOAR_PARTIAL 17            /* some of what was asked was done; the result says which */
#define SOAR_EMPTY 18              /* soar_next: nothing is waiting */

/* ------------------------------------------------------------------ what the host gives */

/* An instance of the plugin. Opaque; never dereferenced by the host. Any number per process. */
typedef struct soar_plugin soar_plugin;

/* Levels of soar_host.log. */
#define SOAR_LOG_ERROR 1
#define SOAR_LOG_WARN 2
#define SOAR_LOG_INFO 3
#define SOAR_LOG_DEBUG 4
/* Not louder or quieter than the others but of another kind: the line is one JSON object, at most
 * 64 KiB, that records a write. It comes whatever level the configuration asks for, once for each
 * call of an action that changes something at the service, when the call has ended, also where it
 * was refused; never for SOAR_CALL_DRY_RUN, nor for one that got an earlier outcome by its key. The
 * plugin's documentation names its members. It holds ids and statuses, and neither secrets nor
 * anything else of what was written. */
#define SOAR_LOG_AUDIT 5

/* Allow callbacks from threads of the plugin's own. Without it, see the rules above. */
#define SOAR_HOST_ANY_THREAD 1u

/* Services of the host. Every callback may be NULL. The struct is copied by soar_init; ctx and the
 * functions must live until soar_shutdown returns. Callbacks must not call back into the plugin. */
typedef struct soar_host {
    uint32_t struct_size; /* sizeof(soar_host) */
    uint32_t abi_version; /* SOAR_ABI_VERSION the host was compiled with */
    void *ctx;            /* handed back to each callback, never looked into */

    /* One line of the log, without newline. msg is the plugin's and ends with the callback. It
     * never holds a secret. May be called from several threads at once. */
    void (*log)(void *ctx, int32_t level, const char *msg, uint64_t msg_len);

    /* Gives the secret that the configuration names as "secret:NAME". Writes at most cap bytes to
     * buf and the full length to *out_len; answers SOAR_OK, SOAR_NOT_FOUND, or SOAR_OUT_OF_RANGE
     * where cap is too small (asked again with more). The plugin wipes buf after use. Called only
     * inside soar_init. */
    soar_status (*get_secret)(void *ctx, const char *name, uint64_t name_len, char *buf,
                              uint64_t cap, uint64_t *out_len);

    /* Progress of a file transfer or of a long list: bytes or items done, and in all (0 = not
     * known). A value other than 0 cancels the call. */
    int32_t (*progress)(void *ctx, uint64_t call_id, uint64_t done, uint64_t total);

    /* Milliseconds since the Unix epoch. NULL = the system's clock. Used for the service's absolute
     * rate-limit times; deadlines and the lifetime of tokens use a monotonic clock. */
    uint64_t (*now_ms)(void *ctx);

    uint32_t flags;        /* SOAR_HOST_* */
    uint32_t max_inflight; /* most calls of soar_submit at a time; 0 = 10,000 */
} soar_host;

/* Plan the call: validate, check the policy, build the request, look at files, send nothing. The
 * result shows under "request" the method, URL, headers, body and parts (files with their size and
 * SHA-256), secrets left out, and under "plan" what it would do and the text for soar_call.plan. */
#define SOAR_CALL_DRY_RUN 1u
/* in_fd is the source of the file to upload; without it the path in the input is opened. */
#define SOAR_CALL_IN_FD 2u
/* out_fd takes the downloaded bytes; without it a file in an allowed directory is made. */
#define SOAR_CALL_OUT_FD 4u

/* timeout_ms: wait as long as it takes. */
#define SOAR_NO_TIMEOUT UINT64_MAX

/* One call of an action. Everything pointed to is the host's and need live only until soar_invoke
 * or soar_submit returns. */
typedef struct soar_call {
    uint32_t struct_size; /* sizeof(soar_call) */
    uint32_t flags;       /* SOAR_CALL_*; unknown bits are refused */
    uint64_t call_id;     /* chosen by the host; names the call in soar_cancel and in progress.
                             0 = the call cannot be cancelled by id. Unique among calls in flight
                             on one instance, else SOAR_ALREADY_EXISTS */
    const char *action;   /* a name from soar_list_actions; required */
    uint64_t action_len;
    const char *input; /* a JSON object by the action's inputSchema; empty = {} */
    uint64_t input_len;
    uint64_t timeout_ms; /* for the whole call with its retries, pages and transfers, counted
                            from entry. 0 = the configured default; SOAR_NO_TIMEOUT = none */
    const char *trace;   /* W3C traceparent sent with each request, or empty */
    uint64_t trace_len;
    int32_t in_fd;  /* with SOAR_CALL_IN_FD: readable from its present offset to its end.
                       The plugin does not close it */
    int32_t out_fd; /* with SOAR_CALL_OUT_FD: writable. The plugin does not close it */

    /* Since 1.1; a struct_size that ends before them means: none. */

    const char *plan; /* from the "plan" of a dry run ("text", or its "hash" alone), or empty. The
                         call is carried out only if it would send what was planned then: the same
                         tenant, action, method, path, query, body and bytes of the file, whatever
                         has changed since in input, configuration, file or plugin. Otherwise
                         SOAR_FAILED_PRECONDITION, reason "plan_changed", nothing sent, and the
                         message says what differs. A file that changes while it is sent ends
                         the call in the same way, its last bytes withheld. Only the first page of
                         a list is planned. Not bound are reads beside it: for the token, for
                         further pages and links of a download, and for what became of a write
                         whose answer was lost. A source that can be read only once (a pipe)
                         cannot be planned */
    uint64_t plan_len;

    /* Names one logical write, 1 .. 256 bytes of any kind; empty = none. Another call with the same
     * key on the same instance makes no second write: it gets the outcome of the first one, also
     * where that is still in flight, for which it waits within its own time. Kept is what had, or
     * may have had, an effect, and what was refused for good; a call that was not sent, or not
     * applied and retryable, leaves the key free, so that it can be tried again with the same key.
     * The plugin's documentation says how many outcomes are kept, and how long; they do not outlive
     * the instance. Not looked at for actions that only read, and for SOAR_CALL_DRY_RUN.
     * Errors: SOAR_INVALID_ARGUMENT for a key that was used for another action or input (reason
     * "idempotency_key_reused"), and for one too long. */
    const char *idempotency_key;
    uint64_t idempotency_key_len;
} soar_call;

/* ------------------------------------------------------------------ what the plugin gives */

#define SOAR_KIND_DONE 1     /* the one and only outcome of a call */
#define SOAR_KIND_LOG 2      /* soar_next: a line of the log */
#define SOAR_KIND_PROGRESS 3 /* soar_next: done and total have moved */

/* The outcome of a call. The struct is the host's (set struct_size, the rest zero); what it points
 * to is the plugin's and stays valid, whatever else is called, until soar_release on this struct.
 * Not to be copied and released twice.
 *
 * json is one object, always, and always valid JSON:
 *   {"ok", "status", "http_status", "resources" | "file" | "value" | "request" and "plan",
 *    "meta": {"trace_id", "query_time", "pagination", "paging", "requests", "attempts", "tenant",
 *             "reconciled"?: {"verdict", "looks", "found": [id]}},
 *    "errors": [{"code", "message", "id"?}],
 *    "done"?: [id], "failed"?: [{"id"?, "code", "message", "outcome"}],
 *    "error"?: {"code", "reason", "message", "where", "hint", "retryable", "retry_after_ms", "present"?,
 *               "outcome": "not_sent" | "not_applied" | "applied" | "unknown"}}
 * "error" is there whenever status is not SOAR_OK. "done" and "failed" are there where a part was
 * done: of a list of ids that was asked for each is in one of them, once. "meta.paging" is there
 * where a list was read on to its end or to a number of items. */
typedef struct soar_result {
    uint32_t struct_size; /* sizeof(soar_result), set by the host */
    soar_status status;
    uint64_t call_id;
    int32_t kind;         /* SOAR_KIND_* */
    int32_t http_status;  /* of the last answer; 0 = there was none */
    const char *json;     /* UTF-8, NUL at the end; NULL only where memory ran out */
    uint64_t json_len;    /* without the NUL */
    uint64_t done, total; /* SOAR_KIND_PROGRESS */
    void *owner;          /* the plugin's own; leave it alone */
} soar_result;

/* ------------------------------------------------------------------ functions */

/* soar_abi_version - the contract the plugin was built for, (major << 16) | minor.
 * Required: yes.  Callable at any time, before soar_init too; no I/O, no allocation; never fails. */
SOAR_API uint32_t soar_abi_version(void);

/* soar_list_actions - all actions as one JSON text.
 * Required: yes.
 * Arguments: ret_json and ret_len get the text and its length; neither may be NULL.
 * The text is a valid result of the Model Context Protocol's tools/list: {"tools": [{"name",
 *   "title", "description", "inputSchema", "outputSchema", "annotations", "_meta"}], "_meta"}, with
 *   JSON Schema 2020-12, all $ref local to their schema. Each tool's _meta holds operation id,
 *   method, path, scope, group, paging, retry class and examples; the outer _meta holds the ABI
 *   version, the plugin's version and the JSON Schema of the configuration.
 * Ownership: static memory of the plugin, valid as long as it is loaded; do not free.
 * Errors: SOAR_INVALID_ARGUMENT for a NULL argument.
 * Callable at any time, from any thread; no I/O, no allocation. */
SOAR_API soar_status soar_list_actions(const char **ret_json, uint64_t *ret_len);

/* soar_init - makes an instance. Nothing is sent to the service yet.
 * Required: yes.
 * Arguments:
 *   host        services of the host, or NULL for none.
 *   config      configuration as text (for this plugin: libconfig), config_len bytes; its schema
 *               is in soar_list_actions.
 *   ret_plugin  gets the handle; required. Set only on success.
 *   ret_event_fd  gets a descriptor that is readable while soar_next has something, or -1 where
 *               the plugin has no asynchronous pair. NULL = not wanted. The plugin owns it: poll
 *               it, never read or close it.
 *   err         gets the error document where the status is not SOAR_OK; release it. NULL = not
 *               wanted.
 * Errors: SOAR_INVALID_ARGUMENT (the line, the key and what it may be), SOAR_PERMISSION_DENIED (a
 *   secret's file is readable by others, a directory is not usable), SOAR_NOT_FOUND (a secret),
 *   SOAR_UNIMPLEMENTED (host->abi_version of another major), SOAR_RESOURCE_EXHAUSTED.
 * Thread safety: any thread, any number at once. */
SOAR_API soar_status soar_init(const soar_host *host, const char *config, uint64_t config_len,
                               soar_plugin **ret_plugin, int32_t *ret_event_fd, soar_result *err);

/* soar_invoke - carries out one action and waits for its outcome.
 * Required: yes.
 * Arguments: plugin from soar_init; call and ret_result are required, with struct_size set.
 * Ownership: *ret_result is filled in every case where it is given with a usable struct_size, also
 *   on error; release it with soar_release.
 * Returns the status that also stands in *ret_result. SOAR_INVALID_ARGUMENT without a document is
 *   possible only where ret_result is NULL or its struct_size is too small.
 * Thread safety: any number of threads at once on one instance. Blocks for at most timeout_ms. */
SOAR_API soar_status soar_invoke(soar_plugin *plugin, const soar_call *call,
                                 soar_result *ret_result);

/* soar_cancel - ends a call in flight, of soar_invoke or of soar_submit.
 * Required: yes.
 * The call itself returns SOAR_CANCELLED, or SOAR_UNKNOWN for a write that may have gone out, or
 *   its true outcome where it was through already.
 * Errors: SOAR_NOT_FOUND where no call of that id is in flight; SOAR_INVALID_ARGUMENT for id 0.
 * Thread safety: any thread; never blocks on I/O. */
SOAR_API soar_status soar_cancel(soar_plugin *plugin, uint64_t call_id);

/* soar_release - frees what a result points to and clears it.
 * Required: yes.  NULL, a cleared or an already released result: nothing happens. */
SOAR_API void soar_release(soar_result *result);

/* soar_shutdown - ends an instance: refuses new calls, cancels those in flight, waits for them,
 *   wipes secrets, closes connections.
 * Required: yes.
 * Arguments: timeout_ms is how long to wait for calls in flight; SOAR_NO_TIMEOUT = until they end.
 * Errors: SOAR_FAILED_PRECONDITION: calls were still inside when the time was up (the instance
 * stays closed to new ones; call again), another thread is shutting it down, or the handle came
 * through a fork. SOAR_INVALID_ARGUMENT: no such handle. Afterwards the handle is invalid; results
 * not yet released stay valid. */
SOAR_API soar_status soar_shutdown(soar_plugin *plugin, uint64_t timeout_ms);

/* ------------------------------------------------------------------ asynchronous pair
 * Required: no. A plugin exports both or neither; a host looks them up by name and takes their
 * absence for "not supported". */

/* soar_submit - takes a call in and returns at once.
 * The input is copied, and so are in_fd and out_fd: the host may close its own. A pipe that has
 *   nothing yet, or no room, holds up no other call. The outcome comes through soar_next, exactly
 *   one SOAR_KIND_DONE for each call that was accepted with SOAR_OK; what is wrong with the action
 *   or the input is told there. The calls of an instance run on one thread of the plugin's own,
 *   made with the first of them, and what waits for a disk on a second one; all signals are blocked
 *   in both. Calls for which no connection is free wait, and their time counts. soar_host.now_ms is
 *   asked in here.
 * Errors (nothing was taken, and no outcome follows): SOAR_RESOURCE_EXHAUSTED where max_inflight
 *   calls (default 10,000) were accepted whose outcome was not taken yet, or no memory, thread or
 *   descriptor is left; SOAR_ALREADY_EXISTS where the id is in flight; SOAR_INVALID_ARGUMENT for a
 *   NULL or malformed call and for call_id 0; SOAR_FAILED_PRECONDITION where the instance is being
 *   shut down, or came through a fork.
 * Thread safety: any thread. */
SOAR_API soar_status soar_submit(soar_plugin *plugin, const soar_call *call);

/* soar_next - takes the next event. Never blocks. *ret_result is cleared first; release it before.
 *   SOAR_KIND_DONE      the outcome of the call call_id; its id is free again before this is here
 *   SOAR_KIND_PROGRESS  done and total of a call; json is {"done", "total"}. Only the latest of a call
 *                       waits, and none comes after its outcome
 *   SOAR_KIND_LOG       json is {"level", "message"}, call_id 0. At most 1,024 lines wait; a line says
 *                       how many were dropped
 * With SOAR_HOST_ANY_THREAD log and progress of such calls go to the host's callbacks, where it gave
 *   them; without it they are events, and the callbacks are not called for them.
 * Returns SOAR_OK with an event, SOAR_EMPTY without. Each event goes to one caller. The event
 *   descriptor becomes readable when there is one, or soon after (events that come together are told
 *   of together), and stays so until the last is taken; where that was taken before it was told of, it
 *   may be readable once more, until SOAR_EMPTY. Works while soar_shutdown runs in another thread;
 *   what was not taken when that ends is gone, so take the outcomes first.
 * Errors: as of soar_submit for the handle; SOAR_INVALID_ARGUMENT for ret_result. Any thread. */
SOAR_API soar_status soar_next(soar_plugin *plugin, soar_result *ret_result);

#ifdef __cplusplus
}
#endif
#endif /* SOAR_PLUGIN_H */
