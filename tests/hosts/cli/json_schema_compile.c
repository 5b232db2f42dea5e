#include <stdio.h>
#include <string.h>

#include "flow_pointer.h"
#include "json_schema.h"
#include "json_text.h"

#define DEPTH_MAX 256

/* What must stand behind a keyword. */
enum form {
    SCHEMA,
    SCHEMAS,
    SCHEMA_MAP,
    NUMBER,
    COUNT,
    TEXT,
    TRUTH,
    TYPE,
    NAMES,
    NAME_LISTS,
    LIST
};

static const struct {
    const char *keyword;
    enum form form;
    const char *wants;
} forms[] = {
    {"$schema", TEXT, "a text"},
    {"$id", TEXT, "a text"},
    {"$ref", TEXT, "a text"},
    {"$comment", TEXT, "a text"},
    {"$defs", SCHEMA_MAP, "an object of schemas"},
    {"title", TEXT, "a text"},
    {"description", TEXT, "a text"},
    {"format", TEXT, "a text"},
    {"examples", LIST, "a list"},
    {"deprecated", TRUTH, "true or false"},
    {"readOnly", TRUTH, "true or false"},
    {"writeOnly", TRUTH, "true or false"},
    {"type", TYPE, "the name of a type, or a list of such"},
    {"enum", LIST, "a list"},
    {"allOf", SCHEMAS, "a list of schemas"},
    {"anyOf", SCHEMAS, "a list of schemas"},
    {"oneOf", SCHEMAS, "a list of schemas"},
    {"not", SCHEMA, "a schema"},
    {"if", SCHEMA, "a schema"},
    {"then", SCHEMA, "a schema"},
    {"else", SCHEMA, "a schema"},
    {"properties", SCHEMA_MAP, "an object of schemas"},
    {"patternProperties", SCHEMA_MAP, "an object of schemas"},
    {"additionalProperties", SCHEMA, "a schema"},
    {"propertyNames", SCHEMA, "a schema"},
    {"dependentSchemas", SCHEMA_MAP, "an object of schemas"},
    {"dependentRequired", NAME_LISTS, "an object of lists of names"},
    {"required", NAMES, "a list of names"},
    {"minProperties", COUNT, "a count"},
    {"maxProperties", COUNT, "a count"},
    {"prefixItems", SCHEMAS, "a list of schemas"},
    {"items", SCHEMA, "a schema"},
    {"contains", SCHEMA, "a schema"},
    {"minItems", COUNT, "a count"},
    {"maxItems", COUNT, "a count"},
    {"uniqueItems", TRUTH, "true or false"},
    {"minLength", COUNT, "a count"},
    {"maxLength", COUNT, "a count"},
    {"pattern", TEXT, "a text"},
    {"minimum", NUMBER, "a number"},
    {"maximum", NUMBER, "a number"},
    {"exclusiveMinimum", NUMBER, "a number"},
    {"exclusiveMaximum", NUMBER, "a number"},
    {"multipleOf", NUMBER, "a number"},
};

struct compile {
    struct json_object *root;
    struct schema_fault *fault;
    char path[256];
    int depth;
};

static bool is_schema(struct compile *compile, struct json_object *schema);

static bool wrong(struct compile *compile, const char *what, const char *detail)
{
    snprintf(compile->fault->where, sizeof(compile->fault->where), "%s", compile->path);
    snprintf(compile->fault->what, sizeof(compile->fault->what), "%.80s%.160s", what, detail);
    return false;
}

static bool below(struct compile *compile, struct json_object *schema, const char *token)
{
    size_t len = strlen(compile->path);
    snprintf(compile->path + len, sizeof(compile->path) - len, "/%s", token);
    bool fine = is_schema(compile, schema);
    if (fine)
        compile->path[len] = '\0';
    return fine;
}

static bool all_below(struct compile *compile, struct json_object *all)
{
    if (json_object_is_type(all, json_type_object)) {
        json_object_object_foreach(all, name, schema)
        {
            if (!below(compile, schema, name))
                return false;
        }
        return true;
    }
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        char token[24];
        snprintf(token, sizeof(token), "%zu", i);
        if (!below(compile, json_object_array_get_idx(all, i), token))
            return false;
    }
    return true;
}

