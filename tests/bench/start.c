/*
 * What it takes to have the plugin ready beyond libcurl; this program is linked with neither.
 *
 *     start curl SONAME           dlopen of libcurl and curl_global_init
 *     start plugin SONAME PATH    the same, then dlopen of the plugin, soar_init and soar_list_actions
 *
 * Prints what client.c prints (N is 1), and before it, for the second, "adds_us": the CPU time that came
 * behind libcurl's.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "measure.h"
#include "soar_plugin.h"

#define CONFIG                                                                                     \
    "falcon: { base_url = \"http://127.0.0.1:9\"; client_id = \"b\"; client_secret = \"b\"; };\n"

static void *load(const char *object)
{
    void *library = dlopen(object, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        die(dlerror());
    return library;
}

static void start_curl(const char *object)
{
    int (*global_init)(long);
    const long all = 3; /* CURL_GLOBAL_DEFAULT */

    *(void **)&global_init = dlsym(load(object), "curl_global_init");
    if (global_init == NULL || global_init(all) != 0)
        die("curl_global_init");
}

static void start_plugin(const char *object)
{
    void *library = load(object);
    soar_result err = {.struct_size = sizeof(err)};
    soar_plugin *plugin = NULL;
    __typeof__(&soar_init) init = NULL;
    __typeof__(&soar_list_actions) list = NULL;
    const char *json = NULL;
    uint64_t len = 0;

    *(void **)&init = dlsym(library, "soar_init");
    *(void **)&list = dlsym(library, "soar_list_actions");
    if (init(NULL, CONFIG, strlen(CONFIG), &plugin, NULL, &err) != SOAR_OK)
        die(err.json);
    if (list(&json, &len) != SOAR_OK || len == 0)
        die("soar_list_actions");
}

int main(int argc, char **argv)
{
    bool plugin = argc == 4 && strcmp(argv[1], "plugin") == 0;

    if (!plugin && (argc != 3 || strcmp(argv[1], "curl") != 0))
        die("curl SONAME, or plugin SONAME OBJECT");
    double cpu = cpu_seconds(), wall = wall_seconds();
    start_curl(argv[2]);
    double behind = cpu_seconds();
    if (plugin)
        start_plugin(argv[3]);
    double end = cpu_seconds();
    print_more("adds_us", (end - behind) * 1e6);
    print_figures(argv[1], "start", 1, end - cpu, wall_seconds() - wall);
    return 0;
}
