/* Pages and parts of one call that overlap, under both drivers. That they do is shown by a service that
 * answers none of two requests before both have come. */
#include "async.h"
#include "canned.h"
#include "check.h"
#include "held.h"
#include "raw.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define CALL 7u
#define LIST "query_case_ids"
#define BY_THREE "{\"all\":true,\"limit\":3}"
#define MOST_RULES 16

static const bool by_submit[] = {false, true};

/* A service that holds requests, an instance, and a call in a thread of its own or submitted. */
struct stage {
    bool submits;
    struct held_rule rules[MOST_RULES + 1];
    char *answers[MOST_RULES];
    size_t n_rules;
    char *dir;
    struct held *held;
    struct async async;
    pthread_t thread;
    const char *action;
    char *input;
    bool ended; /* and what follows is there */
    soar_status status;
    struct json_object *document;
};

static void add_rule(struct stage *stage, const char *line, enum held_way way, const char *headers,
                     char *body)
{
    char lines[256];
    assert_true(stage->n_rules < MOST_RULES);
    snprintf(lines, sizeof lines, "Content-Type: application/json\r\n%s", headers);
    char *answer = body != NULL ? canned_answer("200 OK", lines, body) : NULL;
    stage->answers[stage->n_rules] = answer;
    stage->rules[stage->n_rules++] = (struct held_rule){line, way, answer};
    free(body);
}

/* The items n<from> .. n<to - 1> but for one, of a list of so many; total -1 = not told. */
static char *items(int from, int to, int without, int total)
{
    char *text = NULL, said[64] = "";
    size_t size = 0;
    const char *comma = "";
    FILE *out = open_memstream(&text, &size);
    if (total >= 0) {
        snprintf(said, sizeof said, "\"pagination\":{\"total\":%d}", total);
    }
    fprintf(out, "{\"meta\":{%s},\"resources\":[", said);
    for (int i = from; i < to; i++) {
        if (i != without) {
            fprintf(out, "%s\"n%d\"", comma, i);
            comma = ",";
        }
    }
    fprintf(out, "],\"errors\":[]}");
    fclose(out);
    return text;
}

/* The stage with a token, to which rules are added before it is opened. */
static void stage_new(struct stage *stage, const bool *submits)
{
    memset(stage, 0, sizeof *stage);
    stage->submits = *submits;
    add_rule(stage, "POST /oauth2/token", HELD_ANSWER, "", NULL);
}

static void stage_open(struct stage *stage, const char *changes)
{
    struct sandbox address = {.client_id = (char *)(uintptr_t) "id",
                              .client_secret = (char *)(uintptr_t) "secret"};
    stage->dir = tmpdir_new();
    stage->held = held_start(stage->rules);
    address.url = (char *)(uintptr_t)held_url(stage->held);
    struct json_object *settings = settings_new(&address, stage->dir);
    struct json_object *wanted = changes != NULL ? json_tokener_parse(changes) : NULL;
    settings_change(settings, wanted);
    stage->async.instance = plugin_open_host(settings, NULL, &stage->async.fd);
    json_object_put(wanted);
    json_object_put(settings);
}

static void stage_close(struct stage *stage)
{
    json_object_put(stage->document);
    async_close(&stage->async);
    held_stop(stage->held);
    tmpdir_free(stage->dir);
    free(stage->input);
    for (size_t i = 0; i < stage->n_rules; i++) {
        free(stage->answers[i]);
    }
}

static void *invoke(void *arg)
{
    struct stage *stage = arg;
    soar_call call = async_call(CALL, stage->action, stage->input);
    stage->document = plugin_invoke(stage->async.instance, &call, &stage->status);
    return NULL;
}

static void start(struct stage *stage, const char *action, const char *input)
{
    stage->action = action;
    stage->input = strdup(input);
    if (stage->submits) {
        async_submit(&stage->async, CALL, action, input);
    } else {
        assert_int_equal(pthread_create(&stage->thread, NULL, invoke, stage), 0);
    }
}

