#include "program.h"
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int memory_file(const char *text)
{
    int fd = memfd_create("program", MFD_CLOEXEC);
    size_t size = text != NULL ? strlen(text) : 0;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text != NULL ? text : "", size), size);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void change_environment(const char *const *env)
{
    for (; env != NULL && *env != NULL; env++) {
        const char *equals = strchr(*env, '=');
        if (equals == NULL) {
            unsetenv(*env);
        } else {
            putenv((char *)(uintptr_t)*env);
        }
    }
}

/* In the child, from here to exec. */
static void become(const char *const *argv, const struct program_setting *setting)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (setting != NULL) {
        change_environment(setting->env);
    }
    if (setting == NULL || setting->dir == NULL || chdir(setting->dir) == 0) {
        execvp(argv[0], (char *const *)(uintptr_t)argv);
    }
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(126);
}

void program_start(struct program *program, const char *const *argv,
                   const struct program_setting *setting)
{
    int ends[2];
    int input = memory_file(setting != NULL ? setting->input : NULL);
    *program = (struct program){.error_fd = memory_file(NULL)};
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    program->pid = fork();
    assert_true(program->pid >= 0);
    if (program->pid == 0) {
        dup2(input, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(program->error_fd, STDERR_FILENO);
        become(argv, setting);
    }
    close(input);
    close(ends[1]);
    program->output = fdopen(ends[0], "r");
    assert_non_null(program->output);
}

void program_start_on_terminal(struct program *program, const char *const *argv,
                               const struct program_setting *setting)
{
    int master = -1;
    *program = (struct program){.error_fd = memory_file(NULL)};
    program->pid = forkpty(&master, NULL, NULL, NULL);
    assert_true(program->pid >= 0);
    if (program->pid == 0) {
        setenv("TERM", "xterm", 1);
        become(argv, setting);
    }
    assert_int_equal(fcntl(master, F_SETFD, FD_CLOEXEC), 0);
    program->output = fdopen(master, "r");
    assert_non_null(program->output);
}

char *program_line(struct program *program)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t size = getline(&line, &cap, program->output);
    if (size <= 0) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

/* To the end; a terminal whose other side is closed ends with an error. */
static char *rest_of(FILE *file)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    char part[4096];
    assert_non_null(memory);
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) {
        fwrite(part, 1, n, memory);
    }
    fclose(memory);
    fclose(file);
    return text;
}

void program_end(struct program *program)
{
    int status = 0;
    program->out = rest_of(program->output);
    program->output = NULL;
    assert_int_equal(waitpid(program->pid, &status, 0), program->pid);
    program->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    program->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    lseek(program->error_fd, 0, SEEK_SET);
    FILE *errors = fdopen(program->error_fd, "r");
    assert_non_null(errors);
    program->err = rest_of(errors);
    program->error_fd = -1;
}

void program_run(struct program *program, const char *const *argv,
                 const struct program_setting *setting)
{
    program_start(program, argv, setting);
    program_end(program);
}

void program_done(struct program *program)
{
    free(program->out);
    free(program->err);
    *program = (struct program){.error_fd = -1};
}
