#include <string.h>

#include "gen/check.h"
#include "gen/schema.h"
#include "validate.h"

struct action_context {
    const struct source *source;
    struct json_object *json, *http, *inputs; /* the manifest, its http, its input's properties   */
    struct place place;
    struct problems *problems;
};

#define SAY(c, below, ...) problem((c)->problems, &(c)->place, below, __VA_ARGS__)

static bool is_true(struct json_object *object, const char *name)
{
    return json_object_get_boolean(member(object, name));
}

/* How many inputs go to that place; place NULL = all. */
static size_t count_inputs(struct action_context *c, const char *place)
{
    size_t n = 0;
    for (struct lh_entry *e = lh_table_head(json_object_get_object(c->inputs)); e;
         e = lh_entry_next(e))
        n += place == NULL || member_is(lh_entry_v(e), "x-in", place);
    return n;
}

static struct json_object *resolved_input(struct action_context *c, const char *name)
{
    return source_resolve(c->source, member(c->inputs, name));
}

/* ------------------------------------------------------------------ names and places */

static bool is_pointer(const char *text)
{
    if (text[0] != '/')
        return false;
    for (const char *at = text; (at = strchr(at, '~')) != NULL; at++)
        if (at[1] != '0' && at[1] != '1')
            return false;
    return true;
}

