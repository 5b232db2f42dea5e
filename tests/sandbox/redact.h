/* What nobody who looks at requests may see: the secrets in them. Pure; any thread. */
#ifndef SANDBOX_REDACT_H
#define SANDBOX_REDACT_H

#include "sandbox.h"

#define SB_REDACTED "(redacted)"

/* True if a header, form field, query parameter or JSON member of this name holds a secret. */
bool sb_is_secret(const char *name);
/* The text as a JSON string; a note in its place where it is no UTF-8. */
struct json_object *sb_text_or_note(const char *text);
/* [[name, value], ...] of a form or a query, secrets out. The caller puts it. */
struct json_object *sb_redact_params(const struct sb_params *params);
/* A deep copy of a JSON value without the secrets of its members, among them what the `params` of
 * notification channels hold: addresses, tokens and keys. The caller puts it. */
struct json_object *sb_redact_json(struct json_object *value);
/* A copy of a text in which the tokens of links to bytes (link.h) are out. Heap; NULL when memory is
 * short. */
char *sb_redact_links(const char *text);
/* The path as a JSON string, without tokens of links; a note in its place where it is no UTF-8. */
struct json_object *sb_redact_path(const char *path);
/* True if a text that is no JSON looks as if a secret stood in it. */
bool sb_smells_of_secret(const char *text);

#endif
