#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "flow_lint.h"
#include "json_text.h"
#include "report.h"

/* What a flow needs, by its actions. */
struct needs {
    struct json_object *scopes;  /* name -> {"read": true, "write": true} */
    struct json_object *effects; /* "read", "write", ... -> [action] */
    struct json_object *actions; /* name -> true */
};

static struct json_object *member(struct json_object *object, const char *key, bool list)
{
    struct json_object *value = json_get(object, key);
    if (!value) {
        value = list ? json_object_new_array() : json_object_new_object();
        json_object_object_add(object, key, value);
    }
    return value;
}

static void note_action(struct needs *needs, const struct action *action)
{
    struct json_object *scope = json_get(action->meta, "scope");
    const char *name = json_get_text(scope, "name"), *access = json_get_text(scope, "access");
    if (json_get(needs->actions, action->name))
        return;
    json_object_object_add(needs->actions, action->name, json_object_new_boolean(1));
    if (name && access)
        json_object_object_add(member(needs->scopes, name, false), access,
                               json_object_new_boolean(1));
    json_object_array_add(member(needs->effects, action_effect_name(action->effect), true),
                          json_object_new_string(action->name));
}

static struct needs needs_of(const struct flow *flow, const struct actions *actions)
{
    struct needs needs = {json_object_new_object(), json_object_new_object(),
                          json_object_new_object()};
    for (int effect = EFFECT_READ; effect <= EFFECT_DESTRUCTIVE; effect++)
        (void)member(needs.effects, action_effect_name((enum action_effect)effect), true);
    for (size_t i = 0; i < flow->n_steps; i++) {
        const struct action *action = flow->steps[i].kind == FLOW_ACTION
                                          ? actions_find(actions, flow->steps[i].doing, NULL)
                                          : NULL;
        if (action)
            note_action(&needs, action);
    }
    return needs;
}

static void needs_done(struct needs *needs)
{
    json_object_put(needs->scopes);
    json_object_put(needs->effects);
    json_object_put(needs->actions);
}

static struct json_object *scope_list(const struct needs *needs)
{
    struct json_object *list = json_object_new_array();
    json_object_object_foreach(needs->scopes, name, accesses)
    {
        struct json_object *one = json_object_new_object(), *access = json_object_new_array();
        json_object_object_foreach(accesses, key, unused)
        {
            (void)unused;
            json_object_array_add(access, json_object_new_string(key));
        }
        json_object_object_add(one, "name", json_object_new_string(name));
        json_object_object_add(one, "access", access);
        json_object_array_add(list, one);
    }
    return list;
}

static void print_json(const struct flow *flow, const struct needs *needs,
                       const struct flow_problems *problems)
{
    struct json_object *document = json_object_new_object(), *list = json_object_new_array();
    soar_status status = problems->n ? problems->items[0].status : SOAR_OK;
    for (size_t i = 0; i < problems->n; i++) {
        struct json_object *one = json_object_new_object();
        json_object_object_add(one, "where", json_object_new_string(problems->items[i].where));
        json_object_object_add(one, "message", json_object_new_string(problems->items[i].message));
        if (problems->items[i].hint[0])
            json_object_object_add(one, "hint", json_object_new_string(problems->items[i].hint));
        json_object_array_add(list, one);
    }
    json_object_object_add(document, "ok", json_object_new_boolean(status == SOAR_OK));
    json_object_object_add(document, "status", json_object_new_string(host_status_name(status)));
    if (flow->name) {
        json_object_object_add(document, "flow", json_object_new_string(flow->name));
        json_object_object_add(document, "steps", json_object_new_int64((int64_t)flow->n_steps));
        json_object_object_add(document, "scopes", scope_list(needs));
        json_object_object_add(document, "effects", json_object_get(needs->effects));
    }
    json_object_object_add(document, "problems", list);
    puts(json_object_to_json_string_ext(document,
                                        JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(document);
}

static void print_text(const struct term *term, const char *file, const struct flow *flow,
                       const struct needs *needs, size_t n_problems)
{
    fprintf(term->out, "%s: ", file);
    term_text(term, flow->name, strlen(flow->name));
    fprintf(term->out, ", %zu steps\n", flow->n_steps);
    json_object_object_foreach(needs->scopes, name, accesses)
    {
        bool read = json_get(accesses, "read") != NULL, write = json_get(accesses, "write") != NULL;
        fprintf(term->out, "  scope   %s: %s%s%s\n", name, read ? "read" : "",
                read && write ? ", " : "", write ? "write" : "");
    }
    json_object_object_foreach(needs->effects, effect, list)
    {
        if (json_object_array_length(list) == 0)
            continue;
        fprintf(term->out, "  %s:", effect);
        for (size_t i = 0; i < json_object_array_length(list); i++)
            fprintf(term->out, " %s", json_object_get_string(json_object_array_get_idx(list, i)));
        putc('\n', term->out);
    }
    if (n_problems == 0)
        fputs("  nothing is wrong with it\n", term->out);
    else
        fprintf(term->out, "  %zu problem%s\n", n_problems, n_problems == 1 ? "" : "s");
    fflush(term->out);
}

static int report(struct instance *instance, const struct flow *flow,
                  const struct flow_problems *problems)
{
    const struct options *options = instance->options;
    struct needs needs = needs_of(flow, &instance->actions);
    if (options->json)
        print_json(flow, &needs, problems);
    else if (flow->name)
        print_text(&instance->out, options->args[0], flow, &needs, problems->n);
    for (size_t i = 0; !options->json && i < problems->n; i++)
        report_host_error(&instance->err, false, options->args[0], &problems->items[i]);
    needs_done(&needs);
    return problems->n ? host_exit_code(problems->items[0].status) : SOAR_OK;
}

int command_lint(struct instance *instance)
{
    struct json_object *document = NULL;
    struct flow_problems problems = {0};
    struct host_error err;
    struct flow flow = {0};
    if (!json_text_read(instance->options->args[0], &document, &err))
        return report_host_error(&instance->err, instance->options->json, "lint", &err);
    if (flow_from_json(document, &flow, &problems))
        (void)flow_lint(&flow, &instance->actions, &problems);
    int code = report(instance, &flow, &problems);
    flow_done(&flow);
    flow_problems_done(&problems);
    return code;
}
