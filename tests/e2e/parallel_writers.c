/* Many writers and readers at once on the real sandbox: no update is lost, none is done by half, no
 * reader sees half of one, and the index says what the documents say. */
#include "check.h"
#include "world.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define THREADS 8

/* What the threads of a test share, and one of them. */
struct crowd {
    soar_plugin *instance;
    const char *case_id;
    atomic_bool over;   /* the writers have ended */
    atomic_int written; /* successful writes */
    atomic_int refused; /* writes that the service refused, as the test allows */
    atomic_int looked;  /* answers that readers have checked */
};

struct worker {
    pthread_t thread;
    struct crowd *crowd;
    int number;
    char fault[512]; /* empty: all was well */
};

/* Carries out an action from any thread: the result document, which the caller puts, or NULL. */
static struct json_object *act(struct worker *worker, const char *action, const char *input,
                               soar_status *ret_status)
{
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = sizeof call,
                      .action = action,
                      .action_len = strlen(action),
                      .input = input,
                      .input_len = strlen(input),
                      .timeout_ms = SOAR_NO_TIMEOUT};
    *ret_status = plugin_functions()->invoke(worker->crowd->instance, &call, &result);
    struct json_object *document = json_tokener_parse(result.json);
    plugin_functions()->release(&result);
    return document;
}

static struct json_object *at(struct json_object *document, const char *pointer)
{
    struct json_object *found = NULL;
    return json_pointer_get(document, pointer, &found) == 0 ? found : NULL;
}

static int64_t number_at(struct json_object *document, const char *pointer)
{
    return json_object_get_int64(at(document, pointer));
}

static bool blame(struct worker *worker, const char *what, struct json_object *document)
{
    snprintf(worker->fault, sizeof worker->fault, "%s: %.400s", what,
             json_object_to_json_string(document));
    return false;
}

static void *watch(void *arg);

