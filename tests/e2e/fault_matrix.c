/* The fault matrix: every fault that the sandbox has, against a read, a write that may be repeated,
 * one that may not, an upload, a download and a paged query, struck once and struck always, for each
 * way that the plugin offers to make a call. What must come of it stands in fault_matrix.json. */
#include "fault_operations.h"
#include "program.h"
#include <dlfcn.h>
#include <poll.h>
#include <unistd.h>

#define TABLE "tests/e2e/fault_matrix.json"
#define GUARD_SECONDS 900
#define CALL_ID 7u

typedef soar_status (*submit_function)(soar_plugin *, const soar_call *);
typedef soar_status (*next_function)(soar_plugin *, soar_result *);

/* A way to make a call. */
enum driver { BLOCKING, ASYNC, DRIVERS };
static const char *const driver_names[] = {"blocking", "async"};

/* What is looked at after a call. */
struct seen {
    char text[96]; /* as a cell of the table: STATUS OUTCOME REQUESTS COUNT */
    soar_status status;
    char outcome[24];
    size_t count;
};

/* A cell of the table, and who tries it. */
struct trial {
    enum driver driver;
    size_t operation;
    const char *fault;
    const char *with; /* VALUE, or NULL */
    const char *often;
    uint64_t timeout_ms;
    const char *expected;
    bool applied; /* what the catalogue says of the fault */
};

static struct place places[OPERATIONS];
static struct json_object *actions, *table, *catalogue;
static submit_function submit;
static next_function next;

/* ------------------------------------------------------------------ an instance and a call */

static soar_plugin *open_instance(const struct place *place, int *ret_event_fd)
{
    static const char *const settings_here =
        "{\"retry.attempts\":3,\"retry.budget\":1000,\"retry.settle_ms\":0,"
        "\"files.max_bytes\":1048576,\"http.stall_timeout_ms\":1000,\"http.max_response_bytes\":"
        "1048576,\"limits.ahead\":1}"; /* how many requests there were is told exactly */
    struct json_object *settings = settings_new(&place->world->sandbox, place->world->dir);
    struct json_object *changes = json_tokener_parse(settings_here);
    soar_result err = {.struct_size = sizeof err};
    soar_plugin *instance = NULL;
    settings_change(settings, changes);
    char *config = settings_text(settings);
    if (plugin_functions()->init(NULL, config, strlen(config), &instance, ret_event_fd, &err) !=
        SOAR_OK) {
        fail_msg("soar_init: %s", err.json);
    }
    free(config);
    json_object_put(changes);
    json_object_put(settings);
    return instance;
}

static void wait_for_done(soar_plugin *instance, int event_fd, soar_result *ret_result)
{
    for (;;) {
        struct pollfd event = {.fd = event_fd, .events = POLLIN};
        *ret_result = (soar_result){.struct_size = sizeof *ret_result};
        soar_status status = next(instance, ret_result);
        if (status == SOAR_EMPTY) {
            assert_int_equal(poll(&event, 1, -1), 1);
        } else if (ret_result->kind == SOAR_KIND_DONE) {
            return;
        } else {
            plugin_functions()->release(ret_result);
        }
    }
}

static struct json_object *make_call(const struct trial *trial, soar_plugin *instance, int event_fd,
                                     const char *action, const char *input)
{
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = sizeof call,
                      .call_id = CALL_ID,
                      .action = action,
                      .action_len = strlen(action),
                      .input = input,
                      .input_len = strlen(input),
                      .timeout_ms = trial->timeout_ms};
    if (trial->driver == BLOCKING) {
        return plugin_invoke(instance, &call, NULL);
    }
    assert_int_equal(submit(instance, &call), SOAR_OK);
    wait_for_done(instance, event_fd, &result);
    assert_int_equal(result.call_id, CALL_ID);
    struct json_object *document = json_tokener_parse(result.json);
    assert_non_null(document);
    plugin_functions()->release(&result);
    return document;
}

/* ------------------------------------------------------------------ looking */

static const char *text_at(struct json_object *json, const char *pointer, const char *otherwise)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : otherwise;
}

/* A letter for each request on the wire since: o the operation's own, t for a token, l any other. */
static void read_wire(const struct place *place, size_t from, char *ret, size_t room)
{
    struct json_object *list = sandbox_requests(&place->world->sandbox, from, 1);
    struct json_object *tool = plugin_action(actions, place->operation->action);
    size_t count = json_object_array_length(list), n = 0;
    for (size_t i = 0; i < count && n + 1 < room; i++) {
        struct json_object *request = json_object_array_get_idx(list, i);
        const char *path = text_at(request, "/path", "");
        bool own =
            strcmp(path, text_at(tool, "/_meta/path", "?")) == 0 &&
            strcmp(text_at(request, "/method", ""), text_at(tool, "/_meta/method", "?")) == 0;
        ret[n++] = own ? 'o' : strcmp(path, "/oauth2/token") == 0 ? 't' : 'l';
    }
    if (n == 0) {
        ret[n++] = '-';
    }
    ret[n] = '\0';
    json_object_put(list);
}

