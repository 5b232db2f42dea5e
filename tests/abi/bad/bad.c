/*
 * The echo plugin with one thing wrong, chosen by -DBAD=NAME: each of them is something that
 * plugins really do, and that soarhost check must find. tests/checks/conformance says which check
 * finds which.
 */
#include "soar_plugin.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#define NOTHING 0
#define CRASH_IN_LIST 1
#define EXIT_IN_LIST 2
#define HANG_IN_INIT 3
#define FOREIGN_SYMBOL 4
#define HALF_ASYNC 5
#define OTHER_VERSION 6
#define ANY_MAJOR 7
#define LEAK_DESCRIPTOR 8
#define LISTING_MOVES 9
#define LISTING_NOT_JSON 10
#define SAME_NAME_TWICE 11
#define BAD_SCHEMA 12
#define REMOTE_REF 13
#define BAD_EXAMPLE 14
#define SIZE_IGNORED 15
#define READS_TOO_FAR 16
#define NEWER_REFUSED 17
#define WRITES_TOO_FAR 18
#define STALE_HANDLE 19
#define FLAGS_IGNORED 20
#define PREFIX_IS_ENOUGH 21
#define GARBAGE_BEHIND_INPUT 22
#define CRASH_ON_BAD_INPUT 23
#define EXAMPLE_REFUSED 24
#define OUTPUT_UNDECLARED 25
#define STATUS_CONTRADICTS 26
#define ONE_BUFFER 27
#define RELEASE_KEEPS 28
#define LEAK 29
#define SHARED_ID 30
#define CANCEL_DEADLOCKS 31
#define SHUTDOWN_FORGETS 32
#define PRINTS 33
#define SETS_LOCALE 34
#define IGNORES_SIGPIPE 35
#define CHANGES_DIR 36
#define CHANGES_UMASK 37
#define SETS_ENV 38
#define OWN_THREAD_LOGS 39
#define FORK_BLIND 40
#define TWO_OUTCOMES 41

#ifndef BAD
#define BAD NOTHING
#endif
/* Lists that are wrong take the place of echo's. */
#define TOOL(name, schema, example)                                                                \
    "{\"name\":\"" name "\",\"title\":\"Echo\",\"description\":\"Gives a text back.\","            \
    "\"inputSchema\":" schema ",\"outputSchema\":" OUTPUT ",\"annotations\":" READ_ONLY ","        \
    "\"_meta\":{\"group\":\"echo\",\"examples\":[{\"input\":" example "}]}}"
#define TEXT_SCHEMA                                                                                \
    "{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,"                 \
    "\"properties\":{\"text\":{\"type\":\"string\"}}}"
#define LISTING(tools)                                                                             \
    "{\"tools\":[" tools "],\"_meta\":{\"abi_version\":\"1.1\",\"plugin_version\":\"1\"}}"
#define HELLO "{\"text\":\"hello\"}"
#if BAD == LISTING_NOT_JSON
#define ECHO_LISTING "{\"tools\":[}"
#elif BAD == SAME_NAME_TWICE
#define ECHO_LISTING LISTING(TOOL("echo", TEXT_SCHEMA, HELLO) "," TOOL("echo", TEXT_SCHEMA, HELLO))
#elif BAD == BAD_SCHEMA
#define ECHO_LISTING                                                                               \
    LISTING(TOOL("echo", "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"text\"}}}",    \
                 HELLO))
#elif BAD == REMOTE_REF
#define ECHO_LISTING                                                                               \
    LISTING(TOOL("echo", "{\"type\":\"object\",\"$ref\":\"https://example.com/a.json\"}", HELLO))
#elif BAD == BAD_EXAMPLE
#define ECHO_LISTING LISTING(TOOL("echo", TEXT_SCHEMA, "{\"text\":7}"))
#elif BAD == EXAMPLE_REFUSED
#define ECHO_LISTING LISTING(TOOL("echo", TEXT_SCHEMA, "{\"text\":\"\"}"))
#elif BAD == OTHER_VERSION
#define ECHO_LISTING "{\"tools\":[],\"_meta\":{}}"
#endif

/* echo's functions under other names; those of this file call them. */
#define soar_abi_version echo_abi_version
#define soar_list_actions echo_list_actions
#define soar_init echo_init
#define soar_invoke echo_invoke
#define soar_cancel echo_cancel
#define soar_release echo_release
#define soar_shutdown echo_shutdown
#include "../echo/echo.c"
#undef soar_abi_version
#undef soar_list_actions
#undef soar_init
#undef soar_invoke
#undef soar_cancel
#undef soar_release
#undef soar_shutdown

