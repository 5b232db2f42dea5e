#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "json_text.h"
#include "memory.h"
#include "program_dir.h"

#define PROGRAM "falcon-sandbox"
#define READY_MS 15000
#define STOP_MS 3000
#define LINE_MAX_BYTES 4096

extern char **environ;

static char *find_binary(const char *binary)
{
    const char *named = binary ? binary : getenv("SOARHOST_SANDBOX");
    if (named && *named)
        return host_strdup(named);
    static const char *const places[] = {PROGRAM, "../bin/" PROGRAM};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *path = program_dir_path(places[i]);
        if (path && access(path, X_OK) == 0)
            return path;
        free(path);
    }
    return host_strdup(PROGRAM);
}

static int spawn(const char *binary, const char *const *extra, int out_fd, pid_t *ret_pid)
{
    static const char *const fixed[] = {PROGRAM, "--listen", "127.0.0.1:0", "--strict",
                                        "--parent-death"};
    size_t n_fixed = sizeof(fixed) / sizeof(fixed[0]), n = 0;
    while (extra && extra[n])
        n++;
    char **argv = host_alloc((n_fixed + n + 1) * sizeof(*argv));
    for (size_t i = 0; i < n_fixed; i++)
        argv[i] = (char *)fixed[i];
    for (size_t i = 0; i < n; i++)
        argv[n_fixed + i] = (char *)extra[i];

    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out_fd, STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int problem = posix_spawnp(ret_pid, binary, &files, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    free(argv);
    return problem;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads up to the end of the first line. False where the child ended or the time was up. */
static bool read_line(int fd, char line[LINE_MAX_BYTES], size_t *ret_len)
{
    int64_t end = now_ms() + READY_MS;
    size_t len = 0;
    while (len < LINE_MAX_BYTES) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int64_t left = end - now_ms();
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t n = ready > 0 ? read(fd, line + len, LINE_MAX_BYTES - len) : -1;
        if (n <= 0)
            return false;
        len += (size_t)n;
        if (memchr(line, '\n', len)) {
            *ret_len = (size_t)((char *)memchr(line, '\n', len) - line);
            return true;
        }
    }
    return false;
}

static bool take_ready_line(int fd, struct sandbox *sandbox, struct host_error *err)
{
    char line[LINE_MAX_BYTES];
    size_t len = 0;
    struct json_object *ready = NULL;
    if (!read_line(fd, line, &len))
        return host_error_set(err, SOAR_UNAVAILABLE, "the sandbox did not get ready");
    if (!json_text_parse(line, len, "the sandbox's first line", &ready, err))
        return false;
    const char *url = json_get_text(ready, "url");
    const char *id = json_get_text(ready, "client_id");
    const char *secret = json_get_text(ready, "client_secret");
    bool whole = url && id && secret;
    if (whole) {
        sandbox->url = host_strdup(url);
        sandbox->client_id = host_strdup(id);
        sandbox->client_secret = host_strdup(secret);
    } else {
        host_error_set(err, SOAR_UNAVAILABLE,
                       "the sandbox's first line lacks url, client_id or client_secret");
    }
    json_object_put(ready);
    return whole;
}

bool sandbox_start(const char *binary, const char *const *extra, struct sandbox *ret,
                   struct host_error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return host_error_set(err, SOAR_RESOURCE_EXHAUSTED, "no pipe: %s", strerror(errno));
    struct sandbox sandbox = {0};
    char *path = find_binary(binary);
    int problem = spawn(path, extra, ends[1], &sandbox.pid);
    close(ends[1]);
    bool ok = problem == 0 && take_ready_line(ends[0], &sandbox, err);
    sandbox.out_fd = ends[0];
    if (problem != 0) {
        sandbox.pid = 0;
        host_error_set(err, problem == ENOENT ? SOAR_NOT_FOUND : SOAR_UNAVAILABLE,
                       "the sandbox cannot be started: %s", strerror(problem));
        host_error_hint(err, "build it with make, or name it with --sandbox-bin FILE");
    }
    if (ok) {
        *ret = sandbox;
    } else {
        host_error_where(err, "%s", path);
        sandbox_stop(&sandbox);
    }
    free(path);
    return ok;
}

static bool ended_within(pid_t pid, int ms)
{
    int fd = pidfd_open(pid, 0);
    if (fd < 0)
        return waitpid(pid, NULL, WNOHANG) == pid;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int ready;
    do
        ready = poll(&wait, 1, ms);
    while (ready < 0 && errno == EINTR);
    close(fd);
    return ready > 0;
}

void sandbox_stop(struct sandbox *sandbox)
{
    if (sandbox->pid > 0) {
        kill(sandbox->pid, SIGTERM);
        if (!ended_within(sandbox->pid, STOP_MS))
            kill(sandbox->pid, SIGKILL);
        while (waitpid(sandbox->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (sandbox->out_fd > 0)
        close(sandbox->out_fd);
    free(sandbox->url);
    free(sandbox->client_id);
    free(sandbox->client_secret);
    memset(sandbox, 0, sizeof(*sandbox));
}
