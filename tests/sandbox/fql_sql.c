/* One property of a filter as a condition on the columns `field` and `value` of a term. */
#include "fql_compile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fql_refuse(struct fql_compiler *compiler, const char *key, const char *what)
{
    snprintf(compiler->error, FQL_ERROR_SIZE, "invalid filter: %.64s: %s", key, what);
    return false;
}

/* Takes `text`. */
static bool bind_value(struct fql_compiler *compiler, char *text, int64_t integer)
{
    struct fql_where *where = compiler->where;
    struct fql_bind *binds = realloc(where->binds, (where->bind_count + 1) * sizeof *binds);
    if (binds == NULL) {
        free(text);
        return fql_refuse(compiler, "filter", "out of memory");
    }
    where->binds = binds;
    where->binds[where->bind_count++] = (struct fql_bind){.text = text, .integer = integer};
    return true;
}

bool fql_bind_text(struct fql_compiler *compiler, char *text)
{
    if (text == NULL) {
        return fql_refuse(compiler, "filter", "out of memory");
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

static bool bind_literal(struct fql_compiler *compiler, const struct fql_property *property,
                         const struct fql_field *field, const struct fql_literal *literal)
{
    char text[FQL_TIME_SIZE];
    int64_t number = 0;
    switch (field->kind) {
    case FQL_INT:
        if (!integer_of(literal->text, &number)) {
            return fql_refuse(compiler, property->key, "expected an integer");
        }
        return bind_value(compiler, NULL, number);
    case FQL_BOOL:
        if (strcmp(literal->text, "true") != 0 && strcmp(literal->text, "false") != 0) {
            return fql_refuse(compiler, property->key, "expected true or false");
        }
        return bind_value(compiler, NULL, literal->text[0] == 't');
    case FQL_TIME:
        if (!fql_time_parse(literal->text, compiler->context->now_ms, &number)) {
            return fql_refuse(compiler, property->key, "expected a time");
        }
        fql_time_format(number, text);
        return fql_bind_text(compiler, strdup(text));
    case FQL_EPOCH:
        if (integer_of(literal->text, &number)) {
            return bind_value(compiler, NULL, number);
        }
        if (!fql_time_parse(literal->text, compiler->context->now_ms, &number)) {
            return fql_refuse(compiler, property->key, "expected a time or an integer");
        }
        return bind_value(compiler, NULL, number / 1000);
    case FQL_STRING:
        break;
    }
    return fql_bind_text(compiler, strdup(literal->text));
}

static bool is_all_stars(const char *text)
{
    return *text != '\0' && text[strspn(text, "*")] == '\0';
}

/* Whether one literal stands for more than itself, given the operator and the collection. */
static bool is_pattern(const struct fql_compiler *compiler, const struct fql_property *property,
                       const struct fql_literal *literal)
{
    if (!literal->quoted || strchr(literal->text, '*') == NULL) {
        return false;
    }
    return property->op == FQL_WILDCARD ||
           (property->op == FQL_EQ && compiler->collection->value_wildcards);
}

/* What a pattern begins with bounds what an index must be searched for. */
static bool emit_prefix(struct fql_compiler *compiler, const char *pattern)
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
    if (!fql_bind_text(compiler, from)) {
        free(to);
        return false;
    }
    return fql_bind_text(compiler, to);
}

static bool emit_match(struct fql_compiler *compiler, const struct fql_property *property,
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
        return fql_bind_text(compiler, glob_of(literal->text));
    }
    fprintf(compiler->sql, "value%s?", comparisons[property->op]);
    return bind_literal(compiler, property, field, literal);
}

/* Plain lists become IN, so that SQLite may use an index and its expression depth doesn't grow. */
static bool emit_literals(struct fql_compiler *compiler, const struct fql_property *property,
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

bool fql_check_property(struct fql_compiler *compiler, const struct fql_property *property,
                        const struct fql_field *field)
{
    size_t patterns = 0;
    if (field == NULL || !field->filters) {
        snprintf(compiler->error, FQL_ERROR_SIZE, "unexpected filter field");
        return false;
    }
    if ((field->kind == FQL_BOOL && property->op != FQL_EQ) ||
        (field->kind != FQL_STRING && property->op == FQL_TEXT)) {
        return fql_refuse(compiler, property->key, "operator not allowed here");
    }
    for (size_t i = 0; i < property->literal_count; i++) {
        patterns +=
            property->op == FQL_TEXT || is_pattern(compiler, property, &property->literals[i]);
    }
    if (patterns > 100) { /* each is an operand of OR, and SQLite bounds the depth of expressions */
        return fql_refuse(compiler, property->key, "too many values");
    }
    return true;
}

/* The numbers of the fields that a property asks: one, or those of all texts. */
static void emit_numbers(struct fql_compiler *compiler, const struct fql_field *field)
{
    const struct fql_collection *collection = compiler->collection;
    const char *before = "(";
    if (field->paths != NULL) {
        fprintf(compiler->sql, "=%lld",
                (long long)(compiler->base + fql_field_number(collection, field)));
        return;
    }
    fputs(" IN ", compiler->sql);
    for (size_t i = 0; i < collection->field_count; i++) {
        if (collection->fields[i].kind == FQL_STRING && collection->fields[i].paths != NULL) {
            fprintf(
                compiler->sql, "%s%lld", before,
                (long long)(compiler->base + fql_field_number(collection, &collection->fields[i])));
            before = ",";
        }
    }
    fputc(')', compiler->sql);
}

int fql_property_rank(const struct fql_compiler *compiler, const struct fql_property *property)
{
    const struct fql_literal *first = &property->literals[0];
    if (property->negated) {
        return 0;
    }
    if (property->op == FQL_TEXT || property->literal_count > 1) {
        return 4;
    }
    if (is_pattern(compiler, property, first)) {
        return first->text[0] == '*' ? 1 : 3;
    }
    return property->op == FQL_EQ || property->op == FQL_WILDCARD ? 5 : 2;
}

bool fql_is_repeated(const struct fql_property *property, const struct fql_field *field)
{
    bool one = field->paths != NULL && strpbrk(field->paths, "[|") == NULL;
    return !one && !(field->paths != NULL && property->literal_count == 1 &&
                     property->op == FQL_EQ && strchr(property->literals[0].text, '*') == NULL);
}

bool fql_emit_condition(struct fql_compiler *compiler, const struct fql_property *property,
                        const struct fql_field *field)
{
    fputs("field", compiler->sql);
    emit_numbers(compiler, field);
    fputs(" AND (", compiler->sql);
    if (!emit_literals(compiler, property, field)) {
        return false;
    }
    fputc(')', compiler->sql);
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
