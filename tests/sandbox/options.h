/* The command line. */
#ifndef SANDBOX_OPTIONS_H
#define SANDBOX_OPTIONS_H

#include "auth.h"

#define SB_MAX_FAULTS 64

struct sb_arguments {
    struct sb_options options; /* base_url is not set yet; region is that of the first cloud */
    char regions[SB_MAX_CLOUDS][16];
    size_t region_count; /* 0: one cloud, and nobody is told of it */
    char host[256];
    unsigned port;
    const char *db;     /* NULL: in memory */
    const char *record; /* NULL: nothing is recorded */
    unsigned seed;      /* cases beside the fixed world */
    bool has_clock_offset;
    int64_t clock_offset_ms; /* the sandbox's clock, ahead of the computer's */
    const char *answers;     /* a directory; NULL: nothing is kept */
    bool parent_death;
    const char *console_token; /* NULL: made at random */
    bool list_faults, as_json;
    struct sb_client clients[SB_MAX_CLIENTS];
    size_t client_count;
    const char *members[8];
    size_t member_count;
    const char *faults[SB_MAX_FAULTS];
    size_t fault_count;
};

/* Reads it; texts point into argv or into *ret_arguments itself. On bad usage argp prints to stderr
 * and ends the process with 64; --faults prints the catalogue and ends it with 0. */
bool sb_options_parse(int argc, char **argv, struct sb_arguments *ret_arguments);

#endif
