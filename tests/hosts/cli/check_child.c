#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "interrupt.h"
#include "memory.h"

#define SLICE_MS 100
#define OUTPUT_SHOWN 400

/* A line of the child's report: a letter and the text. END comes last, so that a child that ends
 * early is not taken for one that is through. */
enum { FINDING = 'F', NOTE = 'N', SKIP = 'S', END = 'E' };

__attribute__((format(printf, 3, 0))) static void say(struct check_run *run, int kind,
                                                      const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        _exit(1);
    for (char *at = text; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = ' ';
    fprintf(run->report, "%c%.600s\n", kind, text);
    fflush(run->report);
    free(text);
}

#define SAY(function, kind)                                                                        \
    void function(struct check_run *run, const char *format, ...)                                  \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, format);                                                                    \
        say(run, kind, format, args);                                                              \
        va_end(args);                                                                              \
    }
SAY(check_fail, FINDING)
SAY(check_note, NOTE)
SAY(check_skip, SKIP)

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t check_random(struct check_run *run, uint64_t n)
{
    run->random += 0x9e3779b97f4a7c15u;
    return mix(run->random) % n;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ------------------------------------------------------------------ the child */

_Noreturn static void child(const struct check *check, const struct check_input *input,
                            int report_fd, int output_fd)
{
    struct check_run run = {.input = input, .output_fd = output_fd};
    struct rlimit no_core = {0, 0};
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0); /* so that what it forks ends with it */
    setrlimit(RLIMIT_CORE, &no_core);
    unsetenv("LOCPATH"); /* with it glibc 2.36 loses memory at each newlocale, which json-c calls */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(output_fd, STDOUT_FILENO);
    dup2(output_fd, STDERR_FILENO);
    run.report = fdopen(report_fd, "w");
    run.random = input->seed;
    for (const char *at = check->name; *at; at++)
        run.random = mix(run.random + (unsigned char)*at);
    check->run(&run);
    fprintf(run.report, "%c\n", END);
    fflush(run.report);
    _exit(0);
}

/* ------------------------------------------------------------------ the parent */

struct watch {
    pid_t pid;
    int report_fd, output_fd;
    FILE *findings, *notes;
    char line[1024];
    size_t len;
    bool failed, skipped, ended;
};

static void take_line(struct watch *watch)
{
    const char *text = watch->line + 1;
    if (watch->line[0] == FINDING) {
        watch->failed = true;
        fprintf(watch->findings, "%s\n", text);
    } else if (watch->line[0] == END) {
        watch->ended = true;
    } else {
        watch->skipped = watch->skipped || watch->line[0] == SKIP;
        fprintf(watch->notes, "%s\n", text);
    }
}

/* False at the end of the report. */
static bool read_some(struct watch *watch)
{
    char bytes[4096];
    ssize_t n = read(watch->report_fd, bytes, sizeof(bytes));
    if (n < 0 && errno == EINTR)
        return true;
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
            watch->line[watch->len] = '\0';
            if (watch->len > 0)
                take_line(watch);
            watch->len = 0;
        } else if (watch->len + 1 < sizeof(watch->line)) {
            watch->line[watch->len++] = bytes[i];
        }
    }
    return n > 0;
}

/* Until the child has ended or its time is up; false where the program is to end. */
static bool follow(struct watch *watch, uint64_t end)
{
    siginfo_t info;
    while (!interrupted()) {
        struct pollfd wait = {.fd = watch->report_fd, .events = POLLIN};
        uint64_t now = now_ms();
        if (now >= end)
            return true;
        int slice = end - now < SLICE_MS ? (int)(end - now) : SLICE_MS;
        int ready = poll(&wait, 1, slice);
        if (ready > 0 && !read_some(watch))
            return true;
        info.si_pid = 0;
        /* a grandchild may hold the report open; the child's own end is what counts */
        if (ready == 0 &&
            waitid(P_PID, (id_t)watch->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid == watch->pid)
            return true;
    }
    return false;
}

/* The last that the child wrote to its output: why it ended, as often as not. */
static void show_output(const struct watch *watch)
{
    char text[OUTPUT_SHOWN + 1];
    off_t size = lseek(watch->output_fd, 0, SEEK_END);
    ssize_t n =
        pread(watch->output_fd, text, OUTPUT_SHOWN, size > OUTPUT_SHOWN ? size - OUTPUT_SHOWN : 0);
    if (n <= 0)
        return;
    for (ssize_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = ' ';
    fprintf(watch->notes, "its output ends with: %.*s\n", (int)n, text);
}

static void conclude(struct watch *watch, bool in_time)
{
    int status = 0;
    bool over = waitpid(watch->pid, &status, WNOHANG) == watch->pid;
    if (!over && watch->ended)
        over = waitpid(watch->pid, &status, 0) == watch->pid;
    kill(-watch->pid, SIGKILL);
    if (!over) {
        kill(watch->pid, SIGKILL);
        waitpid(watch->pid, &status, 0);
        over = in_time;
    }
    if (watch->ended)
        return;
    watch->failed = true;
    if (!over)
        fprintf(watch->findings, "did not end within its time\n");
    else if (WIFSIGNALED(status))
        fprintf(watch->findings, "ended by the signal %d, %s\n", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else
        fprintf(watch->findings, "the process ended in the middle with exit code %d\n",
                WEXITSTATUS(status));
    show_output(watch);
}

static FILE *text_stream(char **text, size_t *len)
{
    FILE *out = open_memstream(text, len);
    if (!out)
        _exit(SOAR_RESOURCE_EXHAUSTED);
    return out;
}

bool check_child(const struct check *check, const struct check_input *input, uint64_t limit_ms,
                 struct check_outcome *ret)
{
    int ends[2];
    size_t len;
    struct watch watch = {.output_fd = memfd_create("output", MFD_CLOEXEC)};
    memset(ret, 0, sizeof(*ret));
    ret->check = check;
    watch.findings = text_stream(&ret->findings, &len);
    watch.notes = text_stream(&ret->notes, &len);
    uint64_t begin = now_ms();
    fflush(stdout);
    if (watch.output_fd < 0 || pipe2(ends, O_CLOEXEC) != 0)
        _exit(SOAR_RESOURCE_EXHAUSTED);
    watch.pid = fork();
    if (watch.pid == 0)
        child(check, input, ends[1], watch.output_fd);
    close(ends[1]);
    watch.report_fd = ends[0];
    bool going = true;
    if (watch.pid < 0) {
        watch.failed = true;
        fprintf(watch.findings, "no child process: %s\n", strerror(errno));
    } else {
        uint64_t limit = limit_ms ? limit_ms : (uint64_t)check->seconds * 1000;
        going = follow(&watch, begin + limit);
        bool in_time = now_ms() < begin + limit;
        conclude(&watch, in_time);
    }
    close(ends[0]);
    close(watch.output_fd);
    fclose(watch.findings);
    fclose(watch.notes);
    ret->ms = now_ms() - begin;
    ret->verdict = watch.failed ? CHECK_FAILED : watch.skipped ? CHECK_SKIPPED : CHECK_PASSED;
    return going;
}

void check_outcome_done(struct check_outcome *outcome)
{
    free(outcome->findings);
    free(outcome->notes);
    memset(outcome, 0, sizeof(*outcome));
}
