/* Handles with their connections: kept, used again last first, no more than are wanted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "transport_private.h"

static struct transport *make(struct config *config, int64_t max_connections)
{
    struct transport *transport = NULL;
    struct error err;

    *config = (struct config){.http = {.max_connections = max_connections,
                                       .connect_timeout_ms = 1000,
                                       .stall_timeout_ms = 1000}};
    assert_true(transport_new(config, true, &transport, &err));
    return transport;
}

static void the_handle_used_last_is_taken_first(void **state)
{
    (void)state;
    struct config config;
    struct transport *transport = make(&config, 4);
    struct transport_handle *first = transport_take(transport);
    struct transport_handle *second = transport_take(transport);

    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    transport_give(transport, first);
    transport_give(transport, second);
    assert_ptr_equal(transport_take(transport), second);
    assert_ptr_equal(transport_take(transport), first);
    transport_give(transport, first);
    transport_give(transport, second);
    transport_free(transport);
    transport_free(NULL);
}

static void no_more_are_kept_than_the_configuration_says(void **state)
{
    (void)state;
    struct config config;
    struct transport *transport = make(&config, 2);
    struct transport_handle *taken[4];

    for (size_t i = 0; i < 4; i++)
        taken[i] = transport_take(transport);
    for (size_t i = 0; i < 4; i++)
        transport_give(transport, taken[i]);
    assert_int_equal(transport->n_idle, 2);
    transport_free(transport);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_handle_used_last_is_taken_first),
        cmocka_unit_test(no_more_are_kept_than_the_configuration_says),
    };
    return cmocka_run_group_tests_name("transport_pool", tests, NULL, NULL);
}