/* Lets THREADS workers write, and a reader look on if there is one; fails the test on any fault. */
static void run(struct crowd *crowd, void *(*write)(void *), bool watched)
{
    struct worker workers[THREADS] = {0}, reader = {.crowd = crowd};
    if (watched) {
        assert_int_equal(pthread_create(&reader.thread, NULL, watch, &reader), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        workers[i].crowd = crowd;
        workers[i].number = i;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, write, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    atomic_store(&crowd->over, true);
    if (watched) {
        pthread_join(reader.thread, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        if (workers[i].fault[0] != '\0') {
            fail_msg("writer %d: %s", i, workers[i].fault);
        }
    }
    if (reader.fault[0] != '\0') {
        fail_msg("reader: %s", reader.fault);
    }
}

static struct json_object *read_case(struct crowd *crowd)
{
    struct worker self = {.crowd = crowd};
    char input[128];
    soar_status status;
    snprintf(input, sizeof input, "{\"ids\":[\"%s\"]}", crowd->case_id);
    struct json_object *document = act(&self, "get_cases", input, &status);
    assert_int_equal(status, SOAR_OK);
    return document;
}

static int64_t count_cases(struct crowd *crowd, const char *filter)
{
    struct worker self = {.crowd = crowd};
    char input[256];
    soar_status status;
    snprintf(input, sizeof input, "{\"filter\":\"%s\",\"limit\":10000}", filter);
    struct json_object *document = act(&self, "query_case_ids", input, &status);
    assert_int_equal(status, SOAR_OK);
    int64_t count = (int64_t)json_object_array_length(at(document, "/resources"));
    assert_int_equal(number_at(document, "/meta/pagination/total"), count);
    json_object_put(document);
    return count;
}

/* ------------------------------------------------------------------ one case, by its version */

#define INCREMENTS 12

static bool increment(struct worker *worker)
{
    for (;;) {
        char input[256];
        soar_status status;
        snprintf(input, sizeof input, "{\"ids\":[\"%s\"]}", worker->crowd->case_id);
        struct json_object *read = act(worker, "get_cases", input, &status);
        snprintf(input, sizeof input,
                 "{\"id\":\"%s\",\"expected_version\":%lld,\"fields\":{\"severity\":%lld}}",
                 worker->crowd->case_id, (long long)number_at(read, "/resources/0/version"),
                 (long long)number_at(read, "/resources/0/severity") + 1);
        json_object_put(read);
        struct json_object *written = act(worker, "update_case_fields", input, &status);
        bool good = status == SOAR_OK || status == SOAR_ABORTED ||
                    blame(worker, "update_case_fields", written);
        json_object_put(written);
        if (status != SOAR_ABORTED) {
            atomic_fetch_add(&worker->crowd->written, good);
            return good;
        }
        atomic_fetch_add(&worker->crowd->refused, 1);
    }
}

static void *increment_often(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < INCREMENTS && increment(worker); i++) {
    }
    return NULL;
}

static void increments_that_expect_a_version_add_up_to_the_last_one(void **state)
{
    struct world *world = *state;
    char *id = world_new_case(world, "Counted");
    struct crowd crowd = {.instance = world->instance, .case_id = id};
    struct worker self = {.crowd = &crowd};
    char input[128];
    soar_status status;
    snprintf(input, sizeof input, "{\"id\":\"%s\",\"fields\":{\"severity\":1}}", id);
    json_object_put(act(&self, "update_case_fields", input, &status));
    assert_int_equal(status, SOAR_OK);
    run(&crowd, increment_often, false);
    struct json_object *after = read_case(&crowd);
    assert_int_equal(number_at(after, "/resources/0/severity"), 1 + THREADS * INCREMENTS);
    assert_int_equal(number_at(after, "/resources/0/version"), 2 + THREADS * INCREMENTS);
    assert_int_equal(number_at(after, "/resources/0/consistency/version"),
                     101 + THREADS * INCREMENTS);
    assert_int_equal(count_cases(&crowd, "name:'Counted'+severity:97"), 1);
    json_object_put(after);
    free(id);
}

/* ------------------------------------------------------------------ one case, all of it at once */

#define TAGS 8
#define ALERTS 12

static void *tag_and_add_alerts(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < TAGS + ALERTS; i++) {
        char input[256];
        soar_status status;
        bool tag = i < TAGS;
        if (tag) { /* two characters each: all of them just fit into a case */
            snprintf(input, sizeof input, "{\"id\":\"%s\",\"tags\":[\"%c%c\"]}",
                     worker->crowd->case_id, 'a' + worker->number, 'a' + i);
        } else {
            snprintf(input, sizeof input, "{\"id\":\"%s\",\"alerts\":[\"alert-%d-%d\"]}",
                     worker->crowd->case_id, worker->number, i - TAGS);
        }
        struct json_object *answer =
            act(worker, tag ? "add_case_tags" : "add_case_alert_evidence", input, &status);
        bool good = status == SOAR_OK || blame(worker, tag ? "tags" : "alerts", answer);
        json_object_put(answer);
        if (!good) {
            break;
        }
        atomic_fetch_add(&worker->crowd->written, 1);
    }
    return NULL;
}

static void no_tag_and_no_evidence_is_lost_when_all_write_to_one_case(void **state)
{
    struct world *world = *state;
    char *id = world_new_case(world, "Crowded");
    struct crowd crowd = {.instance = world->instance, .case_id = id};
    run(&crowd, tag_and_add_alerts, false);
    struct json_object *after = read_case(&crowd);
    assert_int_equal(json_object_array_length(at(after, "/resources/0/tags")), THREADS * TAGS);
    assert_int_equal(json_object_array_length(at(after, "/resources/0/evidence/alerts/records")),
                     THREADS * ALERTS);
    assert_int_equal(number_at(after, "/resources/0/version"), 1 + THREADS * (TAGS + ALERTS));
    json_object_put(after);
    for (int n = 0; n < THREADS; n++) {
        for (int i = 0; i < ALERTS; i++) {
            char filter[128];
            snprintf(filter, sizeof filter, "alerts:'alert-%d-%d'+tags:'%c%c'", n, i, 'a' + n,
                     'a' + i % TAGS);
            assert_int_equal(count_cases(&crowd, filter), 1);
        }
    }
    free(id);
}

static void *fill_up(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < 20; i++) {
        char input[256];
        soar_status status;
        snprintf(input, sizeof input, "{\"id\":\"%s\",\"alerts\":[\"fill-%d-%d\"]}",
                 worker->crowd->case_id, worker->number, i);
        struct json_object *answer = act(worker, "add_case_alert_evidence", input, &status);
        if (status == SOAR_OK) {
            atomic_fetch_add(&worker->crowd->written, 1);
        } else if (status == SOAR_INVALID_ARGUMENT) {
            atomic_fetch_add(&worker->crowd->refused, 1);
        } else {
            blame(worker, "add_case_alert_evidence", answer);
        }
        json_object_put(answer);
    }
    return NULL;
}

