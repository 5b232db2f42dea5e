#include "options.h"
#include "control.h"
#include "fault.h"
#include "seed.h"
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_OFFSET_MAX_MS UINT64_C(31536000000000) /* a thousand years */

/* clang-format off */
enum {
    KEY_LISTEN = 256, KEY_DB, KEY_SEED, KEY_STRICT, KEY_RECORD, KEY_CLIENT, KEY_MEMBER, KEY_TTL,
    KEY_RATE, KEY_REGION, KEY_REDIRECT, KEY_FAULT, KEY_PARENT, KEY_MISSING, KEY_OVER_LIMIT,
    KEY_ALERTS, KEY_PATCH, KEY_IN_USE, KEY_DOWNLOADS, KEY_EXPORTS, KEY_RTR_DELAY, KEY_MAX_UPLOAD,
    KEY_BAD_CREDENTIALS, KEY_CLOCK, KEY_CONSOLE_TOKEN, KEY_ANSWERS, KEY_TOKEN_RATE, KEY_RATE_WINDOW,
    KEY_ANONYMOUS_RATE, KEY_CLOUD, KEY_FAULTS, KEY_JSON
};

static const struct argp_option options[] = {
    {"listen", KEY_LISTEN, "HOST:PORT", 0,
     "where to listen; port 0 takes a free one (127.0.0.1:0)", 1},
    {"db", KEY_DB, "FILE", 0, "keep the state in FILE (default: in memory)", 1},
    {"seed", KEY_SEED, "N", 0, "fill a fresh sandbox with N cases beside the fixed world", 1},
    {"record", KEY_RECORD, "FILE", 0, "write each request to FILE, one line of JSON each", 1},
    {"clock-offset", KEY_CLOCK, "MS", 0,
     "start with a clock so far ahead of the computer's, or behind it if negative (0)", 1},
    {"console-token", KEY_CONSOLE_TOKEN, "TOKEN", 0,
     "the token of the page and of /_sandbox/ (default: made at random)", 1},
    {"answers", KEY_ANSWERS, "DIR", 0,
     "write each answer to DIR/PID.jsonl (default: $FALCON_SANDBOX_ANSWERS, or nowhere)", 1},
    {"parent-death", KEY_PARENT, NULL, 0, "end when the parent process ends", 1},
    {"strict", KEY_STRICT, NULL, 0, "refuse what the service would silently ignore", 2},
    {"fault", KEY_FAULT, "OP[@FIRST[/EVERY]]:KIND[=VALUE][:COUNT]", 0,
     "spoil answers; OP is an operation, token or *; from its FIRST call on, each EVERYth, COUNT "
     "times (may be repeated)", 2},
    {"faults", KEY_FAULTS, NULL, 0, "list the kinds of faults and end", 2},
    {"json", KEY_JSON, NULL, 0, "list them as JSON", 2},
    {"rate-limit", KEY_RATE, "N", 0, "at most N requests a minute and tenant, then 429", 2},
    {"rate-window", KEY_RATE_WINDOW, "MS", 0, "count these over MS instead of a minute", 2},
    {"token-rate-limit", KEY_TOKEN_RATE, "N", 0,
     "the same for token calls, by address (the service has 300)", 2},
    {"anonymous-rate-limit", KEY_ANONYMOUS_RATE, "N", 0,
     "the same for calls without a valid token, by address (the service has 15)", 2},
    {"client", KEY_CLIENT, "ID:SECRET:SCOPES[:[CID][:CLOUD]]", 0,
     "one more API client; SCOPES: all, none, or cases-read,cases-write,templates-read,"
     "templates-write (may be repeated)", 3},
    {"member-cid", KEY_MEMBER, "CID", 0, "one more tenant that member_cid may name", 3},
    {"token-ttl", KEY_TTL, "SECONDS", 0, "how long a token lives (1799)", 3},
    {"cloud", KEY_CLOUD, "NAME,...", 0,
     "play these clouds, each on a port of its own; the first is that of the main client", 3},
    {"region", KEY_REGION, "NAME", 0, "value of X-Cs-Region, where one cloud is played (us-1)", 3},
    {"redirect-token", KEY_REDIRECT, "URL", 0,
     "answer token calls with 308 to URL/oauth2/token", 3},
    {"bad-credentials", KEY_BAD_CREDENTIALS, "401|403|400", 0,
     "status for wrong credentials (401)", 4},
    {"missing", KEY_MISSING, "absent|errors|404", 0,
     "a get or delete of an unknown id: left out, an entry in errors, or HTTP 404 (absent)", 4},
    {"over-limit", KEY_OVER_LIMIT, "reject|clamp", 0, "a limit above the maximum (reject)", 4},
    {"unknown-alerts", KEY_ALERTS, "accept|reject", 0, "alert ids the tenant lacks (accept)", 4},
    {"patch", KEY_PATCH, "merge|replace", 0, "keys missing in a casemgmt PATCH (merge)", 4},
    {"in-use", KEY_IN_USE, "refuse|cascade", 0, "deleting an SLA or group in use (refuse)", 4},
    {"downloads", KEY_DOWNLOADS, "bytes|link", 0, "how files are answered (bytes)", 4},
    {"exports", KEY_EXPORTS, "bytes|link", 0, "how template exports are answered (link)", 4},
    {"rtr-delay", KEY_RTR_DELAY, "MS", 0, "how long fetching a file from a host takes (0)", 4},
    {"max-upload", KEY_MAX_UPLOAD, "BYTES", 0, "largest file taken (4 GiB)", 4},
    {0},
};

