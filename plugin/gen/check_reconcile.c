/* How a lost write is looked for: what is named there must exist, and fit where it is used. */
#include <string.h>

#include "gen/check.h"
#include "gen/schema.h"

struct rules {
    const struct source *source;
    struct json_object *action, *reconcile;
    struct place place;
    struct problems *problems;
};

#define SAY(r, below, ...) problem((r)->problems, &(r)->place, below, __VA_ARGS__)

/* ------------------------------------------------------------------ schemas */

/* The schema at a JSON Pointer below another; a list's items stand for each of its indexes. NULL =
 * none is declared there. */
static struct json_object *schema_below(const struct source *source, struct json_object *schema,
                                        const char *pointer)
{
    schema = source_resolve(source, schema);
    while (*pointer == '/' && schema != NULL) {
        char name[128];
        size_t len = strcspn(++pointer, "/");
        if (len >= sizeof(name))
            return NULL;
        memcpy(name, pointer, len);
        name[len] = '\0';
        pointer += len;
        bool index = len > 0 && name[strspn(name, "0123456789")] == '\0';
        struct json_object *items = member(schema, "items");
        schema = index && items != NULL ? items : member(member(schema, "properties"), name);
        schema = source_resolve(source, schema);
    }
    return *pointer == '\0' ? schema : NULL;
}

static bool may_be(struct json_object *schema, const char *type)
{
    struct json_object *types = member(schema, "type");

    if (json_object_is_type(types, json_type_string))
        return strcmp(json_object_get_string(types), type) == 0;
    for (size_t i = 0; i < length_of(types); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(types, i)), type) == 0)
            return true;
    return types == NULL;
}

static struct json_object *find_action(const struct source *source, const char *name)
{
    for (size_t i = 0; i < source->n_actions; i++)
        if (strcmp(source->actions[i].name, name) == 0)
            return source->actions[i].json;
    return NULL;
}

static struct json_object *resource_of(struct json_object *action)
{
    return member(member(member(member(action, "output"), "properties"), "resources"), "items");
}

/* ------------------------------------------------------------------ facts and looks */

static bool takes_file(struct json_object *action)
{
    for (struct lh_entry *e = members_of(member(member(action, "input"), "properties")); e;
         e = lh_entry_next(e))
        if (member_is(lh_entry_v(e), "x-in", "file"))
            return true;
    return false;
}

static void check_fact(struct rules *r, struct json_object *fact, bool first)
{
    const char *input = member_text(fact, "input");
    int kinds = 0;
    static const char *const names[] = {"input", "answer", "since", "file", "marker", "value"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        kinds += has(fact, names[i]);
    if (kinds != 1)
        SAY(r, "", "expected one of input, answer, since, file, marker and value");
    if (has(fact, "else") && !has(fact, "input"))
        SAY(r, "/else", "only beside input");
    if (has(fact, "input") &&
        (input[0] != '/' || schema_below(r->source, member(r->action, "input"), input) == NULL))
        SAY(r, "/input", "no input stands at %s", input);
    if (has(fact, "answer") && first)
        SAY(r, "/answer", "nothing was asked before");
    if (has(fact, "file") && !takes_file(r->action))
        SAY(r, "/file", "the action uploads no file");
    if (has(fact, "marker") && !has(r->reconcile, "marker"))
        SAY(r, "/marker", "reconcile.marker says nothing of a list that can carry one");
}

static void check_look_input(struct rules *r, struct json_object *value, bool first)
{
    struct json_object *terms = member(value, "and");

    if (terms == NULL) {
        check_fact(r, value, first);
        return;
    }
    enter(&r->place, "and");
    for (size_t i = 0; i < length_of(terms); i++) {
        size_t mark = enter_index(&r->place, i);
        enter(&r->place, "is");
        check_fact(r, member(json_object_array_get_idx(terms, i), "is"), first);
        leave(&r->place, mark);
    }
}

static void check_look(struct rules *r, struct json_object *look, bool first)
{
    struct json_object *action = find_action(r->source, member_text(look, "action"));
    struct json_object *properties = member(member(action, "input"), "properties");
    struct json_object *required = member(member(action, "input"), "required");

    if (action == NULL || !member_is(action, "retry", "safe")) {
        SAY(r, "/action", "\"%s\" is no action that only reads", member_text(look, "action"));
        return;
    }
    struct json_object *given = member(look, "input");
    for (size_t i = 0; i < length_of(required); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(required, i));
        if (!has(given, name))
            SAY(r, "/input", "%s needs the input \"%s\"", member_text(look, "action"), name);
    }
    for (struct lh_entry *e = members_of(given); e; e = lh_entry_next(e)) {
        size_t mark = enter(&r->place, "input");
        enter(&r->place, lh_entry_k(e));
        if (!has(properties, lh_entry_k(e)))
            SAY(r, "", "%s has no such input", member_text(look, "action"));
        check_look_input(r, lh_entry_v(e), first);
        leave(&r->place, mark);
    }
}

/* ------------------------------------------------------------------ what is held against them */

static const char *type_for(const char *how)
{
    if (strcmp(how, "same") == 0 || strcmp(how, "covers") == 0 || strcmp(how, "lacks") == 0)
        return "array";
    if (strcmp(how, "next") == 0)
        return "integer";
    return strcmp(how, "since") == 0 || strcmp(how, "before") == 0 || strcmp(how, "ends") == 0
               ? "string"
               : NULL;
}

