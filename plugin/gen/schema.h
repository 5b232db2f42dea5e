/*
 * schema.h - from a checked JSON Schema to struct schema, in memory.
 */
#ifndef FCM_GEN_SCHEMA_H
#define FCM_GEN_SCHEMA_H

#include "gen/gen.h"

#define SCHEMA_MAX_DEPTH 60 /* of one document */

/* A node as the builder makes them; every struct schema it answers is the first member of one. */
struct schema_node {
    struct schema schema;
    size_t index; /* in builder.nodes; children come before their parents                        */
};

/* Builds schemas; models are built once and shared. All zero but source = empty. */
struct schema_builder {
    const struct source *source; /* for $ref; may be NULL where there is none                     */
    struct arena arena;          /* owns the nodes                                                */
    struct schema_node **nodes; /* in the arena's order of making; owned                          */
    size_t n_nodes, cap_nodes;
    const struct schema **models; /* by the index of source->models; NULL = not built yet         */
};

/* schema_build - the node for a schema that check_schema passed. Besides the words of the
 * manifests it knows x-reason, written by exclude.c beside {"not": {}}. Valid until
 * schema_builder_done. */
const struct schema *schema_build(struct schema_builder *builder, struct json_object *json);
void schema_builder_done(struct schema_builder *builder);

/* schema_type_of_name - the bit of "string" and so on; 0 = no such type. */
unsigned schema_type_of_name(const char *name);
/* schema_in_of_name - what an x-in means; SCHEMA_IN_NONE = nothing known. */
enum schema_in schema_in_of_name(struct json_object *value);
/* schema_is_count - an integer from 0, as minLength and its like take it (2.0 too). */
bool schema_is_count(struct json_object *value);

/* schema_meta_action, schema_meta_service, schema_meta_ui - the schemas of a manifest, of
 * service.json and of x-ui. Built at first use; freed by schema_meta_done. */
const struct schema *schema_meta_action(void);
const struct schema *schema_meta_reconcile(void);
const struct schema *schema_meta_stale(void);
const struct schema *schema_meta_service(void);
const struct schema *schema_meta_ui(void);
void schema_meta_done(void);

/* schema_exclude - a copy of an input schema in which a whole-* input excludes the named ones of
 * its place, and is asked for instead of the required ones among them. The caller puts it. */
struct json_object *schema_exclude(struct json_object *input);

/* schema_for_hosts - a copy of a schema as hosts see it: 2020-12, every model that it leads to
 * under $defs, the other forms of x-split, x-list and x-wrap written out. The caller puts it. */
struct json_object *schema_for_hosts(const struct source *source, struct json_object *schema);

/* schema_of_output - the schema of the whole result document of an action: schemas/result.json with
 * what its manifest's output adds. The caller puts it. */
struct json_object *schema_of_output(const struct source *source, struct json_object *action);

#endif
