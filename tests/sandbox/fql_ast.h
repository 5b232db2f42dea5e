/* What the files of FQL share among themselves: the tree that fql_parse.c makes of a filter and
 * fql_set.c and fql_sql.c compile. */
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

enum fql_node_type { FQL_NODE_ALL, FQL_NODE_AND, FQL_NODE_OR, FQL_NODE_PROPERTY, FQL_NODE_WORDS };

/* ALL: every document. AND, OR: `left` and `right`. PROPERTY: `property`. WORDS, which no filter
 * says: `words` are for FTS5, and not freed with the tree. */
struct fql_node {
    enum fql_node_type type;
    struct fql_node *left, *right;
    struct fql_property property;
    char *words;
};

/* Parses a filter by syntax alone. The caller frees the tree with fql_node_free. On failure NULL,
 * with the reason in `error` (FQL_ERROR_SIZE bytes). Any thread. */
struct fql_node *fql_parse(const char *filter, enum fql_precedence precedence, char *error);

/* Frees a tree; NULL is ok. */
void fql_node_free(struct fql_node *node);

/* What FTS5 takes for a text match: all words of any of the property's texts, in the column of that
 * field number or (0) in all. The caller frees it; NULL when memory is out. Any thread. */
char *fql_words_of(const struct fql_property *property, int column);

#endif
