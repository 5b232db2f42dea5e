/* The operations on templates. */
#include "archive.h"
#include "config_docs.h"
#include "download.h"
#include "template_doc.h"
#include "template_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stores and answers what `body` makes of `old`. */
static void save(struct sb_request *req, struct sb_response *res, struct json_object *body,
                 struct json_object *old)
{
    struct json_object *doc = sb_template_build(req, res, body, old);
    if (doc != NULL) {
        sb_template_save(req, doc);
        sb_set_writes(res, 1);
        sb_template_answer(req, res, doc, true);
    }
}

void op_create_template(struct sb_request *req, struct sb_response *res)
{
    save(req, res, req->body, NULL);
}

void op_update_template(struct sb_request *req, struct sb_response *res)
{
    struct json_object *old = sb_config_named(req, res, "template", "template");
    if (old != NULL) {
        save(req, res, req->body, old);
        json_object_put(old);
    }
}

void op_get_templates(struct sb_request *req, struct sb_response *res)
{
    bool with_access = false;
    if (!sb_query_bool(req, res, "with_has_access", &with_access)) {
        return;
    }
    for (size_t i = 0; i < sb_query_count(req, "ids") && !sb_failed(res); i++) {
        const char *id = sb_query_nth(req, "ids", i);
        struct json_object *doc = sb_store_get(req->store, "template", req->caller.cid, id, NULL);
        if (doc == NULL) {
            sb_add_missing(req, res, id, "template");
        } else {
            sb_template_answer(req, res, doc, with_access);
        }
    }
}

/* The service answers a bare string here; it is the deleted ids, joined by commas. */
void op_delete_templates(struct sb_request *req, struct sb_response *res)
{
    char *text = NULL;
    size_t size = 0, deleted = 0;
    FILE *ids = open_memstream(&text, &size);
    if (ids == NULL) {
        sb_fail(res, 500, "out of memory");
        return;
    }
    for (size_t i = 0; i < sb_query_count(req, "ids") && !sb_failed(res); i++) {
        const char *id = sb_query_nth(req, "ids", i);
        if (!sb_store_has(req->store, "template", req->caller.cid, id)) {
            sb_add_missing(req, res, id, "template");
        } else {
            sb_template_remove(req, id);
            fprintf(ids, "%s%s", deleted++ > 0 ? "," : "", id);
        }
    }
    if (fclose(ids) == 0 && !sb_failed(res)) {
        sb_reply_object(res, json_object_new_string(text));
    }
    free(text);
}

void op_query_templates(struct sb_request *req, struct sb_response *res)
{
    static const struct sb_query_spec spec = {.kind = "template",
                                              .collection = &fql_templates,
                                              .limit_min = 1,
                                              .limit_max = SB_CONFIG_LIMIT_MAX,
                                              .limit_default = SB_CONFIG_LIMIT_DEFAULT,
                                              .sorts = true};
    sb_query_ids(req, res, &spec);
}

void op_import_template(struct sb_request *req, struct sb_response *res)
{
    struct sb_part *file = sb_part(req, "file");
    struct sb_part *flag = sb_part(req, "dry_run");
    const char *dry_run = flag == NULL || flag->value == NULL ? "false" : flag->value;
    struct json_object *body, *doc;
    if (strcmp(dry_run, "true") != 0 && strcmp(dry_run, "false") != 0) {
        sb_fail(res, 400, "invalid dry_run: expected true or false");
        return;
    }
    body = sb_template_file_read(req, res, file);
    if (body == NULL) {
        return;
    }
    if (strcmp(dry_run, "true") == 0) {
        doc = sb_template_build(req, res, body, NULL);
        if (doc != NULL) {
            json_object_object_del(doc, "_search"); /* the store keeps it to itself */
            sb_template_answer(req, res, doc, true);
        }
    } else {
        save(req, res, body, NULL);
    }
    json_object_put(body);
}

static bool add_to_archive(struct sb_archive *archive, struct json_object *doc, bool yaml)
{
    char name[160];
    char *text = sb_template_file_print(doc, yaml);
    bool added;
    snprintf(name, sizeof name, "%.128s.%s", sb_text(doc, "name"), yaml ? "yaml" : "json");
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '/' || *c == '\\' ? '_' : *c;
    }
    added = text != NULL && sb_archive_add_text(archive, name, text);
    free(text);
    return added;
}

static bool export_ids(struct sb_request *req, struct sb_response *res, struct sb_archive *archive,
                       bool yaml)
{
    for (size_t i = 0; i < sb_query_count(req, "ids"); i++) {
        const char *id = sb_query_nth(req, "ids", i);
        struct json_object *doc = sb_store_get(req->store, "template", req->caller.cid, id, NULL);
        if (doc == NULL) {
            return sb_fail(res, 404, "template not found");
        }
        bool added = add_to_archive(archive, doc, yaml);
        json_object_put(doc);
        if (!added) {
            return sb_fail(res, 500, "cannot make the archive");
        }
    }
    return true;
}

/* All templates that the filter finds, which without a filter are all there are. */
static bool export_filter(struct sb_request *req, struct sb_response *res,
                          struct sb_archive *archive, bool yaml)
{
    struct fql_where where;
    char *sql = NULL;
    bool added = true;
    if (!sb_filter(req, res, &fql_templates, sb_query(req, "filter"), NULL, &where)) {
        return false;
    }
    if (asprintf(&sql, "SELECT doc FROM docs WHERE seq IN (%s) ORDER BY seq", where.sql) < 0) {
        fql_where_done(&where);
        return sb_fail(res, 500, "out of memory");
    }
    sqlite3_stmt *statement = sb_store_prepare(req->store, sql);
    if (statement != NULL) {
        fql_where_bind(&where, statement, 1);
        while (added && sb_store_step(req->store, statement)) {
            struct json_object *doc =
                json_tokener_parse((const char *)sqlite3_column_text(statement, 0));
            added = add_to_archive(archive, doc, yaml);
            json_object_put(doc);
        }
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
    free(sql);
    fql_where_done(&where);
    return added || sb_fail(res, 500, "cannot make the archive");
}

void op_export_templates(struct sb_request *req, struct sb_response *res)
{
    const char *format = sb_query(req, "format");
    bool yaml = format == NULL || *format == '\0' || strcmp(format, "yaml") == 0;
    if (!yaml && strcmp(format, "json") != 0) {
        sb_fail(res, 400, "invalid format: expected yaml or json");
        return;
    }
    struct sb_archive *archive = sb_archive_new(req->store, req->now_ms);
    if (archive == NULL) {
        sb_fail(res, 500, "cannot make the archive");
        return;
    }
    bool by_filter = sb_query_count(req, "ids") == 0 || sb_query(req, "filter") != NULL;
    if (!export_ids(req, res, archive, yaml) ||
        (by_filter && !export_filter(req, res, archive, yaml))) {
        sb_archive_free(archive);
        return;
    }
    if (req->options->export_links) {
        char *url = sb_download_archive_link(req, archive, "templates.zip");
        if (url == NULL) {
            sb_fail(res, 500, "cannot make the archive");
            return;
        }
        struct json_object *answer = json_object_new_object();
        sb_set_text(answer, "link", url);
        sb_reply_object(res, answer);
        free(url);
    } else {
        sb_download_archive(res, archive, "application/zip", "templates.zip");
    }
}