static void a_limit_holds_however_many_press_against_it(void **state)
{
    struct world *world = *state;
    char *id = world_new_case(world, "Full");
    struct crowd crowd = {.instance = world->instance, .case_id = id};
    run(&crowd, fill_up, false);
    struct json_object *after = read_case(&crowd);
    assert_int_equal(atomic_load(&crowd.written), 100);
    assert_int_equal(atomic_load(&crowd.refused), THREADS * 20 - 100);
    assert_int_equal(json_object_array_length(at(after, "/resources/0/evidence/alerts/records")),
                     100);
    assert_int_equal(number_at(after, "/resources/0/version"), 101);
    json_object_put(after);
    free(id);
}

/* ------------------------------------------------------------------ readers */

/* Two states in which every member differs; whoever reads must see one of them whole. */
static const struct {
    const char *name, *description, *status;
    int severity;
} states[] = {{"Day", "Bright", "in_progress", 20}, {"Night", "Dark", "reopened", 90}};

static void *turn_over(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < 25; i++) {
        size_t n = (size_t)(worker->number + i) % 2;
        char input[512];
        soar_status status;
        snprintf(input, sizeof input,
                 "{\"id\":\"%s\",\"fields\":{\"name\":\"%s\",\"description\":\"%s\",\"status\":"
                 "\"%s\",\"severity\":%d}}",
                 worker->crowd->case_id, states[n].name, states[n].description, states[n].status,
                 states[n].severity);
        struct json_object *answer = act(worker, "update_case_fields", input, &status);
        bool good = status == SOAR_OK || blame(worker, "update_case_fields", answer);
        json_object_put(answer);
        if (!good) {
            break;
        }
        atomic_fetch_add(&worker->crowd->written, 1);
    }
    return NULL;
}

static bool is_whole(struct json_object *document)
{
    const char *name = json_object_get_string(at(document, "/resources/0/name"));
    for (size_t n = 0; n < 2; n++) {
        if (strcmp(name, states[n].name) == 0) {
            const char *text = json_object_get_string(at(document, "/resources/0/description"));
            const char *status = json_object_get_string(at(document, "/resources/0/status"));
            return strcmp(text, states[n].description) == 0 &&
                   strcmp(status, states[n].status) == 0 &&
                   number_at(document, "/resources/0/severity") == states[n].severity;
        }
    }
    return false;
}

/* Reads the case, its versions never falling, and asks for what would be half of an update. */
static void *watch(void *arg)
{
    static const char half[] =
        "{\"filter\":\"(name:'Day'+severity:90),(name:~'night'+severity:20),"
        "(name:'Day'+description:'Dark'),(name:'Night'+status:'in_progress')\"}";
    struct worker *worker = arg;
    int64_t last = 0;
    char input[128];
    snprintf(input, sizeof input, "{\"ids\":[\"%s\"]}", worker->crowd->case_id);
    do {
        soar_status status;
        struct json_object *read = act(worker, "get_cases", input, &status);
        int64_t version = number_at(read, "/resources/0/version");
        if (status != SOAR_OK || version < last || !is_whole(read)) {
            blame(worker, "read", read);
        }
        json_object_put(read);
        last = version;
        struct json_object *found = act(worker, "query_case_ids", half, &status);
        if (status != SOAR_OK || json_object_array_length(at(found, "/resources")) != 0) {
            blame(worker, "half an update was found", found);
        }
        json_object_put(found);
        atomic_fetch_add(&worker->crowd->looked, 1);
    } while (worker->fault[0] == '\0' && !atomic_load(&worker->crowd->over));
    return NULL;
}

