/*
 * The terms of documents: the one index that filters, sorts and aggregates ask.
 *
 *   terms(seq, field, value)   a value that the document `seq` has in a field; ordered by document,
 *                              and again, for all that asks, by field and value
 *   tenants(number, cid)       whose fields are which: `field` counts from the tenant's number
 *   case_words                 FTS5 without content: a column for each field of texts, which holds
 *                              all values of a case joined by line ends
 *
 * FTS5 wants to be told a row's old words to forget them: they follow from the old terms.
 */
#include "fql.h"
#include "store.h"
#include "store_private.h"

#include <json-c/printbuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *kind;
    const struct fql_collection *collection;
} kinds[] = {
    {"case", &fql_cases},
    {"file", &fql_files},
    {"template", &fql_templates},
    {"field", &fql_template_fields},
    {"snapshot", &fql_template_snapshots},
    {"sla", &fql_slas},
    {"group", &fql_notification_groups},
    {"access_tag", &fql_access_tags},
};

static const struct fql_collection *collection_of(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].kind, kind) == 0) {
            return kinds[i].collection;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ tables */

/* What is sorted at once has the size of the cache: so much of it stays near the processor. */
#define SORT_CACHE "PRAGMA cache_size = -4096;"
#define BY_VALUE "CREATE INDEX terms_by_value ON terms(field, value, seq);"

static bool has_words(const struct fql_field *field)
{
    return field->kind == FQL_STRING && field->paths != NULL;
}

/* Writes for each column of words its name or `instead`. */
static void write_columns(FILE *sql, const struct fql_collection *collection, const char *instead)
{
    for (size_t i = 0; i < collection->field_count; i++) {
        if (has_words(&collection->fields[i])) {
            if (instead == NULL) {
                fprintf(sql, "f%d, ", fql_field_number(collection, &collection->fields[i]));
            } else {
                fputs(instead, sql);
            }
        }
    }
}

static char *words_sql(const struct fql_collection *collection)
{
    char *text = NULL;
    size_t size = 0;
    FILE *sql = open_memstream(&text, &size);
    if (sql == NULL) {
        return NULL;
    }
    fprintf(sql, "CREATE VIRTUAL TABLE %s USING fts5(", collection->words);
    write_columns(sql, collection, NULL);
    fputs("content='', columnsize=0)", sql);
    if (fclose(sql) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* What the terms of this program are made of. */
static uint64_t fingerprint(void)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t c = 0; fql_collections[c] != NULL; c++) {
        for (size_t i = 0; i < fql_collections[c]->field_count; i++) {
            const struct fql_field *field = &fql_collections[c]->fields[i];
            char text[256];
            snprintf(text, sizeof text, "%d %s %s %d %d\n",
                     fql_field_number(fql_collections[c], field), field->name,
                     field->paths != NULL ? field->paths : "", (int)field->kind, field->sorts);
            for (const char *at = text; *at != '\0'; at++) {
                hash = (hash ^ (unsigned char)*at) * 1099511628211u;
            }
        }
    }
    return hash;
}

bool sb_terms_create(struct sb_store *store)
{
    char about[128];
    bool made = sb_store_run(
        store, "CREATE TABLE terms(seq INTEGER NOT NULL, field INTEGER NOT NULL,"
               " value NOT NULL, PRIMARY KEY(seq, field, value)) WITHOUT ROWID;" BY_VALUE
               "CREATE TABLE terms_are_of(fields INTEGER NOT NULL);"
               "CREATE TABLE tenants(number INTEGER PRIMARY KEY, cid TEXT NOT NULL UNIQUE);");
    snprintf(about, sizeof about, "INSERT INTO terms_are_of VALUES(%lld)",
             (long long)fingerprint());
    made = made && sb_store_run(store, about);
    for (size_t c = 0; made && fql_collections[c] != NULL; c++) {
        if (fql_collections[c]->words != NULL) {
            char *sql = words_sql(fql_collections[c]);
            made = sql != NULL && sb_store_run(store, sql);
            free(sql);
        }
    }
    return made;
}

bool sb_terms_check(struct sb_store *store)
{
    sqlite3_stmt *statement = sb_store_prepare(store, "SELECT fields FROM terms_are_of");
    bool same = sb_store_step(store, statement) &&
                sqlite3_column_int64(statement, 0) == (int64_t)fingerprint();
    if (statement != NULL) {
        sqlite3_reset(statement);
    }
    if (!same && !store->failed) {
        store->failed = true;
        snprintf(store->failure, sizeof store->failure,
                 "its index is of other filter fields than this sandbox has: use another file");
    }
    return same;
}

void sb_terms_put_off(struct sb_store *store)
{
    sb_store_run(store, "DROP INDEX terms_by_value");
}

void sb_terms_catch_up(struct sb_store *store)
{
    char cache[64];
    sqlite3_stmt *statement = sb_store_prepare(store, "PRAGMA cache_size");
    if (!sb_store_step(store, statement)) {
        return;
    }
    snprintf(cache, sizeof cache, "PRAGMA cache_size = %d", sqlite3_column_int(statement, 0));
    sqlite3_reset(statement);
    sb_store_run(store, SORT_CACHE "PRAGMA threads = 2;" BY_VALUE "PRAGMA threads = 0;");
    sb_store_run(store, cache);
}

/* ------------------------------------------------------------------ terms */

int64_t sb_store_tenant(struct sb_store *store, const char *cid)
{
    sqlite3_stmt *statement = sb_store_prepare(store, "SELECT number FROM tenants WHERE cid = ?");
    int64_t number = 0;
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, cid, -1, SQLITE_STATIC);
        if (sb_store_step(store, statement)) {
            number = sqlite3_column_int64(statement, 0);
            sqlite3_reset(statement);
        }
        sqlite3_clear_bindings(statement);
    }
    return number;
}

