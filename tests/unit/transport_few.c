/* The exchanges of one call that overlap in its caller's thread. */
#include "transport_world.h"

#define SOON_MS 20

/* Two jobs of one few. */
struct couple {
    struct world world;
    struct transport_few *few;
    struct transport_job jobs[2];
    int told[2];
};

static void count(struct transport_job *job)
{
    struct couple *couple = job->owner;

    assert_null(job->ride);
    couple->told[job == &couple->jobs[1]]++;
}

static void open_couple(struct couple *couple, const char *const *answers, size_t n,
                        int64_t max_connections)
{
    open_world(&couple->world, answers, n);
    couple->world.config.http.max_connections = max_connections;
    couple->few = transport_few_new(couple->world.transport, count);
    assert_non_null(couple->few);
    memset(couple->told, 0, sizeof(couple->told));
    for (size_t i = 0; i < 2; i++) {
        couple->jobs[i] = (struct transport_job){
            .request = &couple->world.request, .io = {.deadline_ms = INT64_MAX}, .owner = couple};
        http_response_init(&couple->jobs[i].response, 1000);
    }
}

static void close_couple(struct couple *couple)
{
    transport_few_free(couple->few);
    for (size_t i = 0; i < 2; i++)
        http_response_done(&couple->jobs[i].response);
    close_world(&couple->world);
}

static void expect_told(const struct couple *couple, int first, int second)
{
    assert_int_equal(couple->told[0], first);
    assert_int_equal(couple->told[1], second);
}

static void one_is_stopped_and_the_other_goes_on(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_HOLD, JSON};
    struct couple couple;
    struct interrupt interrupt;

    interrupt_init(&interrupt);
    open_couple(&couple, answers, 2, 2);
    assert_true(transport_few_start(couple.few, &couple.jobs[0]));
    while (loopback_count(&couple.world.server) == 0) /* the first connection is the first job's */
        transport_few_wait(couple.few, NULL, clock_mono(), &interrupt);
    assert_true(transport_few_start(couple.few, &couple.jobs[1]));
    transport_few_stop(couple.few, &couple.jobs[0], HTTP_CANCELLED);
    expect_told(&couple, 1, 0);
    assert_int_equal(couple.jobs[0].response.failure, HTTP_CANCELLED);
    assert_true(couple.jobs[0].response.request_sent);
    transport_few_wait(couple.few, &couple.jobs[1], INT64_MAX, &interrupt);
    expect_told(&couple, 1, 1);
    assert_int_equal(couple.jobs[1].response.status, 200);
    assert_string_equal(couple.jobs[1].response.body.ptr, "{}");
    close_couple(&couple);
    interrupt_done(&interrupt);
}

static void an_interrupt_ends_the_one_that_is_waited_for_and_no_other(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_HOLD};
    struct couple couple;
    struct interrupt interrupt;

    interrupt_init(&interrupt);
    open_couple(&couple, answers, 1, 2);
    assert_true(transport_few_start(couple.few, &couple.jobs[0]));
    assert_true(transport_few_start(couple.few, &couple.jobs[1]));
    interrupt_raise(&interrupt);
    transport_few_wait(couple.few, NULL, INT64_MAX, &interrupt);
    expect_told(&couple, 0, 0);
    transport_few_wait(couple.few, &couple.jobs[1], INT64_MAX, &interrupt);
    expect_told(&couple, 0, 1);
    assert_int_equal(couple.jobs[1].response.failure, HTTP_CANCELLED);
    transport_few_stop(couple.few, &couple.jobs[0], HTTP_CANCELLED);
    close_couple(&couple);
    interrupt_done(&interrupt);
}

static void each_has_its_own_time(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_HOLD};
    struct couple couple;
    struct interrupt interrupt;

    interrupt_init(&interrupt);
    open_couple(&couple, answers, 1, 2);
    couple.jobs[1].io.deadline_ms = clock_mono() + SOON_MS;
    assert_true(transport_few_start(couple.few, &couple.jobs[0]));
    assert_true(transport_few_start(couple.few, &couple.jobs[1]));
    transport_few_wait(couple.few, &couple.jobs[1], INT64_MAX, &interrupt);
    expect_told(&couple, 0, 1);
    assert_int_equal(couple.jobs[1].response.failure, HTTP_DEADLINE);
    transport_few_stop(couple.few, &couple.jobs[0], HTTP_DEADLINE);
    close_couple(&couple);
    interrupt_done(&interrupt);
}

static void they_share_a_connection_one_after_the_other(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_KEEP JSON};
    struct couple couple;
    struct interrupt interrupt;

    interrupt_init(&interrupt);
    open_couple(&couple, answers, 1, 2);
    assert_true(transport_few_start(couple.few, &couple.jobs[0]));
    transport_few_wait(couple.few, &couple.jobs[0], INT64_MAX, &interrupt);
    assert_int_equal(couple.jobs[0].response.status, 200);
    assert_true(transport_few_start(couple.few, &couple.jobs[1]));
    (void)loopback_request(&couple.world.server, 1); /* on the same one, which breaks then */
    transport_few_stop(couple.few, &couple.jobs[1], HTTP_CANCELLED);
    close_couple(&couple);
    interrupt_done(&interrupt);
}

static void connections_are_opened_up_to_the_configured_number_of_all_calls_together(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_HOLD};
    struct couple couple;

    open_couple(&couple, answers, 1, 2);
    struct transport_few *other = transport_few_new(couple.world.transport, count);
    assert_true(transport_few_room(couple.few));
    assert_true(transport_few_start(couple.few, &couple.jobs[0]));
    assert_false(transport_few_room(couple.few)); /* the other has the second one */
    assert_true(transport_few_room(other));
    transport_few_free(other);
    assert_false(transport_few_room(couple.few)); /* it is kept open for the next call */
    assert_true(transport_few_start(couple.few, &couple.jobs[1])); /* who must may */
    transport_few_stop(couple.few, &couple.jobs[0], HTTP_CANCELLED);
    transport_few_stop(couple.few, &couple.jobs[1], HTTP_CANCELLED);
    close_couple(&couple);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_stopped_and_the_other_goes_on),
        cmocka_unit_test(an_interrupt_ends_the_one_that_is_waited_for_and_no_other),
        cmocka_unit_test(each_has_its_own_time),
        cmocka_unit_test(they_share_a_connection_one_after_the_other),
        cmocka_unit_test(connections_are_opened_up_to_the_configured_number_of_all_calls_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
