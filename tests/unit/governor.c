/* The calls of an instance, or of several that share a file, at a service with a limit: nobody is
 * refused, nobody is overtaken, and nothing is left unused. */
#include <unistd.h>

#include "governor_world.h"

static void calls_go_in_the_order_in_which_they_came(void **state)
{
    (void)state;
    struct config config = usual_limits();
    struct governor *governor = open_governor(&config);
    struct gate_word refused = {.answered = true, .limit = 100, .refused = true, .wait_ms = 5000};
    struct governor_ticket first = {0}, tickets[20] = {0};

    assert_true(governor_ask(governor, BASE, &first, at_ms(START_MS)).go);
    governor_told(governor, &first, &refused, at_ms(START_MS));
    int64_t before = START_MS;
    for (size_t i = 0; i < COUNT(tickets); i++) {
        struct governor_turn turn = governor_ask(governor, BASE, &tickets[i], at_ms(START_MS));
        assert_false(turn.go);
        assert_true(turn.again_ms > before); /* spread out, not all at once */
        before = turn.again_ms;
    }
    assert_false(governor_ask(governor, BASE, &tickets[1], at_ms(START_MS + 5000)).go);
    assert_true(governor_ask(governor, BASE, &tickets[0], at_ms(START_MS + 5000)).go);
    governor_told(governor, &tickets[0],
                  &(struct gate_word){.answered = true, .limit = 100, .remaining = 90},
                  at_ms(START_MS + 5001));
    assert_false(governor_ask(governor, BASE, &tickets[2], at_ms(START_MS + 5001)).go);
    assert_false(governor_ask(governor, BASE, &first, at_ms(START_MS + 5001)).go);
    for (size_t i = 1; i < COUNT(tickets); i++)
        assert_true(governor_ask(governor, BASE, &tickets[i], at_ms(START_MS + 5001)).go);
    assert_true(governor_ask(governor, BASE, &first, at_ms(START_MS + 5001)).go);
    governor_free(governor);
}

static void who_leaves_holds_up_nobody(void **state)
{
    (void)state;
    enum { FIRST, MIDDLE, LAST };

    for (int who = FIRST; who <= LAST; who++) {
        struct config config = usual_limits();
        struct governor *governor = open_governor(&config);
        struct gate_word refused = {
            .answered = true, .limit = 100, .refused = true, .wait_ms = 5000};
        struct governor_ticket before = {0}, tickets[3] = {0};
        assert_true(governor_ask(governor, BASE, &before, at_ms(START_MS)).go);
        governor_told(governor, &before, &refused, at_ms(START_MS));
        for (size_t i = 0; i < 3; i++)
            assert_false(governor_ask(governor, BASE, &tickets[i], at_ms(START_MS)).go);
        governor_leave(governor, &tickets[who]);
        governor_leave(governor, &tickets[who]);
        for (int i = FIRST; i <= LAST; i++) {
            if (i == who)
                continue;
            assert_true(governor_ask(governor, BASE, &tickets[i], at_ms(START_MS + 5000)).go);
            governor_told(governor, &tickets[i],
                          &(struct gate_word){.answered = true, .limit = 100, .remaining = 90},
                          at_ms(START_MS + 5000));
        }
        governor_free(governor);
    }
}

static void who_is_due_and_does_not_come_is_passed_over(void **state)
{
    (void)state;
    struct config config = usual_limits();
    struct governor *governor = open_governor(&config);
    struct gate_word refused = {.answered = true, .limit = 100, .refused = true, .wait_ms = 5000};
    struct governor_ticket before = {0}, late = {0}, next = {0};

    assert_true(governor_ask(governor, BASE, &before, at_ms(START_MS)).go);
    governor_told(governor, &before, &refused, at_ms(START_MS));
    assert_false(governor_ask(governor, BASE, &late, at_ms(START_MS)).go);
    assert_false(governor_ask(governor, BASE, &next, at_ms(START_MS)).go);
    assert_false(governor_ask(governor, BASE, &next, at_ms(START_MS + 5900)).go);
    assert_true(governor_ask(governor, BASE, &next, at_ms(START_MS + 6100)).go);
    governor_told(governor, &next,
                  &(struct gate_word){.answered = true, .limit = 100, .remaining = 90},
                  at_ms(START_MS + 6100));
    assert_true(governor_ask(governor, BASE, &late, at_ms(START_MS + 6100)).go);
    governor_free(governor);
}

static void without_the_wish_to_govern_all_go(void **state)
{
    (void)state;
    struct config config = usual_limits();
    config.limits.govern = false;
    config.limits.shared_file = (char *)(uintptr_t) "/no/such/directory/file";
    struct governor *governor = open_governor(&config);
    struct gate_word refused = {.answered = true, .limit = 1, .refused = true, .wait_ms = 5000};

    for (int i = 0; i < 100; i++) {
        struct governor_ticket ticket = {0};
        assert_true(governor_ask(governor, BASE, &ticket, at_ms(START_MS)).go);
        governor_told(governor, &ticket, &refused, at_ms(START_MS));
    }
    governor_free(governor);
}