static void set_fault(const struct trial *trial)
{
    const struct operation *operation = &operations[trial->operation];
    const char *with = trial->with;
    char rule[160];
    bool once = strcmp(trial->often, "once") == 0;
    snprintf(rule, sizeof rule, "%s%s%s:%s%s%s%s", operation->action, operation->fault_at,
             !once && operation->fault_at[0] != '\0' ? "/1" : "", trial->fault,
             with != NULL ? "=" : "", with != NULL ? with : "", once ? ":1" : "");
    raw_set_faults(&places[trial->operation].world->sandbox, (const char *[]){rule, NULL});
}

static void look(const struct trial *trial, size_t from, struct json_object *result,
                 struct seen *ret)
{
    struct place *place = &places[trial->operation];
    char wire[24], count[24];
    soar_status status = SOAR_OK;
    read_wire(place, from, wire, sizeof wire);
    raw_set_faults(&place->world->sandbox, (const char *[]){NULL});
    while (strcmp(plugin_status_name(status), text_at(result, "/status", "")) != 0) {
        assert_in_range(++status, SOAR_OK, SOAR_EMPTY);
    }
    ret->status = status;
    snprintf(ret->outcome, sizeof ret->outcome, "%s", text_at(result, "/error/outcome", "-"));
    ret->count = place->operation->count(place, result);
    snprintf(count, sizeof count, ret->count == NO_COUNT ? "wrong" : "%zu", ret->count);
    snprintf(ret->text, sizeof ret->text, "%s %s %s %s", text_at(result, "/status", ""),
             ret->outcome, wire, count);
}

/* ------------------------------------------------------------------ the tests */

/* Whatever the table says: what is told of a write is never contradicted by the service. */
static void check_truth(const struct trial *trial, const struct seen *seen)
{
    bool write = operations[trial->operation].input == tag_input ||
                 operations[trial->operation].input == create_input ||
                 operations[trial->operation].input == upload_input;
    bool denied =
        strcmp(seen->outcome, "not_applied") == 0 || strcmp(seen->outcome, "not_sent") == 0;
    bool claimed = seen->status == SOAR_OK || strcmp(seen->outcome, "applied") == 0;
    if (write &&
        (seen->count > 1 || (denied && seen->count != 0) || (claimed && seen->count != 1))) {
        fail_msg("a lie: %s", seen->text);
    }
}

static void call_under_fault(void **state)
{
    static unsigned number;
    const struct trial *trial = *state;
    struct place *place = &places[trial->operation];
    struct seen seen = {.count = 0};
    int event_fd = -1;
    snprintf(place->name, sizeof place->name, "trial-%u", ++number);
    soar_plugin *instance = open_instance(place, &event_fd);
    char *input = place->operation->input(place);
    /* a token, and a connection that a later request finds open */
    json_object_put(make_call(trial, instance, event_fd, "query_slas", "{\"limit\":1}"));
    size_t from = sandbox_count(&place->world->sandbox);
    set_fault(trial);
    struct json_object *result =
        make_call(trial, instance, event_fd, place->operation->action, input);
    look(trial, from, result, &seen);
    if (strcmp(seen.text, trial->expected) != 0) {
        fail_msg("expected: %s, found: %s: %.700s", trial->expected, seen.text,
                 json_object_to_json_string(result));
    }
    check_truth(trial, &seen);
    json_object_put(result);
    plugin_close(instance);
    free(input);
}

static struct json_object *member(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, name, &value);
    return value;
}

static const char *text_member(struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);
    return value != NULL ? json_object_get_string(value) : NULL;
}

/* The row of the catalogue, or NULL. */
static struct json_object *in_catalogue(const char *kind)
{
    for (size_t i = 0; i < json_object_array_length(catalogue); i++) {
        struct json_object *row = json_object_array_get_idx(catalogue, i);
        if (strcmp(text_member(row, "kind"), kind) == 0) {
            return row;
        }
    }
    return NULL;
}

static void the_table_has_every_fault_of_the_sandbox_and_no_other(void **state)
{
    struct json_object *rows = member(table, "rows");
    (void)state;
    for (size_t i = 0; i < json_object_array_length(catalogue); i++) {
        const char *kind = text_member(json_object_array_get_idx(catalogue, i), "kind");
        bool once = false, always = false;
        for (size_t k = 0; k < json_object_array_length(rows); k++) {
            struct json_object *row = json_object_array_get_idx(rows, k);
            bool same = strcmp(text_member(row, "fault"), kind) == 0;
            once = once || (same && member(row, "once") != NULL);
            always = always || (same && member(row, "always") != NULL);
        }
        if (!once || !always) {
            fail_msg("%s lacks a row for %s %s", TABLE, kind, once ? "always" : "once");
        }
    }
    for (size_t k = 0; k < json_object_array_length(rows); k++) {
        struct json_object *row = json_object_array_get_idx(rows, k);
        assert_non_null(in_catalogue(text_member(row, "fault")));
    }
}