/* clang-format on */

static unsigned long long number(struct argp_state *state, const char *text, unsigned long long max)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value > max) {
        argp_error(state, "'%s': expected a whole number up to %llu", text, max);
    }
    return value;
}

/* The place of `text` among the words, separated by '|'. */
static unsigned word(struct argp_state *state, const char *text, const char *words)
{
    unsigned place = 0;
    for (const char *at = words;; place++) {
        size_t size = strcspn(at, "|");
        if (strlen(text) == size && strncmp(text, at, size) == 0) {
            return place;
        }
        if (at[size] == '\0') {
            argp_error(state, "'%s': expected %s", text, words);
            return 0;
        }
        at += size + 1;
    }
}

static void set_listen(struct argp_state *state, struct sb_arguments *a, const char *text)
{
    const char *colon = strrchr(text, ':');
    size_t size = colon != NULL ? (size_t)(colon - text) : 0;
    if (colon == NULL || size == 0 || size >= sizeof a->host) {
        argp_error(state, "'%s': expected HOST:PORT", text);
        return;
    }
    /* [::1]:80 */
    bool bracketed = text[0] == '[' && text[size - 1] == ']';
    snprintf(a->host, sizeof a->host, "%.*s", (int)(bracketed ? size - 2 : size),
             bracketed ? text + 1 : text);
    a->port = (unsigned)number(state, colon + 1, 65535);
}

static void set_clouds(struct argp_state *state, struct sb_arguments *a, const char *text)
{
    for (a->region_count = 0;; text++) {
        size_t size = strcspn(text, ",");
        bool good = size > 0 && size < sizeof a->regions[0] && a->region_count < SB_MAX_CLOUDS;
        for (size_t i = 0; i < a->region_count; i++) {
            good = good && (strncmp(a->regions[i], text, size) != 0 || a->regions[i][size] != '\0');
        }
        if (!good) {
            argp_error(state, "expected up to %d different names of clouds, such as us-1,eu-1",
                       SB_MAX_CLOUDS);
            return;
        }
        snprintf(a->regions[a->region_count++], sizeof a->regions[0], "%.*s", (int)size, text);
        text += size;
        if (*text == '\0') {
            return;
        }
    }
}

/* Every client lives in a cloud that is played. */
static void check_clouds(struct argp_state *state, const struct sb_arguments *a)
{
    for (size_t i = 0; i < a->client_count; i++) {
        const char *region = a->clients[i].region;
        bool found = region[0] == '\0';
        for (size_t k = 0; k < a->region_count; k++) {
            found = found || strcmp(a->regions[k], region) == 0;
        }
        if (!found) {
            argp_error(state, "client %s: its cloud '%s' is not one of --cloud", a->clients[i].id,
                       region);
        }
    }
}

