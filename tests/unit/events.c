/* What waits for soar_next: in which order, how much of it, and when its descriptor is readable. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "events.h"

static bool readable(const struct events *events)
{
    struct pollfd one = {.fd = events->fd, .events = POLLIN};
    return poll(&one, 1, 0) == 1;
}

static void end_with(struct events *events, struct event *event, soar_status status,
                     const char *text)
{
    struct buf document;
    buf_init(&document, 1000);
    buf_adds(&document, text);
    events_outcome(events, event, status, 200, &document);
}

/* Takes the next, which must be of that kind and id. */
static soar_result take(struct events *events, int32_t kind, uint64_t call_id)
{
    soar_result result = {.struct_size = sizeof(result)};
    assert_true(events_take(events, &result));
    assert_int_equal(result.kind, kind);
    assert_int_equal(result.call_id, call_id);
    assert_non_null(result.json);
    assert_int_equal(strlen(result.json), result.json_len);
    return result;
}

static void expect(struct events *events, int32_t kind, uint64_t call_id, const char *json)
{
    soar_result result = take(events, kind, call_id);
    assert_string_equal(result.json, json);
    free(result.owner);
}

static void nothing_waits(struct events *events)
{
    soar_result result = {.struct_size = sizeof(result)};
    assert_false(events_take(events, &result));
    assert_false(readable(events));
}

static void open_events(struct events *events, uint64_t most)
{
    events_init(events, most);
    assert_true(events_fd(events) >= 0);
    nothing_waits(events);
}

static void outcomes_come_in_their_order_and_with_their_ids(void **state)
{
    struct events events;
    struct event *calls[3];
    (void)state;
    open_events(&events, 3);
    for (uint64_t i = 0; i < 3; i++)
        calls[i] = events_admit(&events, i + 1);
    end_with(&events, calls[1], SOAR_OK, "{\"n\":2}");
    end_with(&events, calls[2], SOAR_NOT_FOUND, "{\"n\":3}");
    end_with(&events, calls[0], SOAR_OK, "{\"n\":1}");
    assert_true(readable(&events));
    expect(&events, SOAR_KIND_DONE, 2, "{\"n\":2}");
    soar_result result = take(&events, SOAR_KIND_DONE, 3);
    assert_int_equal(result.status, SOAR_NOT_FOUND);
    assert_int_equal(result.http_status, 200);
    free(result.owner);
    assert_true(readable(&events));
    expect(&events, SOAR_KIND_DONE, 1, "{\"n\":1}");
    nothing_waits(&events);
    events_done(&events);
}

static void one_thread_tells_of_its_events_together(void **state)
{
    struct events events;
    struct event *calls[34];
    (void)state;
    open_events(&events, 34);
    for (uint64_t i = 0; i < 34; i++)
        calls[i] = events_admit(&events, i + 1);
    events_gather(&events);
    for (uint64_t i = 0; i < 3; i++)
        end_with(&events, calls[i], SOAR_OK, "{}");
    assert_false(readable(&events));
    events_tell(&events);
    assert_true(readable(&events));
    for (uint64_t i = 0; i < 3; i++)
        expect(&events, SOAR_KIND_DONE, i + 1, "{}");
    nothing_waits(&events);
    events_tell(&events);
    assert_false(readable(&events));
    for (uint64_t i = 3; i < 33; i++)
        end_with(&events, calls[i], SOAR_OK, "{}");
    assert_true(readable(&events)); /* so many do not wait until it comes to tell */
    for (uint64_t i = 3; i < 33; i++)
        expect(&events, SOAR_KIND_DONE, i + 1, "{}");
    events_tell(&events);
    nothing_waits(&events); /* what was taken before it was told of */
    assert_int_equal(events.said, 0);
    events_gather_no_more(&events);
    end_with(&events, calls[33], SOAR_OK, "{}");
    assert_true(readable(&events));
    events_done(&events);
}

