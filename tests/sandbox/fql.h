/*
 * Falcon Query Language: what stands in `filter=` and `sort=`.
 *
 * A filter is parsed (fql_parse.c, where the grammar stands), checked against the fields of the
 * collection it is put to (fql_fields.c), and compiled to the WHERE part of an SQL statement over
 * a table whose rows hold one JSON document each, in a column named `doc` (fql_sql.c). Values of
 * the filter never become SQL text: each is a `?` and a bound value.
 *
 * No function here keeps state: all may be called from any thread at once. Nothing here prints.
 */
#ifndef SANDBOX_FQL_H
#define SANDBOX_FQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FQL_MAX_PROPERTIES = 20, /* the service's limit of `field:value` terms in one statement */
    FQL_MAX_VALUES = 5000,   /* values in all lists of one statement */
    FQL_MAX_DEPTH = 32,      /* nested parentheses */
    FQL_MAX_LENGTH = 131072, /* bytes of one statement */
    FQL_ERROR_SIZE = 256     /* bytes of an error text, NUL included */
};

/* What a field's values are. FQL_TIME: RFC 3339 text as fql_time_format writes it. FQL_EPOCH: whole
 * seconds since 1970, to be asked for as integers or as times. */
enum fql_kind { FQL_STRING, FQL_INT, FQL_BOOL, FQL_TIME, FQL_EPOCH };

/*
 * One field that a filter may name.
 * `paths`: where the values stand in the document: keys joined by dots, `[]` after a key for 'each
 * item of this array' (twice at most), several places joined by `|`. Examples: `severity`,
 * `assigned_to.uuid`, `tags[]`, `fields[].options[].value`,
 * `analysis_results.hosts.records[].agent_ip|...[].local_ip`. Paths come from constant tables only.
 */
struct fql_field {
    const char *name; /* lower case, as in a filter */
    const char *paths;
    enum fql_kind kind;
    bool filters;    /* may stand in a filter */
    bool sorts;      /* may stand in a sort */
    bool aggregates; /* may be aggregated on */
};

/* One collection and how the service reads filters on it. */
struct fql_collection {
    const char *name;
    const struct fql_field *fields;
    size_t field_count;
    bool text_match;      /* `~` works; where it doesn't, it matches nothing */
    bool value_wildcards; /* `*` inside a plain value works; where it doesn't, it is a plain star */
    const char
        *default_order; /* SQL of ORDER BY where no sort, or one of an unknown field, is given */
};

extern const struct fql_collection fql_cases;
extern const struct fql_collection fql_files;
extern const struct fql_collection fql_templates;
extern const struct fql_collection fql_template_fields;
extern const struct fql_collection fql_template_snapshots;
extern const struct fql_collection fql_slas;
extern const struct fql_collection fql_notification_groups;
extern const struct fql_collection fql_access_tags;

/* The field of that name (any letter case), or NULL. The result is constant. */
const struct fql_field *fql_field_find(const struct fql_collection *collection, const char *name);

/* What binds more tightly where a filter mixes `+` and `,` without parentheses. The service doesn't
 * say; the default is FQL_AND_FIRST: `a,b+c` is `a,(b+c)`. */
enum fql_precedence { FQL_AND_FIRST, FQL_OR_FIRST };

/* How a filter is to be read. */
struct fql_context {
    int64_t now_ms; /* what `now` means, milliseconds since 1970 */
    enum fql_precedence precedence;
};

/* A value of a filter, to be bound to a `?`. `text` is owned; NULL when the value is an integer. */
struct fql_bind {
    char *text;
    int64_t integer;
};

/* A compiled filter: an SQL expression and its values in the order of their `?`. */
struct fql_where {
    char *sql; /* never NULL after success: `1` for an empty filter and for `*` */
    struct fql_bind *binds;
    size_t bind_count;
};

/*
 * Compiles a filter. `filter` may be NULL. On success fills *ret_where, to be ended with
 * fql_where_done, and returns true. Otherwise returns false, leaves *ret_where as it was, and
 * writes to `error` (FQL_ERROR_SIZE bytes) what the service would say.
 */
bool fql_compile(const struct fql_collection *collection, const char *filter,
                 const struct fql_context *context, struct fql_where *ret_where, char *error);

/* Frees what fql_compile filled in and zeroes it; safe on a zeroed struct. */
void fql_where_done(struct fql_where *where);

/* Binds the values to the `?` of a statement, of which `first` (from 1) is the filter's first.
 * Returns the number of the first `?` after them, or 0 when SQLite refuses. The values must outlive
 * the statement's use. */
int fql_where_bind(const struct fql_where *where, sqlite3_stmt *statement, int first);

/*
 * What stands after ORDER BY for `sort` (`field|asc`, `field|desc`, `field.asc`, `field.desc`,
 * several joined by commas; NULL or empty for none). A field that can't be sorted by, or an unknown
 * direction, gives the collection's default order, as the service does. The caller frees the
 * result; NULL when memory is out.
 */
char *fql_order(const struct fql_collection *collection, const char *sort);

/* SQL of a field's one value in a document (of the first, when it has several), for GROUP BY and
 * the like. The caller frees it; NULL when memory is out. */
char *fql_value_sql(const struct fql_field *field);

/* Parses an RFC 3339 time, a date (`2025-01-01`, midnight UTC) or a relative time (`now`,
 * `now-30d`, `now+90m`; units s m h d w M y) to milliseconds since 1970. False when the text is
 * none of these or leaves years 0..9999. */
bool fql_time_parse(const char *text, int64_t now_ms, int64_t *ret_ms);

enum { FQL_TIME_SIZE = 32 }; /* bytes fql_time_format writes at most, NUL included */

/* Writes a time as all times of the store are written, so that they sort as text:
 * `2025-01-01T00:00:00.000Z`. Times outside years 0..9999 are clamped. */
void fql_time_format(int64_t ms, char *text);

#endif
