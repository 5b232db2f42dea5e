/*
 * The body of every operation that takes JSON: which members, of which type, may stand where. From
 * the service's public models; `id` is the usual member that says which thing is meant.
 */
#include "strict.h"

/* clang-format off */
#define TEXT(name) {name, SB_TYPE_TEXT, false, NULL}
#define TEXTS(name) {name, SB_TYPE_TEXT, true, NULL}
#define INTEGER(name) {name, SB_TYPE_INTEGER, false, NULL}
#define NUMBER(name) {name, SB_TYPE_NUMBER, false, NULL}
#define NUMBERS(name) {name, SB_TYPE_NUMBER, true, NULL}
#define BOOLEAN(name) {name, SB_TYPE_BOOLEAN, false, NULL}
#define ANY(name) {name, SB_TYPE_ANY, false, NULL}
#define ONE(name, members) {name, SB_TYPE_OBJECT, false, members}
#define MANY(name, members) {name, SB_TYPE_OBJECT, true, members}
#define END {NULL, SB_TYPE_ANY, false, NULL}
/* clang-format on */

static const struct sb_key date_range_spec[] = {TEXT("from"), TEXT("to"), END};

static const struct sb_key extended_bounds_spec[] = {TEXT("max"), TEXT("min"), END};

static const struct sb_key filters_spec[] = {ANY("filters"), BOOLEAN("other_bucket"),
                                             TEXT("other_bucket_key"), END};

static const struct sb_key range_spec[] = {NUMBER("From"), NUMBER("To"), END};

const struct sb_key sb_body_aggregate_query[] = {MANY("date_ranges", date_range_spec),
                                                 TEXT("exclude"),
                                                 ONE("extended_bounds", extended_bounds_spec),
                                                 TEXT("field"),
                                                 TEXT("filter"),
                                                 ONE("filters_spec", filters_spec),
                                                 INTEGER("from"),
                                                 TEXT("include"),
                                                 TEXT("interval"),
                                                 INTEGER("max_doc_count"),
                                                 INTEGER("min_doc_count"),
                                                 TEXT("missing"),
                                                 TEXT("name"),
                                                 NUMBERS("percents"),
                                                 TEXT("q"),
                                                 MANY("ranges", range_spec),
                                                 INTEGER("size"),
                                                 TEXT("sort"),
                                                 MANY("sub_aggregates", sb_body_aggregate_query),
                                                 TEXT("time_zone"),
                                                 TEXT("type"),
                                                 END};

const struct sb_key sb_body_file_update[] = {TEXT("description"), TEXT("id"), END};

const struct sb_key sb_body_bulk_download[] = {TEXTS("ids"), END};

const struct sb_key sb_body_get_rtr_file_metadata[] = {TEXT("aid"), TEXT("file_path"), END};

const struct sb_key sb_body_retrieve_rtr_file[] = {TEXT("aid"), TEXT("case_id"),
                                                   TEXT("description"), TEXT("file_path"), END};

const struct sb_key sb_body_retrieve_rtr_recent_file[] = {
    TEXT("aid"), TEXT("case_id"), TEXT("description"), TEXT("session_id"), TEXT("sha256"), END};

const struct sb_key sb_body_config_aggregate_query[] = {MANY("date_ranges", date_range_spec),
                                                        TEXT("field"),
                                                        TEXT("filter"),
                                                        INTEGER("from"),
                                                        TEXT("name"),
                                                        INTEGER("size"),
                                                        TEXT("sort"),
                                                        TEXT("type"),
                                                        END};

static const struct sb_key notification_channel_v1[] = {TEXT("config_id"),   TEXT("config_name"),
                                                        TEXTS("recipients"), TEXT("severity"),
                                                        TEXT("type"),        END};

const struct sb_key sb_body_notification_group_v1_create[] = {
    MANY("channels", notification_channel_v1), TEXT("description"), TEXT("name"), END};

const struct sb_key sb_body_notification_group_v1_update[] = {
    MANY("channels", notification_channel_v1), TEXT("description"), TEXT("id"), TEXT("name"), END};

static const struct sb_key notification_channel_v2_create[] = {
    TEXT("config_id"), TEXT("config_name"), ANY("params"), TEXT("type"), END};

const struct sb_key sb_body_notification_group_v2_create[] = {
    MANY("channels", notification_channel_v2_create), TEXT("description"), TEXT("name"), END};

const struct sb_key sb_body_notification_group_v2_update[] = {
    MANY("channels", notification_channel_v2_create), TEXT("description"), TEXT("id"), TEXT("name"),
    END};

static const struct sb_key sla_escalation_step[] = {INTEGER("escalate_after_seconds"),
                                                    TEXT("notification_group_id"), END};

static const struct sb_key sla_escalation_policy[] = {MANY("steps", sla_escalation_step), END};

static const struct sb_key sla_goal[] = {INTEGER("duration_seconds"),
                                         ONE("escalation_policy", sla_escalation_policy),
                                         TEXT("type"), END};

const struct sb_key sb_body_sla_create[] = {TEXT("description"), MANY("goals", sla_goal),
                                            TEXT("name"), END};

const struct sb_key sb_body_sla_update[] = {TEXT("description"), MANY("goals", sla_goal),
                                            TEXT("id"), TEXT("name"), END};

static const struct sb_key access_tag_template_binding[] = {TEXT("id"), TEXT("name"), END};

