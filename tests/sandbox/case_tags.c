#include "case_doc.h"
#include <string.h>

static bool has_tag(struct json_object *tags, const char *tag)
{
    for (size_t i = 0; i < sb_length(tags); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(tags, i)), tag) == 0) {
            return true;
        }
    }
    return false;
}

bool sb_case_add_tags(struct sb_response *res, struct json_object *doc, struct json_object *tags,
                      size_t *ret_added)
{
    struct json_object *own = sb_member(doc, "tags");
    size_t added = 0;
    size_t characters = 0;
    for (size_t i = 0; i < sb_length(tags); i++) {
        const char *tag = json_object_get_string(json_object_array_get_idx(tags, i));
        if (tag == NULL || *tag == '\0') {
            return sb_fail(res, 400, "tags: item %zu is empty", i);
        }
        if (!has_tag(own, tag)) {
            json_object_array_add(own, json_object_new_string(tag));
            added++;
        }
    }
    for (size_t i = 0; i < sb_length(own); i++) {
        characters += sb_characters(json_object_get_string(json_object_array_get_idx(own, i)));
    }
    if (characters > SB_MAX_TAGS) {
        return sb_fail(res, 400, "all tags of a case together are longer than %d characters",
                       SB_MAX_TAGS);
    }
    *ret_added = added;
    return true;
}
