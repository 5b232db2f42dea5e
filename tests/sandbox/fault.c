#include "fault.h"
#include "response.h"
#include "routes.h"
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RULES 64

static const struct {
    const char *name;
    enum sb_fault_kind kind;
    enum sb_fault_moment moment;
    int64_t number;
    const char *help;
} kinds[] = {
    {"html", SB_FAULT_HTML, SB_FAULT_INSTEAD, 200, "html[=STATUS]: a gateway's HTML page"},
    {"empty", SB_FAULT_EMPTY, SB_FAULT_INSTEAD, 200, "empty[=STATUS]: no body"},
    {"bare", SB_FAULT_BARE, SB_FAULT_INSTEAD, 200, "bare[=STATUS]: a bare JSON string"},
    {"no_envelope", SB_FAULT_NO_ENVELOPE, SB_FAULT_INSTEAD, 200, "no_envelope[=STATUS]: {}"},
    {"deep", SB_FAULT_DEEP, SB_FAULT_INSTEAD, 100000, "deep[=LEVELS]: nested lists"},
    {"status", SB_FAULT_STATUS, SB_FAULT_INSTEAD, 500, "status=NNN: the error envelope"},
    {"ratelimit", SB_FAULT_RATELIMIT, SB_FAULT_INSTEAD, 1,
     "ratelimit[=SECONDS]: 429, retry after so many seconds"},
    {"expired_token", SB_FAULT_EXPIRED_TOKEN, SB_FAULT_INSTEAD, 0,
     "expired_token: 401, and the token is gone"},
    {"errors_in_200", SB_FAULT_ERRORS_IN_200, SB_FAULT_INSTEAD, 500,
     "errors_in_200[=CODE]: HTTP 200 that holds an error and no resources"},
    {"redirect", SB_FAULT_REDIRECT, SB_FAULT_INSTEAD, 302, "redirect=URL: 302 to another place"},
    {"endless", SB_FAULT_ENDLESS, SB_FAULT_INSTEAD, 0, "endless: a body without end"},
    {"reset_before", SB_FAULT_RESET_BEFORE, SB_FAULT_INSTEAD, 0,
     "reset_before: the connection drops, nothing is done"},
    {"reset_after", SB_FAULT_RESET_AFTER, SB_FAULT_AFTER, 0,
     "reset_after: it is done, then the connection drops"},
    {"truncated", SB_FAULT_TRUNCATED, SB_FAULT_AFTER, 0,
     "truncated: it is done, the body breaks off half way"},
    {"bad_utf8", SB_FAULT_BAD_UTF8, SB_FAULT_AFTER, 0,
     "bad_utf8: it is done, a string of the answer is no UTF-8"},
    {"wrong_type", SB_FAULT_WRONG_TYPE, SB_FAULT_AFTER, 0,
     "wrong_type: it is done, JSON is sent as text/plain"},
    {"slow", SB_FAULT_SLOW, SB_FAULT_DELAY, 1000, "slow[=MS]: it starts so many milliseconds late"},
};

struct rule {
    char operation[96];
    size_t kind; /* index of `kinds` */
    char value[256];
    int64_t left; /* -1: every call */
};

struct sb_faults {
    pthread_mutex_t lock;
    struct rule rules[MAX_RULES];
    size_t count;
};

struct sb_faults *sb_faults_new(void)
{
    struct sb_faults *faults = calloc(1, sizeof *faults);
    if (faults != NULL) {
        pthread_mutex_init(&faults->lock, NULL);
    }
    return faults;
}

void sb_faults_free(struct sb_faults *faults)
{
    if (faults != NULL) {
        pthread_mutex_destroy(&faults->lock);
        free(faults);
    }
}

const char *sb_fault_help(size_t n)
{
    return n < sizeof kinds / sizeof *kinds ? kinds[n].help : NULL;
}

static bool is_number(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text) && strlen(text) < 10;
}

/* Splits "KIND[=VALUE][:COUNT]"; VALUE may hold colons: COUNT is the last part if it is all digits,
 * so a URL that ends with a port needs a slash after it. */
static bool parse_kind(char *text, struct rule *rule)
{
    rule->left = -1;
    char *equals = strchr(text, '=');
    char *colon = strrchr(text, ':');
    if (colon != NULL && is_number(colon + 1) && (equals == NULL || colon > equals)) {
        rule->left = atoll(colon + 1);
        *colon = '\0';
    }
    if (equals != NULL) {
        *equals = '\0';
        snprintf(rule->value, sizeof rule->value, "%s", equals + 1);
    }
    for (rule->kind = 0; rule->kind < sizeof kinds / sizeof *kinds; rule->kind++) {
        if (strcmp(kinds[rule->kind].name, text) == 0) {
            return true;
        }
    }
    return false;
}

bool sb_faults_add(struct sb_faults *faults, const char *text, char *ret_error, size_t size)
{
    struct rule rule;
    char kind[384];
    memset(&rule, 0, sizeof rule);
    const char *colon = strchr(text, ':');
    if (colon == NULL || (size_t)(colon - text) >= sizeof rule.operation ||
        strlen(colon + 1) >= sizeof kind) {
        snprintf(ret_error, size, "fault '%.100s': expected OP:KIND[=VALUE][:COUNT]", text);
        return false;
    }
    memcpy(rule.operation, text, (size_t)(colon - text));
    strcpy(kind, colon + 1);
    if (strcmp(rule.operation, "*") != 0 && strcmp(rule.operation, "token") != 0 &&
        sb_route_by_name(rule.operation) == NULL) {
        snprintf(ret_error, size, "fault '%.100s': no operation %s", text, rule.operation);
        return false;
    }
    if (!parse_kind(kind, &rule)) {
        snprintf(ret_error, size, "fault '%.100s': no kind '%.60s'", text, kind);
        return false;
    }
    bool added = false;
    pthread_mutex_lock(&faults->lock);
    if (faults->count < MAX_RULES) {
        faults->rules[faults->count++] = rule;
        added = true;
    }
    pthread_mutex_unlock(&faults->lock);
    if (!added) {
        snprintf(ret_error, size, "more than %d faults", MAX_RULES);
    }
    return added;
}

