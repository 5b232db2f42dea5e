/* Filters as SQL over `docs` and the terms of its documents. */
#include "fql_ast.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compiler {
    const struct fql_collection *collection;
    const struct fql_context *context;
    FILE *sql;
    struct fql_where *where;
    char *error;
};

static bool refuse(struct compiler *compiler, const char *key, const char *what)
{
    snprintf(compiler->error, FQL_ERROR_SIZE, "invalid filter: %.64s: %s", key, what);
    return false;
}

/* Takes `text`. */
static bool bind_value(struct compiler *compiler, char *text, int64_t integer)
{
    struct fql_where *where = compiler->where;
    struct fql_bind *binds = realloc(where->binds, (where->bind_count + 1) * sizeof *binds);
    if (binds == NULL) {
        free(text);
        return refuse(compiler, "filter", "out of memory");
    }
    where->binds = binds;
    where->binds[where->bind_count++] = (struct fql_bind){.text = text, .integer = integer};
    return true;
}

static bool bind_text(struct compiler *compiler, char *text)
{
    if (text == NULL) {
        return refuse(compiler, "filter", "out of memory");
    }
    return bind_value(compiler, text, 0);
}

/* `*` is the only wildcard; what else GLOB finds special must stand for itself. */
static char *glob_of(const char *pattern)
{
    char *glob = malloc(strlen(pattern) * 3 + 1), *to = glob;
    if (glob == NULL) {
        return NULL;
    }
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '?' || *pattern == '[') {
            *to++ = '[';
            *to++ = *pattern;
            *to++ = ']';
        } else if (*pattern != '*' || to == glob || to[-1] != '*') {
            *to++ = *pattern;
        }
    }
    *to = '\0';
    return glob;
}

static bool integer_of(const char *text, int64_t *ret_integer)
{
    char *end;
    long long integer;
    if (*text != '-' && (*text < '0' || *text > '9')) {
        return false;
    }
    errno = 0;
    integer = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0') {
        return false;
    }
    *ret_integer = integer;
    return true;
}

static bool bind_literal(struct compiler *compiler, const struct fql_property *property,
                         const struct fql_field *field, const struct fql_literal *literal)
{
    char text[FQL_TIME_SIZE];
    int64_t number = 0;
    switch (field->kind) {
    case FQL_INT:
        if (!integer_of(literal->text, &number)) {
            return refuse(compiler, property->key, "expected an integer");
        }
        return bind_value(compiler, NULL, number);
    case FQL_BOOL:
        if (strcmp(literal->text, "true") != 0 && strcmp(literal->text, "false") != 0) {
            return refuse(compiler, property->key, "expected true or false");
        }
        return bind_value(compiler, NULL, literal->text[0] == 't');
    case FQL_TIME:
        if (!fql_time_parse(literal->text, compiler->context->now_ms, &number)) {
            return refuse(compiler, property->key, "expected a time");
        }
        fql_time_format(number, text);
        return bind_text(compiler, strdup(text));
    case FQL_EPOCH:
        if (integer_of(literal->text, &number)) {
            return bind_value(compiler, NULL, number);
        }
        if (!fql_time_parse(literal->text, compiler->context->now_ms, &number)) {
            return refuse(compiler, property->key, "expected a time or an integer");
        }
        return bind_value(compiler, NULL, number / 1000);
    case FQL_STRING:
        break;
    }
    return bind_text(compiler, strdup(literal->text));
}

static bool is_all_stars(const char *text)
{
    return *text != '\0' && text[strspn(text, "*")] == '\0';
}

/* Whether one literal stands for more than itself, given the operator and the collection. */
static bool is_pattern(const struct compiler *compiler, const struct fql_property *property,
                       const struct fql_literal *literal)
{
    if (!literal->quoted || strchr(literal->text, '*') == NULL) {
        return false;
    }
    return property->op == FQL_WILDCARD ||
           (property->op == FQL_EQ && compiler->collection->value_wildcards);
}

