/* Who reaches what over the wire: tenants never see each other, clouds send each client home, limits
 * of requests are told and kept, and every answer has a trace id. Scopes, expiry and revocation are
 * tests/unit/sandbox_access.c's. */
#include "check.h"
#include "program.h"
#include "raw.h"
#include "world.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 120

/* ------------------------------------------------------------------ tenants */

static struct json_object *resources_of(const struct raw_answer *answer)
{
    struct json_object *json = raw_json(answer), *resources = NULL;
    json_object_object_get_ex(json, "resources", &resources);
    json_object_get(resources);
    json_object_put(json);
    return resources;
}

/* The first id that a query finds, heap; NULL where it finds none. */
static char *first_id(const struct sandbox *sandbox, const char *login, const char *target)
{
    struct raw_answer answer = raw_call(sandbox->url, "GET", target, login, NULL);
    struct json_object *ids = resources_of(&answer);
    if (answer.status != 200 || ids == NULL) {
        fail_msg("%s: %s", target, answer.text);
    }
    char *id = json_object_array_length(ids) == 0
                   ? NULL
                   : strdup(json_object_get_string(json_object_array_get_idx(ids, 0)));
    json_object_put(ids);
    raw_done(&answer);
    return id;
}

/* Collections, and what is asked about one of the first tenant's documents. %s: its id. */
static const struct collection {
    const char *query;
    struct {
        const char *method, *target, *body;
    } about[6];
} collections[] = {
    {"/cases/queries/cases/v1",
     {{"POST", "/cases/entities/cases/v2", "{\"ids\":[\"%s\"]}"},
      {"PATCH", "/cases/entities/cases/v2", "{\"id\":\"%s\",\"fields\":{\"severity\":1}}"},
      {"POST", "/cases/entities/case-tags/v1", "{\"id\":\"%s\",\"tags\":[\"theirs\"]}"},
      {"DELETE", "/cases/entities/case-tags/v1?id=%s&tag=theirs", NULL},
      {"POST", "/cases/entities/alert-evidence/v1", "{\"id\":\"%s\",\"alerts\":[{\"id\":\"a\"}]}"},
      {"POST", "/cases/entities/event-evidence/v1",
       "{\"id\":\"%s\",\"events\":[{\"id\":\"e\"}]}"}}},
    {"/case-files/queries/file-details/v1",
     {{"GET", "/case-files/entities/file-details/v1?ids=%s", NULL},
      {"GET", "/case-files/entities/files/download/v1?id=%s", NULL},
      {"POST", "/case-files/entities/files/bulk-download/v1", "{\"ids\":[\"%s\"]}"},
      {"PATCH", "/case-files/entities/file-details/v1",
       "{\"id\":\"%s\",\"description\":\"theirs\"}"},
      {"DELETE", "/case-files/entities/files/v1?ids=%s", NULL}}},
    {"/casemgmt/queries/templates/v1",
     {{"GET", "/casemgmt/entities/templates/v1?ids=%s", NULL},
      {"GET", "/casemgmt/entities/templates/export/v1?ids=%s", NULL},
      {"GET", "/casemgmt/entities/template-snapshots/v1?template_ids=%s&versions=1", NULL},
      {"DELETE", "/casemgmt/entities/templates/v1?ids=%s", NULL}}},
    {"/casemgmt/queries/template-snapshots/v1",
     {{"GET", "/casemgmt/entities/template-snapshots/v1?ids=%s", NULL}}},
    {"/casemgmt/queries/fields/v1", {{"GET", "/casemgmt/entities/fields/v1?ids=%s", NULL}}},
    {"/casemgmt/queries/access-tags/v1",
     {{"GET", "/casemgmt/entities/access-tags/v1?ids=%s", NULL}}},
    {"/casemgmt/queries/slas/v1",
     {{"GET", "/casemgmt/entities/slas/v1?ids=%s", NULL},
      {"DELETE", "/casemgmt/entities/slas/v1?ids=%s", NULL}}},
    {"/casemgmt/queries/notification-groups/v1",
     {{"GET", "/casemgmt/entities/notification-groups/v1?ids=%s", NULL},
      {"DELETE", "/casemgmt/entities/notification-groups/v1?ids=%s", NULL}}},
    {"/casemgmt/queries/notification-groups/v2",
     {{"GET", "/casemgmt/entities/notification-groups/v2?ids=%s", NULL},
      {"DELETE", "/casemgmt/entities/notification-groups/v2?ids=%s", NULL}}},
};

static char *with_id(const char *format, const char *id)
{
    const char *hole = format != NULL ? strstr(format, "%s") : NULL;
    char *text = format != NULL ? strdup(format) : NULL;
    if (hole != NULL) {
        free(text);
        assert_true(asprintf(&text, "%.*s%s%s", (int)(hole - format), format, id, hole + 2) > 0);
    }
    return text;
}

