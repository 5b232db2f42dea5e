/*
 * tables_schema.h - struct schema nodes as C source; each different one is written once.
 */
#ifndef FCM_GEN_TABLES_SCHEMA_H
#define FCM_GEN_TABLES_SCHEMA_H

#include "gen/schema.h"

/* What has been written. Free with schema_writer_done. */
struct schema_writer {
    struct buf *out;
    struct json_object *known; /* text of a definition -> its name                               */
    size_t n_known;
    const char **names; /* of the builder's nodes, by index; NULL = not written                  */
    size_t cap_names;
    struct arena arena;
};

void schema_writer_init(struct schema_writer *writer, struct buf *out);
void schema_writer_done(struct schema_writer *writer);

/* schema_write - writes a node of the builder and all that it leads to, but for what was written
 * before, and answers its C name; valid until schema_writer_done. */
const char *schema_write(struct schema_writer *writer, const struct schema_builder *builder,
                         const struct schema *schema);

/* c_string - a C string literal, over several lines where it is long. */
void c_string(struct buf *out, const char *text);

#endif
