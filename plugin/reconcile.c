/* What the service's answer proves. */
#include "reconcile.h"

#include <string.h>
#include <strings.h>

#include "reconcile_private.h"

/* Whether something fits. What is missing or looks different without being surely another thing
 * leaves doubt; nothing is ever repeated while there is doubt. */
enum fit { FIT_NO, FIT_DOUBT, FIT_YES };

/* ------------------------------------------------------------------ values */

static bool is_empty(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return true;
    case json_type_string:
        return json_object_get_string_len(value) == 0;
    case json_type_array:
        return json_object_array_length(value) == 0;
    case json_type_object:
        return json_object_object_length(value) == 0;
    case json_type_boolean:
        return !json_object_get_boolean(value);
    default:
        return false;
    }
}

static size_t trimmed(const char **text)
{
    while (**text == ' ' || **text == '\t' || **text == '\n' || **text == '\r')
        (*text)++;
    size_t len = strlen(*text);
    while (len > 0 && strchr(" \t\r\n", (*text)[len - 1]) != NULL)
        len--;
    return len;
}

static bool same_text(struct json_object *a, struct json_object *b)
{
    const char *x = json_object_get_string(a), *y = json_object_get_string(b);

    if (x == NULL || y == NULL)
        return x == y;
    size_t n = trimmed(&x);
    return n == trimmed(&y) && memcmp(x, y, n) == 0;
}

/* Does found hold all that given says? Objects may have more members, lists not more items. */
static bool holds(struct json_object *found, struct json_object *given)
{
    if (json_object_is_type(given, json_type_string))
        return json_object_is_type(found, json_type_string) && same_text(found, given);
    if (json_object_is_type(given, json_type_object)) {
        if (!json_object_is_type(found, json_type_object))
            return false;
        json_object_object_foreach(given, name, value)
        {
            struct json_object *other = NULL;
            json_object_object_get_ex(found, name, &other);
            if (!holds(other, value) && !(is_empty(value) && is_empty(other)))
                return false;
        }
        return true;
    }
    if (json_object_is_type(given, json_type_array)) {
        size_t n = json_object_array_length(given);
        if (!json_object_is_type(found, json_type_array) || json_object_array_length(found) != n)
            return false;
        for (size_t i = 0; i < n; i++)
            if (!holds(json_object_array_get_idx(found, i), json_object_array_get_idx(given, i)))
                return false;
        return true;
    }
    return json_object_equal(found, given) != 0;
}

