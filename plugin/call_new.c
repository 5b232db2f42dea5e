#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_private.h"
#include "normalize.h"
#include "policy.h"
#include "render.h"
#include "validate.h"

#define MAX_INPUT_DEPTH 64u
#define MAX_INPUT (64u << 20)

static bool find_action(struct call *call, const soar_call *asked, struct error *err)
{
    const char *near[3];

    call->action = catalog_find(asked->action, asked->action_len);
    if (call->action != NULL)
        return true;
    size_t n = catalog_nearest(asked->action, asked->action_len, near, 3);
    int len = asked->action_len > 64 ? 64 : (int)asked->action_len;
    error_set(err, SOAR_NOT_FOUND, "unknown_action", "there is no action \"%.*s\"", len,
              asked->action != NULL ? asked->action : "");
    if (n > 0)
        error_hint(err, "Did you mean %s%s%s%s%s?", near[0], n > 1 ? ", " : "",
                   n > 1 ? near[1] : "", n > 2 ? " or " : "", n > 2 ? near[2] : "");
    else
        error_hint(err, "soar_list_actions names all actions.");
    return false;
}

static bool take_trace(struct call *call, const soar_call *asked, struct error *err)
{
    for (uint64_t i = 0; i < asked->trace_len; i++)
        if (asked->trace_len > CALL_MAX_TRACE || (unsigned char)asked->trace[i] < 0x20 ||
            (unsigned char)asked->trace[i] > 0x7e) {
            error_set(err, SOAR_INVALID_ARGUMENT, "bad_trace",
                      "the trace is no header value: printable ASCII of at most %u bytes",
                      CALL_MAX_TRACE);
            error_where(err, "soar_call.trace");
            return false;
        }
    if (asked->trace_len == 0)
        return true;
    call->trace = strndup(asked->trace, asked->trace_len);
    if (call->trace == NULL)
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the trace");
    return call->trace != NULL;
}

static bool parse_input(struct call *call, const soar_call *asked, struct error *err)
{
    if (asked->input_len > MAX_INPUT) {
        error_set(err, SOAR_INVALID_ARGUMENT, "input_too_big",
                  "the input has %llu bytes; the most is %u", (unsigned long long)asked->input_len,
                  MAX_INPUT);
        error_hint(err, "Files are named by path or descriptor, never put into the input.");
        return false;
    }
    if (asked->input_len == 0) {
        call->input = json_object_new_object();
    } else {
        struct json_reader reader = call_memory_take_reader(call->env->memory);
        call->input =
            json_parse_with(&reader, asked->input, asked->input_len, MAX_INPUT_DEPTH, err);
        call_memory_give_reader(call->env->memory, &reader);
    }
    if (call->input == NULL && err->status == SOAR_OK)
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the input");
    return call->input != NULL;
}

static bool add_text(struct json_object *object, const char *name, const char *text)
{
    struct json_object *value = json_object_new_string(text);

    if (value != NULL && json_object_object_add(object, name, value) == 0)
        return true;
    json_object_put(value);
    return false;
}

static void keep_violations(struct call *call, const struct violations *found)
{
    call->violations = json_object_new_array();
    for (size_t i = 0; i < found->n && call->violations != NULL; i++) {
        struct json_object *one = json_object_new_object();
        if (one == NULL || json_object_array_add(call->violations, one) != 0) {
            json_object_put(one); /* the error itself names the first of them */
            return;
        }
        if (!add_text(one, "where", found->items[i].pointer) ||
            !add_text(one, "message", found->items[i].message))
            return;
    }
}

static bool check_input(struct call *call, struct error *err)
{
    struct violations found = {0};

    validate(call->action->input, call->input, &found);
    validate_limits(call->action, call->input, &found);
    size_t n = found.n + found.more;
    if (n > 0) {
        keep_violations(call, &found);
        error_set(err, SOAR_INVALID_ARGUMENT, "invalid_input", "%s%s%s: %s", call->action->name,
                  found.n > 0 && found.items[0].pointer[0] != '\0' ? " " : "",
                  found.n > 0 ? found.items[0].pointer : "",
                  found.n > 0 ? found.items[0].message : "the input breaks the schema");
        if (found.n > 0)
            error_where(err, "%s", found.items[0].pointer);
        if (n > 1)
            error_hint(err, "%zu places in all; violations lists them.", n);
        else
            error_hint(err, "inputSchema of the action says what it may be.");
    }
    violations_done(&found);
    return n == 0;
}

bool call_build_request(struct call *call, struct error *err)
{
    struct render_window window = {.limit = call->pages.limit,
                                   .offset = call->pages.offset,
                                   .after = call->pages.after,
                                   .sort = call->pages.sort,
                                   .ids_from = call->pages.ids_from,
                                   .ids_to = call->pages.ids_to};

    if (!render(call->action, call->input, &window, call->base_url, &call->request, err))
        return false;
    call->request.trace = call->trace;
    call->request.max_response_bytes = call->env->config->http.max_response_bytes;
    return true;
}