#if BAD == FOREIGN_SYMBOL
SOAR_API int config_init(void);
int config_init(void)
{
    return 0;
}
#endif
#if BAD == HALF_ASYNC
soar_status soar_submit(soar_plugin *plugin, const soar_call *call)
{
    return plugin != NULL && call != NULL ? SOAR_RESOURCE_EXHAUSTED : SOAR_INVALID_ARGUMENT;
}
#endif

uint32_t soar_abi_version(void)
{
    return BAD == OTHER_VERSION ? 2u << 16 : echo_abi_version();
}

soar_status soar_list_actions(const char **ret_json, uint64_t *ret_len)
{
    if (BAD == CRASH_IN_LIST)
        raise(SIGSEGV);
    if (BAD == EXIT_IN_LIST)
        exit(0);
    soar_status status = echo_list_actions(ret_json, ret_len);
    if (BAD == LISTING_MOVES && status == SOAR_OK)
        *ret_json = strdup(*ret_json);
    return status;
}

/* ------------------------------------------------------------------ instances */

static soar_host own_host;

static void *log_once(void *arg)
{
    own_host.log(own_host.ctx, SOAR_LOG_INFO, arg, strlen(arg));
    return NULL;
}

static void log_from_a_thread(const soar_host *host)
{
    static char line[] = "started";
    pthread_t thread;
    if (host == NULL || host->log == NULL)
        return;
    own_host = *host;
    pthread_create(&thread, NULL, log_once, line);
    pthread_join(thread, NULL);
}

