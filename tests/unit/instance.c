/* One instance: made from its configuration, entered by threads, its calls found by their ids. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "instance.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CREDENTIALS "client_id = \"i\"; client_secret = \"s\"; "
#define GOOD "falcon: { base_url = \"http://127.0.0.1:9\"; " CREDENTIALS "};"

static const soar_host no_host = {.struct_size = sizeof(no_host)};

static struct instance *make(void)
{
    struct error err;
    struct instance *instance = instance_new(&no_host, GOOD, sizeof(GOOD) - 1, &err);

    if (instance == NULL)
        fail_msg("%s", err.message);
    return instance;
}

static void what_the_configuration_asks_for_is_made(void **state)
{
    (void)state;
    struct instance *instance = make();

    assert_non_null(instance->auth);
    assert_non_null(instance->files);
    assert_non_null(instance->transport);
    assert_ptr_equal(instance->env.auth, instance->auth);
    assert_ptr_equal(instance->env.config, &instance->config);
    assert_ptr_equal(instance->env.service, &catalog_service);
    assert_int_equal(instance->log.level, SOAR_LOG_INFO);
    instance_free(instance);
    instance_free(NULL);
}

static void a_bad_configuration_makes_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        soar_status status;
        const char *where;
    } rows[] = {
        {"", SOAR_INVALID_ARGUMENT, "config"},
        {"falcon: {", SOAR_INVALID_ARGUMENT, "line"},
        {"falcon: { client_id = 7; };", SOAR_INVALID_ARGUMENT, "client_id"},
        {"falcon: { " CREDENTIALS "base_url = \"http://a.example\"; };", SOAR_INVALID_ARGUMENT,
         "base_url"},
        {"falcon: { " CREDENTIALS "}; files: { read_dirs = [\"/no/such/directory\"]; };",
         SOAR_INVALID_ARGUMENT, "/no/such/directory"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error err;
        error_clear(&err);
        assert_null(instance_new(&no_host, rows[i].text, strlen(rows[i].text), &err));
        if (err.status != rows[i].status || strstr(err.where, rows[i].where) == NULL)
            fail_msg("%s: %d at %s: %s", rows[i].text, err.status, err.where, err.message);
    }
}

static void a_call_is_cancelled_by_its_id(void **state)
{
    (void)state;
    struct instance *instance = make();
    struct flight first, second, third;

    assert_true(instance_begin(instance, 1, &first));
    assert_true(instance_begin(instance, 2, &second));
    assert_true(instance_begin(instance, 3, &third));
    assert_true(instance_cancel(instance, 2));
    assert_false(interrupt_raised(&first.interrupt));
    assert_true(interrupt_raised(&second.interrupt));
    assert_false(interrupt_raised(&third.interrupt));
    assert_true(instance_cancel(instance, 2));
    assert_false(instance_cancel(instance, 4));
    instance_end(instance, &second);
    assert_false(instance_cancel(instance, 2));
    assert_true(instance_cancel(instance, 1));
    assert_true(instance_cancel(instance, 3));
    instance_end(instance, &first);
    instance_end(instance, &third);
    assert_null(instance->flights.first);
    instance_free(instance);
}

static void an_id_in_flight_is_not_taken_twice(void **state)
{
    (void)state;
    struct instance *instance = make();
    struct flight first, second, nameless, nameless_too;

    assert_true(instance_begin(instance, 7, &first));
    assert_false(instance_begin(instance, 7, &second));
    assert_true(instance_begin(instance, 0, &nameless));
    assert_true(instance_begin(instance, 0, &nameless_too));
    instance_end(instance, &first);
    assert_true(instance_begin(instance, 7, &second));
    instance_end(instance, &nameless);
    instance_end(instance, &second);
    instance_end(instance, &nameless_too);
    instance_free(instance);
}

static void closing_refuses_entry_and_interrupts_what_is_in_flight(void **state)
{
    (void)state;
    struct instance *instance = make();
    struct flight before, after;

    assert_true(instance_enter(instance));
    assert_true(instance_begin(instance, 0, &before));
    assert_false(instance_close(instance, clock_now(NULL, NULL).mono_ms));
    assert_true(interrupt_raised(&before.interrupt));
    assert_false(instance_enter(instance));
    assert_true(instance_begin(instance, 5, &after)); /* was inside already */
    assert_true(interrupt_raised(&after.interrupt));
    instance_end(instance, &before);
    instance_end(instance, &after);
    instance_leave(instance);
    assert_true(instance_close(instance, INT64_MAX));
    instance_free(instance);
}

static void *leave_when_interrupted(void *arg)
{
    struct instance *instance = arg;
    struct flight flight;

    instance_begin(instance, 9, &flight);
    interrupt_wait(&flight.interrupt, INT64_MAX);
    instance_end(instance, &flight);
    instance_leave(instance);
    return NULL;
}