/* What came of the call, when it has ended. */
static void expect(struct stage *stage, soar_status status, const char *pointer, const char *text)
{
    struct json_object *found = NULL;
    if (!stage->ended && stage->submits) {
        stage->document = async_document(&stage->async, NULL, &stage->status);
    } else if (!stage->ended) {
        pthread_join(stage->thread, NULL);
    }
    stage->ended = true;
    if (stage->status != status || json_pointer_get(stage->document, pointer, &found) != 0 ||
        strcmp(json_object_to_json_string_ext(found, JSON_C_TO_STRING_PLAIN), text) != 0) {
        fail_msg("%s is not %s: %s", pointer, text, json_object_to_json_string(stage->document));
    }
}

static void cancel(struct stage *stage)
{
    assert_int_equal(plugin_functions()->cancel(stage->async.instance, CALL), SOAR_OK);
}

/* ------------------------------------------------------------------ that they overlap */

static void a_page_is_asked_for_before_the_one_before_it_is_answered(void **state)
{
    struct stage stage;
    stage_new(&stage, *state);
    add_rule(&stage, "offset=0", HELD_ANSWER, "", items(0, 3, -1, 9));
    add_rule(&stage, "offset=2", HELD_PAIR, "", items(2, 5, -1, 9));
    add_rule(&stage, "offset=4", HELD_PAIR, "", items(4, 7, -1, 9));
    add_rule(&stage, "offset=6", HELD_ANSWER, "", items(6, 9, -1, 9));
    stage_open(&stage, NULL);
    start(&stage, LIST, BY_THREE);
    expect(&stage, SOAR_OK, "/resources",
           "[\"n0\",\"n1\",\"n2\",\"n3\",\"n4\",\"n5\",\"n6\",\"n7\",\"n8\"]");
    expect(&stage, SOAR_OK, "/meta/requests", "4");
    expect(&stage, SOAR_OK, "/meta/paging/complete", "true");
    assert_int_equal(held_count(stage.held, "GET "), 4); /* none beyond the end */
    stage_close(&stage);
}

/* Two at once: so that the third is sent when the first has been answered, and not before. */
static void as_many_are_under_way_as_the_configuration_says(void **state)
{
    struct stage stage;
    stage_new(&stage, *state);
    add_rule(&stage, "offset=0", HELD_ANSWER, "", items(0, 3, -1, 90));
    add_rule(&stage, "GET ", HELD_SILENT, "", NULL);
    stage_open(&stage, "{\"limits.ahead\":2}");
    start(&stage, LIST, BY_THREE);
    held_wait(stage.held, 2);
    cancel(&stage);
    expect(&stage, SOAR_PARTIAL, "/resources", "[\"n0\",\"n1\",\"n2\"]");
    expect(&stage, SOAR_PARTIAL, "/meta/requests", "3");
    assert_int_equal(held_count(stage.held, "GET "), 3);
    stage_close(&stage);
}

static char *ids_input(int n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (int i = 0; i < n; i++) {
        fprintf(out, "%s\"n%d\"", i == 0 ? "{\"ids\":[" : ",", i);
    }
    fprintf(out, "]}");
    fclose(out);
    return text;
}

static void so_are_parts_of_many_ids(void **state)
{
    struct stage stage;
    char *input = ids_input(250);
    stage_new(&stage, *state);
    add_rule(&stage, "ids=n0&", HELD_PAIR, "", strdup("{\"resources\":[{\"id\":\"n0\"}]}"));
    add_rule(&stage, "ids=n100&", HELD_PAIR, "", strdup("{\"resources\":[{\"id\":\"n100\"}]}"));
    add_rule(&stage, "ids=n200&", HELD_ANSWER, "", strdup("{\"resources\":[{\"id\":\"n200\"}]}"));
    stage_open(&stage, "{\"limits.govern\":false}");
    start(&stage, "get_fields", input);
    expect(&stage, SOAR_PARTIAL, "/resources",
           "[{\"id\":\"n0\"},{\"id\":\"n100\"},{\"id\":\"n200\"}]");
    expect(&stage, SOAR_PARTIAL, "/meta/requests", "3");
    stage_close(&stage);
    free(input);
}

