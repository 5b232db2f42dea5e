/* What most tests need: a sandbox, a directory, and an instance of the plugin that may use both. */
#ifndef E2E_WORLD_H
#define E2E_WORLD_H

#include "plugin.h"
#include "sandbox.h"
#include "settings.h"
#include "tmpdir.h"

struct world {
    char *dir; /* see tmpdir.h */
    struct sandbox sandbox;
    soar_plugin *instance; /* NULL until world_open */
};

/* Makes the directory and starts the sandbox with further arguments (NULL-terminated, or NULL). */
struct world *world_new(const char *const *sandbox_args);
/* Opens the instance with the usual settings and these changes (put by this function; NULL = none).
 */
void world_open(struct world *world, struct json_object *changes);
/* Both, with changes as JSON text (NULL = none). */
struct world *world_open_new(const char *const *sandbox_args, const char *changes);
/* Ends all and frees. NULL: nothing happens. */
void world_free(struct world *world);

/* Opens a case of that name; its id, heap. */
char *world_new_case(struct world *world, const char *name);

#endif