static int64_t add_tenant(struct sb_store *store, const char *cid)
{
    int64_t number = sb_store_tenant(store, cid);
    sqlite3_stmt *statement =
        number == 0 ? sb_store_prepare(store, "INSERT INTO tenants(cid) VALUES(?)") : NULL;
    if (statement == NULL) {
        return number;
    }
    sqlite3_bind_text(statement, 1, cid, -1, SQLITE_STATIC);
    sb_store_step(store, statement);
    sqlite3_clear_bindings(statement);
    return sqlite3_last_insert_rowid(store->db);
}

/* The terms that stand in the index; texts are copies. */
static bool read_terms(struct sb_store *store, int64_t base, int64_t seq,
                       struct fql_terms *ret_terms)
{
    sqlite3_stmt *statement =
        sb_store_prepare(store, "SELECT field, value FROM terms WHERE seq = ? ORDER BY 1, 2");
    memset(ret_terms, 0, sizeof *ret_terms);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, seq);
    while (sb_store_step(store, statement)) {
        struct fql_term term = {.field = (int)(sqlite3_column_int64(statement, 0) - base)};
        if (ret_terms->count == ret_terms->room) {
            ret_terms->room = ret_terms->room == 0 ? 64 : ret_terms->room * 2;
            struct fql_term *items =
                realloc(ret_terms->items, ret_terms->room * sizeof *ret_terms->items);
            if (items == NULL) {
                sqlite3_reset(statement);
                return false;
            }
            ret_terms->items = items;
        }
        if (sqlite3_column_type(statement, 1) == SQLITE_TEXT) {
            const void *text = sqlite3_column_text(statement, 1);
            term.size = (size_t)sqlite3_column_bytes(statement, 1);
            char *copy = malloc(term.size + 1);
            if (copy == NULL) {
                sqlite3_reset(statement);
                return false;
            }
            memcpy(copy, text, term.size);
            copy[term.size] = '\0';
            term.text = copy;
        } else {
            term.integer = sqlite3_column_int64(statement, 1);
        }
        ret_terms->items[ret_terms->count++] = term;
    }
    return true;
}

static void free_copies(struct fql_terms *terms)
{
    for (size_t i = 0; i < terms->count; i++) {
        free((void *)(uintptr_t)terms->items[i].text);
    }
    free(terms->items);
}