/* What a pattern begins with bounds what an index must be searched for. */
static bool emit_prefix(struct compiler *compiler, const char *pattern)
{
    size_t size = strcspn(pattern, "*");
    char *from, *to;
    if (size == 0) {
        return true;
    }
    fputs("value>=? AND value<? AND ", compiler->sql);
    from = strndup(pattern, size);
    to = strndup(pattern, size);
    if (to != NULL) {
        to[size - 1]++; /* no byte of UTF-8 is the last there is */
    }
    if (!bind_text(compiler, from)) {
        free(to);
        return false;
    }
    return bind_text(compiler, to);
}

static bool emit_match(struct compiler *compiler, const struct fql_property *property,
                       const struct fql_field *field, const struct fql_literal *literal)
{
    static const char *const comparisons[] = {
        [FQL_EQ] = "=",  [FQL_GT] = ">",   [FQL_GE] = ">=",     [FQL_LT] = "<",
        [FQL_LE] = "<=", [FQL_TEXT] = "=", [FQL_WILDCARD] = "="};
    if (is_pattern(compiler, property, literal)) {
        if (is_all_stars(literal->text)) {
            fputs("value<>''", compiler->sql);
            return true;
        }
        if (!emit_prefix(compiler, literal->text)) {
            return false;
        }
        fputs("value GLOB ?", compiler->sql);
        return bind_text(compiler, glob_of(literal->text));
    }
    fprintf(compiler->sql, "value%s?", comparisons[property->op]);
    return bind_literal(compiler, property, field, literal);
}

/* Plain lists become IN, so that SQLite may use an index and its expression depth doesn't grow. */
static bool emit_literals(struct compiler *compiler, const struct fql_property *property,
                          const struct fql_field *field)
{
    size_t plain = 0, written = 0;
    for (size_t i = 0; i < property->literal_count; i++) {
        const struct fql_literal *literal = &property->literals[i];
        if (property->literal_count > 1 && !is_pattern(compiler, property, literal)) {
            plain++;
            continue;
        }
        if (written++ > 0) {
            fputs(" OR ", compiler->sql);
        }
        if (!emit_match(compiler, property, field, literal)) {
            return false;
        }
    }
    if (plain > 0) {
        fprintf(compiler->sql, "%svalue IN (", written > 0 ? " OR " : "");
        for (size_t i = 0, n = 0; i < property->literal_count; i++) {
            if (is_pattern(compiler, property, &property->literals[i])) {
                continue;
            }
            fputs(n++ == 0 ? "?" : ",?", compiler->sql);
            if (!bind_literal(compiler, property, field, &property->literals[i])) {
                return false;
            }
        }
        fputc(')', compiler->sql);
    }
    return true;
}

static bool check_property(struct compiler *compiler, const struct fql_property *property,
                           const struct fql_field *field)
{
    size_t patterns = 0;
    if (field == NULL || !field->filters) {
        snprintf(compiler->error, FQL_ERROR_SIZE, "unexpected filter field");
        return false;
    }
    if ((field->kind == FQL_BOOL && property->op != FQL_EQ) ||
        (field->kind != FQL_STRING && property->op == FQL_TEXT)) {
        return refuse(compiler, property->key, "operator not allowed here");
    }
    for (size_t i = 0; i < property->literal_count; i++) {
        patterns +=
            property->op == FQL_TEXT || is_pattern(compiler, property, &property->literals[i]);
    }
    if (patterns > 100) { /* each is an operand of OR, and SQLite bounds the depth of expressions */
        return refuse(compiler, property->key, "too many values");
    }
    return true;
}