/* What the stranger is told: nothing, whatever it asks. */
static void expect_nothing(const char *what, const struct raw_answer *answer)
{
    struct json_object *resources = resources_of(answer);
    bool told = answer->status < 400 && json_object_is_type(resources, json_type_array) &&
                json_object_array_length(resources) > 0;
    bool bytes = answer->status == 200 && strstr(answer->text, "application/json") == NULL;
    if (answer->status == 0 || told || bytes) {
        fail_msg("%s: %.600s", what, answer->text);
    }
    json_object_put(resources);
}

/* All that the login sees, as one text, heap. */
static char *all_that_is_seen(const struct sandbox *sandbox, const char *login)
{
    static const char *const targets[] = {
        "/cases/queries/cases/v1?sort=id%7Casc&limit=1000",
        "/case-files/combined/file-details/v1?limit=10",
        "/casemgmt/queries/templates/v1?limit=200&sort=id.asc",
        "/casemgmt/queries/slas/v1?limit=200&sort=id.asc",
        "/casemgmt/queries/notification-groups/v2?limit=200&sort=id.asc",
    };
    char *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct raw_answer answer = raw_call(sandbox->url, "GET", targets[i], login, NULL);
        const char *resources = strstr(answer.text, "\"resources\"");
        if (answer.status != 200 || resources == NULL) {
            fail_msg("%s: %s", targets[i], answer.text);
        }
        fprintf(out, "%s\n", resources);
        raw_done(&answer);
    }
    fclose(out);
    return all;
}

static void tenants_never_see_or_change_each_other(void **state)
{
    static const char *const args[] = {"--seed", "20", "--client",
                                       "stranger:s:all:bbbb0000000000000000000000000001", NULL};
    struct world *world = world_new(args);
    char *login = raw_login(&world->sandbox);
    char *other = raw_bearer(world->sandbox.url, "stranger", "s");
    char *before = all_that_is_seen(&world->sandbox, login);
    (void)state;
    assert_non_null(other);
    for (size_t i = 0; i < sizeof collections / sizeof *collections; i++) {
        const struct collection *c = &collections[i];
        char *id = first_id(&world->sandbox, login, c->query);
        char *theirs = first_id(&world->sandbox, other, c->query);
        assert_non_null(id);
        assert_null(theirs);
        for (size_t k = 0; k < 6 && c->about[k].method != NULL; k++) {
            char *target = with_id(c->about[k].target, id), *body = with_id(c->about[k].body, id);
            struct raw_answer answer =
                raw_call(world->sandbox.url, c->about[k].method, target, other, body);
            expect_nothing(target, &answer);
            raw_done(&answer);
            free(target);
            free(body);
        }
        free(id);
    }
    char *after = all_that_is_seen(&world->sandbox, login);
    assert_string_equal(after, before);
    struct raw_answer made = raw_call(world->sandbox.url, "PUT", "/cases/entities/cases/v2", other,
                                      "{\"name\":\"Theirs\",\"severity\":5}");
    assert_int_equal(made.status, 201);
    raw_done(&made);
    free(after);
    after = all_that_is_seen(&world->sandbox, login);
    assert_string_equal(after, before);
    free(after);
    free(before);
    free(other);
    free(login);
    world_free(world);
}

/* ------------------------------------------------------------------ clouds */

static struct json_object *start_clouds(struct program *sandbox)
{
    char *path = plugin_built("falcon-sandbox");
    program_start(sandbox,
                  (const char *[]){path, "--strict", "--cloud", "us-1,us-2,eu-1", "--client",
                                   "eu:s:all:cccc0000000000000000000000000001:eu-1", "--downloads",
                                   "link", NULL},
                  NULL);
    char *line = program_line(sandbox);
    struct json_object *ready = json_tokener_parse(line);
    assert_non_null(ready);
    free(line);
    free(path);
    return ready;
}

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *found = NULL;
    assert_int_equal(json_pointer_get(json, pointer, &found), 0);
    return json_object_get_string(found);
}

static void check_redirect(const char *url, const char *path, const char *form, const char *home,
                           const char *region)
{
    char *location = NULL;
    struct raw_answer answer =
        raw_call(url, "POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", form);
    char *to = raw_header(&answer, "Location"), *named = raw_header(&answer, "X-Cs-Region");
    assert_true(asprintf(&location, "%s%s", home, path) > 0);
    assert_int_equal(answer.status, 308);
    assert_int_equal(answer.body_size, 0);
    assert_string_equal(to, location);
    assert_string_equal(named, region);
    free(location);
    free(to);
    free(named);
    raw_done(&answer);
}

#define EU_FORM "client_id=eu&client_secret=s"

