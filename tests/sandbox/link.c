#include "link.h"
#include "ids.h"
#include "store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *sb_link(struct sb_request *req, int64_t blob, const char *content_type, const char *filename)
{
    char token[SB_UUID_SIZE];
    char *url = NULL;
    sb_uuid_random(token);
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "INSERT INTO links(token, blob, content_type, filename) VALUES(?, ?, ?, ?)");
    if (statement == NULL) {
        return NULL;
    }
    sqlite3_bind_text(statement, 1, token, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 2, blob);
    sqlite3_bind_text(statement, 3, content_type, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 4, filename, -1, SQLITE_TRANSIENT);
    sb_store_step(req->store, statement);
    if (asprintf(&url, "%s%s%s", req->options->base_url, SB_LINK_PREFIX, token) < 0) {
        return NULL;
    }
    return url;
}

void sb_link_follow(struct sb_request *req, struct sb_response *res)
{
    const char *token = req->path + strlen(SB_LINK_PREFIX);
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT blob, content_type, filename FROM links WHERE token = ?");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, token, -1, SQLITE_TRANSIENT);
    }
    if (!sb_store_step(req->store, statement)) {
        sb_fail(res, 404, "link not found or expired");
        return;
    }
    sb_reply_blob(res, sqlite3_column_int64(statement, 0),
                  (const char *)sqlite3_column_text(statement, 1),
                  (const char *)sqlite3_column_text(statement, 2));
    sqlite3_reset(statement);
}
