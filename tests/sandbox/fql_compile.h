/* What compiles a filter: fql_sql.c one property, fql_set.c the whole as a set of documents. */
#ifndef SANDBOX_FQL_COMPILE_H
#define SANDBOX_FQL_COMPILE_H

#include "fql_ast.h"

#include <stdio.h>

struct fql_compiler {
    const struct fql_collection *collection;
    const struct fql_context *context;
    int64_t base; /* of the tenant's field numbers */
    FILE *sql;
    struct fql_where *where;
    char *error;
};

/* Writes the error; false. */
bool fql_refuse(struct fql_compiler *compiler, const char *key, const char *what);
/* Adds a value to be bound; takes `text`, for which NULL means that memory is out. */
bool fql_bind_text(struct fql_compiler *compiler, char *text);

/* Whether the field may be asked so; `field` NULL: there is none of that name. */
bool fql_check_property(struct fql_compiler *compiler, const struct fql_property *property,
                        const struct fql_field *field);
/* Writes the condition on a term's `field` and `value`; not for text match, and without the `!`. */
bool fql_emit_condition(struct fql_compiler *compiler, const struct fql_property *property,
                        const struct fql_field *field);
/* How well the index finds what a property asks for: 0 (it only tells what isn't wanted) to 5. */
int fql_property_rank(const struct fql_compiler *compiler, const struct fql_property *property);
/* Whether the condition may hold for several terms of one document. */
bool fql_is_repeated(const struct fql_property *property, const struct fql_field *field);

#endif
