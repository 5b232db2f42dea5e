/* Idempotency keys: whose they are, what they remember, and when they forget it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "keys.h"

static const char one[SHA256_HEX] = "1", two[SHA256_HEX] = "2";

static enum keys_state take(struct keys *keys, const char *key, const char *asked, int64_t now,
                            struct keys_entry **entry, struct keys_outcome *outcome)
{
    return keys_take(keys, key, strlen(key), asked, now, entry, outcome);
}

static void keep(struct keys *keys, struct keys_entry *entry, const char *text, int64_t now)
{
    struct buf document;

    buf_init(&document, 1 << 20);
    buf_adds(&document, text);
    keys_keep(keys, entry, SOAR_OK, 201, &document, now);
    buf_done(&document);
}

/* A key that is used and over at once. */
static void use(struct keys *keys, const char *key, const char *text, int64_t now)
{
    struct keys_outcome outcome;
    struct keys_entry *entry;

    assert_int_equal(take(keys, key, one, now, &entry, &outcome), KEYS_FIRST);
    keep(keys, entry, text, now);
}

static bool is_known(struct keys *keys, const char *key, int64_t now)
{
    struct keys_outcome outcome;
    struct keys_entry *entry;
    enum keys_state state = take(keys, key, one, now, &entry, &outcome);

    if (state == KEYS_KNOWN)
        buf_done(&outcome.document);
    else
        keys_drop(keys, entry);
    return state == KEYS_KNOWN;
}

static void a_key_is_first_then_in_use_then_known(void **state)
{
    (void)state;
    struct keys *keys = keys_new(10, 10000, 1000);
    struct keys_outcome outcome;
    struct keys_entry *entry, *none;

    assert_int_equal(take(keys, "k", one, 0, &entry, &outcome), KEYS_FIRST);
    assert_int_equal(take(keys, "k", one, 0, &none, &outcome), KEYS_IN_USE);
    assert_int_equal(take(keys, "k", two, 0, &none, &outcome), KEYS_OTHER);
    keep(keys, entry, "{}", 5);
    assert_int_equal(take(keys, "k", two, 6, &none, &outcome), KEYS_OTHER);
    assert_int_equal(take(keys, "k", one, 6, &none, &outcome), KEYS_KNOWN);
    assert_string_equal(outcome.document.ptr, "{}");
    assert_int_equal(outcome.status, SOAR_OK);
    assert_int_equal(outcome.http_status, 201);
    buf_done(&outcome.document);
    keys_free(keys);
}

static void a_dropped_key_is_as_if_never_used(void **state)
{
    (void)state;
    struct keys *keys = keys_new(10, 10000, 1000);
    struct keys_outcome outcome;
    struct keys_entry *entry;

    assert_int_equal(take(keys, "k", one, 0, &entry, &outcome), KEYS_FIRST);
    keys_drop(keys, entry);
    assert_int_equal(take(keys, "k", two, 0, &entry, &outcome), KEYS_FIRST);
    keys_drop(keys, entry);
    keys_free(keys);
}

static void keys_of_any_bytes_are_told_apart(void **state)
{
    (void)state;
    struct keys *keys = keys_new(10, 10000, 1000);
    struct keys_outcome outcome;
    struct keys_entry *a, *b, *c;

    assert_int_equal(keys_take(keys, "a\0b", 3, one, 0, &a, &outcome), KEYS_FIRST);
    assert_int_equal(keys_take(keys, "a\0c", 3, one, 0, &b, &outcome), KEYS_FIRST);
    assert_int_equal(keys_take(keys, "a", 1, one, 0, &c, &outcome), KEYS_FIRST);
    keys_free(keys); /* those in flight too */
}

static void outcomes_are_forgotten_after_their_time(void **state)
{
    (void)state;
    struct keys *keys = keys_new(10, 10000, 1000);

    use(keys, "k", "{}", 100);
    assert_true(is_known(keys, "k", 1099));
    assert_false(is_known(keys, "k", 1100));
    keys_free(keys);
}

static void the_oldest_outcomes_make_room_for_new_ones(void **state)
{
    (void)state;
    struct keys *keys = keys_new(3, 100000, 1000);
    static const char *const names[] = {"a", "b", "c", "d"};

    for (size_t i = 0; i < 4; i++)
        use(keys, names[i], "{}", 0);
    assert_false(is_known(keys, "a", 1));
    for (size_t i = 1; i < 4; i++)
        assert_true(is_known(keys, names[i], 1));
    keys_free(keys);
}

static void the_memory_of_all_outcomes_is_bounded(void **state)
{
    (void)state;
    static char big[3000];
    struct keys *keys = keys_new(100, 8000, 1000);
    struct keys_outcome outcome;
    struct keys_entry *entry;

    memset(big, 'x', sizeof(big) - 1);
    use(keys, "a", big, 0);
    use(keys, "b", big, 0);
    use(keys, "c", big, 0);
    assert_false(is_known(keys, "a", 1));
    assert_true(is_known(keys, "b", 1));
    assert_true(is_known(keys, "c", 1));
    /* one that is larger than all may be is known without its document */
    static char huge[9000];
    memset(huge, 'x', sizeof(huge) - 1);
    use(keys, "d", huge, 1);
    assert_int_equal(take(keys, "d", one, 1, &entry, &outcome), KEYS_KNOWN);
    assert_int_equal(outcome.document.len, 0);
    buf_done(&outcome.document);
    keys_free(keys);
}

/* What is in flight is never forgotten, or a second write would be made. */
static void a_key_in_flight_outlives_all_bounds(void **state)
{
    (void)state;
    struct keys *keys = keys_new(1, 4096, 10);
    struct keys_outcome outcome;
    struct keys_entry *entry, *none;
    char name[16];

    assert_int_equal(take(keys, "k", one, 0, &entry, &outcome), KEYS_FIRST);
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof(name), "%d", i);
        use(keys, name, "{}", i);
    }
    assert_int_equal(take(keys, "k", one, 100000, &none, &outcome), KEYS_IN_USE);
    keep(keys, entry, "{}", 100000);
    assert_true(is_known(keys, "k", 100001));
    keys_free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_first_then_in_use_then_known),
        cmocka_unit_test(a_dropped_key_is_as_if_never_used),
        cmocka_unit_test(keys_of_any_bytes_are_told_apart),
        cmocka_unit_test(outcomes_are_forgotten_after_their_time),
        cmocka_unit_test(the_oldest_outcomes_make_room_for_new_ones),
        cmocka_unit_test(the_memory_of_all_outcomes_is_bounded),
        cmocka_unit_test(a_key_in_flight_outlives_all_bounds),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
