/*
 * meta.c - the schemas of the manifests' own files, as JSON: which keys there are and what each
 * takes. What a schema cannot say stands in check_action.c and check_service.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "gen/schema.h"

#define NAME "{\"type\":\"string\",\"minLength\":1,\"maxLength\":64}"
#define LINE "{\"type\":\"string\",\"minLength\":3,\"maxLength\":100}"
#define TEXT "{\"type\":\"string\",\"minLength\":3,\"maxLength\":2000}"
#define PATH "{\"type\":\"string\",\"minLength\":2,\"maxLength\":200}"
#define TRUE_OR_FALSE "{\"type\":\"boolean\"}"
#define COUNT "{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000000000}"
#define CLOSED "\"type\":\"object\",\"additionalProperties\":false"
#define ONE_OF(values) "{\"enum\":[" values "]}"

#define HTTP                                                                                           \
    "{" CLOSED ",\"required\":[\"method\",\"path\",\"success\"],\"properties\":{"                      \
    "\"method\":" ONE_OF(                                                                              \
        "\"GET\",\"POST\",\"PUT\",\"PATCH\",\"DELETE\"") ","                                           \
                                                         "\"path\":" PATH ","                          \
                                                         "\"success\":{\"type\":\"array\","            \
                                                         "\"minItems\":1,\"uniqueItems\":true,"        \
                                                         "\"items\":{\"type\":\"integer\","            \
                                                         "\"minimum\":200,\"maximum\":299}},"          \
                                                         "\"body\":" ONE_OF(                           \
                                                             "\"object\",\"list\","                    \
                                                             "\"multipart\"") ","                      \
                                                                              "\"a"                    \
                                                                              "nsw"                    \
                                                                              "er"                     \
                                                                              "\""                     \
                                                                              ":" ONE_OF(              \
                                                                                  "\"resources\","     \
                                                                                  "\"empty\","         \
                                                                                  "\"value\","         \
                                                                                  "\"file\"") ","      \
                                                                                              "\""     \
                                                                                              "li"     \
                                                                                              "nk"     \
                                                                                              "\""     \
                                                                                              ":{"     \
                                                                                              "\""     \
                                                                                              "ty"     \
                                                                                              "pe"     \
                                                                                              "\""     \
                                                                                              ":"      \
                                                                                              "\""     \
                                                                                              "ar"     \
                                                                                              "ra"     \
                                                                                              "y"      \
                                                                                              "\""     \
                                                                                              ","      \
                                                                                              "\""     \
                                                                                              "mi"     \
                                                                                              "nI"     \
                                                                                              "te"     \
                                                                                              "ms"     \
                                                                                              "\""     \
                                                                                              ":1"     \
                                                                                              ","      \
                                                                                              "\""     \
                                                                                              "un"     \
                                                                                              "iq"     \
                                                                                              "ue"     \
                                                                                              "It"     \
                                                                                              "em"     \
                                                                                              "s"      \
                                                                                              "\""     \
                                                                                              ":t"     \
                                                                                              "ru"     \
                                                                                              "e,"     \
                                                                                              "\""     \
                                                                                              "it"     \
                                                                                              "em"     \
                                                                                              "s"      \
                                                                                              "\""     \
                                                                                              ":" PATH \
                                                                                              "}}"     \
                                                                                              "}"

static const char meta_action[] =
    "{" CLOSED ",\"required\":[\"name\",\"operation_id\",\"title\",\"description\",\"http\","
    "\"scope\",\"annotations\",\"input\",\"output\",\"retry\",\"examples\"],\"properties\":{"
    "\"name\":" NAME ",\"operation_id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":128},"
    "\"documented\":" TRUE_OR_FALSE ",\"title\":" LINE ",\"description\":" TEXT ","
    "\"http\":" HTTP ","
    "\"scope\":{" CLOSED ",\"required\":[\"name\",\"access\"],\"properties\":{"
    "\"name\":" NAME ",\"access\":" ONE_OF(
        "\"read\",\"write\"") ",\"documented\":" LINE "}},"
                              "\"annotations\":{" CLOSED
                              ",\"required\":[\"readOnlyHint\",\"destructiveHint\","
                              "\"idempotentHint\",\"openWorldHint\"],\"properties\":{"
                              "\"readOnlyHint\":" TRUE_OR_FALSE
                              ",\"destructiveHint\":" TRUE_OR_FALSE ","
                              "\"idempotentHint\":" TRUE_OR_FALSE
                              ",\"openWorldHint\":" TRUE_OR_FALSE "}},"
                              "\"input\":{\"type\":\"object\"},\"output\":{\"type\":\"object\"},"
                              "\"paging\":{" CLOSED
                              ",\"required\":[\"style\",\"max\"],\"properties\":{"
                              "\"style\":" ONE_OF(
                                  "\"offset\",\"after\"") ",\"max\":" COUNT "}},"
                                                          "\"chunk\":{" CLOSED
                                                          ",\"required\":[\"input\",\"max\"],"
                                                          "\"properties\":{"
                                                          "\"input\":" NAME ",\"max\":" COUNT
                                                          ",\"restore_order\":" TRUE_OR_FALSE "}},"
                                                          "\"retry\":" ONE_OF(
                                                              "\"safe\",\"idempotent\","
                                                              "\"reconcile\",\"never\"") ","
                                                                                         "\"limits"
                                                                                         "\":{"
                                                                                         "\"type\":"
                                                                                         "\"array\""
                                                                                         ",\"minIte"
                                                                                         "ms\":1,"
                                                                                         "\"items\""
                                                                                         ":{" CLOSED
                                                                                         ",\"requir"
                                                                                         "ed\":["
                                                                                         "\"max\"],"
                                                                                         "\"oneOf\""
                                                                                         ":[{"
                                                                                         "\"require"
                                                                                         "d\":["
                                                                                         "\"sum_"
                                                                                         "items\"]}"
                                                                                         ",{"
                                                                                         "\"require"
                                                                                         "d\":["
                                                                                         "\"joined_"
                                                                                         "chars\"]}"
                                                                                         "],"
                                                                                         "\"propert"
                                                                                         "ies\":{"
                                                                                         "\"sum_"
                                                                                         "items\":{"
                                                                                         "\"type\":"
                                                                                         "\"array\""
                                                                                         ",\"minIte"
                                                                                         "ms\":1,"
                                                                                         "\"uniqueI"
                                                                                         "tems\":"
                                                                                         "true,"
                                                                                         "\"items\""
                                                                                         ":" PATH
                                                                                         "},"
                                                                                         "\"joined_"
                                                                                         "chars\""
                                                                                         ":" PATH
                                                                                         ",\"max\""
                                                                                         ":" COUNT
                                                                                         "}}},"
                                                                                         "\"example"
                                                                                         "s\":{"
                                                                                         "\"type\":"
                                                                                         "\"array\""
                                                                                         ",\"minIte"
                                                                                         "ms\":1,"
                                                                                         "\"items\""
                                                                                         ":{" CLOSED
                                                                                         ","
                                                                                         "\"require"
                                                                                         "d\":["
                                                                                         "\"input\""
                                                                                         ",\"output"
                                                                                         "\"],"
                                                                                         "\"propert"
                                                                                         "ies\":{"
                                                                                         "\"title\""
                                                                                         ":" LINE
                                                                                         ","
                                                                                         "\"input\""
                                                                                         ":{"
                                                                                         "\"type\":"
                                                                                         "\"object"
                                                                                         "\"},"
                                                                                         "\"output"
                                                                                         "\":{"
                                                                                         "\"type\":"
                                                                                         "\"object"
                                                                                         "\"}}}}}}";

static const char meta_service[] =
    "{" CLOSED ",\"required\":[\"service\",\"title\",\"description\",\"clouds\",\"auth\","
    "\"headers\"],\"properties\":{"
    "\"service\":" NAME ",\"title\":" LINE ",\"description\":" TEXT ",\"version\":" NAME ","
    "\"clouds\":{\"type\":\"array\",\"minItems\":1,\"items\":{" CLOSED ","
    "\"required\":[\"name\",\"base_url\",\"discoverable\"],\"properties\":{"
    "\"name\":" NAME ",\"base_url\":" PATH ",\"discoverable\":" TRUE_OR_FALSE "}}},"
    "\"auth\":{" CLOSED ",\"required\":[\"token_path\",\"revoke_path\",\"renew_ahead_s\","
    "\"default_ttl_s\"],\"properties\":{\"token_path\":" PATH ",\"revoke_path\":" PATH ","
    "\"renew_ahead_s\":" COUNT ",\"default_ttl_s\":" COUNT "}},"
    "\"headers\":{" CLOSED ",\"required\":[\"trace\",\"region\",\"limit\",\"remaining\","
    "\"retry_after\"],\"properties\":{\"trace\":" NAME ",\"region\":" NAME ",\"limit\":" NAME ","
    "\"remaining\":" NAME ",\"retry_after\":" NAME "}}}}";

static const char meta_ui[] =
    "{" CLOSED ",\"minProperties\":1,\"properties\":{"
    "\"label\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":100},"
    "\"order\":{\"type\":\"integer\"},"
    "\"widget\":" ONE_OF("\"text\",\"textarea\",\"number\",\"checkbox\",\"select\",\"list\","
                         "\"file\",\"fql\",\"json\"") ","
                                                      "\"placeholder\":{\"type\":\"string\","
                                                      "\"minLength\":1,\"maxLength\":200},"
                                                      "\"options_from\":" NAME "}}";

static struct schema_builder builder;

static const struct schema *build(const struct schema **kept, const char *text)
{
    if (*kept == NULL) {
        struct json_object *json = json_tokener_parse(text);
        if (json == NULL) {
            fputs("mkcatalog: a schema in meta.c is not JSON\n", stderr);
            abort();
        }
        *kept = schema_build(&builder, json);
        json_object_put(json);
    }
    return *kept;
}

static const struct schema *action, *service, *ui;

const struct schema *schema_meta_action(void)
{
    return build(&action, meta_action);
}

const struct schema *schema_meta_service(void)
{
    return build(&service, meta_service);
}

const struct schema *schema_meta_ui(void)
{
    return build(&ui, meta_ui);
}

void schema_meta_done(void)
{
    schema_builder_done(&builder);
    action = service = ui = NULL;
}
