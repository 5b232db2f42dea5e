/* export --format F --out DIR - the actions as the manifests of another engine. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "export.h"
#include "json_text.h"
#include "memory.h"
#include "report.h"
#include "suggest.h"

static const struct {
    const char *name;
    bool (*run)(const struct export *export);
} formats[] = {
    {"openapi", export_openapi},       {"mcp", export_mcp},
    {"xsoar", export_xsoar},           {"splunk-soar", export_splunk},
    {"stackstorm", export_stackstorm}, {"n8n", export_n8n},
    {"shuffle", export_shuffle},       {"tracecat", export_tracecat},
};

#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

const char *export_format(size_t i)
{
    return i < N_FORMATS ? formats[i].name : NULL;
}

static bool (*find(const char *name, struct host_error *err))(const struct export *)
{
    const char *names[N_FORMATS];
    for (size_t i = 0; i < N_FORMATS; i++) {
        names[i] = formats[i].name;
        if (name && strcmp(name, names[i]) == 0)
            return formats[i].run;
    }
    host_error_set(err, SOAR_INVALID_ARGUMENT, "no format is called \"%s\"", name ? name : "");
    suggest_hint(name ? name : "", names, N_FORMATS, err->hint, sizeof(err->hint));
    if (!err->hint[0])
        host_error_hint(err, "--format is openapi, mcp, xsoar, splunk-soar, stackstorm, n8n, "
                             "shuffle or tracecat");
    return NULL;
}

static const char *text_or(struct json_object *meta, const char *key, const char *otherwise)
{
    const char *text = json_get_text(meta, key);
    return text ? text : otherwise;
}

int command_export(struct instance *instance)
{
    const struct options *options = instance->options;
    struct host_error err = {.status = SOAR_OK};
    struct json_object *meta = json_get(instance->actions.document, "_meta");
    struct export export = {
        .actions = &instance->actions,
        .meta = meta,
        .dir = options->out,
        .name = text_or(meta, "plugin", "plugin"),
        .title = text_or(meta, "title", text_or(meta, "plugin", "Plugin")),
        .description = text_or(meta, "description", ""),
        .version = text_or(meta, "plugin_version", "0.0.0"),
        .err = &err,
    };
    bool (*run)(const struct export *) = find(options->format, &err);
    char *pascal = make_words(export.name, 'P'), *kebab = make_words(export.name, '-');
    export.pascal = pascal;
    export.kebab = kebab;
    bool fine = run && run(&export);
    free(pascal);
    free(kebab);
    if (!fine)
        return report_host_error(&instance->err, options->json, "export", &err);
    if (options->json)
        printf("{\"ok\":true,\"actions\":%zu}\n", instance->actions.n);
    else
        fprintf(instance->out.out, "%zu actions for %s in %s\n", instance->actions.n,
                options->format, options->out);
    return SOAR_OK;
}