static void no_more_calls_are_admitted_than_are_allowed_until_outcomes_are_taken(void **state)
{
    struct events events;
    (void)state;
    open_events(&events, 2);
    struct event *first = events_admit(&events, 1), *second = events_admit(&events, 2);
    assert_non_null(first);
    assert_non_null(second);
    assert_null(events_admit(&events, 3));
    end_with(&events, first, SOAR_OK, "{}");
    assert_null(events_admit(&events, 3)); /* its outcome waits still */
    expect(&events, SOAR_KIND_DONE, 1, "{}");
    struct event *third = events_admit(&events, 3);
    assert_non_null(third);
    assert_null(events_admit(&events, 4));
    events_retract(&events, third); /* it was not accepted after all */
    third = events_admit(&events, 4);
    assert_non_null(third);
    end_with(&events, second, SOAR_OK, "{}");
    end_with(&events, third, SOAR_OK, "{}");
    events_done(&events); /* what was not taken is freed */
}

static void only_the_latest_progress_waits_and_none_comes_after_the_outcome(void **state)
{
    struct events events;
    (void)state;
    open_events(&events, 2);
    struct event *call = events_admit(&events, 5), *other = events_admit(&events, 6);
    events_progress(&events, call, 0, 0);
    nothing_waits(&events); /* nothing has moved */
    events_progress(&events, call, 10, 100);
    events_progress(&events, other, 1, 0);
    events_progress(&events, call, 20, 100);
    soar_result result = take(&events, SOAR_KIND_PROGRESS, 5);
    assert_int_equal(result.done, 20);
    assert_int_equal(result.total, 100);
    assert_string_equal(result.json, "{\"done\":20,\"total\":100}");
    free(result.owner);
    expect(&events, SOAR_KIND_PROGRESS, 6, "{\"done\":1,\"total\":0}");
    nothing_waits(&events);
    events_progress(&events, call, 20, 100);
    nothing_waits(&events); /* it has not moved since */
    events_progress(&events, call, 30, 100);
    end_with(&events, call, SOAR_OK, "{}");
    expect(&events, SOAR_KIND_DONE, 5, "{}");
    nothing_waits(&events);
    end_with(&events, other, SOAR_OK, "{}");
    events_done(&events);
}

static void a_document_without_memory_is_an_outcome_without_a_document(void **state)
{
    struct events events;
    struct buf document;
    soar_result result = {.struct_size = sizeof(result)};
    (void)state;
    open_events(&events, 1);
    struct event *call = events_admit(&events, 1);
    buf_init(&document, 3);
    buf_adds(&document, "too long");
    events_outcome(&events, call, SOAR_OK, 200, &document);
    assert_true(events_take(&events, &result));
    assert_int_equal(result.kind, SOAR_KIND_DONE);
    assert_int_equal(result.status, SOAR_RESOURCE_EXHAUSTED);
    assert_null(result.json);
    events_done(&events);
}

static void lines_beyond_the_most_are_counted_and_confessed_and_drop_no_outcome(void **state)
{
    struct events events;
    (void)state;
    open_events(&events, 1);
    struct event *call = events_admit(&events, 9);
    for (size_t i = 0; i < EVENTS_MAX_LOG + 7; i++)
        events_log(&events, SOAR_LOG_WARN, "a \"line\"", 8);
    end_with(&events, call, SOAR_OK, "{}");
    for (size_t i = 0; i < EVENTS_MAX_LOG; i++)
        expect(&events, SOAR_KIND_LOG, 0, "{\"level\":\"warn\",\"message\":\"a \\\"line\\\"\"}");
    expect(&events, SOAR_KIND_DONE, 9, "{}");
    soar_result result = take(&events, SOAR_KIND_LOG, 0);
    assert_non_null(strstr(result.json, "7 lines of the log were dropped"));
    free(result.owner);
    nothing_waits(&events);
    events_log(&events, SOAR_LOG_INFO, "again", 5);
    expect(&events, SOAR_KIND_LOG, 0, "{\"level\":\"info\",\"message\":\"again\"}");
    events_done(&events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_come_in_their_order_and_with_their_ids),
        cmocka_unit_test(one_thread_tells_of_its_events_together),
        cmocka_unit_test(no_more_calls_are_admitted_than_are_allowed_until_outcomes_are_taken),
        cmocka_unit_test(only_the_latest_progress_waits_and_none_comes_after_the_outcome),
        cmocka_unit_test(a_document_without_memory_is_an_outcome_without_a_document),
        cmocka_unit_test(lines_beyond_the_most_are_counted_and_confessed_and_drop_no_outcome),
    };
    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
