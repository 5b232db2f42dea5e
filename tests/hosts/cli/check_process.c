/* The plugin as a guest: what belongs to the process stays as it was. */
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_world.h"
#include "memory.h"

extern char **environ;

/* ------------------------------------------------------------------ a tour through the plugin */

/* All functions once, with right and with wrong input. */
static bool tour(struct check_run *run)
{
    struct check_world world;
    soar_result result = {.struct_size = sizeof(result)};
    soar_call call;
    if (!check_world_open(run, &world))
        return false;
    for (size_t i = 0; i < world.actions.n; i++) {
        char *input = check_example(&world.actions.items[i], 0);
        call = check_call_of(world.actions.names[i], input ? input : "{}", SOAR_CALL_DRY_RUN);
        world.api.invoke(world.plugin, &call, &result);
        world.api.release(&result);
        call = check_call_of(world.actions.names[i], "{\"", 0);
        world.api.invoke(world.plugin, &call, &result);
        world.api.release(&result);
        free(input);
    }
    if (world.probe.action) {
        call = check_call_of(world.probe.action, world.probe.input, world.probe.flags);
        world.api.invoke(world.plugin, &call, &result);
        world.api.release(&result);
    }
    world.api.cancel(world.plugin, 1);
    world.api.init(NULL, "{ this is \"no configuration", 27, &world.plugin, NULL, &result);
    world.api.release(&result);
    world.api.shutdown(world.plugin, SOAR_NO_TIMEOUT);
    return true;
}

static void silent(struct check_run *run)
{
    char text[64] = "";
    if (!tour(run))
        return;
    fflush(stdout);
    ssize_t n = pread(run->output_fd, text, sizeof(text) - 1, 0);
    if (n > 0)
        check_fail(run, "writes to stdout or stderr: %.60s", text);
}

/* ------------------------------------------------------------------ settings */

struct settings {
    char *locale, *dir, **environment;
    size_t n_environment;
    mode_t mask;
    struct sigaction actions[NSIG];
    sigset_t blocked;
    struct rlimit limits[RLIM_NLIMITS];
};

static struct settings settings_now(void)
{
    struct settings now = {0};
    now.locale = host_strdup(setlocale(LC_ALL, NULL));
    now.dir = getcwd(NULL, 0);
    now.mask = umask(0);
    umask(now.mask);
    while (environ[now.n_environment])
        now.n_environment++;
    now.environment = host_alloc((now.n_environment + 1) * sizeof(char *));
    for (size_t i = 0; i < now.n_environment; i++)
        now.environment[i] = host_strdup(environ[i]);
    for (int i = 1; i < NSIG; i++)
        sigaction(i, NULL, &now.actions[i]);
    pthread_sigmask(SIG_SETMASK, NULL, &now.blocked);
    for (int i = 0; i < RLIM_NLIMITS; i++)
        getrlimit((__rlimit_resource_t)i, &now.limits[i]);
    return now;
}

static bool same_environment(const struct settings *a, const struct settings *b)
{
    bool same = a->n_environment == b->n_environment;
    for (size_t i = 0; same && i < a->n_environment; i++)
        same = strcmp(a->environment[i], b->environment[i]) == 0;
    return same;
}

static void compare(struct check_run *run, const struct settings *a, const struct settings *b)
{
    if (strcmp(a->locale, b->locale) != 0)
        check_fail(run, "the locale is changed from %s to %s", a->locale, b->locale);
    if (!a->dir || !b->dir || strcmp(a->dir, b->dir) != 0)
        check_fail(run, "the working directory is changed");
    if (a->mask != b->mask)
        check_fail(run, "the umask is changed from %03o to %03o", a->mask, b->mask);
    if (!same_environment(a, b))
        check_fail(run, "the environment is changed");
    for (int i = 1; i < NSIG; i++)
        if (a->actions[i].sa_handler != b->actions[i].sa_handler ||
            a->actions[i].sa_flags != b->actions[i].sa_flags)
            check_fail(run, "what happens on the signal %d, %s, is changed", i, strsignal(i));
    if (memcmp(&a->blocked, &b->blocked, sizeof(a->blocked)) != 0)
        check_fail(run, "the caller's blocked signals are changed");
    for (int i = 0; i < RLIM_NLIMITS; i++)
        if (a->limits[i].rlim_cur != b->limits[i].rlim_cur)
            check_fail(run, "a resource limit (%d) is changed", i);
}

static void settings(struct check_run *run)
{
    umask(027);
    struct settings before = settings_now();
    if (!tour(run))
        return;
    struct settings after = settings_now();
    compare(run, &before, &after);
}

/* ------------------------------------------------------------------ callbacks */

static _Thread_local bool inside;
static atomic_size_t strange_threads;

