/* When a request may go out: what the service says, what went out before, and the time. */
#include "governor_world.h"

static const struct gate_rules rules = {
    .window_ms = 60000, .part_ms = 1000, .reserve_percent = 10, .max_wait_ms = 60000};

static bool goes(struct gate_state *state, int64_t now_ms)
{
    struct gate_pass pass;
    struct gate_wait wait;

    return gate_try(state, &rules, now_ms, &pass, &wait);
}

/* One request goes out and is answered in the same moment. */
static void exchange(struct gate_state *state, int64_t now_ms, int64_t limit, int64_t remaining)
{
    struct gate_word word = {
        .answered = true, .limit = limit, .remaining = remaining, .wait_ms = -1};
    struct gate_pass pass;
    struct gate_wait wait;

    assert_true(gate_try(state, &rules, now_ms, &pass, &wait));
    assert_int_equal(gate_told(state, &rules, now_ms, &pass, &word), 0);
}

/* ------------------------------------------------------------------ the gate */

static void what_is_left_decides_how_far_apart_requests_are(void **state)
{
    (void)state;
    static const struct {
        int64_t limit, remaining;
        int64_t gap_ms; /* to the request after the next; 0 = none */
    } rows[] = {
        {6000, 5999, 0},  {6000, 602, 0},   {6000, 600, 100}, {6000, 300, 200},
        {6000, 60, 1000}, {6000, 3, 30000}, {6000, 2, 60000}, {100, 50, 0},
        {100, 10, 6666},  {5, 3, 0}, /* ten per cent of five is nothing to spare */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gate_state gate = {0};
        struct gate_pass pass;
        struct gate_wait wait = {0};
        exchange(&gate, START_MS, rows[i].limit, rows[i].remaining);
        assert_true(gate_try(&gate, &rules, START_MS, &pass, &wait));
        bool go = gate_try(&gate, &rules, START_MS, &pass, &wait);
        int64_t gap = go ? 0 : wait.at_ms - START_MS;
        int64_t slack = rows[i].gap_ms / (rows[i].remaining > 0 ? rows[i].remaining : 1) + 1;
        if (llabs(gap - rows[i].gap_ms) > slack)
            fail_msg("%lld of %lld left: %lld ms apart", (long long)rows[i].remaining,
                     (long long)rows[i].limit, (long long)gap);
    }
}

static void before_the_limit_is_known_a_few_go_and_the_rest_slowly(void **state)
{
    (void)state;
    struct gate_state gate = {0};
    int sent = 0;

    for (int i = 0; i < 50; i++)
        sent += goes(&gate, START_MS);
    assert_int_equal(sent, GATE_UNKNOWN_BURST);
    for (int64_t ms = 1; ms <= 1000; ms++)
        sent += goes(&gate, START_MS + ms);
    assert_in_range(sent, GATE_UNKNOWN_BURST + 8, GATE_UNKNOWN_BURST + 11);
}

static void a_service_that_tells_no_limit_is_not_slowed_down(void **state)
{
    (void)state;
    struct gate_state gate = {0};

    exchange(&gate, START_MS, -1, -1);
    for (int i = 0; i < 10000; i++)
        assert_true(goes(&gate, START_MS));
}

static void a_request_without_an_answer_does_not_mean_that_there_is_no_limit(void **state)
{
    (void)state;
    struct gate_word nothing = {.limit = -1, .remaining = -1, .wait_ms = -1};
    struct gate_state gate = {0};
    struct gate_pass pass;
    struct gate_wait wait;
    int sent = 0;

    assert_true(gate_try(&gate, &rules, START_MS, &pass, &wait));
    gate_told(&gate, &rules, START_MS, &pass, &nothing);
    for (int i = 0; i < 50; i++)
        sent += goes(&gate, START_MS);
    assert_int_equal(sent, GATE_UNKNOWN_BURST - 1);
}

