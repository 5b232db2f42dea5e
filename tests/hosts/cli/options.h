/*
 * options.h - the command line.
 */
#ifndef SOARHOST_OPTIONS_H
#define SOARHOST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_ARGS 3

/* The command line, read. All texts are those of argv or of the environment. */
struct options {
    const char *command;            /* one of those in options.c                                 */
    const char *args[OPTIONS_ARGS]; /* what follows the command; the rest NULL                   */
    size_t n_args;
    const char *plugin;   /* NULL = the usual places                                             */
    const char *config;   /* file, or NULL                                                       */
    const char *input;    /* --input of run, or NULL                                             */
    const char *work_dir; /* --work-dir of run, or NULL                                          */
    const char *sandbox_bin;
    const char **sandbox_args; /* NULL at the end                                                */
    size_t n_sandbox_args;
    const char *only;    /* --only of check, or NULL                                             */
    const char *junit;   /* --junit of check, or NULL                                            */
    const char *format;  /* --format of export                                                   */
    const char *out;     /* --out of export                                                      */
    const char *plan;    /* --plan of invoke, or NULL                                            */
    const char *tools;   /* --tools of mcp, or NULL                                              */
    const char *fields;  /* --fields of mcp, or NULL                                             */
    const char *key;     /* --key of invoke, or NULL                                             */
    uint64_t seed;       /* --seed of check; 1 where it is not given                             */
    uint64_t timeout_ms; /* 0 = the plugin's default                                             */
    bool sandbox, json, dry_run, no_color, verbose, list, read_only;
};

/* options_read - reads argv by argp; --help, --usage and --version answer and end the process, a
 * wrong command line is explained on stderr with the nearest name and ends it with exit code 64
 * (HOST_EXIT_USAGE). Release with options_done. */
void options_read(int argc, char **argv, struct options *ret);
void options_done(struct options *options);

/* options_command - the i-th command and how it is called; static. False past the last. */
bool options_command(size_t i, const char **ret_name, const char **ret_wants);

#endif
