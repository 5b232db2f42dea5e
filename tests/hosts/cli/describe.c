#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_text.h"
#include "memory.h"
#include "render_json.h"
#include "report.h"
#include "schema_rows.h"

static void heading(const struct term *term, const char *text)
{
    fprintf(term->out, "\n%s%s%s\n", term_style(term, TERM_BOLD), text,
            term_style(term, TERM_PLAIN));
}

static void fact(const struct term *term, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    fprintf(term->out, "  %s%-10s%s  ", term_style(term, TERM_DIM), name,
            term_style(term, TERM_PLAIN));
    term_wrap(term, text, 14);
}

/* A member of _meta that may be text or an object, as one line. */
static void meta_fact(const struct term *term, const char *name, struct json_object *value)
{
    if (!value)
        return;
    char *text = json_text_of(value);
    fact(term, name, text);
    free(text);
}

static void print_facts(const struct term *term, const struct action *action)
{
    struct json_object *meta = action->meta;
    const char *method = json_get_text(meta, "method"), *path = json_get_text(meta, "path");
    struct json_object *scope = json_get(meta, "scope");
    if (method && path) {
        char *line = host_format("%s %s", method, path);
        fact(term, "request", line);
        free(line);
    }
    if (json_get_text(scope, "name")) {
        const char *access = json_get_text(scope, "access");
        char *line = host_format("%s: %s", json_get_text(scope, "name"), access ? access : "");
        fact(term, "scope", line);
        free(line);
    } else {
        meta_fact(term, "scope", scope);
    }
    fact(term, "effect", action_effect_name(action->effect));
    fact(term, "group", action->group);
    meta_fact(term, "paging", json_get(meta, "paging"));
    meta_fact(term, "retry", json_get(meta, "retry"));
    meta_fact(term, "operation", json_get(meta, "operation_id"));
}

static void print_inputs(const struct term *term, struct json_object *schema)
{
    static const char *const headings[] = {"name", "type", "required", "limits", "description"};
    struct table *table = table_new(headings, 5);
    heading(term, "Inputs");
    schema_rows_add(table, schema, schema, true);
    table_print(table, term, 2);
    table_free(table);
}

/* Only what differs between actions: the other members of a result document are always there. */
static void print_outputs(const struct term *term, struct json_object *schema)
{
    static const char *const headings[] = {"name", "type", "description"};
    static const char *const own[] = {"resources", "file", "value"};
    struct json_object *all = json_get(schema, "properties");
    struct json_object *some = json_object_new_object();
    struct json_object *properties = json_object_new_object();
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (json_get(all, own[i]))
            json_object_object_add(properties, own[i], json_object_get(json_get(all, own[i])));
    json_object_object_add(some, "properties", properties);
    struct table *table = table_new(headings, 3);
    heading(term,
            "Outputs (beside ok, status, http_status, meta, errors and error of every result)");
    schema_rows_add(table, schema, some, false);
    table_print(table, term, 2);
    table_free(table);
    json_object_put(some);
}

/* As one word for a shell. */
static void shell_quoted(const struct term *term, const char *text)
{
    putc('\'', term->out);
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", term->out);
        else
            term_text(term, text, 1);
    }
    putc('\'', term->out);
}

static void print_example(const struct term *term, const struct action *action)
{
    struct json_object *examples = json_get(action->meta, "examples");
    if (!json_object_is_type(examples, json_type_array) || json_object_array_length(examples) == 0)
        return;
    struct json_object *example = json_object_array_get_idx(examples, 0);
    char *input = json_text_of(json_get(example, "input"));
    heading(term, "Example");
    fprintf(term->out, "  soarhost --sandbox invoke %s ", action->name);
    shell_quoted(term, input);
    putc('\n', term->out);
    free(input);
    if (json_get(example, "output")) {
        fputs("  gives\n", term->out);
        render_json_pretty(term, json_get(example, "output"), 4);
    }
}

int command_describe(struct instance *instance)
{
    struct host_error err;
    const struct term *term = &instance->out;
    const struct action *action =
        actions_find(&instance->actions, instance->options->args[0], &err);
    if (!action)
        return report_host_error(&instance->err, instance->options->json, "describe", &err);
    if (instance->options->json) {
        struct json_object *tools = json_get(instance->actions.document, "tools");
        struct json_object *tool =
            json_object_array_get_idx(tools, (size_t)(action - instance->actions.items));
        puts(json_object_to_json_string_ext(tool, JSON_C_TO_STRING_PLAIN |
                                                      JSON_C_TO_STRING_NOSLASHESCAPE));
        return SOAR_OK;
    }
    fprintf(term->out, "%s%s%s - %s\n  ", term_style(term, TERM_BOLD), action->name,
            term_style(term, TERM_PLAIN), action->title);
    term_wrap(term, action->description, 2);
    putc('\n', term->out);
    print_facts(term, action);
    print_inputs(term, action->input_schema);
    print_outputs(term, action->output_schema);
    print_example(term, action);
    return SOAR_OK;
}
