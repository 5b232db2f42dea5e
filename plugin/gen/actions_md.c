#include <stdio.h>
#include <string.h>

#include "gen/keywords.h"
#include "gen/schema.h"
#include "gen/tables.h"

/* Where a table of members is being written: rows go to out, path names the present one. */
struct rows {
    const struct source *source;
    struct buf *out;
    bool follow; /* models are written out in full; otherwise by a link                          */
};

/* ------------------------------------------------------------------ cells */

/* Text in a table: one line, no bars. */
static void add_cell(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            buf_adds(out, "\\|");
        else
            buf_addc(out, *text == '\n' ? ' ' : *text);
    }
}

static void add_type(struct rows *rows, struct json_object *schema)
{
    struct json_object *resolved = source_resolve(rows->source, schema);
    struct json_object *type = member(resolved, "type");
    const struct document *model = source_model(rows->source, member_text(schema, "$ref"));
    if (model != NULL && !rows->follow) {
        buf_addf(rows->out, "[%s](#model-%s)", model->name, model->name);
        return;
    }
    if (member_is(resolved, "type", "array") && has(resolved, "items")) {
        buf_adds(rows->out, "list of ");
        add_type(rows, member(resolved, "items"));
    } else if (json_object_is_type(type, json_type_string)) {
        buf_adds(rows->out, json_object_get_string(type));
    } else if (length_of(type) > 0) {
        for (size_t i = 0; i < length_of(type); i++)
            buf_addf(rows->out, "%s%s", i > 0 ? " or " : "",
                     json_object_get_string(json_object_array_get_idx(type, i)));
    } else {
        buf_adds(rows->out, "any");
    }
    if (has(resolved, "x-split"))
        buf_adds(rows->out, ", or a string with commas");
    if (has(resolved, "x-list"))
        buf_adds(rows->out, ", or one alone");
    if (has(resolved, "x-wrap"))
        buf_addf(rows->out, ", or its `%s` as a string", member_text(resolved, "x-wrap"));
}

static void add_value(struct buf *out, struct json_object *value)
{
    buf_addc(out, '`');
    add_cell(out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    buf_addc(out, '`');
}

static void add_range(struct buf *out, struct json_object *schema, const char *low,
                      const char *high, const char *unit, const char **between)
{
    struct json_object *least = member(schema, low), *most = member(schema, high);
    if (least == NULL && most == NULL)
        return;
    buf_adds(out, *between);
    *between = "; ";
    if (most == NULL && json_object_get_int64(least) == 1 && unit[0] != '\0') {
        buf_adds(out, "not empty");
        return;
    }
    if (least != NULL && most != NULL)
        buf_addf(out, "%s to %s", json_object_get_string(least), json_object_get_string(most));
    else
        buf_addf(out, "%s %s", least != NULL ? "at least" : "at most",
                 json_object_get_string(least != NULL ? least : most));
    buf_adds(out, unit);
}

static void add_bounds(struct buf *out, struct json_object *schema)
{
    const char *between = "";
    struct json_object *values = member(schema, "enum");
    for (size_t i = 0; i < length_of(values); i++) {
        buf_adds(out, i == 0 ? "" : ", ");
        add_value(out, json_object_array_get_idx(values, i));
        between = "; ";
    }
    if (has(schema, "const")) {
        add_value(out, member(schema, "const"));
        between = "; ";
    }
    add_range(out, schema, "minimum", "maximum", "", &between);
    add_range(out, schema, "minLength", "maxLength", " characters", &between);
    add_range(out, schema, "minItems", "maxItems", " items", &between);
    add_range(out, schema, "minProperties", "maxProperties", " members", &between);
    if (json_object_get_boolean(member(schema, "uniqueItems"))) {
        buf_addf(out, "%sno item twice", between);
        between = "; ";
    }
    if (has(schema, "default")) {
        buf_addf(out, "%sdefault ", between);
        add_value(out, member(schema, "default"));
    }
}

/* ------------------------------------------------------------------ rows */

static bool is_required(struct json_object *schema, const char *name)
{
    struct json_object *required = member(schema, "required");
    for (size_t i = 0; i < length_of(required); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(required, i)), name) == 0)
            return true;
    return false;
}

static const char *place_words(const char *in)
{
    static const char *const words[][2] = {{"whole-query", "all of the query"},
                                           {"whole-body", "all of the body"},
                                           {"whole-form", "all of the form"},
                                           {"local", "not sent"}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(in, words[i][0]) == 0)
            return words[i][1];
    return in;
}

static void add_members(struct rows *rows, struct json_object *schema, const char *path);

static void add_row(struct rows *rows, struct json_object *schema, const char *path, bool required)
{
    struct json_object *resolved = source_resolve(rows->source, schema);
    const char *description = member_text(schema, "description");
    if (description[0] == '\0')
        description = member_text(resolved, "description");
    buf_addf(rows->out, "| `%s` | ", path);
    add_type(rows, schema);
    if (rows->follow)
        buf_addf(rows->out, " | %s", required ? "yes" : "");
    buf_adds(rows->out, " | ");
    add_bounds(rows->out, resolved);
    buf_adds(rows->out, " | ");
    add_cell(rows->out, description);
    const char *in = member_text(schema, "x-in");
    if (in[0] != '\0')
        buf_addf(rows->out, "%s(%s)", description[0] != '\0' ? " " : "", place_words(in));
    buf_adds(rows->out, " |\n");
}

