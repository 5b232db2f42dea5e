/*
 * The document of a case: the complete answer of the service, every member there, plus `_search`.
 * All functions run inside a handler, with the store's lock held.
 */
#ifndef SANDBOX_CASE_DOC_H
#define SANDBOX_CASE_DOC_H

#include "sandbox.h"

#define SB_MAX_EVIDENCE 100      /* alerts, events and leads of a case together */
#define SB_MAX_NAME 256          /* characters */
#define SB_MAX_DESCRIPTION 2048  /* characters */
#define SB_MAX_TAGS 128          /* characters of all tags of a case together */
#define SB_CONSISTENCY_START 100 /* so that nobody takes consistency.version for version */

/* A new case without name, evidence, template: version 1, status new, made by the caller now. The
 * caller puts it. */
struct json_object *sb_case_new(struct sb_request *req);

/* A case by id, or NULL; then the response holds 404 `Case not found`. The caller puts it. */
struct json_object *sb_case_load(struct sb_request *req, struct sb_response *res, const char *id);
/* Stores a case that is new: works out analysis_results and _search, keeps the version. */
void sb_case_store(struct sb_request *req, struct json_object *doc);
/* Stores a changed case: the same, and raises version and consistency.version, and sets who and
 * when. */
void sb_case_change(struct sb_request *req, struct json_object *doc);
/* Answers with the case as the service shows it; takes nothing. */
void sb_case_answer(struct sb_response *res, struct json_object *doc);

/* {uuid, email, full_name} of a user of the tenant, empty texts where it is unknown; `uuid` may be
 * NULL. */
struct json_object *sb_case_user(struct sb_request *req, const char *uuid);
/* Characters (not bytes) of a UTF-8 text. */
size_t sb_characters(const char *text);
/* The records of one sort of evidence ("alerts", "events", "leads"), borrowed. */
struct json_object *sb_case_records(struct json_object *doc, const char *sort);

/* ---- case_fields.c: checked changes; false: the response holds the 400 ---- */

/* Sets what `fields` (of a create or an update) names: name, description, severity, severity_info,
 * status, assignment, access_tags, workflows and the rest but template, custom fields, tags and
 * evidence. */
bool sb_case_set_fields(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                        struct json_object *fields);

/* ---- case_template.c ---- */

/* Binds the latest snapshot of a template: its fields with their defaults, its SLA. */
bool sb_case_bind_template(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                           const char *template_id);
/* Sets values of the bound template's fields from a list of {id, values}. */
bool sb_case_set_custom_fields(struct sb_request *req, struct sb_response *res,
                               struct json_object *doc, struct json_object *list);

/* ---- case_sla.c ---- */

/* The SLA object of a case without SLA: every member there, empty. The caller puts it. */
struct json_object *sb_case_no_sla(void);
/* Starts the timers of an SLA document at the request's time; `snapshot_id` is that of the SLA as it
 * is now (sb_sla_get). */
void sb_case_start_sla(struct sb_request *req, struct json_object *doc, struct json_object *sla,
                       const char *snapshot_id);
/* Moves the timers after a change of status, and pauses or resumes them when `active` changes it
 * (NULL: keep). */
void sb_case_move_sla(struct sb_request *req, struct json_object *doc, const bool *active);
/* Marks the timers as missed whose time is over; true if there are any that weren't yet. */
bool sb_case_pass_time(struct json_object *doc, int64_t now_ms);
/* The timer `acknowledgement` or `resolution`; borrowed. */
struct json_object *sb_case_timer(struct json_object *doc, const char *name);
/* True while a timer's goal isn't reached, in time or not, and it isn't paused. */
bool sb_timer_runs(struct json_object *timer);
/* True if a timer's status is that. */
bool sb_timer_is(struct json_object *timer, const char *status);

/* ---- case_escalation.c ---- */

/* Notes when the case next changes by itself; whenever it is stored. */
void sb_case_schedule(struct sb_request *req, struct json_object *doc);
/* What is due of a case by then happens: escalation steps are taken, timers missed. That is no change
 * that anybody made: versions and updated_timestamp stay. */
void sb_case_come_due(struct sb_request *req, const char *id, int64_t at_ms);
/* The same, up to a time, for a case that is being made with a past, which nobody is told of. */
void sb_case_live_through(struct sb_request *req, struct json_object *doc, int64_t until_ms);

/* ---- case_evidence.c ---- */

/* Adds evidence from a list of {id}; what is there already is passed over. *ret_added counts the
 * new ones. */
bool sb_case_add_evidence(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                          const char *sort, struct json_object *selectors, size_t *ret_added);
/* Works out analysis_results and `_search` from the evidence that the tenant knows. */
void sb_case_analyse(struct sb_request *req, struct json_object *doc);

/* ---- case_tags.c ---- */

/* Adds tags from a list of texts, removing twins; *ret_added counts the new ones. */
bool sb_case_add_tags(struct sb_response *res, struct json_object *doc, struct json_object *tags,
                      size_t *ret_added);

#endif
