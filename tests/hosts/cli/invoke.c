#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "memory.h"
#include "report.h"
#include "result_view.h"
#include "text_file.h"

/* The input as given on the command line: JSON, @FILE, or - for standard input; {} without. */
static bool read_input(const char *given, char **ret_text, size_t *ret_len, struct host_error *err)
{
    if (given && strcmp(given, "-") == 0)
        return text_file_read("-", ret_text, ret_len, err);
    if (given && given[0] == '@')
        return text_file_read(given + 1, ret_text, ret_len, err);
    *ret_text = host_strdup(given ? given : "{}");
    *ret_len = strlen(*ret_text);
    return true;
}

static int call(struct instance *instance, const struct action *action, const char *input,
                size_t len)
{
    struct outcome outcome;
    bool json = instance->options->json;
    uint32_t flags = instance->options->dry_run ? SOAR_CALL_DRY_RUN : 0;
    instance_call(instance, action, input, len, flags, &outcome);
    if (json && outcome.json)
        puts(outcome.json);
    else if (!json && (outcome.status == SOAR_OK || outcome.status == SOAR_PARTIAL))
        result_print(&instance->out, outcome.document, outcome.ms);
    fflush(stdout);
    if (outcome.status != SOAR_OK && !(json && outcome.json))
        report_outcome_error(&instance->err, json, action->name, &outcome);
    int code = host_exit_code(outcome.status);
    outcome_done(&outcome);
    return code;
}

int command_invoke(struct instance *instance)
{
    const struct options *options = instance->options;
    struct host_error err;
    struct outcome refused;
    char *input = NULL, here[PATH_MAX];
    size_t len = 0;
    const struct action *action = actions_find(&instance->actions, options->args[0], &err);
    if (!action || !read_input(options->args[1], &input, &len, &err))
        return report_host_error(&instance->err, options->json, "invoke", &err);
    const char *dirs[] = {getcwd(here, sizeof(here)) ? here : "/tmp", NULL};
    int code;
    if (instance_connect(instance, dirs, &refused, &err)) {
        code = call(instance, action, input, len);
    } else if (refused.document) {
        code = report_outcome_error(&instance->err, options->json, "configuration", &refused);
        outcome_done(&refused);
    } else {
        code = report_host_error(&instance->err, options->json, action->name, &err);
    }
    free(input);
    return code;
}
