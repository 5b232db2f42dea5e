#include "plugin_load.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "program_dir.h"

#define PLUGIN_FILE "falcon_case_management.so"

struct symbol {
    const char *name;
    size_t offset; /* of the pointer in struct plugin_api */
    bool required;
};

#define SYMBOL(member, required)                                                                   \
    {                                                                                              \
        "soar_" #member, offsetof(struct plugin_api, member), required                             \
    }

static const struct symbol symbols[] = {
    SYMBOL(abi_version, true), SYMBOL(list_actions, true), SYMBOL(init, true),
    SYMBOL(invoke, true),      SYMBOL(cancel, true),       SYMBOL(release, true),
    SYMBOL(shutdown, true),    SYMBOL(submit, false),      SYMBOL(next, false),
};

static char *find_plugin(void)
{
    static const char *const places[] = {PLUGIN_FILE, "../lib/soar/" PLUGIN_FILE,
                                         "../lib/" PLUGIN_FILE};
    const char *named = getenv("SOARHOST_PLUGIN");
    if (named && *named)
        return host_strdup(named);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *path = program_dir_path(places[i]);
        if (path && access(path, R_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

static bool resolve(struct plugin_api *api, struct host_error *err)
{
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *address = dlsym(api->object, symbols[i].name);
        if (!address && symbols[i].required) {
            host_error_set(err, SOAR_UNIMPLEMENTED, "the object has no function %s",
                           symbols[i].name);
            host_error_where(err, "%s", api->path);
            host_error_hint(err, "a plugin exports the functions of soar_plugin.h");
            return false;
        }
        memcpy((char *)api + symbols[i].offset, &address, sizeof(address));
    }
    api->version = api->abi_version();
    if (api->version >> 16 != SOAR_ABI_MAJOR) {
        host_error_set(err, SOAR_UNIMPLEMENTED,
                       "the plugin follows version %u.%u of the contract, this host %u.x",
                       api->version >> 16, api->version & 0xffffu, SOAR_ABI_MAJOR);
        host_error_where(err, "%s", api->path);
        return false;
    }
    return true;
}

bool plugin_load(const char *path, struct plugin_api *ret, struct host_error *err)
{
    struct plugin_api api = {0};
    api.path = path ? host_strdup(path) : find_plugin();
    if (!api.path) {
        host_error_set(err, SOAR_NOT_FOUND, "no plugin: %s is not beside soarhost", PLUGIN_FILE);
        host_error_hint(err, "name it with --plugin FILE or in SOARHOST_PLUGIN");
        return false;
    }
    /* Without a slash dlopen searches the library path and not the working directory. */
    char *opened = strchr(api.path, '/') ? host_strdup(api.path) : host_format("./%s", api.path);
    bool there = access(opened, R_OK) == 0;
    api.object = there ? dlopen(opened, RTLD_NOW | RTLD_LOCAL) : NULL;
    free(opened);
    if (!there) {
        host_error_set(err, SOAR_NOT_FOUND, "no such plugin");
        host_error_where(err, "%s", api.path);
    } else if (!api.object) {
        const char *reason = dlerror();
        host_error_set(err, SOAR_FAILED_PRECONDITION, "%s", reason ? reason : "cannot be loaded");
        host_error_where(err, "%s", api.path);
    } else if (resolve(&api, err)) {
        *ret = api;
        return true;
    }
    plugin_unload(&api);
    return false;
}

void plugin_unload(struct plugin_api *api)
{
    if (api->object)
        dlclose(api->object);
    free(api->path);
    memset(api, 0, sizeof(*api));
}
