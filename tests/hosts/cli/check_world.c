#include "check_world.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "memory.h"

char *check_example(const struct action *action, size_t i)
{
    struct json_object *examples = json_get(action->meta, "examples");
    if (!json_object_is_type(examples, json_type_array) || i >= json_object_array_length(examples))
        return NULL;
    struct json_object *input = json_get(json_object_array_get_idx(examples, i), "input");
    return input ? host_strdup(json_object_to_json_string_ext(input, JSON_C_TO_STRING_PLAIN))
                 : NULL;
}

static void choose_probe(struct check_world *world)
{
    const struct action *chosen = NULL;
    for (size_t i = 0; i < world->actions.n && (!chosen || chosen->effect != EFFECT_READ); i++) {
        const struct action *action = &world->actions.items[i];
        if (json_get(action->meta, "examples") && (!chosen || action->effect == EFFECT_READ))
            chosen = action;
    }
    if (!chosen)
        return;
    world->probe.action = chosen->name;
    world->probe.input = check_example(chosen, 0);
    world->probe.flags = chosen->effect == EFFECT_READ ? 0 : SOAR_CALL_DRY_RUN;
    if (!world->probe.input)
        world->probe.action = NULL;
}

bool check_world_load(struct check_run *run, struct check_world *ret)
{
    struct host_error err;
    memset(ret, 0, sizeof(*ret));
    ret->event_fd = -1;
    if (!plugin_load(run->input->plugin, &ret->api, &err) ||
        !actions_read(&ret->api, &ret->actions, &err)) {
        check_fail(run, "%s", err.message);
        return false;
    }
    choose_probe(ret);
    return true;
}

bool check_world_init(struct check_run *run, struct check_world *world, const soar_host *host,
                      soar_plugin **ret_plugin)
{
    const struct check_input *input = run->input;
    soar_result err = {.struct_size = sizeof(err)};
    soar_status status =
        world->api.init(host, input->config, input->config_len, ret_plugin, &world->event_fd, &err);
    if (status == SOAR_OK)
        return true;
    if (input->has_config)
        check_fail(run, "soar_init refuses the configuration: %.300s", err.json ? err.json : "");
    else
        check_skip(run, "the plugin wants a configuration: --config FILE or --sandbox");
    return false;
}

bool check_world_open(struct check_run *run, struct check_world *ret)
{
    return check_world_load(run, ret) && check_world_init(run, ret, NULL, &ret->plugin);
}

soar_call check_call_of(const char *action, const char *input, uint32_t flags)
{
    return (soar_call){.struct_size = sizeof(soar_call),
                       .flags = flags,
                       .action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input),
                       .in_fd = -1,
                       .out_fd = -1};
}

bool check_probe_call(struct check_run *run, const struct check_world *world, soar_call *ret_call)
{
    if (!world->probe.action) {
        check_skip(run, "no action has an example input");
        return false;
    }
    *ret_call = check_call_of(world->probe.action, world->probe.input, world->probe.flags);
    return true;
}

/* ------------------------------------------------------------------ result documents */

static const char *breach_of_error(soar_status status, struct json_object *document)
{
    struct json_object *error = json_get(document, "error");
    if ((error != NULL) != (status != SOAR_OK))
        return status == SOAR_OK ? "\"error\" is there though the status is OK"
                                 : "\"error\" is missing though the status is not OK";
    if (!error)
        return NULL;
    if (!json_get_text(error, "code") ||
        strcmp(json_get_text(error, "code"), host_status_name(status)) != 0)
        return "error.code is not the name of the status";
    if (!json_get_text(error, "message") || !*json_get_text(error, "message"))
        return "error.message is missing";
    return NULL;
}

static const char *breach(soar_status returned, const soar_result *result,
                          struct json_object *document)
{
    struct json_object *ok;
    if (result->status != returned)
        return "the status in the result is not the one returned";
    if (strcmp(host_status_name(returned), "UNKNOWN_STATUS") == 0)
        return "the status is none of soar_plugin.h";
    if (result->kind != SOAR_KIND_DONE)
        return "its kind is not SOAR_KIND_DONE";
    if (!json_object_is_type(document, json_type_object))
        return "its json is no JSON object";
    if (!json_object_object_get_ex(document, "ok", &ok) ||
        !json_object_is_type(ok, json_type_boolean))
        return "\"ok\" is not true or false";
    if (json_object_get_boolean(ok) != (returned == SOAR_OK))
        return "\"ok\" contradicts the status";
    if (!json_get_text(document, "status") ||
        strcmp(json_get_text(document, "status"), host_status_name(returned)) != 0)
        return "\"status\" is not the name of the status";
    return breach_of_error(returned, document);
}

bool check_result(struct check_run *run, soar_status returned, const soar_result *result,
                  const char *what, struct json_object **ret_document)
{
    struct host_error err;
    struct json_object *document = NULL;
    const char *wrong = NULL;
    if (!result->json)
        wrong = "it has no json";
    else if (result->json[result->json_len] != '\0' || strlen(result->json) != result->json_len)
        wrong = "its json does not end with the NUL that json_len promises";
    else if (!json_text_parse(result->json, result->json_len, "result", &document, &err))
        wrong = err.message;
    else
        wrong = breach(returned, result, document);
    if (wrong) {
        check_fail(run, "%.160s: status %s: %s", what, host_status_name(returned), wrong);
        json_object_put(document);
        document = NULL;
    }
    if (ret_document)
        *ret_document = document;
    else
        json_object_put(document);
    return wrong == NULL;
}

soar_status check_invoke(struct check_run *run, const struct check_world *world,
                         const soar_call *call, const char *what, struct json_object **ret_document)
{
    soar_result result = {.struct_size = sizeof(result)};
    soar_status status = world->api.invoke(world->plugin, call, &result);
    check_result(run, status, &result, what, ret_document);
    world->api.release(&result);
    return status;
}
