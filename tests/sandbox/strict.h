/*
 * What a request may say. Two degrees: what the service refuses itself (a body member of the wrong
 * type, a missing required parameter) and, under --strict, what it would silently ignore.
 */
#ifndef SANDBOX_STRICT_H
#define SANDBOX_STRICT_H

#include "sandbox.h"

enum sb_type {
    SB_TYPE_TEXT,
    SB_TYPE_INTEGER,
    SB_TYPE_NUMBER,
    SB_TYPE_BOOLEAN,
    SB_TYPE_OBJECT,
    SB_TYPE_ANY
};

/* One member of a body, or of an object in it. A table ends with a NULL name. */
struct sb_key {
    const char *name;
    enum sb_type type;
    bool list;                    /* a list of that type */
    const struct sb_key *members; /* of an object */
};

extern const struct sb_key sb_body_aggregate_query[];
extern const struct sb_key sb_body_file_update[];
extern const struct sb_key sb_body_bulk_download[];
extern const struct sb_key sb_body_get_rtr_file_metadata[];
extern const struct sb_key sb_body_retrieve_rtr_file[];
extern const struct sb_key sb_body_retrieve_rtr_recent_file[];
extern const struct sb_key sb_body_config_aggregate_query[];
extern const struct sb_key sb_body_notification_group_v1_create[];
extern const struct sb_key sb_body_notification_group_v1_update[];
extern const struct sb_key sb_body_notification_group_v2_create[];
extern const struct sb_key sb_body_notification_group_v2_update[];
extern const struct sb_key sb_body_sla_create[];
extern const struct sb_key sb_body_sla_update[];
extern const struct sb_key sb_body_template_create[];
extern const struct sb_key sb_body_template_update[];
extern const struct sb_key sb_body_add_alerts_to_case[];
extern const struct sb_key sb_body_add_tags_to_case[];
extern const struct sb_key sb_body_create_case[];
extern const struct sb_key sb_body_get_cases[];
extern const struct sb_key sb_body_update_case[];
extern const struct sb_key sb_body_add_events_to_case[];
extern const struct sb_key sb_body_download[];
extern const struct sb_key sb_body_merge_cases[];

/* Checks a JSON value against the members that it may have. JSON null stands for an absent member.
 * `strict` also refuses members that the table doesn't have. On refusal returns false and writes to
 * ret_error a text that names the place by JSON Pointer. */
bool sb_check_members(struct json_object *body, const struct sb_key *members, bool strict,
                      char *ret_error, size_t size);

/* Checks Content-Type (NULL if none was sent), query, body and parts of a request against its
 * route. False: the response holds the refusal. */
bool sb_check_request(struct sb_request *req, struct sb_response *res, const char *content_type);

#endif
