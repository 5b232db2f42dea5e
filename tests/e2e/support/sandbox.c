#include "sandbox.h"
#include "check.h"
#include "plugin.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGS 64

extern char **environ;

static pid_t spawn(const char *record, const char *const *args, FILE **ret_output)
{
    char *program = plugin_built("falcon-sandbox");
    const char *argv[MAX_ARGS] = {program,          "--listen", "127.0.0.1:0", "--strict",
                                  "--parent-death", "--record", record};
    size_t count = 7;
    for (; args != NULL && *args != NULL; args++) {
        assert_true(count < MAX_ARGS - 1);
        argv[count++] = *args;
    }
    int ends[2];
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    int code = posix_spawn(&pid, program, &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (code != 0) {
        fail_msg("%s: %s", program, strerror(code));
    }
    free(program);
    *ret_output = fdopen(ends[0], "r");
    assert_non_null(*ret_output);
    return pid;
}

static char *text_of(struct json_object *ready, const char *key)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(ready, key, &value)) {
        fail_msg("the sandbox's ready line has no %s", key);
    }
    return strdup(json_object_get_string(value));
}

/* The console's URL ends in the token. */
static char *token_of(struct json_object *ready)
{
    char *console = text_of(ready, "console");
    const char *mark = strstr(console, "#token=");
    if (mark == NULL) {
        fail_msg("the sandbox's console URL has no token: %s", console);
    }
    char *token = strdup(mark + strlen("#token="));
    free(console);
    return token;
}

void sandbox_start(struct sandbox *sandbox, const char *record, const char *const *args)
{
    FILE *output = NULL;
    char line[1024] = "";
    sandbox->pid = spawn(record, args, &output);
    char *got = fgets(line, sizeof line, output);
    fclose(output);
    struct json_object *ready = got != NULL ? json_tokener_parse(line) : NULL;
    if (ready == NULL) {
        fail_msg("the sandbox did not start: %s", line);
    }
    sandbox->url = text_of(ready, "url");
    sandbox->client_id = text_of(ready, "client_id");
    sandbox->client_secret = text_of(ready, "client_secret");
    sandbox->token = token_of(ready);
    sandbox->record = strdup(record);
    json_object_put(ready);
}

/* Ends it by a signal; its wait status. */
static int end_by(struct sandbox *sandbox, int signal_number)
{
    int status = 0;
    if (sandbox->pid > 0) {
        kill(sandbox->pid, signal_number);
        waitpid(sandbox->pid, &status, 0);
    }
    free(sandbox->url);
    free(sandbox->client_id);
    free(sandbox->client_secret);
    free(sandbox->token);
    free(sandbox->record);
    memset(sandbox, 0, sizeof *sandbox);
    return status;
}

void sandbox_stop(struct sandbox *sandbox)
{
    int status = end_by(sandbox, SIGTERM);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the sandbox ended with wait status %d", status);
    }
}

void sandbox_kill(struct sandbox *sandbox)
{
    int status = end_by(sandbox, SIGKILL);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
        fail_msg("the sandbox ended by itself, with wait status %d", status);
    }
}

static int is_token_request(struct json_object *request)
{
    struct json_object *path = NULL;
    json_object_object_get_ex(request, "path", &path);
    return strcmp(json_object_get_string(path), "/oauth2/token") == 0;
}

struct json_object *sandbox_requests(const struct sandbox *sandbox, size_t from, int with_token)
{
    struct json_object *list = json_object_new_array();
    FILE *file = fopen(sandbox->record, "r");
    char *line = NULL;
    size_t cap = 0;
    assert_non_null(file);
    for (size_t n = 0; getline(&line, &cap, file) > 0; n++) {
        struct json_object *request = n >= from ? json_tokener_parse(line) : NULL;
        if (n >= from && request == NULL) {
            fail_msg("%s:%zu is no JSON: %s", sandbox->record, n + 1, line);
        }
        if (request != NULL && (with_token || !is_token_request(request))) {
            json_object_array_add(list, request);
        } else {
            json_object_put(request);
        }
    }
    free(line);
    fclose(file);
    return list;
}

size_t sandbox_count(const struct sandbox *sandbox)
{
    struct json_object *list = sandbox_requests(sandbox, 0, 1);
    size_t count = json_object_array_length(list);
    json_object_put(list);
    return count;
}
