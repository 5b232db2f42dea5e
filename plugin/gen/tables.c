#include "gen/tables.h"

#include <string.h>

#include "gen/schema.h"
#include "gen/tables_schema.h"

static const char head[] = "/* Made by mkcatalog from the manifests. Not to be edited. */\n"
                           "#include \"catalog.h\"\n\n"
                           "#ifdef __GNUC__\n"
                           "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
                           "#endif\n\n"
                           "/* Every bound of a schema, -1 = none. */\n"
                           "#define LIMITS(a, b, c, d, e, f) \\\n"
                           "    .min_length = a, .max_length = b, .min_items = c, .max_items = d, "
                           ".min_properties = e, \\\n"
                           "    .max_properties = f\n\n";

const struct action_limit *tables_limits(struct arena *arena, struct json_object *action,
                                         size_t *ret_n)
{
    struct json_object *limits = member(action, "limits");
    size_t n = length_of(limits);
    struct action_limit *list = n > 0 ? arena_alloc(arena, n * sizeof(*list)) : NULL;
    for (size_t i = 0; i < n; i++) {
        struct json_object *limit = json_object_array_get_idx(limits, i);
        struct json_object *lists = member(limit, "sum_items");
        list[i].joined_chars = has(limit, "joined_chars");
        list[i].n_pointers = list[i].joined_chars ? 1 : length_of(lists);
        list[i].max = json_object_get_int64(member(limit, "max"));
        const char **pointers = arena_alloc(arena, list[i].n_pointers * sizeof(*pointers));
        for (size_t j = 0; j < list[i].n_pointers; j++)
            pointers[j] = list[i].joined_chars
                              ? member_text(limit, "joined_chars")
                              : json_object_get_string(json_object_array_get_idx(lists, j));
        list[i].pointers = pointers;
    }
    *ret_n = n;
    return list;
}

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, "     .%s = ", name);
    c_string(out, text);
    buf_adds(out, ",\n");
}

/* The value of an enumeration by the manifest's word; first where there is none. */
static void add_choice(struct buf *out, const char *name, const char *word,
                       const char *const (*choices)[2])
{
    size_t i = 0;
    while (choices[i][0] != NULL && strcmp(choices[i][0], word) != 0)
        i++;
    buf_addf(out, "     .%s = %s,\n", name, choices[i][0] != NULL ? choices[i][1] : choices[0][1]);
}

static const char *const bodies[][2] = {{"", "BODY_NONE"},
                                        {"object", "BODY_OBJECT"},
                                        {"list", "BODY_LIST"},
                                        {"multipart", "BODY_MULTIPART"},
                                        {NULL, NULL}};
static const char *const answers[][2] = {{"resources", "ANSWER_RESOURCES"},
                                         {"empty", "ANSWER_EMPTY"},
                                         {"value", "ANSWER_VALUE"},
                                         {"file", "ANSWER_FILE"},
                                         {NULL, NULL}};
static const char *const retries[][2] = {{"never", "RETRY_NEVER"},
                                         {"safe", "RETRY_SAFE"},
                                         {"idempotent", "RETRY_IDEMPOTENT"},
                                         {"reconcile", "RETRY_RECONCILE"},
                                         {NULL, NULL}};
static const char *const pagings[][2] = {
    {"", "PAGING_NONE"}, {"offset", "PAGING_OFFSET"}, {"after", "PAGING_AFTER"}, {NULL, NULL}};

static void add_texts(struct buf *out, struct json_object *list)
{
    buf_adds(out, "(const char *const[]){");
    for (size_t i = 0; i < length_of(list); i++) {
        c_string(out, json_object_get_string(json_object_array_get_idx(list, i)));
        buf_adds(out, ", ");
    }
    buf_adds(out, "NULL}");
}

static void add_http(struct buf *out, struct json_object *http)
{
    add_text(out, "method", member_text(http, "method"));
    add_text(out, "path", member_text(http, "path"));
    buf_adds(out, "     .success = (const int[]){");
    struct json_object *success = member(http, "success");
    for (size_t i = 0; i < length_of(success); i++)
        buf_addf(out, "%d, ", json_object_get_int(json_object_array_get_idx(success, i)));
    buf_adds(out, "0},\n");
    add_choice(out, "body", member_text(http, "body"), bodies);
    add_choice(out, "answer", member_text(http, "answer"), answers);
    if (has(http, "link")) {
        buf_adds(out, "     .links = ");
        add_texts(out, member(http, "link"));
        buf_adds(out, ",\n");
    }
}

static void add_limits(struct buf *out, struct json_object *action)
{
    struct arena arena = {0};
    size_t n;
    const struct action_limit *limits = tables_limits(&arena, action, &n);
    if (n > 0)
        buf_adds(out, "     .limits = (const struct action_limit[]){");
    for (size_t i = 0; i < n; i++) {
        buf_addf(out, "%s{.joined_chars = %s, .max = %lld, .n_pointers = %zu,\n", i > 0 ? ", " : "",
                 limits[i].joined_chars ? "true" : "false", (long long)limits[i].max,
                 limits[i].n_pointers);
        buf_adds(out, "         .pointers = (const char *const[]){");
        for (size_t j = 0; j < limits[i].n_pointers; j++) {
            buf_adds(out, j > 0 ? ", " : "");
            c_string(out, limits[i].pointers[j]);
        }
        buf_adds(out, "}}");
    }
    if (n > 0)
        buf_addf(out, "},\n     .n_limits = %zu,\n", n);
    arena_done(&arena);
}

