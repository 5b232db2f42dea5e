/*
 * export_n8n.h - what the two files of the n8n export share.
 */
#ifndef SOARHOST_EXPORT_N8N_H
#define SOARHOST_EXPORT_N8N_H

#include "export.h"

/* Stand in the properties for functions of send.ts: what turns a body into a form with a file, and what
 * puts all of a body or a query in one. */
#define N8N_SEND_FILE "@sendFile@"
#define N8N_WHOLE_BODY "@wholeBody@"
#define N8N_WHOLE_QUERY "@wholeQuery@"

/* n8n_write_group - the properties of a resource (taken) as TypeScript. */
bool n8n_write_group(const struct export *export, const char *group,
                     struct json_object *properties);
/* n8n_write_rest - node, credential, package and compiler settings; groups are the resources. */
bool n8n_write_rest(const struct export *export, struct json_object *groups);

#endif