static const struct sb_key access_tag[] = {TEXT("cid"),
                                           BOOLEAN("has_access"),
                                           TEXT("id"),
                                           TEXT("key"),
                                           MANY("templates", access_tag_template_binding),
                                           END};

static const struct sb_key field_option_create[] = {TEXT("value"), END};

static const struct sb_key field_create[] = {TEXT("data_type"),
                                             TEXT("default_value"),
                                             INTEGER("display_order"),
                                             TEXT("input_type"),
                                             BOOLEAN("multivalued"),
                                             TEXT("name"),
                                             MANY("options", field_option_create),
                                             BOOLEAN("required"),
                                             END};

static const struct sb_key template_sla_rule_create[] = {TEXT("condition"), TEXT("sla_id"),
                                                         TEXT("type"), END};

static const struct sb_key workflow[] = {INTEGER("display_order"), TEXT("id"), END};

const struct sb_key sb_body_template_create[] = {MANY("access_tags", access_tag),
                                                 TEXT("description"),
                                                 MANY("fields", field_create),
                                                 TEXT("name"),
                                                 TEXT("sla_id"),
                                                 MANY("sla_rules", template_sla_rule_create),
                                                 MANY("workflows", workflow),
                                                 END};

static const struct sb_key field_option_update[] = {TEXT("id"), TEXT("value"), END};

static const struct sb_key field_update[] = {TEXT("data_type"),
                                             TEXT("default_value"),
                                             INTEGER("display_order"),
                                             TEXT("id"),
                                             TEXT("input_type"),
                                             BOOLEAN("multivalued"),
                                             TEXT("name"),
                                             MANY("options", field_option_update),
                                             BOOLEAN("required"),
                                             END};

static const struct sb_key template_sla_rule_update[] = {TEXT("condition"), TEXT("id"),
                                                         TEXT("sla_id"), TEXT("type"), END};

const struct sb_key sb_body_template_update[] = {MANY("access_tags", access_tag),
                                                 TEXT("description"),
                                                 MANY("fields", field_update),
                                                 TEXT("id"),
                                                 TEXT("name"),
                                                 TEXT("sla_id"),
                                                 MANY("sla_rules", template_sla_rule_update),
                                                 MANY("workflows", workflow),
                                                 END};

static const struct sb_key alert_evidence_selector[] = {TEXT("id"), END};

const struct sb_key sb_body_add_alerts_to_case[] = {MANY("alerts", alert_evidence_selector),
                                                    TEXT("id"), END};

const struct sb_key sb_body_add_tags_to_case[] = {TEXT("id"), TEXTS("tags"), END};

static const struct sb_key case_access_tag[] = {TEXT("cid"), TEXT("id"), TEXT("key"), END};

static const struct sb_key event_evidence_selector[] = {TEXT("id"), END};

static const struct sb_key lead_evidence_selector[] = {TEXT("id"), END};

static const struct sb_key create_case_evidence[] = {MANY("alerts", alert_evidence_selector),
                                                     MANY("events", event_evidence_selector),
                                                     MANY("leads", lead_evidence_selector), END};

static const struct sb_key case_severity_info_assignment[] = {TEXT("level"), END};

static const struct sb_key template_selector[] = {TEXT("id"), END};

const struct sb_key sb_body_create_case[] = {MANY("access_tags", case_access_tag),
                                             TEXT("assigned_to_user_uuid"),
                                             TEXT("description"),
                                             TEXT("description_format"),
                                             TEXTS("description_tagged_users"),
                                             ONE("evidence", create_case_evidence),
                                             TEXT("name"),
                                             INTEGER("severity"),
                                             ONE("severity_info", case_severity_info_assignment),
                                             TEXT("status"),
                                             TEXTS("tags"),
                                             ONE("template", template_selector),
                                             END};

const struct sb_key sb_body_get_cases[] = {TEXTS("ids"), END};

static const struct sb_key custom_field[] = {TEXT("id"), TEXTS("values"), END};

static const struct sb_key case_severity_info_update[] = {TEXT("level"), END};

static const struct sb_key case_workflow[] = {TEXT("execution_id"), TEXT("id"), TEXT("name"),
                                              TEXT("status"), END};

static const struct sb_key case_field_changes[] = {MANY("access_tags", case_access_tag),
                                                   TEXT("assigned_to_user_uuid"),
                                                   MANY("custom_fields", custom_field),
                                                   TEXT("description"),
                                                   TEXT("description_format"),
                                                   TEXTS("description_tagged_users"),
                                                   TEXT("name"),
                                                   BOOLEAN("remove_user_assignment"),
                                                   INTEGER("severity"),
                                                   ONE("severity_info", case_severity_info_update),
                                                   BOOLEAN("slas_active"),
                                                   TEXT("status"),
                                                   ONE("template", template_selector),
                                                   MANY("workflows", case_workflow),
                                                   END};

const struct sb_key sb_body_update_case[] = {INTEGER("expected_consistency_version"),
                                             INTEGER("expected_version"),
                                             ONE("fields", case_field_changes), TEXT("id"), END};

const struct sb_key sb_body_add_events_to_case[] = {MANY("events", event_evidence_selector),
                                                    TEXT("id"), END};

const struct sb_key sb_body_download[] = {TEXTS("ids"), END};

const struct sb_key sb_body_merge_cases[] = {TEXT("destination_id"), TEXT("source_id"), END};
