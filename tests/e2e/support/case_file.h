/* The case files of tests/cases/<action>/<scenario>.json; tests/cases/README.md says what they
 * hold. Failures to read fail the running test or end the program. One thread. */
#ifndef E2E_CASE_FILE_H
#define E2E_CASE_FILE_H

#include <json-c/json.h>
#include <stddef.h>

struct case_file {
    char *path;
    char *action;             /* name of its directory                                          */
    char *name;               /* "action: title", unique                                        */
    struct json_object *json; /* the whole file; NULL where it could not be read                */
    char *problem;            /* why it cannot be used (unreadable, unknown member); NULL = fine */
};

/* All case files, sorted by path, *ret_count of them; free with case_files_free. */
struct case_file *case_files(size_t *ret_count);
void case_files_free(struct case_file *files, size_t count);
/* The status that the case expects of the result, such as "OK"; "" where it names none. */
const char *case_file_status(const struct case_file *file);

#endif
