/* host PLUGIN.so CONFIGURATION ACTION INPUT - carries out one action and prints its result. */
#include <dlfcn.h>
#include <soar_plugin.h>
#include <stdio.h>
#include <string.h>

/* A function of the plugin, under its own name and with its own type. */
#define GET(name) __typeof__(&name) name##_ = (__typeof__(&name))dlsym(so, #name)

int main(int argc, char **argv)
{
    void *so = argc == 5 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (so == NULL) {
        fprintf(stderr, "%s\n", argc == 5 ? dlerror() : "host PLUGIN CONFIGURATION ACTION INPUT");
        return 64;
    }
    GET(soar_abi_version);
    GET(soar_init);
    GET(soar_invoke);
    GET(soar_release);
    GET(soar_shutdown);
    if (soar_abi_version_() >> 16 != SOAR_ABI_MAJOR)
        return SOAR_UNIMPLEMENTED;

    soar_plugin *plugin = NULL;
    soar_result result = {.struct_size = sizeof(result)};
    soar_status status = soar_init_(NULL, argv[2], strlen(argv[2]), &plugin, NULL, &result);
    if (status == SOAR_OK) {
        soar_call call = {.struct_size = sizeof(call), .timeout_ms = 60000};
        call.action = argv[3];
        call.action_len = strlen(argv[3]);
        call.input = argv[4];
        call.input_len = strlen(argv[4]);
        status = soar_invoke_(plugin, &call, &result);
    }
    puts(result.json ? result.json : "{}"); /* NULL: no memory was left */
    soar_release_(&result);
    soar_shutdown_(plugin, 5000);
    return status;
}