static void add_below(struct rows *rows, struct json_object *schema, const char *path)
{
    if (has(schema, "$ref") && !rows->follow)
        return;
    struct json_object *resolved = source_resolve(rows->source, schema);
    char items[512];
    if (has(resolved, "items")) {
        snprintf(items, sizeof(items), "%s[]", path);
        add_below(rows, member(resolved, "items"), items);
    }
    add_members(rows, resolved, path);
}

static void add_members(struct rows *rows, struct json_object *schema, const char *path)
{
    for (struct lh_entry *e = members_of(member(schema, "properties")); e; e = lh_entry_next(e)) {
        char name[512];
        snprintf(name, sizeof(name), "%s%s%s", path, path[0] != '\0' ? "." : "",
                 (const char *)lh_entry_k(e));
        add_row(rows, lh_entry_v(e), name, is_required(schema, lh_entry_k(e)));
        add_below(rows, lh_entry_v(e), name);
    }
}

/* ------------------------------------------------------------------ an action */

static void add_effect(struct buf *out, struct json_object *json)
{
    struct json_object *hints = member(json, "annotations");
    const char *retry = member_text(json, "retry");
    bool file = member_is(member(json, "http"), "answer", "file");
    if (json_object_get_boolean(member(hints, "readOnlyHint")))
        buf_adds(out, "reads");
    else if (file)
        buf_adds(out, "reads, and writes a local file");
    else if (json_object_get_boolean(member(hints, "destructiveHint")))
        buf_adds(out, "changes or deletes what exists");
    else
        buf_adds(out, "adds");
    buf_adds(out, strcmp(retry, "safe") == 0         ? "; may be repeated"
                  : strcmp(retry, "idempotent") == 0 ? "; may be repeated to the same effect"
                  : strcmp(retry, "reconcile") == 0
                      ? "; a repeat would act again, so look first whether a lost call has acted"
                      : "; never repeated");
}

/* What reading on to the last page does, and what it cannot promise. */
static void add_pages(struct buf *out, struct json_object *json)
{
    struct json_object *paging = member(json, "paging");
    struct json_object *inputs = member(member(json, "input"), "properties");
    buf_addf(out, "- Pages: by `%s`, at most %s items each; `all` and `max_items` read on, ",
             member_text(paging, "style"), json_object_get_string(member(paging, "max")));
    if (member_is(paging, "style", "after"))
        buf_adds(out, "from token to token. No item comes twice; whether a list that changes "
                      "meanwhile is whole lies with the service's tokens.\n");
    else if (has(paging, "sort"))
        buf_addf(out,
                 "by `%s` unless `sort` says otherwise. No item comes twice, and none is missed "
                 "that stays in the list and in its place.\n",
                 member_text(paging, "sort"));
    else if (has(inputs, "sort"))
        buf_adds(out, "in the order of `sort`. No item comes twice, and none is missed that stays "
                      "in the list and in its place.\n");
    else
        buf_adds(out,
                 "in the service's own order, which cannot be chosen. No item comes twice, and "
                 "none is missed that stays in the list, as long as that order holds.\n");
}

static void add_summary(struct buf *out, const struct document *document)
{
    struct json_object *json = document->json, *http = member(json, "http");
    struct json_object *scope = member(json, "scope"), *paging = member(json, "paging");
    struct json_object *chunk = member(json, "chunk"), *limits = member(json, "limits");
    buf_addf(out, "- Request: `%s %s`", member_text(http, "method"), member_text(http, "path"));
    buf_addf(out, " (operation `%s`%s)\n", member_text(json, "operation_id"),
             has(json, "documented") ? ", not in the service's documentation" : "");
    buf_addf(out, "- Scope: %s, %s", member_text(scope, "name"), member_text(scope, "access"));
    if (has(scope, "documented"))
        buf_addf(out, " (documented as \"%s\")", member_text(scope, "documented"));
    buf_adds(out, "\n- Effect: ");
    add_effect(out, json);
    buf_addc(out, '\n');
    if (paging != NULL)
        add_pages(out, json);
    if (chunk != NULL)
        buf_addf(out, "- Long lists: `%s` is sent in requests of at most %s%s\n",
                 member_text(chunk, "input"), json_object_get_string(member(chunk, "max")),
                 json_object_get_boolean(member(chunk, "restore_order"))
                     ? ", and the resources come back in the order asked"
                     : "; where the answers name only some of them, the others are failed");
    for (size_t i = 0; i < length_of(limits); i++) {
        struct json_object *limit = json_object_array_get_idx(limits, i);
        struct json_object *lists = member(limit, "sum_items");
        buf_adds(out, "- Limit:");
        for (size_t j = 0; j < length_of(lists); j++)
            buf_addf(out, "%s `%s`", j > 0 ? " and" : "",
                     json_object_get_string(json_object_array_get_idx(lists, j)) + 1);
        if (lists == NULL)
            buf_addf(out, " `%s`", member_text(limit, "joined_chars") + 1);
        buf_addf(out, " together at most %s %s\n", json_object_get_string(member(limit, "max")),
                 lists != NULL ? "items" : "characters");
    }
}

