#include "config_lib.h"

#include <dlfcn.h>
#include <libconfig.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

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

/* What libconfig calls of its own through symbols that a host can take over, while it parses and
 * frees; 1.5 without, later versions partly with the prefix. Names that a version lacks do not
 * matter. */
static const char *const own_calls[] = {
    "config_clear",
    "config_destroy",
    "config_init",
    "config_get_option",
    "config_set_options",
    "config_get_auto_convert",
    "config_setting_add",
    "config_setting_get_format",
    "config_setting_get_member",
    "config_setting_set_bool",
    "config_setting_set_bool_elem",
    "config_setting_set_float",
    "config_setting_set_float_elem",
    "config_setting_set_format",
    "config_setting_set_int",
    "config_setting_set_int64",
    "config_setting_set_int64_elem",
    "config_setting_set_int_elem",
    "config_setting_set_string",
    "config_setting_set_string_elem",
    "libconfig_yy_create_buffer",
    "libconfig_yy_delete_buffer",
    "libconfig_yy_flush_buffer",
    "libconfig_yy_scan_buffer",
    "libconfig_yy_scan_bytes",
    "libconfig_yy_scan_string",
    "libconfig_yy_switch_to_buffer",
    "libconfig_yyalloc",
    "libconfig_yyerror",
    "libconfig_yyfree",
    "libconfig_yyget_lineno",
    "libconfig_yylex",
    "libconfig_yylex_destroy",
    "libconfig_yylex_init_extra",
    "libconfig_yyparse",
    "libconfig_yypop_buffer_state",
    "libconfig_yypush_buffer_state",
    "libconfig_yyrealloc",
    "libconfig_yyrestart",
    "libconfig_yyset_extra",
    "libconfig_yyset_lineno",
    "scanctx_cleanup",
    "scanctx_current_filename",
    "scanctx_init",
    "scanctx_pop_include",
    "scanctx_push_include",
    "scanctx_take_string",
    "strbuf_append",
    "strbuf_release",
    "libconfig_scanctx_cleanup",
    "libconfig_scanctx_current_filename",
    "libconfig_scanctx_init",
    "libconfig_scanctx_pop_include",
    "libconfig_scanctx_push_include",
    "libconfig_scanctx_take_string",
    "libconfig_strbuf_append_char",
    "libconfig_strbuf_append_string",
    "libconfig_strbuf_ensure_capacity",
    "libconfig_strbuf_release",
    "libconfig_parse_integer",
    "libconfig_parse_hex64",
};

/* Is some other definition found ahead of libconfig's by the order in which libconfig looks? A
 * program that is not position-independent and takes the address of libconfig's function has an
 * entry of that name without a definition; calls do not bind to that. */
static bool is_interposed(void *handle, const char *name, Dl_info *ret_by)
{
    void *own = dlsym(handle, name);
    void *first = dlsym(RTLD_DEFAULT, name);
    if (!own || !first || first == own)
        return false;
    ElfW(Sym) *symbol = NULL;
    *ret_by = (Dl_info){0};
    if (dladdr1(first, ret_by, (void **)&symbol, RTLD_DL_SYMENT) != 0 && symbol &&
        symbol->st_shndx == SHN_UNDEF)
        return false;
    return true;
}

static bool check_own_calls(void *handle, struct error *err)
{
    for (size_t i = 0; i < sizeof(own_calls) / sizeof(own_calls[0]); i++) {
        Dl_info by;
        if (!is_interposed(handle, own_calls[i], &by))
            continue;
        error_set(err, SOAR_FAILED_PRECONDITION, "libconfig_interposed",
                  "the configuration cannot be read: %s of libconfig is replaced by a function "
                  "of the same name in %s",
                  own_calls[i], by.dli_fname ? by.dli_fname : "the host");
        error_where(err, "config");
        error_hint(err,
                   "Link the host without exporting %s (no -rdynamic, or a version script), "
                   "or load the plugin in a process of its own.",
                   own_calls[i]);
        return false;
    }
    return true;
}

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
    doc->handle = dlopen(LIBCONFIG_SONAME, RTLD_NOW | RTLD_LOCAL);
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
    return check_own_calls(doc->handle, err);
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
        if (doc->handle)
            dlclose(doc->handle);
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

void config_doc_free(struct config_doc *doc)
{
    if (!doc)
        return;
    wipe_strings(doc, config_root_setting(&doc->config));
    doc->config_destroy(&doc->config);
    dlclose(doc->handle);
    free(doc);
}
