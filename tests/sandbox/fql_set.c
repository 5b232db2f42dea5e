/*
 * A filter as a set: SQL that gives the `seq` of each document it finds, once.
 *
 * Of all that must hold, what the index finds best drives: its terms are walked through, and the
 * rest is asked of each document that they name, by a look into that document's terms. So a filter
 * costs what one of its conditions finds. Alternatives are joined by UNION where the index finds each
 * of them. Only where nothing drives (everything, or nothing but `!`) all documents are walked
 * through, by the term that each has.
 */
#include "fql_compile.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CONJUNCTS = FQL_MAX_PROPERTIES + 1 };

/* All that must hold together. */
struct conjuncts {
    const struct fql_node *items[MAX_CONJUNCTS];
    size_t count;
};

static bool emit_set(struct fql_compiler *compiler, const struct fql_node *node);

/* A text match where there are no words matches nothing, negated or not. */
static bool is_never(const struct fql_compiler *compiler, const struct fql_node *node)
{
    return node->type == FQL_NODE_PROPERTY && node->property.op == FQL_TEXT &&
           compiler->collection->words == NULL;
}

static int rank(const struct fql_compiler *compiler, const struct fql_node *node)
{
    int left, right;
    switch (node->type) {
    case FQL_NODE_ALL:
        return 0;
    case FQL_NODE_WORDS:
        return 4;
    case FQL_NODE_PROPERTY:
        return is_never(compiler, node) ? 5 : fql_property_rank(compiler, &node->property);
    case FQL_NODE_AND:
    case FQL_NODE_OR:
        break;
    }
    left = rank(compiler, node->left);
    right = rank(compiler, node->right);
    return (node->type == FQL_NODE_AND) == (left > right) ? left : right;
}

static bool emit_words(struct fql_compiler *compiler, const struct fql_node *node)
{
    const struct fql_collection *collection = compiler->collection;
    fprintf(compiler->sql, "SELECT rowid AS seq FROM %s WHERE %s MATCH ?", collection->words,
            collection->words);
    if (node->type == FQL_NODE_WORDS) {
        return fql_bind_text(compiler, strdup(node->words));
    }
    const struct fql_field *field = fql_field_find(collection, node->property.key);
    return fql_bind_text(
        compiler, fql_words_of(&node->property,
                               field->paths == NULL ? 0 : fql_field_number(collection, field)));
}

static bool is_words(const struct fql_node *node)
{
    return node->type == FQL_NODE_WORDS ||
           (node->type == FQL_NODE_PROPERTY && node->property.op == FQL_TEXT);
}

/* ------------------------------------------------------------------ asked of a document t.seq */

static bool emit_test(struct fql_compiler *compiler, const struct fql_node *node)
{
    bool negated = node->type == FQL_NODE_PROPERTY && node->property.negated;
    bool good;
    if (node->type == FQL_NODE_ALL || is_never(compiler, node)) {
        fputs(node->type == FQL_NODE_ALL ? "1" : "0", compiler->sql);
        return true;
    }
    if (is_words(node)) {
        fprintf(compiler->sql, "t.seq %sIN (", negated ? "NOT " : "");
        good = emit_words(compiler, node);
    } else if (node->type == FQL_NODE_PROPERTY) {
        fprintf(compiler->sql, "%sEXISTS (SELECT 1 FROM terms AS x WHERE x.seq=t.seq AND x.",
                negated ? "NOT " : "");
        good = fql_emit_condition(compiler, &node->property,
                                  fql_field_find(compiler->collection, node->property.key));
    } else {
        fputc('(', compiler->sql);
        good = emit_test(compiler, node->left);
        fputs(node->type == FQL_NODE_AND ? " AND " : " OR ", compiler->sql);
        good = good && emit_test(compiler, node->right);
    }
    fputc(')', compiler->sql);
    return good;
}

/* ------------------------------------------------------------------ drivers */

static void collect(const struct fql_node *node, struct conjuncts *conjuncts)
{
    if (node->type == FQL_NODE_AND) {
        collect(node->left, conjuncts);
        collect(node->right, conjuncts);
    } else if (conjuncts->count < MAX_CONJUNCTS) {
        conjuncts->items[conjuncts->count++] = node;
    }
}