static void no_reader_and_no_filter_sees_half_of_an_update(void **state)
{
    struct world *world = *state;
    char *id = world_new_case(world, "Day");
    struct crowd crowd = {.instance = world->instance, .case_id = id};
    struct worker self = {.crowd = &crowd};
    char input[256];
    soar_status status;
    snprintf(input, sizeof input,
             "{\"id\":\"%s\",\"fields\":{\"description\":\"Bright\",\"status\":\"in_progress\","
             "\"severity\":20}}",
             id);
    json_object_put(act(&self, "update_case_fields", input, &status));
    assert_int_equal(status, SOAR_OK);
    run(&crowd, turn_over, true);
    struct json_object *after = read_case(&crowd);
    assert_int_equal(number_at(after, "/resources/0/version"), 2 + THREADS * 25);
    assert_true(is_whole(after));
    assert_true(atomic_load(&crowd.looked) > 0);
    json_object_put(after);
    free(id);
}

/* ------------------------------------------------------------------ many cases */

#define CASES 15

static void *work_through(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < CASES && worker->fault[0] == '\0'; i++) {
        char input[256], id[64];
        soar_status status;
        snprintf(input, sizeof input, "{\"name\":\"Storm %d-%d\",\"severity\":60}", worker->number,
                 i);
        struct json_object *made = act(worker, "create_case", input, &status);
        snprintf(id, sizeof id, "%s", json_object_get_string(at(made, "/resources/0/id")));
        if (status != SOAR_OK) {
            blame(worker, "create_case", made);
        }
        json_object_put(made);
        static const struct {
            const char *action, *format;
        } steps[] = {
            {"add_case_tags", "{\"id\":\"%s\",\"tags\":[\"storm\",\"passing\"]}"},
            {"add_case_event_evidence", "{\"id\":\"%s\",\"events\":[\"e-1\"]}"},
            {"delete_case_tags", "{\"id\":\"%s\",\"tag\":[\"passing\"]}"},
            {"update_case_fields", "{\"id\":\"%s\",\"fields\":{\"status\":\"closed\"}}"},
        };
        for (size_t k = 0; k < sizeof steps / sizeof *steps && worker->fault[0] == '\0'; k++) {
            const char *hole = strstr(steps[k].format, "%s");
            snprintf(input, sizeof input, "%.*s%s%s", (int)(hole - steps[k].format),
                     steps[k].format, id, hole + 2);
            struct json_object *answer = act(worker, steps[k].action, input, &status);
            if (status != SOAR_OK || number_at(answer, "/resources/0/version") != (int64_t)k + 2) {
                blame(worker, steps[k].action, answer);
            }
            json_object_put(answer);
        }
    }
    return NULL;
}

static void many_cases_worked_at_once_are_each_whole_and_all_found(void **state)
{
    struct world *world = *state;
    struct crowd crowd = {.instance = world->instance};
    const int all = THREADS * CASES;
    int64_t before = count_cases(&crowd, "*");
    run(&crowd, work_through, false);
    assert_int_equal(count_cases(&crowd, "name:'Storm *'"), all);
    assert_int_equal(count_cases(&crowd, "name:~'storm'+status:'closed'"), all);
    assert_int_equal(count_cases(&crowd, "tags:'storm'+tags:!'passing'+events:'e-1'"), all);
    assert_int_equal(count_cases(&crowd, "tags:'passing'"), 0);
    assert_int_equal(count_cases(&crowd, "*") - before, all);
}

/* ------------------------------------------------------------------ */

static int open_in_memory(void **state)
{
    *state = world_open_new(NULL, NULL);
    return 0;
}

static int close_world(void **state)
{
    world_free(*state);
    return 0;
}

static char *db_dir;

static int open_on_file(void **state)
{
    db_dir = tmpdir_new();
    char *db = tmpdir_path(db_dir, "state.db");
    *state = world_open_new((const char *const[]){"--db", db, NULL}, NULL);
    free(db);
    return 0;
}

static int close_on_file(void **state)
{
    world_free(*state);
    tmpdir_free(db_dir);
    return 0;
}

int main(void)
{
#define BOTH(test)                                                                                 \
    {#test " (in memory)", test, open_in_memory, close_world, NULL},                               \
    {                                                                                              \
#test " (on a file)", test, open_on_file, close_on_file, NULL                              \
    }
    static const struct CMUnitTest tests[] = {
        BOTH(increments_that_expect_a_version_add_up_to_the_last_one),
        BOTH(no_tag_and_no_evidence_is_lost_when_all_write_to_one_case),
        BOTH(a_limit_holds_however_many_press_against_it),
        BOTH(no_reader_and_no_filter_sees_half_of_an_update),
        BOTH(many_cases_worked_at_once_are_each_whole_and_all_found),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
