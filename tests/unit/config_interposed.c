/* A host that exports a function which libconfig calls of its own. Where the host has not loaded
 * libconfig itself, libconfig calls its own all the same; where it has, it is bound to the host's
 * already, and the configuration is refused, with the name to look for. */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"

/* Their runtimes refuse what it takes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_BE_BOUND 0
#else
#define CAN_BE_BOUND 1
#endif

#pragma GCC visibility push(default)
void *config_setting_get_member(void);
#pragma GCC visibility pop

void *config_setting_get_member(void)
{
    fail_msg("the host's function was called");
    return NULL;
}

static bool read_one(struct error *err)
{
    static const char text[] =
        "falcon = { base_url = \"https://falcon.example\"; client_id = \"a\"; "
        "client_secret = \"b\"; };";
    const struct service service = {0};
    struct config config;
    error_clear(err);
    if (!config_read(text, strlen(text), NULL, &service, &config, err))
        return false;
    config_done(&config);
    return true;
}

static void this_program_stands_in_libconfigs_way(void **state)
{
    (void)state;
    void *(*mine)(void) = config_setting_get_member;
    void *found = dlsym(RTLD_DEFAULT, "config_setting_get_member");
    /* Linked with -rdynamic, or else this would prove nothing. */
    assert_memory_equal(&found, &mine, sizeof(found));
    assert_null(dlopen("libconfig.so.9", RTLD_NOW | RTLD_NOLOAD));
}

static void libconfig_calls_its_own_functions_nevertheless(void **state)
{
    (void)state;
    struct error err;
    bool fine = read_one(&err);
    if (fine != CAN_BE_BOUND)
        fail_msg("%s", err.message);
    assert_int_equal(read_one(&err), fine);
}

static void a_host_that_has_loaded_libconfig_itself_gets_a_clear_refusal(void **state)
{
    (void)state;
    struct error err;
    void *loaded = dlopen("libconfig.so.9", RTLD_NOW);
    assert_non_null(loaded);
    assert_false(read_one(&err));
    assert_int_equal(err.status, SOAR_FAILED_PRECONDITION);
    assert_string_equal(err.reason, "libconfig_interposed");
    assert_non_null(strstr(err.message, "config_setting_get_member of libconfig is replaced"));
    assert_non_null(strstr(err.hint, "without exporting config_setting_get_member"));
    dlclose(loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(this_program_stands_in_libconfigs_way),
        cmocka_unit_test(libconfig_calls_its_own_functions_nevertheless),
        cmocka_unit_test(a_host_that_has_loaded_libconfig_itself_gets_a_clear_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
