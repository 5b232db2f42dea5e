/*
 * config_bind.h - loads a library whose names are generic and carry no version, in such a way that it
 * calls its own functions, also where the host defines some of the same name.
 */
#ifndef FCM_CONFIG_BIND_H
#define FCM_CONFIG_BIND_H

#include <stdbool.h>

#include "base/error.h"

/* config_bind_open - a handle for dlsym and dlclose; NULL with dlerror() where it cannot be loaded.
 * Where it is not loaded yet and somebody else defines its names, it is bound to itself first
 * (RTLD_DEEPBIND). It hands out no memory that others free, so its malloc may be another than the
 * host's. Any thread. */
void *config_bind_open(const char *soname);

/* config_bind_check - whether the library calls its own functions. It does not where the host has
 * loaded it itself, and defines a function of its name. Errors: SOAR_FAILED_PRECONDITION, reason
 * "libconfig_interposed", with the name. Any thread. */
bool config_bind_check(void *handle, struct error *err);

#endif