static void add_json(struct buf *out, const char *title, struct json_object *value)
{
    buf_addf(out, "\n%s:\n```json\n%s\n```\n", title,
             json_object_to_json_string_ext(value, JSON_C_TO_STRING_PRETTY |
                                                       JSON_C_TO_STRING_SPACED |
                                                       JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void add_action(const struct source *source, const struct document *document,
                       struct buf *out)
{
    struct json_object *json = document->json;
    struct json_object *example = json_object_array_get_idx(member(json, "examples"), 0);
    struct rows inputs = {source, out, true}, outputs = {source, out, false};
    buf_addf(out, "\n### %s\n%s. %s\n\n", document->name, member_text(json, "title"),
             member_text(json, "description"));
    add_summary(out, document);
    if (members_of(member(member(json, "input"), "properties")) != NULL) {
        buf_adds(out, "\n| input | type | required | limits | meaning |\n|---|---|---|---|---|\n");
        add_members(&inputs, member(json, "input"), "");
    }
    if (members_of(member(member(json, "output"), "properties")) != NULL) {
        buf_adds(out, "\n| output | type | limits | meaning |\n|---|---|---|---|\n");
        add_members(&outputs, member(json, "output"), "");
    } else {
        buf_adds(out, "\nNo output beside the common members.\n");
    }
    add_json(out, "Input", member(example, "input"));
    add_json(out, "Output", member(example, "output"));
}

/* ------------------------------------------------------------------ the whole */

/* Marks the models that a schema shows by a link, and those that they show. */
static void mark_models(const struct source *source, struct json_object *value)
{
    if (json_object_is_type(value, json_type_array))
        for (size_t i = 0; i < length_of(value); i++)
            mark_models(source, json_object_array_get_idx(value, i));
    for (struct lh_entry *e = members_of(value); e; e = lh_entry_next(e)) {
        struct document *model = strcmp(lh_entry_k(e), "$ref") == 0
                                     ? source_model(source, member_text(value, "$ref"))
                                     : NULL;
        if (model != NULL && model->mark == 0) {
            model->mark = 1;
            mark_models(source, model->json);
        }
        mark_models(source, lh_entry_v(e));
    }
}

static void add_models(const struct source *source, struct buf *out)
{
    struct document *result = source_model(source, "schemas/result.json");
    for (size_t i = 0; i < source->n_models; i++)
        source->models[i].mark = 0;
    result->mark = 1;
    mark_models(source, result->json);
    for (size_t i = 0; i < source->n_actions; i++)
        mark_models(source, member(source->actions[i].json, "output"));
    buf_adds(out, "\n## Models\nThe objects that outputs hold. The service may add members.\n");
    for (size_t i = 0; i < source->n_models; i++) {
        const struct document *model = &source->models[i];
        struct rows rows = {source, out, false};
        if (model->mark == 0)
            continue;
        buf_addf(out, "\n### Model: %s\n", model->name);
        if (has(model->json, "description"))
            buf_addf(out, "%s\n", member_text(model->json, "description"));
        if (members_of(member(model->json, "properties")) == NULL)
            continue;
        buf_adds(out, "\n| member | type | limits | meaning |\n|---|---|---|---|\n");
        add_members(&rows, model->json, "");
    }
}

/* Groups in the order of their names; actions are sorted by name already. */
static const char *next_group(const struct source *source, const char *after)
{
    const char *next = NULL;
    for (size_t i = 0; i < source->n_actions; i++) {
        const char *group = source->actions[i].group;
        if (strcmp(group, after) > 0 && (next == NULL || strcmp(group, next) < 0))
            next = group;
    }
    return next;
}

void actions_md_write(const struct source *source, struct buf *out)
{
    buf_addf(out,
             "# Actions\nMade from the manifests by `make docs`; not to be edited. %zu actions."
             " Every result also holds the members of [result](#model-result).\n\n",
             source->n_actions);
    for (const char *group = next_group(source, ""); group; group = next_group(source, group)) {
        const char *between = "";
        buf_addf(out, "- **%s**: ", group);
        for (size_t i = 0; i < source->n_actions; i++)
            if (strcmp(source->actions[i].group, group) == 0) {
                buf_addf(out, "%s[%s](#%s)", between, source->actions[i].name,
                         source->actions[i].name);
                between = ", ";
            }
        buf_addc(out, '\n');
    }
    for (const char *group = next_group(source, ""); group; group = next_group(source, group)) {
        buf_addf(out, "\n## Group: %s\n", group);
        for (size_t i = 0; i < source->n_actions; i++)
            if (strcmp(source->actions[i].group, group) == 0)
                add_action(source, &source->actions[i], out);
    }
    add_models(source, out);
}
