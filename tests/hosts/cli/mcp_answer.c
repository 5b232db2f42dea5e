#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "mcp.h"
#include "memory.h"
#include "result_view.h"

#define PLAIN (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

char *mcp_input(const struct action *action, struct json_object *arguments)
{
    static const char *const said[] = {"limit", "all", "max_items", "parameters"};
    struct json_object *limit = json_get(json_get(action->input_schema, "properties"), "limit");
    struct json_object *most = json_get(limit, "maximum");
    struct json_object *input = NULL;
    bool wanted = action->paged && limit;
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
        wanted = wanted && !json_object_object_get_ex(arguments, said[i], NULL);
    if (arguments)
        json_object_deep_copy(arguments, &input, NULL);
    if (!input)
        input = json_object_new_object();
    if (wanted && (!most || json_object_get_int64(most) >= MCP_PAGE))
        json_object_object_add(input, "limit", json_object_new_int(MCP_PAGE));
    char *text = host_strdup(json_object_to_json_string_ext(input, PLAIN));
    json_object_put(input);
    return text;
}

/* The members of a resource that are named; the whole of it where it has none of them. */
static struct json_object *pick(struct json_object *resource, const char *fields)
{
    if (!json_object_is_type(resource, json_type_object))
        return json_object_get(resource);
    struct json_object *picked = json_object_new_object();
    char *copy = host_strdup(fields), *rest = copy, *name;
    while ((name = strsep(&rest, ",")) != NULL) {
        struct json_object *value = NULL;
        if (json_object_object_get_ex(resource, name, &value))
            json_object_object_add(picked, name, json_object_get(value));
    }
    free(copy);
    if (json_object_object_length(picked) > 0)
        return picked;
    json_object_put(picked);
    return json_object_get(resource);
}

/* Leaves of the resources what was asked for and what there is room for; how many were left out. */
static size_t cut_resources(struct json_object *document, const char *fields)
{
    struct json_object *all = json_get(document, "resources"), *kept;
    size_t size = 0, n, count = 0;
    if (!json_object_is_type(all, json_type_array))
        return 0;
    n = json_object_array_length(all);
    kept = json_object_new_array();
    for (; count < n; count++) {
        struct json_object *resource = json_object_array_get_idx(all, count);
        resource = fields ? pick(resource, fields) : json_object_get(resource);
        size += strlen(json_object_to_json_string_ext(resource, PLAIN));
        if (count > 0 && size > MCP_MOST_BYTES) {
            json_object_put(resource);
            break;
        }
        json_object_array_add(kept, resource);
    }
    json_object_object_add(document, "resources", kept);
    return n - count;
}

static void add_text(struct json_object *content, const char *text)
{
    struct json_object *block = json_object_new_object();
    json_object_object_add(block, "type", json_object_new_string("text"));
    json_object_object_add(block, "text", json_object_new_string(text));
    json_object_array_add(content, block);
}

static void write_part(FILE *out, const char *before, const char *text)
{
    if (text && *text)
        fprintf(out, "%s%s", before, text);
}

/* What became of it, in a few words; of an error also where, what to do, and what was done. */
static char *say(const struct outcome *outcome, size_t left_out)
{
    struct json_object *error = json_get(outcome->document, "error");
    struct json_object *total =
        json_get(json_get(json_get(outcome->document, "meta"), "pagination"), "total");
    char *summary = result_summary(outcome->document), *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out) {
        return summary;
    }
    if (outcome->status != SOAR_OK)
        fprintf(out, "%s: ", host_status_name(outcome->status));
    fputs(summary, out);
    write_part(out, "\nwhere: ", json_get_text(error, "where"));
    write_part(out, "\nhint: ", json_get_text(error, "hint"));
    write_part(out, "\noutcome: ", json_get_text(error, "outcome"));
    if (total)
        fprintf(out, "\n%s in all", json_object_get_string(total));
    if (left_out > 0)
        fprintf(out,
                "\n%zu more are left out here to keep the answer small: ask for fewer at a time",
                left_out);
    free(summary);
    if (fclose(out) == 0)
        return text;
    free(text);
    return host_strdup("");
}

struct json_object *mcp_answer(const struct options *options, struct outcome *outcome)
{
    struct json_object *result = json_object_new_object(), *content = json_object_new_array();
    size_t left_out = cut_resources(outcome->document, options->fields);
    char *words = say(outcome, left_out);
    add_text(content, words);
    add_text(content, json_object_to_json_string_ext(outcome->document, PLAIN));
    json_object_object_add(result, "content", content);
    json_object_object_add(result, "structuredContent", json_object_get(outcome->document));
    json_object_object_add(result, "isError", json_object_new_boolean(outcome->status != SOAR_OK));
    free(words);
    return result;
}
