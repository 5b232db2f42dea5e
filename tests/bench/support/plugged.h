/* The plugin, loaded as a host loads it. */
#ifndef BENCH_PLUGGED_H
#define BENCH_PLUGGED_H

#include <stddef.h>

#include "soar_plugin.h"

struct plugged {
    soar_plugin *plugin;
    int event_fd; /* readable when soar_next has something                                       */
    soar_status (*invoke)(soar_plugin *, const soar_call *, soar_result *);
    soar_status (*submit)(soar_plugin *, const soar_call *);
    soar_status (*next)(soar_plugin *, soar_result *);
    void (*release)(soar_result *);
    soar_status (*shutdown)(soar_plugin *, uint64_t);
};

/* Loads object and makes an instance for the server at base; ca_file may be NULL, more is further
 * sections of its configuration. Ends the process where that fails. */
void plug(struct plugged *ret, const char *object, const char *base, const char *ca_file,
          const char *http, const char *more);

/* One call without a time limit; its id is 0. The texts are borrowed. */
soar_call call_of(const char *action, const char *input);

/* soar_invoke and soar_release; ends the process where the call is not OK. */
void plugged_call(const struct plugged *plugged, const soar_call *call);

#endif
