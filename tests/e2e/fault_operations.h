/* The operations of the fault matrix: how each is called, and what is at the service, on the disk or
 * in the result afterwards, seen without the plugin. */
#ifndef E2E_FAULT_OPERATIONS_H
#define E2E_FAULT_OPERATIONS_H

#include "check.h"
#include "raw.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES 70000u /* of what is uploaded and downloaded: several packets */
#define LISTED_CASES 5u   /* that the paged query finds, two a page */
#define NO_COUNT SIZE_MAX /* things are there that must not be */

/* An operation with a sandbox of its own, where it finds what it needs. */
struct place {
    const struct operation *operation;
    struct world *world;
    char *id;      /* of the case or file that is asked for */
    char name[64]; /* of what this call makes; another in each call */
};

struct operation {
    const char *action;
    const char *fault_at; /* where the fault begins: "" the first request, "@2" the second page */
    const char *things;   /* what is counted afterwards */
    /* The input of the next call, heap. */
    char *(*input)(struct place *place);
    /* How many of the things there are after the call with this result. */
    size_t (*count)(struct place *place, struct json_object *result);
};

/* ------------------------------------------------------------------ looking without the plugin */

static inline char *text_of(const char *format, const char *a, const char *b)
{
    char *text = NULL;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    assert_true(asprintf(&text, format, a, b) > 0);
#pragma GCC diagnostic pop
    return text;
}

/* "resources" of an answer of the service; the caller puts it. */
static inline struct json_object *resources_at_service(struct place *place, const char *method,
                                                       const char *target, const char *body)
{
    char *login = raw_login(&place->world->sandbox);
    struct raw_answer answer = raw_call(place->world->sandbox.url, method, target, login, body);
    struct json_object *json = raw_json(&answer), *list = NULL;
    if (answer.status != 200 || !json_object_object_get_ex(json, "resources", &list)) {
        fail_msg("%s %s: %s", method, target, answer.text);
    }
    json_object_get(list);
    json_object_put(json);
    raw_done(&answer);
    free(login);
    return list;
}

static inline size_t count_at_service(struct place *place, const char *target, const char *unused)
{
    char *full = text_of(target, place->name, unused);
    struct json_object *list = resources_at_service(place, "GET", full, NULL);
    size_t count = json_object_array_length(list);
    json_object_put(list);
    free(full);
    return count;
}

/* ------------------------------------------------------------------ reads */

static inline struct json_object *resources_of(struct json_object *result)
{
    struct json_object *list = NULL;
    json_object_object_get_ex(result, "resources", &list);
    return list;
}

static inline char *get_input(struct place *place)
{
    return text_of("{\"ids\":[\"%s\"]}", place->id, "");
}

static inline size_t get_count(struct place *place, struct json_object *result)
{
    struct json_object *list = resources_of(result), *id = NULL;
    size_t count = list != NULL ? json_object_array_length(list) : 0;
    bool right = count == 0 || (count == 1 && json_pointer_get(list, "/0/id", &id) == 0 &&
                                strcmp(json_object_get_string(id), place->id) == 0);
    return right ? count : NO_COUNT;
}

static inline char *query_input(struct place *place)
{
    (void)place;
    return strdup("{\"filter\":\"name:'Listed'\",\"sort\":\"created_timestamp|asc\",\"limit\":2,"
                  "\"all\":true}");
}

/* Ids told, each once. */
static inline size_t query_count(struct place *place, struct json_object *result)
{
    struct json_object *list = resources_of(result);
    size_t count = list != NULL ? json_object_array_length(list) : 0;
    (void)place;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (json_object_equal(json_object_array_get_idx(list, i),
                                  json_object_array_get_idx(list, k))) {
                return NO_COUNT;
            }
        }
    }
    return count;
}

static inline char *download_input(struct place *place)
{
    return text_of("{\"id\":\"%s\",\"save_as\":\"%s\"}", place->id, place->name);
}

