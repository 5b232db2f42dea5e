/* Which writes are on their way, and what they made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "ledger.h"

static const struct action action = {.name = "create"}, other_action = {.name = "other"};

static void what_was_made_is_one_writes_own(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();

    assert_false(ledger_is_made(ledger, "a"));
    assert_true(ledger_claim(ledger, "a"));
    assert_false(ledger_claim(ledger, "a"));
    assert_true(ledger_is_made(ledger, "a"));
    ledger_made(ledger, "b");
    assert_false(ledger_claim(ledger, "b"));
    assert_true(ledger_claim(ledger, "c"));
    ledger_free(ledger);
}

static void a_write_is_unsettled_from_its_sending_to_its_loss_or_end(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();
    struct ledger_write lost = {0}, sending = {0}, elsewhere = {0}, later = {0};

    ledger_sent(ledger, &lost, &action, 1);
    ledger_sent(ledger, &elsewhere, &other_action, 1);
    ledger_lost(ledger, &lost);
    uint64_t ticket = ledger_ticket(ledger);
    ledger_sent(ledger, &later, &action, 1); /* after the look: it cannot have shown its own */
    assert_false(ledger_unsettled(ledger, &lost, ticket));
    ledger_sent(ledger, &sending, &action, 2);
    assert_true(ledger_unsettled(ledger, &lost, ledger_ticket(ledger)));
    ledger_over(ledger, &sending);
    ledger_over(ledger, &later);
    assert_false(ledger_unsettled(ledger, &lost, ledger_ticket(ledger)));
    ledger_over(ledger, &lost);
    ledger_over(ledger, &elsewhere);
    ledger_free(ledger);
}

static void equals_are_lost_writes_that_asked_for_the_same(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();
    struct ledger_write writes[5] = {0};

    ledger_sent(ledger, &writes[0], &action, 1);
    ledger_sent(ledger, &writes[1], &action, 1);
    ledger_sent(ledger, &writes[2], &action, 2);
    ledger_sent(ledger, &writes[3], &other_action, 1);
    ledger_sent(ledger, &writes[4], &action, 1); /* not lost */
    for (size_t i = 0; i < 4; i++)
        ledger_lost(ledger, &writes[i]);
    assert_int_equal(ledger_equals(ledger, &writes[0]), 1);
    assert_int_equal(ledger_equals(ledger, &writes[2]), 0);
    ledger_over(ledger, &writes[1]);
    assert_int_equal(ledger_equals(ledger, &writes[0]), 0);
    for (size_t i = 0; i < 5; i++)
        ledger_over(ledger, &writes[i]);
    ledger_free(ledger);
}

static void what_is_forgotten_for_want_of_room_is_said(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();
    uint64_t before = ledger_ticket(ledger);
    char id[32];

    for (unsigned i = 0; i < LEDGER_MAX_MADE; i++) {
        snprintf(id, sizeof(id), "%u", i);
        ledger_made(ledger, id);
    }
    assert_true(ledger_is_made(ledger, "0"));
    assert_false(ledger_forgot(ledger, before));
    ledger_made(ledger, "one more");
    assert_false(ledger_is_made(ledger, "0"));
    assert_true(ledger_is_made(ledger, "1"));
    assert_true(ledger_forgot(ledger, before));
    assert_false(ledger_forgot(ledger, ledger_ticket(ledger)));
    ledger_free(ledger);
}

static void without_a_ledger_each_call_is_alone(void **state)
{
    (void)state;
    struct ledger_write write = {0};

    ledger_sent(NULL, &write, &action, 1);
    ledger_lost(NULL, &write);
    ledger_made(NULL, "a");
    assert_true(ledger_claim(NULL, "a"));
    assert_false(ledger_is_made(NULL, "a"));
    assert_false(ledger_unsettled(NULL, &write, 1));
    assert_int_equal(ledger_equals(NULL, &write), 0);
    assert_false(ledger_forgot(NULL, 0));
    assert_true(ledger_clock(NULL) == LEDGER_NO_CLOCK);
    ledger_over(NULL, &write);
    ledger_free(NULL);
}

static void the_clock_is_the_least_that_the_last_answers_said(void **state)
{
    (void)state;
    struct ledger *ledger = ledger_new();

    assert_true(ledger_clock(ledger) == LEDGER_NO_CLOCK);
    ledger_note_clock(ledger, 5000);
    ledger_note_clock(ledger, 86400000); /* a server whose clock is wrong */
    assert_int_equal(ledger_clock(ledger), 5000);
    for (unsigned i = 1; i < LEDGER_CLOCKS; i++)
        ledger_note_clock(ledger, 7000);
    assert_int_equal(ledger_clock(ledger), 7000);
    ledger_note_clock(ledger, -3000);
    assert_int_equal(ledger_clock(ledger), -3000);
    ledger_free(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_made_is_one_writes_own),
        cmocka_unit_test(a_write_is_unsettled_from_its_sending_to_its_loss_or_end),
        cmocka_unit_test(equals_are_lost_writes_that_asked_for_the_same),
        cmocka_unit_test(what_is_forgotten_for_want_of_room_is_said),
        cmocka_unit_test(without_a_ledger_each_call_is_alone),
        cmocka_unit_test(the_clock_is_the_least_that_the_last_answers_said),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