/* ------------------------------------------------------------------ that they do not */

/* A call of which the second request is held: no third has come when that is ended. */
struct alone {
    const char *action, *input;
    const char *line, *second; /* how the first and the second request are known */
    int total;
    const char *headers, *changes;
};

static void nothing_goes_ahead_where_it_may_not(void **state)
{
    static const struct alone rows[] = {
        {LIST, BY_THREE, "offset=0", "offset=", 90, "", "{\"limits.ahead\":1}"},
        {LIST, BY_THREE, "offset=0", "offset=", 90, "", "{\"http.max_connections\":1}"},
        {LIST, BY_THREE, "offset=0", "offset=", -1, "", NULL},
        {LIST, BY_THREE, "offset=0", "offset=", 5, "", NULL}, /* the second is the last */
        {LIST, BY_THREE, "offset=0", "offset=", 90,
         "X-RateLimit-Limit: 6000\r\nX-RateLimit-Remaining: 500\r\n", NULL},
        {"query_access_tags", BY_THREE, "GET ", "after=", 90, "", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stage stage;
        stage_new(&stage, *state);
        bool token = strcmp(rows[i].second, "after=") == 0;
        add_rule(&stage, token ? rows[i].second : rows[i].line, token ? HELD_SILENT : HELD_ANSWER,
                 rows[i].headers, items(0, 3, -1, rows[i].total));
        if (token) {
            add_rule(&stage, "GET ", HELD_ANSWER, "",
                     strdup("{\"meta\":{\"pagination\":{\"total\":90,\"after\":\"x\"}},"
                            "\"resources\":[\"n0\",\"n1\",\"n2\"]}"));
        } else {
            add_rule(&stage, rows[i].second, HELD_SILENT, "", NULL);
        }
        stage_open(&stage, rows[i].changes);
        start(&stage, rows[i].action, rows[i].input);
        held_wait(stage.held, 1);
        cancel(&stage);
        expect(&stage, SOAR_PARTIAL, "/meta/requests", "2");
        assert_int_equal(held_count(stage.held, "GET "), 2);
        stage_close(&stage);
    }
}

static void parts_of_a_write_go_one_after_the_other(void **state)
{
    struct stage stage;
    char *input = ids_input(250);
    stage_new(&stage, *state);
    add_rule(&stage, "ids=n0&", HELD_ANSWER, "", strdup("{\"resources\":[\"n0\"]}"));
    add_rule(&stage, "DELETE ", HELD_SILENT, "", NULL);
    stage_open(&stage, NULL);
    start(&stage, "delete_sla", input);
    held_wait(stage.held, 1);
    cancel(&stage);
    expect(&stage, SOAR_PARTIAL, "/error/outcome", "\"unknown\"");
    assert_int_equal(held_count(stage.held, "DELETE "), 2);
    stage_close(&stage);
    free(input);
}

static void calls_in_flight_keep_to_the_connections_that_there_are(void **state)
{
    static const bool submits = true;
    struct stage stage;
    (void)state;
    stage_new(&stage, &submits);
    add_rule(&stage, "offset=0", HELD_ANSWER, "", items(0, 3, -1, 90));
    add_rule(&stage, "GET ", HELD_SILENT, "", NULL);
    stage_open(&stage, "{\"limits.ahead\":8,\"http.max_connections\":3}");
    start(&stage, LIST, BY_THREE);
    held_wait(stage.held, 3);
    async_submit(&stage.async, 1, "query_slas", "{}");
    cancel(&stage); /* its connections are free for the other */
    expect(&stage, SOAR_PARTIAL, "/meta/requests", "4");
    held_wait(stage.held, 4);
    assert_int_equal(held_count(stage.held, "/slas/"), 1);
    assert_int_equal(held_count(stage.held, "GET "), 5);
    stage_close(&stage);
}

/* Both connections are taken, and two calls wait for one: when they are free each of these has one. */
static void a_call_that_waits_goes_before_what_goes_ahead(void **state)
{
    static const bool submits = true;
    struct stage stage;
    char *input = ids_input(250);
    uint64_t ids[2] = {0};
    (void)state;
    stage_new(&stage, &submits);
    add_rule(&stage, "offset=0", HELD_ANSWER, "", items(0, 3, -1, 90));
    add_rule(&stage, "/slas/", HELD_ANSWER, "", items(0, 3, -1, 3));
    add_rule(&stage, "GET ", HELD_SILENT, "", NULL);
    stage_open(&stage, "{\"http.max_connections\":2,\"limits.govern\":false,"
                       "\"http.first_byte_timeout_ms\":600000}");
    start(&stage, LIST, BY_THREE);
    held_wait(stage.held, 2);
    async_submit(&stage.async, 1, "get_fields", input);
    async_submit(&stage.async, 2, "query_slas", "{}");
    cancel(&stage);
    json_object_put(async_document(&stage.async, &ids[0], NULL));
    json_object_put(async_document(&stage.async, &ids[1], NULL));
    assert_int_equal(ids[0], CALL);
    assert_int_equal(ids[1], 2);
    assert_int_equal(held_count(stage.held, "/fields/"), 1);
    stage_close(&stage);
    free(input);
}

/* Two connections: on one the second page is held, on the other a third has been read; further ones do
 * not wait there in front of the other call. */
static void what_goes_ahead_does_not_queue_for_a_connection(void **state)
{
    static const bool submits = true;
    struct stage stage;
    uint64_t id = 0;
    (void)state;
    stage_new(&stage, &submits);
    add_rule(&stage, "offset=0", HELD_ANSWER, "", items(0, 3, -1, 90));
    add_rule(&stage, "offset=2&", HELD_SILENT, "", NULL);
    add_rule(&stage, "GET ", HELD_ANSWER, "", items(4, 7, -1, 90));
    stage_open(&stage, "{\"limits.ahead\":8,\"http.max_connections\":2}");
    start(&stage, LIST, BY_THREE);
    held_wait(stage.held, 1);
    async_submit(&stage.async, 1, "query_slas", "{}");
    json_object_put(async_document(&stage.async, &id, NULL));
    assert_int_equal(id, 1);
    assert_int_equal(held_count(stage.held, "/slas/"), 1);
    assert_int_equal(held_count(stage.held, "offset="), 3);
    cancel(&stage);
    expect(&stage, SOAR_PARTIAL, "/meta/requests", "3");
    stage_close(&stage);
}

/* ------------------------------------------------------------------ that nothing is lost by it */

/* n2 is taken away when the first page has been read: the second is not the next one any more, nor is
 * what was asked for behind it. */
static void a_list_that_moves_meanwhile_is_read_whole(void **state)
{
    struct stage stage;
    stage_new(&stage, *state);
    add_rule(&stage, "offset=0", HELD_ANSWER, "", items(0, 3, -1, 9));
    add_rule(&stage, "offset=1", HELD_ANSWER, "", items(1, 5, 2, 8));
    add_rule(&stage, "offset=2", HELD_PAIR, "", items(3, 6, -1, 8));
    add_rule(&stage, "offset=3", HELD_ANSWER, "", items(4, 7, -1, 8));
    add_rule(&stage, "offset=4", HELD_PAIR, "", items(5, 8, -1, 8));
    add_rule(&stage, "offset=5", HELD_ANSWER, "", items(6, 9, -1, 8));
    stage_open(&stage, "{\"limits.ahead\":2}");
    start(&stage, LIST, BY_THREE);
    expect(&stage, SOAR_OK, "/resources",
           "[\"n0\",\"n1\",\"n2\",\"n3\",\"n4\",\"n5\",\"n6\",\"n7\",\"n8\"]");
    expect(&stage, SOAR_OK, "/meta/paging/moved", "true");
    expect(&stage, SOAR_OK, "/meta/requests", "6");
    assert_int_equal(held_count(stage.held, "GET "), 6);
    stage_close(&stage);
}

#define CASES 23

struct
try {
    const char *fault;
    bool counted; /* each request leaves a line in the record before its answer is there */
};

static struct json_object *list_by(struct world *world, bool submits, const char *input,
                                   const char *changes)
{
    struct async async;
    soar_status status = SOAR_OK;
    struct json_object *document;
    async_open(&async, world, NULL, changes);
    soar_call call = async_call(CALL, LIST, input);
    if (submits) {
        async_submit(&async, CALL, LIST, input);
        document = async_document(&async, NULL, &status);
    } else {
        document = plugin_invoke(async.instance, &call, &status);
    }
    if (status != SOAR_OK) {
        fail_msg("%s", json_object_to_json_string(document));
    }
    async_close(&async);
    return document;
}

static void expect_no_fault_left(const struct world *world)
{
    struct json_object *faults = raw_control(&world->sandbox, "faults"), *list = NULL;
    json_object_object_get_ex(faults, "faults", &list);
    assert_int_equal(json_object_array_length(list), 0);
    json_object_put(faults);
}

/* Whichever of the requests beside each other the fault strikes. */
static void a_fault_in_the_middle_changes_nothing_of_the_result(void **state)
{
    static const struct try rows[] = {
        {"status=500", true},     {"status=429", true},   {"expired_token", true},
        {"truncated", true},      {"reset_after", false}, {"closed_before", false},
        {"reset_in_body", false}, {"status=503", true},
    };
    static const char *const changes = "{\"limits.window_ms\":600}"; /* no long wait after a 429 */
    const bool *submits = *state;
    struct world *world = world_open_new(NULL, changes);
    for (int i = 0; i < CASES; i++) {
        free(world_new_case(world, "Listed"));
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char rule[96];
        struct json_object *whole = NULL, *found = NULL, *requests = NULL;
        raw_set_faults(&world->sandbox, (const char *[]){NULL});
        struct json_object *plain = list_by(world, *submits, "{\"all\":true}", NULL);
        snprintf(rule, sizeof rule, LIST "@3:%s:1", rows[i].fault);
        raw_set_faults(&world->sandbox, (const char *[]){rule, NULL});
        size_t before = sandbox_count(&world->sandbox);
        struct json_object *struck =
            list_by(world, *submits, "{\"all\":true,\"limit\":4}", changes);
        assert_int_equal(json_pointer_get(plain, "/resources", &whole), 0);
        assert_int_equal(json_pointer_get(struck, "/resources", &found), 0);
        if (!json_object_equal(whole, found)) {
            fail_msg("%s: %s", rule, json_object_to_json_string(struck));
        }
        expect_no_fault_left(world);
        assert_int_equal(json_pointer_get(struck, "/meta/requests", &requests), 0);
        struct json_object *seen = sandbox_requests(&world->sandbox, before, 0);
        if (rows[i].counted &&
            json_object_get_int(requests) != (int)json_object_array_length(seen)) {
            fail_msg("%s: %d requests, and not %zu", rule, json_object_get_int(requests),
                     json_object_array_length(seen));
        }
        json_object_put(seen);
        json_object_put(struck);
        json_object_put(plain);
    }
    world_free(world);
}

#define BOTH(test)                                                                                 \
    {#test " (soar_invoke)", test, NULL, NULL, (void *)(uintptr_t)&by_submit[0]},                  \
    {                                                                                              \
#test " (soar_submit)", test, NULL, NULL, (void *)(uintptr_t)&by_submit[1]                 \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_page_is_asked_for_before_the_one_before_it_is_answered),
        BOTH(as_many_are_under_way_as_the_configuration_says),
        BOTH(so_are_parts_of_many_ids),
        BOTH(nothing_goes_ahead_where_it_may_not),
        BOTH(parts_of_a_write_go_one_after_the_other),
        cmocka_unit_test(calls_in_flight_keep_to_the_connections_that_there_are),
        cmocka_unit_test(a_call_that_waits_goes_before_what_goes_ahead),
        cmocka_unit_test(what_goes_ahead_does_not_queue_for_a_connection),
        BOTH(a_list_that_moves_meanwhile_is_read_whole),
        BOTH(a_fault_in_the_middle_changes_nothing_of_the_result),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
