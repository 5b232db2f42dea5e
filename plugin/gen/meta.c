/*
 * meta.c - the schemas of the manifests' own files, as JSON: which keys there are and what each
 * takes. What a schema cannot say stands in check_action.c and check_service.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "gen/schema.h"

/* JSON written as JSON: the preprocessor puts the names in and the quotes around it. */
/* clang-format off */
#undef true
#undef false
#define JSON(...) QUOTED(__VA_ARGS__)
#define QUOTED(...) #__VA_ARGS__

#define NAME {"type": "string", "minLength": 1, "maxLength": 64}
#define LINE {"type": "string", "minLength": 3, "maxLength": 100}
#define TEXT {"type": "string", "minLength": 3, "maxLength": 2000}
#define PATH {"type": "string", "minLength": 2, "maxLength": 200}
#define COUNT {"type": "integer", "minimum": 1, "maximum": 1000000000}
#define TRUE_OR_FALSE {"type": "boolean"}
#define ANY_OBJECT {"type": "object"}
#define CLOSED "type": "object", "additionalProperties": false
#define FACT { \
    CLOSED, \
    "minProperties": 1, \
    "properties": { \
        "input": PATH, "else": {}, "answer": {"const": true}, "since": {"const": true}, \
        "file": {"enum": ["name", "size", "sha256"]}, "marker": {"const": true}, "value": {}}}
#define LOOK { \
    CLOSED, \
    "required": ["action", "input"], \
    "properties": { \
        "action": NAME, \
        "input": { \
            "type": "object", \
            "additionalProperties": { \
                "anyOf": [FACT, { \
                    CLOSED, \
                    "required": ["and"], \
                    "properties": {"and": {"type": "array", "minItems": 1, "items": { \
                        CLOSED, \
                        "required": ["field", "is"], \
                        "properties": {"field": NAME, "op": {"enum": [">", ">=", "<", "<="]}, \
                                       "is": FACT}}}}}]}}}}
#define MATCHES { \
    "type": "array", \
    "minItems": 1, \
    "items": { \
        CLOSED, \
        "required": ["at", "is"], \
        "properties": { \
            "at": PATH, "is": FACT, "each": PATH, "loose": TRUE_OR_FALSE, \
            "optional": TRUE_OR_FALSE, \
            "how": {"enum": ["equal", "same", "covers", "lacks", "ends", "since", "before", \
                             "next"]}}}}

static const char meta_action[] = JSON({
    CLOSED,
    "required": ["name", "operation_id", "title", "description", "http", "scope", "annotations",
                 "input", "output", "retry", "examples"],
    "properties": {
        "name": NAME,
        "operation_id": {"type": "string", "minLength": 1, "maxLength": 128},
        "documented": TRUE_OR_FALSE,
        "title": LINE,
        "description": TEXT,
        "http": {
            CLOSED,
            "required": ["method", "path", "success"],
            "properties": {
                "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
                "path": PATH,
                "success": {"type": "array", "minItems": 1, "uniqueItems": true,
                            "items": {"type": "integer", "minimum": 200, "maximum": 299}},
                "body": {"enum": ["object", "list", "multipart"]},
                "answer": {"enum": ["resources", "empty", "value", "file"]},
                "link": {"type": "array", "minItems": 1, "uniqueItems": true, "items": PATH}}},
        "scope": {
            CLOSED,
            "required": ["name", "access"],
            "properties": {
                "name": NAME,
                "access": {"enum": ["read", "write"]},
                "documented": LINE}},
        "annotations": {
            CLOSED,
            "required": ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"],
            "properties": {
                "readOnlyHint": TRUE_OR_FALSE,
                "destructiveHint": TRUE_OR_FALSE,
                "idempotentHint": TRUE_OR_FALSE,
                "openWorldHint": TRUE_OR_FALSE}},
        "input": ANY_OBJECT,
        "output": ANY_OBJECT,
        "paging": {
            CLOSED,
            "required": ["style", "max"],
            "properties": {"style": {"enum": ["offset", "after"]}, "max": COUNT, "sort": NAME}},
        "chunk": {
            CLOSED,
            "required": ["input", "max"],
            "properties": {"input": NAME, "max": COUNT, "restore_order": TRUE_OR_FALSE}},
        "retry": {"enum": ["safe", "idempotent", "reconcile", "never"]},
        "reconcile": ANY_OBJECT,
        "stale": ANY_OBJECT,
        "limits": {
            "type": "array",
            "minItems": 1,
            "items": {
                CLOSED,
                "required": ["max"],
                "oneOf": [{"required": ["sum_items"]}, {"required": ["joined_chars"]}],
                "properties": {
                    "sum_items": {"type": "array", "minItems": 1, "uniqueItems": true,
                                  "items": PATH},
                    "joined_chars": PATH,
                    "max": COUNT}}},
        "examples": {
            "type": "array",
            "minItems": 1,
            "items": {
                CLOSED,
                "required": ["input", "output"],
                "properties": {"title": LINE, "input": ANY_OBJECT, "output": ANY_OBJECT}}}}
});

