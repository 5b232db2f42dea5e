#include "interrupt.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* How often a cancel is tried again that came before the plugin knew of the call. */
#define AGAIN_MS 10

static struct {
    pthread_t thread;
    bool running;
    int signal_fd; /* readable: a signal                      */
    int stop_fd;   /* readable: the signal thread shall end   */
    int wake_fd;   /* readable: a signal has come, stays so   */
    atomic_bool came;
    _Atomic pid_t child;
    pthread_mutex_t lock; /* api, plugin, call_id             */
    const struct plugin_api *api;
    soar_plugin *plugin;
    uint64_t call_id;
} state = {.signal_fd = -1, .stop_fd = -1, .wake_fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

static void set_readable(int fd)
{
    uint64_t one = 1;
    while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

static void on_signal(void)
{
    struct signalfd_siginfo info;
    if (read(state.signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    if (atomic_exchange(&state.came, true)) {
        pid_t child = atomic_load(&state.child);
        if (child > 0)
            kill(child, SIGKILL);
        _exit(128 + (int)info.ssi_signo);
    }
    set_readable(state.wake_fd);
}

/* NOT_FOUND is no failure here: the call has not begun yet, and then the next round finds it, or it
 * has ended. */
static void cancel_call(void)
{
    pthread_mutex_lock(&state.lock);
    if (state.call_id != 0)
        (void)state.api->cancel(state.plugin, state.call_id);
    pthread_mutex_unlock(&state.lock);
}

static void *signal_thread(void *unused)
{
    (void)unused;
    for (;;) {
        struct pollfd waits[] = {{.fd = state.signal_fd, .events = POLLIN},
                                 {.fd = state.stop_fd, .events = POLLIN}};
        int ready = poll(waits, 2, atomic_load(&state.came) ? AGAIN_MS : -1);
        if (ready < 0 && errno != EINTR)
            return NULL;
        if (ready > 0 && waits[1].revents)
            return NULL;
        if (ready > 0 && waits[0].revents)
            on_signal();
        if (atomic_load(&state.came))
            cancel_call();
    }
}

bool interrupt_start(struct host_error *err)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    int problem = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    state.signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    state.stop_fd = eventfd(0, EFD_CLOEXEC);
    state.wake_fd = eventfd(0, EFD_CLOEXEC);
    if (problem == 0 && (state.signal_fd < 0 || state.stop_fd < 0 || state.wake_fd < 0))
        problem = errno;
    if (problem == 0)
        problem = pthread_create(&state.thread, NULL, signal_thread, NULL);
    state.running = problem == 0;
    if (problem == 0)
        return true;
    interrupt_stop();
    return host_error_set(err, SOAR_RESOURCE_EXHAUSTED, "signals cannot be awaited: %s",
                          strerror(problem));
}

void interrupt_stop(void)
{
    int *fds[] = {&state.signal_fd, &state.stop_fd, &state.wake_fd};
    if (state.running) {
        set_readable(state.stop_fd);
        pthread_join(state.thread, NULL);
        state.running = false;
    }
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

static void watch(const struct plugin_api *api, soar_plugin *plugin, uint64_t call_id)
{
    pthread_mutex_lock(&state.lock);
    state.api = api;
    state.plugin = plugin;
    state.call_id = call_id;
    pthread_mutex_unlock(&state.lock);
}

void interrupt_watch(const struct plugin_api *api, soar_plugin *plugin, uint64_t call_id)
{
    watch(api, plugin, call_id);
}

void interrupt_unwatch(void)
{
    watch(NULL, NULL, 0);
}

void interrupt_set_child(pid_t pid)
{
    atomic_store(&state.child, pid);
}

bool interrupted(void)
{
    return atomic_load(&state.came);
}

int interrupt_fd(void)
{
    return state.wake_fd;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool interrupt_wait_ms(uint64_t ms)
{
    int64_t end = now_ms() + (int64_t)(ms < 86400000 ? ms : 86400000);
    while (!interrupted()) {
        int64_t left = end - now_ms();
        if (left <= 0)
            return true;
        struct pollfd wait = {.fd = state.wake_fd, .events = POLLIN};
        if (poll(&wait, 1, (int)left) < 0 && errno != EINTR)
            return false;
    }
    return false;
}