static error_t parse_switch(int key, char *arg, struct argp_state *state, struct sb_options *o)
{
    static const unsigned credentials[] = {401, 403, 400};
    switch (key) {
    case KEY_STRICT:
        o->strict = true;
        break;
    case KEY_BAD_CREDENTIALS:
        o->bad_credentials = credentials[word(state, arg, "401|403|400")];
        break;
    case KEY_MISSING:
        o->missing = (enum sb_missing)word(state, arg, "absent|errors|404");
        break;
    case KEY_OVER_LIMIT:
        o->clamp_limits = word(state, arg, "reject|clamp") == 1;
        break;
    case KEY_ALERTS:
        o->reject_unknown_alerts = word(state, arg, "accept|reject") == 1;
        break;
    case KEY_PATCH:
        o->patch_replaces = word(state, arg, "merge|replace") == 1;
        break;
    case KEY_IN_USE:
        o->in_use_cascades = word(state, arg, "refuse|cascade") == 1;
        break;
    case KEY_DOWNLOADS:
        o->download_links = word(state, arg, "bytes|link") == 1;
        break;
    case KEY_EXPORTS:
        o->export_links = word(state, arg, "bytes|link") == 1;
        break;
    case KEY_RTR_DELAY:
        o->rtr_delay_ms = (unsigned)number(state, arg, 86400000);
        break;
    case KEY_MAX_UPLOAD:
        o->max_upload_bytes = number(state, arg, UINT64_MAX / 2);
        break;
    case KEY_TTL:
        o->token_ttl_s = (unsigned)number(state, arg, 86400);
        break;
    case KEY_RATE:
        o->rate_limit = (unsigned)number(state, arg, 100000);
        break;
    case KEY_RATE_WINDOW:
        o->rate_window_ms = (unsigned)number(state, arg, 3600000);
        break;
    case KEY_TOKEN_RATE:
        o->token_rate_limit = (unsigned)number(state, arg, 100000);
        break;
    case KEY_ANONYMOUS_RATE:
        o->anonymous_rate_limit = (unsigned)number(state, arg, 100000);
        break;
    case KEY_REGION:
        o->region = arg;
        break;
    case KEY_REDIRECT:
        o->redirect_token = arg;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct sb_arguments *a = state->input;
    switch (key) {
    case KEY_LISTEN:
        set_listen(state, a, arg);
        break;
    case KEY_DB:
        a->db = arg;
        break;
    case KEY_SEED:
        a->seed = (unsigned)number(state, arg, 1000000);
        break;
    case KEY_RECORD:
        a->record = arg;
        break;
    case KEY_CLOCK:
        a->has_clock_offset = true;
        a->clock_offset_ms = *arg == '-' ? -(int64_t)number(state, arg + 1, CLOCK_OFFSET_MAX_MS)
                                         : (int64_t)number(state, arg, CLOCK_OFFSET_MAX_MS);
        break;
    case KEY_ANSWERS:
        a->answers = arg;
        break;
    case KEY_PARENT:
        a->parent_death = true;
        break;
    case KEY_CONSOLE_TOKEN:
        if (!sb_console_token_valid(arg)) {
            argp_error(state, "a console token is 1 to 64 letters, digits, - . _ ~");
        }
        a->console_token = arg;
        break;
    case KEY_CLIENT:
        if (a->client_count == SB_MAX_CLIENTS - 1 ||
            !sb_client_parse(arg, SB_SEED_CID, &a->clients[a->client_count++])) {
            argp_error(state, "'%s': expected ID:SECRET:SCOPES[:[CID][:CLOUD]]", arg);
        }
        break;
    case KEY_MEMBER:
        if (a->member_count == sizeof a->members / sizeof *a->members) {
            argp_error(state, "too many --member-cid");
        }
        a->members[a->member_count++] = arg;
        break;
    case KEY_FAULT:
        if (a->fault_count == SB_MAX_FAULTS) {
            argp_error(state, "too many --fault");
        }
        a->faults[a->fault_count++] = arg;
        break;
    case KEY_CLOUD:
        set_clouds(state, a, arg);
        break;
    case KEY_FAULTS:
        a->list_faults = true;
        break;
    case KEY_JSON:
        a->as_json = true;
        break;
    case ARGP_KEY_END:
        check_clouds(state, a);
        if (a->list_faults) {
            sb_fault_print(stdout, a->as_json);
            exit(EXIT_SUCCESS);
        }
        break;
    default:
        return parse_switch(key, arg, state, &a->options);
    }
    return 0;
}

/* The kinds of faults, below the options in --help. */
static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC) {
        return (char *)(uintptr_t)text;
    }
    char *help = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&help, &size);
    if (out == NULL) {
        return (char *)(uintptr_t)text;
    }
    fputs("Kinds of faults (--faults says what each does):\n", out);
    for (size_t i = 0; i < sb_fault_row_count; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : ", ", sb_fault_rows[i].name);
    }
    fclose(out);
    return help;
}

bool sb_options_parse(int argc, char **argv, struct sb_arguments *ret_arguments)
{
    static const struct argp parser = {
        .options = options,
        .parser = parse,
        .doc = "falcon-sandbox -- an offline CrowdStrike Falcon Case Management service\v",
        .help_filter = help_filter};
    struct sb_arguments arguments = {.host = "127.0.0.1",
                                     .answers = getenv("FALCON_SANDBOX_ANSWERS"),
                                     .options = {.token_ttl_s = 1799,
                                                 .rate_window_ms = 60000,
                                                 .bad_credentials = 401,
                                                 .export_links = true,
                                                 .max_upload_bytes = UINT64_C(4) << 30,
                                                 .region = "us-1"}};
    if (argp_parse(&parser, argc, argv, 0, NULL, &arguments) != 0) {
        return false;
    }
    *ret_arguments = arguments;
    if (arguments.region_count > 0) {
        ret_arguments->options.region = ret_arguments->regions[0];
    }
    return true;
}