static void each_cloud_sends_a_client_home_and_knows_its_own_tokens_alone(void **state)
{
    struct program sandbox;
    struct json_object *ready = start_clouds(&sandbox);
    static const char *const names[] = {"us-1", "us-2", "eu-1"};
    const char *urls[3];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char pointer[32];
        snprintf(pointer, sizeof pointer, "/clouds/%s", names[i]);
        urls[i] = text_at(ready, pointer);
    }
    assert_string_equal(text_at(ready, "/url"), urls[0]);
    char *login = raw_bearer(urls[2], "eu", "s");
    char *main_login =
        raw_bearer(urls[0], text_at(ready, "/client_id"), text_at(ready, "/client_secret"));
    assert_non_null(login);
    assert_non_null(main_login);
    for (size_t i = 0; i < 3; i++) {
        struct raw_answer answer = raw_call(urls[i], "GET", "/cases/queries/cases/v1", login, NULL);
        assert_int_equal(answer.status, i == 2 ? 200 : 401);
        raw_done(&answer);
        answer = raw_call(urls[i], "GET", "/cases/queries/cases/v1", main_login, NULL);
        assert_int_equal(answer.status, i == 0 ? 200 : 401);
        raw_done(&answer);
        if (i != 2) {
            check_redirect(urls[i], "/oauth2/token", EU_FORM, urls[2], "eu-1");
            check_redirect(urls[i], "/oauth2/revoke", EU_FORM "&token=t", urls[2], "eu-1");
        }
    }
    struct raw_answer answer =
        raw_call(urls[2], "POST", "/oauth2/token",
                 "Content-Type: application/x-www-form-urlencoded\r\n", EU_FORM);
    char *region = raw_header(&answer, "X-Cs-Region");
    assert_int_equal(answer.status, 201);
    assert_string_equal(region, "eu-1");
    free(region);
    raw_done(&answer);
    free(login);
    free(main_login);
    assert_int_equal(kill(sandbox.pid, SIGTERM), 0);
    program_end(&sandbox);
    assert_int_equal(sandbox.code, 0);
    program_done(&sandbox);
    json_object_put(ready);
}

/* The status of a revocation of the token in this login. */
static int revoke_token(const struct sandbox *sandbox, const char *login, const char *secret)
{
    const char *token = strstr(login, "Bearer ") + 7;
    char *form = NULL;
    assert_true(asprintf(&form, "token=%.*s&client_id=%s&client_secret=%s",
                         (int)strcspn(token, "\r"), token, sandbox->client_id, secret) > 0);
    struct raw_answer answer =
        raw_call(sandbox->url, "POST", "/oauth2/revoke",
                 "Content-Type: application/x-www-form-urlencoded\r\n", form);
    int status = answer.status;
    raw_done(&answer);
    free(form);
    return status;
}

static void a_token_is_revoked_by_who_knows_the_secret(void **state)
{
    struct world *world = world_new(NULL);
    char *login = raw_login(&world->sandbox);
    const struct {
        const char *secret;
        int status, then;
    } rows[] = {{"wrong", 401, 200}, {world->sandbox.client_secret, 200, 401}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(revoke_token(&world->sandbox, login, rows[i].secret), rows[i].status);
        struct raw_answer answer =
            raw_call(world->sandbox.url, "GET", "/cases/queries/cases/v1", login, NULL);
        assert_int_equal(answer.status, rows[i].then);
        raw_done(&answer);
    }
    free(login);
    world_free(world);
}

static void clouds_that_cannot_be_are_refused(void **state)
{
    static const char *const wrong[][4] = {
        {"--cloud", ""},
        {"--cloud", "us-1,"},
        {"--cloud", "us-1,us-1"},
        {"--cloud", "a-name-that-is-too-long"},
        {"--cloud", "a,b,c,d,e,f,g"},
        {"--cloud", "us-1", "--client", "a:b:all::eu-1"},
    };
    char *path = plugin_built("falcon-sandbox");
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct program run;
        program_run(
            &run, (const char *[]){path, wrong[i][0], wrong[i][1], wrong[i][2], wrong[i][3], NULL},
            NULL);
        if (run.code != 64 || *run.err == '\0') {
            fail_msg("%s: exit code %d", wrong[i][1], run.code);
        }
        program_done(&run);
    }
    free(path);
}

/* ------------------------------------------------------------------ requests a minute */

static int64_t clock_ms(const struct sandbox *sandbox)
{
    struct json_object *clock = raw_control(sandbox, "clock");
    int64_t now = json_object_get_int64(json_object_object_get(clock, "now_ms"));
    json_object_put(clock);
    return now;
}

static int64_t number_header(const struct raw_answer *answer, const char *name)
{
    char *value = raw_header(answer, name);
    if (value == NULL) {
        fail_msg("no %s: %s", name, answer->text);
    }
    int64_t number = strtoll(value, NULL, 10);
    free(value);
    return number;
}

