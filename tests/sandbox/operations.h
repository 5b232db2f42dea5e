/*
 * The handlers of the 55 operations, by the file that holds them. Each reads the request, changes
 * the store and fills the response; routes.c binds them to method and path. By then server.c,
 * auth.c and strict.c have checked bearer, scope, Content-Type, that the parameters and body
 * members which the route's table calls required are there, and that the body is what the route
 * takes (an object or a list).
 */
#ifndef SANDBOX_OPERATIONS_H
#define SANDBOX_OPERATIONS_H

#include "sandbox.h"

/* An operation. Thread safety: called with the store's lock held, inside a transaction. */
typedef void sb_handler(struct sb_request *req, struct sb_response *res);

/* aggregates.c */
sb_handler op_aggregates_file_details_post_v1;
sb_handler op_get_notification_groups_aggregation;
sb_handler op_get_notification_groups_aggregation_v2;
sb_handler op_get_sla_aggregations;
sb_handler op_get_template_aggregations;
sb_handler op_get_access_tag_aggregations;

/* files.c */
sb_handler op_query_file_details;
sb_handler op_upload_file;
sb_handler op_update_file_details;
sb_handler op_get_file_details;
sb_handler op_bulk_download_files;
sb_handler op_download_existing_files;
sb_handler op_delete_file_details;
sb_handler op_query_file_detail_ids;
sb_handler op_download_file_by_post;

/* rtr.c */
sb_handler op_get_rtr_file_metadata;
sb_handler op_retrieve_rtr_file;
sb_handler op_retrieve_rtr_recent_file;

/* access_tags.c */
sb_handler op_get_access_tags;
sb_handler op_query_access_tags;

/* notification_groups.c */
sb_handler op_get_notification_groups;
sb_handler op_create_notification_group;
sb_handler op_update_notification_group;
sb_handler op_delete_notification_group;
sb_handler op_get_notification_groups_v2;
sb_handler op_create_notification_group_v2;
sb_handler op_update_notification_group_v2;
sb_handler op_delete_notification_group_v2;
sb_handler op_query_notification_groups;
sb_handler op_query_notification_groups_v2;

/* fields.c */
sb_handler op_get_fields;
sb_handler op_query_fields;

/* slas.c */
sb_handler op_get_slas;
sb_handler op_create_sla;
sb_handler op_update_sla;
sb_handler op_delete_sla;
sb_handler op_query_slas;

/* snapshots.c */
sb_handler op_get_template_snapshots;
sb_handler op_query_template_snapshots;

/* templates.c */
sb_handler op_export_templates;
sb_handler op_import_template;
sb_handler op_get_templates;
sb_handler op_create_template;
sb_handler op_update_template;
sb_handler op_delete_templates;
sb_handler op_query_templates;

/* cases.c */
sb_handler op_create_case;
sb_handler op_get_cases;
sb_handler op_update_case_fields;
sb_handler op_query_case_ids;

/* evidence.c */
sb_handler op_add_case_alert_evidence;
sb_handler op_add_case_event_evidence;

/* tags.c */
sb_handler op_add_case_tags;
sb_handler op_delete_case_tags;

/* merge.c */
sb_handler op_merge_cases;

#endif
