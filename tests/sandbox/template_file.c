#include "template_file.h"

#include "request.h"
#include "store.h"
#include "strict.h"
#include "yaml_json.h"

#include <stdlib.h>
#include <string.h>

/* A list of the objects in `list`, each with only some of its members. */
static struct json_object *pick_each(struct json_object *list, const char *const *members);

/* Members that are lists of objects, with what is worth keeping of each. */
static const char *const option_members[] = {"value", NULL};
static const char *const field_members[] = {"name",          "data_type",   "input_type",
                                            "default_value", "multivalued", "required",
                                            "display_order", "options",     NULL};
static const char *const rule_members[] = {"type", "condition", "sla_id", NULL};
static const char *const workflow_members[] = {"id", "display_order", NULL};
static const char *const access_tag_members[] = {"key", NULL};
static const char *const template_members[] = {"name",      "description", "fields",      "sla_id",
                                               "sla_rules", "workflows",   "access_tags", NULL};

static const struct {
    const char *list;
    const char *const *members;
} lists[] = {{"fields", field_members},
             {"options", option_members},
             {"sla_rules", rule_members},
             {"workflows", workflow_members},
             {"access_tags", access_tag_members}};

static struct json_object *pick_member(const char *name, struct json_object *value)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(lists[i].list, name) == 0) {
            return pick_each(value, lists[i].members);
        }
    }
    return sb_copy(value);
}

static struct json_object *pick(struct json_object *object, const char *const *members)
{
    struct json_object *picked = json_object_new_object();
    for (; *members != NULL; members++) {
        struct json_object *value = sb_member(object, *members);
        if (value != NULL) {
            sb_set(picked, *members, pick_member(*members, value));
        }
    }
    return picked;
}

static struct json_object *pick_each(struct json_object *list, const char *const *members)
{
    struct json_object *picked = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        json_object_array_add(picked, pick(json_object_array_get_idx(list, i), members));
    }
    return picked;
}

char *sb_template_file_print(struct json_object *doc, bool yaml)
{
    struct json_object *file = pick(doc, template_members);
    char *text = yaml ? yaml_json_print(file)
                      : strdup(json_object_to_json_string_ext(
                            file, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(file);
    return text;
}

static struct json_object *parse(struct sb_response *res, const char *text, size_t size)
{
    const char *json_error = "";
    char yaml_error[YAML_ERROR_SIZE] = "";
    size_t blanks = strspn(text, " \t\r\n");
    struct json_object *value;
    if (!sb_utf8_valid(text, size) || strlen(text) != size) {
        sb_fail(res, 400, "invalid template file: not UTF-8 text");
        return NULL;
    }
    if (text[blanks] == '{') {
        value = sb_json_parse(text, size, &json_error);
    } else {
        value = yaml_json_parse(text, size, yaml_error);
    }
    if (!json_object_is_type(value, json_type_object)) {
        const char *why = *json_error != '\0' ? json_error : yaml_error;
        sb_fail(res, 400, "invalid template file: %s", *why != '\0' ? why : "not an object");
        json_object_put(value);
        return NULL;
    }
    return value;
}

struct json_object *sb_template_file_read(struct sb_request *req, struct sb_response *res,
                                          const struct sb_part *part)
{
    char error[512];
    struct json_object *value, *body;
    char *text;
    if (part->size > SB_TEMPLATE_FILE_MAX) {
        sb_fail(res, 400, "invalid template file: larger than %d bytes", SB_TEMPLATE_FILE_MAX);
        return NULL;
    }
    text = calloc(1, (size_t)part->size + 1);
    if (text == NULL ||
        sb_blob_read(req->store, part->blob, 0, text, (size_t)part->size) != (int64_t)part->size) {
        sb_fail(res, 500, "cannot read the uploaded file");
        free(text);
        return NULL;
    }
    value = parse(res, text, (size_t)part->size);
    free(text);
    if (value == NULL) {
        return NULL;
    }
    if (!sb_check_members(value, sb_body_template_create, false, error, sizeof error)) {
        sb_fail(res, 400, "invalid template file: %.400s", error);
        json_object_put(value);
        return NULL;
    }
    body = pick(value, template_members);
    json_object_put(value);
    return body;
}
