/*
 * Notification groups, v1 and v2, over one store. A stored channel is {config_id, config_name,
 * type, params} with `params` as the text that v2 answers. v1 reads recipients and severity out of
 * that text and puts them into it; it doesn't know channels of type ms_teams and leaves them out.
 */
#include "config_docs.h"
#include "slas.h"

#include <string.h>

enum version { V1, V2 };

static bool is_known_type(const char *type, enum version version)
{
    static const char *const types[] = {"email", "slack", "pagerduty", "webhook", "ms_teams"};
    size_t known = sizeof types / sizeof *types - (version == V1 ? 1 : 0);
    for (size_t i = 0; i < known; i++) {
        if (strcmp(types[i], type) == 0) {
            return true;
        }
    }
    return false;
}

static void set_params_of_v1(struct json_object *channel, struct json_object *body)
{
    struct json_object *params = json_object_new_object();
    struct json_object *recipients = sb_copy(sb_member(body, "recipients"));
    const char *severity = sb_text(body, "severity");
    sb_set(params, "recipients", recipients != NULL ? recipients : json_object_new_array());
    sb_set_text(params, "severity", severity != NULL ? severity : "");
    sb_set_text(channel, "params",
                json_object_to_json_string_ext(params, JSON_C_TO_STRING_PLAIN |
                                                           JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(params);
}

static void set_params_of_v2(struct json_object *channel, struct json_object *body)
{
    struct json_object *params = sb_member(body, "params");
    const char *text = "";
    if (json_object_is_type(params, json_type_string)) {
        text = json_object_get_string(params);
    } else if (params != NULL) {
        text = json_object_to_json_string_ext(params, JSON_C_TO_STRING_PLAIN |
                                                          JSON_C_TO_STRING_NOSLASHESCAPE);
    }
    sb_set_text(channel, "params", text);
}

static struct json_object *channel_new(struct sb_response *res, struct json_object *body,
                                       enum version version)
{
    const char *type = sb_text(body, "type");
    const char *config_id = sb_text(body, "config_id");
    const char *config_name = sb_text(body, "config_name");
    if (type == NULL || !is_known_type(type, version)) {
        sb_fail(res, 400, "invalid channel type: \"%.64s\"", type == NULL ? "" : type);
        return NULL;
    }
    struct json_object *channel = json_object_new_object();
    sb_set_text(channel, "config_id", config_id != NULL ? config_id : "");
    sb_set_text(channel, "config_name", config_name != NULL ? config_name : "");
    sb_set_text(channel, "type", type);
    if (version == V1) {
        set_params_of_v1(channel, body);
    } else {
        set_params_of_v2(channel, body);
    }
    return channel;
}

static bool is_hidden_from_v1(struct json_object *channel)
{
    return !is_known_type(sb_text(channel, "type"), V1);
}

/* The stored channels that a body makes. A v1 update keeps the channels it can't see. */
static struct json_object *channels_new(struct sb_response *res, struct json_object *body,
                                        struct json_object *old, enum version version)
{
    struct json_object *given = sb_member(body, "channels");
    struct json_object *kept = sb_member(old, "channels");
    struct json_object *channels = json_object_new_array();
    for (size_t i = 0; given != NULL && i < json_object_array_length(given); i++) {
        struct json_object *channel =
            channel_new(res, json_object_array_get_idx(given, i), version);
        if (channel == NULL) {
            json_object_put(channels);
            return NULL;
        }
        json_object_array_add(channels, channel);
    }
    for (size_t i = 0; kept != NULL && i < json_object_array_length(kept); i++) {
        struct json_object *channel = json_object_array_get_idx(kept, i);
        if (given == NULL || (version == V1 && is_hidden_from_v1(channel))) {
            json_object_array_add(channels, sb_copy(channel));
        }
    }
    return channels;
}

static struct json_object *channel_as_v1(struct json_object *stored)
{
    struct json_object *channel = json_object_new_object();
    struct json_object *params = json_tokener_parse(sb_text(stored, "params"));
    struct json_object *recipients = sb_member(params, "recipients");
    const char *severity = sb_text(params, "severity");
    sb_set_text(channel, "config_id", sb_text(stored, "config_id"));
    sb_set_text(channel, "config_name", sb_text(stored, "config_name"));
    sb_set(channel, "recipients",
           json_object_is_type(recipients, json_type_array) ? sb_copy(recipients)
                                                            : json_object_new_array());
    sb_set_text(channel, "severity", severity != NULL ? severity : "");
    sb_set_text(channel, "type", sb_text(stored, "type"));
    json_object_put(params);
    return channel;
}

/* Answers a stored group in the shape of the version asked; takes it. */
static void answer(struct sb_response *res, struct json_object *group, enum version version)
{
    if (version == V1) {
        struct json_object *stored = sb_member(group, "channels");
        struct json_object *channels = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(stored); i++) {
            struct json_object *channel = json_object_array_get_idx(stored, i);
            if (!is_hidden_from_v1(channel)) {
                json_object_array_add(channels, channel_as_v1(channel));
            }
        }
        sb_set(group, "channels", channels);
    }
    sb_add_object(res, group);
}

static void save(struct sb_request *req, struct sb_response *res, struct json_object *old,
                 enum version version)
{
    struct json_object *keep = req->options->patch_replaces ? NULL : old;
    struct json_object *channels = channels_new(res, req->body, keep, version);
    struct json_object *group = channels == NULL ? NULL : sb_config_new(req, res, req->body, old);
    if (group == NULL) {
        json_object_put(channels);
        return;
    }
    sb_set(group, "channels", channels);
    sb_store_put(req->store, "group", req->caller.cid, sb_text(group, "id"), group, NULL);
    sb_set_writes(res, 1);
    answer(res, group, version);
}

static void update(struct sb_request *req, struct sb_response *res, enum version version)
{
    struct json_object *old = sb_config_named(req, res, "group", "notification group");
    if (old != NULL) {
        save(req, res, old, version);
        json_object_put(old);
    }
}

static void get(struct sb_request *req, struct sb_response *res, enum version version)
{
    for (size_t i = 0; i < sb_query_count(req, "ids") && !sb_failed(res); i++) {
        const char *id = sb_query_nth(req, "ids", i);
        struct json_object *group = sb_store_get(req->store, "group", req->caller.cid, id, NULL);
        if (group == NULL) {
            sb_add_missing(req, res, id, "notification group");
        } else {
            answer(res, group, version);
        }
    }
}

static bool delete_one(struct sb_request *req, struct sb_response *res, const char *id)
{
    if (!sb_sla_release_group(req, res, id)) {
        return false;
    }
    return sb_store_delete(req->store, "group", req->caller.cid, id);
}

static void query(struct sb_request *req, struct sb_response *res)
{
    static const struct sb_query_spec spec = {.kind = "group",
                                              .collection = &fql_notification_groups,
                                              .limit_min = 1,
                                              .limit_max = SB_CONFIG_LIMIT_MAX,
                                              .limit_default = SB_CONFIG_LIMIT_DEFAULT,
                                              .sorts = true};
    sb_query_ids(req, res, &spec);
}

void op_get_notification_groups(struct sb_request *req, struct sb_response *res)
{
    get(req, res, V1);
}

void op_create_notification_group(struct sb_request *req, struct sb_response *res)
{
    save(req, res, NULL, V1);
}

void op_update_notification_group(struct sb_request *req, struct sb_response *res)
{
    update(req, res, V1);
}

void op_delete_notification_group(struct sb_request *req, struct sb_response *res)
{
    sb_config_delete(req, res, "group", "notification group", delete_one);
}

void op_query_notification_groups(struct sb_request *req, struct sb_response *res)
{
    query(req, res);
}

void op_get_notification_groups_v2(struct sb_request *req, struct sb_response *res)
{
    get(req, res, V2);
}

void op_create_notification_group_v2(struct sb_request *req, struct sb_response *res)
{
    save(req, res, NULL, V2);
}

void op_update_notification_group_v2(struct sb_request *req, struct sb_response *res)
{
    update(req, res, V2);
}

void op_delete_notification_group_v2(struct sb_request *req, struct sb_response *res)
{
    sb_config_delete(req, res, "group", "notification group", delete_one);
}

void op_query_notification_groups_v2(struct sb_request *req, struct sb_response *res)
{
    query(req, res);
}