/* Files in the directory of downloads; none but the whole one may be there. Takes it away. */
static inline size_t download_count(struct place *place, struct json_object *result)
{
    struct json_object *names = tmpdir_list(place->world->dir, "out"), *file = NULL;
    size_t count = json_object_array_length(names), size = 0, wanted_size = 0;
    bool told = json_object_object_get_ex(result, "file", &file) && file != NULL;
    bool fine = count == (told ? 1 : 0);
    if (fine && told) {
        char *name = text_of("out/%s", place->name, ""),
             *path = tmpdir_path(place->world->dir, name);
        char *bytes = tmpdir_read(place->world->dir, name, &size);
        char *wanted = tmpdir_read(place->world->dir, "in/kept.bin", &wanted_size);
        fine = size == wanted_size && memcmp(bytes, wanted, size) == 0;
        remove(path);
        free(wanted);
        free(bytes);
        free(path);
        free(name);
    }
    json_object_put(names);
    return fine ? count : NO_COUNT;
}

/* ------------------------------------------------------------------ writes */

/* A case holds only so many tags: each call has one of its own. */
static inline char *tag_input(struct place *place)
{
    free(place->id);
    place->id = world_new_case(place->world, "Tagged");
    return text_of("{\"id\":\"%s\",\"tags\":[\"%s\"]}", place->id, place->name);
}

static inline size_t tag_count(struct place *place, struct json_object *result)
{
    (void)result;
    char *body = get_input(place);
    struct json_object *list =
        resources_at_service(place, "POST", "/cases/entities/cases/v2", body);
    struct json_object *tags = NULL;
    size_t count = 0;
    assert_int_equal(json_pointer_get(list, "/0/tags", &tags), 0);
    for (size_t i = 0; i < json_object_array_length(tags); i++) {
        count +=
            strcmp(json_object_get_string(json_object_array_get_idx(tags, i)), place->name) == 0;
    }
    json_object_put(list);
    free(body);
    return count;
}

static inline char *create_input(struct place *place)
{
    return text_of("{\"name\":\"%s\",\"severity\":60}", place->name, "");
}

static inline size_t create_count(struct place *place, struct json_object *result)
{
    (void)result;
    return count_at_service(place, "/cases/queries/cases/v1?filter=name:%%27%s%%27%s", "");
}

static inline char *upload_input(struct place *place)
{
    char *file = text_of("in/%s", place->name, "");
    tmpdir_write_pattern(place->world->dir, file, FILE_BYTES);
    free(file);
    char *path = tmpdir_path(place->world->dir, "in");
    char *source = text_of("%s/%s", path, place->name);
    char *input = text_of("{\"case_id\":\"%s\",\"file\":\"%s\"}", place->id, source);
    free(source);
    free(path);
    return input;
}

static inline size_t upload_count(struct place *place, struct json_object *result)
{
    (void)result;
    return count_at_service(place, "/case-files/queries/file-details/v1?filter=name:%%27%s%%27%s",
                            "");
}

/* ------------------------------------------------------------------ all of them */

static const struct operation operations[] = {
    {"get_cases", "", "resources told", get_input, get_count},
    {"add_case_tags", "", "tags", tag_input, tag_count},
    {"create_case", "", "cases", create_input, create_count},
    {"upload_file", "", "files stored", upload_input, upload_count},
    {"download_existing_files", "", "files saved", download_input, download_count},
    {"query_case_ids", "@2", "ids told", query_input, query_count},
};
#define OPERATIONS (sizeof operations / sizeof *operations)

/* A sandbox with a case, and what the operation reads. */
static inline void place_new(struct place *place, const struct operation *operation)
{
    *place = (struct place){.operation = operation, .world = world_open_new(NULL, NULL)};
    for (size_t i = 0; operation->count == query_count && i < LISTED_CASES; i++) {
        free(world_new_case(place->world, "Listed"));
    }
    place->id = world_new_case(place->world, "Kept");
    if (operation->count == download_count) {
        struct json_object *id = NULL;
        snprintf(place->name, sizeof place->name, "kept.bin");
        char *input = upload_input(place);
        struct json_object *result =
            plugin_call(place->world->instance, "upload_file", input, NULL);
        assert_int_equal(json_pointer_get(result, "/resources/0/id", &id), 0);
        free(place->id);
        place->id = strdup(json_object_get_string(id));
        json_object_put(result);
        free(input);
    }
}

static inline void place_done(struct place *place)
{
    free(place->id);
    world_free(place->world);
}

#endif
