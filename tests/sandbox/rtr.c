/*
 * Files on hosts, through Real Time Response. Hosts, their files and finished sessions come with
 * the seed world: host {aid, hostname, platform, online, ...}, id = aid; host_file {aid, path,
 * name, size, sha256, blob}, id = aid, a blank, path; rtr_session {session_id, aid, files:
 * [{sha256, name, size, blob}]}.
 */
#include "file_doc.h"
#include "operations.h"
#include "store.h"

#include <string.h>
#include <strings.h>

/* A copy of a blob, so that deleting a case's file leaves the host's alone. 0 when that failed. */
static int64_t copy_blob(struct sb_store *store, int64_t blob)
{
    struct sb_blob_writer *writer = sb_blob_writer_new(store, true);
    char sha256[SB_SHA256_SIZE], buffer[65536];
    uint64_t offset = 0, size;
    int64_t got;
    if (writer == NULL) {
        return 0;
    }
    while ((got = sb_blob_read(store, blob, offset, buffer, sizeof buffer)) > 0) {
        if (!sb_blob_append(writer, buffer, (size_t)got)) {
            break;
        }
        offset += (uint64_t)got;
    }
    if (got != 0) {
        sb_blob_abandon(writer);
        return 0;
    }
    return sb_blob_finish(writer, &size, sha256);
}

/* False: there is no such host, or it can't be reached; the response says so. `ret_windows` (may be
 * NULL) tells whether its paths ignore letter case. */
static bool check_host(struct sb_request *req, struct sb_response *res, const char *aid,
                       bool *ret_windows)
{
    struct json_object *host = sb_store_get(req->store, "host", req->caller.cid, aid, NULL);
    bool online = json_object_get_boolean(sb_member(host, "online"));
    const char *platform = sb_text(host, "platform");
    bool found = host != NULL;
    if (ret_windows != NULL) {
        *ret_windows = platform != NULL && strcasecmp(platform, "windows") == 0;
    }
    json_object_put(host);
    if (!found) {
        return sb_fail(res, 404, "host not found: %.64s", aid);
    }
    return online || sb_fail(res, 400, "host is offline: %.64s", aid);
}

/* The host_file that the body's aid and file_path name. The caller puts it. NULL: the response says
 * why. */
static struct json_object *named_file(struct sb_request *req, struct sb_response *res)
{
    const char *aid = sb_text(req->body, "aid"), *path = sb_text(req->body, "file_path");
    struct json_object *file = NULL;
    bool windows = false;
    if (aid == NULL || path == NULL || *path == '\0') {
        sb_fail(res, 400, "aid and file_path are required");
        return NULL;
    }
    if (!check_host(req, res, aid, &windows)) {
        return NULL;
    }
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT doc FROM docs WHERE kind = 'host_file' AND cid = ?1"
                    " AND (id = ?2 OR (?3 AND id = ?2 COLLATE NOCASE)) ORDER BY id = ?2 DESC");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
        char *id = sqlite3_mprintf("%s %s", aid, path);
        sqlite3_bind_text(statement, 2, id, -1, sqlite3_free);
        sqlite3_bind_int(statement, 3, windows);
        if (sb_store_step(req->store, statement)) {
            file = json_tokener_parse((const char *)sqlite3_column_text(statement, 0));
            sqlite3_reset(statement);
        }
    }
    if (file == NULL) {
        sb_fail(res, 404, "file not found on host: %.200s", path);
    }
    return file;
}

void op_get_rtr_file_metadata(struct sb_request *req, struct sb_response *res)
{
    struct json_object *file = named_file(req, res);
    char size[32];
    if (file == NULL) {
        return;
    }
    struct json_object *metadata = json_object_new_object();
    sb_size_text((uint64_t)json_object_get_int64(sb_member(file, "size")), size);
    sb_set_text(metadata, "file_name", sb_text(file, "name"));
    sb_set_text(metadata, "file_size", size);
    json_object_put(file);
    sb_add_object(res, metadata);
}

/* Makes a file of a host a file of the body's case. */
static void retrieve(struct sb_request *req, struct sb_response *res, struct json_object *file,
                     unsigned delay_ms)
{
    struct sb_new_file copy = {
        .case_id = sb_text(req->body, "case_id"),
        .name = sb_text(file, "name"),
        .description = sb_text(req->body, "description"),
        .source = "rtr",
        .blob = copy_blob(req->store, json_object_get_int64(sb_member(file, "blob"))),
        .size = (uint64_t)json_object_get_int64(sb_member(file, "size")),
        .sha256 = sb_text(file, "sha256")};
    if (copy.blob == 0) {
        sb_fail(res, 500, "cannot copy the file");
    } else {
        sb_file_add(req, res, &copy, delay_ms);
    }
}

void op_retrieve_rtr_file(struct sb_request *req, struct sb_response *res)
{
    struct json_object *file;
    if (!sb_file_check_case(req, res, sb_text(req->body, "case_id"))) {
        return;
    }
    file = named_file(req, res);
    if (file != NULL) {
        retrieve(req, res, file, req->options->rtr_delay_ms);
        json_object_put(file);
    }
}

/* The file of a session with that hash, or NULL. Borrowed. */
static struct json_object *file_of_session(struct json_object *session, const char *sha256)
{
    struct json_object *files = sb_member(session, "files");
    for (size_t i = 0; files != NULL && i < json_object_array_length(files); i++) {
        struct json_object *file = json_object_array_get_idx(files, i);
        if (strcasecmp(sb_text(file, "sha256"), sha256) == 0) {
            return file;
        }
    }
    return NULL;
}

/* The session's host has sent the file already, so it may be offline by now. */
void op_retrieve_rtr_recent_file(struct sb_request *req, struct sb_response *res)
{
    const char *session_id = sb_text(req->body, "session_id");
    const char *sha256 = sb_text(req->body, "sha256");
    const char *aid = sb_text(req->body, "aid");
    if (!sb_file_check_case(req, res, sb_text(req->body, "case_id"))) {
        return;
    }
    if (session_id == NULL || sha256 == NULL) {
        sb_fail(res, 400, "session_id and sha256 are required");
        return;
    }
    struct json_object *session =
        sb_store_get(req->store, "rtr_session", req->caller.cid, session_id, NULL);
    struct json_object *file = file_of_session(session, sha256);
    if (session == NULL ||
        (aid != NULL && *aid != '\0' && strcmp(aid, sb_text(session, "aid")) != 0)) {
        sb_fail(res, 404, "session not found: %.64s", session_id);
    } else if (file == NULL) {
        sb_fail(res, 404, "file not found in session: %.64s", sha256);
    } else {
        retrieve(req, res, file, 0);
    }
    json_object_put(session);
}
