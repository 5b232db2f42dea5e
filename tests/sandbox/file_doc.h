/*
 * The details of a file of a case, and its bytes. Stored as kind `file` with aux {"blob": id}; a
 * file that a host is still sending is kept as kind `file_pending` until it is due (due.c).
 */
#ifndef SANDBOX_FILE_DOC_H
#define SANDBOX_FILE_DOC_H

#include "sandbox.h"

/* A file that is to belong to a case. Texts are borrowed. */
struct sb_new_file {
    const char *case_id;
    const char *name;
    const char *description; /* NULL for none */
    const char *type;        /* media type, or NULL: told by the name */
    const char *source;      /* "upload" or "rtr" */
    int64_t blob;            /* the details own it from now on */
    uint64_t size;
    const char *sha256;
};

/* Stores the details and answers them. It shows up among the files after `delay_ms`. */
void sb_file_add(struct sb_request *req, struct sb_response *res, const struct sb_new_file *file,
                 unsigned delay_ms);

/* True if the case exists; else the response holds the 404. */
bool sb_file_check_case(struct sb_request *req, struct sb_response *res, const char *case_id);

/* The blob of a file, 0 if there is no such file; `ret_name` (may be NULL) gets its name, which the
 * caller frees. */
int64_t sb_file_blob(struct sb_request *req, const char *id, char **ret_name);

#endif
