/*
 * The stages of a call on fixed inputs, without a socket: what `make bench-instructions` counts, and
 * what it costs in time.
 *
 *     stages WORK N     does WORK N times; prints the microseconds of each as JSON
 *     stages scan=BYTES N    scans an answer of so many bytes
 *     stages            names the works, a line each
 *
 * What is counted is what measured() does: callgrind is told to collect inside it alone.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/scan.h"
#include "call.h"
#include "decode.h"
#include "normalize.h"
#include "render.h"
#include "validate.h"

#define IDS 100
#define CASES 100
#define ALERTS 100
#define TOKEN "{\"access_token\":\"t\",\"expires_in\":1799}"

static struct world {
    struct config config;
    struct logger logger;
    struct call_env env;
    struct now now;
    char *case_text;  /* one case, 2.4 KB */
    struct buf ids;   /* the answer to a query of 100 */
    struct buf cases; /* the answer to a get of 100 */
    struct buf lines; /* the same with line breaks and indentation */
    struct buf one;   /* the answer to a PATCH */
    struct buf input; /* of create_case, with 100 alerts */
    struct json_object *parsed;
} world;

static void die(const char *what)
{
    fprintf(stderr, "stages: %s\n", what);
    exit(1);
}

/* ------------------------------------------------------------------ fixed inputs */

static char *read_case(const char *path)
{
    static char text[8192];
    FILE *file = fopen(path, "r");
    size_t n = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;

    if (file == NULL || n == 0 || fclose(file) != 0)
        die("cannot read tests/bench/case.json; run from the repository's top");
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
        n--;
    text[n] = '\0';
    return text;
}

static void make_answers(void)
{
    static const char meta[] = "{\"meta\":{\"query_time\":0.004,\"powered_by\":\"cases\","
                               "\"trace_id\":\"7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d\"},"
                               "\"resources\":[";
    struct buf *all[] = {&world.ids, &world.cases, &world.one};

    for (size_t i = 0; i < 3; i++) {
        buf_init(all[i], 1 << 20);
        buf_adds(all[i], meta);
    }
    for (int i = 0; i < IDS; i++)
        buf_addf(&world.ids, "%s\"0198f2c4-7b1e-7c3a-9d52-%012d\"", i > 0 ? "," : "", i);
    for (int i = 0; i < CASES; i++) {
        buf_adds(&world.cases, i > 0 ? "," : "");
        buf_adds(&world.cases, world.case_text);
    }
    buf_adds(&world.one, world.case_text);
    for (size_t i = 0; i < 3; i++)
        buf_adds(all[i], "],\"errors\":[]}");
}

static void make_lines(void)
{
    struct error err;
    size_t len;

    error_clear(&err);
    struct json_object *value = json_parse(world.cases.ptr, world.cases.len, 64, &err);
    const char *text = value == NULL
                           ? NULL
                           : json_object_to_json_string_length(
                                 value, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED, &len);
    if (text == NULL)
        die("cannot indent");
    buf_init(&world.lines, 1 << 20);
    buf_add(&world.lines, text, len);
    json_object_put(value);
}

static void make_input(void)
{
    struct error err;

    buf_init(&world.input, 1 << 20);
    buf_adds(&world.input, "{\"name\":\"Ransomware behaviour on FIN-WS-042\",\"severity\":90,"
                           "\"description\":\"Several files were encrypted within a minute.\","
                           "\"tags\":[\"ransomware\",\"automated\"],\"evidence\":{\"alerts\":[");
    for (int i = 0; i < ALERTS; i++)
        buf_addf(&world.input, "%s{\"id\":\"cid:ind:5a9dbd0c0ffee000000000000000%04d\"}",
                 i > 0 ? "," : "", i);
    buf_adds(&world.input, "]}}");
    error_clear(&err);
    world.parsed = json_parse(world.input.ptr, world.input.len, 64, &err);
    if (world.parsed == NULL)
        die(err.message);
}

static uint64_t highest(uint64_t bound)
{
    return bound;
}