/* FROM and WHERE of what drives; `t` is its name, and more conditions may follow. */
static bool emit_driver(struct fql_compiler *compiler, const struct fql_node *driver)
{
    long long present = (long long)(compiler->base + compiler->collection->first + FQL_PRESENT);
    bool good;
    if (driver == NULL) {
        fprintf(compiler->sql, "SELECT t.seq FROM terms AS t WHERE t.field=%lld AND t.value=0",
                present);
        return true;
    }
    if (is_never(compiler, driver)) {
        fputs("SELECT t.seq FROM terms AS t WHERE 0", compiler->sql);
        return true;
    }
    if (is_words(driver)) { /* the words of all tenants stand together */
        fputs("SELECT t.seq FROM (", compiler->sql);
        good = emit_words(compiler, driver);
        fprintf(compiler->sql,
                ") AS t WHERE EXISTS (SELECT 1 FROM terms AS x WHERE x.seq=t.seq AND"
                " x.field=%lld AND x.value=0)",
                present);
        return good;
    }
    if (driver->type == FQL_NODE_OR) {
        fputs("SELECT t.seq FROM (", compiler->sql);
        good = emit_set(compiler, driver);
        fputs(") AS t WHERE 1", compiler->sql);
        return good;
    }
    const struct fql_field *field = fql_field_find(compiler->collection, driver->property.key);
    fprintf(compiler->sql, "SELECT %st.seq FROM terms AS t WHERE t.",
            fql_is_repeated(&driver->property, field) ? "DISTINCT " : "");
    return fql_emit_condition(compiler, &driver->property, field);
}

static bool emit_set(struct fql_compiler *compiler, const struct fql_node *node)
{
    struct conjuncts conjuncts = {.count = 0};
    const struct fql_node *driver = NULL;
    if (node->type == FQL_NODE_OR && rank(compiler, node) > 0) {
        if (!emit_set(compiler, node->left)) {
            return false;
        }
        fputs(" UNION ", compiler->sql);
        return emit_set(compiler, node->right);
    }
    collect(node, &conjuncts);
    for (size_t i = 0; i < conjuncts.count; i++) {
        int best = driver != NULL ? rank(compiler, driver) : 0;
        if (rank(compiler, conjuncts.items[i]) > best) {
            driver = conjuncts.items[i];
        }
    }
    bool good = emit_driver(compiler, driver);
    for (size_t i = 0; good && i < conjuncts.count; i++) {
        if (conjuncts.items[i] != driver && conjuncts.items[i]->type != FQL_NODE_ALL) {
            fputs(" AND ", compiler->sql);
            good = emit_test(compiler, conjuncts.items[i]);
        }
    }
    return good;
}

/* ------------------------------------------------------------------ the whole */

/* In the order of the text, so that the first mistake in it is the one that is told. */
static bool check(struct fql_compiler *compiler, const struct fql_node *node)
{
    if (node->type == FQL_NODE_PROPERTY) {
        return fql_check_property(compiler, &node->property,
                                  fql_field_find(compiler->collection, node->property.key));
    }
    return node->left == NULL || (check(compiler, node->left) && check(compiler, node->right));
}

static bool compile(struct fql_compiler *compiler, struct fql_node *node)
{
    struct fql_node words = {.type = FQL_NODE_WORDS};
    struct fql_node both = {.type = FQL_NODE_AND, .left = node, .right = &words};
    size_t size = 0;
    bool with_words = compiler->context->words != NULL && compiler->collection->words != NULL;
    compiler->sql = open_memstream(&compiler->where->sql, &size);
    words.words = with_words ? fql_free_text(compiler->context->words) : NULL;
    if (compiler->sql == NULL || (with_words && words.words == NULL)) {
        free(words.words);
        return fql_refuse(compiler, "filter", "out of memory");
    }
    compiler->where->all = node->type == FQL_NODE_ALL && !with_words;
    bool compiled = emit_set(compiler, with_words ? &both : node);
    free(words.words);
    if (fclose(compiler->sql) != 0 && compiled) {
        compiled = fql_refuse(compiler, "filter", "out of memory");
    }
    return compiled;
}

bool fql_compile(const struct fql_collection *collection, const char *filter,
                 const struct fql_context *context, struct fql_where *ret_where, char *error)
{
    struct fql_where where = {0};
    struct fql_compiler compiler = {.collection = collection,
                                    .context = context,
                                    .base = context->tenant * FQL_TENANT_FIELDS,
                                    .where = &where,
                                    .error = error};
    error[0] = '\0';
    struct fql_node *node = fql_parse(filter == NULL ? "" : filter, context->precedence, error);
    bool compiled = node != NULL && check(&compiler, node) && compile(&compiler, node);
    fql_node_free(node);
    if (compiled) {
        *ret_where = where;
    } else {
        fql_where_done(&where);
    }
    return compiled;
}
