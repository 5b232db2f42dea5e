/* The contract, included alone and before anything else: compiled as C99, C11 and C++17. */
#include "soar_plugin.h"

uint32_t alone(soar_plugin **plugin);

/* Uses every name of the header, as a host would that links the plugin. */
uint32_t alone(soar_plugin **plugin)
{
    soar_host host = {sizeof(soar_host), SOAR_ABI_VERSION, 0, 0, 0, 0, 0, SOAR_HOST_ANY_THREAD, 0};
    soar_call call = {sizeof(soar_call),
                      SOAR_CALL_DRY_RUN | SOAR_CALL_IN_FD | SOAR_CALL_OUT_FD,
                      1,
                      "a",
                      1,
                      "{}",
                      2,
                      SOAR_NO_TIMEOUT,
                      0,
                      0,
                      -1,
                      -1,
                      "",
                      0,
                      "",
                      0};
    soar_result result = {sizeof(soar_result), SOAR_OK, 0, SOAR_KIND_DONE, 0, 0, 0, 0, 0, 0};
    const char *json = 0;
    uint64_t len = 0;
    int32_t event_fd = -1;
    soar_status status = soar_init(&host, "", 0, plugin, &event_fd, &result);

    status += soar_list_actions(&json, &len);
    status += soar_invoke(*plugin, &call, &result) + soar_cancel(*plugin, 1);
    status += soar_submit(*plugin, &call) + soar_next(*plugin, &result);
    soar_release(&result);
    return soar_abi_version() + (uint32_t)(status + soar_shutdown(*plugin, 0));
}
