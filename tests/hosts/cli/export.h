/*
 * export.h - the actions of a plugin as the manifests of other engines. One file a format; this is
 * what they share. The process ends where memory runs out (memory.h). One thread.
 */
#ifndef SOARHOST_EXPORT_H
#define SOARHOST_EXPORT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "actions.h"
#include "host_error.h"

/* What a format is given. */
struct export
{
    const struct actions *actions;
    struct json_object *meta; /* _meta of the listing; may be NULL */
    const char *dir;          /* where the files go; made where it is missing */
    const char *name;         /* of the plugin: falcon_case_management */
    const char *pascal;       /* FalconCaseManagement */
    const char *kebab;        /* falcon-case-management */
    const char *title;        /* CrowdStrike Falcon Case Management */
    const char *description;
    const char *version;
    struct host_error *err; /* filled by the first thing that fails */
};

/* The formats. Each writes its files and says whether all went well. */
bool export_openapi(const struct export *export);
bool export_mcp(const struct export *export);
bool export_xsoar(const struct export *export);
bool export_splunk(const struct export *export);
bool export_stackstorm(const struct export *export);
bool export_n8n(const struct export *export);
bool export_shuffle(const struct export *export);
bool export_tracecat(const struct export *export);

/* export_format - the name of the i-th format, NULL past the last; static (export_command.c). */
const char *export_format(size_t i);

/* ------------------------------------------------------------------ writing: export_write.c */

/* export_write_text - a file below dir; directories on the way are made. path is a format. */
bool export_write_text(const struct export *export, const char *text, const char *path, ...)
    __attribute__((format(printf, 3, 4)));
/* export_write_json, export_write_yaml - the same of a value, which they take. */
bool export_write_json(const struct export *export, struct json_object *value, const char *path,
                       ...) __attribute__((format(printf, 3, 4)));
bool export_write_yaml(const struct export *export, struct json_object *value, const char *path,
                       ...) __attribute__((format(printf, 3, 4)));
/* export_write_listing - the whole listing, for formats that have no free field of their own. */
bool export_write_listing(const struct export *export, const char *path);
/* export_yaml_text - a value as YAML 1.1, to be freed with free; texts that YAML would take for
 * something else are quoted (export_yaml.c). */
char *export_yaml_text(struct json_object *value);

/* ------------------------------------------------------------------ values: export_make.c */

/* make_object - an object of pairs of a name and a value (struct json_object *), NULL at the end. A
 * pair whose value is NULL is left out. make_list - the same without names. They take the values. */
struct json_object *make_object(const char *key, ...) __attribute__((sentinel));
struct json_object *make_text(const char *text); /* NULL for NULL */
struct json_object *make_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct json_object *make_bool(bool value);
struct json_object *make_int(int64_t value);
/* make_copy - a deep copy; NULL for NULL. make_ref - one more reference. */
struct json_object *make_copy(struct json_object *value);
struct json_object *make_ref(struct json_object *value);
/* make_words - "FalconCaseManagement" of "falcon_case_management" (style 'P'), "falcon-case-..." ('-'),
 * "Falcon case management" (' '); to be freed with free. */
char *make_words(const char *name, char style);

/* ------------------------------------------------------------------ fields: export_fields.c */

/* One input, or one place of the output. Borrowed from the listing but for path. */
struct export_field {
    char *path;        /* an input's name; "resources.*.id" of an output */
    const char *kind;  /* string, integer, number, boolean, array, object: the first that fits */
    bool text_list;    /* an array of texts */
    bool required;     /* of inputs */
    bool secret;       /* of inputs */
    const char *label; /* "" where there is none */
    const char *description;
    const char *type;            /* semantic, x-type; "" where there is none */
    const char *in;              /* x-in of an input; "" where there is none */
    struct json_object *choice;  /* enum, or NULL */
    struct json_object *preset;  /* default, or NULL */
    struct json_object *example; /* from the action's first example that has it, or NULL */
    struct json_object *schema;
    int order;
};

struct export_fields {
    struct export_field *items;
    size_t n;
};

/* export_inputs - the inputs of an action in the order of their form. export_outputs - all places of
 * its output but for what every result has; of schemas that hold themselves one round. To be freed
 * with export_fields_done. */
void export_inputs(const struct action *action, struct export_fields *ret);
void export_outputs(const struct action *action, struct export_fields *ret);
/* export_config - the keys of the plugin's configuration as "section.key". */
void export_config(const struct export *export, struct export_fields *ret);
void export_fields_done(struct export_fields *fields);
/* export_resolve - follows local $ref. */
struct json_object *export_resolve(struct json_object *root, struct json_object *schema);

/* ------------------------------------------------------------------ HTTP: export_wire.c */

/* How an action looks on the wire, told by _meta and x-in. */
struct export_wire {
    const char *method, *path;
    const char *answer; /* resources, value, file, empty */
    bool multipart;
};

/* export_wire_of - false where the action tells no method and path; err is filled. */
bool export_wire_of(const struct export *export, const struct action *action,
                    struct export_wire *ret);
/* export_wire_schema - a schema as what is sent must fit: where the plugin takes shorter forms
 * (x-wrap, x-list, x-split), the long one. A new value. */
struct json_object *export_wire_schema(struct json_object *schema);

/* ------------------------------------------------------------------ a runner: export_runner.c */

/* export_runner - soar_call.py, a module that carries out an action by soarhost: what engines that run
 * Python need. Text, to be freed with free. */
char *export_runner(const struct export *export);

#endif
