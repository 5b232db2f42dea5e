#include "validate.h"

#include <string.h>

#include "base/nearest.h"
#include "validate_private.h"

/* ret NULL: only yes or no is asked, the first violation ends the walk. */
struct walk {
    struct violations *ret;
    unsigned depth;
};

static bool check(struct walk *walk, const struct schema *schema, struct json_object *value,
                  const struct path *path);

static bool conforms(struct walk *walk, const struct schema *schema, struct json_object *value,
                     const struct path *path)
{
    struct walk quiet = {NULL, walk->depth};
    return check(&quiet, schema, value, path);
}

/* Is there a violation to be written? Use as: if (begin(...)) text_add(...). */
static bool begin(struct walk *walk, const struct path *path, struct text *ret_text)
{
    return walk->ret != NULL && violation_begin(walk->ret, path, ret_text);
}

#define GO_ON(walk, ok) ((ok) || (walk)->ret != NULL)

/* ------------------------------------------------------------------ scalars */

static bool wrong_type(struct walk *walk, const struct schema *schema, struct json_object *value,
                       const struct path *path)
{
    struct text text;
    if (begin(walk, path, &text)) {
        unsigned types = schema->types;
        if (schema->wrap != NULL || (schema->flags & SCHEMA_SPLIT))
            types |= SCHEMA_STRING;
        text_add(&text, "expected ");
        text_add_types(&text, types);
        if (schema->flags & SCHEMA_SPLIT)
            text_add(&text, " with commas");
        text_add_found(&text, value);
    }
    return false;
}

static bool check_enum(struct walk *walk, const struct schema *schema, struct json_object *value,
                       const struct path *path)
{
    for (size_t i = 0; i < schema->n_enum; i++)
        if (json_equal_text(value, schema->enum_values[i]))
            return true;
    struct text text;
    if (begin(walk, path, &text)) {
        text_add(&text, schema->n_enum == 1 ? "expected " : "expected one of ");
        size_t shown = 0;
        for (; shown < schema->n_enum && text.len < text.size - 160; shown++)
            text_add(&text, "%s%.90s", shown == 0 ? "" : ", ", schema->enum_values[shown]);
        if (shown < schema->n_enum)
            text_add(&text, " or %zu more", schema->n_enum - shown);
        text_add_found(&text, value);
    }
    return false;
}

static bool bound_broken(struct walk *walk, const char *what, double bound,
                         struct json_object *value, const struct path *path)
{
    struct text text;
    if (begin(walk, path, &text)) {
        text_add(&text, "expected %s ", what);
        text_add_number(&text, bound);
        text_add_found(&text, value);
    }
    return false;
}

static bool check_number(struct walk *walk, const struct schema *schema, struct json_object *value,
                         const struct path *path)
{
    bool ok = true;
    if (schema->flags & SCHEMA_HAS_MINIMUM) {
        int order = json_compare_number(value, schema->minimum);
        bool exclusive = schema->flags & SCHEMA_EXCLUSIVE_MINIMUM;
        if (order < 0 || (order == 0 && exclusive))
            ok = bound_broken(walk, exclusive ? "more than" : "at least", schema->minimum, value,
                              path);
    }
    if (schema->flags & SCHEMA_HAS_MAXIMUM) {
        int order = json_compare_number(value, schema->maximum);
        bool exclusive = schema->flags & SCHEMA_EXCLUSIVE_MAXIMUM;
        if (order > 0 || (order == 0 && exclusive))
            ok = bound_broken(walk, exclusive ? "less than" : "at most", schema->maximum, value,
                              path);
    }
    return ok;
}

/* A count against its bounds; unit as in "3 items". */
static bool check_count(struct walk *walk, size_t count, int64_t min, int64_t max, const char *unit,
                        const struct path *path)
{
    struct text text;
    if (min >= 0 && count < (uint64_t)min) {
        if (begin(walk, path, &text))
            text_add(&text, "expected at least %lld %s%s, found %zu", (long long)min, unit,
                     min == 1 ? "" : "s", count);
        return false;
    }
    if (max >= 0 && count > (uint64_t)max) {
        if (begin(walk, path, &text))
            text_add(&text, "expected at most %lld %s%s, found %zu", (long long)max, unit,
                     max == 1 ? "" : "s", count);
        return false;
    }
    return true;
}

