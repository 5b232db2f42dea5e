/* A host that exports a function which libconfig calls of its own: it would be called in
 * libconfig's place, whatever the plugin does. The configuration is refused, with the name to look
 * for. */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"

#pragma GCC visibility push(default)
void *config_setting_get_member(void);
#pragma GCC visibility pop

void *config_setting_get_member(void)
{
    fail_msg("the host's function was called");
    return NULL;
}

static void a_host_that_stands_in_libconfigs_way_gets_a_clear_refusal(void **state)
{
    (void)state;
    static const char text[] = "falcon = { client_id = \"a\"; client_secret = \"b\"; };";
    const struct service service = {0};
    struct config config;
    struct error err;
    void *(*mine)(void) = config_setting_get_member;
    void *found = dlsym(RTLD_DEFAULT, "config_setting_get_member");
    /* Linked with -rdynamic, or else this would prove nothing. */
    assert_memory_equal(&found, &mine, sizeof(found));
    error_clear(&err);
    assert_false(config_read(text, strlen(text), NULL, &service, &config, &err));
    assert_int_equal(err.status, SOAR_FAILED_PRECONDITION);
    assert_string_equal(err.reason, "libconfig_interposed");
    assert_non_null(strstr(err.message, "config_setting_get_member of libconfig is replaced"));
    assert_non_null(strstr(err.hint, "without exporting config_setting_get_member"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_that_stands_in_libconfigs_way_gets_a_clear_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
