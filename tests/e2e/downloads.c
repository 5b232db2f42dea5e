/* What a download may do to the host's disk. */
#include "check.h"
#include "world.h"
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Uploads `size` bytes under that name into a new case; the file's id, heap. */
static char *stored(struct world *world, const char *name, size_t size)
{
    char *id = world_new_case(world, name), *input = NULL, *path = NULL;
    soar_status status = SOAR_INTERNAL;
    struct json_object *found = NULL;
    assert_true(asprintf(&path, "in/%s", name) > 0);
    tmpdir_write_pattern(world->dir, path, size);
    assert_true(asprintf(&input, "{\"file\":\"%s\",\"case_id\":\"%s\"}", name, id) > 0);
    struct json_object *document = plugin_call(world->instance, "upload_file", input, &status);
    assert_int_equal(status, SOAR_OK);
    assert_int_equal(json_pointer_get(document, "/resources/0/id", &found), 0);
    char *file = strdup(json_object_get_string(found));
    json_object_put(document);
    free(input);
    free(path);
    free(id);
    return file;
}

static void download(struct world *world, const char *id, soar_status wanted, const char *reason)
{
    char input[256];
    soar_status status = SOAR_INTERNAL;
    struct json_object *found = NULL;
    snprintf(input, sizeof input, "{\"id\":\"%s\"}", id);
    struct json_object *document =
        plugin_call(world->instance, "download_existing_files", input, &status);
    if (status != wanted) {
        fail_msg("%s", json_object_to_json_string(document));
    }
    if (reason != NULL) {
        assert_int_equal(json_pointer_get(document, "/error/reason", &found), 0);
        assert_string_equal(json_object_get_string(found), reason);
    }
    json_object_put(document);
}

static void expect_files(struct world *world, const char *wanted)
{
    struct json_object *names = tmpdir_list(world->dir, "out");
    assert_string_equal(json_object_to_json_string_ext(names, JSON_C_TO_STRING_PLAIN), wanted);
    json_object_put(names);
}

static void all_downloads_together_stay_within_the_quota(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, "{\"files.quota_bytes\":250000}");
    char *file = stored(world, "log.bin", 100000);
    tmpdir_write_pattern(world->dir, "out/there", 10000); /* of somebody else */
    download(world, file, SOAR_OK, NULL);
    download(world, file, SOAR_OK, NULL);
    download(world, file, SOAR_RESOURCE_EXHAUSTED, "quota");
    expect_files(world, "[\"log (1).bin\",\"log.bin\",\"there\"]");
    free(file);
    world_free(world);
}

static void a_zip_stays_one_file_and_is_never_unpacked(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    char *one = stored(world, "one.txt", 100), *two = stored(world, "two.txt", 200), input[512];
    soar_status status = SOAR_INTERNAL;
    snprintf(input, sizeof input, "{\"ids\":[\"%s\",\"%s\"],\"save_as\":\"all.zip\"}", one, two);
    json_object_put(plugin_call(world->instance, "bulk_download_files", input, &status));
    assert_int_equal(status, SOAR_OK);
    expect_files(world, "[\"all.zip\"]");
    free(one);
    free(two);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_downloads_together_stay_within_the_quota),
        cmocka_unit_test(a_zip_stays_one_file_and_is_never_unpacked),
    };
    return cmocka_run_group_tests_name("downloads", tests, NULL, NULL);
}
