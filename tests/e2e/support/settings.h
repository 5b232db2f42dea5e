/* The plugin's configuration as a JSON object of "section.key": value, and as libconfig text.
 * Failures fail the running test. */
#ifndef E2E_SETTINGS_H
#define E2E_SETTINGS_H

#include "sandbox.h"
#include <json-c/json.h>

/* Settings for a sandbox: its address and credentials, read_dirs and write_dirs in a tmpdir (`dir`;
 * NULL = none), short waits between attempts. The caller puts them. */
struct json_object *settings_new(const struct sandbox *sandbox, const char *dir);
/* Takes the members of `changes` (NULL = none) over; a null removes the setting. */
void settings_change(struct json_object *settings, struct json_object *changes);
/* The settings as libconfig text, heap. */
char *settings_text(struct json_object *settings);

#endif