static void check_names(struct action_context *c, const struct document *document)
{
    const char *name = member_text(c->json, "name");
    if (strcmp(name, document->name) != 0)
        SAY(c, "/name", "expected \"%s\" as the file is named, found \"%s\"", document->name, name);
    if (name[0] < 'a' || name[0] > 'z' ||
        name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
        SAY(c, "/name", "expected a small letter, then small letters, digits and _");
    const char *path = member_text(c->http, "path");
    if (path[0] != '/' ||
        path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.")] !=
            '\0' ||
        strstr(path, "//") != NULL || strstr(path, "..") != NULL)
        SAY(c, "/http/path", "expected a path as on the wire, found \"%s\"", path);
}

static void check_body(struct action_context *c)
{
    const char *body = member_text(c->http, "body");
    size_t in_body = count_inputs(c, "body") + count_inputs(c, "whole-body");
    size_t in_parts =
        count_inputs(c, "form") + count_inputs(c, "file") + count_inputs(c, "whole-form");
    bool json = strcmp(body, "object") == 0 || strcmp(body, "list") == 0;
    bool parts = strcmp(body, "multipart") == 0;
    if (in_body > 0 && !json)
        SAY(c, "/http/body", "expected object or list, for %zu inputs go to the body", in_body);
    if (in_parts > 0 && !parts)
        SAY(c, "/http/body", "expected multipart, for %zu inputs are parts of a form", in_parts);
    if ((json && in_body == 0) || (parts && in_parts == 0))
        SAY(c, "/http/body", "no input goes there");
    if (body[0] != '\0' && member_is(c->http, "method", "GET"))
        SAY(c, "/http/body", "a GET has no body");
    static const char *const single[] = {"file", "whole-query", "whole-body", "whole-form"};
    for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
        if (count_inputs(c, single[i]) > 1)
            SAY(c, "/input/properties", "more than one input with \"x-in\": \"%s\"", single[i]);
}

static void check_answer(struct action_context *c)
{
    const char *answer = member_text(c->http, "answer");
    bool file = strcmp(answer, "file") == 0;
    const char *expected = answer[0] == '\0' || strcmp(answer, "resources") == 0 ? "resources"
                           : strcmp(answer, "empty") == 0                        ? NULL
                                                                                 : answer;
    struct json_object *output = member(c->json, "output");
    struct json_object *properties = member(output, "properties");
    if (expected != NULL && !has(properties, expected))
        SAY(c, "/output/properties", "expected \"%s\", which is what http.answer promises",
            expected);
    /* ids that are found to be gone are told in place of an answer that was lost */
    bool found = member_is(member(c->json, "reconcile"), "finds", "gone");
    for (struct lh_entry *e = members_of(properties); e; e = lh_entry_next(e))
        if ((expected == NULL || strcmp(lh_entry_k(e), expected) != 0) &&
            !(found && strcmp(lh_entry_k(e), "resources") == 0))
            SAY(c, "/output/properties", "\"%s\" is not what http.answer promises",
                (const char *)lh_entry_k(e));
    for (struct lh_entry *e = members_of(output); e; e = lh_entry_next(e))
        if (strcmp(lh_entry_k(e), "type") != 0 && strcmp(lh_entry_k(e), "properties") != 0 &&
            strcmp(lh_entry_k(e), "description") != 0)
            SAY(c, "/output", "only type, properties and description stand here, not \"%s\"",
                (const char *)lh_entry_k(e));
    if (!member_is(output, "type", "object"))
        SAY(c, "/output/type", "expected \"object\"");
    struct json_object *links = member(c->http, "link");
    if (links != NULL && !file)
        SAY(c, "/http/link", "only with \"answer\": \"file\"");
    for (size_t i = 0; links != NULL && i < length_of(links); i++)
        if (!is_pointer(json_object_get_string(json_object_array_get_idx(links, i))))
            SAY(c, "/http/link", "expected JSON Pointers, found \"%s\"",
                json_object_get_string(json_object_array_get_idx(links, i)));
}

/* ------------------------------------------------------------------ inputs */

static void check_local(struct action_context *c, const char *name, struct json_object *schema)
{
    const struct {
        const char *name, *type;
        bool fits;
        const char *needs;
    } known[] = {
        {"save_as", "string", member_is(c->http, "answer", "file"), "\"answer\": \"file\""},
        {"sha256", "string", member_is(c->http, "answer", "file"), "\"answer\": \"file\""},
        {"file_name", "string", count_inputs(c, "file") > 0, "an input with \"x-in\": \"file\""},
        {"all", "boolean", has(c->json, "paging"), "paging"},
        {"max_items", "integer", has(c->json, "paging"), "paging"}};
    size_t mark = enter(&c->place, name);
    size_t i = 0;
    while (i < sizeof(known) / sizeof(known[0]) && strcmp(known[i].name, name) != 0)
        i++;
    if (i == sizeof(known) / sizeof(known[0])) {
        SAY(c, "/x-in", "local inputs are save_as, sha256, file_name, all and max_items");
    } else {
        if (!member_is(schema, "type", known[i].type))
            SAY(c, "/type", "expected \"%s\"", known[i].type);
        if (!known[i].fits)
            SAY(c, "/x-in", "makes sense only with %s", known[i].needs);
    }
    leave(&c->place, mark);
}

static void check_input(struct action_context *c, const char *name, struct json_object *schema)
{
    struct json_object *resolved = source_resolve(c->source, schema);
    const char *in = member_text(schema, "x-in");
    if (strcmp(in, "local") == 0)
        check_local(c, name, resolved);
    size_t mark = enter(&c->place, name);
    if (strcmp(in, "file") == 0 && !member_is(resolved, "type", "string"))
        SAY(c, "/type", "a file is given by its path: expected \"string\"");
    if ((strcmp(in, "whole-query") == 0 || strcmp(in, "whole-form") == 0) &&
        !member_is(resolved, "type", "object"))
        SAY(c, "/type", "expected \"object\"");
    const char *widget_source = member_text(member(schema, "x-ui"), "options_from");
    bool found = widget_source[0] == '\0';
    for (size_t i = 0; i < c->source->n_actions && !found; i++)
        found = strcmp(c->source->actions[i].name, widget_source) == 0;
    if (!found)
        SAY(c, "/x-ui/options_from", "no action is named \"%s\"", widget_source);
    leave(&c->place, mark);
}

static void check_inputs(struct action_context *c)
{
    struct json_object *input = member(c->json, "input");
    if (!member_is(input, "type", "object"))
        SAY(c, "/input/type", "expected \"object\"");
    if (!has(input, "properties"))
        SAY(c, "/input/properties", "required, but missing");
    struct json_object *required = member(input, "required");
    for (size_t i = 0; json_object_is_type(required, json_type_array) && i < length_of(required);
         i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(required, i));
        const char *in = name != NULL ? member_text(member(c->inputs, name), "x-in") : "";
        if (strncmp(in, "whole-", 6) == 0 && count_inputs(c, in + 6) > 0)
            SAY(c, "/input/required", "\"%s\" stands for others, so it is never required", name);
    }
    size_t mark = enter(&c->place, "input");
    enter(&c->place, "properties");
    for (struct lh_entry *e = lh_table_head(json_object_get_object(c->inputs)); e;
         e = lh_entry_next(e))
        check_input(c, lh_entry_k(e), lh_entry_v(e));
    leave(&c->place, mark);
}

