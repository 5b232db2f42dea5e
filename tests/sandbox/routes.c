#include "routes.h"
#include <string.h>

/* name, type, required, many, file */
/* clang-format off */
#define END {NULL, SB_TYPE_ANY, false, false, false}
/* clang-format on */

static const struct sb_parameter no_parameters[] = {END};
static const struct sb_parameter ids_filter[] = {
    {"ids", SB_TYPE_TEXT, false, true, false}, {"filter", SB_TYPE_TEXT, false, false, false}, END};
static const struct sb_parameter filter_limit_offset[] = {
    {"filter", SB_TYPE_TEXT, false, false, false},
    {"limit", SB_TYPE_INTEGER, false, false, false},
    {"offset", SB_TYPE_INTEGER, false, false, false},
    END};
static const struct sb_parameter file_description_case_id_parts[] = {
    {"file", SB_TYPE_TEXT, true, false, true},
    {"description", SB_TYPE_TEXT, false, false, false},
    {"case_id", SB_TYPE_TEXT, true, false, false},
    END};
static const struct sb_parameter ids[] = {{"ids", SB_TYPE_TEXT, true, true, false}, END};
static const struct sb_parameter id[] = {{"id", SB_TYPE_TEXT, true, false, false}, END};
static const struct sb_parameter ids_with_has_access[] = {
    {"ids", SB_TYPE_TEXT, true, true, false},
    {"with_has_access", SB_TYPE_BOOLEAN, false, false, false},
    END};
static const struct sb_parameter ids_template_ids_versions[] = {
    {"ids", SB_TYPE_TEXT, false, true, false},
    {"template_ids", SB_TYPE_TEXT, false, true, false},
    {"versions", SB_TYPE_INTEGER, false, true, false},
    END};
static const struct sb_parameter ids_filter_format[] = {
    {"ids", SB_TYPE_TEXT, false, true, false},
    {"filter", SB_TYPE_TEXT, false, false, false},
    {"format", SB_TYPE_TEXT, false, false, false},
    END};
static const struct sb_parameter file_dry_run_parts[] = {
    {"file", SB_TYPE_TEXT, true, false, true},
    {"dry_run", SB_TYPE_BOOLEAN, false, false, false},
    END};
static const struct sb_parameter filter_sort_limit_after[] = {
    {"filter", SB_TYPE_TEXT, false, false, false},
    {"sort", SB_TYPE_TEXT, false, false, false},
    {"limit", SB_TYPE_INTEGER, false, false, false},
    {"after", SB_TYPE_TEXT, false, false, false},
    END};
static const struct sb_parameter filter_sort_limit_offset[] = {
    {"filter", SB_TYPE_TEXT, false, false, false},
    {"sort", SB_TYPE_TEXT, false, false, false},
    {"limit", SB_TYPE_INTEGER, false, false, false},
    {"offset", SB_TYPE_INTEGER, false, false, false},
    END};
static const struct sb_parameter id_tag[] = {
    {"id", SB_TYPE_TEXT, true, false, false}, {"tag", SB_TYPE_TEXT, true, true, false}, END};
static const struct sb_parameter limit_offset_sort_filter_q[] = {
    {"limit", SB_TYPE_INTEGER, false, false, false},
    {"offset", SB_TYPE_INTEGER, false, false, false},
    {"sort", SB_TYPE_TEXT, false, false, false},
    {"filter", SB_TYPE_TEXT, false, false, false},
    {"q", SB_TYPE_TEXT, false, false, false},
    END};