static void closing_waits_for_those_inside(void **state)
{
    (void)state;
    struct instance *instance = make();
    pthread_t thread;

    assert_true(instance_enter(instance));
    assert_int_equal(pthread_create(&thread, NULL, leave_when_interrupted, instance), 0);
    assert_true(instance_close(instance, INT64_MAX));
    assert_int_equal(pthread_join(thread, NULL), 0);
    instance_free(instance);
}

static void the_memory_of_an_answer_is_used_again(void **state)
{
    (void)state;
    struct instance *instance = make();
    struct buf body, other;

    buf_init(&body, 100000);
    buf_adds(&body, "an answer that has been dealt with");
    char *memory = body.ptr;
    instance_keep_spare(instance, &body);
    assert_int_equal(body.cap, 0);
    buf_init(&other, 50);
    instance_take_spare(instance, &other);
    assert_ptr_equal(other.ptr, memory);
    assert_int_equal(other.len, 0);
    assert_int_equal(other.max, 50);
    instance_take_spare(instance, &body); /* there is but one */
    assert_int_equal(body.cap, 0);
    assert_int_equal(body.max, 100000);
    buf_done(&other);
    buf_done(&body);
    instance_free(instance);
}

static void the_memory_of_answers_that_is_kept_is_bounded(void **state)
{
    static const struct {
        size_t bytes, given, kept;
    } rows[] = {
        {100, 2 * INSTANCE_MOST_SPARE, INSTANCE_MOST_SPARE}, /* so many, */
        {400000, 5, 2},                                      /* and 1 MiB */
        {2000000, 1, 0},
    };
    (void)state;
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        struct instance *instance = make();
        struct buf body;
        size_t kept = 0;
        for (size_t i = 0; i < rows[r].given; i++) {
            buf_init(&body, rows[r].bytes);
            assert_true(buf_reserve(&body, rows[r].bytes));
            instance_keep_spare(instance, &body);
        }
        for (size_t i = 0; i < rows[r].given; i++) {
            instance_take_spare(instance, &body);
            kept += body.cap > 0;
            buf_done(&body);
        }
        assert_int_equal(kept, rows[r].kept);
        instance_free(instance);
    }
}

/* Of a host, in ctx: is it told of what waits when it is given a line? */
struct listener {
    struct instance *instance;
    bool told;
};

static bool is_told(const struct instance *instance)
{
    struct pollfd fd = {.fd = instance->events.fd, .events = POLLIN};

    return poll(&fd, 1, 0) == 1;
}

static void on_line(void *ctx, int32_t level, const char *line, uint64_t len)
{
    struct listener *listener = ctx;
    (void)level;
    (void)line;
    (void)len;
    listener->told = is_told(listener->instance);
}

/* To wake the host for each line costs more than the call that the line is about. */
static void lines_that_wait_for_soar_next_are_told_of_with_all_else(void **state)
{
    (void)state;
    struct listener listener = {0};
    const soar_host hosts[] = {
        no_host,
        {.struct_size = sizeof(hosts[0]),
         .ctx = &listener,
         .log = on_line,
         .flags = SOAR_HOST_ANY_THREAD},
    };
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct error err;
        struct instance *instance = instance_new(&hosts[i], GOOD, sizeof(GOOD) - 1, &err);
        struct buf document;
        assert_non_null(instance);
        listener.instance = instance;
        assert_true(events_fd(&instance->events) >= 0);
        atomic_store(&instance->own_thread, (unsigned long)pthread_self());
        events_gather(&instance->events);
        struct event *event = events_admit(&instance->events, 7);
        assert_non_null(event);
        buf_init(&document, 100);
        buf_adds(&document, "{}");
        events_outcome(&instance->events, event, SOAR_OK, 200, &document);
        log_line(&instance->any_log, SOAR_LOG_INFO, "a line");
        /* a host that is called back may take its time, and so is told first */
        assert_int_equal(is_told(instance), hosts[i].log != NULL);
        assert_int_equal(listener.told, hosts[i].log != NULL);
        events_tell(&instance->events);
        assert_true(is_told(instance));
        events_gather_no_more(&instance->events);
        instance_free(instance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_configuration_asks_for_is_made),
        cmocka_unit_test(a_bad_configuration_makes_none),
        cmocka_unit_test(a_call_is_cancelled_by_its_id),
        cmocka_unit_test(an_id_in_flight_is_not_taken_twice),
        cmocka_unit_test(closing_refuses_entry_and_interrupts_what_is_in_flight),
        cmocka_unit_test(closing_waits_for_those_inside),
        cmocka_unit_test(lines_that_wait_for_soar_next_are_told_of_with_all_else),
        cmocka_unit_test(the_memory_of_an_answer_is_used_again),
        cmocka_unit_test(the_memory_of_answers_that_is_kept_is_bounded),
    };
    return cmocka_run_group_tests_name("instance", tests, NULL, NULL);
}