/* ------------------------------------------------------------------ what contradicts */

static void check_effect(struct action_context *c)
{
    struct json_object *hints = member(c->json, "annotations");
    bool write = member_is(member(c->json, "scope"), "access", "write");
    bool file = member_is(c->http, "answer", "file");
    bool read_only = is_true(hints, "readOnlyHint");
    bool idempotent = is_true(hints, "idempotentHint");
    const char *retry = member_text(c->json, "retry");
    bool safe = strcmp(retry, "safe") == 0;
    if (read_only && write)
        SAY(c, "/annotations/readOnlyHint", "contradicts scope.access, which is write");
    if (read_only && file)
        SAY(c, "/annotations/readOnlyHint", "contradicts http.answer: a local file is written");
    if (!read_only && !write && !file)
        SAY(c, "/annotations/readOnlyHint", "is false, though scope.access is read");
    if (read_only && is_true(hints, "destructiveHint"))
        SAY(c, "/annotations/destructiveHint", "contradicts readOnlyHint");
    if (member_is(c->http, "method", "DELETE") && !is_true(hints, "destructiveHint"))
        SAY(c, "/annotations/destructiveHint", "is false, though the method is DELETE");
    if (!is_true(hints, "openWorldHint"))
        SAY(c, "/annotations/openWorldHint", "is false, though the service is asked");
    if (safe && write)
        SAY(c, "/retry", "safe contradicts scope.access, which is write");
    if (!safe && !write)
        SAY(c, "/retry", "%s contradicts scope.access: a read is safe", retry);
    if (strcmp(retry, "idempotent") == 0 && !idempotent)
        SAY(c, "/retry", "idempotent contradicts annotations.idempotentHint");
    if ((strcmp(retry, "reconcile") == 0 || strcmp(retry, "never") == 0) && idempotent)
        SAY(c, "/retry", "%s contradicts annotations.idempotentHint", retry);
}

static bool goes_to_query(struct action_context *c, const char *name)
{
    return member_is(member(c->inputs, name), "x-in", "query");
}

static void check_paging(struct action_context *c)
{
    struct json_object *paging = member(c->json, "paging"), *chunk = member(c->json, "chunk");
    const char *answer = member_text(c->http, "answer");
    bool lists = answer[0] == '\0' || strcmp(answer, "resources") == 0;
    if (paging != NULL) {
        const char *style = member_text(paging, "style");
        if (!goes_to_query(c, "limit"))
            SAY(c, "/paging", "needs the input \"limit\" in the query");
        if (!goes_to_query(c, style))
            SAY(c, "/paging/style", "needs the input \"%s\" in the query", style);
        if (has(paging, "sort") && !goes_to_query(c, "sort"))
            SAY(c, "/paging/sort", "needs the input \"sort\" in the query");
        struct json_object *most = member(resolved_input(c, "limit"), "maximum");
        if (!json_object_equal(most, member(paging, "max")))
            SAY(c, "/paging/max", "expected the maximum of the input \"limit\", %s",
                most != NULL ? json_object_to_json_string(most) : "which has none");
        if (!lists)
            SAY(c, "/paging", "only where http.answer is resources");
    }
    if (chunk != NULL) {
        const char *name = member_text(chunk, "input");
        if (!member_is(resolved_input(c, name), "type", "array"))
            SAY(c, "/chunk/input", "expected an input that is a list, found \"%s\"", name);
        if (!lists && strcmp(answer, "value") != 0)
            SAY(c, "/chunk", "only where http.answer is resources or value");
        if (!lists && json_object_get_boolean(member(chunk, "restore_order")))
            SAY(c, "/chunk/restore_order", "only where http.answer is resources");
    }
}