static void requests_a_minute_are_counted_by_tenant_and_by_address(void **state)
{
    static const char *const args[] = {
        "--rate-limit", "4", "--token-rate-limit", "3", "--anonymous-rate-limit", "2", NULL};
    struct world *world = world_new(args);
    char *login = raw_login(&world->sandbox); /* the first of the token calls */
    int64_t before = clock_ms(&world->sandbox);
    const struct {
        const char *method, *target, *headers;
        int64_t limit;
        int good;   /* so many more are let through */
        int status; /* of those */
    } rows[] = {
        {"GET", "/cases/queries/cases/v1", login, 4, 4, 200},
        {"POST", "/oauth2/token", NULL, 3, 2, 401},
        {"GET", "/cases/queries/cases/v1", "Authorization: Bearer no\r\n", 2, 1, 401},
        {"GET", "/no/such/path", login, 2, 1, 404},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int k = 0; k <= rows[i].good; k++) {
            bool last_row = i == sizeof rows / sizeof *rows - 1;
            if (k == rows[i].good && i == 2) {
                break; /* the next row's calls count with these */
            }
            struct raw_answer answer =
                raw_call(world->sandbox.url, rows[i].method, rows[i].target, rows[i].headers, NULL);
            int64_t left = rows[i].good - k - 1 + (i == 2 ? 1 : 0);
            bool refused = k == rows[i].good;
            assert_int_equal(answer.status, refused ? 429 : rows[i].status);
            assert_int_equal(number_header(&answer, "X-RateLimit-Limit"), rows[i].limit);
            assert_int_equal(number_header(&answer, "X-RateLimit-Remaining"), refused ? 0 : left);
            if (refused) {
                int64_t at = number_header(&answer, "X-RateLimit-RetryAfter") * 1000;
                assert_in_range(at, before + (last_row ? 0 : 1), clock_ms(&world->sandbox) + 61000);
            }
            raw_done(&answer);
        }
    }
    free(login);
    world_free(world);
}

/* ------------------------------------------------------------------ traces */

static void every_answer_has_a_trace_id_of_its_own(void **state)
{
    static const struct {
        const char *method, *target, *headers, *body;
        int status;
    } rows[] = {
        {"GET", "/cases/queries/cases/v1", "", NULL, 200},
        {"GET", "/cases/queries/cases/v1?limit=x", "", NULL, 400},
        {"GET", "/cases/queries/cases/v1", NULL, NULL, 401},
        {"POST", "/oauth2/token", NULL, "", 401},
        {"GET", "/no/such/path", "", NULL, 404},
        {"DELETE", "/cases/queries/cases/v1", "", NULL, 405},
        {"PUT", "/cases/entities/cases/v2", "", "{\"name\":\"n\",\"severity\":5}", 201},
        {"PUT", "/cases/entities/cases/v2", "", "{", 400},
        {"GET", "/casemgmt/entities/templates/export/v1", "", NULL, 200},
        {"GET", "/cases/queries/cases/v1", "Content-Length: -1\r\n", NULL, 400},
    };
    struct world *world = world_new(NULL);
    char *login = raw_login(&world->sandbox);
    struct json_object *seen = json_object_new_object();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *headers = rows[i].headers;
        struct raw_answer answer =
            raw_call(world->sandbox.url, rows[i].method, rows[i].target,
                     headers != NULL && *headers == '\0' ? login : headers, rows[i].body);
        char *trace = raw_header(&answer, "X-Cs-TraceId");
        struct json_object *json = raw_json(&answer), *told = NULL;
        assert_int_equal(answer.status, rows[i].status);
        assert_non_null(trace);
        assert_int_equal(strlen(trace), 36);
        assert_false(json_object_object_get_ex(seen, trace, NULL));
        json_object_object_add(seen, trace, json_object_new_int(1));
        if (json_pointer_get(json, "/meta/trace_id", &told) == 0) {
            assert_string_equal(json_object_get_string(told), trace);
        } else {
            assert_true(rows[i].status < 400); /* only the bare answer of the export has none */
        }
        json_object_put(json);
        free(trace);
        raw_done(&answer);
    }
    json_object_put(seen);
    free(login);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tenants_never_see_or_change_each_other),
        cmocka_unit_test(each_cloud_sends_a_client_home_and_knows_its_own_tokens_alone),
        cmocka_unit_test(a_token_is_revoked_by_who_knows_the_secret),
        cmocka_unit_test(clouds_that_cannot_be_are_refused),
        cmocka_unit_test(requests_a_minute_are_counted_by_tenant_and_by_address),
        cmocka_unit_test(every_answer_has_a_trace_id_of_its_own),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
