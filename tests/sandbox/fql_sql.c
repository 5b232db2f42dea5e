/* Filters and sorts as SQL over a column `doc` of JSON documents. */
#include "fql_ast.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct compiler {
    const struct fql_collection *collection;
    const struct fql_context *context;
    FILE *sql;
    struct fql_where *where;
    char *error;
};

const struct fql_field *fql_field_find(const struct fql_collection *collection, const char *name)
{
    for (size_t i = 0; i < collection->field_count; i++) {
        if (strcasecmp(collection->fields[i].name, name) == 0) {
            return &collection->fields[i];
        }
    }
    return NULL;
}

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

static char *like_of(const char *text)
{
    char *like = malloc(strlen(text) * 2 + 3), *to = like;
    if (like == NULL) {
        return NULL;
    }
    *to++ = '%';
    for (; *text != '\0'; text++) {
        if (*text == '%' || *text == '_' || *text == '\\') {
            *to++ = '\\';
        }
        *to++ = *text;
    }
    *to++ = '%';
    *to = '\0';
    return like;
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

static bool emit_match(struct compiler *compiler, const struct fql_property *property,
                       const struct fql_field *field, const char *value,
                       const struct fql_literal *literal)
{
    static const char *const comparisons[] = {
        [FQL_EQ] = "=",  [FQL_GT] = ">",   [FQL_GE] = ">=",     [FQL_LT] = "<",
        [FQL_LE] = "<=", [FQL_TEXT] = "=", [FQL_WILDCARD] = "="};
    if (is_pattern(compiler, property, literal)) {
        if (is_all_stars(literal->text)) {
            fprintf(compiler->sql, "%s<>''", value);
            return true;
        }
        fprintf(compiler->sql, "%s GLOB ?", value);
        return bind_text(compiler, glob_of(literal->text));
    }
    if (property->op == FQL_TEXT) {
        fprintf(compiler->sql, "%s LIKE ? ESCAPE '\\'", value);
        return bind_text(compiler, like_of(literal->text));
    }
    fprintf(compiler->sql, "%s%s?", value, comparisons[property->op]);
    return bind_literal(compiler, property, field, literal);
}

/* Plain lists become IN, so that SQLite may use an index and its expression depth doesn't grow. */
static bool emit_literals(struct compiler *compiler, const struct fql_property *property,
                          const struct fql_field *field, const char *value)
{
    size_t plain = 0, written = 0;
    fputc('(', compiler->sql);
    for (size_t i = 0; i < property->literal_count; i++) {
        const struct fql_literal *literal = &property->literals[i];
        if (property->op != FQL_TEXT && property->literal_count > 1 &&
            !is_pattern(compiler, property, literal)) {
            plain++;
            continue;
        }
        if (written++ > 0) {
            fputs(" OR ", compiler->sql);
        }
        if (!emit_match(compiler, property, field, value, literal)) {
            return false;
        }
    }
    if (plain > 0) {
        fprintf(compiler->sql, "%s%s IN (", written > 0 ? " OR " : "", value);
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
    fputc(')', compiler->sql);
    return true;
}

static bool check_property(struct compiler *compiler, const struct fql_property *property,
                           const struct fql_field *field)
{
    size_t patterns = 0;
    if (field == NULL || !field->filters) {
        snprintf(compiler->error, FQL_ERROR_SIZE, "unexpected filter field: %.64s", property->key);
        return false;
    }
    if (field->kind == FQL_BOOL && property->op != FQL_EQ) {
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

static bool emit_property(struct compiler *compiler, const struct fql_property *property)
{
    const struct fql_field *field = fql_field_find(compiler->collection, property->key);
    const char *paths;
    if (!check_property(compiler, property, field)) {
        return false;
    }
    if (property->op == FQL_TEXT && !compiler->collection->text_match) {
        fputc('0', compiler->sql);
        return true;
    }
    /* A condition on a missing value is NULL, and its negation must be true. */
    fputs(property->negated ? "NOT COALESCE((" : "(", compiler->sql);
    for (paths = field->paths; paths != NULL;) {
        struct fql_path path;
        struct fql_operand operand;
        paths = fql_path_cut(paths, &path);
        fql_operand_of(&path, &operand);
        if (path.array_count > 0) {
            fprintf(compiler->sql, "EXISTS(SELECT 1 FROM %s WHERE ", operand.from);
        }
        if (!emit_literals(compiler, property, field, operand.value)) {
            return false;
        }
        fprintf(compiler->sql, "%s%s", path.array_count > 0 ? ")" : "",
                paths != NULL ? " OR " : "");
    }
    fputs(property->negated ? "),0)" : ")", compiler->sql);
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
