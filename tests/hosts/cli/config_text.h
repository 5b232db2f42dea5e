/*
 * config_text.h - the configuration text that is handed to soar_init.
 */
#ifndef SOARHOST_CONFIG_TEXT_H
#define SOARHOST_CONFIG_TEXT_H

#include "sandbox.h"

/* config_text_quote - a text as a libconfig string with its quotes: backslash, quote and control
 * characters are escaped. To be freed with free. */
char *config_text_quote(const char *text);

/* config_text_for_sandbox - a configuration for a private sandbox. Files may be read and written in
 * dirs (NULL at the end; the first one is where downloads go by default). Waits between attempts
 * are short, as nobody else uses the sandbox. To be freed with free. */
char *config_text_for_sandbox(const struct sandbox *sandbox, const char *const *dirs);

#endif