static void what_need_not_go_yet_goes_only_where_nothing_need_be_spaced(void **state)
{
    (void)state;
    static const struct {
        int64_t limit, remaining; /* limit 0 = nothing has been answered yet */
        bool refused, goes;
    } rows[] = {
        {0, 0, false, false},      {-1, -1, false, true},     {6000, 5999, false, true},
        {6000, 601, false, true},  {6000, 600, false, false}, {6000, 0, false, false},
        {6000, 5999, true, false}, {5, 3, false, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gate_state gate = {0};
        struct gate_pass pass = {0};
        struct gate_word refusal = {
            .answered = true, .limit = -1, .remaining = -1, .refused = true, .wait_ms = 1000};
        if (rows[i].limit != 0)
            exchange(&gate, START_MS, rows[i].limit, rows[i].remaining);
        if (rows[i].refused) {
            struct gate_wait wait;
            assert_true(gate_try(&gate, &rules, START_MS, &pass, &wait));
            (void)gate_told(&gate, &rules, START_MS, &pass, &refusal);
            pass = (struct gate_pass){0};
        }
        int64_t at_ms = rows[i].refused ? START_MS + 1500 : START_MS; /* after the wait */
        int64_t left = gate_left(&gate, &rules, at_ms);
        if (gate_spare(&gate, &rules, at_ms, &pass) != rows[i].goes)
            fail_msg("%lld of %lld left", (long long)rows[i].remaining, (long long)rows[i].limit);
        assert_int_equal(pass.number != 0, rows[i].goes); /* it counts where it goes */
        if (!rows[i].goes)
            assert_int_equal(gate_left(&gate, &rules, at_ms), left);
    }
}

static void nothing_goes_out_that_the_window_has_no_room_for(void **state)
{
    (void)state;
    struct gate_rules greedy = rules;
    struct gate_state gate = {0};
    struct gate_pass pass;
    struct gate_wait wait;

    greedy.reserve_percent = 0;
    exchange(&gate, START_MS, 40, 39);
    for (int i = 1; i < 40; i++)
        assert_true(gate_try(&gate, &greedy, START_MS, &pass, &wait));
    assert_int_equal(gate_left(&gate, &greedy, START_MS), 0);
    assert_false(gate_try(&gate, &greedy, START_MS, &pass, &wait));
    assert_in_range(wait.at_ms, START_MS + 60000, START_MS + 62000);
    assert_in_range(wait.again_ms, START_MS + 1, START_MS + 1000);
    assert_false(gate_try(&gate, &greedy, START_MS + 59999, &pass, &wait));
    int sent = 0;
    for (int i = 0; i < 100; i++)
        sent += gate_try(&gate, &greedy, START_MS + 62000, &pass, &wait);
    assert_int_equal(sent, 40);
}

static void the_time_of_the_answer_counts_where_a_request_was_long_on_its_way(void **state)
{
    (void)state;
    struct gate_rules greedy = rules;
    struct gate_word word = {.answered = true, .limit = 1, .remaining = 0, .wait_ms = -1};
    struct gate_state gate = {0};
    struct gate_pass pass;
    struct gate_wait wait;

    greedy.reserve_percent = 0;
    assert_true(gate_try(&gate, &greedy, START_MS, &pass, &wait));
    gate_told(&gate, &greedy, START_MS + 30000, &pass, &word);
    assert_false(gate_try(&gate, &greedy, START_MS + 62000, &pass, &wait));
    assert_true(gate_try(&gate, &greedy, START_MS + 92000, &pass, &wait));
}

static void what_others_use_counts_and_fades_over_a_window(void **state)
{
    (void)state;
    struct gate_state gate = {0};

    exchange(&gate, START_MS, 1000, 200); /* 799 are not ours */
    assert_int_equal(gate_left(&gate, &rules, START_MS), 200);
    assert_in_range(gate_left(&gate, &rules, START_MS + 30000), 598, 601);
    assert_int_equal(gate_left(&gate, &rules, START_MS + 62000), 1000);
}

static void a_service_that_counts_less_than_was_sent_is_believed(void **state)
{
    (void)state;
    struct gate_state gate = {0};

    for (int i = 0; i < 20000; i++) /* it shows a limit, and counts nothing */
        exchange(&gate, START_MS + i, 6000, 5999);
    assert_in_range(gate_left(&gate, &rules, START_MS + 20000), 5990, 6000);
}

static void what_may_not_have_arrived_yet_is_not_taken_for_uncounted(void **state)
{
    (void)state;
    struct gate_word word = {.answered = true, .limit = 100, .remaining = 98, .wait_ms = -1};
    struct gate_state gate = {0};
    struct gate_pass passes[20];
    struct gate_wait wait;

    exchange(&gate, START_MS, 100, 99);
    for (size_t i = 0; i < COUNT(passes); i++)
        assert_true(gate_try(&gate, &rules, START_MS + 1, &passes[i], &wait));
    gate_told(&gate, &rules, START_MS + 9, &passes[19], &word); /* the last to go came first */
    assert_int_equal(gate_left(&gate, &rules, START_MS + 9), 79);
}

static void the_word_on_an_earlier_request_is_old_news(void **state)
{
    (void)state;
    struct gate_word few = {.answered = true, .limit = 100, .remaining = 20, .wait_ms = -1};
    struct gate_word many = {.answered = true, .limit = 100, .remaining = 90, .wait_ms = -1};
    struct gate_state gate = {0};
    struct gate_pass first, second;
    struct gate_wait wait;

    assert_true(gate_try(&gate, &rules, START_MS, &first, &wait));
    assert_true(gate_try(&gate, &rules, START_MS, &second, &wait));
    gate_told(&gate, &rules, START_MS + 5, &second, &few);
    gate_told(&gate, &rules, START_MS + 9, &first, &many);
    assert_in_range(gate_left(&gate, &rules, START_MS + 9), 19, 21);
}

static void a_request_that_never_arrived_is_given_back(void **state)
{
    (void)state;
    struct gate_state gate = {0};
    struct gate_pass pass;
    struct gate_wait wait;

    exchange(&gate, START_MS, 100, 99);
    assert_true(gate_try(&gate, &rules, START_MS, &pass, &wait));
    assert_int_equal(gate_left(&gate, &rules, START_MS), 98);
    gate_undo(&gate, &rules, &pass);
    assert_int_equal(gate_left(&gate, &rules, START_MS), 99);
}

static void the_users_wish_holds_for_own_requests_alone(void **state)
{
    (void)state;
    struct gate_rules modest = rules;
    struct gate_state gate = {0};

    modest.max_requests = 50;
    exchange(&gate, START_MS, 1000, 200);
    assert_int_equal(gate_left(&gate, &modest, START_MS), 49);
    exchange(&gate, START_MS, 1000, 30);
    assert_int_equal(gate_left(&gate, &modest, START_MS), 30);
    assert_int_equal(gate_pace(&gate, &modest), 1200);
}

/* ------------------------------------------------------------------ after a 429 */

static void a_429_holds_all_back_for_as_long_as_makes_sense(void **state)
{
    (void)state;
    static const struct {
        int64_t asked, held;
    } rows[] = {
        {20000, 20000}, {60000, 60000}, {60001, 60000}, {INT64_MAX / 2, 60000},
        {1000, 1000},   {999, 1000},    {0, 1000},      {-1, 1000},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gate_word word = {
            .answered = true, .limit = 100, .refused = true, .wait_ms = rows[i].asked};
        struct gate_state gate = {0};
        struct gate_pass pass;
        struct gate_wait wait;
        assert_true(gate_try(&gate, &rules, START_MS, &pass, &wait));
        int64_t held = gate_told(&gate, &rules, START_MS, &pass, &word);
        if (held != rows[i].held)
            fail_msg("asked %lld: held %lld", (long long)rows[i].asked, (long long)held);
        assert_false(gate_try(&gate, &rules, START_MS + held - 1, &pass, &wait));
        assert_int_equal(wait.at_ms, START_MS + held);
        assert_int_equal(wait.again_ms, START_MS + held);
        assert_true(gate_try(&gate, &rules, START_MS + held, &pass, &wait));
    }
}

static void a_429_without_a_time_holds_longer_each_time(void **state)
{
    (void)state;
    static const int64_t held[] = {1000, 2000, 4000, 8000, 16000, 16000};
    struct gate_word word = {.answered = true, .limit = -1, .refused = true, .wait_ms = -1};
    struct gate_state gate = {0};
    struct gate_pass pass;
    struct gate_wait wait;
    int64_t now = START_MS;

    for (size_t i = 0; i < COUNT(held); i++) {
        assert_true(gate_try(&gate, &rules, now, &pass, &wait));
        assert_int_equal(gate_told(&gate, &rules, now, &pass, &word), held[i]);
        now += held[i];
    }
    exchange(&gate, now, 100, 99);
    assert_true(gate_try(&gate, &rules, now, &pass, &wait));
    assert_int_equal(gate_told(&gate, &rules, now, &pass, &word), 1000);
}

static void many_429_at_once_count_as_one(void **state)
{
    (void)state;
    struct gate_word word = {.answered = true, .limit = -1, .refused = true, .wait_ms = -1};
    struct gate_state gate = {0};
    struct gate_pass passes[8];
    struct gate_wait wait;

    for (size_t i = 0; i < COUNT(passes); i++)
        assert_true(gate_try(&gate, &rules, START_MS, &passes[i], &wait));
    for (size_t i = 0; i < COUNT(passes); i++)
        assert_int_equal(gate_told(&gate, &rules, START_MS + 1, &passes[i], &word), 1000);
}

static void after_the_wait_one_goes_at_a_time_until_one_is_let_through(void **state)
{
    (void)state;
    struct gate_word refused = {.answered = true, .limit = 100, .refused = true, .wait_ms = 5000};
    struct gate_word fine = {.answered = true, .limit = 100, .remaining = 60, .wait_ms = -1};
    struct gate_state gate = {0};
    struct gate_pass early, pass;
    struct gate_wait wait;

    assert_true(gate_try(&gate, &rules, START_MS, &early, &wait));
    assert_true(gate_try(&gate, &rules, START_MS, &pass, &wait));
    gate_told(&gate, &rules, START_MS, &pass, &refused);
    gate_told(&gate, &rules, START_MS + 10, &early, &fine); /* from before: no news of after */
    assert_false(goes(&gate, START_MS + 10));
    assert_true(gate_try(&gate, &rules, START_MS + 5000, &pass, &wait));
    assert_false(goes(&gate, START_MS + 5000));
    assert_false(goes(&gate, START_MS + 5999));
    gate_told(&gate, &rules, START_MS + 5999, &pass, &fine);
    for (int i = 0; i < 20; i++)
        assert_true(goes(&gate, START_MS + 5999));
}

/* ------------------------------------------------------------------ whatever the memory holds */

static void no_content_of_the_memory_stops_requests_for_good(void **state)
{
    (void)state;
    uint64_t seed = 42;

    for (int round = 0; round < 2000; round++) {
        struct gate_state gate;
        unsigned char *bytes = (unsigned char *)&gate;
        for (size_t i = 0; i < sizeof(gate); i++)
            bytes[i] = round % 4 == 0 ? 0xff : (unsigned char)random_number(&seed);
        int64_t now = START_MS + (int64_t)(random_number(&seed) % 100000000);
        int64_t start = now;
        struct gate_pass pass;
        struct gate_wait wait;
        while (!gate_try(&gate, &rules, now, &pass, &wait)) {
            assert_true(wait.at_ms > now && wait.again_ms > now);
            assert_true(wait.again_ms <= now + rules.max_wait_ms);
            now = wait.again_ms;
            if (now - start > 3 * rules.window_ms)
                fail_msg("round %d: stuck", round);
        }
        struct gate_word word = {.answered = true, .limit = 100, .remaining = 99, .wait_ms = -1};
        gate_told(&gate, &rules, now, &pass, &word);
        assert_true(gate_left(&gate, &rules, now) <= 100);
        assert_true(gate_pace(&gate, &rules) >= 1);
    }
}

static void times_of_another_boot_are_as_none(void **state)
{
    (void)state;
    struct gate_word refused = {.answered = true, .limit = 100, .refused = true, .wait_ms = 60000};
    struct gate_state gate = {0};
    struct gate_pass pass;
    struct gate_wait wait;
    const int64_t before = 100000000, after = 5000;

    for (int i = 0; i < 95; i++)
        if (gate_try(&gate, &rules, before, &pass, &wait) && i == 0)
            gate_told(&gate, &rules, before, &pass,
                      &(struct gate_word){.answered = true, .limit = 100, .remaining = 99});
    gate_told(&gate, &rules, before, &pass, &refused);
    assert_true(gate_try(&gate, &rules, after, &pass, &wait));
    assert_int_equal(gate_left(&gate, &rules, after), 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_decides_how_far_apart_requests_are),
        cmocka_unit_test(before_the_limit_is_known_a_few_go_and_the_rest_slowly),
        cmocka_unit_test(a_service_that_tells_no_limit_is_not_slowed_down),
        cmocka_unit_test(a_request_without_an_answer_does_not_mean_that_there_is_no_limit),
        cmocka_unit_test(what_need_not_go_yet_goes_only_where_nothing_need_be_spaced),
        cmocka_unit_test(nothing_goes_out_that_the_window_has_no_room_for),
        cmocka_unit_test(the_time_of_the_answer_counts_where_a_request_was_long_on_its_way),
        cmocka_unit_test(what_others_use_counts_and_fades_over_a_window),
        cmocka_unit_test(a_service_that_counts_less_than_was_sent_is_believed),
        cmocka_unit_test(what_may_not_have_arrived_yet_is_not_taken_for_uncounted),
        cmocka_unit_test(the_word_on_an_earlier_request_is_old_news),
        cmocka_unit_test(a_request_that_never_arrived_is_given_back),
        cmocka_unit_test(the_users_wish_holds_for_own_requests_alone),
        cmocka_unit_test(a_429_holds_all_back_for_as_long_as_makes_sense),
        cmocka_unit_test(a_429_without_a_time_holds_longer_each_time),
        cmocka_unit_test(many_429_at_once_count_as_one),
        cmocka_unit_test(after_the_wait_one_goes_at_a_time_until_one_is_let_through),
        cmocka_unit_test(no_content_of_the_memory_stops_requests_for_good),
        cmocka_unit_test(times_of_another_boot_are_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
