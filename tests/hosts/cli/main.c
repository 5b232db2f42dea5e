/*
 * soarhost - a command line host for action plugins. It knows a plugin only by soar_plugin.h.
 */
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "options.h"
#include "report.h"

static const struct {
    const char *name;
    int (*run)(struct instance *instance);
} commands[] = {
    {"list", command_list},         {"describe", command_describe}, {"invoke", command_invoke},
    {"run", command_run},           {"lint", command_lint},         {"export", command_export},
    {"complete", command_complete}, {"mcp", command_mcp},
};

/* Those that load no plugin into this process. */
static const struct {
    const char *name;
    int (*run)(const struct options *options);
} apart[] = {
    {"check", command_check},
};

static bool run_apart(const struct options *options, int *ret_code)
{
    for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++) {
        if (strcmp(apart[i].name, options->command) == 0) {
            *ret_code = apart[i].run(options);
            return true;
        }
    }
    return false;
}

static int run_command(struct instance *instance)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, instance->options->command) == 0)
            return commands[i].run(instance);
    return HOST_EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct options options;
    struct instance instance;
    struct host_error err;
    struct term term;
    int code;
    options_read(argc, argv, &options);
    term_init(&term, stderr, options.no_color);
    if (!interrupt_start(&err)) {
        code = report_host_error(&term, options.json, NULL, &err);
    } else if (run_apart(&options, &code)) {
        /* it has told all itself */
    } else if (!instance_open(&options, &instance, &err)) {
        code = report_host_error(&term, options.json, NULL, &err);
    } else {
        code = run_command(&instance);
        instance_close(&instance);
    }
    interrupt_stop();
    options_done(&options);
    if (fflush(stdout) != 0 && code == 0)
        code = SOAR_INTERNAL;
    return code;
}