/* id, name, method, path, scope, handler, query, body, body members, parts, required members */
/* clang-format off */
const struct sb_route sb_routes[] = {
    {"aggregates_file_details_post_v1", "aggregates_file_details_post_v1", "POST",
     "/case-files/aggregates/file-details/v1", SB_CASES_READ,
     op_aggregates_file_details_post_v1, ids_filter,
     SB_BODY_LIST, sb_body_aggregate_query, no_parameters,
     {NULL}},
    {"combined_file_details_get_v1", "query_file_details", "GET",
     "/case-files/combined/file-details/v1", SB_CASES_READ,
     op_query_file_details, filter_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_files_upload_post_v1", "upload_file", "POST",
     "/case-files/entities/files/upload/v1", SB_CASES_WRITE,
     op_upload_file, no_parameters,
     SB_BODY_MULTIPART, NULL, file_description_case_id_parts,
     {NULL}},
    {"entities_file_details_patch_v1", "update_file_details", "PATCH",
     "/case-files/entities/file-details/v1", SB_CASES_WRITE,
     op_update_file_details, no_parameters,
     SB_BODY_OBJECT, sb_body_file_update, no_parameters,
     {"id"}},
    {"entities_file_details_get_v1", "get_file_details", "GET",
     "/case-files/entities/file-details/v1", SB_CASES_READ,
     op_get_file_details, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_files_bulk_download_post_v1", "bulk_download_files", "POST",
     "/case-files/entities/files/bulk-download/v1", SB_CASES_READ,
     op_bulk_download_files, no_parameters,
     SB_BODY_OBJECT, sb_body_bulk_download, no_parameters,
     {"ids"}},
    {"entities_files_download_get_v1", "download_existing_files", "GET",
     "/case-files/entities/files/download/v1", SB_CASES_READ,
     op_download_existing_files, id,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_files_delete_v1", "delete_file_details", "DELETE",
     "/case-files/entities/files/v1", SB_CASES_WRITE,
     op_delete_file_details, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_file_details_get_v1", "query_file_detail_ids", "GET",
     "/case-files/queries/file-details/v1", SB_CASES_READ,
     op_query_file_detail_ids, filter_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_get_rtr_file_metadata_post_v1", "get_rtr_file_metadata", "POST",
     "/case-files/entities/get-rtr-file-metadata/v1", SB_CASES_READ,
     op_get_rtr_file_metadata, no_parameters,
     SB_BODY_OBJECT, sb_body_get_rtr_file_metadata, no_parameters,
     {"aid", "file_path"}},
    {"entities_retrieve_rtr_file_post_v1", "retrieve_rtr_file", "POST",
     "/case-files/entities/retrieve-rtr-file/v1", SB_CASES_WRITE,
     op_retrieve_rtr_file, no_parameters,
     SB_BODY_OBJECT, sb_body_retrieve_rtr_file, no_parameters,
     {"aid", "case_id", "file_path"}},
    {"entities_retrieve_rtr_recent_file_post_v1", "retrieve_rtr_recent_file", "POST",
     "/case-files/entities/retrieve-rtr-recent-file/v1", SB_CASES_WRITE,
     op_retrieve_rtr_recent_file, no_parameters,
     SB_BODY_OBJECT, sb_body_retrieve_rtr_recent_file, no_parameters,
     {"case_id", "session_id", "sha256"}},
    {"aggregates_notification_groups_post_v1", "get_notification_groups_aggregation", "POST",
     "/casemgmt/aggregates/notification-groups/v1", SB_TEMPLATES_READ,
     op_get_notification_groups_aggregation, no_parameters,
     SB_BODY_LIST, sb_body_config_aggregate_query, no_parameters,
     {NULL}},
    {"aggregates_notification_groups_post_v2", "get_notification_groups_aggregation_v2", "POST",
     "/casemgmt/aggregates/notification-groups/v2", SB_TEMPLATES_READ,
     op_get_notification_groups_aggregation_v2, no_parameters,
     SB_BODY_LIST, sb_body_config_aggregate_query, no_parameters,
     {NULL}},
    {"aggregates_slas_post_v1", "get_sla_aggregations", "POST",
     "/casemgmt/aggregates/slas/v1", SB_TEMPLATES_READ,
     op_get_sla_aggregations, no_parameters,
     SB_BODY_LIST, sb_body_config_aggregate_query, no_parameters,
     {NULL}},
    {"aggregates_templates_post_v1", "get_template_aggregations", "POST",
     "/casemgmt/aggregates/templates/v1", SB_TEMPLATES_READ,
     op_get_template_aggregations, no_parameters,
     SB_BODY_LIST, sb_body_config_aggregate_query, no_parameters,
     {NULL}},
    {"aggregates_access_tags_post_v1", "get_access_tag_aggregations", "POST",
     "/casemgmt/aggregates/access-tags/v1", SB_TEMPLATES_READ,
     op_get_access_tag_aggregations, no_parameters,
     SB_BODY_LIST, sb_body_config_aggregate_query, no_parameters,
     {NULL}},
    {"entities_access_tags_get_v1", "get_access_tags", "GET",
     "/casemgmt/entities/access-tags/v1", SB_TEMPLATES_READ,
     op_get_access_tags, ids_with_has_access,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_notification_groups_get_v1", "get_notification_groups", "GET",
     "/casemgmt/entities/notification-groups/v1", SB_TEMPLATES_READ,
     op_get_notification_groups, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_notification_groups_post_v1", "create_notification_group", "POST",
     "/casemgmt/entities/notification-groups/v1", SB_TEMPLATES_WRITE,
     op_create_notification_group, no_parameters,
     SB_BODY_OBJECT, sb_body_notification_group_v1_create, no_parameters,
     {"name", "channels"}},
    {"entities_notification_groups_patch_v1", "update_notification_group", "PATCH",
     "/casemgmt/entities/notification-groups/v1", SB_TEMPLATES_WRITE,
     op_update_notification_group, no_parameters,
     SB_BODY_OBJECT, sb_body_notification_group_v1_update, no_parameters,
     {"id"}},
    {"entities_notification_groups_delete_v1", "delete_notification_group", "DELETE",
     "/casemgmt/entities/notification-groups/v1", SB_TEMPLATES_WRITE,
     op_delete_notification_group, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_notification_groups_get_v2", "get_notification_groups_v2", "GET",
     "/casemgmt/entities/notification-groups/v2", SB_TEMPLATES_READ,
     op_get_notification_groups_v2, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_notification_groups_post_v2", "create_notification_group_v2", "POST",
     "/casemgmt/entities/notification-groups/v2", SB_TEMPLATES_WRITE,
     op_create_notification_group_v2, no_parameters,
     SB_BODY_OBJECT, sb_body_notification_group_v2_create, no_parameters,
     {"name", "channels"}},
    {"entities_notification_groups_patch_v2", "update_notification_group_v2", "PATCH",
     "/casemgmt/entities/notification-groups/v2", SB_TEMPLATES_WRITE,
     op_update_notification_group_v2, no_parameters,
     SB_BODY_OBJECT, sb_body_notification_group_v2_update, no_parameters,
     {"id"}},
    {"entities_notification_groups_delete_v2", "delete_notification_group_v2", "DELETE",
     "/casemgmt/entities/notification-groups/v2", SB_TEMPLATES_WRITE,
     op_delete_notification_group_v2, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_fields_get_v1", "get_fields", "GET",
     "/casemgmt/entities/fields/v1", SB_TEMPLATES_READ,
     op_get_fields, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_slas_get_v1", "get_slas", "GET",
     "/casemgmt/entities/slas/v1", SB_TEMPLATES_READ,
     op_get_slas, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_slas_post_v1", "create_sla", "POST",
     "/casemgmt/entities/slas/v1", SB_TEMPLATES_WRITE,
     op_create_sla, no_parameters,
     SB_BODY_OBJECT, sb_body_sla_create, no_parameters,
     {"name", "goals"}},
    {"entities_slas_patch_v1", "update_sla", "PATCH",
     "/casemgmt/entities/slas/v1", SB_TEMPLATES_WRITE,
     op_update_sla, no_parameters,
     SB_BODY_OBJECT, sb_body_sla_update, no_parameters,
     {"id"}},
    {"entities_slas_delete_v1", "delete_sla", "DELETE",
     "/casemgmt/entities/slas/v1", SB_TEMPLATES_WRITE,
     op_delete_sla, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_template_snapshots_get_v1", "get_template_snapshots", "GET",
     "/casemgmt/entities/template-snapshots/v1", SB_TEMPLATES_READ,
     op_get_template_snapshots, ids_template_ids_versions,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_templates_export_get_v1", "export_templates", "GET",
     "/casemgmt/entities/templates/export/v1", SB_TEMPLATES_READ,
     op_export_templates, ids_filter_format,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_templates_import_post_v1", "import_template", "POST",
     "/casemgmt/entities/templates/import/v1", SB_TEMPLATES_WRITE,
     op_import_template, no_parameters,
     SB_BODY_MULTIPART, NULL, file_dry_run_parts,
     {NULL}},
    {"entities_templates_get_v1", "get_templates", "GET",
     "/casemgmt/entities/templates/v1", SB_TEMPLATES_READ,
     op_get_templates, ids_with_has_access,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_templates_post_v1", "create_template", "POST",
     "/casemgmt/entities/templates/v1", SB_TEMPLATES_WRITE,
     op_create_template, no_parameters,
     SB_BODY_OBJECT, sb_body_template_create, no_parameters,
     {"name"}},
    {"entities_templates_patch_v1", "update_template", "PATCH",
     "/casemgmt/entities/templates/v1", SB_TEMPLATES_WRITE,
     op_update_template, no_parameters,
     SB_BODY_OBJECT, sb_body_template_update, no_parameters,
     {"id"}},
    {"entities_templates_delete_v1", "delete_templates", "DELETE",
     "/casemgmt/entities/templates/v1", SB_TEMPLATES_WRITE,
     op_delete_templates, ids,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_access_tags_get_v1", "query_access_tags", "GET",
     "/casemgmt/queries/access-tags/v1", SB_TEMPLATES_READ,
     op_query_access_tags, filter_sort_limit_after,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_fields_get_v1", "query_fields", "GET",
     "/casemgmt/queries/fields/v1", SB_TEMPLATES_READ,
     op_query_fields, filter_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_notification_groups_get_v1", "query_notification_groups", "GET",
     "/casemgmt/queries/notification-groups/v1", SB_TEMPLATES_READ,
     op_query_notification_groups, filter_sort_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_notification_groups_get_v2", "query_notification_groups_v2", "GET",
     "/casemgmt/queries/notification-groups/v2", SB_TEMPLATES_READ,
     op_query_notification_groups_v2, filter_sort_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_slas_get_v1", "query_slas", "GET",
     "/casemgmt/queries/slas/v1", SB_TEMPLATES_READ,
     op_query_slas, filter_sort_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_template_snapshots_get_v1", "query_template_snapshots", "GET",
     "/casemgmt/queries/template-snapshots/v1", SB_TEMPLATES_READ,
     op_query_template_snapshots, filter_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"queries_templates_get_v1", "query_templates", "GET",
     "/casemgmt/queries/templates/v1", SB_TEMPLATES_READ,
     op_query_templates, filter_sort_limit_offset,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_alert_evidence_post_v1", "add_case_alert_evidence", "POST",
     "/cases/entities/alert-evidence/v1", SB_CASES_WRITE,
     op_add_case_alert_evidence, no_parameters,
     SB_BODY_OBJECT, sb_body_add_alerts_to_case, no_parameters,
     {"id", "alerts"}},
    {"entities_case_tags_post_v1", "add_case_tags", "POST",
     "/cases/entities/case-tags/v1", SB_CASES_WRITE,
     op_add_case_tags, no_parameters,
     SB_BODY_OBJECT, sb_body_add_tags_to_case, no_parameters,
     {"id", "tags"}},
    {"entities_case_tags_delete_v1", "delete_case_tags", "DELETE",
     "/cases/entities/case-tags/v1", SB_CASES_WRITE,
     op_delete_case_tags, id_tag,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_cases_put_v2", "create_case", "PUT",
     "/cases/entities/cases/v2", SB_CASES_WRITE,
     op_create_case, no_parameters,
     SB_BODY_OBJECT, sb_body_create_case, no_parameters,
     {"name"}},
    {"entities_cases_post_v2", "get_cases", "POST",
     "/cases/entities/cases/v2", SB_CASES_READ,
     op_get_cases, no_parameters,
     SB_BODY_OBJECT, sb_body_get_cases, no_parameters,
     {"ids"}},
    {"entities_cases_patch_v2", "update_case_fields", "PATCH",
     "/cases/entities/cases/v2", SB_CASES_WRITE,
     op_update_case_fields, no_parameters,
     SB_BODY_OBJECT, sb_body_update_case, no_parameters,
     {"id"}},
    {"entities_event_evidence_post_v1", "add_case_event_evidence", "POST",
     "/cases/entities/event-evidence/v1", SB_CASES_WRITE,
     op_add_case_event_evidence, no_parameters,
     SB_BODY_OBJECT, sb_body_add_events_to_case, no_parameters,
     {"id", "events"}},
    {"queries_cases_get_v1", "query_case_ids", "GET",
     "/cases/queries/cases/v1", SB_CASES_READ,
     op_query_case_ids, limit_offset_sort_filter_q,
     SB_BODY_NONE, NULL, no_parameters,
     {NULL}},
    {"entities_files_download_post_v1", "download_file_by_post", "POST",
     "/case-files/entities/files/download/v1", SB_CASES_READ,
     op_download_file_by_post, no_parameters,
     SB_BODY_OBJECT, sb_body_download, no_parameters,
     {"ids"}},
    {"entities_merge_post_v1", "merge_cases", "POST",
     "/cases/entities/merge/v1", SB_CASES_WRITE,
     op_merge_cases, no_parameters,
     SB_BODY_OBJECT, sb_body_merge_cases, no_parameters,
     {"destination_id", "source_id"}},
};
/* clang-format on */