static bool is_type_name(struct json_object *value)
{
    static const char *const names[] = {"null",   "boolean", "object", "array",
                                        "number", "string",  "integer"};
    if (!json_object_is_type(value, json_type_string))
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(json_object_get_string(value), names[i]) == 0)
            return true;
    return false;
}

static bool is_text(struct json_object *value)
{
    return json_object_is_type(value, json_type_string);
}

static bool is_list_of(struct json_object *value, bool (*fits)(struct json_object *))
{
    if (!json_object_is_type(value, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        if (!fits(json_object_array_get_idx(value, i)))
            return false;
    return true;
}

static bool is_count(struct json_object *value)
{
    return (json_object_is_type(value, json_type_int) ||
            json_object_is_type(value, json_type_double)) &&
           json_object_get_int64(value) >= 0;
}

static bool is_map_of_names(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_object))
        return false;
    json_object_object_foreach(value, name, names)
    {
        (void)name;
        if (!is_list_of(names, is_text))
            return false;
    }
    return true;
}

static bool has_form(struct json_object *value, enum form form)
{
    switch (form) {
    case SCHEMA: /* looked at by is_schema */
        return true;
    case SCHEMAS:
        return json_object_is_type(value, json_type_array) && json_object_array_length(value) > 0;
    case SCHEMA_MAP:
        return json_object_is_type(value, json_type_object);
    case NUMBER:
        return json_object_is_type(value, json_type_int) ||
               json_object_is_type(value, json_type_double);
    case COUNT:
        return is_count(value);
    case TEXT:
        return is_text(value);
    case TRUTH:
        return json_object_is_type(value, json_type_boolean);
    case TYPE:
        return is_type_name(value) || is_list_of(value, is_type_name);
    case NAMES:
        return is_list_of(value, is_text);
    case NAME_LISTS:
        return is_map_of_names(value);
    default:
        return json_object_is_type(value, json_type_array);
    }
}

static bool check_content(struct compile *compile, const char *keyword, struct json_object *value)
{
    struct json_object *target;
    if (strcmp(keyword, "$ref") == 0) {
        const char *text = json_object_get_string(value);
        if (text[0] != '#')
            return wrong(compile, "a $ref that is not local: ", text);
        if (!pointer_get(compile->root, text + 1, &target))
            return wrong(compile, "a $ref that leads nowhere: ", text);
    }
    return true;
}

static bool check_keyword(struct compile *compile, const char *keyword, struct json_object *value)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(forms[i].keyword, keyword) != 0)
            continue;
        char what[160];
        snprintf(what, sizeof(what), "%s is not ", keyword);
        if (!has_form(value, forms[i].form))
            return wrong(compile, what, forms[i].wants);
        if (!check_content(compile, keyword, value))
            return false;
        if (forms[i].form == SCHEMA)
            return below(compile, value, keyword);
        if (forms[i].form != SCHEMAS && forms[i].form != SCHEMA_MAP)
            return true;
        size_t len = strlen(compile->path);
        snprintf(compile->path + len, sizeof(compile->path) - len, "/%s", keyword);
        bool fine = all_below(compile, value);
        if (fine)
            compile->path[len] = '\0';
        return fine;
    }
    return true;
}

static bool is_schema(struct compile *compile, struct json_object *schema)
{
    if (json_object_is_type(schema, json_type_boolean))
        return true;
    if (!json_object_is_type(schema, json_type_object))
        return wrong(compile, "a schema is an object, true or false", "");
    if (++compile->depth > DEPTH_MAX)
        return wrong(compile, "nested too deeply", "");
    json_object_object_foreach(schema, keyword, value)
    {
        if (!check_keyword(compile, keyword, value))
            return false;
    }
    compile->depth--;
    return true;
}

bool json_schema_compile(struct json_object *schema, struct schema_fault *ret_fault)
{
    struct compile compile = {.root = schema, .fault = ret_fault};
    memset(ret_fault, 0, sizeof(*ret_fault));
    return is_schema(&compile, schema);
}