static const char meta_reconcile[] = JSON({
    CLOSED,
    "required": ["finds", "look"],
    "properties": {
        "finds": {"enum": ["new", "state", "gone"]},
        "look": {"type": "array", "minItems": 1, "maxItems": 4, "items": LOOK},
        "match": MATCHES,
        "absent": MATCHES,
        "conflict": MATCHES,
        "all_of": {"type": "string", "maxLength": 200},
        "gone_of": PATH,
        "marker": PATH,
        "repeat": TRUE_OR_FALSE,
        "certain": TRUE_OR_FALSE}
});

static const char meta_stale[] = JSON({
    CLOSED,
    "required": ["look", "show"],
    "properties": {
        "look": LOOK,
        "show": {"type": "object", "minProperties": 1, "additionalProperties": PATH}}
});

static const char meta_service[] = JSON({
    CLOSED,
    "required": ["service", "title", "description", "clouds", "auth", "headers"],
    "properties": {
        "service": NAME,
        "title": LINE,
        "description": TEXT,
        "version": NAME,
        "clouds": {
            "type": "array",
            "minItems": 1,
            "items": {
                CLOSED,
                "required": ["name", "base_url", "discoverable"],
                "properties": {"name": NAME, "base_url": PATH, "discoverable": TRUE_OR_FALSE}}},
        "auth": {
            CLOSED,
            "required": ["token_path", "revoke_path", "renew_ahead_s", "default_ttl_s"],
            "properties": {"token_path": PATH, "revoke_path": PATH, "renew_ahead_s": COUNT,
                           "default_ttl_s": COUNT}},
        "limits": {CLOSED, "properties": {"url_id_bytes": COUNT}},
        "headers": {
            CLOSED,
            "required": ["trace", "region", "limit", "remaining", "retry_after"],
            "properties": {"trace": NAME, "region": NAME, "limit": NAME, "remaining": NAME,
                           "retry_after": NAME}}}
});

static const char meta_ui[] = JSON({
    CLOSED,
    "minProperties": 1,
    "properties": {
        "label": {"type": "string", "minLength": 1, "maxLength": 100},
        "order": {"type": "integer"},
        "widget": {"enum": ["text", "textarea", "number", "checkbox", "select", "list", "file",
                            "fql", "json"]},
        "placeholder": {"type": "string", "minLength": 1, "maxLength": 200},
        "options_from": NAME}
});
/* clang-format on */

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

static const struct schema *action, *reconcile, *stale, *service, *ui;

const struct schema *schema_meta_action(void)
{
    return build(&action, meta_action);
}

const struct schema *schema_meta_reconcile(void)
{
    return build(&reconcile, meta_reconcile);
}

const struct schema *schema_meta_stale(void)
{
    return build(&stale, meta_stale);
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
    action = reconcile = stale = service = ui = NULL;
}
