/* What the files of FQL share among themselves: the tree that fql_parse.c makes of a filter and
 * fql_sql.c compiles, and the paths of fields as SQL (fql_path.c). */
#ifndef SANDBOX_FQL_AST_H
#define SANDBOX_FQL_AST_H

#include "fql.h"

enum fql_operator { FQL_EQ, FQL_GT, FQL_GE, FQL_LT, FQL_LE, FQL_TEXT, FQL_WILDCARD };

/* One literal. `quoted`: it stood in quotes, and `text` is what stood between them, unescaped. */
struct fql_literal {
    char *text;
    bool quoted;
};

/* `key:operator value` or `key:operator[values]`. `key` is in lower case. */
struct fql_property {
    char *key;
    bool negated;
    enum fql_operator op;
    struct fql_literal *literals; /* at least one */
    size_t literal_count;
};

enum fql_node_type { FQL_NODE_ALL, FQL_NODE_AND, FQL_NODE_OR, FQL_NODE_PROPERTY };

/* ALL: every document. AND, OR: `left` and `right`. PROPERTY: `property`. */
struct fql_node {
    enum fql_node_type type;
    struct fql_node *left, *right;
    struct fql_property property;
};

/* Parses a filter by syntax alone. The caller frees the tree with fql_node_free. On failure NULL,
 * with the reason in `error` (FQL_ERROR_SIZE bytes). Any thread. */
struct fql_node *fql_parse(const char *filter, enum fql_precedence precedence, char *error);

/* Frees a tree; NULL is ok. */
void fql_node_free(struct fql_node *node);

/* A path of a field, cut at its `[]`: the arrays to walk and what to take from the last item. */
struct fql_path {
    char arrays[2][96];
    int array_count;
    char leaf[96]; /* empty: the item itself */
};

/* The SQL of a path's value, and where the value comes from: `from` is empty if it is the document,
 * else what stands after FROM. */
struct fql_operand {
    char from[256];
    char value[160];
};

/* Cuts the first of a field's paths; returns what follows its `|`, or NULL. Any thread. */
const char *fql_path_cut(const char *paths, struct fql_path *ret_path);

/* Fills in the SQL of a path. Any thread. */
void fql_operand_of(const struct fql_path *path, struct fql_operand *ret_operand);

#endif
