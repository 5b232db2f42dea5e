/*
 * The fields of each collection: where they stand in its documents, what they hold, and what they
 * may be used for. To add a field, add a line.
 *
 * Columns: name, paths, kind, then F (filters), S (sorts), A (aggregates) or - for not.
 * `_search` holds what a case's evidence says about it and what a template knows through its SLA:
 * the store makes terms of it and keeps it out of the document.
 */
#include "fql.h"

#include <string.h>
#include <strings.h>

#define F true
#define S true
#define A true
#define NO false
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct fql_field case_fields[] = {
    {"id", "id", FQL_STRING, F, S, NO},
    {"reference_id", "reference_id", FQL_STRING, F, S, NO},
    {"cid", "cid", FQL_STRING, F, S, NO},
    {"status", "status", FQL_STRING, F, S, NO},
    {"severity", "severity", FQL_INT, F, S, NO},
    {"name", "name", FQL_STRING, F, S, NO},
    {"description", "description", FQL_STRING, F, NO, NO},
    {"all_text", NULL, FQL_STRING, F, NO, NO},
    {"created_timestamp", "created_timestamp", FQL_TIME, F, S, NO},
    {"updated_timestamp", "updated_timestamp", FQL_TIME, F, S, NO},
    {"assigned_to_uuid", "assigned_to.uuid", FQL_STRING, F, S, NO},
    {"assigned_to_name", "assigned_to.full_name", FQL_STRING, F, S, NO},
    {"assigned_to_userid", "assigned_to.email", FQL_STRING, F, S, NO},
    {"created_by", "created_by.uuid|created_by.email|created_by.full_name", FQL_STRING, F, NO, NO},
    {"modified_by", "last_updated_by.uuid|last_updated_by.email|last_updated_by.full_name",
     FQL_STRING, F, NO, NO},
    {"tags", "tags[]", FQL_STRING, F, S, NO},
    {"alerts", "evidence.alerts.records[].selector.id", FQL_STRING, F, NO, NO},
    {"events", "evidence.events.records[].selector.id", FQL_STRING, F, NO, NO},
    {"data_domains", "_search.data_domains[]", FQL_STRING, F, NO, NO},
    {"source_vendors", "_search.source_vendors[]", FQL_STRING, F, NO, NO},
    {"source_products", "_search.source_products[]", FQL_STRING, F, NO, NO},
    {"tactic_ids", "_search.tactic_ids[]", FQL_STRING, F, NO, NO},
    {"tactics", "_search.tactics[]", FQL_STRING, F, NO, NO},
    {"technique_ids", "_search.technique_ids[]", FQL_STRING, F, NO, NO},
    {"techniques", "_search.techniques[]", FQL_STRING, F, NO, NO},
    {"aids", "_search.aids[]", FQL_STRING, F, NO, NO},
    {"hostnames", "_search.hostnames[]", FQL_STRING, F, NO, NO},
    {"ips", "_search.ips[]", FQL_STRING, F, NO, NO},
    {"email_addresses", "_search.email_addresses[]", FQL_STRING, F, NO, NO},
    {"sha256s", "_search.sha256s[]", FQL_STRING, F, NO, NO},
    {"md5s", "_search.md5s[]", FQL_STRING, F, NO, NO},
    {"usernames", "_search.usernames[]", FQL_STRING, F, NO, NO},
    {"command_lines", "_search.command_lines[]", FQL_STRING, F, NO, NO},
    {"file_names", "_search.file_names[]", FQL_STRING, F, NO, NO},
    {"image_file_names", "_search.image_file_names[]", FQL_STRING, F, NO, NO},
    {"cloud_providers", "_search.cloud_providers[]", FQL_STRING, F, NO, NO},
    {"cloud_account_ids", "_search.cloud_account_ids[]", FQL_STRING, F, NO, NO},
    {"cloud_regions", "_search.cloud_regions[]", FQL_STRING, F, NO, NO},
    {"cloud_instance_ids", "_search.cloud_instance_ids[]", FQL_STRING, F, NO, NO},
    {"cloud_availability_zones", "_search.cloud_availability_zones[]", FQL_STRING, F, NO, NO},
    {"cloud_service_names", "_search.cloud_service_names[]", FQL_STRING, F, NO, NO},
    {"case_template_id", "template.id", FQL_STRING, F, NO, NO},
    {"case_template_name", "template.name", FQL_STRING, F, NO, NO},
    {"sla_name", "sla.name", FQL_STRING, F, NO, NO},
    {"sla_active_timer.status", "sla.active_timer_status", FQL_STRING, F, NO, NO},
    {"sla_active_timer_time_due", "sla.active_timer_time_due", FQL_EPOCH, F, NO, NO},
};

static const struct fql_field file_fields[] = {
    {"id", "id", FQL_STRING, F, NO, A},
    {"cid", "cid", FQL_STRING, F, NO, A},
    {"case_id", "case_id", FQL_STRING, F, NO, A},
    {"name", "name", FQL_STRING, F, NO, A},
    {"file_size", "file_size", FQL_STRING, F, NO, A},
};