static void make_instance(void)
{
    struct config *config = &world.config;
    struct error err;

    config->falcon.cloud = (char *)(uintptr_t) "auto";
    config->falcon.base_url = (char *)(uintptr_t) "http://127.0.0.1:9";
    config->http.timeout_ms = 60000;
    config->http.max_response_bytes = 1 << 20;
    config->retry.attempts = 4;
    config->limits.govern = true;
    config->limits.window_ms = 60000;
    config->limits.reserve_percent = 10;
    config->limits.max_wait_ms = 60000;
    config->limits.max_result_bytes = 1 << 24;
    world.now = (struct now){.mono_ms = 1000000, .wall_ms = 1700000000000};
    error_clear(&err);
    world.env = (struct call_env){.config = config,
                                  .memory = call_memory_new(),
                                  .service = &catalog_service,
                                  .auth = auth_new(config, &catalog_service),
                                  .ledger = ledger_new(),
                                  .governor = governor_new(config, &world.logger, &err),
                                  .log = &world.logger,
                                  .random_up_to = highest};
    if (!secret_set(&config->falcon.client_id, "id", 2) ||
        !secret_set(&config->falcon.client_secret, "no", 2) || world.env.auth == NULL ||
        world.env.governor == NULL || world.env.ledger == NULL || world.env.memory == NULL)
        die("no memory");
}

/* ------------------------------------------------------------------ the works */

static void parse(void)
{
    struct error err;

    error_clear(&err);
    struct json_object *value = json_parse(world.input.ptr, world.input.len, 64, &err);
    if (value == NULL)
        die(err.message);
    json_object_put(value);
}

static const struct action *action_named(const char *name)
{
    const struct action *action = catalog_find(name, strlen(name));

    if (action == NULL)
        die(name);
    return action;
}

static void check(void)
{
    const struct action *action = action_named("create_case");
    struct violations found = {0};

    if (validate(action->input, world.parsed, &found) != 0 ||
        validate_limits(action, world.parsed, &found) != 0 ||
        !normalize(action->input, world.parsed))
        die("the input is not valid");
    violations_done(&found);
}

static void render_it(void)
{
    static const struct render_window whole = {.limit = -1, .offset = -1};
    struct http_request request;
    struct error err;

    http_request_init(&request, 65536, 64u << 20);
    if (!render(action_named("create_case"), world.parsed, &whole, "http://127.0.0.1:9", &request,
                &err))
        die("cannot render");
    http_request_done(&request);
}

static void check_and_render(void)
{
    check();
    render_it();
}

static void scan_ids(void)
{
    struct scan_answer outline = {0};

    if (scan_answer(world.ids.ptr, world.ids.len, 256, &outline, NULL) != SCAN_OK ||
        outline.n_items != IDS)
        die("cannot scan");
    scan_answer_done(&outline);
}

static void scan_100(const struct buf *text)
{
    struct scan_answer outline = {0};

    if (scan_answer(text->ptr, text->len, 256, &outline, NULL) != SCAN_OK ||
        outline.n_items != CASES)
        die("cannot scan");
    scan_answer_done(&outline);
}

static void scan_cases(void)
{
    scan_100(&world.cases);
}

static void scan_lines(void)
{
    scan_100(&world.lines);
}

static long scan_bytes; /* of an answer of cases; scan=BYTES */

static void scan_sized(void)
{
    static struct buf text;
    struct scan_answer outline = {0};

    if (text.len == 0) {
        buf_init(&text, 1u << 30);
        buf_adds(&text, "{\"resources\":[");
        do {
            buf_adds(&text, text.len > 20 ? "," : "");
            if (scan_bytes < 4096)
                buf_adds(&text, "{\"id\":\"0198f2c4-7b1e-7c3a-9d52-000000000000\"}");
            else
                buf_adds(&text, world.case_text);
        } while ((long)text.len < scan_bytes);
        buf_adds(&text, "]}");
    }
    if (scan_answer(text.ptr, text.len, 256, &outline, NULL) != SCAN_OK)
        die("cannot scan");
    scan_answer_done(&outline);
}

static void decode_text(const char *action, int status, const char *text, size_t len,
                        soar_status expected)
{
    struct http_response response;
    struct decoded decoded = {0};

    http_response_init(&response, 1 << 20);
    response.status = status;
    strcpy(response.content_type, "application/json");
    buf_add(&response.body, text, len);
    decode(action_named(action), &response, &decoded);
    if (decoded.status != expected)
        die("cannot decode");
    decode_done(&decoded);
    http_response_done(&response);
}

