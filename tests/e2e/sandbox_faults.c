/* Every fault of the catalogue, as a client sees it on the wire, and whether the operation is carried
 * out as the catalogue says. */
#include "fault_world.h"
#include "program.h"

#define GUARD_SECONDS 120

/* How a connection ends. */
enum end {
    WHOLE,   /* head, and as many bytes of body as it says */
    CUT,     /* a head and less of the body than it says */
    CUT_RST, /* the same, by a reset */
    NOTHING, /* not a byte, then a close */
    NOTHING_RST,
    ENDLESS, /* it goes on */
    ODD      /* none of these */
};

struct look {
    const char *kind;
    const char *value; /* of VALUE, or NULL */
    int status;        /* 0: no status line, or any */
    enum end end;
    const char *has; /* stands in it, or NULL */
    const char *has_not;
};

/* Of an answer to create_case. */
static const struct look looks[] = {
    {"refused", "1", 0, NOTHING_RST, NULL, NULL},
    {"reset_before", NULL, 0, NOTHING_RST, NULL, NULL},
    {"reset_after", NULL, 0, NOTHING_RST, NULL, NULL},
    {"closed_before", NULL, 0, NOTHING, NULL, NULL},
    {"closed_after", NULL, 0, NOTHING, NULL, NULL},
    {"reset_upload", "5", 0, NOTHING_RST, NULL, NULL},
    {"slow", "1", 201, WHOLE, "\"resources\":[{", NULL},
    {"slow_after", "1", 201, WHOLE, "\"resources\":[{", NULL},
    {"stall", "1", 201, WHOLE, "\"resources\":[{", NULL},
    {"drip", "0", 201, WHOLE, "\"resources\":[{", NULL},
    {"drip_head", "0", 201, WHOLE, "\"resources\":[{", NULL},
    {"truncated", NULL, 201, CUT, "{\"meta\"", NULL},
    {"reset_in_body", NULL, 201, CUT_RST, NULL, NULL},
    {"endless", NULL, 200, ENDLESS, "Transfer-Encoding: chunked", NULL},
    {"endless_after", NULL, 201, ENDLESS, "Transfer-Encoding: chunked", NULL},
    {"endless_head", NULL, 200, ENDLESS, "\r\nX-Padding: aaa", "\r\n\r\n"},
    {"big_header", "20000", 201, WHOLE, "\r\nX-Padding: aaa", NULL},
    {"length_short", "10", 201, ODD, "\"resources\":[{", NULL},
    {"length_long", "10", 201, CUT, "\"resources\":[{", NULL},
    {"length_word", NULL, 201, ODD, "\r\nContent-Length: many\r\n", NULL},
    {"length_twice", NULL, 201, WHOLE, "\r\nContent-Length: ", NULL},
    {"chunk_bad", NULL, 201, ODD, "}\r\nsome\r\n", NULL},
    {"chunk_cut", NULL, 201, ODD, "Transfer-Encoding: chunked\r\n\r\n", "\r\n0\r\n"},
    {"chunk_huge", NULL, 201, ODD, "\r\nfffffffffffffffffffff\r\n{", NULL},
    {"no_http", NULL, 0, ODD, "SSH-2.0-", "HTTP"},
    {"until_close", NULL, 201, ODD, "HTTP/1.0 201 ", "Content-Length"},
    {"html", NULL, 200, WHOLE, "<!DOCTYPE html>", "{"},
    {"html_after", "504", 504, WHOLE, "Content-Type: text/html", "{"},
    {"empty", "503", 503, WHOLE, "Content-Length: 0\r\n", NULL},
    {"empty_after", NULL, 200, WHOLE, "Content-Length: 0\r\n", NULL},
    {"bare", NULL, 200, WHOLE, "\r\n\r\n\"something went wrong\"", NULL},
    {"no_envelope", NULL, 200, WHOLE, "\r\n\r\n{}", NULL},
    {"deep", "1000", 200, WHOLE, "[[[[[[[[[]]]]]]]]]", NULL},
    {"bad_json", NULL, 201, WHOLE, "\r\n\r\n{\"meta\"", "]}"},
    {"bad_utf8", NULL, 201, WHOLE, "\xff", NULL},
    {"wrong_type", NULL, 201, WHOLE, "\r\nContent-Type: text/plain\r\n", "application/json"},
    {"gzip", NULL, 201, WHOLE, "\r\nContent-Encoding: gzip\r\n", NULL},
    {"gzip_bad", NULL, 201, WHOLE, "\r\nContent-Encoding: gzip\r\n", "\x1f\x8b"},
    {"gzip_bomb", "1", 200, WHOLE, "\r\nContent-Encoding: gzip\r\n", NULL},
    {"status", "409", 409, WHOLE, "\"errors\":[{\"code\":409,", NULL},
    {"status_after", "502", 502, WHOLE, "\"errors\":[{\"code\":502,", NULL},
    {"ratelimit", "5", 429, WHOLE, "\r\nX-RateLimit-RetryAfter: ", NULL},
    {"ratelimit_ms", "5", 429, WHOLE, "\r\nX-RateLimit-RetryAfter: ", NULL},
    {"expired_token", NULL, 401, WHOLE, "access denied, invalid bearer token", NULL},
    {"errors_in_200", "403", 200, WHOLE, "\"errors\":[{\"code\":403,", "\"id\""},
    {"errors_in_200_after", NULL, 200, WHOLE, "\"errors\":[{\"code\":500,", "\"name\""},
    {"partial", NULL, 207, WHOLE, "\"errors\":[{\"code\":500,\"id\":\"", "\"name\""},
    {"redirect", "http://other.example/", 302, WHOLE, "\r\nLocation: http://other.example/\r\n",
     NULL},
    {"redirect_308", "https://other.example/", 308, WHOLE,
     "\r\nLocation: https://other.example/\r\n", NULL},
    {"clock_ahead", "86400", 201, WHOLE, "\"resources\":[{", NULL},
};
#define LOOKS (sizeof looks / sizeof *looks)

