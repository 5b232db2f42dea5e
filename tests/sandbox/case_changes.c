/* The changes between two versions of a case, for its history. */
#include "history.h"
#include "request.h"
#include <stdio.h>
#include <string.h>

#define MAX_CHANGES 40
#define MAX_DEPTH 8
#define MAX_TEXT 300

/* What follows from another member, or is told of every change. */
static const char *const left_out[] = {
    "version",       "consistency", "updated_timestamp",     "last_updated_by",
    "update_actor",  "_search",     "analysis_results",      "severity_info",
    "end_timestamp", "snapshot_id", "active_timer_time_due", "active_timer_status",
    "goal_id",       "time_due",    "time_started",          "time_completed",
    "time_paused",   "uuid",        "total_pause_time",      "duration_seconds"};

static void compare(struct json_object *changes, const char *at, struct json_object *before,
                    struct json_object *after, int depth);

static bool is_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        if (strcmp(name, left_out[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A path may have been cut within a character, which is cut off. */
static void trim(char *path)
{
    size_t size = strlen(path);
    while (size > 0 && !sb_utf8_valid(path, size)) {
        path[--size] = '\0';
    }
}

/* Long texts are cut, at the start of a character. */
static struct json_object *shown(struct json_object *value)
{
    const char *text =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
    if (text == NULL || strlen(text) <= MAX_TEXT) {
        return sb_copy(value);
    }
    int size = MAX_TEXT;
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) {
        size--;
    }
    char cut[MAX_TEXT + 8];
    snprintf(cut, sizeof cut, "%.*s...", size, text);
    return json_object_new_string(cut);
}

static struct json_object *add_change(struct json_object *changes, const char *what)
{
    struct json_object *change = json_object_new_object();
    sb_set_text(change, "what", what);
    json_object_array_add(changes, change);
    return change;
}

/* What an item of a list is known by. */
static struct json_object *key_of(struct json_object *item)
{
    struct json_object *own = sb_member(sb_member(item, "selector"), "id");
    own = own != NULL ? own : sb_member(item, "id");
    return own != NULL ? own : item;
}

static struct json_object *name_of(struct json_object *item)
{
    struct json_object *name = sb_member(item, "name");
    return name != NULL ? name : key_of(item);
}

static struct json_object *find(struct json_object *list, struct json_object *key)
{
    for (size_t i = 0; i < sb_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        if (json_object_equal(key_of(item), key) != 0) {
            return item;
        }
    }
    return NULL;
}

/* The names of those of `list` that aren't in `others`, or NULL. */
static struct json_object *only_in(struct json_object *list, struct json_object *others)
{
    struct json_object *names = NULL;
    for (size_t i = 0; i < sb_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        if (find(others, key_of(item)) == NULL) {
            names = names != NULL ? names : json_object_new_array();
            json_object_array_add(names, shown(name_of(item)));
        }
    }
    return names;
}

static void compare_lists(struct json_object *changes, const char *at, struct json_object *before,
                          struct json_object *after, int depth)
{
    struct json_object *added = only_in(after, before), *removed = only_in(before, after);
    if (added != NULL || removed != NULL) {
        struct json_object *change = add_change(changes, at);
        sb_set(change, "added", added != NULL ? added : json_object_new_array());
        sb_set(change, "removed", removed != NULL ? removed : json_object_new_array());
    }
    for (size_t i = 0; i < sb_length(after); i++) {
        struct json_object *item = json_object_array_get_idx(after, i);
        struct json_object *old = find(before, key_of(item));
        if (old != NULL && json_object_is_type(item, json_type_object)) {
            char deeper[256];
            const char *name = json_object_get_string(name_of(item));
            snprintf(deeper, sizeof deeper, "%.150s/%.100s", at, name != NULL ? name : "");
            trim(deeper);
            compare(changes, deeper, old, item, depth + 1);
        }
    }
}

static void compare_objects(struct json_object *changes, const char *at, struct json_object *before,
                            struct json_object *after, int depth)
{
    json_object_object_foreach(after, name, value)
    {
        if (!is_left_out(name)) {
            char deeper[256];
            snprintf(deeper, sizeof deeper, "%.150s%s%.100s", at, *at != '\0' ? "/" : "", name);
            trim(deeper);
            compare(changes, deeper, sb_member(before, name), value, depth + 1);
        }
    }
}

static void compare(struct json_object *changes, const char *at, struct json_object *before,
                    struct json_object *after, int depth)
{
    if (json_object_equal(before, after) != 0 || depth > MAX_DEPTH ||
        sb_length(changes) >= MAX_CHANGES) {
        return;
    }
    enum json_type type = json_object_get_type(after);
    if (type == json_type_object && json_object_is_type(before, type)) {
        compare_objects(changes, at, before, after, depth);
    } else if (type == json_type_array && json_object_is_type(before, type)) {
        compare_lists(changes, at, before, after, depth);
    } else {
        struct json_object *change = add_change(changes, at);
        sb_set(change, "from", shown(before));
        sb_set(change, "to", shown(after));
    }
}

struct json_object *sb_case_changes(struct json_object *before, struct json_object *after)
{
    struct json_object *changes = json_object_new_array();
    compare(changes, "", before, after, 0);
    return changes;
}
