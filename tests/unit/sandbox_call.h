/* Calling one operation of the sandbox without a server: for tests of what operations answer. */
#ifndef SANDBOX_CALL_H
#define SANDBOX_CALL_H

#include "../sandbox/due.h"
#include "../sandbox/operations.h"
#include "../sandbox/response.h"
#include "../sandbox/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CALL_CID "c1"

static const int64_t CALL_NOW_MS = 1764000000000; /* 2025-11-24T16:00:00Z */

/* What to call and with what. `query` is `name=value&name=value`, not encoded. */
struct call {
    sb_handler *operation;
    const char *body;  /* JSON, or NULL */
    const char *query; /* or NULL */
    int64_t later_ms;  /* how long after CALL_NOW_MS; what is due by then has happened */
    struct sb_options options;
    struct sb_part *parts;
    size_t part_count;
};

static inline int call_setup(void **state)
{
    char error[256];
    struct sb_store *store = sb_store_new(NULL, error, sizeof error);
    if (store == NULL) {
        return -1;
    }
    sb_store_lock(store);
    *state = store;
    return 0;
}

static inline int call_teardown(void **state)
{
    sb_store_unlock(*state);
    sb_store_free(*state);
    return 0;
}

static inline void call_put(struct sb_store *store, const char *kind, const char *cid,
                            const char *id, const char *json)
{
    struct json_object *doc = json_tokener_parse(json);
    assert_non_null(doc);
    sb_store_put(store, kind, cid, id, doc, NULL);
    json_object_put(doc);
}

static inline size_t call_split(char *query, struct sb_param *params, size_t max)
{
    size_t count = 0;
    char *rest = query, *pair;
    while (rest != NULL && (pair = strsep(&rest, "&")) != NULL && count < max) {
        char *value = strchr(pair, '=');
        assert_non_null(value);
        *value = '\0';
        params[count++] = (struct sb_param){pair, value + 1};
    }
    return count;
}

/* The answer: an array of resources; a bare value; or {"status", "message"} for a refusal. The
 * caller puts it. */
static inline struct json_object *call(struct sb_store *store, const struct call *what)
{
    char *query = what->query != NULL ? strdup(what->query) : NULL;
    struct sb_param params[16];
    struct json_object *answer = NULL;
    struct sb_request req = {.path = "/casemgmt/",
                             .query = {params, call_split(query, params, 16)},
                             .body = what->body != NULL ? json_tokener_parse(what->body) : NULL,
                             .parts = what->parts,
                             .part_count = what->part_count,
                             .caller = {.client_id = "client",
                                        .cid = CALL_CID,
                                        .user_uuid = "u1",
                                        .username = "ann@example.com",
                                        .full_name = "Ann Lee"},
                             .now_ms = CALL_NOW_MS + what->later_ms,
                             .options = &what->options,
                             .store = store};
    struct sb_response res;
    assert_true(what->body == NULL || req.body != NULL);
    sb_response_init(&res);
    assert_true(sb_due_settle(store, &what->options, req.now_ms));
    what->operation(&req, &res);
    assert_null(sb_store_failed(store));
    if (res.failed) {
        answer = json_object_new_object();
        sb_set_int(answer, "status", (int)res.status);
        sb_set_text(answer, "message",
                    sb_text(json_object_array_get_idx(res.errors, 0), "message"));
    } else if (res.shape == SB_SHAPE_OBJECT) {
        answer = json_object_get(res.object);
    } else {
        char *text = NULL;
        assert_true(asprintf(&text, "[%.*s]", res.resources != NULL ? res.resources->bpos : 0,
                             res.resources != NULL ? res.resources->buf : "") > 0);
        answer = json_tokener_parse(text);
        free(text);
    }
    sb_response_done(&res);
    json_object_put(req.body);
    free(query);
    return answer;
}

/* The same as JSON text, or `STATUS message`. The caller frees it. */
static inline char *call_text(struct sb_store *store, const struct call *what)
{
    struct json_object *answer = call(store, what);
    char *text = NULL;
    if (sb_text(answer, "message") != NULL) {
        assert_true(asprintf(&text, "%d %s", json_object_get_int(sb_member(answer, "status")),
                             sb_text(answer, "message")) > 0);
    } else {
        text = strdup(json_object_to_json_string_ext(answer, JSON_C_TO_STRING_PLAIN |
                                                                 JSON_C_TO_STRING_NOSLASHESCAPE));
    }
    json_object_put(answer);
    return text;
}

static inline void assert_call(struct sb_store *store, const struct call *what,
                               const char *expected)
{
    char *text = call_text(store, what);
    if (strcmp(text, expected) != 0) {
        fail_msg("%s%s answered %s, expected %s", what->body != NULL ? what->body : "",
                 what->query != NULL ? what->query : "", text, expected);
    }
    free(text);
}

#endif
