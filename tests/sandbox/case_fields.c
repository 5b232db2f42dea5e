#include "access_tags.h"
#include "case_doc.h"
#include <string.h>
#include <strings.h>

static const struct {
    const char *level;
    int from; /* the least severity that has this name */
} levels[] = {{"informational", 1}, {"low", 20}, {"medium", 40}, {"high", 60}, {"critical", 80}};

#define LEVELS (sizeof levels / sizeof *levels)

static bool set_name(struct sb_response *res, struct json_object *doc, const char *name)
{
    if (name == NULL) {
        return true;
    }
    if (*name == '\0') {
        return sb_fail(res, 400, "name is required");
    }
    if (sb_characters(name) > SB_MAX_NAME) {
        return sb_fail(res, 400, "name is longer than %d characters", SB_MAX_NAME);
    }
    sb_set_text(doc, "name", name);
    return true;
}

static bool set_description(struct sb_response *res, struct json_object *doc,
                            struct json_object *fields)
{
    const char *text = sb_text(fields, "description");
    const char *format = sb_text(fields, "description_format");
    struct json_object *users = sb_member(fields, "description_tagged_users");
    if (text != NULL && sb_characters(text) > SB_MAX_DESCRIPTION) {
        return sb_fail(res, 400, "description is longer than %d characters", SB_MAX_DESCRIPTION);
    }
    if (format != NULL && strcmp(format, "markdown") != 0 && strcmp(format, "plaintext") != 0) {
        return sb_fail(res, 400, "description_format: expected markdown or plaintext");
    }
    if (text != NULL) {
        sb_set_text(doc, "description", text);
    }
    if (format != NULL) {
        sb_set_text(doc, "description_format", format);
    }
    if (users != NULL) {
        sb_set(doc, "description_tagged_users", sb_copy(users));
    }
    return true;
}

static void set_severity_value(struct json_object *doc, int64_t severity)
{
    size_t i = LEVELS;
    while (i > 1 && severity < levels[i - 1].from) {
        i--;
    }
    struct json_object *info = json_object_new_object();
    sb_set_text(info, "level", levels[i - 1].level);
    sb_set(doc, "severity_info", info);
    sb_set_int(doc, "severity", severity);
}

static bool set_severity(struct sb_response *res, struct json_object *doc,
                         struct json_object *fields)
{
    struct json_object *number = sb_member(fields, "severity");
    const char *level = sb_text(sb_member(fields, "severity_info"), "level");
    if (number != NULL) {
        int64_t severity = json_object_get_int64(number);
        if (severity < 1 || severity > 100) {
            return sb_fail(res, 400, "severity: %lld is not within 1..100", (long long)severity);
        }
        set_severity_value(doc, severity);
    } else if (level != NULL) {
        static const int typical[LEVELS] = {1, 25, 50, 75, 100};
        size_t i = 0;
        while (i < LEVELS && strcasecmp(levels[i].level, level) != 0) {
            i++;
        }
        if (i == LEVELS) {
            return sb_fail(res, 400, "severity_info.level: unknown level %.40s", level);
        }
        set_severity_value(doc, typical[i]);
    }
    return true;
}

static bool set_status(struct sb_response *res, struct json_object *doc, const char *status)
{
    static const char *const known[] = {"new", "in_progress", "closed", "reopened"};
    if (status == NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i], status) == 0) {
            sb_set_text(doc, "status", status);
            return true;
        }
    }
    return sb_fail(res, 400, "status: expected new, in_progress, closed or reopened, but got %.40s",
                   status);
}

static void set_assignment(struct sb_request *req, struct json_object *doc,
                           struct json_object *fields)
{
    const char *uuid = sb_text(fields, "assigned_to_user_uuid");
    if (json_object_get_boolean(sb_member(fields, "remove_user_assignment"))) {
        sb_set(doc, "assigned_to", sb_case_user(req, NULL));
    } else if (uuid != NULL && *uuid != '\0') {
        sb_set(doc, "assigned_to", sb_case_user(req, uuid));
    }
}

static const char *text_or(struct json_object *object, const char *key, const char *fallback)
{
    const char *text = sb_text(object, key);
    return text != NULL ? text : fallback;
}

/* A tag that the tenant knows is shown with both its id and its key, another as it was given. */
static void set_access_tags(struct sb_request *req, struct json_object *doc,
                            struct json_object *list)
{
    struct json_object *tags = json_object_new_array();
    for (size_t i = 0; i < sb_length(list); i++) {
        struct json_object *given = json_object_array_get_idx(list, i);
        struct json_object *tag = json_object_new_object();
        struct json_object *known =
            sb_access_tag_find(req, text_or(given, "id", ""), text_or(given, "key", ""));
        sb_set_text(tag, "cid", text_or(given, "cid", req->caller.cid));
        sb_set_text(tag, "id", text_or(known, "id", text_or(given, "id", "")));
        sb_set_text(tag, "key", text_or(known, "key", text_or(given, "key", "")));
        json_object_put(known);
        json_object_array_add(tags, tag);
    }
    sb_set(doc, "access_tags", tags);
}

static void set_workflows(struct json_object *doc, struct json_object *list)
{
    static const char *const texts[] = {"execution_id", "id", "status"};
    struct json_object *workflows = json_object_new_array();
    for (size_t i = 0; i < sb_length(list); i++) {
        struct json_object *given = json_object_array_get_idx(list, i);
        struct json_object *workflow = json_object_new_object();
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            const char *text = sb_text(given, texts[k]);
            sb_set_text(workflow, texts[k], text != NULL ? text : "");
        }
        sb_set_int(workflow, "display_order", (int64_t)i);
        sb_set_text(workflow, "snapshot_id", "");
        json_object_array_add(workflows, workflow);
    }
    sb_set(doc, "workflows", workflows);
}

bool sb_case_set_fields(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                        struct json_object *fields)
{
    struct json_object *access_tags = sb_member(fields, "access_tags");
    struct json_object *workflows = sb_member(fields, "workflows");
    if (!set_name(res, doc, sb_text(fields, "name")) || !set_description(res, doc, fields) ||
        !set_severity(res, doc, fields) || !set_status(res, doc, sb_text(fields, "status"))) {
        return false;
    }
    set_assignment(req, doc, fields);
    if (access_tags != NULL) {
        set_access_tags(req, doc, access_tags);
    }
    if (workflows != NULL) {
        set_workflows(doc, workflows);
    }
    return true;
}
