/*
 * flow_files.h - the built-in steps that touch files, and the directory in which they may.
 */
#ifndef SOARHOST_FLOW_FILES_H
#define SOARHOST_FLOW_FILES_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "flow_exec.h"
#include "host_error.h"

/* flow_workdir_open - wanted: an existing directory, or one to be made (its parent must be there);
 * NULL = a new one for temporary files. Gives the absolute path without symbolic links, to be freed
 * with free, and whether it is a temporary one. */
bool flow_workdir_open(const char *wanted, char **ret_path, bool *ret_temporary,
                       struct host_error *err);

/* flow_workdir_close - removes a temporary directory where nothing is in it. Returns how many files
 * there are. */
size_t flow_workdir_close(const char *path, bool temporary);

/* flow_files - carries out FLOW_COMPARE_FILES or FLOW_WRITE_FILE. Paths are relative to workdir or
 * below it; anything else, also by way of a symbolic link, is SOAR_PERMISSION_DENIED. Files that
 * differ are SOAR_DATA_LOSS. A written file replaces an older one. */
void flow_files(const char *workdir, enum flow_kind kind, struct json_object *operands,
                struct flow_result *ret);

#endif