static bool check_string(struct walk *walk, const struct schema *schema, const char *bytes,
                         size_t len, const struct path *path)
{
    bool long_enough = schema->min_length < 0 || (len + 3) / 4 >= (uint64_t)schema->min_length;
    bool short_enough = schema->max_length < 0 || len <= (uint64_t)schema->max_length;
    if (long_enough && short_enough)
        return true; /* without counting */
    return check_count(walk, utf8_count(bytes, len), schema->min_length, schema->max_length,
                       "character", path);
}

/* ------------------------------------------------------------------ arrays */

static bool check_array(struct walk *walk, const struct schema *schema, struct json_object *value,
                        const struct path *path)
{
    size_t n = json_object_array_length(value);
    bool ok = check_count(walk, n, schema->min_items, schema->max_items, "item", path);
    if (schema->items != NULL)
        for (size_t i = 0; i < n && GO_ON(walk, ok); i++) {
            struct path below = {path, NULL, i};
            ok &= check(walk, schema->items, json_object_array_get_idx(value, i), &below);
        }
    if ((schema->flags & SCHEMA_UNIQUE_ITEMS) && GO_ON(walk, ok)) {
        size_t repeated = json_repeated(value);
        struct path below = {path, NULL, repeated};
        struct text text;
        if (repeated < n && begin(walk, &below, &text)) {
            text_add(&text, "expected no item twice");
            text_add_found(&text, json_object_array_get_idx(value, repeated));
            text_add(&text, " again");
        }
        ok &= repeated == n;
    }
    return ok;
}

/* The parts of a string that stands for a list (x-split): spaces around a part and empty parts do
 * not count. NULL = no memory. */
static struct json_object *split(const char *at, const char *end)
{
    struct json_object *list = json_object_new_array();
    while (at < end && list != NULL) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma != NULL ? comma : end;
        const char *next = comma != NULL ? comma + 1 : end;
        while (at < stop && *at == ' ')
            at++;
        while (at < stop && stop[-1] == ' ')
            stop--;
        struct json_object *part =
            at < stop ? json_object_new_string_len(at, (int)(stop - at)) : NULL;
        if (at < stop && (part == NULL || json_object_array_add(list, part) != 0)) {
            json_object_put(part);
            json_object_put(list);
            return NULL;
        }
        at = next;
    }
    return list;
}

static bool check_split(struct walk *walk, const struct schema *schema, struct json_object *value,
                        const struct path *path)
{
    const char *text = json_object_get_string(value);
    struct json_object *list = split(text, text + json_object_get_string_len(value));
    /* Without memory the value passes: whoever takes it apart to send it will say so. */
    bool ok = list == NULL || check_array(walk, schema, list, path);
    json_object_put(list);
    return ok;
}

/* One item that stands for a list of it (x-list). */
static bool check_alone(struct walk *walk, const struct schema *schema, struct json_object *value,
                        const struct path *path)
{
    bool ok = check_count(walk, 1, schema->min_items, schema->max_items, "item", path);
    if (schema->items != NULL && GO_ON(walk, ok))
        ok &= check(walk, schema->items, value, path);
    return ok;
}

/* ------------------------------------------------------------------ objects */

static const struct schema *property(const struct schema *schema, const char *name)
{
    size_t low = 0, high = schema->n_properties;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, schema->properties[middle].name);
        if (order == 0)
            return schema->properties[middle].schema;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool forbidden(const struct schema *schema)
{
    return (schema->flags & SCHEMA_ACCEPT_NOTHING) != 0;
}

static bool unknown(struct walk *walk, const struct schema *schema, const char *name,
                    const struct path *path)
{
    struct text text;
    if (!begin(walk, path, &text))
        return false;
    const char *nearest = NULL;
    unsigned best = NEAREST_FAR;
    for (size_t i = 0; i < schema->n_properties; i++) {
        const char *known = schema->properties[i].name;
        unsigned score = nearest_score(name, strlen(name), known);
        if (score < best) {
            best = score;
            nearest = known;
        }
    }
    text_add(&text, "unknown name");
    if (nearest != NULL) {
        text_add(&text, ", did you mean \"%s\"?", nearest);
        return false;
    }
    size_t shown = 0;
    for (; shown < schema->n_properties && text.len < text.size - 120; shown++)
        text_add(&text, "%s%s", shown == 0 ? ", expected one of " : ", ",
                 schema->properties[shown].name);
    if (shown < schema->n_properties)
        text_add(&text, " or %zu more", schema->n_properties - shown);
    return false;
}

