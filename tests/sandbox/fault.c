#include "fault.h"
#include "routes.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RULES 64

struct rule {
    char operation[96];
    const struct sb_fault_row *row;
    char value[256];
    int64_t number;
    int64_t first, every;
    int64_t seen; /* calls so far */
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

/* A whole number of up to 15 digits that is all of `text`. */
static bool is_number(const char *text, int64_t *ret_number)
{
    if (*text == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 15) {
        return false;
    }
    *ret_number = strtoll(text, NULL, 10);
    return true;
}

/* OP[@FIRST[/EVERY]] */
static const char *parse_operation(char *text, struct rule *rule)
{
    char *at = strchr(text, '@');
    rule->first = rule->every = 1;
    if (at != NULL) {
        *at++ = '\0';
        char *slash = strchr(at, '/');
        if (slash != NULL) {
            *slash++ = '\0';
        }
        if (!is_number(at, &rule->first) || (slash != NULL && !is_number(slash, &rule->every)) ||
            rule->first == 0 || rule->every == 0) {
            return "expected OP@FIRST or OP@FIRST/EVERY, counted from 1";
        }
    }
    memcpy(rule->operation, text, strlen(text) + 1); /* parse_rule has seen that it fits */
    bool known =
        strcmp(text, "*") == 0 || strcmp(text, "token") == 0 || sb_route_by_name(text) != NULL;
    return known ? NULL : "no such operation";
}

static const char *parse_value(const char *text, struct rule *rule)
{
    const struct sb_fault_row *row = rule->row;
    rule->number = row->number;
    if (row->value != NULL && strcmp(row->value, "URL") == 0) {
        snprintf(rule->value, sizeof rule->value, "%s", text != NULL ? text : "");
        bool good =
            strncmp(rule->value, "http://", 7) == 0 || strncmp(rule->value, "https://", 8) == 0;
        return good ? NULL : "it needs =URL, absolute";
    }
    if (text == NULL) {
        return NULL;
    }
    if (row->value == NULL) {
        return "this kind takes no value";
    }
    snprintf(rule->value, sizeof rule->value, "%s", text);
    if (!is_number(text, &rule->number) || rule->number < row->min || rule->number > row->max) {
        return "the value is no whole number within the bounds of this kind";
    }
    return NULL;
}

/* KIND[=VALUE][:COUNT]; VALUE may hold colons: COUNT is the last part if it is all digits, so a URL
 * that ends with a port needs a slash after it. */
static const char *parse_kind(char *text, struct rule *rule)
{
    char *equals = strchr(text, '=');
    char *colon = strrchr(text, ':');
    rule->left = -1;
    if (colon != NULL && (equals == NULL || colon > equals) && is_number(colon + 1, &rule->left)) {
        *colon = '\0';
    }
    if (rule->left == 0) {
        return "COUNT starts at 1";
    }
    if (equals != NULL) {
        *equals++ = '\0';
    }
    for (size_t i = 0; i < sb_fault_row_count; i++) {
        if (strcmp(sb_fault_rows[i].name, text) == 0) {
            rule->row = &sb_fault_rows[i];
            return parse_value(equals, rule);
        }
    }
    return "no such kind (falcon-sandbox --faults lists them)";
}

static const char *parse_rule(const char *text, struct rule *rule)
{
    char copy[448];
    memset(rule, 0, sizeof *rule);
    if (strlen(text) >= sizeof copy) {
        return "it is too long";
    }
    strcpy(copy, text);
    char *colon = strchr(copy, ':');
    if (colon == NULL || colon - copy >= (ptrdiff_t)sizeof rule->operation ||
        strlen(colon) >= sizeof rule->value) {
        return "expected OP[@FIRST[/EVERY]]:KIND[=VALUE][:COUNT]";
    }
    *colon = '\0';
    const char *wrong = parse_operation(copy, rule);
    return wrong != NULL ? wrong : parse_kind(colon + 1, rule);
}

bool sb_faults_add(struct sb_faults *faults, const char *text, char *ret_error, size_t size)
{
    struct rule rule;
    const char *wrong = parse_rule(text, &rule);
    if (wrong == NULL) {
        pthread_mutex_lock(&faults->lock);
        if (faults->count < MAX_RULES) {
            faults->rules[faults->count++] = rule;
        } else {
            wrong = "too many rules";
        }
        pthread_mutex_unlock(&faults->lock);
    }
    if (wrong != NULL) {
        snprintf(ret_error, size, "fault '%.100s': %s", text, wrong);
    }
    return wrong == NULL;
}

void sb_faults_clear(struct sb_faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    faults->count = 0;
    pthread_mutex_unlock(&faults->lock);
}

/* How many calls are still let through before the next strike, and one more. */
static int64_t next_strike(const struct rule *rule)
{
    if (rule->seen < rule->first) {
        return rule->first - rule->seen;
    }
    return rule->every - (rule->seen - rule->first) % rule->every;
}

static struct json_object *rule_text(const struct rule *rule)
{
    char text[512], which[48] = "", count[32] = "";
    int64_t next = next_strike(rule);
    if (rule->every > 1) {
        snprintf(which, sizeof which, "@%lld/%lld", (long long)next, (long long)rule->every);
    } else if (next > 1) {
        snprintf(which, sizeof which, "@%lld", (long long)next);
    }
    if (rule->left >= 0) {
        snprintf(count, sizeof count, ":%lld", (long long)rule->left);
    }
    snprintf(text, sizeof text, "%s%s:%s%s%s%s", rule->operation, which, rule->row->name,
             rule->value[0] != '\0' ? "=" : "", rule->value, count);
    return json_object_new_string(text);
}

struct json_object *sb_faults_list(struct sb_faults *faults)
{
    struct json_object *list = json_object_new_array();
    pthread_mutex_lock(&faults->lock);
    for (size_t i = 0; i < faults->count; i++) {
        json_object_array_add(list, rule_text(&faults->rules[i]));
    }
    pthread_mutex_unlock(&faults->lock);
    return list;
}

/* Counts the call, and says whether the rule strikes at it. */
static bool strikes(struct rule *rule, const char *id, const char *name)
{
    if (strcmp(rule->operation, "*") != 0 && strcmp(rule->operation, id) != 0 &&
        strcmp(rule->operation, name) != 0) {
        return false;
    }
    rule->seen++;
    return rule->seen >= rule->first && (rule->seen - rule->first) % rule->every == 0;
}

bool sb_faults_take(struct sb_faults *faults, const char *id, const char *name,
                    struct sb_fault *ret_fault)
{
    size_t found = MAX_RULES;
    pthread_mutex_lock(&faults->lock);
    for (size_t i = 0; i < faults->count; i++) {
        if (strikes(&faults->rules[i], id, name) && found == MAX_RULES) {
            found = i;
        }
    }
    if (found < MAX_RULES) {
        struct rule *rule = &faults->rules[found];
        ret_fault->kind = rule->row->kind;
        ret_fault->applied = rule->row->applied;
        ret_fault->number = rule->number;
        memcpy(ret_fault->value, rule->value, sizeof ret_fault->value);
        if (rule->left > 0 && --rule->left == 0) {
            memmove(rule, rule + 1, (faults->count - found - 1) * sizeof *rule);
            faults->count--;
        }
    }
    pthread_mutex_unlock(&faults->lock);
    return found < MAX_RULES;
}
