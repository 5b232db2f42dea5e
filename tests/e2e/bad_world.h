/* What the tests of bad input share: one sandbox for all of them, with a case that has to stay as it
 * is, and what a refusal looks like. */
#ifndef E2E_BAD_WORLD_H
#define E2E_BAD_WORLD_H

#include "check.h"
#include "raw.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define GUARD_SECONDS 120

static struct world *world;
static char *login; /* header lines */
static char *kept;  /* id of a case that has to stay as it is */
static char *as_kept;

static inline char *read_case(const char *id)
{
    char *body = NULL, *resources = NULL;
    assert_true(asprintf(&body, "{\"ids\":[\"%s\"]}", id) > 0);
    struct raw_answer answer =
        raw_call(world->sandbox.url, "POST", "/cases/entities/cases/v2", login, body);
    assert_int_equal(answer.status, 200);
    resources = strdup(strstr(answer.text, "\"resources\""));
    raw_done(&answer);
    free(body);
    return resources;
}

static inline int start(void **state)
{
    (void)state;
    world = world_open_new(NULL, NULL);
    kept = world_new_case(world, "Kept");
    login = raw_login(&world->sandbox);
    as_kept = read_case(kept);
    return 0;
}

static inline int finish(void **state)
{
    (void)state;
    world_free(world);
    free(login);
    free(kept);
    free(as_kept);
    return 0;
}

/* The sandbox answers, and has lost nothing. */
static inline void is_well(void)
{
    char *now = read_case(kept);
    assert_string_equal(now, as_kept);
    free(now);
}

/* NULL: no answer and a closed connection, or a refusal in the service's shape; else what is wrong. */
static inline const char *problem_of(const struct raw_answer *answer)
{
    if (answer->size == 0) {
        return NULL;
    }
    struct json_object *json = raw_json(answer), *code = NULL, *message = NULL, *trace = NULL;
    char *header = raw_header(answer, "X-Cs-TraceId");
    const char *problem = NULL;
    if (answer->status < 400 || answer->status > 599) {
        problem = "it is no refusal";
    } else if (json_pointer_get(json, "/errors/0/code", &code) != 0 ||
               json_object_get_int(code) != answer->status ||
               json_pointer_get(json, "/errors/0/message", &message) != 0 ||
               !json_object_is_type(message, json_type_string)) {
        problem = "it has no error of the service's shape";
    } else if (json_pointer_get(json, "/meta/trace_id", &trace) != 0 || header == NULL ||
               strcmp(json_object_get_string(trace), header) != 0) {
        problem = "its trace ids differ or are missing";
    }
    free(header);
    json_object_put(json);
    return problem;
}

static inline void expect_refusal(const char *what, const struct raw_answer *answer)
{
    const char *problem = problem_of(answer);
    if (problem != NULL) {
        fail_msg("%s: %s: %.600s", what, problem, answer->text);
    }
}

/* `before`, so many times `part`, `after`; heap. */
static inline char *repeat(const char *before, const char *part, size_t times, const char *after)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fputs(before, out);
    for (size_t i = 0; i < times; i++) {
        fputs(part, out);
    }
    fputs(after, out);
    fclose(out);
    return text;
}

#endif
