/* check PLUGIN.so - the conformance suite. */
#include <fnmatch.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_report.h"
#include "commands.h"
#include "config_text.h"
#include "interrupt.h"
#include "memory.h"
#include "report.h"
#include "sandbox.h"
#include "text_file.h"

static const struct check *const groups[] = {checks_load,   checks_listing, checks_structs,
                                             checks_calls,  checks_results, checks_threads,
                                             checks_process};

#define CHECKS_MAX 64

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

/* The checks that the pattern names; NULL = all. */
static size_t choose(const char *pattern, const struct check *ret[CHECKS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        for (const struct check *check = groups[i]; check->name && n < CHECKS_MAX; check++)
            if (!pattern || fnmatch(pattern, check->name, 0) == 0)
                ret[n++] = check;
    return n;
}

static int list(const struct term *term, const struct check *const *checks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fprintf(term->out, "%-22s  ", checks[i]->name);
        term_wrap(term, checks[i]->says, 24);
    }
    return SOAR_OK;
}

/* What the checks hand to soar_init; dir is a directory that a private sandbox's files may use. */
static bool make_input(const struct options *options, struct sandbox *sandbox, const char *dir,
                       struct check_input *ret, struct host_error *err)
{
    static char path[PATH_MAX];
    char *config = NULL;
    *ret = (struct check_input){.plugin = path, .config = "", .seed = options->seed};
    if (!realpath(options->args[0], path)) {
        host_error_set(err, SOAR_NOT_FOUND, "no such plugin");
        host_error_where(err, "%s", options->args[0]);
        return false;
    }
    if (options->sandbox) {
        const char *const dirs[] = {dir, NULL};
        if (!sandbox_start(options->sandbox_bin, options->sandbox_args, sandbox, err))
            return false;
        interrupt_set_child(sandbox->pid);
        config = config_text_for_sandbox(sandbox, dirs);
        ret->config_len = strlen(config);
    } else if (options->config &&
               !text_file_read(options->config, &config, &ret->config_len, err)) {
        return false;
    }
    ret->config = config ? config : "";
    ret->has_config = config != NULL;
    ret->may_write = options->sandbox;
    return true;
}

static bool run_all(const struct options *options, const struct term *term,
                    const struct check_input *input, const struct check *const *checks, size_t n,
                    struct check_outcome *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (!check_child(checks[i], input, options->timeout_ms, &ret[i]))
            return false;
        if (!options->json)
            check_report_text(term, &ret[i]);
    }
    return true;
}

static int report(const struct options *options, const struct term *out, const struct term *err_out,
                  const struct check_input *input, const struct check_outcome *outcomes, size_t n)
{
    struct host_error err;
    int code = SOAR_OK;
    if (options->json)
        check_report_json(input, outcomes, n);
    else
        check_report_end(out, input, outcomes, n);
    for (size_t i = 0; i < n; i++)
        if (outcomes[i].verdict == CHECK_FAILED)
            code = SOAR_FAILED_PRECONDITION;
    if (options->junit && !check_report_junit(options->junit, input, outcomes, n, &err))
        return report_host_error(err_out, false, "--junit", &err);
    return code;
}

int command_check(const struct options *options)
{
    struct term out, err_out;
    struct host_error err;
    struct check_input input;
    struct sandbox sandbox = {0};
    struct check_outcome outcomes[CHECKS_MAX] = {0};
    const struct check *checks[CHECKS_MAX];
    char dir[] = "/tmp/soarhost-check-XXXXXX";
    size_t n = choose(options->only, checks);
    int code;
    term_init(&out, stdout, options->no_color || options->json);
    term_init(&err_out, stderr, options->no_color || options->json);
    if (n == 0) {
        host_error_set(&err, SOAR_NOT_FOUND, "no check has a name like \"%s\"", options->only);
        host_error_hint(&err, "soarhost check --list shows them");
        return report_host_error(&err_out, options->json, "--only", &err);
    }
    if (options->list)
        return list(&out, checks, n);
    if (!mkdtemp(dir)) {
        host_error_set(&err, SOAR_PERMISSION_DENIED, "no directory for temporary files");
        return report_host_error(&err_out, options->json, "check", &err);
    }
    if (!make_input(options, &sandbox, dir, &input, &err))
        code = report_host_error(&err_out, options->json, "check", &err);
    else if (run_all(options, &out, &input, checks, n, outcomes))
        code = report(options, &out, &err_out, &input, outcomes, n);
    else
        code = SOAR_CANCELLED;
    for (size_t i = 0; i < n; i++)
        check_outcome_done(&outcomes[i]);
    interrupt_set_child(0);
    sandbox_stop(&sandbox);
    if (input.has_config) {
        explicit_bzero((char *)input.config, input.config_len);
        free((char *)input.config);
    }
    nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return code;
}