static void look(void)
{
    if (!inside)
        atomic_fetch_add(&strange_threads, 1);
}

static void on_log(void *ctx, int32_t level, const char *msg, uint64_t len)
{
    (void)ctx, (void)level, (void)msg, (void)len;
    look();
}

static int32_t on_progress(void *ctx, uint64_t call_id, uint64_t done, uint64_t total)
{
    (void)ctx, (void)call_id, (void)done, (void)total;
    look();
    return 0;
}

static soar_status on_secret(void *ctx, const char *name, uint64_t name_len, char *buf,
                             uint64_t cap, uint64_t *out_len)
{
    (void)ctx, (void)name, (void)name_len, (void)buf, (void)cap, (void)out_len;
    look();
    return SOAR_NOT_FOUND;
}

static uint64_t on_now(void *ctx)
{
    (void)ctx;
    look();
    return 1700000000000u;
}

static void callbacks(struct check_run *run)
{
    struct check_world world;
    soar_result result = {.struct_size = sizeof(result)};
    soar_call call;
    soar_host host = {.struct_size = sizeof(host),
                      .abi_version = SOAR_ABI_VERSION,
                      .log = on_log,
                      .get_secret = on_secret,
                      .progress = on_progress,
                      .now_ms = on_now};
    inside = true;
    if (!check_world_load(run, &world) || !check_world_init(run, &world, &host, &world.plugin) ||
        !check_probe_call(run, &world, &call))
        return;
    world.api.invoke(world.plugin, &call, &result);
    world.api.release(&result);
    call.call_id = 1;
    if (world.api.submit && world.api.submit(world.plugin, &call) == SOAR_OK) {
        struct pollfd wait = {.fd = world.event_fd, .events = POLLIN};
        inside = false;
        poll(&wait, 1, 10000);
        inside = true;
    }
    world.api.shutdown(world.plugin, SOAR_NO_TIMEOUT);
    if (atomic_load(&strange_threads))
        check_fail(run, "callbacks come on threads that are not inside a function of the plugin");
}

/* ------------------------------------------------------------------ fork */

static const char *forked_child(struct check_run *run, struct check_world *world)
{
    soar_call call = check_call_of("no_action_has_this_name", "{}", 0);
    soar_result result = {.struct_size = sizeof(result)};
    if (world->api.invoke(world->plugin, &call, &result) != SOAR_FAILED_PRECONDITION)
        return "soar_invoke on the parent's instance is not FAILED_PRECONDITION";
    if (!result.json || !strstr(result.json, "forked"))
        return "the reason \"forked\" is missing";
    world->api.release(&result);
    if (world->api.cancel(world->plugin, 1) != SOAR_FAILED_PRECONDITION)
        return "soar_cancel on the parent's instance is not FAILED_PRECONDITION";
    if (world->api.shutdown(world->plugin, 0) != SOAR_FAILED_PRECONDITION)
        return "soar_shutdown on the parent's instance is not FAILED_PRECONDITION";
    soar_plugin *own = NULL;
    if (world->api.init(NULL, run->input->config, run->input->config_len, &own, NULL, NULL) !=
        SOAR_OK)
        return "soar_init fails in the child";
    if (world->api.invoke(own, &call, &result) != SOAR_NOT_FOUND)
        return "an instance of the child's own does not work";
    world->api.release(&result);
    return world->api.shutdown(own, SOAR_NO_TIMEOUT) == SOAR_OK
               ? NULL
               : "soar_shutdown fails in the child";
}

static void forks(struct check_run *run)
{
    struct check_world world;
    soar_call call;
    int status = 0;
    if (!check_world_open(run, &world) || !check_probe_call(run, &world, &call))
        return;
    soar_status before = check_invoke(run, &world, &call, "before the fork", NULL);
    pid_t pid = fork();
    if (pid == 0) {
        const char *wrong = forked_child(run, &world);
        if (wrong)
            check_fail(run, "after fork: %s", wrong);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        check_fail(run, "after fork: the child process ended by the signal %d", WTERMSIG(status));
    if (check_invoke(run, &world, &call, "after the fork", NULL) != before)
        check_fail(run, "after fork: the parent's instance works otherwise than before");
    if (world.api.shutdown(world.plugin, SOAR_NO_TIMEOUT) != SOAR_OK)
        check_fail(run, "after fork: soar_shutdown fails in the parent");
}

const struct check checks_process[] = {
    {"process.silent", "It writes nothing to stdout and stderr", silent, 60},
    {"process.settings",
     "Locale, signals, working directory, umask, environment and limits stay as they were",
     settings, 60},
    {"process.callbacks", "Callbacks come only on threads that are inside the plugin", callbacks,
     30},
    {"process.fork", "After fork the child is told so, and can work on its own", forks, 30},
    {NULL, NULL, NULL, 0},
};
