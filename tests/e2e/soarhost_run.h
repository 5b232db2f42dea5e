/* soarhost as a user runs it, for the tests of its command line. Failures fail the running test. */
#ifndef E2E_SOARHOST_RUN_H
#define E2E_SOARHOST_RUN_H

#include "check.h"
#include "match.h"
#include "plugin.h"
#include "program.h"
#include "settings.h"
#include "tmpdir.h"
#include "world.h"
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SOARHOST_ARGS 32

/* The absolute path of a file of the build, heap. */
static inline char *soarhost_built(const char *name)
{
    char *path = plugin_built(name);
    char *whole = realpath(path, NULL);
    assert_non_null(whole);
    free(path);
    return whole;
}

/* Starts soarhost with the NULL-terminated arguments by `start`, which is program_start,
 * program_start_on_terminal or program_run. */
static inline void
soarhost_by(void (*start)(struct program *, const char *const *, const struct program_setting *),
            struct program *program, const char *const *args, const struct program_setting *setting)
{
    char *soarhost = soarhost_built("soarhost");
    const char *argv[SOARHOST_ARGS] = {soarhost};
    for (size_t n = 1; *args != NULL; args++) {
        assert_true(n < SOARHOST_ARGS - 1);
        argv[n++] = *args;
    }
    start(program, argv, setting);
    free(soarhost);
}

/* Runs soarhost with these arguments to its end. */
#define soarhost(program, setting, ...)                                                            \
    soarhost_by(program_run, (program), (const char *[]){__VA_ARGS__, NULL}, (setting))

/* Writes the world's settings, with changes as JSON text (NULL = none), to falcon.conf in its
 * directory; the path, heap. */
static inline char *soarhost_config(struct world *world, const char *changes)
{
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    struct json_object *parsed = changes != NULL ? json_tokener_parse(changes) : NULL;
    settings_change(settings, parsed);
    char *text = settings_text(settings);
    tmpdir_write(world->dir, "falcon.conf", text, strlen(text));
    free(text);
    json_object_put(parsed);
    json_object_put(settings);
    return tmpdir_path(world->dir, "falcon.conf");
}

/* The standard output as JSON; the caller puts it. */
static inline struct json_object *soarhost_json(const struct program *program)
{
    enum json_tokener_error error = json_tokener_success;
    struct json_object *parsed = json_tokener_parse_verbose(program->out, &error);
    if (parsed == NULL) {
        fail_msg("no JSON (%s): %s%s", json_tokener_error_desc(error), program->out, program->err);
    }
    return parsed;
}

/* Fails where the standard output is no JSON that matches the pattern (see match.h). */
static inline void soarhost_expect(const struct program *program, const char *pattern)
{
    char *differences = NULL;
    size_t size = 0;
    struct json_object *found = soarhost_json(program);
    struct json_object *expected = json_tokener_parse(pattern);
    FILE *out = open_memstream(&differences, &size);
    assert_non_null(expected);
    size_t count = match(expected, found, MATCH_SUBSET, "  ", out);
    fclose(out);
    if (count != 0) {
        fail_msg("%s%s%s", differences, program->out, program->err);
    }
    free(differences);
    json_object_put(expected);
    json_object_put(found);
}

#endif
