/* Documents: read, written, deleted, counted; each with its terms. */
#include "store.h"
#include "store_private.h"
#include <string.h>

static sqlite3_stmt *bind_key(struct sb_store *store, const char *sql, const char *kind,
                              const char *cid, const char *id)
{
    sqlite3_stmt *statement = sb_store_prepare(store, sql);
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, kind, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 2, cid, -1, SQLITE_TRANSIENT);
        if (id != NULL) {
            sqlite3_bind_text(statement, 3, id, -1, SQLITE_TRANSIENT);
        }
    }
    return statement;
}

struct json_object *sb_store_get(struct sb_store *store, const char *kind, const char *cid,
                                 const char *id, struct json_object **ret_aux)
{
    sqlite3_stmt *statement = bind_key(
        store, "SELECT doc, aux FROM docs WHERE kind = ? AND cid = ? AND id = ?", kind, cid, id);
    struct json_object *doc = NULL;
    if (sb_store_step(store, statement)) {
        doc = json_tokener_parse((const char *)sqlite3_column_text(statement, 0));
        if (ret_aux != NULL) {
            *ret_aux = json_tokener_parse((const char *)sqlite3_column_text(statement, 1));
        }
        sqlite3_reset(statement);
    }
    return doc;
}

char *sb_store_get_text(struct sb_store *store, const char *kind, const char *cid, const char *id)
{
    sqlite3_stmt *statement = bind_key(
        store, "SELECT doc FROM docs WHERE kind = ? AND cid = ? AND id = ?", kind, cid, id);
    char *text = NULL;
    if (sb_store_step(store, statement)) {
        text = strdup((const char *)sqlite3_column_text(statement, 0));
        sqlite3_reset(statement);
    }
    return text;
}

bool sb_store_has(struct sb_store *store, const char *kind, const char *cid, const char *id)
{
    sqlite3_stmt *statement =
        bind_key(store, "SELECT 1 FROM docs WHERE kind = ? AND cid = ? AND id = ?", kind, cid, id);
    bool found = sb_store_step(store, statement);
    if (found) {
        sqlite3_reset(statement);
    }
    return found;
}

/* The document's place, 0 if there is none. */
static int64_t find_seq(struct sb_store *store, const char *kind, const char *cid, const char *id)
{
    sqlite3_stmt *statement = bind_key(
        store, "SELECT seq FROM docs WHERE kind = ? AND cid = ? AND id = ?", kind, cid, id);
    int64_t seq = 0;
    if (sb_store_step(store, statement)) {
        seq = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return seq;
}

static void add_to_total(struct sb_store *store, const char *kind, const char *cid, int change)
{
    sqlite3_stmt *statement = bind_key(store,
                                       "INSERT INTO totals(kind, cid, count) VALUES(?, ?, ?3)"
                                       " ON CONFLICT DO UPDATE SET count = count + ?3",
                                       kind, cid, NULL);
    if (statement != NULL) {
        sqlite3_bind_int(statement, 3, change);
        sb_store_step(store, statement);
    }
}

/* Simple statements, not an upsert with RETURNING: that would be a savepoint, at each of which FTS5
 * writes all it holds back. */
static int64_t write_doc(struct sb_store *store, const char *kind, const char *cid, const char *id,
                         int64_t seq, const char *doc, const char *aux)
{
    sqlite3_stmt *statement =
        seq == 0
            ? bind_key(
                  store,
                  "INSERT INTO docs(kind, cid, id, doc, aux) VALUES(?, ?, ?, ?, ifnull(?, '{}'))",
                  kind, cid, id)
            : sb_store_prepare(store,
                               "UPDATE docs SET doc = ?4, aux = ifnull(?5, aux) WHERE seq = ?1");
    if (statement == NULL) {
        return 0;
    }
    if (seq != 0) {
        sqlite3_bind_int64(statement, 1, seq);
    }
    sqlite3_bind_text(statement, 4, doc, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 5, aux, -1, SQLITE_STATIC);
    sb_store_step(store, statement);
    sqlite3_clear_bindings(statement);
    if (seq == 0 && !store->failed) {
        seq = sqlite3_last_insert_rowid(store->db);
        add_to_total(store, kind, cid, 1);
    }
    return seq;
}

/* `old_seq` is the document's place so far, 0 if it is new. */
static void put_at(struct sb_store *store, const char *kind, const char *cid, const char *id,
                   int64_t old_seq, struct json_object *doc, struct json_object *aux)
{
    const int style = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
    struct json_object *search = json_object_get(sb_member(doc, "_search"));
    json_object_object_del(doc, "_search");
    int64_t seq =
        write_doc(store, kind, cid, id, old_seq, json_object_to_json_string_ext(doc, style),
                  aux != NULL ? json_object_to_json_string_ext(aux, style) : NULL);
    if (search != NULL) {
        sb_set(doc, "_search", search);
    }
    if (seq != 0) {
        sb_terms_put(store, kind, cid, seq, doc, old_seq == 0);
    }
    json_object_object_del(doc, "_search");
    sb_store_note_change(store, kind, cid, id, false);
}

void sb_store_put(struct sb_store *store, const char *kind, const char *cid, const char *id,
                  struct json_object *doc, struct json_object *aux)
{
    put_at(store, kind, cid, id, find_seq(store, kind, cid, id), doc, aux);
}

void sb_store_add(struct sb_store *store, const char *kind, const char *cid, const char *id,
                  struct json_object *doc, struct json_object *aux)
{
    put_at(store, kind, cid, id, 0, doc, aux);
}

bool sb_store_delete(struct sb_store *store, const char *kind, const char *cid, const char *id)
{
    int64_t seq = find_seq(store, kind, cid, id);
    if (seq == 0) {
        return false;
    }
    sqlite3_stmt *statement = sb_store_prepare(store, "DELETE FROM docs WHERE seq = ?");
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, seq);
        sb_store_step(store, statement);
        add_to_total(store, kind, cid, -1);
        sb_terms_put(store, kind, cid, seq, NULL, false);
        sb_store_note_change(store, kind, cid, id, true);
    }
    return true;
}

void sb_store_move(struct sb_store *store, const char *kind, const char *cid, const char *id,
                   const char *new_kind)
{
    int64_t seq = find_seq(store, kind, cid, id);
    sqlite3_stmt *statement = sb_store_prepare(store, "UPDATE docs SET kind = ? WHERE seq = ?");
    if (seq == 0 || statement == NULL) {
        return;
    }
    sqlite3_bind_text(statement, 1, new_kind, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, seq);
    sb_store_step(store, statement);
    sqlite3_clear_bindings(statement);
    add_to_total(store, kind, cid, -1);
    add_to_total(store, new_kind, cid, 1);
    struct json_object *doc = sb_store_get(store, new_kind, cid, id, NULL);
    sb_terms_put(store, kind, cid, seq, NULL, false);
    sb_terms_put(store, new_kind, cid, seq, doc, true);
    sb_store_note_change(store, kind, cid, id, true);
    sb_store_note_change(store, new_kind, cid, id, false);
    json_object_put(doc);
}

int64_t sb_store_count(struct sb_store *store, const char *kind, const char *cid)
{
    sqlite3_stmt *statement =
        bind_key(store, "SELECT count FROM totals WHERE kind = ? AND cid = ?", kind, cid, NULL);
    int64_t count = 0;
    if (sb_store_step(store, statement)) {
        count = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return count;
}