/* The numbers of the fields that a property asks: one, or those of all texts. */
static void emit_numbers(struct compiler *compiler, const struct fql_field *field)
{
    const struct fql_collection *collection = compiler->collection;
    const char *before = "(";
    if (field->paths != NULL) {
        fprintf(compiler->sql, "=%d", fql_field_number(collection, field));
        return;
    }
    fputs(" IN ", compiler->sql);
    for (size_t i = 0; i < collection->field_count; i++) {
        if (collection->fields[i].kind == FQL_STRING && collection->fields[i].paths != NULL) {
            fprintf(compiler->sql, "%s%d", before,
                    fql_field_number(collection, &collection->fields[i]));
            before = ",";
        }
    }
    fputc(')', compiler->sql);
}

static bool emit_property(struct compiler *compiler, const struct fql_property *property)
{
    const struct fql_collection *collection = compiler->collection;
    const struct fql_field *field = fql_field_find(collection, property->key);
    if (!check_property(compiler, property, field)) {
        return false;
    }
    if (property->op == FQL_TEXT && collection->words == NULL) {
        fputc('0', compiler->sql);
        return true;
    }
    fprintf(compiler->sql, "docs.seq %sIN (SELECT ", property->negated ? "NOT " : "");
    if (property->op == FQL_TEXT) {
        fprintf(compiler->sql, "rowid FROM %s WHERE %s MATCH ?)", collection->words,
                collection->words);
        return bind_text(
            compiler,
            fql_words_of(property, field->paths == NULL ? 0 : fql_field_number(collection, field)));
    }
    fputs("seq FROM terms WHERE field", compiler->sql);
    emit_numbers(compiler, field);
    fputs(" AND (", compiler->sql);
    if (!emit_literals(compiler, property, field)) {
        return false;
    }
    fputs("))", compiler->sql);
    return true;
}

static bool emit_node(struct compiler *compiler, const struct fql_node *node)
{
    if (node->type == FQL_NODE_ALL) {
        fputc('1', compiler->sql);
        return true;
    }
    if (node->type == FQL_NODE_PROPERTY) {
        return emit_property(compiler, &node->property);
    }
    fputc('(', compiler->sql);
    if (!emit_node(compiler, node->left)) {
        return false;
    }
    fputs(node->type == FQL_NODE_AND ? " AND " : " OR ", compiler->sql);
    if (!emit_node(compiler, node->right)) {
        return false;
    }
    fputc(')', compiler->sql);
    return true;
}

bool fql_compile(const struct fql_collection *collection, const char *filter,
                 const struct fql_context *context, struct fql_where *ret_where, char *error)
{
    struct fql_where where = {0};
    struct compiler compiler = {
        .collection = collection, .context = context, .where = &where, .error = error};
    struct fql_node *node;
    size_t size = 0;
    bool compiled;
    error[0] = '\0';
    node = fql_parse(filter == NULL ? "" : filter, context->precedence, error);
    if (node == NULL) {
        return false;
    }
    compiler.sql = open_memstream(&where.sql, &size);
    if (compiler.sql == NULL) {
        fql_node_free(node);
        return refuse(&compiler, "filter", "out of memory");
    }
    compiled = emit_node(&compiler, node);
    fql_node_free(node);
    if (fclose(compiler.sql) != 0 && compiled) {
        compiled = refuse(&compiler, "filter", "out of memory");
    }
    if (!compiled) {
        fql_where_done(&where);
        return false;
    }
    *ret_where = where;
    return true;
}

void fql_where_done(struct fql_where *where)
{
    for (size_t i = 0; i < where->bind_count; i++) {
        free(where->binds[i].text);
    }
    free(where->binds);
    free(where->sql);
    memset(where, 0, sizeof *where);
}

int fql_where_bind(const struct fql_where *where, sqlite3_stmt *statement, int first)
{
    for (size_t i = 0; i < where->bind_count; i++, first++) {
        const struct fql_bind *bind = &where->binds[i];
        int code = bind->text == NULL
                       ? sqlite3_bind_int64(statement, first, bind->integer)
                       : sqlite3_bind_text(statement, first, bind->text, -1, SQLITE_STATIC);
        if (code != SQLITE_OK) {
            return 0;
        }
    }
    return first;
}
