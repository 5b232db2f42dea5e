#include "plugged.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "measure.h"

void plug(struct plugged *ret, const char *object, const char *base, const char *ca_file,
          const char *http, const char *more)
{
    soar_status (*init)(const soar_host *, const char *, uint64_t, soar_plugin **, int32_t *,
                        soar_result *);
    soar_host host = {.struct_size = sizeof(host), .abi_version = SOAR_ABI_VERSION};
    soar_result err = {.struct_size = sizeof(err)};
    void *library = dlopen(object, RTLD_NOW | RTLD_LOCAL);
    char config[4096], ca[1024] = "";

    if (library == NULL)
        die(dlerror());
    *(void **)&init = dlsym(library, "soar_init");
    *(void **)&ret->invoke = dlsym(library, "soar_invoke");
    *(void **)&ret->submit = dlsym(library, "soar_submit");
    *(void **)&ret->next = dlsym(library, "soar_next");
    *(void **)&ret->release = dlsym(library, "soar_release");
    *(void **)&ret->shutdown = dlsym(library, "soar_shutdown");
    if (ca_file != NULL)
        snprintf(ca, sizeof(ca), "ca_file = \"%s\";", ca_file);
    snprintf(config, sizeof(config),
             "falcon: { base_url = \"%s\"; client_id = \"bench\"; client_secret = \"bench\"; };\n"
             "http: { %s %s };\n%s\n",
             base, ca, http, more);
    if (init(&host, config, strlen(config), &ret->plugin, &ret->event_fd, &err) != SOAR_OK)
        die(err.json);
}

soar_call call_of(const char *action, const char *input)
{
    return (soar_call){.struct_size = sizeof(soar_call),
                       .action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input),
                       .timeout_ms = SOAR_NO_TIMEOUT};
}

void plugged_call(const struct plugged *plugged, const soar_call *call)
{
    soar_result result = {.struct_size = sizeof(result)};

    if (plugged->invoke(plugged->plugin, call, &result) != SOAR_OK)
        die(result.json);
    plugged->release(&result);
}
