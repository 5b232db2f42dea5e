/* Programs of the build as child processes, the way a shell runs them. They do not
 * outlive the test. Failures to start fail the running test. One thread. */
#ifndef E2E_PROGRAM_H
#define E2E_PROGRAM_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* How a program is started; all members may be NULL. */
struct program_setting {
    const char *dir;        /* working directory                                    */
    const char *input;      /* what stands on its standard input; NULL = nothing    */
    const char *const *env; /* NAME=VALUE ..., NULL: set; a NAME alone is taken out */
};

/* A program that runs, and what became of it. */
struct program {
    pid_t pid;
    FILE *output; /* its standard output, to read from while it runs              */
    int error_fd; /* a file in memory that takes its standard error               */
    int code;     /* exit code; -1 where a signal ended it                        */
    int signal;   /* the signal that ended it, or 0                               */
    char *out;    /* what program_end found on standard output, NUL at the end    */
    char *err;    /* the same of standard error                                   */
};

/* Starts argv[0] (a path, or a name to be found on PATH) with the NULL-terminated argv. */
void program_start(struct program *program, const char *const *argv,
                   const struct program_setting *setting);
/* Starts it on a terminal of its own, as input, output and errors, TERM being xterm. */
void program_start_on_terminal(struct program *program, const char *const *argv,
                               const struct program_setting *setting);
/* One line of its output without the newline, heap; NULL at the end of the output. Waits for it. */
char *program_line(struct program *program);
/* Reads output and errors to their end, waits for the end of the program, and fills in the rest. */
void program_end(struct program *program);
/* program_start and program_end. */
void program_run(struct program *program, const char *const *argv,
                 const struct program_setting *setting);
/* Frees what program_end gave. */
void program_done(struct program *program);

#endif
