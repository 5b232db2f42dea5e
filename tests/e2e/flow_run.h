/* soarhost run --json, and what it printed, for the tests of flows. Failures fail the running test.
 */
#ifndef E2E_FLOW_RUN_H
#define E2E_FLOW_RUN_H

#include "check.h"
#include "match.h"
#include "plugin.h"
#include "program.h"
#include "tmpdir.h"
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define FLOW_ARGS 32

/* One run of a flow on a private sandbox. */
struct flow_run {
    char *dir;                  /* see tmpdir.h; work/ in it is the flow's directory        */
    struct program program;     /* ended                                                    */
    struct json_object *events; /* a list of all lines that it printed                      */
};

/* The lines of a text, each parsed; the caller puts the list. */
static inline struct json_object *flow_lines(const char *text)
{
    struct json_object *list = json_object_new_array();
    char *copy = strdup(text), *rest = copy;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        struct json_object *parsed = *line != '\0' ? json_tokener_parse(line) : NULL;
        if (*line != '\0' && parsed == NULL) {
            fail_msg("no JSON: %s", line);
        }
        if (parsed != NULL) {
            json_object_array_add(list, parsed);
        }
    }
    free(copy);
    return list;
}

/* Runs the flow at `path`, with further arguments (NULL-terminated, NULL = none), recording to
 * requests.jsonl in `dir`, which flow_run_done removes. */
static inline struct flow_run flow_run_in(char *dir, const char *path, const char *const *more)
{
    struct flow_run run = {.dir = dir};
    char *soarhost = plugin_built("soarhost");
    char *work = tmpdir_path(dir, "work");
    char *record = tmpdir_path(dir, "requests.jsonl");
    const char *argv[FLOW_ARGS] = {
        soarhost,        "--json", "--sandbox",  "--sandbox-arg=--record",
        "--sandbox-arg", record,   "--work-dir", work,
        "run",           path};
    size_t count = 10;
    for (; more != NULL && *more != NULL; more++) {
        assert_true(count < FLOW_ARGS - 1);
        argv[count++] = *more;
    }
    program_run(&run.program, argv, NULL);
    run.events = flow_lines(run.program.out);
    free(soarhost);
    free(work);
    free(record);
    return run;
}

/* The same for a flow given as text, in a directory of its own. */
static inline struct flow_run flow_run_text(const char *text, const char *const *more)
{
    char *dir = tmpdir_new();
    tmpdir_write(dir, "flow.json", text, strlen(text));
    char *path = tmpdir_path(dir, "flow.json");
    struct flow_run run = flow_run_in(dir, path, more);
    free(path);
    return run;
}

static inline void flow_run_done(struct flow_run *run)
{
    json_object_put(run->events);
    program_done(&run->program);
    tmpdir_free(run->dir);
}

/* Fails where `found` does not match the pattern (see match.h), given as JSON text. */
static inline void flow_expect(struct json_object *found, const char *pattern, const char *what)
{
    char *differences = NULL;
    size_t size = 0;
    struct json_object *expected = json_tokener_parse(pattern);
    FILE *out = open_memstream(&differences, &size);
    if (expected == NULL) {
        fail_msg("no JSON: %s", pattern);
    }
    size_t count = match(expected, found, MATCH_SUBSET, "  ", out);
    fclose(out);
    if (count != 0) {
        fail_msg("%s:\n%s%s", what, differences, json_object_to_json_string(found));
    }
    free(differences);
    json_object_put(expected);
}

/* The event of the step of that id and item (-1 = not in a loop). */
static inline struct json_object *flow_event(const struct flow_run *run, const char *id, int item)
{
    for (size_t i = 0; i < json_object_array_length(run->events); i++) {
        struct json_object *event = json_object_array_get_idx(run->events, i);
        const char *own = json_object_get_string(json_object_object_get(event, "id"));
        struct json_object *number = json_object_object_get(event, "item");
        if (own != NULL && strcmp(own, id) == 0 &&
            (item < 0 ? number == NULL : number != NULL && json_object_get_int(number) == item)) {
            return event;
        }
    }
    fail_msg("no event of step %s; errors: %s", id, run->program.err);
    return NULL;
}

/* The last event. */
static inline struct json_object *flow_end(const struct flow_run *run)
{
    size_t count = json_object_array_length(run->events);
    if (count == 0) {
        fail_msg("nothing was printed; errors: %s", run->program.err);
    }
    return json_object_array_get_idx(run->events, count - 1);
}

/* "METHOD PATH\n" of each recorded request but those for a token, heap. */
static inline char *flow_requests(const struct flow_run *run)
{
    char *text = NULL;
    size_t size = 0;
    char *record = tmpdir_read(run->dir, "requests.jsonl", &size);
    struct json_object *requests = flow_lines(record);
    free(record);
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < json_object_array_length(requests); i++) {
        struct json_object *one = json_object_array_get_idx(requests, i);
        const char *path = json_object_get_string(json_object_object_get(one, "path"));
        if (strcmp(path, "/oauth2/token") != 0) {
            fprintf(out, "%s %s\n", json_object_get_string(json_object_object_get(one, "method")),
                    path);
        }
    }
    fclose(out);
    json_object_put(requests);
    return text;
}

#endif