void sb_faults_clear(struct sb_faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    faults->count = 0;
    pthread_mutex_unlock(&faults->lock);
}

struct json_object *sb_faults_list(struct sb_faults *faults)
{
    struct json_object *list = json_object_new_array();
    pthread_mutex_lock(&faults->lock);
    for (size_t i = 0; i < faults->count; i++) {
        const struct rule *rule = &faults->rules[i];
        char text[512];
        char count[32] = "";
        if (rule->left >= 0) {
            snprintf(count, sizeof count, ":%lld", (long long)rule->left);
        }
        snprintf(text, sizeof text, "%s:%s%s%s%s", rule->operation, kinds[rule->kind].name,
                 rule->value[0] != '\0' ? "=" : "", rule->value, count);
        json_object_array_add(list, json_object_new_string(text));
    }
    pthread_mutex_unlock(&faults->lock);
    return list;
}

static bool rule_matches(const struct rule *rule, const char *id, const char *name)
{
    return strcmp(rule->operation, "*") == 0 || strcmp(rule->operation, id) == 0 ||
           strcmp(rule->operation, name) == 0;
}

bool sb_faults_take(struct sb_faults *faults, const char *id, const char *name,
                    struct sb_fault *ret_fault)
{
    bool found = false;
    pthread_mutex_lock(&faults->lock);
    for (size_t i = 0; i < faults->count && !found; i++) {
        struct rule *rule = &faults->rules[i];
        if (!rule_matches(rule, id, name)) {
            continue;
        }
        found = true;
        ret_fault->kind = kinds[rule->kind].kind;
        ret_fault->moment = kinds[rule->kind].moment;
        ret_fault->number = is_number(rule->value) ? atoll(rule->value) : kinds[rule->kind].number;
        memcpy(ret_fault->value, rule->value, sizeof ret_fault->value);
        if (rule->left > 0 && --rule->left == 0) {
            memmove(rule, rule + 1, (faults->count - i - 1) * sizeof *rule);
            faults->count--;
        }
    }
    pthread_mutex_unlock(&faults->lock);
    return found;
}

static void answer_deep(struct sb_response *res, size_t levels)
{
    char *text = malloc(2 * levels + 1);
    if (text == NULL) {
        sb_fail(res, 500, "out of memory");
        return;
    }
    memset(text, '[', levels);
    memset(text + levels, ']', levels);
    sb_reply_raw(res, 200, "application/json", text, 2 * levels);
    free(text);
}

void sb_fault_answer(const struct sb_fault *fault, struct sb_request *req, struct sb_response *res)
{
    static const char page[] =
        "<!DOCTYPE html>\n<html><head><title>Service temporarily unavailable</title></head>\n"
        "<body><h1>Service temporarily unavailable</h1><p>The gateway got no answer.</p></body>"
        "</html>\n";
    static const char bare[] = "\"something went wrong\"";
    unsigned status = (unsigned)fault->number;
    char number[32];
    switch (fault->kind) {
    case SB_FAULT_HTML:
        sb_reply_raw(res, status, "text/html; charset=utf-8", page, sizeof page - 1);
        break;
    case SB_FAULT_EMPTY:
        sb_reply_raw(res, status, "application/json", "", 0);
        break;
    case SB_FAULT_BARE:
        sb_reply_raw(res, status, "application/json", bare, sizeof bare - 1);
        break;
    case SB_FAULT_NO_ENVELOPE:
        sb_reply_raw(res, status, "application/json", "{}", 2);
        break;
    case SB_FAULT_DEEP:
        answer_deep(res, (size_t)fault->number);
        break;
    case SB_FAULT_RATELIMIT:
        sb_fail(res, 429, "API rate limit exceeded.");
        snprintf(number, sizeof number, "%lld",
                 (long long)((req->now_ms + 999) / 1000 + fault->number));
        sb_set_header(res, "X-RateLimit-RetryAfter", number);
        break;
    case SB_FAULT_EXPIRED_TOKEN:
        sb_fail(res, 401, "access denied, invalid bearer token");
        break;
    case SB_FAULT_ERRORS_IN_200:
        sb_add_error(res, (int)fault->number, "something went wrong inside", NULL);
        break;
    case SB_FAULT_REDIRECT:
        sb_set_header(res, "Location", fault->value);
        sb_reply_raw(res, 302, "text/plain", "", 0);
        break;
    default:
        sb_fail(res, fault->kind == SB_FAULT_STATUS ? status : 500, "injected fault");
        break;
    }
}

void sb_fault_spoil_text(char *text, size_t size)
{
    /* The first character inside the last string that isn't empty. */
    for (size_t i = size; i-- > 1;) {
        if (text[i - 1] == '"' && isalnum((unsigned char)text[i])) {
            text[i] = (char)0xff;
            return;
        }
    }
}
