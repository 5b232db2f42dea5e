#include "gen/check.h"

#include <string.h>

#include "gen/schema.h"
#include "gen/tables.h"
#include "validate.h"

static bool check_models(const struct source *source, struct problems *problems)
{
    size_t before = problems->n;
    bool sound = true;
    for (size_t i = 0; i < source->n_models; i++) {
        struct place place = {source->models[i].file, ""};
        sound &= source->models[i].json != NULL;
        if (source->models[i].json != NULL)
            check_schema(source, source->models[i].json, SIDE_MODEL, &place, problems);
    }
    if (source_model(source, "schemas/result.json") == NULL) {
        struct place place = {"schemas/result.json", ""};
        problem(problems, &place, "", "missing: the members that every result has");
    }
    return sound && problems->n == before;
}

static void check_example(const struct source *source, struct json_object *action,
                          struct json_object *example, struct place *place,
                          struct problems *problems)
{
    struct schema_builder builder = {.source = source};
    struct json_object *input = schema_exclude(member(action, "input"));
    struct json_object *output = schema_of_output(source, action);
    /* An example shows what is particular to the action, not what all results have. */
    json_object_object_del(output, "required");
    struct action limits = {.input = schema_build(&builder, input)};
    problem_if_invalid(problems, place, "/input", limits.input, member(example, "input"));
    problem_if_invalid(problems, place, "/output", schema_build(&builder, output),
                       member(example, "output"));
    struct violations violations = {0};
    limits.limits = tables_limits(&builder.arena, action, &limits.n_limits);
    validate_limits(&limits, member(example, "input"), &violations);
    for (size_t i = 0; i < violations.n; i++)
        problem(problems, place,
                arena_printf(&builder.arena, "/input%s", violations.items[i].pointer), "%s",
                violations.items[i].message);
    violations_done(&violations);
    json_object_put(input);
    json_object_put(output);
    schema_builder_done(&builder);
}

void check_examples(const struct source *source, struct problems *problems)
{
    for (size_t i = 0; i < source->n_actions; i++) {
        if (!source->actions[i].sound)
            continue;
        struct place place = {source->actions[i].file, "/examples"};
        struct json_object *examples = member(source->actions[i].json, "examples");
        for (size_t j = 0; examples != NULL && j < length_of(examples); j++) {
            size_t mark = enter_index(&place, j);
            check_example(source, source->actions[i].json, json_object_array_get_idx(examples, j),
                          &place, problems);
            leave(&place, mark);
        }
    }
}

void check_service(const struct source *source, struct problems *problems)
{
    struct place place = {source->service.file, ""};
    struct json_object *json = source->service.json;
    if (json == NULL || !problem_if_invalid(problems, &place, "", schema_meta_service(), json))
        return;
    struct json_object *clouds = member(json, "clouds");
    for (size_t i = 0; i < length_of(clouds); i++) {
        struct json_object *cloud = json_object_array_get_idx(clouds, i);
        size_t mark = enter(&place, "clouds");
        enter_index(&place, i);
        const char *url = member_text(cloud, "base_url");
        if (strncmp(url, "https://", 8) != 0 || url[strlen(url) - 1] == '/')
            problem(problems, &place, "/base_url", "expected https:// and no / at the end");
        for (size_t j = 0; j < i; j++)
            if (member_is(json_object_array_get_idx(clouds, j), "name", member_text(cloud, "name")))
                problem(problems, &place, "/name", "\"%s\" stands twice",
                        member_text(cloud, "name"));
        leave(&place, mark);
    }
    struct json_object *auth = member(json, "auth");
    if (member_text(auth, "token_path")[0] != '/' || member_text(auth, "revoke_path")[0] != '/')
        problem(problems, &place, "/auth", "expected paths that begin with /");
    if (json_object_get_int64(member(auth, "renew_ahead_s")) >=
        json_object_get_int64(member(auth, "default_ttl_s")))
        problem(problems, &place, "/auth/renew_ahead_s", "expected less than default_ttl_s");
}

void check_all(struct source *source, struct problems *problems)
{
    check_service(source, problems);
    bool sound = check_models(source, problems);
    if (!check_recursion(source, problems))
        return; /* nothing may follow references                                                 */
    check_actions(source, problems);
    check_sides(source, problems);
    if (!sound)
        return; /* what follows builds on sound models                                           */
    check_values(source, problems);
    check_examples(source, problems);
}
