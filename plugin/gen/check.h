/*
 * check.h - what is refused in manifests. Every function adds to the problems and goes on, so that
 * one run names all.
 */
#ifndef FCM_GEN_CHECK_H
#define FCM_GEN_CHECK_H

#include "gen/gen.h"

/* Where a schema stands, which decides about x-... and about closed and open objects. */
enum schema_side {
    SIDE_PLAIN, /* a JSON Schema alone: no x-... but x-type and x-ui, no rules about objects      */
    SIDE_INPUT,
    SIDE_OUTPUT,
    SIDE_MODEL /* in schemas/: may be used on both sides                                         */
};

/* check_schema - keywords, their values, references, and our own annotations, at every depth.
 * source may be NULL: then $ref is refused. */
void check_schema(const struct source *source, struct json_object *schema, enum schema_side side,
                  struct place *place, struct problems *problems);

/* check_recursion - refuses models that lead back to themselves. false = some do: nothing may walk
 * over references then. */
bool check_recursion(struct source *source, struct problems *problems);

/* check_sides - inputs closed and outputs open at every depth, through the models too. */
void check_sides(const struct source *source, struct problems *problems);

/* check_values - default, examples and enum of every schema against the schema they stand in. Only
 * where the models are sound, and of actions that are sound. */
void check_values(const struct source *source, struct problems *problems);

/* check_actions - the manifests themselves: keys, names, and what contradicts. */
void check_actions(const struct source *source, struct problems *problems);

/* check_reconcile - the keys reconcile and stale of one manifest, which is well formed: the actions,
 * inputs and pointers that they name are there and fit. */
void check_reconcile(const struct source *source, const struct document *document,
                     struct problems *problems);

/* check_examples - the examples of the manifests against their schemas. As check_values. */
void check_examples(const struct source *source, struct problems *problems);

/* check_service - service.json. */
void check_service(const struct source *source, struct problems *problems);

/* check_all - all of the above, in order. */
void check_all(struct source *source, struct problems *problems);

#endif