static void every_row_has_a_cell_for_each_operation(void **state)
{
    struct json_object *columns = member(table, "columns"), *rows = member(table, "rows");
    (void)state;
    assert_int_equal(json_object_array_length(columns), OPERATIONS);
    for (size_t i = 0; i < OPERATIONS; i++) {
        assert_string_equal(json_object_get_string(json_object_array_get_idx(columns, i)),
                            operations[i].action);
    }
    for (size_t k = 0; k < json_object_array_length(rows); k++) {
        struct json_object *row = json_object_array_get_idx(rows, k);
        const char *const often[] = {"once", "always"};
        for (size_t i = 0; i < 2; i++) {
            struct json_object *cells = member(row, often[i]);
            if (cells != NULL && json_object_array_length(cells) != OPERATIONS) {
                fail_msg("%s, %s", text_member(row, "fault"), often[i]);
            }
        }
    }
}

static void the_plugin_exports_both_functions_of_the_asynchronous_pair_or_neither(void **state)
{
    (void)state;
    assert_int_equal(submit != NULL, next != NULL);
}

/* ------------------------------------------------------------------ setting up */

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATIONS; i++) {
        place_new(&places[i], &operations[i]);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < OPERATIONS; i++) {
        place_done(&places[i]);
    }
    return 0;
}

static void read_catalogue(void)
{
    char *program = plugin_built("falcon-sandbox");
    struct program run;
    program_run(&run, (const char *[]){program, "--faults", "--json", NULL}, NULL);
    struct json_object *all = json_tokener_parse(run.out);
    catalogue = json_object_get(member(all, "faults"));
    json_object_put(all);
    program_done(&run);
    free(program);
}

static void find_pair(void)
{
    char *path = plugin_built("falcon_case_management.so");
    (void)plugin_functions();
    void *library = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    void *found[] = {dlsym(library, "soar_submit"), dlsym(library, "soar_next")};
    memcpy(&submit, &found[0], sizeof submit);
    memcpy(&next, &found[1], sizeof next);
    free(path);
}

/* "blocking: create_case under reset_after, once: OK, 1 cases" */
static char *name_of(const struct trial *trial)
{
    char *name = NULL;
    const struct operation *operation = &operations[trial->operation];
    if (asprintf(&name, "%s: %s under %s%s%s, %s: %s (%s)", driver_names[trial->driver],
                 operation->action, trial->fault, trial->with != NULL ? "=" : "",
                 trial->with != NULL ? trial->with : "", trial->often, trial->expected,
                 operation->things) < 0) {
        abort();
    }
    return name;
}

static struct CMUnitTest test_of(const struct trial *trial)
{
    struct trial *own = malloc(sizeof *own);
    assert_non_null(own);
    *own = *trial;
    return (struct CMUnitTest){
        .name = name_of(own), .test_func = call_under_fault, .initial_state = own};
}

/* The tests of a row and a driver; how many. */
static size_t add_row(struct json_object *row, enum driver driver, struct CMUnitTest *tests)
{
    static const char *const often[] = {"once", "always"};
    struct json_object *timeout = member(row, "timeout_ms");
    size_t n = 0;
    for (size_t k = 0; k < 2; k++) {
        struct json_object *cells = member(row, often[k]);
        for (size_t i = 0; i < OPERATIONS && cells != NULL; i++) {
            struct trial trial = {.driver = driver,
                                  .operation = i,
                                  .fault = text_member(row, "fault"),
                                  .with = text_member(row, "with"),
                                  .often = often[k],
                                  .timeout_ms = json_object_get_uint64(timeout),
                                  .expected =
                                      json_object_get_string(json_object_array_get_idx(cells, i))};
            tests[n++] = test_of(&trial);
        }
    }
    return n;
}

int main(void)
{
    alarm(GUARD_SECONDS);
    table = json_object_from_file(TABLE);
    actions = plugin_actions();
    struct json_object *rows = member(table, "rows");
    size_t count = json_object_array_length(rows);
    struct CMUnitTest *tests = calloc(3 + count * DRIVERS * 2 * OPERATIONS, sizeof *tests);
    assert_non_null(tests);
    read_catalogue();
    find_pair();
    tests[0] =
        (struct CMUnitTest)cmocka_unit_test(the_table_has_every_fault_of_the_sandbox_and_no_other);
    tests[1] = (struct CMUnitTest)cmocka_unit_test(every_row_has_a_cell_for_each_operation);
    tests[2] = (struct CMUnitTest)cmocka_unit_test(
        the_plugin_exports_both_functions_of_the_asynchronous_pair_or_neither);
    size_t n = 3;
    for (enum driver driver = BLOCKING; driver < (submit != NULL ? DRIVERS : ASYNC); driver++) {
        for (size_t i = 0; i < count; i++) {
            n += add_row(json_object_array_get_idx(rows, i), driver, &tests[n]);
        }
    }
    int failures = _cmocka_run_group_tests("fault_matrix", tests, n, set_up, tear_down);
    for (size_t i = 3; i < n; i++) {
        free((char *)(uintptr_t)tests[i].name);
        free(tests[i].initial_state);
    }
    free(tests);
    json_object_put(catalogue);
    json_object_put(actions);
    json_object_put(table);
    return failures;
}