static size_t length(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

/* How many items of given are in found. */
static size_t count_held(struct json_object *found, const char *each, struct json_object *given)
{
    size_t held = 0;

    for (size_t i = 0; i < length(given); i++) {
        bool there = false;
        for (size_t j = 0; j < length(found) && !there; j++) {
            struct json_object *item = json_object_array_get_idx(found, j);
            there = holds(each != NULL ? json_at(item, each) : item,
                          json_object_array_get_idx(given, i));
        }
        held += there;
    }
    return held;
}

static enum fit fit_lists(const struct match *match, struct json_object *found,
                          struct json_object *given)
{
    size_t n = length(given), held = count_held(found, match->each, given);

    if (given != NULL && !json_object_is_type(given, json_type_array))
        return FIT_DOUBT;
    if (match->how == MATCH_LACKS)
        return n == 0 || (held > 0 && held < n) ? FIT_DOUBT : held > 0 ? FIT_NO : FIT_YES;
    if (held < n)
        return held > 0 ? FIT_DOUBT : FIT_NO;
    return match->how == MATCH_SAME && length(found) > n ? FIT_NO : FIT_YES;
}

static enum fit fit_times(const struct match *match, struct json_object *found,
                          struct json_object *given)
{
    int64_t at = reconcile_time_ms(json_object_get_string(found));
    int64_t from = reconcile_time_ms(json_object_get_string(given));

    if (at < 0 || from < 0)
        return FIT_DOUBT;
    return (match->how == MATCH_SINCE) == (at >= from) ? FIT_YES : FIT_NO;
}

static enum fit fit_end(struct json_object *found, struct json_object *given)
{
    const char *end = json_object_get_string(found), *text = json_object_get_string(given);

    if (end == NULL || text == NULL || end[0] == '\0')
        return FIT_DOUBT;
    size_t n = strlen(end), len = strlen(text);
    return n <= len && strcmp(text + len - n, end) == 0 ? FIT_YES : FIT_NO;
}

static enum fit fit_equal(struct json_object *found, struct json_object *given)
{
    if (is_empty(found) && is_empty(given))
        return FIT_YES;
    if (found == NULL)
        return FIT_DOUBT; /* nobody said that it is not so */
    return holds(found, given) ? FIT_YES : FIT_NO;
}

static enum fit fit_one(const struct match *match, const struct reconcile_facts *facts,
                        struct json_object *resource)
{
    struct json_object *found = json_at(resource, match->at);
    struct json_object *given = reconcile_fact(&match->fact, facts, NULL);
    bool known = given != NULL || match->fact.from == FACT_INPUT;
    enum fit fit = FIT_DOUBT;

    if (given == NULL && match->optional)
        return FIT_YES;
    if (known && match->how == MATCH_EQUAL)
        fit = fit_equal(found, given);
    else if (known &&
             (match->how == MATCH_SAME || match->how == MATCH_COVERS || match->how == MATCH_LACKS))
        fit = fit_lists(match, found, given);
    else if (known && match->how == MATCH_ENDS)
        fit = fit_end(found, given);
    else if (known && match->how == MATCH_NEXT)
        fit = json_object_is_type(found, json_type_int) && given != NULL &&
                      json_object_get_int64(found) == json_object_get_int64(given) + 1
                  ? FIT_YES
                  : FIT_NO;
    else if (known)
        fit = fit_times(match, found, given);
    json_object_put(given);
    return fit == FIT_NO && match->loose ? FIT_DOUBT : fit;
}

/* ------------------------------------------------------------------ resources */

/* Is there a member of the input at all_of that no condition speaks of? */
static bool says_more(const struct reconcile *rules, const struct reconcile_facts *facts)
{
    struct json_object *members =
        rules->all_of != NULL ? json_at(reconcile_root(facts->action, facts->input), rules->all_of)
                              : NULL;

    if (!json_object_is_type(members, json_type_object))
        return false;
    json_object_object_foreach(members, name, value)
    {
        char pointer[256] = "";
        bool spoken = value == NULL;
        size_t len = strlen(rules->all_of);
        if (len < sizeof(pointer))
            memcpy(pointer, rules->all_of, len + 1);
        json_pointer_add(pointer, sizeof(pointer), name);
        len = strlen(pointer);
        for (size_t i = 0; i < rules->n_match && !spoken; i++) {
            const struct fact *fact = &rules->match[i].fact;
            spoken = fact->from == FACT_INPUT && strncmp(fact->text, pointer, len) == 0 &&
                     (fact->text[len] == '\0' || fact->text[len] == '/');
        }
        if (!spoken)
            return true;
    }
    return false;
}

static enum fit fit_marker(const struct reconcile *rules, const struct reconcile_facts *facts,
                           struct json_object *resource)
{
    struct json_object *list = json_at(resource, rules->marker);

    for (size_t i = 0; i < length(list); i++) {
        const char *text = json_object_get_string(json_object_array_get_idx(list, i));
        if (text != NULL && strcmp(text, facts->marker) == 0)
            return FIT_YES;
    }
    return FIT_NO;
}

static enum fit fit_all(const struct reconcile *rules, const struct reconcile_facts *facts,
                        struct json_object *resource)
{
    enum fit fit = says_more(rules, facts) ? FIT_DOUBT : FIT_YES;

    if (rules->marker != NULL && facts->marker != NULL && facts->marker[0] != '\0')
        return fit_marker(rules, facts, resource);
    for (size_t i = 0; i < rules->n_match && fit != FIT_NO; i++) {
        enum fit one = fit_one(&rules->match[i], facts, resource);
        fit = one < fit ? one : fit;
    }
    return fit;
}

static void name_fitting(struct reconcile_finding *finding, struct json_object *resource)
{
    struct json_object *id = json_at(resource, "/id");

    if (finding->fitting == NULL)
        finding->fitting = json_object_new_array();
    if (finding->fitting != NULL && id != NULL &&
        json_object_array_add(finding->fitting, json_object_get(id)) != 0)
        json_object_put(id);
}

/* ------------------------------------------------------------------ verdicts */

static void judge_new(const struct reconcile *rules, const struct reconcile_facts *facts,
                      struct json_object *resources, bool complete,
                      bool (*taken)(void *ctx, const char *id), void *ctx, size_t equals,
                      struct reconcile_finding *ret)
{
    size_t sure = 0, doubtful = 0;

    for (size_t i = 0; i < length(resources); i++) {
        struct json_object *resource = json_object_array_get_idx(resources, i);
        const char *id = json_string_at(resource, "/id");
        enum fit fit = fit_all(rules, facts, resource);
        if (fit == FIT_NO || (id != NULL && taken(ctx, id)))
            continue;
        name_fitting(ret, resource);
        if (fit == FIT_YES && sure++ == 0)
            ret->at = i;
        doubtful += fit == FIT_DOUBT;
    }
    if (sure > 0 && sure <= 1 + equals && rules->certain && complete)
        ret->verdict = VERDICT_APPLIED;
    else if (sure == 0 && doubtful == 0 && complete)
        ret->verdict = VERDICT_ABSENT;
}

static bool any_fits(const struct match *list, size_t n, const struct reconcile_facts *facts,
                     struct json_object *resource)
{
    for (size_t i = 0; i < n; i++) {
        struct json_object *given = reconcile_fact(&list[i].fact, facts, NULL);
        bool there = given != NULL;
        json_object_put(given);
        if (there && fit_one(&list[i], facts, resource) == FIT_YES)
            return true;
    }
    return false;
}

static bool all_fit(const struct match *list, size_t n, const struct reconcile_facts *facts,
                    struct json_object *resource)
{
    for (size_t i = 0; i < n; i++)
        if (!any_fits(&list[i], 1, facts, resource))
            return false;
    return n > 0;
}

static void judge_state(const struct reconcile *rules, const struct reconcile_facts *facts,
                        struct json_object *resources, bool complete, struct reconcile_finding *ret)
{
    struct json_object *resource =
        length(resources) > 0 ? json_object_array_get_idx(resources, 0) : NULL;

    if (resource == NULL) {
        ret->verdict = complete ? VERDICT_ABSENT : VERDICT_UNKNOWN;
        return;
    }
    enum fit fit = fit_all(rules, facts, resource);
    name_fitting(ret, resource);
    if (fit == FIT_YES && rules->certain) {
        ret->verdict = VERDICT_APPLIED;
        ret->at = 0;
    } else if (any_fits(rules->absent, rules->n_absent, facts, resource) ||
               (fit == FIT_NO && rules->n_absent == 0)) {
        ret->verdict = VERDICT_ABSENT;
    } else if (fit == FIT_NO && all_fit(rules->conflict, rules->n_conflict, facts, resource)) {
        ret->verdict = VERDICT_REFUSED;
    }
}

static void judge_gone(const struct reconcile *rules, const struct reconcile_facts *facts,
                       struct json_object *resources, struct reconcile_finding *ret)
{
    struct json_object *ids = json_at(reconcile_root(facts->action, facts->input), rules->gone_of);
    size_t asked = json_object_is_type(ids, json_type_array) ? length(ids) : 1;

    for (size_t i = 0; i < length(resources); i++)
        name_fitting(ret, json_object_array_get_idx(resources, i));
    if (length(resources) == 0)
        ret->verdict = VERDICT_APPLIED;
    else if (length(resources) == asked)
        ret->verdict = VERDICT_ABSENT;
}

struct reconcile_finding reconcile_judge(const struct reconcile_facts *facts,
                                         struct json_object *resources, bool complete,
                                         bool (*taken)(void *ctx, const char *id), void *ctx,
                                         size_t equals)
{
    const struct reconcile *rules = facts->action->reconcile;
    struct reconcile_finding ret = {VERDICT_UNKNOWN, SIZE_MAX, NULL};

    if (rules->finds == RECONCILE_NEW)
        judge_new(rules, facts, resources, complete, taken, ctx, equals, &ret);
    else if (rules->finds == RECONCILE_STATE)
        judge_state(rules, facts, resources, complete, &ret);
    else
        judge_gone(rules, facts, resources, &ret);
    return ret;
}

void reconcile_finding_done(struct reconcile_finding *finding)
{
    json_object_put(finding->fitting);
    finding->fitting = NULL;
}
