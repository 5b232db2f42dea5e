/*
 * run_files.h - the files of a call, under either driver: the one that is sent, the one that is
 * received, and the host's descriptors in their place.
 */
#ifndef FCM_RUN_FILES_H
#define FCM_RUN_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "call.h"
#include "files.h"
#include "http.h"
#include "soar_plugin.h"
#include "transport.h"

/* Zeroed, then the first six are given. One thread at a time. */
struct run_files {
    const struct files *files;
    struct call *call;
    struct interrupt *interrupt; /* of the call */
    uint32_t flags;              /* SOAR_CALL_IN_FD, SOAR_CALL_OUT_FD */
    int in_fd, out_fd;           /* the host's, where flags say so */
    bool owns_fds;               /* they are copies, closed at the end */
    struct file_source source;
    bool has_source, source_used;
    struct file_sink *sink; /* of the exchange under way */
    int64_t out_bytes;      /* gone to the host's own descriptor */
    char sha256[SHA256_HEX];
};

/* run_files_check - refuses whatever is local and can be refused before the first byte is sent.
 * Opens the file that is sent, and tells what is in it where the call is planned. */
bool run_files_check(struct run_files *run, struct error *err);

/* run_files_close - closes the file that is sent until an exchange needs it, where that makes no
 * difference: its size and content are those of then. */
void run_files_close(struct run_files *run);

/* run_files_copy - makes copies of the host's descriptors, so that the host may close its own.
 * false = the process has no descriptor left. */
bool run_files_copy(struct run_files *run);

/* run_files_begin - readies what an exchange needs in *io; false where it cannot be, and the answer
 * says why. run_files_end - after the exchange: a file that came whole gets its name and is synced,
 * what is not whole is dropped, and the answer says so. */
bool run_files_begin(struct run_files *run, const struct http_request *request,
                     struct transport_io *io, struct http_response *response);
void run_files_end(struct run_files *run, struct http_response *response);
/* run_files_keeps - would run_files_end wait for a disk? */
bool run_files_keeps(const struct run_files *run, const struct http_response *response);

/* run_files_hash - reads all of the file that was uploaded, as far as the call's time goes and nobody
 * interrupts it; run_files_digest then tells the call
 * what it holds, so that it is known again at the service. */
void run_files_hash(struct run_files *run);
void run_files_digest(struct run_files *run);

void run_files_done(struct run_files *run);

#endif
