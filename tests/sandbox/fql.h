/*
 * Falcon Query Language: what stands in `filter=` and `sort=`.
 *
 * What a document holds is kept beside it as terms: rows of `terms(seq, field, value)`, one for each
 * value of each field (fql_terms.c finds them in the document), and the words of a case in a
 * full-text table of FTS5. A filter is parsed (fql_parse.c, where the grammar stands), checked
 * against the fields of the collection it is put to (fql_fields.c), and compiled to SQL that asks
 * those tables and never opens a document (fql_set.c, fql_sql.c, fql_words.c). Values of the filter
 * never become SQL text: each is a `?` and a bound value.
 *
 * No function here keeps state: all may be called from any thread at once. Nothing here prints.
 */
#ifndef SANDBOX_FQL_H
#define SANDBOX_FQL_H

#include <json-c/json.h>
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
 * item of this array', several places joined by `|`. Examples: `severity`, `assigned_to.uuid`,
 * `tags[]`, `fields[].options[].value`, `created_by.uuid|created_by.email`. Paths come from constant
 * tables only. NULL: the values of all the collection's fields of kind FQL_STRING.
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
    int first;            /* number of the first field; the others follow */
    const char *words;    /* the full-text table that `~` asks; NULL: `~` matches nothing */
    bool value_wildcards; /* `*` inside a plain value works; where it doesn't, it is a plain star */
};

extern const struct fql_collection fql_cases;
extern const struct fql_collection fql_files;
extern const struct fql_collection fql_templates;
extern const struct fql_collection fql_template_fields;
extern const struct fql_collection fql_template_snapshots;
extern const struct fql_collection fql_slas;
extern const struct fql_collection fql_notification_groups;
extern const struct fql_collection fql_access_tags;

/* All of them, NULL at the end. */
extern const struct fql_collection *const fql_collections[];

/* The field of that name (any letter case), or NULL. The result is constant. */
const struct fql_field *fql_field_find(const struct fql_collection *collection, const char *name);

/* What binds more tightly where a filter mixes `+` and `,` without parentheses. The service doesn't
 * say; the default is FQL_AND_FIRST: `a,b+c` is `a,(b+c)`. */
enum fql_precedence { FQL_AND_FIRST, FQL_OR_FIRST };

/* How a filter is to be read. */
struct fql_context {
    int64_t now_ms; /* what `now` means, milliseconds since 1970 */
    enum fql_precedence precedence;
    int64_t tenant;    /* whose documents; the store knows its number */
    const char *words; /* free text that must be found too, as of `q`; NULL for none */
};

/* A value of a filter, to be bound to a `?`. `text` is owned; NULL when the value is an integer. */
struct fql_bind {
    char *text;
    int64_t integer;
};

/* A compiled filter: SQL of a SELECT that gives the `seq` of each document of the tenant that it
 * finds, once, in no order; and its values in the order of their `?`. */
struct fql_where {
    char *sql; /* never NULL after success */
    struct fql_bind *binds;
    size_t bind_count;
    bool all; /* it finds every document */
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
 * A sort (`field|asc`, `field|desc`, `field.asc`, `field.desc`, several joined by commas; NULL or
 * empty for none) as SQL: `from` stands after a FROM that names a filter's set `d`, `by` after ORDER BY. A field that can't
 * be sorted by, or an unknown direction, gives the newest first, as the service does. Of equals, the
 * newest is first where the last key descends and last where it ascends, so that pages never
 * overlap. False when memory is out. To be ended with fql_order_done.
 */
struct fql_order {
    char *from, *by;
};
bool fql_order(const struct fql_collection *collection, const char *sort, int64_t tenant,
               struct fql_order *ret_order);
void fql_order_done(struct fql_order *order);

/* What FTS5 takes for free text, `q`: every word of it must be in the document, in any field; a word
 * with `*` at its end stands for all that begin so. The caller frees it; NULL when memory is out. */
char *fql_free_text(const char *text);

/* ---- terms ---- */

/* Numbers of fields: a tenant's are its own number times FQL_TENANT_FIELDS, plus those below. Within a
 * collection, counted from its `first`: FQL_PRESENT, with the value 0, is in every document; from
 * FQL_SORT_KEYS on follow the sort keys of fields with several values. */
enum { FQL_PRESENT = 499, FQL_SORT_KEYS = 500, FQL_TENANT_FIELDS = 10000 };

/* The number under which a field's values are kept, and that under which its sort keys are: another
 * one where a document may have several values, of which the least is the key. */
int fql_field_number(const struct fql_collection *collection, const struct fql_field *field);
int fql_sort_number(const struct fql_collection *collection, const struct fql_field *field);

/* One value of a document. Text belongs to the document and may hold NULs; NULL for an integer. */
struct fql_term {
    int field;
    const char *text;
    size_t size;
    int64_t integer;
    bool is_words; /* its words are in the full-text table */
};

struct fql_terms {
    struct fql_term *items;
    size_t count, room;
};

/* Fills in the values of all fields that the document has, each once, ordered as SQLite orders
 * (field, value). A field that sorts has at least one: what is missing counts as an empty text or 0.
 * False when memory is out. The caller frees items. */
bool fql_terms_of(const struct fql_collection *collection, struct json_object *doc,
                  struct fql_terms *ret_terms);

/* The order of two terms: below 0, 0 or above. */
int fql_term_compare(const struct fql_term *a, const struct fql_term *b);

/* ---- times ---- */

/* Parses an RFC 3339 time, a date (`2025-01-01`, midnight UTC) or a relative time (`now`,
 * `now-30d`, `now+90m`; units s m h d w M y) to milliseconds since 1970. False when the text is
 * none of these or leaves years 0..9999. */
bool fql_time_parse(const char *text, int64_t now_ms, int64_t *ret_ms);

enum { FQL_TIME_SIZE = 32 }; /* bytes fql_time_format writes at most, NUL included */

/* Writes a time as all times of the store are written, so that they sort as text:
 * `2025-01-01T00:00:00.000Z`. Times outside years 0..9999 are clamped. */
void fql_time_format(int64_t ms, char *text);

#endif
