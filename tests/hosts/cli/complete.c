/* complete WHAT [ACTION] - words for the completion of shells, one a line, a tab and its meaning behind it. */
#include <string.h>

#include "commands.h"
#include "export.h"
#include "options.h"
#include "report.h"

static void print_pair(const struct term *term, const char *word, const char *meaning)
{
    fprintf(term->out, "%s\t", word);
    term_text(term, meaning, strlen(meaning));
    putc('\n', term->out);
}

static int actions(struct instance *instance)
{
    for (size_t i = 0; i < instance->actions.n; i++)
        print_pair(&instance->out, instance->actions.names[i], instance->actions.items[i].title);
    return SOAR_OK;
}

static int keys(struct instance *instance)
{
    struct export_fields inputs;
    struct host_error err;
    const char *name = instance->options->args[1];
    const struct action *action = actions_find(&instance->actions, name ? name : "", &err);
    if (!action)
        return report_host_error(&instance->err, instance->options->json, "complete", &err);
    export_inputs(action, &inputs);
    for (size_t i = 0; i < inputs.n; i++)
        print_pair(&instance->out, inputs.items[i].path, inputs.items[i].description);
    export_fields_done(&inputs);
    return SOAR_OK;
}

static int commands(struct instance *instance)
{
    const char *name, *wants;
    for (size_t i = 0; options_command(i, &name, &wants); i++)
        print_pair(&instance->out, name, wants);
    return SOAR_OK;
}

static int formats(struct instance *instance)
{
    const char *name;
    for (size_t i = 0; (name = export_format(i)) != NULL; i++)
        print_pair(&instance->out, name, "");
    return SOAR_OK;
}

static const struct {
    const char *what;
    int (*run)(struct instance *instance);
} lists[] = {{"actions", actions}, {"keys", keys}, {"commands", commands}, {"formats", formats}};

int command_complete(struct instance *instance)
{
    struct host_error err;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (strcmp(lists[i].what, instance->options->args[0]) == 0)
            return lists[i].run(instance);
    host_error_set(&err, SOAR_INVALID_ARGUMENT, "there is no list of \"%s\"",
                   instance->options->args[0]);
    host_error_hint(&err, "it is: complete actions, keys ACTION, commands or formats");
    return report_host_error(&instance->err, instance->options->json, "complete", &err);
}
