#include "config_lib.h"

#include <dlfcn.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "config_bind.h"

/* The build passes the name of the library whose header is compiled against. */
#ifndef LIBCONFIG_SONAME
#define LIBCONFIG_SONAME "libconfig.so.9"
#endif

#define BOUND(X)                                                                                   \
    X(config_init)                                                                                 \
    X(config_destroy)                                                                              \
    X(config_read_string)                                                                          \
    X(config_setting_length)                                                                       \
    X(config_setting_get_elem)                                                                     \
    X(config_setting_get_int64)                                                                    \
    X(config_setting_get_bool)                                                                     \
    X(config_setting_get_string)                                                                   \
    X(config_setting_get_format)

struct config_doc {
    void *handle;
    config_t config;
#define MEMBER(name) __typeof__(&name) name;
    BOUND(MEMBER)
#undef MEMBER
};

static bool missing(const char *what, struct error *err)
{
    error_set(err, SOAR_FAILED_PRECONDITION, "libconfig_missing",
              "the configuration cannot be read: %s", what ? what : LIBCONFIG_SONAME);
    error_where(err, "config");
    error_hint(err, "Install the library " LIBCONFIG_SONAME ".");
    return false;
}

static bool bind(struct config_doc *doc, struct error *err)
{
    doc->handle = config_bind_open(LIBCONFIG_SONAME);
    if (!doc->handle)
        return missing(dlerror(), err);
    void *address;
    /* ISO C has no conversion from an object pointer, which dlsym gives, to a function's. */
#define BIND(name)                                                                                 \
    address = dlsym(doc->handle, #name);                                                           \
    if (!address)                                                                                  \
        return missing(LIBCONFIG_SONAME " lacks " #name, err);                                     \
    memcpy(&doc->name, &address, sizeof(address));
    BOUND(BIND)
#undef BIND
    return config_bind_check(doc->handle, err);
}

static bool parse_failed(const struct config_doc *doc, struct error *err)
{
    const char *text = config_error_text(&doc->config);
    error_set(err, SOAR_INVALID_ARGUMENT, "config_syntax", "line %d: %s",
              config_error_line(&doc->config), text ? text : "syntax error");
    error_where(err, "config line %d", config_error_line(&doc->config));
    error_hint(err, "Sections look like falcon = { ... }; and settings like name = \"text\"; or "
                    "name = 5; the mistake may be on the line before.");
    return false;
}

bool config_doc_parse(const char *text, struct config_doc **ret, struct error *err)
{
    struct config_doc *doc = calloc(1, sizeof(*doc));
    if (!doc) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the configuration");
        return false;
    }
    if (!bind(doc, err)) {
        config_doc_drop_library(doc->handle);
        free(doc);
        return false;
    }
    doc->config_init(&doc->config);
    if (doc->config_read_string(&doc->config, text) != CONFIG_TRUE) {
        parse_failed(doc, err);
        config_doc_free(doc);
        return false;
    }
    *ret = doc;
    return true;
}

static struct config_node node_of(const struct config_doc *doc, const config_setting_t *setting)
{
    struct config_node node = {.setting = setting, .name = "", .kind = CONFIG_KIND_GROUP};
    if (!setting)
        return node;
    node.line = config_setting_source_line(setting);
    if (config_setting_name(setting))
        node.name = config_setting_name(setting);
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_STRING:
        node.kind = CONFIG_KIND_STRING;
        node.string = doc->config_setting_get_string(setting);
        break;
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        node.kind = CONFIG_KIND_INT;
        node.integer = doc->config_setting_get_int64(setting);
        node.hex = doc->config_setting_get_format(setting) != CONFIG_FORMAT_DEFAULT;
        break;
    case CONFIG_TYPE_FLOAT:
        node.kind = CONFIG_KIND_FLOAT;
        break;
    case CONFIG_TYPE_BOOL:
        node.kind = CONFIG_KIND_BOOL;
        node.integer = doc->config_setting_get_bool(setting) ? 1 : 0;
        break;
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST:
        node.kind = CONFIG_KIND_LIST;
        node.n = (size_t)doc->config_setting_length(setting);
        break;
    default:
        node.n = (size_t)doc->config_setting_length(setting);
        break;
    }
    return node;
}

struct config_node config_doc_root(const struct config_doc *doc)
{
    return node_of(doc, config_root_setting(&doc->config));
}

struct config_node config_doc_item(const struct config_doc *doc, struct config_node node, size_t i)
{
    return node_of(doc, doc->config_setting_get_elem(node.setting, (unsigned)i));
}

static void wipe_strings(const struct config_doc *doc, config_setting_t *setting)
{
    if (!setting)
        return;
    if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
        if (setting->value.sval)
            secret_wipe(setting->value.sval, strlen(setting->value.sval));
        return;
    }
    if (!config_setting_is_aggregate(setting))
        return;
    int n = doc->config_setting_length(setting);
    for (int i = 0; i < n; i++)
        wipe_strings(doc, doc->config_setting_get_elem(setting, (unsigned)i));
}

void *config_doc_keep_library(struct config_doc *doc)
{
    void *library = doc->handle;

    doc->handle = NULL;
    return library;
}

void config_doc_drop_library(void *library)
{
    if (library)
        dlclose(library);
}

void config_doc_free(struct config_doc *doc)
{
    if (!doc)
        return;
    wipe_strings(doc, config_root_setting(&doc->config));
    doc->config_destroy(&doc->config);
    config_doc_drop_library(doc->handle);
    free(doc);
}
