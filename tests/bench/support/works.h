/* What the peers do, as it is on the wire and as it is asked of the plugin. */
#ifndef BENCH_WORKS_H
#define BENCH_WORKS_H

#include <stddef.h>

struct work {
    const char *name, *method, *path, *body; /* on the wire; body may be NULL                    */
    const char *action, *input;              /* through the plugin                               */
    long long size;                          /* what stands behind name=: items, or bytes        */
};

/* The work of that name: query, ids10k, cases, patch, all=ITEMS, get=CASES (thousands, ten at most), download=BYTES,
 * upload=BYTES. Ends the process where there is none. Once in a process: it is static. */
const struct work *work_named(const char *text);

/* {"ids":[...]} with n ids from the one numbered first on; the caller frees it. */
char *ids_json(long first, long n);

/* Request k of a work of many, as the plugin makes it: path and query of a page into target, or the
 * body of a chunk into *ret_body, the caller's to free. Returns 0 where there are k or fewer. */
int work_part(const struct work *work, long k, char *target, size_t size, char **ret_body);

#endif
