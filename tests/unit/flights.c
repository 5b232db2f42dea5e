/* The calls in flight by their ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flights.h"

#define MOST 5000

/* Ids as hosts give them: counted up, far apart, and with nothing but high bits. */
static uint64_t id_of(size_t kind, size_t i)
{
    static const uint64_t steps[] = {1, 65536, UINT64_C(1) << 40};
    return (i + 1) * steps[kind];
}

static void each_is_found_by_its_id_while_it_is_there(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < 3; kind++) {
        struct flight *all = calloc(MOST, sizeof(*all));
        struct flights flights = {0};
        assert_non_null(all);
        for (size_t i = 0; i < MOST; i++) {
            all[i].id = id_of(kind, i);
            assert_null(flights_find(&flights, all[i].id));
            flights_add(&flights, &all[i]);
            assert_ptr_equal(flights_find(&flights, all[i].id), &all[i]);
        }
        for (size_t i = 0; i < MOST; i += 2)
            flights_remove(&flights, &all[i]);
        for (size_t i = 0; i < MOST; i++)
            assert_ptr_equal(flights_find(&flights, all[i].id), i % 2 == 0 ? NULL : &all[i]);
        assert_int_equal(flights.n, MOST / 2);
        for (size_t i = 1; i < MOST; i += 2)
            flights_remove(&flights, &all[i]);
        assert_int_equal(flights.n, 0);
        assert_null(flights.first);
        flights_done(&flights);
        free(all);
    }
}

static void calls_without_an_id_are_there_and_not_found(void **state)
{
    struct flight all[40] = {{.id = 0}};
    struct flights flights = {0};
    size_t n = 0;
    (void)state;
    all[20].id = 7;
    for (size_t i = 0; i < 40; i++)
        flights_add(&flights, &all[i]);
    assert_null(flights_find(&flights, 0));
    assert_ptr_equal(flights_find(&flights, 7), &all[20]);
    for (const struct flight *flight = flights.first; flight != NULL; flight = flight->next)
        n++;
    assert_int_equal(n, 40);
    for (size_t i = 0; i < 40; i++)
        flights_remove(&flights, &all[i]);
    assert_null(flights.first);
    flights_done(&flights);
}

static void an_id_is_free_again_when_its_call_is_over(void **state)
{
    struct flight first = {.id = 3}, second = {.id = 3};
    struct flights flights = {0};
    (void)state;
    flights_add(&flights, &first);
    flights_remove(&flights, &first);
    flights_add(&flights, &second);
    assert_ptr_equal(flights_find(&flights, 3), &second);
    flights_remove(&flights, &second);
    flights_done(&flights);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_found_by_its_id_while_it_is_there),
        cmocka_unit_test(calls_without_an_id_are_there_and_not_found),
        cmocka_unit_test(an_id_is_free_again_when_its_call_is_over),
    };
    return cmocka_run_group_tests_name("flights", tests, NULL, NULL);
}
