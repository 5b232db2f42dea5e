/*
 * gen.h - what the files of the manifest compiler share: the documents that were read, the list of
 * problems, and where in which file one is. The compiler is a build tool: one thread, and it ends
 * with a message where memory runs out.
 */
#ifndef FCM_GEN_H
#define FCM_GEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/json.h"
#include "catalog.h"

/* ------------------------------------------------------------------ memory */

/* Memory that is freed all at once. All zero = empty. */
struct arena {
    struct arena_block *last;
};

/* arena_alloc - zeroed memory of size bytes, never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* arena_printf - a formatted string. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* arena_done - frees all. */
void arena_done(struct arena *arena);

/* new_object, new_array, new_string, copy_of - as json-c, never NULL (copy_of of a JSON null is
 * NULL); the caller puts them. */
struct json_object *new_object(void);
struct json_object *new_array(void);
struct json_object *new_string(const char *text);
struct json_object *copy_of(struct json_object *value);
/* member - a member of an object, borrowed; NULL where object is no object or has none such. */
struct json_object *member(struct json_object *object, const char *name);
/* member_text - a member that is a string, borrowed; "" where there is none. */
const char *member_text(struct json_object *object, const char *name);
bool member_is(struct json_object *object, const char *name, const char *text);
/* members_of - the first member of an object (go on with lh_entry_next); NULL for what is none. */
struct lh_entry *members_of(struct json_object *object);
/* length_of - the length of an array; 0 for what is none. */
size_t length_of(struct json_object *array);
/* has - is there such a member, be it null? */
bool has(struct json_object *object, const char *name);

/* ------------------------------------------------------------------ problems */

/* What is wrong with the manifests, one line each: "FILE: POINTER: reason". */
struct problems {
    struct buf lines;
    size_t n;
};

void problems_init(struct problems *problems);
void problems_done(struct problems *problems);

/* A place in a file. enter and enter_index go one level down and answer what leave takes to come
 * back up. */
struct place {
    const char *file;
    char pointer[1024];
};

size_t enter(struct place *place, const char *name);
size_t enter_index(struct place *place, size_t index);
void leave(struct place *place, size_t mark);

/* problem - adds a line; the place's pointer is extended by below ("" or "/a/b"). */
void problem(struct problems *problems, const struct place *place, const char *below,
             const char *format, ...) __attribute__((format(printf, 4, 5)));

/* problem_if_invalid - a line for every violation of the schema; true = valid. */
bool problem_if_invalid(struct problems *problems, const struct place *place, const char *below,
                        const struct schema *schema, struct json_object *value);

/* ------------------------------------------------------------------ documents */

/* A file of the manifests. json NULL = it could not be read or parsed (reported). */
struct document {
    const char *file;  /* as shown: "manifests/cases/create_case.json"                           */
    const char *group; /* its folder: "cases"                                                    */
    const char *name;  /* its name without ".json"                                               */
    struct json_object *json;
    bool sound; /* its keys and schemas were checked and nothing was found                       */
    int mark;   /* for walks over references                                                     */
};

/* The whole tree, documents sorted by name. */
struct source {
    struct arena arena;
    struct document *actions;
    size_t n_actions;
    struct document *models; /* schemas/NAME.json, result.json among them                         */
    size_t n_models;
    struct document service;
};

/* source_load - reads every .json of dir/GROUP/, dir/schemas/ and dir/service.json. Problems for
 * what cannot be read or parsed, and for names that stand twice. Free with source_done. */
void source_load(struct source *source, const char *dir, struct problems *problems);
void source_done(struct source *source);

/* source_model - the model that "schemas/NAME.json" means; NULL where there is none. */
struct document *source_model(const struct source *source, const char *ref);
/* source_resolve - follows $ref until a schema that has none; NULL where that leads nowhere. */
struct json_object *source_resolve(const struct source *source, struct json_object *schema);

#endif
