/*
 * A host that carries what plugins clash with, chosen by -DCARRIES=NAME: host PLUGIN CONFIGURATION.
 * It uses what it carries, opens a case by the plugin, reads it back, and uses its own again. Where
 * one was called in place of the other, it says so or crashes. Ends with 0 where all is well.
 */
#include "soar_plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTHING 0
#define JANSSON 1      /* jansson linked, whose json_object_get is another function */
#define JSON_NAMES 2   /* json_object_get and others of its own, without a version, exported */
#define CONFIG_NAMES 3 /* the same with config_lookup */
#define CONFIG_INIT 4  /* the same with config_init, which libconfig itself calls */
#define OTHER_JSON_C 5 /* another json-c, argv[3], loaded for all to see */
#define ALLOCATOR 6    /* malloc of a library that was preloaded */

#define EXPORT __attribute__((visibility("default")))

static void fail(const char *what, const char *detail)
{
    printf("%s: %s\n", what, detail != NULL ? detail : "");
    exit(1);
}

/* ------------------------------------------------------------------ what it carries */

#if CARRIES == JANSSON
#include <jansson.h>
static void use_own(void)
{
    json_t *object = json_pack("{s:{s:i}}", "outer", "inner", 42);
    json_t *outer = json_object_get(object, "outer");
    if (json_integer_value(json_object_get(outer, "inner")) != 42)
        fail("jansson", "gives something else");
    json_decref(object);
}
#elif CARRIES == JSON_NAMES || CARRIES == CONFIG_NAMES || CARRIES == CONFIG_INIT
#define TRAP(name)                                                                                 \
    EXPORT void name(void);                                                                        \
    void name(void)                                                                                \
    {                                                                                              \
        fail("the host's function was called", #name);                                             \
    }
#if CARRIES == JSON_NAMES
TRAP(json_object_get)
TRAP(json_object_put)
TRAP(json_object_new_object)
TRAP(json_object_object_add)
TRAP(json_tokener_new)
TRAP(json_tokener_parse_ex)
TRAP(printbuf_new)
TRAP(array_list_new)
TRAP(lh_table_new)
#define TRAPPED "json_object_get"
#elif CARRIES == CONFIG_NAMES
TRAP(config_read_file)
TRAP(config_write_file)
TRAP(config_setting_remove)
#define TRAPPED "config_read_file"
#else
TRAP(config_init)
#define TRAPPED "config_init"
#endif
static void use_own(void)
{
    Dl_info info;
    void *first = dlsym(RTLD_DEFAULT, TRAPPED);
    if (first == NULL || dladdr(first, &info) == 0 || strstr(info.dli_fname, "lib") != NULL)
        fail("this proves nothing", "the host's function is not the first that is found");
}
#elif CARRIES == ALLOCATOR
static void use_own(void)
{
    if (dlsym(RTLD_DEFAULT, "mallctl") == NULL)
        fail("this proves nothing", "no other allocator is preloaded");
    free(malloc(4000));
}
#else
static void use_own(void)
{
}
#endif

/* ------------------------------------------------------------------ the plugin */

static const char *find(const char *json, const char *key, char *ret, size_t size)
{
    const char *at = strstr(json, key);
    if (at == NULL || sscanf(at + strlen(key), "%60[^\"]", ret) != 1 || strlen(ret) >= size)
        fail("no such text in the result", json);
    return ret;
}

static void *symbol(void *object, const char *name)
{
    void *address = dlsym(object, name);
    if (address == NULL)
        fail("no function", name);
    return address;
}

int main(int argc, char **argv)
{
    use_own();
    if (CARRIES == OTHER_JSON_C && (argc < 4 || dlopen(argv[3], RTLD_NOW | RTLD_GLOBAL) == NULL))
        fail("the other json-c", dlerror());
    void *object = argc >= 3 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (object == NULL)
        fail("dlopen", dlerror());
#define GET(name) __typeof__(&soar_##name) name = (__typeof__(name))symbol(object, "soar_" #name)
    GET(init);
    GET(invoke);
    GET(release);
    GET(shutdown);
    soar_plugin *plugin = NULL;
    soar_result result = {.struct_size = sizeof(result)};
    if (init(NULL, argv[2], strlen(argv[2]), &plugin, NULL, &result) != SOAR_OK)
        fail("soar_init", result.json);
    soar_call call = {.struct_size = sizeof(call), .in_fd = -1, .out_fd = -1};
    call.action = "create_case", call.action_len = strlen(call.action);
    call.input = "{\"name\":\"Clash\",\"severity\":50}", call.input_len = strlen(call.input);
    if (invoke(plugin, &call, &result) != SOAR_OK)
        fail("create_case", result.json);
    char id[64], input[128];
    find(result.json, "\"id\":\"", id, sizeof(id));
    release(&result);
    snprintf(input, sizeof(input), "{\"ids\":[\"%s\"]}", id);
    call.action = "get_cases", call.action_len = strlen(call.action);
    call.input = input, call.input_len = strlen(input);
    if (invoke(plugin, &call, &result) != SOAR_OK || strstr(result.json, "\"Clash\"") == NULL)
        fail("get_cases", result.json);
    release(&result);
    use_own();
    if (shutdown(plugin, 5000) != SOAR_OK)
        fail("soar_shutdown", NULL);
    use_own();
    return 0;
}
