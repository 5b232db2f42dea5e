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

static void a_handle_of_several_connections_counts_as_many(void **state)
{
    (void)state;
    struct config config;
    struct transport *transport = make(&config, 3);
    struct transport_handle *wide = transport_take(transport), *other = transport_take(transport);

    assert_true(transport_widen(transport, wide, false));
    assert_false(transport_widen(transport, wide, false)); /* three are open */
    assert_false(transport_widen(transport, other, false));
    assert_true(transport_widen(transport, other, true));
    transport_give(transport, wide);
    assert_int_equal(transport->n_idle, 2);
    transport_give(transport, other); /* four are too many */
    assert_int_equal(transport->n_idle, 2);
    assert_int_equal(transport->n_open, 2);
    assert_ptr_equal(transport_take(transport), wide);
    assert_true(transport_widen(transport, wide, false));
    transport_give(transport, wide);
    transport_free(transport);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_handle_used_last_is_taken_first),
        cmocka_unit_test(no_more_are_kept_than_the_configuration_says),
        cmocka_unit_test(a_handle_of_several_connections_counts_as_many),
    };
    return cmocka_run_group_tests_name("transport_pool", tests, NULL, NULL);
}
