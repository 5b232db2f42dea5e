/* libcurl as a C program would use it for the same requests: a handle used again, the answer to memory
 * or to a file, not looked at; or parsed and printed again by json-c. One thread at a time. */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <stdbool.h>

#include "works.h"

struct bare;

/* Fetches a token and is ready. directory holds upload-BYTES.bin and takes download.bin; ca_file may be
 * NULL. Ends the process where anything fails; the process's end frees it. */
struct bare *bare_new(const struct work *work, const char *base, const char *directory,
                      const char *ca_file, bool json);

/* Does the work once. */
void bare_call(struct bare *bare);

#endif