#define FEW_MEMBERS 8 /* looking at all is cheaper than hashing up to here */

static bool has_member(struct json_object *object, const char *name)
{
    if (json_object_object_length(object) > FEW_MEMBERS)
        return json_object_object_get_ex(object, name, NULL);
    for (struct lh_entry *e = lh_table_head(json_object_get_object(object)); e;
         e = lh_entry_next(e))
        if (strcmp((const char *)lh_entry_k(e), name) == 0)
            return true;
    return false;
}

static bool check_members(struct walk *walk, const struct schema *schema, struct json_object *value,
                          const struct path *path)
{
    bool ok = true;
    for (struct lh_entry *e = lh_table_head(json_object_get_object(value)); e && GO_ON(walk, ok);
         e = lh_entry_next(e)) {
        const char *name = lh_entry_k(e);
        struct path below = {path, name, 0};
        const struct schema *known = property(schema, name);
        if (known != NULL)
            ok &= check(walk, known, lh_entry_v(e), &below);
        else if (schema->additional != NULL && forbidden(schema->additional))
            ok &= unknown(walk, schema, name, &below);
        else if (schema->additional != NULL)
            ok &= check(walk, schema->additional, lh_entry_v(e), &below);
    }
    return ok;
}

static bool check_object(struct walk *walk, const struct schema *schema, struct json_object *value,
                         const struct path *path)
{
    bool ok = true;
    for (size_t i = 0; i < schema->n_required && GO_ON(walk, ok); i++)
        if (!has_member(value, schema->required[i])) {
            struct path below = {path, schema->required[i], 0};
            struct text text;
            if (begin(walk, &below, &text))
                text_add(&text, "required, but missing");
            ok = false;
        }
    if (GO_ON(walk, ok) && (schema->min_properties >= 0 || schema->max_properties >= 0))
        ok &= check_count(walk, (size_t)json_object_object_length(value), schema->min_properties,
                          schema->max_properties, "member", path);
    if (GO_ON(walk, ok) && (schema->n_properties > 0 || schema->additional != NULL))
        ok &= check_members(walk, schema, value, path);
    return ok;
}

/* ------------------------------------------------------------------ combinations */

static unsigned accepted_types(const struct schema *schema)
{
    if (forbidden(schema))
        return 0;
    unsigned types = schema->types != 0 ? schema->types : 0x7F;
    return schema->wrap != NULL ? types | SCHEMA_STRING : types;
}

/* Where only one form has the value's type, that one was meant and its violations say the most. */
static bool no_form_fits(struct walk *walk, const struct schema *const *forms, size_t n,
                         struct json_object *value, const struct path *path)
{
    const struct schema *meant = NULL;
    unsigned types = 0;
    size_t n_meant = 0;
    for (size_t i = 0; i < n; i++) {
        types |= accepted_types(forms[i]);
        if (accepted_types(forms[i]) & json_kind(value)) {
            meant = forms[i];
            n_meant++;
        }
    }
    if (walk->ret == NULL)
        return false;
    if (n_meant == 1)
        return check(walk, meant, value, path);
    struct text text;
    if (begin(walk, path, &text)) {
        if (n_meant == 0 && types != 0) {
            text_add(&text, "expected ");
            text_add_types(&text, types);
        } else {
            text_add(&text, "expected one of %zu forms, none of which fits", n);
        }
        text_add_found(&text, value);
    }
    return false;
}

static bool check_any_of(struct walk *walk, const struct schema *schema, struct json_object *value,
                         const struct path *path)
{
    for (size_t i = 0; i < schema->n_any_of; i++)
        if (conforms(walk, schema->any_of[i], value, path))
            return true;
    return no_form_fits(walk, schema->any_of, schema->n_any_of, value, path);
}

