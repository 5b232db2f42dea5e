/* Templates as files: what an export writes and an import reads, in JSON or YAML. */
#ifndef SANDBOX_TEMPLATE_FILE_H
#define SANDBOX_TEMPLATE_FILE_H

#include "sandbox.h"

enum { SB_TEMPLATE_FILE_MAX = 1024 * 1024 }; /* bytes of an imported file */

/* A template as the text of a file, without ids of its own, authors and times. The caller frees it;
 * NULL when memory is out. */
char *sb_template_file_print(struct json_object *doc, bool yaml);

/* The body of a create that an uploaded file amounts to; JSON if it begins with `{`, else YAML. Ids
 * and members that a create doesn't have are ignored. The caller puts it. NULL: the response holds
 * the 400. */
struct json_object *sb_template_file_read(struct sb_request *req, struct sb_response *res,
                                          const struct sb_part *part);

#endif