static void set_fault(const char *operation, const struct look *look)
{
    char rule[128];
    snprintf(rule, sizeof rule, "%s:%s%s%s:1", operation, look->kind,
             look->value != NULL ? "=" : "", look->value != NULL ? look->value : "");
    raw_set_faults(&world->sandbox, (const char *[]){rule, NULL});
}

static enum end end_of(const struct raw_answer *answer)
{
    char *length = raw_header(answer, "Content-Length");
    size_t announced = length != NULL ? strtoul(length, NULL, 10) : 0;
    bool counts = length != NULL && strspn(length, "0123456789") == strlen(length);
    free(length);
    if (answer->size == 0) {
        return answer->reset ? NOTHING_RST : NOTHING;
    }
    if (answer->size == MOST) {
        return ENDLESS;
    }
    if (!counts || answer->body_size > announced) {
        return ODD;
    }
    if (answer->body_size == announced) {
        return answer->reset ? ODD : WHOLE;
    }
    return answer->reset ? CUT_RST : CUT;
}

static void check_look(const struct look *look, const struct raw_answer *answer)
{
    bool has = look->has == NULL ||
               memmem(answer->text, answer->size, look->has, strlen(look->has)) != NULL;
    bool lacks = look->has_not == NULL ||
                 memmem(answer->text, answer->size, look->has_not, strlen(look->has_not)) == NULL;
    enum end found = end_of(answer);
    /* A reset may overtake what was sent before it. */
    bool ended = found == look->end || (look->end == CUT_RST && found == NOTHING_RST);
    if ((answer->status != look->status && found != NOTHING_RST) || !ended || !has || !lacks) {
        fail_msg("%s: end %d instead of %d, has%s what it must, lacks%s what it must not: %.600s",
                 look->kind, found, look->end, has ? "" : " not", lacks ? "" : " not",
                 answer->text);
    }
}

/* The catalogue as falcon-sandbox tells it. */
static struct json_object *catalogue(void)
{
    char *program = plugin_built("falcon-sandbox");
    struct program run;
    program_run(&run, (const char *[]){program, "--faults", "--json", NULL}, NULL);
    assert_int_equal(run.code, 0);
    struct json_object *all = json_tokener_parse(run.out), *list = NULL;
    assert_true(json_object_object_get_ex(all, "faults", &list));
    json_object_get(list);
    json_object_put(all);
    program_done(&run);
    free(program);
    return list;
}

static bool is_applied(const char *kind)
{
    struct json_object *list = catalogue();
    int applied = -1;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *row = json_object_array_get_idx(list, i);
        if (strcmp(json_object_get_string(json_object_object_get(row, "kind")), kind) == 0) {
            applied = json_object_get_boolean(json_object_object_get(row, "applied"));
        }
    }
    json_object_put(list);
    if (applied < 0) {
        fail_msg("%s is not in the catalogue", kind);
    }
    return applied == 1;
}

static void a_kind_looks_and_acts_as_the_catalogue_says(void **state)
{
    const struct look *look = *state;
    char name[64];
    snprintf(name, sizeof name, "Spoiled by %s", look->kind);
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == ' ' ? '-' : *c;
    }
    char *login = raw_login(&world->sandbox);
    set_fault("create_case", look);
    struct raw_answer answer = create_case(login, name);
    check_look(look, &answer);
    size_t count = cases_named(name);
    if (count != (is_applied(look->kind) ? 1 : 0)) {
        fail_msg("%s: %zu cases are there", look->kind, count);
    }
    raw_done(&answer);
    /* it struck once, and all is as before */
    free(login);
    login = raw_login(&world->sandbox);
    answer = create_case(login, name);
    assert_int_equal(answer.status, 201);
    assert_int_equal(end_of(&answer), WHOLE);
    raw_done(&answer);
    free(login);
}

static void every_kind_of_the_catalogue_is_tried(void **state)
{
    (void)state;
    struct json_object *list = catalogue();
    assert_int_equal(json_object_array_length(list), LOOKS);
    json_object_put(list);
}

int main(void)
{
    static char names[LOOKS][96];
    struct CMUnitTest tests[LOOKS + 1] = {
        cmocka_unit_test(every_kind_of_the_catalogue_is_tried),
    };
    for (size_t i = 0; i < LOOKS; i++) {
        snprintf(names[i], sizeof names[i], "%s looks and acts as the catalogue says",
                 looks[i].kind);
        tests[1 + i] = (struct CMUnitTest){.name = names[i],
                                           .test_func = a_kind_looks_and_acts_as_the_catalogue_says,
                                           .initial_state = (void *)(uintptr_t)&looks[i]};
    }
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests_name("sandbox_faults", tests, start, end);
}