/* What templates, SLAs and notification groups have in common. */
#define CONFIGURATION_FIELDS                                                                       \
    {"id", "id", FQL_STRING, F, S, A}, {"cid", "cid", FQL_STRING, F, S, A},                        \
        {"name", "name", FQL_STRING, F, S, A},                                                     \
        {"created_by_name", "created_by_name", FQL_STRING, F, S, A},                               \
        {"updated_by_name", "updated_by_name", FQL_STRING, F, S, A},                               \
        {"created_timestamp", "created_timestamp", FQL_TIME, F, S, A},                             \
    {                                                                                              \
        "updated_timestamp", "updated_timestamp", FQL_TIME, F, S, A                                \
    }

static const struct fql_field template_fields[] = {
    CONFIGURATION_FIELDS,
    {"created_by.username", "created_by.username", FQL_STRING, F, NO, NO},
    {"updated_by.username", "updated_by.username", FQL_STRING, F, NO, NO},
    {"fields.name", "fields[].name", FQL_STRING, F, NO, NO},
    {"sla.name", "_search.sla_name", FQL_STRING, F, NO, NO},
};

static const struct fql_field configuration_fields[] = {CONFIGURATION_FIELDS};

static const struct fql_field template_field_fields[] = {
    {"id", "id", FQL_STRING, F, NO, NO},
    {"name", "name", FQL_STRING, F, NO, NO},
    {"data_type", "data_type", FQL_STRING, F, NO, NO},
    {"input_type", "input_type", FQL_STRING, F, NO, NO},
    {"required", "required", FQL_BOOL, F, NO, NO},
    {"created_by_name", "created_by_name", FQL_STRING, F, NO, NO},
    {"updated_by_name", "updated_by_name", FQL_STRING, F, NO, NO},
    {"created_timestamp", "created_timestamp", FQL_TIME, F, NO, NO},
    {"updated_timestamp", "updated_timestamp", FQL_TIME, F, NO, NO},
};

static const struct fql_field snapshot_fields[] = {
    {"id", "id", FQL_STRING, F, NO, NO},
    {"cid", "cid", FQL_STRING, F, NO, NO},
    {"template_id", "template_id", FQL_STRING, F, NO, NO},
    {"version", "version", FQL_INT, F, NO, NO},
    {"created_by_name", "created_by_name", FQL_STRING, F, NO, NO},
    {"updated_by_name", "updated_by_name", FQL_STRING, F, NO, NO},
    {"created_timestamp", "created_timestamp", FQL_TIME, F, NO, NO},
    {"updated_timestamp", "updated_timestamp", FQL_TIME, F, NO, NO},
};

static const struct fql_field access_tag_fields[] = {
    {"id", "id", FQL_STRING, F, S, A},
    {"cid", "cid", FQL_STRING, F, S, A},
    {"key", "key", FQL_STRING, F, S, A},
};

const struct fql_collection fql_cases = {.name = "cases",
                                         .fields = case_fields,
                                         .field_count = COUNT(case_fields),
                                         .first = 1000,
                                         .words = "case_words",
                                         .value_wildcards = true};

const struct fql_collection fql_files = {
    .name = "files", .fields = file_fields, .field_count = COUNT(file_fields), .first = 2000};

const struct fql_collection fql_templates = {.name = "templates",
                                             .fields = template_fields,
                                             .field_count = COUNT(template_fields),
                                             .first = 3000};

const struct fql_collection fql_template_fields = {.name = "fields",
                                                   .fields = template_field_fields,
                                                   .field_count = COUNT(template_field_fields),
                                                   .first = 4000};

const struct fql_collection fql_template_snapshots = {.name = "template snapshots",
                                                      .fields = snapshot_fields,
                                                      .field_count = COUNT(snapshot_fields),
                                                      .first = 5000};

const struct fql_collection fql_slas = {.name = "SLAs",
                                        .fields = configuration_fields,
                                        .field_count = COUNT(configuration_fields),
                                        .first = 6000};

const struct fql_collection fql_notification_groups = {.name = "notification groups",
                                                       .fields = configuration_fields,
                                                       .field_count = COUNT(configuration_fields),
                                                       .first = 7000};

const struct fql_collection fql_access_tags = {.name = "access tags",
                                               .fields = access_tag_fields,
                                               .field_count = COUNT(access_tag_fields),
                                               .first = 8000};

const struct fql_collection *const fql_collections[] = {&fql_cases,
                                                        &fql_files,
                                                        &fql_templates,
                                                        &fql_template_fields,
                                                        &fql_template_snapshots,
                                                        &fql_slas,
                                                        &fql_notification_groups,
                                                        &fql_access_tags,
                                                        NULL};

const struct fql_field *fql_field_find(const struct fql_collection *collection, const char *name)
{
    for (size_t i = 0; i < collection->field_count; i++) {
        if (strcasecmp(collection->fields[i].name, name) == 0) {
            return &collection->fields[i];
        }
    }
    return NULL;
}

int fql_field_number(const struct fql_collection *collection, const struct fql_field *field)
{
    return collection->first + (int)(field - collection->fields);
}

int fql_sort_number(const struct fql_collection *collection, const struct fql_field *field)
{
    bool many = strchr(field->paths, '[') != NULL || strchr(field->paths, '|') != NULL;
    return fql_field_number(collection, field) + (many ? FQL_SORT_KEYS : 0);
}