static void add_hints(struct buf *out, struct json_object *hints)
{
    static const char *const bits[][2] = {{"readOnlyHint", "ANNOTATION_READ_ONLY"},
                                          {"destructiveHint", "ANNOTATION_DESTRUCTIVE"},
                                          {"idempotentHint", "ANNOTATION_IDEMPOTENT"},
                                          {"openWorldHint", "ANNOTATION_OPEN_WORLD"}};
    buf_adds(out, "     .annotations = 0");
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
        if (json_object_get_boolean(member(hints, bits[i][0])))
            buf_addf(out, " | %s", bits[i][1]);
    buf_adds(out, ",\n");
}

static void add_action(struct buf *out, const struct document *document, const char *input)
{
    struct json_object *json = document->json, *scope = member(json, "scope");
    struct json_object *paging = member(json, "paging"), *chunk = member(json, "chunk");
    bool undocumented =
        has(json, "documented") && !json_object_get_boolean(member(json, "documented"));
    buf_adds(out, "    {\n");
    add_text(out, "name", document->name);
    add_text(out, "operation_id", member_text(json, "operation_id"));
    add_text(out, "group", document->group);
    buf_addf(out, "     .documented = %s,\n", undocumented ? "false" : "true");
    add_http(out, member(json, "http"));
    add_text(out, "scope_name", member_text(scope, "name"));
    buf_addf(out, "     .scope_write = %s,\n",
             member_is(scope, "access", "write") ? "true" : "false");
    add_hints(out, member(json, "annotations"));
    add_choice(out, "retry", member_text(json, "retry"), retries);
    add_choice(out, "paging", member_text(paging, "style"), pagings);
    buf_addf(out, "     .page_max = %lld,\n",
             (long long)json_object_get_int64(member(paging, "max")));
    if (has(paging, "sort"))
        add_text(out, "page_sort", member_text(paging, "sort"));
    if (chunk != NULL) {
        add_text(out, "chunk_input", member_text(chunk, "input"));
        buf_addf(out, "     .chunk_max = %lld,\n     .restore_order = %s,\n",
                 (long long)json_object_get_int64(member(chunk, "max")),
                 json_object_get_boolean(member(chunk, "restore_order")) ? "true" : "false");
    }
    add_limits(out, json);
    tables_reconcile(out, json);
    buf_addf(out, "     .input = &%s},\n", input);
}

static void add_service(struct buf *out, struct json_object *service)
{
    struct json_object *clouds = member(service, "clouds"), *auth = member(service, "auth");
    struct json_object *headers = member(service, "headers");
    buf_adds(
        out,
        "\nconst struct service catalog_service = {\n     .clouds = (const struct cloud[]){\n");
    for (size_t i = 0; i < length_of(clouds); i++) {
        struct json_object *cloud = json_object_array_get_idx(clouds, i);
        buf_adds(out, "         {");
        c_string(out, member_text(cloud, "name"));
        buf_adds(out, ", ");
        c_string(out, member_text(cloud, "base_url"));
        buf_addf(out, ", %s},\n",
                 json_object_get_boolean(member(cloud, "discoverable")) ? "true" : "false");
    }
    buf_addf(out, "     },\n     .n_clouds = %zu,\n", length_of(clouds));
    add_text(out, "token_path", member_text(auth, "token_path"));
    add_text(out, "revoke_path", member_text(auth, "revoke_path"));
    buf_addf(out, "     .token_renew_ahead_s = %lld,\n     .token_default_ttl_s = %lld,\n",
             (long long)json_object_get_int64(member(auth, "renew_ahead_s")),
             (long long)json_object_get_int64(member(auth, "default_ttl_s")));
    buf_addf(out, "     .url_id_bytes = %lld,\n",
             (long long)json_object_get_int64(member(member(service, "limits"), "url_id_bytes")));
    add_text(out, "header_trace", member_text(headers, "trace"));
    add_text(out, "header_region", member_text(headers, "region"));
    add_text(out, "header_limit", member_text(headers, "limit"));
    add_text(out, "header_remaining", member_text(headers, "remaining"));
    add_text(out, "header_retry_after", member_text(headers, "retry_after"));
    buf_adds(out, "};\n");
}

void tables_write(const struct source *source, const char *list_json, struct buf *out)
{
    struct schema_builder builder = {.source = source};
    struct schema_writer writer;
    struct buf actions, outputs;
    buf_init(&actions, 64u << 20);
    buf_init(&outputs, 64u << 20);
    buf_adds(out, head);
    schema_writer_init(&writer, out);
    for (size_t i = 0; i < source->n_actions; i++) {
        const struct document *document = &source->actions[i];
        struct json_object *input = schema_exclude(member(document->json, "input"));
        struct json_object *output = schema_of_output(source, document->json);
        const struct schema *in = schema_build(&builder, input);
        const struct schema *result = schema_build(&builder, output);
        const char *in_name = schema_write(&writer, &builder, in);
        add_action(&actions, document, in_name);
        buf_addf(&outputs, "    &%s,\n", schema_write(&writer, &builder, result));
        json_object_put(input);
        json_object_put(output);
    }
    buf_adds(out, "\nconst struct action catalog_actions[] = {\n");
    buf_add(out, actions.ptr, actions.len);
    buf_adds(out, "};\n\nconst size_t catalog_n_actions =\n"
                  "    sizeof(catalog_actions) / sizeof(catalog_actions[0]);\n");
    buf_adds(out, "\nconst struct schema *const catalog_outputs[] = {\n");
    buf_add(out, outputs.ptr, outputs.len);
    buf_adds(out, "};\n");
    add_service(out, source->service.json);
    buf_adds(out, "\nconst char catalog_list_json[] =\n    ");
    c_string(out, list_json);
    buf_adds(out, ";\n\nconst size_t catalog_list_json_len = sizeof(catalog_list_json) - 1;\n");
    buf_done(&actions);
    buf_done(&outputs);
    schema_writer_done(&writer);
    schema_builder_done(&builder);
}