static size_t characters(struct json_object *list)
{
    size_t n = 0;

    for (size_t i = 0; i < json_object_array_length(list); i++)
        for (const char *at = json_object_get_string(json_object_array_get_idx(list, i));
             at != NULL && *at != '\0'; at++)
            n += ((unsigned char)*at & 0xc0) != 0x80;
    return n;
}

/* Is there room for so many more characters in the list at pointer? */
static bool has_room(const struct action *action, const char *pointer, struct json_object *list,
                     size_t more)
{
    for (size_t i = 0; i < action->n_limits; i++)
        if (action->limits[i].joined_chars && strcmp(action->limits[i].pointers[0], pointer) == 0 &&
            characters(list) + more > (size_t)action->limits[i].max)
            return false;
    return true;
}

/* Puts retry.marker and a random number into the list that can carry it, where there is room. */
static bool add_marker(struct call *call)
{
    const struct reconcile *rules = call->action->reconcile;
    const char *prefix = call->env->config->retry.marker;
    struct json_object *list = NULL;

    /* what is planned does not change with each call */
    bool planned = call->dry_run || call->plan[0] != '\0';
    if (planned || prefix == NULL || rules == NULL || rules->marker == NULL)
        return true;
    struct json_object *root = reconcile_root(call->action, call->input);
    snprintf(call->look.marker, sizeof(call->look.marker), "%s-%016llx", prefix,
             (unsigned long long)call->env->random_up_to(UINT64_MAX));
    if (!json_object_object_get_ex(root, rules->marker + 1, &list)) {
        list = json_object_new_array();
        if (list == NULL || json_object_object_add(root, rules->marker + 1, list) != 0) {
            json_object_put(list);
            return false;
        }
    }
    if (!json_object_is_type(list, json_type_array) ||
        !has_room(call->action, rules->marker, list, strlen(call->look.marker))) {
        call->look.marker[0] = '\0';
        return true;
    }
    struct json_object *text = json_object_new_string(call->look.marker);
    if (text != NULL && json_object_array_add(list, text) == 0)
        return true;
    json_object_put(text);
    return false;
}

static bool take_in(struct call *call, const soar_call *asked, struct error *err)
{
    if (!find_action(call, asked, err) || !take_trace(call, asked, err) ||
        !call_plan_take(call, asked, err) || !parse_input(call, asked, err) ||
        !check_input(call, err) || !policy_check(call->env->config, call->action, err))
        return false;
    if (!normalize(call->action->input, call->input)) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the input");
        return false;
    }
    if (!call_key_take(call, asked, err))
        return false;
    if (!add_marker(call)) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the input");
        return false;
    }
    if (!page_plan(&call->pages, call->action, call->env->service,
                   call->env->config->limits.max_result_bytes, call->input)) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the input");
        return false;
    }
    call->base_url = auth_base_url(call->env->auth);
    return call_build_request(call, err);
}

static int64_t deadline_of(const struct call_env *env, const soar_call *asked, struct now now)
{
    uint64_t timeout = asked->timeout_ms;

    if (timeout == 0)
        timeout = (uint64_t)env->config->http.timeout_ms;
    if (timeout >= (uint64_t)(INT64_MAX - now.mono_ms))
        return INT64_MAX;
    return now.mono_ms + (int64_t)timeout;
}

struct call *call_new(const struct call_env *env, const soar_call *asked, struct now now)
{
    struct call *call = call_memory_take(env->memory);
    struct error err;

    if (call == NULL)
        return NULL;
    call->env = env;
    call->call_id = asked->call_id;
    call->seen = now;
    call->deadline_ms = deadline_of(env, asked, now);
    buf_init(&call->look.body, 0);
    call->look.file_size = -1;
    buf_init(&call->plan_json, CALL_MAX_BODY);
    error_clear(&err);
    call->dry_run = (asked->flags & SOAR_CALL_DRY_RUN) != 0;
    if (!take_in(call, asked, &err))
        call_end(call, &err);
    else if (call->dry_run)
        call->state = STATE_PLAN;
    else if (call_key_ready(call, now) && call->state != STATE_DONE)
        call_key_go_on(call);
    return call;
}

void call_free(struct call *call)
{
    if (call == NULL)
        return;
    call_give_up_token(call, NULL, (struct now){0});
    auth_token_put(call->grant.token);
    call_token_done(call);
    call_key_done(call);
    call_ahead_done(call);
    call_look_done(call);
    http_file_done(&call->file);
    free(call->file_type);
    free(call->trace);
    buf_done(&call->plan_json);
    json_object_put(call->violations);
    json_object_put(call->input);
    call_memory_give(call->env->memory, call);
}
