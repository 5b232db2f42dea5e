/*
 * config_bind.h - loads a library whose names are generic and carry no version, in such a way that it
 * calls its own functions, also where the host defines some of the same name.
 */
#ifndef FCM_CONFIG_BIND_H
#define FCM_CONFIG_BIND_H

#include <stdbool.h>

#include "base/error.h"

/* config_bind_open - a handle for dlsym and dlclose; NULL with dlerror() where it cannot be loaded.
 * Where somebody else defines its names and it was not loaded yet, it is bound to itself first
 * (RTLD_DEEPBIND); not under a sanitizer, whose runtime does not allow that, nor where the process has
 * another malloc than the C library's. Any thread. */
void *config_bind_open(const char *soname);

/* config_bind_check - whether libconfig calls its own functions while it parses and frees, by what the
 * loader has bound. It does not where the host has loaded it itself, and defines a function of its name.
 * Errors: SOAR_FAILED_PRECONDITION, reason "libconfig_interposed", with the name, or "libconfig_unknown"
 * where that cannot be told. Any thread. */
bool config_bind_check(void *handle, struct error *err);

#endif