static void decode_case(void)
{
    decode_text("update_case_fields", 200, world.one.ptr, world.one.len, SOAR_OK);
}

static void decode_refusal(void)
{
    static const char text[] =
        "{\"meta\":{\"trace_id\":\"7f6a4e0a\"},\"resources\":[],\"errors\":[{\"code\":404,"
        "\"id\":\"0198f2c4-7b1e-7c3a-9d52-000000000000\",\"message\":\"case not found\"}]}";

    decode_text("update_case_fields", 404, text, sizeof(text) - 1, SOAR_NOT_FOUND);
}

static void answer(struct call *call, const char *text, size_t len)
{
    struct http_response response;

    http_response_init(&response, 1 << 20);
    response.status = 200;
    strcpy(response.content_type, "application/json");
    response.rate_limit = 6000;
    response.rate_remaining = 5999;
    buf_add(&response.body, text, len);
    call_answer(call, &response, world.now);
    http_response_done(&response);
}

/* A call from its input to its document: all of the plugin but the transport and the threads. */
static void whole_call(const char *action, const char *input, const struct buf *reply)
{
    soar_call asked = {.struct_size = sizeof(asked),
                       .action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input)};
    struct call *call = call_new(&world.env, &asked, world.now);
    struct buf document;

    if (call == NULL)
        die("no memory");
    world.now.mono_ms += 20; /* as fast as the limit allows */
    for (;;) {
        struct call_step step = call_step(call, world.now);
        if (step.want == CALL_DONE)
            break;
        if (step.want != CALL_SEND)
            die("the call waits");
        if (strstr(step.request->url.ptr, "/oauth2/token") != NULL)
            answer(call, TOKEN, sizeof(TOKEN) - 1);
        else
            answer(call, reply->ptr, reply->len);
    }
    buf_init(&document, 1 << 20);
    if (call_result(call, &document) != SOAR_OK)
        die(document.ptr);
    buf_done(&document);
    call_free(call);
}

static void call_query(void)
{
    whole_call("query_case_ids", "{\"limit\":100}", &world.ids);
}

static void call_patch(void)
{
    whole_call("update_case_fields",
               "{\"id\":\"0198f2c4-7b1e-7c3a-9d52-000000000000\",\"fields\":{\"severity\":70}}",
               &world.one);
}

static const struct work {
    const char *name;
    void (*run)(void);
} works[] = {
    {"parse", parse},
    {"validate", check},
    {"render", render_it},
    {"validate_and_render", check_and_render},
    {"scan_ids", scan_ids},
    {"scan_cases", scan_cases},
    {"scan_lines", scan_lines},
    {"decode_case", decode_case},
    {"decode_refusal", decode_refusal},
    {"call_query", call_query},
    {"call_patch", call_patch},
};

/* ------------------------------------------------------------------ measuring */

__attribute__((noinline)) void measured(const struct work *work, long n);

void measured(const struct work *work, long n)
{
    for (long i = 0; i < n; i++)
        work->run();
}

int main(int argc, char **argv)
{
    const struct work *work = NULL;
    struct timespec from, to;

    static const struct work sized = {"scan=BYTES", scan_sized};
    if (argc > 1 && strncmp(argv[1], "scan=", 5) == 0) {
        scan_bytes = atol(argv[1] + 5);
        work = &sized;
    }
    for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
        if (argc < 2)
            puts(works[i].name);
        else if (strcmp(works[i].name, argv[1]) == 0)
            work = &works[i];
    }
    if (argc < 2)
        return 0;
    long n = argc > 2 ? atol(argv[2]) : 1;
    if (work == NULL || n < 1)
        die("WORK N");
    world.case_text = read_case("tests/bench/case.json");
    make_answers();
    make_lines();
    make_input();
    make_instance();
    for (int i = 0; i < 3; i++) /* what only the first one does is not counted */
        work->run();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    measured(work, n);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double us = (double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3;
    printf("{\"work\":\"%s\",\"n\":%ld,\"cpu_us\":%.3f}\n", work->name, n, us / (double)n);
    json_object_put(world.parsed);
    return 0;
}
