/*
 * export_models.h - the models of all actions under one roof: each schema carries its own in $defs, and
 * OpenAPI has them once for all, as components.
 */
#ifndef SOARHOST_EXPORT_MODELS_H
#define SOARHOST_EXPORT_MODELS_H

#include "export.h"

struct models {
    struct json_object *schemas; /* by name, referring to each other as components */
    struct json_object *raw;     /* the same as they came, to tell whether two are one */
};

/* models_init - takes the models that are there already. Release with models_done. */
void models_init(struct models *models, struct json_object *schemas);
void models_done(struct models *models);

/* models_take_apart - a schema without its $defs, which are kept; all that refers to them refers to
 * components. A model that is not the kept one of its name is kept under another. wire: the schema is
 * made that of what is sent (export_wire_schema). A new value. */
struct json_object *models_take_apart(struct models *models, struct json_object *schema, bool wire);

#endif
