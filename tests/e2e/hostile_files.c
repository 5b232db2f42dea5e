/* Paths that lead out of the allowed directories, and what is no regular file: refused, and nothing
 * is opened, written or sent. */
#include "canned.h"
#include "check.h"
#include "world.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : "";
}

static void link_to(struct world *world, const char *target, const char *name)
{
    char *path = tmpdir_path(world->dir, name);
    assert_int_equal(symlink(target, path), 0);
    free(path);
}

static void make_directory(struct world *world, const char *name)
{
    char *path = tmpdir_path(world->dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
    free(path);
}

static void make_socket(struct world *world, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", world->dir, name);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static int open_world(void **state)
{
    struct world *world = world_open_new(NULL, NULL);
    *state = world;
    make_directory(world, "outside");
    make_directory(world, "in/sub");
    make_directory(world, "out/sub");
    tmpdir_write(world->dir, "outside/secret.txt", "secret", 6);
    tmpdir_write(world->dir, "in/fine.txt", "fine", 4);
    link_to(world, "../outside/secret.txt", "in/link.txt");
    link_to(world, "../outside", "in/way_out");
    link_to(world, "loop", "in/loop");
    link_to(world, "/dev/zero", "in/zero");
    link_to(world, "fine.txt", "in/inner_link.txt");
    link_to(world, "../outside/secret.txt", "out/link.txt");
    link_to(world, "../outside", "out/way_out");
    link_to(world, "../outside/new.txt", "out/dangling.txt");
    char *fifo = tmpdir_path(world->dir, "in/fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    free(fifo);
    make_socket(world, "in/socket");
    return 0;
}

static int close_world(void **state)
{
    world_free(*state);
    return 0;
}

/* Watches the forbidden files; how many of them were opened or changed since. */
static int watch(struct world *world)
{
    static const char *const names[] = {"outside", "outside/secret.txt", "in/fifo"};
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = tmpdir_path(world->dir, names[i]);
        assert_true(inotify_add_watch(fd, path, IN_OPEN | IN_MODIFY | IN_CREATE | IN_DELETE) >= 0);
        free(path);
    }
    return fd;
}

static int was_touched(int watch_fd)
{
    char events[4096];
    ssize_t size = read(watch_fd, events, sizeof events);
    close(watch_fd);
    return size > 0;
}

/* The call, with the path put in place of '@', is refused so; nothing is touched or sent. */
static void refused(struct world *world, const char *action, const char *input, const char *path,
                    soar_status expected)
{
    char *text = NULL;
    soar_status status = SOAR_OK;
    const char *at = strchr(input, '@');
    assert_true(asprintf(&text, "%.*s%s%s", (int)(at - input), input, path, at + 1) > 0);
    size_t before = sandbox_count(&world->sandbox);
    int watch_fd = watch(world);
    struct json_object *document = plugin_call(world->instance, action, text, &status);
    int touched = was_touched(watch_fd);
    if (status != expected || strcmp(text_at(document, "/error/outcome"), "not_sent") != 0) {
        fail_msg("%s %s: expected %s: %s", action, path, plugin_status_name(expected),
                 json_object_to_json_string(document));
    }
    if (touched) {
        fail_msg("%s %s: something forbidden was opened", action, path);
    }
    assert_int_equal(sandbox_count(&world->sandbox), before);
    json_object_put(document);
    free(text);
}

static void refused_in(struct world *world, const char *action, const char *input, const char *name,
                       soar_status expected)
{
    char *path = tmpdir_path(world->dir, name);
    refused(world, action, input, path, expected);
    free(path);
}

/* ------------------------------------------------------------------ reading */

static const char upload[] = "{\"file\":\"@\",\"case_id\":\"c\"}";
static const char import[] = "{\"file\":\"@\"}";

static void reading_outside_the_allowed_directories_is_refused(void **state)
{
    static const char *const names[] = {"outside/secret.txt",
                                        "in/../outside/secret.txt",
                                        "in/sub/../../outside/secret.txt",
                                        "in/./../outside/secret.txt",
                                        "inside.txt",
                                        "in/way_out/../outside/secret.txt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        refused_in(*state, "upload_file", upload, names[i], SOAR_PERMISSION_DENIED);
        refused_in(*state, "import_template", import, names[i], SOAR_PERMISSION_DENIED);
    }
    refused(*state, "upload_file", upload, "/etc/passwd", SOAR_PERMISSION_DENIED);
    refused(*state, "upload_file", upload, "/proc/self/environ", SOAR_PERMISSION_DENIED);
    refused(*state, "upload_file", upload, "/", SOAR_PERMISSION_DENIED);
}

static void reading_through_a_link_that_leads_out_is_refused(void **state)
{
    refused_in(*state, "upload_file", upload, "in/link.txt", SOAR_PERMISSION_DENIED);
    refused_in(*state, "upload_file", upload, "in/way_out/secret.txt", SOAR_PERMISSION_DENIED);
    refused_in(*state, "import_template", import, "in/link.txt", SOAR_PERMISSION_DENIED);
}

static void a_loop_of_links_is_refused(void **state)
{
    refused_in(*state, "upload_file", upload, "in/loop", SOAR_PERMISSION_DENIED);
}

static void what_is_no_regular_file_is_refused_and_not_opened(void **state)
{
    static const char *const names[] = {"in/fifo", "in/socket", "in/zero", "in/sub", "in"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        refused_in(*state, "upload_file", upload, names[i], SOAR_PERMISSION_DENIED);
    }
}

static void a_device_in_an_allowed_directory_is_refused(void **state)
{
    struct world *world = *state;
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    struct json_object *changes =
        json_tokener_parse("{\"files.read_dirs\":[\"/dev\"],\"files.write_dirs\":[\"/dev\"]}");
    settings_change(settings, changes);
    soar_plugin *usual = world->instance;
    world->instance = plugin_open(settings);
    refused(world, "upload_file", upload, "/dev/zero", SOAR_PERMISSION_DENIED);
    refused(world, "upload_file", upload, "/dev/tty", SOAR_PERMISSION_DENIED);
    refused(world, "download_existing_files", "{\"id\":\"f\",\"save_as\":\"@\"}", "/dev/null",
            SOAR_ALREADY_EXISTS);
    plugin_close(world->instance);
    world->instance = usual;
    json_object_put(changes);
    json_object_put(settings);
}

static void a_relative_path_lies_in_the_directory_and_not_in_the_working_directory(void **state)
{
    struct world *world = *state;
    refused(world, "upload_file", upload, "Makefile", SOAR_NOT_FOUND);
    refused(world, "upload_file", upload, "../outside/secret.txt", SOAR_PERMISSION_DENIED);
}

/* ------------------------------------------------------------------ writing */

static const char download[] = "{\"id\":\"f\",\"save_as\":\"@\"}";

static void writing_outside_the_allowed_directories_is_refused(void **state)
{
    static const char *const names[] = {"outside/new.txt", "out/../outside/new.txt",
                                        "out/sub/../../outside/new.txt", "new.txt", "outer.txt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        refused_in(*state, "download_existing_files", download, names[i], SOAR_PERMISSION_DENIED);
    }
    refused(*state, "download_existing_files", download, "../outside/new.txt",
            SOAR_PERMISSION_DENIED);
    refused(*state, "download_existing_files", download, "/etc/cron.d/new", SOAR_PERMISSION_DENIED);
    refused(*state, "bulk_download_files", "{\"ids\":\"f\",\"save_as\":\"@\"}",
            "../outside/new.txt", SOAR_PERMISSION_DENIED);
    refused(*state, "export_templates", "{\"save_as\":\"@\"}", "../outside/new.txt",
            SOAR_PERMISSION_DENIED);
}

static void writing_through_a_link_that_leads_out_is_refused(void **state)
{
    refused_in(*state, "download_existing_files", download, "out/way_out/new.txt",
               SOAR_PERMISSION_DENIED);
    refused_in(*state, "download_existing_files", download, "out/link.txt", SOAR_ALREADY_EXISTS);
    refused_in(*state, "download_existing_files", download, "out/dangling.txt",
               SOAR_ALREADY_EXISTS);
}

/* ------------------------------------------------------------------ the server's names */

/* Downloads from a server that gives this Content-Disposition; the file must lie in out/, under a
 * name of its own, and nothing else may be new. */
static void saved_inside(struct world *world, const char *disposition)
{
    char headers[1024];
    snprintf(headers, sizeof headers,
             "Content-Type: application/octet-stream\r\nContent-Disposition: %s\r\n", disposition);
    char *token = canned_token();
    char *file = canned_answer("200 OK", headers, "payload");
    const char *answers[] = {token, file, NULL};
    struct canned *server = canned_start(answers);
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    json_object_object_add(settings, "falcon.base_url", json_object_new_string(canned_url(server)));
    soar_plugin *instance = plugin_open(settings);
    struct json_object *before = tmpdir_list(world->dir, ".");
    soar_status status = SOAR_OK;
    struct json_object *document =
        plugin_call(instance, "download_existing_files", "{\"id\":\"f\"}", &status);
    struct json_object *after = tmpdir_list(world->dir, ".");
    const char *path = text_at(document, "/file/path");
    char *out = tmpdir_path(world->dir, "out/");
    struct stat st;
    if (status != SOAR_OK || strncmp(path, out, strlen(out)) != 0 ||
        strchr(path + strlen(out), '/') != NULL || lstat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
        st.st_size != 7 || path[strlen(out)] == '.') {
        fail_msg("%s: %s", disposition, json_object_to_json_string(document));
    }
    assert_true(json_object_equal(before, after));
    assert_int_equal(remove(path), 0);
    free(out);
    json_object_put(before);
    json_object_put(after);
    json_object_put(document);
    plugin_close(instance);
    json_object_put(settings);
    json_object_put(canned_stop(server));
    free(token);
    free(file);
}

static void a_name_from_the_server_never_leaves_the_directory(void **state)
{
    static const char *const dispositions[] = {
        "attachment; filename=\"../evil.txt\"",
        "attachment; filename=\"../../../../tmp/evil.txt\"",
        "attachment; filename=\"/etc/passwd\"",
        "attachment; filename=\"..\\\\..\\\\evil.txt\"",
        "attachment; filename=\"C:\\\\Windows\\\\evil.exe\"",
        "attachment; filename=\"..\"",
        "attachment; filename=\".\"",
        "attachment; filename=\"\"",
        "attachment; filename=\".bashrc\"",
        "attachment; filename=\"sub\"",
        "attachment; filename=\"link.txt\"",
        "attachment; filename=\"con\"",
        "attachment; filename=\"-rf\"",
        "attachment; filename=\"a\tb\x7f.txt\"",
        "attachment; filename=\"bad \xff utf8\"",
        "attachment; filename*=UTF-8''..%2F..%2Fevil.txt",
        "attachment; filename*=UTF-8''%2e%2e%5cevil.txt",
        "attachment; filename*=UTF-8''a%00b%0d%0ac.txt",
        "attachment; filename*=UTF-8''%E2%80%AEfdp.exe",
        "attachment; filename",
        "",
        ";;;=\"\"\"\\",
    };
    for (size_t i = 0; i < sizeof dispositions / sizeof *dispositions; i++) {
        saved_inside(*state, dispositions[i]);
    }
}

static void a_name_of_900_bytes_from_the_server_is_cut(void **state)
{
    char disposition[960] = "attachment; filename=\"";
    size_t size = strlen(disposition);
    memset(disposition + size, 'n', 900);
    memcpy(disposition + size + 900, ".txt\"", 6);
    saved_inside(*state, disposition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_outside_the_allowed_directories_is_refused),
        cmocka_unit_test(reading_through_a_link_that_leads_out_is_refused),
        cmocka_unit_test(a_loop_of_links_is_refused),
        cmocka_unit_test(what_is_no_regular_file_is_refused_and_not_opened),
        cmocka_unit_test(a_device_in_an_allowed_directory_is_refused),
        cmocka_unit_test(a_relative_path_lies_in_the_directory_and_not_in_the_working_directory),
        cmocka_unit_test(writing_outside_the_allowed_directories_is_refused),
        cmocka_unit_test(writing_through_a_link_that_leads_out_is_refused),
        cmocka_unit_test(a_name_from_the_server_never_leaves_the_directory),
        cmocka_unit_test(a_name_of_900_bytes_from_the_server_is_cut),
    };
    return cmocka_run_group_tests_name("hostile_files", tests, open_world, close_world);
}