static void change_the_process(void)
{
    if (BAD == SETS_LOCALE)
        setlocale(LC_ALL, "C.UTF-8");
    if (BAD == IGNORES_SIGPIPE)
        signal(SIGPIPE, SIG_IGN);
    if (BAD == CHANGES_DIR && chdir("/") != 0)
        abort();
    if (BAD == CHANGES_UMASK)
        umask(0);
    if (BAD == SETS_ENV)
        setenv("ECHO_WAS_HERE", "1", 1);
    if (BAD == LEAK_DESCRIPTOR && open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
        abort();
}

soar_status soar_init(const soar_host *host, const char *config, uint64_t config_len,
                      soar_plugin **ret_plugin, int32_t *ret_event_fd, soar_result *err)
{
    soar_host changed_host;
    while (BAD == HANG_IN_INIT)
        pause();
    change_the_process();
    if (BAD == OWN_THREAD_LOGS)
        log_from_a_thread(host);
    if (BAD == ANY_MAJOR && host != NULL && host->struct_size >= sizeof(changed_host)) {
        changed_host = *host;
        changed_host.abi_version = SOAR_ABI_VERSION;
        host = &changed_host;
    }
    soar_status status = echo_init(host, config, config_len, ret_plugin, ret_event_fd, err);
    if (BAD == TWO_OUTCOMES && ret_event_fd != NULL)
        *ret_event_fd = eventfd(1, EFD_CLOEXEC); /* always readable: soar_next says what is there */
    return status;
}

soar_status soar_shutdown(soar_plugin *plugin, uint64_t timeout_ms)
{
    if (BAD == SHUTDOWN_FORGETS || BAD == STALE_HANDLE)
        return plugin != NULL && (uintptr_t)plugin <= last_handle ? SOAR_OK : SOAR_INVALID_ARGUMENT;
    return echo_shutdown(plugin, timeout_ms);
}

soar_status soar_cancel(soar_plugin *plugin, uint64_t call_id)
{
    if (BAD == CANCEL_DEADLOCKS)
        pthread_mutex_lock(&lock);
    return echo_cancel(plugin, call_id);
}

/* ------------------------------------------------------------------ calls */

static char one_buffer[4096];

static void change_result(soar_result *result)
{
    if (BAD == STATUS_CONTRADICTS)
        result->status = SOAR_OK;
    if (BAD == SHARED_ID)
        result->call_id = 1;
    if (BAD == WRITES_TOO_FAR && result->struct_size > sizeof(*result) + 8)
        ((char *)result)[sizeof(*result)] = 0;
    if (BAD == ONE_BUFFER && result->json != NULL) {
        snprintf(one_buffer, sizeof(one_buffer), "%s", result->json);
        free(result->owner);
        result->owner = NULL;
        result->json = one_buffer;
    }
    if (BAD == OUTPUT_UNDECLARED && result->json != NULL && result->status == SOAR_OK) {
        struct json_object *document = json_tokener_parse(result->json);
        json_object_object_add(document, "extra", json_object_new_int(1));
        free(result->owner);
        char *json = strdup(json_object_to_json_string_ext(document, JSON_C_TO_STRING_PLAIN));
        result->json = result->owner = json;
        result->json_len = strlen(json);
        json_object_put(document);
    }
}

/* Whether the input is one JSON value that json-c likes, whatever comes behind it. */
static uint64_t length_of_first(const soar_call *call)
{
    struct json_tokener *tokener = json_tokener_new();
    json_object_put(json_tokener_parse_ex(tokener, call->input, (int)call->input_len));
    uint64_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    return end;
}

/* Reads a call as a plugin would that does not look at struct_size, or likes some things too much. */
static soar_status change_call(const soar_call *given, soar_call *ret, soar_result *result)
{
    memset(ret, 0, sizeof(*ret));
    memcpy(ret, given,
           BAD == READS_TOO_FAR || given->struct_size > sizeof(*ret) ? sizeof(*ret)
                                                                     : given->struct_size);
    if (BAD == SIZE_IGNORED)
        *ret = *given, ret->struct_size = sizeof(*ret);
    if (BAD == FLAGS_IGNORED)
        ret->flags &= SOAR_CALL_DRY_RUN;
    if (BAD == PREFIX_IS_ENOUGH && ret->action_len > 4)
        ret->action_len = 4;
    if (BAD == GARBAGE_BEHIND_INPUT && ret->input != NULL && ret->input_len > 0)
        ret->input_len = length_of_first(ret);
    if (BAD == CRASH_ON_BAD_INPUT && ret->input != NULL && ret->input_len > 0 &&
        ret->input[ret->input_len - 1] != '}')
        raise(SIGSEGV);
    if (BAD == NEWER_REFUSED && given->struct_size > sizeof(*ret))
        return give(result, 0, SOAR_INVALID_ARGUMENT, "bad_call", NULL, "soar_call is too large");
    return SOAR_OK;
}

soar_status soar_invoke(soar_plugin *plugin, const soar_call *call, soar_result *ret_result)
{
    soar_call changed_call;
    struct instance *instance = NULL;
    if (ret_result == NULL || ret_result->struct_size < sizeof(*ret_result) || call == NULL)
        return echo_invoke(plugin, call, ret_result);
    if (BAD == PRINTS)
        fputs("echo: called\n", stderr);
    if (BAD == LEAK && malloc(100) == NULL)
        abort();
    if (BAD == FORK_BLIND && find(plugin, &instance) == SOAR_FAILED_PRECONDITION &&
        instance != NULL)
        instance->pid = getpid();
    soar_status status = change_call(call, &changed_call, ret_result);
    if (status == SOAR_OK)
        status = echo_invoke(plugin, &changed_call, ret_result);
    change_result(ret_result);
    return status;
}

void soar_release(soar_result *result)
{
    soar_result before = {.struct_size = 0};
    if (result != NULL && result->struct_size >= sizeof(*result))
        before = *result;
    echo_release(result);
    if (BAD == RELEASE_KEEPS && before.json != NULL)
        result->json_len = before.json_len;
}

/* ------------------------------------------------------------------ an asynchronous pair */

#if BAD == TWO_OUTCOMES

static soar_result waiting[1024];
static size_t n_waiting;

soar_status soar_submit(soar_plugin *plugin, const soar_call *call)
{
    if (call == NULL || call->call_id == 0)
        return SOAR_INVALID_ARGUMENT;
    for (int i = 0; i < 2; i++) {
        soar_result *result = &waiting[n_waiting++];
        *result = (soar_result){.struct_size = sizeof(*result)};
        echo_invoke(plugin, call, result);
    }
    return SOAR_OK;
}

soar_status soar_next(soar_plugin *plugin, soar_result *ret_result)
{
    if (plugin == NULL || n_waiting == 0)
        return SOAR_EMPTY;
    *ret_result = waiting[--n_waiting];
    return SOAR_OK;
}
#endif