static bool check_one_of(struct walk *walk, const struct schema *schema, struct json_object *value,
                         const struct path *path)
{
    size_t fitting = 0;
    for (size_t i = 0; i < schema->n_one_of && fitting < 2; i++)
        fitting += conforms(walk, schema->one_of[i], value, path);
    if (fitting == 1)
        return true;
    if (fitting == 0)
        return no_form_fits(walk, schema->one_of, schema->n_one_of, value, path);
    struct text text;
    if (begin(walk, path, &text)) {
        text_add(&text, "expected exactly one of %zu forms, but several fit", schema->n_one_of);
        text_add_found(&text, value);
    }
    return false;
}

static bool check_combinations(struct walk *walk, const struct schema *schema,
                               struct json_object *value, const struct path *path)
{
    bool ok = true;
    struct text text;
    for (size_t i = 0; i < schema->n_all_of && GO_ON(walk, ok); i++)
        ok &= check(walk, schema->all_of[i], value, path);
    if (schema->n_any_of > 0 && GO_ON(walk, ok))
        ok &= check_any_of(walk, schema, value, path);
    if (schema->n_one_of > 0 && GO_ON(walk, ok))
        ok &= check_one_of(walk, schema, value, path);
    if (schema->not_schema != NULL && GO_ON(walk, ok) &&
        conforms(walk, schema->not_schema, value, path)) {
        if (begin(walk, path, &text)) {
            text_add(&text, "expected another form");
            text_add_found(&text, value);
        }
        ok = false;
    }
    if (schema->if_schema != NULL && GO_ON(walk, ok)) {
        const struct schema *next = conforms(walk, schema->if_schema, value, path)
                                        ? schema->then_schema
                                        : schema->else_schema;
        if (next != NULL)
            ok &= check(walk, next, value, path);
    }
    return ok;
}

/* ------------------------------------------------------------------ one value */

static bool check_by_kind(struct walk *walk, const struct schema *schema, struct json_object *value,
                          unsigned kind, const struct path *path)
{
    if (kind & SCHEMA_NUMBER)
        return check_number(walk, schema, value, path);
    if (kind == SCHEMA_STRING)
        return check_string(walk, schema, json_object_get_string(value),
                            (size_t)json_object_get_string_len(value), path);
    if (kind == SCHEMA_ARRAY)
        return check_array(walk, schema, value, path);
    if (kind == SCHEMA_OBJECT)
        return check_object(walk, schema, value, path);
    return true;
}

static bool check(struct walk *walk, const struct schema *schema, struct json_object *value,
                  const struct path *path)
{
    struct text text;
    if (forbidden(schema)) {
        if (begin(walk, path, &text))
            text_add(&text, "%s", schema->reason != NULL ? schema->reason : "not allowed here");
        return false;
    }
    if (walk->depth >= VALIDATE_MAX_DEPTH) {
        if (begin(walk, path, &text))
            text_add(&text, "expected at most %d levels", VALIDATE_MAX_DEPTH);
        return false;
    }
    unsigned kind = json_kind(value);
    bool ok;
    walk->depth++;
    if (schema->types != 0 && !(schema->types & kind)) {
        const struct schema *wrapped = schema->wrap != NULL ? property(schema, schema->wrap) : NULL;
        if (kind == SCHEMA_STRING && wrapped != NULL)
            ok = check(walk, wrapped, value, path);
        else if (kind == SCHEMA_STRING && (schema->flags & SCHEMA_SPLIT))
            ok = check_split(walk, schema, value, path);
        else if ((schema->flags & SCHEMA_LIST) && kind != SCHEMA_NULL)
            ok = check_alone(walk, schema, value, path);
        else
            ok = wrong_type(walk, schema, value, path);
    } else {
        ok = schema->n_enum == 0 || check_enum(walk, schema, value, path);
        if (GO_ON(walk, ok))
            ok &= check_by_kind(walk, schema, value, kind, path);
        if (GO_ON(walk, ok))
            ok &= check_combinations(walk, schema, value, path);
    }
    walk->depth--;
    return ok;
}

int validate(const struct schema *schema, struct json_object *value, struct violations *ret)
{
    struct walk walk = {ret, 0};
    struct path root = {NULL, NULL, 0};
    size_t before = ret != NULL ? ret->n + ret->more : 0;
    bool ok = check(&walk, schema, value, &root);
    if (ok || ret == NULL)
        return !ok;
    size_t added = ret->n + ret->more - before;
    return added < INT32_MAX ? (int)added : INT32_MAX;
}
