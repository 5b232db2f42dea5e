#include "gen/tables_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (64u << 20)
#define LINE_CHARS 88

void c_string(struct buf *out, const char *text)
{
    size_t column = 0;
    buf_addc(out, '"');
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (column >= LINE_CHARS) {
            buf_adds(out, "\"\n    \"");
            column = 0;
        }
        size_t before = out->len;
        if (*c == '"' || *c == '\\' || *c == '?') /* ? might make a trigraph */
            buf_addf(out, "\\%c", *c);
        else if (*c < 0x20 || *c >= 0x7F)
            buf_addf(out, "\\%03o", *c);
        else
            buf_addc(out, (char)*c);
        column += out->len - before;
    }
    buf_addc(out, '"');
}

void schema_writer_init(struct schema_writer *writer, struct buf *out)
{
    memset(writer, 0, sizeof(*writer));
    writer->out = out;
    writer->known = new_object();
}

void schema_writer_done(struct schema_writer *writer)
{
    json_object_put(writer->known);
    free(writer->names);
    arena_done(&writer->arena);
    memset(writer, 0, sizeof(*writer));
}

/* The name of a definition "TYPE NAME[] = {body};", written now unless it was before. */
static const char *define(struct schema_writer *w, const char *type, const char *suffix,
                          struct buf *body)
{
    const char *key = arena_printf(&w->arena, "%s %s", type, body->ptr);
    const char *known = member_text(w->known, key);
    if (known[0] == '\0') {
        known = arena_printf(&w->arena, "t%zu", w->n_known++);
        json_object_object_add(w->known, key, new_string(known));
        buf_addf(w->out, "static const %s %s%s = {", type, known, suffix);
        buf_add(w->out, body->ptr, body->len);
        buf_adds(w->out, "};\n");
    }
    buf_done(body);
    return known;
}

static const char *write_node(struct schema_writer *w, const struct schema *s);

static const char *name_of(struct schema_writer *w, const struct schema *schema)
{
    const char **name = &w->names[((const struct schema_node *)(const void *)schema)->index];
    if (*name == NULL)
        *name = write_node(w, schema);
    return *name;
}

static const char *define_texts(struct schema_writer *w, const char *const *texts, size_t n)
{
    struct buf body;
    buf_init(&body, MOST_BYTES);
    for (size_t i = 0; i < n; i++) {
        buf_adds(&body, i == 0 ? "" : ", ");
        c_string(&body, texts[i]);
    }
    return define(w, "char *const", "[]", &body);
}

static const char *define_list(struct schema_writer *w, const struct schema *const *list, size_t n)
{
    struct buf body;
    buf_init(&body, MOST_BYTES);
    for (size_t i = 0; i < n; i++)
        buf_addf(&body, "%s&%s", i == 0 ? "" : ", ", name_of(w, list[i]));
    return define(w, "struct schema *const", "[]", &body);
}

static const char *define_properties(struct schema_writer *w, const struct schema *s)
{
    struct buf body;
    buf_init(&body, MOST_BYTES);
    for (size_t i = 0; i < s->n_properties; i++) {
        buf_adds(&body, i == 0 ? "\n    {" : ",\n    {");
        c_string(&body, s->properties[i].name);
        buf_addf(&body, ", &%s}", name_of(w, s->properties[i].schema));
    }
    return define(w, "struct schema_property", "[]", &body);
}

static void add_scalars(struct buf *body, const struct schema *s)
{
    buf_addf(body, "LIMITS(%lld, %lld, %lld, %lld, %lld, %lld)", (long long)s->min_length,
             (long long)s->max_length, (long long)s->min_items, (long long)s->max_items,
             (long long)s->min_properties, (long long)s->max_properties);
    if (s->types != 0)
        buf_addf(body, ", .types = %u", s->types);
    if (s->flags != 0)
        buf_addf(body, ", .flags = %u", s->flags);
    if (s->in != 0)
        buf_addf(body, ", .in = %u", s->in);
    if (s->flags & SCHEMA_HAS_MINIMUM)
        buf_addf(body, ", .minimum = %.17g", s->minimum);
    if (s->flags & SCHEMA_HAS_MAXIMUM)
        buf_addf(body, ", .maximum = %.17g", s->maximum);
    const char *const texts[] = {s->wrap, s->reason};
    static const char *const names[] = {"wrap", "reason"};
    for (size_t i = 0; i < 2; i++)
        if (texts[i] != NULL) {
            buf_addf(body, ", .%s = ", names[i]);
            c_string(body, texts[i]);
        }
}

static void add_member(struct buf *body, const char *member_name, const char *definition, size_t n)
{
    buf_addf(body, ",\n    .%s = %s, .n_%s = %zu", member_name, definition, member_name, n);
}

static void add_node(struct schema_writer *w, struct buf *body, const char *member_name,
                     const struct schema *schema)
{
    if (schema != NULL)
        buf_addf(body, ", .%s = &%s", member_name, name_of(w, schema));
}

static const char *write_node(struct schema_writer *w, const struct schema *s)
{
    struct buf body;
    buf_init(&body, MOST_BYTES);
    add_scalars(&body, s);
    if (s->n_properties > 0)
        add_member(&body, "properties", define_properties(w, s), s->n_properties);
    if (s->n_required > 0)
        add_member(&body, "required", define_texts(w, s->required, s->n_required), s->n_required);
    if (s->n_enum > 0)
        buf_addf(&body, ",\n    .enum_values = %s, .n_enum = %zu",
                 define_texts(w, s->enum_values, s->n_enum), s->n_enum);
    if (s->n_any_of > 0)
        add_member(&body, "any_of", define_list(w, s->any_of, s->n_any_of), s->n_any_of);
    if (s->n_one_of > 0)
        add_member(&body, "one_of", define_list(w, s->one_of, s->n_one_of), s->n_one_of);
    if (s->n_all_of > 0)
        add_member(&body, "all_of", define_list(w, s->all_of, s->n_all_of), s->n_all_of);
    add_node(w, &body, "additional", s->additional);
    add_node(w, &body, "items", s->items);
    add_node(w, &body, "not_schema", s->not_schema);
    add_node(w, &body, "if_schema", s->if_schema);
    add_node(w, &body, "then_schema", s->then_schema);
    add_node(w, &body, "else_schema", s->else_schema);
    return define(w, "struct schema", "", &body);
}

const char *schema_write(struct schema_writer *w, const struct schema_builder *builder,
                         const struct schema *schema)
{
    if (builder->n_nodes > w->cap_names) {
        size_t cap = builder->n_nodes * 2;
        w->names = realloc(w->names, cap * sizeof(*w->names));
        if (w->names == NULL) {
            fputs("mkcatalog: out of memory\n", stderr);
            exit(1);
        }
        memset(w->names + w->cap_names, 0, (cap - w->cap_names) * sizeof(*w->names));
        w->cap_names = cap;
    }
    return name_of(w, schema);
}
