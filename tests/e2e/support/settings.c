#include "settings.h"
#include "check.h"
#include "tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_text(struct json_object *settings, const char *key, const char *text)
{
    json_object_object_add(settings, key, json_object_new_string(text));
}

static void set_directory(struct json_object *settings, const char *key, const char *dir,
                          const char *sub)
{
    char *path = tmpdir_path(dir, sub);
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, json_object_new_string(path));
    json_object_object_add(settings, key, list);
    free(path);
}

struct json_object *settings_new(const struct sandbox *sandbox, const char *dir)
{
    struct json_object *settings = json_object_new_object();
    set_text(settings, "falcon.base_url", sandbox->url);
    set_text(settings, "falcon.client_id", sandbox->client_id);
    set_text(settings, "falcon.client_secret", sandbox->client_secret);
    json_object_object_add(settings, "retry.base_ms", json_object_new_int(1));
    json_object_object_add(settings, "retry.max_ms", json_object_new_int(5));
    json_object_object_add(settings, "retry.settle_ms", json_object_new_int(20));
    if (dir != NULL) {
        set_directory(settings, "files.read_dirs", dir, "in");
        set_directory(settings, "files.write_dirs", dir, "out");
    }
    return settings;
}

void settings_change(struct json_object *settings, struct json_object *changes)
{
    if (changes == NULL) {
        return;
    }
    json_object_object_foreach(changes, key, value)
    {
        if (value == NULL) {
            json_object_object_del(settings, key);
        } else {
            json_object_object_add(settings, key, json_object_get(value));
        }
    }
}

static size_t section_size(const char *key)
{
    const char *dot = strchr(key, '.');
    if (dot == NULL) {
        fail_msg("a setting is SECTION.KEY, not %s", key);
    }
    return (size_t)(dot - key);
}

/* JSON's strings, integers, booleans and lists of strings are written the same in libconfig. */
static void write_section(FILE *out, struct json_object *settings, const char *first)
{
    size_t size = section_size(first);
    fprintf(out, "%.*s = {\n", (int)size, first);
    json_object_object_foreach(settings, key, value)
    {
        if (section_size(key) == size && strncmp(key, first, size) == 0) {
            fprintf(out, "  %s = %s;\n", key + size + 1,
                    json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE));
        }
    }
    fputs("};\n", out);
}

static int is_first_of_section(struct json_object *settings, const char *wanted)
{
    size_t size = section_size(wanted);
    json_object_object_foreach(settings, key, value)
    {
        (void)value;
        if (section_size(key) == size && strncmp(key, wanted, size) == 0) {
            return key == wanted;
        }
    }
    return 0;
}

char *settings_text(struct json_object *settings)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    json_object_object_foreach(settings, key, value)
    {
        (void)value;
        if (is_first_of_section(settings, key)) {
            write_section(out, settings, key);
        }
    }
    fclose(out);
    return text;
}
