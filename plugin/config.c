#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "config_parts.h"

#define STRING_MAX 4096 /* bytes of one string of a list */

#define ROW(section, key, type, fallback, min, max, help)                                          \
    {#section,                                                                                     \
     #key,                                                                                         \
     #section "." #key,                                                                            \
     type,                                                                                         \
     fallback,                                                                                     \
     min,                                                                                          \
     max,                                                                                          \
     offsetof(struct config, section.key)},
const struct config_key config_keys[CONFIG_N_KEYS] = {CONFIG_KEYS(ROW)};
#undef ROW

void config_problem(struct config_reader *r, size_t key, const char *hint, const char *format, ...)
{
    char problem[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(problem, sizeof(problem), format, args);
    va_end(args);
    r->bad[key] = true;
    config_report_add(&r->report, r->lines[key], config_keys[key].full, SOAR_INVALID_ARGUMENT,
                      "config_value", hint, "%s", problem);
}

static void no_memory(struct config_reader *r)
{
    config_report_add(&r->report, 0, "all", SOAR_RESOURCE_EXHAUSTED, "no_memory", NULL,
                      "no memory");
}

/* ------------------------------------------------------------------ one value */

static const char *kind_name(enum config_kind kind)
{
    static const char *const names[] = {"a group",    "a list",  "a string",
                                        "an integer", "a float", "a boolean"};
    return names[kind];
}

static const char *type_name(enum config_type type)
{
    static const char *const names[] = {
        [CONFIG_STRING] = "a string \"...\"",
        [CONFIG_SECRET] = "a string \"...\"",
        [CONFIG_INT] = "an integer",
        [CONFIG_BOOL] = "true or false",
        [CONFIG_STRINGS] = "a list of strings [\"...\", \"...\"]",
    };
    return names[type];
}

static enum config_kind wanted_kind(enum config_type type)
{
    switch (type) {
    case CONFIG_INT:
        return CONFIG_KIND_INT;
    case CONFIG_BOOL:
        return CONFIG_KIND_BOOL;
    case CONFIG_STRINGS:
        return CONFIG_KIND_LIST;
    case CONFIG_STRING:
    case CONFIG_SECRET:
        break;
    }
    return CONFIG_KIND_STRING;
}

static void *field_of(struct config *config, size_t i)
{
    return (char *)config + config_keys[i].offset;
}

static void set_string(struct config_reader *r, size_t i, const char *text)
{
    size_t len = strlen(text);
    const char *problem = config_text_problem(text, len);
    if (problem) {
        config_problem(r, i, NULL, "%s", problem);
    } else if (len == 0) {
        config_problem(r, i, "Leave the key out where it is not wanted.", "is empty");
    } else if (len < (size_t)config_keys[i].min || len > (size_t)config_keys[i].max) {
        config_problem(r, i, NULL, "has %zu bytes, %lld to %lld are allowed", len,
                       (long long)config_keys[i].min, (long long)config_keys[i].max);
    } else {
        char **field = field_of(r->config, i);
        *field = strdup(text);
        if (!*field)
            no_memory(r);
    }
}

static void set_int(struct config_reader *r, size_t i, struct config_node node)
{
    if (node.hex) {
        config_problem(r, i, NULL, "write it in decimal digits");
    } else if (node.integer < config_keys[i].min || node.integer > config_keys[i].max) {
        config_problem(r, i, NULL, "is %lld, %lld to %lld are allowed", (long long)node.integer,
                       (long long)config_keys[i].min, (long long)config_keys[i].max);
    } else {
        *(int64_t *)field_of(r->config, i) = node.integer;
    }
}

static const char *element_problem(struct config_node element)
{
    if (element.kind != CONFIG_KIND_STRING)
        return "is not a string";
    size_t len = strlen(element.string);
    if (len == 0)
        return "is empty";
    if (len > STRING_MAX)
        return "is too long";
    return config_text_problem(element.string, len);
}

static void set_strings(struct config_reader *r, size_t i, struct config_node node)
{
    struct config_strings *list = field_of(r->config, i);
    if (node.n > (size_t)config_keys[i].max) {
        config_problem(r, i, NULL, "has %zu strings, at most %lld are allowed", node.n,
                       (long long)config_keys[i].max);
        return;
    }
    list->items = node.n ? calloc(node.n, sizeof(*list->items)) : NULL;
    if (node.n && !list->items) {
        no_memory(r);
        return;
    }
    for (size_t at = 0; at < node.n; at++) {
        struct config_node element = config_doc_item(r->doc, node, at);
        const char *problem = element_problem(element);
        if (problem) {
            config_problem(r, i, NULL, "string %zu of the list %s", at + 1, problem);
            return;
        }
        list->items[list->n] = strdup(element.string);
        if (!list->items[list->n]) {
            no_memory(r);
            return;
        }
        list->n++;
    }
}

static void read_key(struct config_reader *r, size_t i, struct config_node node)
{
    r->lines[i] = node.line;
    if (node.kind != wanted_kind(config_keys[i].type)) {
        config_problem(r, i, NULL, "expected %s, found %s", type_name(config_keys[i].type),
                       kind_name(node.kind));
        return;
    }
    switch (config_keys[i].type) {
    case CONFIG_STRING:
        set_string(r, i, node.string);
        break;
    case CONFIG_SECRET:
        if (!config_secret_read(node.string, (size_t)config_keys[i].min, (size_t)config_keys[i].max,
                                r->host, field_of(r->config, i), &r->report, node.line,
                                config_keys[i].full))
            r->bad[i] = true;
        break;
    case CONFIG_INT:
        set_int(r, i, node);
        break;
    case CONFIG_BOOL:
        *(bool *)field_of(r->config, i) = node.integer != 0;
        break;
    case CONFIG_STRINGS:
        set_strings(r, i, node);
        break;
    }
}

/* ------------------------------------------------------------------ sections and names */

static void unknown(struct config_reader *r, unsigned line, const char *name, const char *what,
                    const char *near)
{
    if (*near)
        config_report_add(&r->report, line, name, SOAR_INVALID_ARGUMENT, "config_unknown_key",
                          "Correct the name or remove the setting.", "unknown %s, did you mean %s?",
                          what, near);
    else
        config_report_add(&r->report, line, name, SOAR_INVALID_ARGUMENT, "config_unknown_key",
                          "The keys stand in the configuration's schema (soar_list_actions, "
                          "_meta.configSchema).",
                          "unknown %s", what);
}

/* section NULL: a name at the top. Keys that stand in the wrong section count as near. */
static void unknown_key(struct config_reader *r, const char *section, struct config_node node)
{
    unsigned best = NEAREST_FAR;
    const char *found = "";
    char name[96];
    size_t len = strnlen(node.name, 64);
    for (size_t i = 0; i < CONFIG_N_KEYS; i++) {
        bool here = section && strcmp(config_keys[i].section, section) == 0;
        unsigned score = nearest_score(node.name, len, config_keys[i].name);
        if (!here && score > 0)
            score = section ? NEAREST_FAR : score + 1;
        if (score < best) {
            best = score;
            found = config_keys[i].full;
        }
        score = section ? NEAREST_FAR : nearest_score(node.name, len, config_keys[i].section);
        if (score < best) {
            best = score;
            found = config_keys[i].section;
        }
    }
    (void)snprintf(name, sizeof(name), "%s%s%.*s", section ? section : "", section ? "." : "",
                   (int)len, node.name);
    unknown(r, node.line, name, section ? "key" : "section", found);
}

static bool is_section(const char *name)
{
    for (size_t i = 0; i < CONFIG_N_KEYS; i++)
        if (strcmp(config_keys[i].section, name) == 0)
            return true;
    return false;
}

static void read_section(struct config_reader *r, struct config_node section)
{
    for (size_t at = 0; at < section.n; at++) {
        struct config_node node = config_doc_item(r->doc, section, at);
        size_t i = 0;
        while (i < CONFIG_N_KEYS && (strcmp(config_keys[i].section, section.name) != 0 ||
                                     strcmp(config_keys[i].name, node.name) != 0))
            i++;
        if (i < CONFIG_N_KEYS)
            read_key(r, i, node);
        else
            unknown_key(r, section.name, node);
    }
}

static void read_sections(struct config_reader *r)
{
    struct config_node root = config_doc_root(r->doc);
    for (size_t at = 0; at < root.n; at++) {
        struct config_node node = config_doc_item(r->doc, root, at);
        if (!is_section(node.name))
            unknown_key(r, NULL, node);
        else if (node.kind != CONFIG_KIND_GROUP)
            config_report_add(&r->report, node.line, node.name, SOAR_INVALID_ARGUMENT,
                              "config_value", NULL, "expected a group { ... }, found %s",
                              kind_name(node.kind));
        else
            read_section(r, node);
    }
}

static void set_defaults(struct config_reader *r)
{
    for (size_t i = 0; i < CONFIG_N_KEYS; i++) {
        const char *text = config_keys[i].fallback;
        if (!text || r->lines[i] > 0)
            continue;
        if (config_keys[i].type == CONFIG_INT)
            *(int64_t *)field_of(r->config, i) = strtoll(text, NULL, 10);
        else if (config_keys[i].type == CONFIG_BOOL)
            *(bool *)field_of(r->config, i) = strcmp(text, "true") == 0;
        else if (config_keys[i].type == CONFIG_STRING)
            set_string(r, i, text);
    }
}

/* ------------------------------------------------------------------ all of it */

bool config_read(const char *text, size_t len, const struct soar_host *host,
                 const struct service *service, struct config *ret, struct error *err)
{
    struct config config = {0};
    struct config_doc *doc = NULL;
    size_t size = 0;
    char *safe = config_text_prepare(text ? text : "", text ? len : 0, &size, err);
    bool ok = safe && config_doc_parse(safe, &doc, err);
    if (safe)
        secret_wipe(safe, size);
    free(safe);
    if (!ok)
        return false;

    struct config_reader r = {.doc = doc, .host = host, .config = &config, .report = {.err = err}};
    read_sections(&r);
    set_defaults(&r);
    config_check(&r, service);
    config.library = config_doc_keep_library(doc);
    config_doc_free(doc);
    if (!config_report_done(&r.report)) {
        config_done(&config);
        return false;
    }
    *ret = config;
    return true;
}

void config_done(struct config *config)
{
    for (size_t i = 0; i < CONFIG_N_KEYS; i++) {
        void *field = field_of(config, i);
        if (config_keys[i].type == CONFIG_STRING) {
            free(*(char **)field);
        } else if (config_keys[i].type == CONFIG_SECRET) {
            secret_done(field);
        } else if (config_keys[i].type == CONFIG_STRINGS) {
            struct config_strings *list = field;
            for (size_t at = 0; at < list->n; at++)
                free(list->items[at]);
            free(list->items);
        }
    }
    config_doc_drop_library(config->library);
    memset(config, 0, sizeof(*config));
}
