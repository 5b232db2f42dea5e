/* Lists of thousands, read to their end and asked for by id, on a seeded sandbox. */
#include "check.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 200
#define CASES 5200

static struct world *world;

static struct json_object *at(struct json_object *document, const char *pointer)
{
    struct json_object *found = NULL;
    return json_pointer_get(document, pointer, &found) == 0 ? found : NULL;
}

static struct json_object *ask(const char *action, struct json_object *input, soar_status expected)
{
    soar_status status;
    struct json_object *document =
        plugin_call(world->instance, action, json_object_to_json_string(input), &status);
    if (status != expected) {
        fail_msg("%s: %.500s", action, json_object_to_json_string(at(document, "/error")));
    }
    json_object_put(input);
    return document;
}

/* The ids of all cases by a call with this input. */
static struct json_object *all_ids(const char *input, int pages)
{
    struct json_object *document = ask("query_case_ids", json_tokener_parse(input), SOAR_OK);
    struct json_object *ids = json_object_get(at(document, "/resources"));
    assert_int_equal(json_object_get_int(at(document, "/meta/paging/pages")), pages);
    assert_true(json_object_get_boolean(at(document, "/meta/paging/complete")));
    assert_false(json_object_get_boolean(at(document, "/meta/paging/moved")));
    json_object_put(document);
    return ids;
}

static void the_same_list_comes_of_pages_of_any_size(void **state)
{
    (void)state;
    struct json_object *once = all_ids("{\"all\":true}", 1);
    assert_int_equal(json_object_array_length(once), CASES);
    static const struct {
        const char *input;
        int pages;
    } rows[] = {
        {"{\"all\":true,\"limit\":100}", 53}, /* of 99 new ones each but the first */
        {"{\"all\":true,\"limit\":5199}", 2},
        {"{\"all\":true,\"limit\":5200}", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_object *ids = all_ids(rows[i].input, rows[i].pages);
        assert_true(json_object_equal(ids, once));
        json_object_put(ids);
    }
    json_object_put(once);
}

static void a_list_that_was_cut_goes_on_where_it_says(void **state)
{
    (void)state;
    struct json_object *whole = all_ids("{\"all\":true}", 1), *joined = json_object_new_array();
    int64_t offset = 0;
    for (int calls = 0; offset >= 0 && calls < 10; calls++) {
        struct json_object *input = json_object_new_object();
        json_object_object_add(input, "max_items", json_object_new_int(1500));
        json_object_object_add(input, "limit", json_object_new_int(400));
        json_object_object_add(input, "offset", json_object_new_int64(offset));
        struct json_object *document = ask("query_case_ids", input, SOAR_OK);
        struct json_object *ids = at(document, "/resources");
        for (size_t i = 0; i < json_object_array_length(ids); i++) {
            json_object_array_add(joined, json_object_get(json_object_array_get_idx(ids, i)));
        }
        struct json_object *next = at(document, "/meta/paging/next_offset");
        offset = next != NULL ? json_object_get_int64(next) : -1;
        json_object_put(document);
    }
    assert_true(json_object_equal(joined, whole));
    json_object_put(joined);
    json_object_put(whole);
}

/* 5,000 of the ids, the last first, each tenth replaced by one that is not there. */
static struct json_object *some_ids(struct json_object *all, bool with_strangers)
{
    struct json_object *ids = json_object_new_array();
    for (int i = 0; i < 5000; i++) {
        char stranger[64];
        snprintf(stranger, sizeof stranger, "no-such-case-%d", i);
        json_object_array_add(
            ids, with_strangers && i % 10 == 0
                     ? json_object_new_string(stranger)
                     : json_object_get(json_object_array_get_idx(all, (size_t)(CASES - 1 - i))));
    }
    return ids;
}

static void five_thousand_ids_come_back_in_the_order_asked(void **state)
{
    (void)state;
    struct json_object *all = all_ids("{\"all\":true}", 1), *input = json_object_new_object();
    struct json_object *ids = some_ids(all, false);
    json_object_object_add(input, "ids", json_object_get(ids));
    struct json_object *document = ask("get_cases", input, SOAR_OK);
    assert_int_equal(json_object_array_length(at(document, "/resources")), 5000);
    assert_int_equal(json_object_get_int(at(document, "/meta/requests")), 5);
    for (int i = 0; i < 5000; i++) {
        char pointer[64];
        snprintf(pointer, sizeof pointer, "/resources/%d/id", i);
        assert_true(
            json_object_equal(at(document, pointer), json_object_array_get_idx(ids, (size_t)i)));
    }
    json_object_put(document);
    json_object_put(ids);
    json_object_put(all);
}

static void of_five_thousand_ids_each_is_done_or_failed(void **state)
{
    (void)state;
    struct json_object *all = all_ids("{\"all\":true}", 1), *input = json_object_new_object();
    struct json_object *ids = some_ids(all, true);
    json_object_object_add(input, "ids", json_object_get(ids));
    struct json_object *document = ask("get_cases", input, SOAR_PARTIAL);
    struct json_object *done = at(document, "/done"), *failed = at(document, "/failed");
    assert_int_equal(json_object_array_length(done), 4500);
    assert_int_equal(json_object_array_length(failed), 500);
    assert_int_equal(json_object_array_length(at(document, "/resources")), 4500);
    size_t n_done = 0, n_failed = 0;
    for (int i = 0; i < 5000; i++) {
        struct json_object *id = json_object_array_get_idx(ids, (size_t)i);
        struct json_object *there = i % 10 == 0
                                        ? at(json_object_array_get_idx(failed, n_failed++), "/id")
                                        : json_object_array_get_idx(done, n_done++);
        assert_true(json_object_equal(there, id));
    }
    json_object_put(document);
    json_object_put(ids);
    json_object_put(all);
}

/* ------------------------------------------------------------------ */

static int open_seeded(void **state)
{
    char seed[16];
    (void)state;
    snprintf(seed, sizeof seed, "%d", CASES);
    world = world_open_new((const char *const[]){"--seed", seed, NULL}, NULL);
    return 0;
}

static int close_seeded(void **state)
{
    (void)state;
    world_free(world);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_list_comes_of_pages_of_any_size),
        cmocka_unit_test(a_list_that_was_cut_goes_on_where_it_says),
        cmocka_unit_test(five_thousand_ids_come_back_in_the_order_asked),
        cmocka_unit_test(of_five_thousand_ids_each_is_done_or_failed),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, open_seeded, close_seeded);
}