const size_t sb_route_count = sizeof sb_routes / sizeof *sb_routes;

const struct sb_route *sb_route_find(const char *method, const char *path, bool *ret_path_known)
{
    *ret_path_known = false;
    for (size_t i = 0; i < sb_route_count; i++) {
        if (strcmp(sb_routes[i].path, path) == 0) {
            *ret_path_known = true;
            if (strcmp(sb_routes[i].method, method) == 0) {
                return &sb_routes[i];
            }
        }
    }
    return NULL;
}

const struct sb_route *sb_route_by_name(const char *name)
{
    for (size_t i = 0; i < sb_route_count; i++) {
        if (strcmp(sb_routes[i].id, name) == 0 || strcmp(sb_routes[i].name, name) == 0) {
            return &sb_routes[i];
        }
    }
    return NULL;
}

const char *sb_route_service(const char *path)
{
    if (strncmp(path, "/case-files/", 12) == 0) {
        return "case-files";
    }
    if (strncmp(path, "/casemgmt/", 10) == 0) {
        return "casemgmt";
    }
    return strncmp(path, "/cases/", 7) == 0 ? "cases" : "crowdstrike-api-gateway";
}

const char *sb_scope_label(unsigned scope)
{
    switch (scope) {
    case SB_CASES_READ:
        return "Cases: READ";
    case SB_CASES_WRITE:
        return "Cases: WRITE";
    case SB_TEMPLATES_READ:
        return "Case Templates: READ";
    default:
        return "Case Templates: WRITE";
    }
}