static void write_term(struct sb_store *store, sqlite3_stmt *statement, int64_t base, int64_t seq,
                       const struct fql_term *term)
{
    sqlite3_bind_int64(statement, 1, base + term->field);
    if (term->text != NULL) {
        sqlite3_bind_text64(statement, 2, term->text, term->size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_bind_int64(statement, 2, term->integer);
    }
    sqlite3_bind_int64(statement, 3, seq);
    sb_store_step(store, statement);
}

/* Both lists are in order: what only one of them has is written. True if words are among it. */
static bool write_changes(struct sb_store *store, int64_t base, int64_t seq,
                          const struct fql_terms *old, const struct fql_terms *now)
{
    sqlite3_stmt *drop =
        sb_store_prepare(store, "DELETE FROM terms WHERE field = ?1 AND value = ?2 AND seq = ?3");
    sqlite3_stmt *add =
        sb_store_prepare(store, "INSERT INTO terms(field, value, seq) VALUES(?, ?, ?)");
    bool words = false;
    for (size_t i = 0, k = 0; drop != NULL && add != NULL && (i < old->count || k < now->count);) {
        int order = i == old->count   ? 1
                    : k == now->count ? -1
                                      : fql_term_compare(&old->items[i], &now->items[k]);
        if (order < 0) {
            words = words || old->items[i].text != NULL;
            write_term(store, drop, base, seq, &old->items[i++]);
        } else if (order > 0) {
            words = words || now->items[k].is_words;
            write_term(store, add, base, seq, &now->items[k++]);
        } else {
            i++;
            k++;
        }
    }
    return words;
}

/* ------------------------------------------------------------------ words */

/* The statement that writes a row, or that forgets it; the store's. */
static const char *row_sql(struct sb_store *store, const struct fql_collection *collection,
                           bool forget)
{
    char **text = &store->words_sql[forget];
    size_t size = 0;
    FILE *sql = *text == NULL ? open_memstream(text, &size) : NULL;
    if (sql != NULL) {
        fprintf(sql, "INSERT INTO %s(", collection->words);
        write_columns(sql, collection, NULL);
        fprintf(sql, "%s%srowid) VALUES(", forget ? collection->words : "", forget ? ", " : "");
        write_columns(sql, collection, "?, ");
        fputs(forget ? "'delete', ?)" : "?)", sql);
        if (fclose(sql) != 0) {
            free(*text);
            *text = NULL;
        }
    }
    return *text != NULL ? *text : "";
}

/* Appends the values of one field, which stand together from `at` on; the size of what it added. */
static size_t join_values(struct printbuf *all, const struct fql_terms *terms, int field,
                          size_t *at)
{
    int start = all->bpos;
    while (*at < terms->count && terms->items[*at].field < field) {
        ++*at;
    }
    for (; *at < terms->count && terms->items[*at].field == field; ++*at) {
        printbuf_memappend(all, terms->items[*at].text, (int)terms->items[*at].size);
        printbuf_memappend(all, "\n", 1);
    }
    return (size_t)(all->bpos - start);
}

static void write_words(struct sb_store *store, const struct fql_collection *collection,
                        int64_t seq, const struct fql_terms *terms, bool forget)
{
    sqlite3_stmt *statement = sb_store_prepare(store, row_sql(store, collection, forget));
    struct printbuf *all = printbuf_new();
    size_t at = 0;
    int parameter = 1;
    for (size_t i = 0; statement != NULL && all != NULL && i < collection->field_count; i++) {
        const struct fql_field *field = &collection->fields[i];
        if (has_words(field)) {
            printbuf_reset(all);
            size_t size = join_values(all, terms, fql_field_number(collection, field), &at);
            if (size > 0) {
                sqlite3_bind_text64(statement, parameter, all->buf, size, SQLITE_TRANSIENT,
                                    SQLITE_UTF8);
            }
            parameter++;
        }
    }
    if (statement != NULL && all != NULL) {
        sqlite3_bind_int64(statement, parameter, seq);
        sb_store_step(store, statement);
        sqlite3_clear_bindings(statement);
    }
    printbuf_free(all);
}

void sb_terms_put(struct sb_store *store, const char *kind, const char *cid, int64_t seq,
                  struct json_object *doc, bool fresh)
{
    const struct fql_collection *collection = collection_of(kind);
    struct fql_terms old = {0}, now = {0};
    if (collection == NULL) {
        return;
    }
    int64_t base = add_tenant(store, cid) * FQL_TENANT_FIELDS;
    bool good = (fresh || read_terms(store, base, seq, &old)) &&
                (doc == NULL || fql_terms_of(collection, doc, &now));
    if (!good && !store->failed) {
        store->failed = true;
        snprintf(store->failure, sizeof store->failure, "terms: out of memory");
    }
    if (good && write_changes(store, base, seq, &old, &now) && collection->words != NULL) {
        if (old.count > 0) {
            write_words(store, collection, seq, &old, true);
        }
        if (now.count > 0) {
            write_words(store, collection, seq, &now, false);
        }
    }
    free_copies(&old);
    free(now.items);
}