static void what_no_limit_can_mean_is_logged(void **state)
{
    (void)state;
    static const struct {
        struct gate_word word;
        const char *line;
    } rows[] = {
        {{.answered = true, .limit = 100, .refused = true, .wait_ms = 31536000000},
         "2 rate limit: the service asks to wait 31536000000 ms; it is taken for 60000 "
         "(limits.max_wait_ms)\n"},
        {{.answered = true, .limit = 0, .wait_ms = -1},
         "2 rate limit: the service tells a limit of 0; it is taken for none told\n"},
        {{.answered = true, .limit = 5000000, .remaining = 7, .wait_ms = -1},
         "2 rate limit: the service tells a limit of 5000000; it is taken for 1000000\n"},
        {{.answered = true, .limit = 100, .remaining = 200, .wait_ms = -1}, ""},
        {{.answered = true, .limit = 100, .refused = true, .wait_ms = 0}, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config config = usual_limits();
        struct governor *governor = open_governor(&config);
        struct governor_ticket ticket = {0};
        assert_true(governor_ask(governor, BASE, &ticket, at_ms(START_MS)).go);
        governor_told(governor, &ticket, &rows[i].word, at_ms(START_MS));
        assert_string_equal(logged, rows[i].line);
        governor_free(governor);
    }
}

static void that_little_is_left_is_logged_once_a_window(void **state)
{
    (void)state;
    struct config config = usual_limits();
    struct governor *governor = open_governor(&config);
    struct governor_ticket ticket = {0}, others[3] = {0};
    static const char line[] = "3 rate limit: 4 requests are left for now; calls go out spaced\n";

    assert_true(governor_ask(governor, BASE, &ticket, at_ms(START_MS)).go);
    governor_told(governor, &ticket,
                  &(struct gate_word){.answered = true, .limit = 100, .remaining = 5},
                  at_ms(START_MS));
    assert_true(governor_ask(governor, BASE, &others[0], at_ms(START_MS)).go);
    assert_false(governor_ask(governor, BASE, &others[1], at_ms(START_MS)).go);
    assert_false(governor_ask(governor, BASE, &others[1], at_ms(START_MS + 10)).go);
    assert_string_equal(logged, line);
    governor_leave(governor, &others[1]);
    governor_free(governor);
}

/* ------------------------------------------------------------------ a service with a limit */

/* What becomes of so many callers, each with so many requests, at the same moment. */
static void crowd(struct governor *const *governors, size_t n_governors, int64_t limit,
                  int64_t window_ms, size_t n, int64_t each, uint64_t seed)
{
    struct service_model service = {.limit = limit, .window_ms = window_ms};
    struct caller callers[MAX_CALLERS] = {0};
    int64_t total = (int64_t)n * each;

    for (size_t i = 0; i < n; i++)
        callers[i] = (struct caller){.governor = governors[i % n_governors],
                                     .due_ms = START_MS + (int64_t)(random_number(&seed) % 5),
                                     .left = each};
    int64_t end = let_work(&service, callers, n, START_MS, INT64_MAX, 40, &seed, NULL, 0);
    assert_int_equal(service.refused, 0);
    assert_int_equal(service.n, total);
    /* at least three fifths of what the limit allows, and a window to begin with */
    int64_t longest = window_ms + total * window_ms * 5 / (limit * 3);
    if (end - START_MS > longest)
        fail_msg("seed %llu, %lld requests at %lld a window: took %lld ms, not %lld",
                 (unsigned long long)seed, (long long)total, (long long)limit,
                 (long long)(end - START_MS), (long long)longest);
}

static void a_crowd_is_never_refused_and_wastes_little_of_the_limit(void **state)
{
    (void)state;
    static const struct {
        int64_t limit, window_ms;
        size_t n;
        int64_t each;
    } rows[] = {
        {40, 60000, 50, 1}, {40, 60000, 50, 4}, {40, 2000, 50, 4},    {6000, 60000, 200, 100},
        {10, 60000, 30, 2}, {8, 60000, 20, 1},  {300, 60000, 1, 900}, {12, 6000, 100, 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (uint64_t seed = 1; seed <= 5; seed++) {
            struct config config = usual_limits();
            config.limits.window_ms = rows[i].window_ms;
            struct governor *governor = open_governor(&config);
            crowd(&governor, 1, rows[i].limit, rows[i].window_ms, rows[i].n, rows[i].each, seed);
            governor_free(governor);
        }
}

static void instances_that_share_a_file_are_not_refused_together(void **state)
{
    (void)state;
    char directory[] = "/tmp/governor.XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/limits", directory);

    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct config config = usual_limits();
        config.limits.shared_file = path;
        struct governor *governors[3];
        for (size_t i = 0; i < 3; i++)
            governors[i] = open_governor(&config);
        crowd(governors, 3, 60, 60000, 90, 3, seed);
        for (size_t i = 0; i < 3; i++)
            governor_free(governors[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(directory), 0);
}

static void in_a_crowd_nobody_is_overtaken(void **state)
{
    (void)state;
    struct config config = usual_limits();
    struct governor *governor = open_governor(&config);
    struct service_model service = {.limit = 40, .window_ms = 60000};
    struct caller callers[100] = {0};
    size_t sent[100] = {0};
    uint64_t seed = 7;

    for (size_t i = 0; i < COUNT(callers); i++)
        callers[i] =
            (struct caller){.governor = governor, .due_ms = START_MS + (int64_t)i, .left = 1};
    let_work(&service, callers, COUNT(callers), START_MS, INT64_MAX, 40, &seed, sent, COUNT(sent));
    for (size_t i = 0; i < COUNT(sent); i++)
        assert_int_equal(sent[i], i);
    governor_free(governor);
}

static void when_others_have_used_it_up_the_return_is_no_stampede(void **state)
{
    (void)state;
    struct config config = usual_limits();
    struct governor *governor = open_governor(&config);
    struct service_model service = {.limit = 100, .window_ms = 60000};
    struct caller callers[50] = {0};
    uint64_t seed = 3;

    for (int i = 0; i < 100; i++) /* someone else's burst, ten seconds ago */
        service_take(&service, START_MS - 10000);
    for (size_t i = 0; i < COUNT(callers); i++)
        callers[i] = (struct caller){.governor = governor, .due_ms = START_MS, .left = 1};
    let_work(&service, callers, COUNT(callers), START_MS, START_MS + 49999, 20, &seed, NULL, 0);
    assert_in_range(service.refused, 1, GATE_UNKNOWN_BURST + 1);
    int64_t end = let_work(&service, callers, COUNT(callers), START_MS + 49999, INT64_MAX, 20,
                           &seed, NULL, 0);
    assert_in_range(service.refused, 1, GATE_UNKNOWN_BURST + 1); /* not one more */
    assert_true(end < START_MS + 120000);
    int64_t most = 0;
    for (size_t i = 100; i < service.n; i++) {
        int64_t together = 1;
        for (size_t k = i + 1; k < service.n && service.times[k] < service.times[i] + 1000; k++)
            together++;
        most = together > most ? together : most;
    }
    assert_in_range(most, 1, 5); /* a second, where the limit is 100 a minute */
    governor_free(governor);
}

static void beside_others_who_take_what_they_get_few_are_refused(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct config config = usual_limits();
        struct governor *governor = open_governor(&config);
        struct service_model service = {.limit = 300, .window_ms = 60000};
        struct caller callers[20] = {0};
        uint64_t random = seed;
        int64_t foreign = 0;
        for (size_t i = 0; i < COUNT(callers); i++)
            callers[i] = (struct caller){.governor = governor, .due_ms = START_MS, .left = 1000};
        for (int64_t ms = START_MS; ms < START_MS + 600000; ms += 250) {
            let_work(&service, callers, COUNT(callers), ms, ms + 249, 20, &random, NULL, 0);
            int64_t before = service.refused; /* two in a second, whatever is left */
            if (random_number(&random) % 2 == 0)
                service_take(&service, ms + 249);
            foreign += service.refused - before;
        }
        if (service.refused - foreign > 10 * 5)
            fail_msg("seed %llu: %lld of %zu refused", (unsigned long long)seed,
                     (long long)(service.refused - foreign), service.n);
        for (size_t i = 0; i < COUNT(callers); i++)
            governor_leave(governor, &callers[i].ticket);
        governor_free(governor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_go_in_the_order_in_which_they_came),
        cmocka_unit_test(who_leaves_holds_up_nobody),
        cmocka_unit_test(who_is_due_and_does_not_come_is_passed_over),
        cmocka_unit_test(without_the_wish_to_govern_all_go),
        cmocka_unit_test(what_no_limit_can_mean_is_logged),
        cmocka_unit_test(that_little_is_left_is_logged_once_a_window),
        cmocka_unit_test(a_crowd_is_never_refused_and_wastes_little_of_the_limit),
        cmocka_unit_test(instances_that_share_a_file_are_not_refused_together),
        cmocka_unit_test(in_a_crowd_nobody_is_overtaken),
        cmocka_unit_test(when_others_have_used_it_up_the_return_is_no_stampede),
        cmocka_unit_test(beside_others_who_take_what_they_get_few_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