/* The schema at a JSON Pointer into the input; NULL = none is declared there. */
static struct json_object *schema_at(struct action_context *c, const char *pointer)
{
    struct json_object *schema = member(c->json, "input");
    while (*pointer == '/' && schema != NULL) {
        char name[128];
        size_t len = strcspn(++pointer, "/");
        if (len >= sizeof(name))
            return NULL;
        memcpy(name, pointer, len);
        name[len] = '\0';
        pointer += len;
        schema = source_resolve(c->source, member(member(schema, "properties"), name));
    }
    return *pointer == '\0' ? schema : NULL;
}

static void check_limits(struct action_context *c)
{
    struct json_object *limits = member(c->json, "limits");
    for (size_t i = 0; limits != NULL && i < length_of(limits); i++) {
        struct json_object *limit = json_object_array_get_idx(limits, i);
        struct json_object *lists = member(limit, "sum_items");
        size_t mark = enter(&c->place, "limits");
        enter_index(&c->place, i);
        for (size_t j = 0; lists != NULL && j < length_of(lists); j++) {
            const char *pointer = json_object_get_string(json_object_array_get_idx(lists, j));
            if (!member_is(schema_at(c, pointer), "type", "array"))
                SAY(c, "/sum_items", "no list stands at %s of the input", pointer);
        }
        const char *joined = member_text(limit, "joined_chars");
        if (joined[0] != '\0' && !member_is(schema_at(c, joined), "type", "array"))
            SAY(c, "/joined_chars", "no list stands at %s of the input", joined);
        leave(&c->place, mark);
    }
}

static void check_twins(struct action_context *c, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        struct document *other = &c->source->actions[i];
        struct json_object *http = member(other->json, "http");
        if (other->json == NULL)
            continue;
        if (member_is(other->json, "operation_id", member_text(c->json, "operation_id")))
            SAY(c, "/operation_id", "stands in %s too", other->file);
        if (member_is(http, "method", member_text(c->http, "method")) &&
            member_is(http, "path", member_text(c->http, "path")))
            SAY(c, "/http/path", "method and path stand in %s too", other->file);
    }
}

/* Sound but for its examples, which the other checks do not look at? */
static bool is_well_formed(struct json_object *action)
{
    struct json_object *copy = copy_of(action);
    if (json_object_is_type(copy, json_type_object))
        json_object_object_add(copy, "examples",
                               json_tokener_parse("[{\"input\": {}, \"output\": {}}]"));
    bool well_formed = validate(schema_meta_action(), copy, NULL) == 0;
    json_object_put(copy);
    return well_formed;
}

static void check_action(const struct source *source, size_t index, struct problems *problems)
{
    struct document *document = &source->actions[index];
    struct action_context c = {.source = source,
                               .json = document->json,
                               .http = member(document->json, "http"),
                               .inputs = member(member(document->json, "input"), "properties"),
                               .place = {document->file, ""},
                               .problems = problems};
    struct json_object *none = new_object();
    if (!json_object_is_type(c.inputs, json_type_object))
        c.inputs = none;
    problem_if_invalid(problems, &c.place, "", schema_meta_action(), c.json);
    static const char *const sides[] = {"input", "output"};
    for (size_t i = 0; i < 2; i++) {
        size_t mark = enter(&c.place, sides[i]);
        if (json_object_is_type(member(c.json, sides[i]), json_type_object))
            check_schema(source, member(c.json, sides[i]), i == 0 ? SIDE_INPUT : SIDE_OUTPUT,
                         &c.place, problems);
        leave(&c.place, mark);
    }
    check_twins(&c, index);
    if (is_well_formed(c.json)) {
        check_names(&c, document);
        check_body(&c);
        check_answer(&c);
        check_inputs(&c);
        check_effect(&c);
        check_paging(&c);
        check_limits(&c);
        check_reconcile(source, document, problems);
    }
    json_object_put(none);
}

void check_actions(const struct source *source, struct problems *problems)
{
    for (size_t i = 0; i < source->n_actions; i++)
        if (source->actions[i].json != NULL) {
            size_t before = problems->n;
            check_action(source, i, problems);
            source->actions[i].sound = problems->n == before;
        }
}