static void check_matches(struct rules *r, const char *key, struct json_object *resource)
{
    struct json_object *list = member(r->reconcile, key);

    for (size_t i = 0; i < length_of(list); i++) {
        struct json_object *one = json_object_array_get_idx(list, i);
        const char *at = member_text(one, "at"), *each = member_text(one, "each");
        const char *type = type_for(member_text(one, "how"));
        struct json_object *schema = schema_below(r->source, resource, at);
        size_t mark = enter(&r->place, key);
        enter_index(&r->place, i);
        if (at[0] != '/' || schema == NULL)
            SAY(r, "/at", "nothing is known to stand at %s of what is found", at);
        else if (type != NULL && !may_be(schema, type))
            SAY(r, "/how", "%s of what is found is no %s", at, type);
        if (each[0] != '\0' && (type == NULL || strcmp(type, "array") != 0))
            SAY(r, "/each", "only with same, covers and lacks");
        else if (schema != NULL && each[0] != '\0' &&
                 schema_below(r->source, member(schema, "items"), each) == NULL)
            SAY(r, "/each", "nothing is known to stand at %s of the items", each);
        enter(&r->place, "is");
        check_fact(r, member(one, "is"), true);
        leave(&r->place, mark);
    }
}

/* A pointer into the input that must be declared there, with that type. */
static void check_pointer(struct rules *r, const char *key, const char *type, bool top)
{
    const char *pointer = member_text(r->reconcile, key);
    char below[32] = "/";

    if (pointer[0] == '\0')
        return;
    strncat(below, key, sizeof(below) - 2);
    struct json_object *schema = schema_below(r->source, member(r->action, "input"), pointer);
    if (pointer[0] != '/' || schema == NULL)
        SAY(r, below, "no input stands at %s", pointer);
    else if (!may_be(schema, type))
        SAY(r, below, "the input at %s is no %s", pointer, type);
    else if (top && strchr(pointer + 1, '/') != NULL)
        SAY(r, below, "expected an input of the top level");
}

static void check_finds(struct rules *r, struct json_object *resource)
{
    static const struct {
        const char *finds, *key;
    } only[] = {{"state", "absent"},
                {"state", "conflict"},
                {"state", "all_of"},
                {"gone", "gone_of"},
                {"new", "marker"}};
    const char *finds = member_text(r->reconcile, "finds");
    bool gone = strcmp(finds, "gone") == 0;
    char below[32];

    for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++)
        if (has(r->reconcile, only[i].key) && strcmp(only[i].finds, finds) != 0) {
            below[0] = '/';
            below[1] = '\0';
            strncat(below, only[i].key, sizeof(below) - 2);
            SAY(r, below, "only with \"finds\": \"%s\"", only[i].finds);
        }
    if (gone == has(r->reconcile, "match"))
        SAY(r, "/match", gone ? "what is gone cannot be looked at" : "required, but missing");
    if (gone != has(r->reconcile, "gone_of"))
        SAY(r, "/gone_of", "required with \"finds\": \"gone\", and with that alone");
    if (!gone && schema_below(r->source, resource, "/id") == NULL)
        SAY(r, "/look", "what is found has no id");
}

static void check_own(struct rules *r)
{
    struct json_object *looks = member(r->reconcile, "look");
    struct json_object *last = json_object_array_get_idx(looks, length_of(looks) - 1);
    struct json_object *resource = resource_of(find_action(r->source, member_text(last, "action")));
    size_t before = r->problems->n;

    for (size_t i = 0; i < length_of(looks); i++) {
        size_t mark = enter(&r->place, "look");
        enter_index(&r->place, i);
        check_look(r, json_object_array_get_idx(looks, i), i == 0);
        leave(&r->place, mark);
    }
    if (r->problems->n > before)
        return;
    check_finds(r, resource);
    check_matches(r, "match", resource);
    check_matches(r, "absent", resource);
    check_matches(r, "conflict", resource);
    check_pointer(r, "all_of", "object", false);
    check_pointer(r, "gone_of", "array", false);
    check_pointer(r, "marker", "array", true);
}

static void check_stale(struct rules *r, struct json_object *stale)
{
    struct json_object *look = member(stale, "look");
    size_t mark = enter(&r->place, "look"), before = r->problems->n;

    check_look(r, look, true);
    leave(&r->place, mark);
    if (r->problems->n > before)
        return;
    struct json_object *resource = resource_of(find_action(r->source, member_text(look, "action")));
    for (struct lh_entry *e = members_of(member(stale, "show")); e; e = lh_entry_next(e)) {
        const char *pointer = json_object_get_string(lh_entry_v(e));
        mark = enter(&r->place, "show");
        enter(&r->place, lh_entry_k(e));
        if (pointer[0] != '/' || schema_below(r->source, resource, pointer) == NULL)
            SAY(r, "", "nothing is known to stand at %s of what is found", pointer);
        leave(&r->place, mark);
    }
}

void check_reconcile(const struct source *source, const struct document *document,
                     struct problems *problems)
{
    struct rules r = {.source = source,
                      .action = document->json,
                      .reconcile = member(document->json, "reconcile"),
                      .place = {document->file, ""},
                      .problems = problems};
    const char *retry = member_text(r.action, "retry");
    bool repeats = strcmp(retry, "reconcile") == 0;
    bool writes = repeats || strcmp(retry, "idempotent") == 0;

    if (repeats && r.reconcile == NULL)
        SAY(&r, "/reconcile", "required with \"retry\": \"reconcile\"");
    if (!writes && r.reconcile != NULL)
        SAY(&r, "/reconcile", "contradicts retry, which is %s", retry);
    size_t mark = enter(&r.place, "reconcile");
    if (r.reconcile != NULL &&
        problem_if_invalid(problems, &r.place, "", schema_meta_reconcile(), r.reconcile))
        check_own(&r);
    leave(&r.place, mark);
    struct json_object *stale = member(r.action, "stale");
    enter(&r.place, "stale");
    if (stale != NULL && problem_if_invalid(problems, &r.place, "", schema_meta_stale(), stale))
        check_stale(&r, stale);
}
