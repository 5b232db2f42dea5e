/*
 * The document of a template: made from a body or a file, stored with its fields and a snapshot of
 * each version. Stored templates carry `_search.sla_name`, which answers leave out, and
 * `has_access`, which answers work out anew.
 */
#ifndef SANDBOX_TEMPLATE_DOC_H
#define SANDBOX_TEMPLATE_DOC_H

#include "sandbox.h"

/*
 * The template that `body` makes of `old` (NULL for a new one). Fields, options and SLA rules whose
 * ids the old one has keep ids and authors; others get new ids, in this order: the template, then
 * each field followed by its options, then the rules. The caller puts it. NULL: the response holds
 * the 400.
 */
struct json_object *sb_template_build(struct sb_request *req, struct sb_response *res,
                                      struct json_object *body, struct json_object *old);

/* Stores a template, its fields as documents of their own, and a snapshot of its next version. */
void sb_template_save(struct sb_request *req, struct json_object *doc);

/* Removes a template and its fields; snapshots stay, for the cases made from them. */
void sb_template_remove(struct sb_request *req, const char *id);

/* Answers a stored template; takes `doc`. has_access is worked out if `with_access`, else false. */
void sb_template_answer(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                        bool with_access);

/* Sets what filters see of a template beyond its document; before each sb_store_put. `sla_name` may be
 * NULL. */
void sb_template_set_search(struct json_object *doc, const char *sla_name);

/* Writes an SLA's new name where templates that use it are searched by it. */
void sb_template_note_sla_name(struct sb_request *req, const char *sla_id, const char *name);

/* Before an SLA goes: refuses if a template uses it (the response holds the 400), or, under
 * --in-use cascade, takes it out of those templates, each in a new version. True: the SLA may go.
 */
bool sb_template_release_sla(struct sb_request *req, struct sb_response *res, const char *sla_id);

#endif
