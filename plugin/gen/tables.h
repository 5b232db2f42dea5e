/*
 * tables.h - what the compiler writes: constant tables in C, the JSON of soar_list_actions, and
 * ACTIONS.md. All only for a source without problems.
 */
#ifndef FCM_GEN_TABLES_H
#define FCM_GEN_TABLES_H

#include "gen/gen.h"

/* tables_write - one C file that defines what catalog.h declares. list_json is what
 * catalog_list_json shall hold. */
void tables_write(const struct source *source, const char *list_json, struct buf *out);

/* tables_limits - the limits of a manifest in the arena's memory; NULL and 0 where it has none. */
const struct action_limit *tables_limits(struct arena *arena, struct json_object *action,
                                         size_t *ret_n);

/* tables_reconcile - adds the members reconcile and stale of a struct action, where the manifest has
 * them. */
void tables_reconcile(struct buf *out, struct json_object *action);

/* list_actions_json - a result of tools/list of the Model Context Protocol with all actions. The
 * caller puts it. */
struct json_object *list_actions_json(const struct source *source, const char *version);

/* config_schema_json - JSON Schema of the configuration, from config_keys.h. The caller puts it. */
struct json_object *config_schema_json(void);

/* actions_md_write - manifests/ACTIONS.md. */
void actions_md_write(const struct source *source, struct buf *out);

#endif
