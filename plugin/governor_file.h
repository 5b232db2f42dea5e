/*
 * governor_file.h - memory that the processes of a machine share through a file, one place for each
 * tenant. The file holds counters and times, and of a tenant nothing but a hash. It has one fixed
 * size and a version, belongs to the user, and nobody else may read or write it. All places are
 * changed by atomic steps only (governor_gate.h): there is no lock that a killed process could keep.
 */
#ifndef FCM_GOVERNOR_FILE_H
#define FCM_GOVERNOR_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "governor_gate.h"

/* Tenants that a file has room for; the place of one that has been idle for a day is given away. */
#define GOVERNOR_FILE_TENANTS 64
#define GOVERNOR_FILE_BYTES 65536

struct governor_file;

/* governor_file_open - opens the file, or makes it (mode 0600). NULL with *err filled: it is a
 * symbolic link or no regular file, has other links, belongs to another user or can be used by
 * others (SOAR_PERMISSION_DENIED); it is no such file, or of another version or size
 * (SOAR_FAILED_PRECONDITION); it cannot be opened or made, or the disk is full. */
struct governor_file *governor_file_open(const char *path, struct error *err);
void governor_file_close(struct governor_file *file);

/* governor_file_alive - is the file still there, in its size? After a false its memory must not be
 * touched any more. */
bool governor_file_alive(const struct governor_file *file);

/* governor_file_place - the place of the tenant with this hash (not 0), taken where there is none
 * yet; NULL where all are in use. at = where it was found last, NULL = nowhere; when it is still
 * there no search is made. */
struct gate_state *governor_file_place(struct governor_file *file, uint64_t hash,
                                       struct gate_state *at, int64_t now_ms);

/* governor_hash - names a tenant: a hash of these texts and of the window it is counted by. */
uint64_t governor_hash(const char *cloud, const char *tenant, int64_t window_ms);

#endif
