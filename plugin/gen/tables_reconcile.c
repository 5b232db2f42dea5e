/* The rules of reconcile and stale as C. */
#include <stdio.h>

#include "gen/tables.h"
#include "gen/tables_schema.h"

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, ", .%s = ", name);
    c_string(out, text);
}

static void add_json(struct buf *out, const char *name, struct json_object *value)
{
    add_text(out, name,
             value != NULL ? json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN)
                           : "null");
}

static void add_fact(struct buf *out, struct json_object *fact)
{
    const char *file = member_text(fact, "file");
    const char *from = has(fact, "answer")                ? "FACT_ANSWER"
                       : has(fact, "since")               ? "FACT_SINCE"
                       : has(fact, "marker")              ? "FACT_MARKER"
                       : has(fact, "value")               ? "FACT_VALUE"
                       : file[0] == 'n'                   ? "FACT_FILE_NAME"
                       : file[0] == 's' && file[1] == 'i' ? "FACT_FILE_SIZE"
                       : file[0] == 's'                   ? "FACT_FILE_SHA256"
                                                          : "FACT_INPUT";

    buf_addf(out, "{.from = %s", from);
    if (has(fact, "input"))
        add_text(out, "text", member_text(fact, "input"));
    if (has(fact, "value"))
        add_json(out, "text", member(fact, "value"));
    if (has(fact, "else"))
        add_json(out, "otherwise", member(fact, "else"));
    buf_adds(out, "}");
}

static void add_look(struct buf *out, struct json_object *look)
{
    size_t n = 0;

    buf_adds(out, "{.action = ");
    c_string(out, member_text(look, "action"));
    buf_adds(out, ", .inputs = (const struct look_input[]){\n");
    for (struct lh_entry *e = members_of(member(look, "input")); e; e = lh_entry_next(e), n++) {
        struct json_object *terms = member(lh_entry_v(e), "and");
        buf_adds(out, "         {.name = ");
        c_string(out, lh_entry_k(e));
        if (terms == NULL) {
            buf_adds(out, ", .fact = ");
            add_fact(out, lh_entry_v(e));
            buf_adds(out, "},\n");
            continue;
        }
        buf_adds(out, ", .terms = (const struct look_term[]){\n");
        for (size_t i = 0; i < length_of(terms); i++) {
            struct json_object *term = json_object_array_get_idx(terms, i);
            buf_adds(out, "             {.field = ");
            c_string(out, member_text(term, "field"));
            add_text(out, "operator", member_text(term, "op"));
            buf_adds(out, ", .fact = ");
            add_fact(out, member(term, "is"));
            buf_adds(out, "},\n");
        }
        buf_addf(out, "         }, .n_terms = %zu},\n", length_of(terms));
    }
    buf_addf(out, "     }, .n_inputs = %zu}", n);
}

static void add_matches(struct buf *out, const char *name, struct json_object *list)
{
    static const char *const hows[][2] = {{"same", "MATCH_SAME"},   {"covers", "MATCH_COVERS"},
                                          {"lacks", "MATCH_LACKS"}, {"ends", "MATCH_ENDS"},
                                          {"since", "MATCH_SINCE"}, {"before", "MATCH_BEFORE"},
                                          {"next", "MATCH_NEXT"}};

    if (length_of(list) == 0)
        return;
    buf_addf(out, ", .%s = (const struct match[]){\n", name);
    for (size_t i = 0; i < length_of(list); i++) {
        struct json_object *one = json_object_array_get_idx(list, i);
        const char *how = "MATCH_EQUAL";
        for (size_t j = 0; j < sizeof(hows) / sizeof(hows[0]); j++)
            if (member_is(one, "how", hows[j][0]))
                how = hows[j][1];
        buf_adds(out, "         {.at = ");
        c_string(out, member_text(one, "at"));
        buf_addf(out, ", .how = %s", how);
        if (has(one, "each"))
            add_text(out, "each", member_text(one, "each"));
        buf_adds(out, ", .fact = ");
        add_fact(out, member(one, "is"));
        buf_addf(out, ", .loose = %s, .optional = %s},\n",
                 json_object_get_boolean(member(one, "loose")) ? "true" : "false",
                 json_object_get_boolean(member(one, "optional")) ? "true" : "false");
    }
    buf_addf(out, "     }, .n_%s = %zu", name, length_of(list));
}

static bool is_not_false(struct json_object *object, const char *name)
{
    return !has(object, name) || json_object_get_boolean(member(object, name));
}

static void add_reconcile(struct buf *out, struct json_object *rules)
{
    struct json_object *looks = member(rules, "look");
    static const char *const pointers[] = {"all_of", "gone_of", "marker"};

    buf_addf(out, "     .reconcile = &(const struct reconcile){.finds = %s",
             member_is(rules, "finds", "new")     ? "RECONCILE_NEW"
             : member_is(rules, "finds", "state") ? "RECONCILE_STATE"
                                                  : "RECONCILE_GONE");
    buf_adds(out, ", .looks = (const struct look[]){\n     ");
    for (size_t i = 0; i < length_of(looks); i++) {
        add_look(out, json_object_array_get_idx(looks, i));
        buf_adds(out, ",\n     ");
    }
    buf_addf(out, "}, .n_looks = %zu", length_of(looks));
    add_matches(out, "match", member(rules, "match"));
    add_matches(out, "absent", member(rules, "absent"));
    add_matches(out, "conflict", member(rules, "conflict"));
    for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
        if (has(rules, pointers[i]))
            add_text(out, pointers[i], member_text(rules, pointers[i]));
    buf_addf(out, ",\n         .repeat = %s, .certain = %s},\n",
             is_not_false(rules, "repeat") ? "true" : "false",
             is_not_false(rules, "certain") ? "true" : "false");
}

static void add_stale(struct buf *out, struct json_object *stale)
{
    struct json_object *show = member(stale, "show");
    size_t n = 0;

    buf_adds(out, "     .stale = &(const struct stale){.look = ");
    add_look(out, member(stale, "look"));
    buf_adds(out, ",\n         .names = (const char *const[]){");
    for (struct lh_entry *e = members_of(show); e; e = lh_entry_next(e), n++) {
        c_string(out, lh_entry_k(e));
        buf_adds(out, ", ");
    }
    buf_adds(out, "},\n         .pointers = (const char *const[]){");
    for (struct lh_entry *e = members_of(show); e; e = lh_entry_next(e)) {
        c_string(out, json_object_get_string(lh_entry_v(e)));
        buf_adds(out, ", ");
    }
    buf_addf(out, "}, .n = %zu},\n", n);
}

void tables_reconcile(struct buf *out, struct json_object *action)
{
    if (has(action, "reconcile"))
        add_reconcile(out, member(action, "reconcile"));
    if (has(action, "stale"))
        add_stale(out, member(action, "stale"));
}
