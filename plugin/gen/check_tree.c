#include <string.h>

#include "gen/check.h"
#include "gen/keywords.h"
#include "gen/schema.h"

/* Calls visit for every schema that stands directly below one, with the place entered. */
struct visitor {
    void (*visit)(struct visitor *visitor, struct json_object *schema);
    const struct source *source;
    struct place place;
    struct problems *problems;
    bool input;     /* check_sides: which side                                                    */
    bool recursion; /* check_recursion: some was found                                            */
};

static void visit_below(struct visitor *v, struct json_object *schema)
{
    for (struct lh_entry *e = members_of(schema); e; e = lh_entry_next(e)) {
        const struct keyword *keyword = keyword_find(lh_entry_k(e));
        struct json_object *value = lh_entry_v(e);
        size_t mark = enter(&v->place, lh_entry_k(e));
        if (keyword != NULL && keyword->kind == KEYWORD_SCHEMA)
            v->visit(v, value);
        bool list = keyword != NULL && keyword->kind == KEYWORD_SCHEMAS &&
                    json_object_is_type(value, json_type_array);
        for (size_t i = 0; list && i < length_of(value); i++) {
            size_t inner = enter_index(&v->place, i);
            v->visit(v, json_object_array_get_idx(value, i));
            leave(&v->place, inner);
        }
        bool members = keyword != NULL && keyword->kind == KEYWORD_MEMBERS &&
                       json_object_is_type(value, json_type_object);
        for (struct lh_entry *m = members ? members_of(value) : NULL; m; m = lh_entry_next(m)) {
            size_t inner = enter(&v->place, lh_entry_k(m));
            v->visit(v, lh_entry_v(m));
            leave(&v->place, inner);
        }
        leave(&v->place, mark);
    }
}

/* ------------------------------------------------------------------ recursion */

enum mark { MARK_NEW, MARK_INSIDE, MARK_DONE };

static void visit_model(struct visitor *v, struct document *model);

static void visit_reference(struct visitor *v, struct json_object *schema)
{
    if (!json_object_is_type(schema, json_type_object))
        return;
    struct document *model = source_model(v->source, member_text(schema, "$ref"));
    if (model != NULL && model->mark == MARK_INSIDE) {
        problem(v->problems, &v->place, "/$ref", "leads back to %s: models do not recurse",
                model->file);
        v->recursion = true;
    } else if (model != NULL) {
        visit_model(v, model);
    }
    visit_below(v, schema);
}

static void visit_model(struct visitor *v, struct document *model)
{
    if (model->mark != MARK_NEW)
        return;
    struct place outer = v->place;
    model->mark = MARK_INSIDE;
    v->place = (struct place){model->file, ""};
    visit_reference(v, model->json);
    v->place = outer;
    model->mark = MARK_DONE;
}

bool check_recursion(struct source *source, struct problems *problems)
{
    struct visitor v = {.visit = visit_reference, .source = source, .problems = problems};
    for (size_t i = 0; i < source->n_models; i++)
        source->models[i].mark = MARK_NEW;
    for (size_t i = 0; i < source->n_models; i++)
        visit_model(&v, &source->models[i]);
    return !v.recursion;
}

/* ------------------------------------------------------------------ closed and open objects */

static void visit_side(struct visitor *v, struct json_object *schema)
{
    if (!json_object_is_type(schema, json_type_object))
        return;
    struct document *model = source_model(v->source, member_text(schema, "$ref"));
    if (model != NULL && model->json != NULL) {
        int seen = v->input ? 1 : 2;
        if (!(model->mark & seen)) {
            struct place outer = v->place;
            model->mark |= seen;
            v->place = (struct place){model->file, ""};
            visit_side(v, model->json);
            v->place = outer;
        }
        return;
    }
    struct json_object *more = member(schema, "additionalProperties");
    bool closed = json_object_is_type(more, json_type_boolean) && !json_object_get_boolean(more);
    if (v->input && has(schema, "properties") && member_is(schema, "type", "object") && !closed)
        problem(v->problems, &v->place, "/additionalProperties",
                "expected false: inputs are closed, so that a mistyped name is found");
    if (!v->input && closed)
        problem(v->problems, &v->place, "/additionalProperties",
                "expected none: outputs are open, the service may add members");
    visit_below(v, schema);
}

void check_sides(const struct source *source, struct problems *problems)
{
    struct visitor v = {.visit = visit_side, .source = source, .problems = problems};
    for (size_t i = 0; i < source->n_models; i++)
        source->models[i].mark = 0;
    for (size_t i = 0; i < source->n_actions; i++) {
        v.place = (struct place){source->actions[i].file, "/input"};
        v.input = true;
        visit_side(&v, member(source->actions[i].json, "input"));
        v.place = (struct place){source->actions[i].file, "/output"};
        v.input = false;
        visit_side(&v, member(source->actions[i].json, "output"));
    }
}

/* ------------------------------------------------------------------ default, examples, enum */

static void visit_value(struct visitor *v, struct json_object *schema)
{
    if (!json_object_is_type(schema, json_type_object))
        return;
    visit_below(v, schema);
    struct json_object *examples = member(schema, "examples"), *values = member(schema, "enum");
    if (!has(schema, "default") && examples == NULL && values == NULL && !has(schema, "const"))
        return;
    struct schema_builder builder = {.source = v->source};
    const struct schema *node = schema_build(&builder, schema);
    if (has(schema, "default"))
        problem_if_invalid(v->problems, &v->place, "/default", node, member(schema, "default"));
    for (size_t i = 0; examples != NULL && i < length_of(examples); i++) {
        size_t mark = enter(&v->place, "examples");
        enter_index(&v->place, i);
        problem_if_invalid(v->problems, &v->place, "", node,
                           json_object_array_get_idx(examples, i));
        leave(&v->place, mark);
    }
    for (size_t i = 0; values != NULL && i < length_of(values); i++) {
        size_t mark = enter(&v->place, "enum");
        enter_index(&v->place, i);
        problem_if_invalid(v->problems, &v->place, "", node, json_object_array_get_idx(values, i));
        leave(&v->place, mark);
    }
    if (has(schema, "const"))
        problem_if_invalid(v->problems, &v->place, "/const", node, member(schema, "const"));
    schema_builder_done(&builder);
}

void check_values(const struct source *source, struct problems *problems)
{
    struct visitor v = {.visit = visit_value, .source = source, .problems = problems};
    for (size_t i = 0; i < source->n_models; i++) {
        v.place = (struct place){source->models[i].file, ""};
        visit_value(&v, source->models[i].json);
    }
    for (size_t i = 0; i < source->n_actions; i++) {
        if (!source->actions[i].sound)
            continue;
        v.place = (struct place){source->actions[i].file, "/input"};
        visit_value(&v, member(source->actions[i].json, "input"));
        v.place = (struct place){source->actions[i].file, "/output"};
        visit_value(&v, member(source->actions[i].json, "output"));
    }
}
