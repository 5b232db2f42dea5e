/* The sandbox's clock: how it moves, what goes by it, and what happens by itself when time passes. */
#include "sandbox_call.h"

#include "../sandbox/auth.h"
#include "../sandbox/timekeeper.h"

#include <semaphore.h>
#include <time.h>
#include <unistd.h>

static const struct sb_options options;

static int64_t wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void the_clock_starts_at_the_computers_time_and_its_offset(void **state)
{
    (void)state;
    int64_t before = wall_ms();
    struct sb_clock *clock = sb_clock_new(-3600000);
    int64_t now = sb_clock_ms(clock);
    assert_in_range(now, before - 3600001, wall_ms() - 3600000 + 1);
    assert_int_equal(sb_clock_offset_ms(clock), -3600000);
    sb_clock_free(clock);
}

static void the_clock_moves_ahead_and_never_back(void **state)
{
    (void)state;
    struct sb_clock *clock = sb_clock_new(0);
    int64_t before = sb_clock_ms(clock);
    assert_true(sb_clock_advance(clock, 14400000));
    assert_true(sb_clock_ms(clock) >= before + 14400000);
    assert_int_equal(sb_clock_offset_ms(clock), 14400000);
    assert_false(sb_clock_advance(clock, -1));
    assert_false(sb_clock_advance(clock, SB_CLOCK_LATEST_MS));
    assert_false(sb_clock_advance(clock, INT64_MAX));
    assert_int_equal(sb_clock_offset_ms(clock), 14400000);
    sb_clock_free(clock);
}

static void a_token_expires_by_the_time_of_the_requests(void **state)
{
    (void)state;
    static const struct sb_options short_life = {.token_ttl_s = 60, .region = "us-1"};
    static const struct sb_client client = {
        .id = "id", .secret = "secret", .cid = CALL_CID, .scopes = 15};
    static char names[][16] = {"client_id", "client_secret"}, values[][8] = {"id", "secret"};
    struct sb_param form[] = {{names[0], values[0]}, {names[1], values[1]}};
    struct sb_params params = {form, 2};
    struct sb_request req = {
        .path = "/oauth2/token", .now_ms = CALL_NOW_MS, .options = &short_life};
    struct sb_response res;
    struct sb_auth *auth = sb_auth_new(&short_life);
    char bearer[256];
    assert_true(sb_auth_add_client(auth, &client));
    sb_response_init(&res);
    sb_auth_token(auth, &req, &res, &params);
    snprintf(bearer, sizeof bearer, "Bearer %s", sb_text(res.object, "access_token"));
    req.now_ms = CALL_NOW_MS + 59999;
    assert_true(sb_auth_check(auth, &req, &res, bearer));
    req.now_ms = CALL_NOW_MS + 60000;
    assert_false(sb_auth_check(auth, &req, &res, bearer));
    sb_response_done(&res);
    sb_auth_free(auth);
}

/* ------------------------------------------------------------------ the timekeeper */

/* A file that a host has sent after so long. */
static void put_pending(struct sb_store *store, const char *id, int64_t at_ms)
{
    call_put(store, "file_pending", CALL_CID, id, "{\"name\":\"late.bin\"}");
    sb_store_due_set(store, "file_pending", CALL_CID, id, at_ms);
}

static bool has_file(struct sb_store *store, const char *id)
{
    sb_store_lock(store);
    bool found = sb_store_has(store, "file", CALL_CID, id);
    sb_store_unlock(store);
    return found;
}

static void moving_the_clock_lets_all_happen_that_this_makes_due(void **state)
{
    struct sb_store *store = *state;
    struct sb_clock *clock = sb_clock_new(0);
    put_pending(store, "f1", sb_clock_ms(clock) + 3600000);
    put_pending(store, "f2", sb_clock_ms(clock) + 7300000);
    sb_store_unlock(store);
    struct sb_timekeeper *keeper = sb_timekeeper_new(store, clock, &options);
    assert_non_null(keeper);
    assert_false(has_file(store, "f1"));
    assert_true(sb_timekeeper_advance(keeper, 3600000));
    assert_true(has_file(store, "f1"));
    assert_false(has_file(store, "f2"));
    assert_true(sb_timekeeper_set(keeper, sb_clock_ms(clock) + 3700000));
    assert_true(has_file(store, "f2"));
    assert_false(sb_timekeeper_set(keeper, sb_clock_ms(clock) - 1000));
    assert_false(sb_timekeeper_set(keeper, INT64_MAX));
    assert_false(sb_timekeeper_set(keeper, INT64_MIN));
    sb_timekeeper_free(keeper);
    int64_t offset = 0;
    sb_store_lock(store);
    assert_true(sb_store_clock_offset(store, &offset));
    assert_int_equal(offset, sb_clock_offset_ms(clock));
    sb_clock_free(clock);
}

static int on_commit(void *cls)
{
    sem_post(cls);
    return 0;
}

/* Nothing but the timekeeper writes meanwhile. It holds the lock from its commit until it waits again,
 * so who has the lock afterwards finds it waiting. */
static void wait_for_commit(sem_t *committed)
{
    struct timespec guard;
    clock_gettime(CLOCK_REALTIME, &guard);
    guard.tv_sec += 60;
    assert_int_equal(sem_timedwait(committed, &guard), 0);
}

static void put_alone(struct sb_store *store, sem_t *committed, const char *id, int64_t at_ms)
{
    sb_store_lock(store);
    sqlite3_commit_hook(sb_store_db(store), NULL, NULL);
    put_pending(store, id, at_ms);
    sqlite3_commit_hook(sb_store_db(store), on_commit, committed);
    sb_store_unlock(store);
}

static void what_is_due_happens_though_nobody_asks(void **state)
{
    struct sb_store *store = *state;
    struct sb_clock *clock = sb_clock_new(0);
    sem_t committed;
    assert_int_equal(sem_init(&committed, 0, 0), 0);
    sb_store_unlock(store);
    struct sb_timekeeper *keeper = sb_timekeeper_new(store, clock, &options);
    put_alone(store, &committed, "far", sb_clock_ms(clock) + 7200000);
    put_alone(store, &committed, "near", sb_clock_ms(clock) + 20);
    wait_for_commit(&committed);
    assert_true(has_file(store, "near"));
    assert_false(has_file(store, "far"));
    /* It waits for what is far: something nearer wakes it. */
    put_alone(store, &committed, "nearer", sb_clock_ms(clock) + 20);
    wait_for_commit(&committed);
    assert_true(has_file(store, "nearer"));
    /* And so does a clock that is moved to just before. */
    put_alone(store, &committed, "soon", sb_clock_ms(clock) + 3600000 + 200);
    assert_true(sb_timekeeper_advance(keeper, 3600000));
    wait_for_commit(&committed); /* the clock's place is kept */
    if (!has_file(store, "soon")) {
        wait_for_commit(&committed);
    }
    assert_true(has_file(store, "soon"));
    sb_timekeeper_free(keeper);
    sb_store_lock(store);
    sqlite3_commit_hook(sb_store_db(store), NULL, NULL);
    sem_destroy(&committed);
    sb_clock_free(clock);
}

static void the_time_and_what_is_due_are_kept_in_the_file(void **state)
{
    (void)state;
    char path[] = "/tmp/falcon-sandbox-test-XXXXXX", error[256];
    int64_t offset = 0;
    close(mkstemp(path));
    for (int run = 0; run < 2; run++) {
        struct sb_store *store = sb_store_new(path, error, sizeof error);
        assert_non_null(store);
        sb_store_lock(store);
        if (run == 0) {
            assert_false(sb_store_clock_offset(store, &offset));
            sb_store_set_clock_offset(store, 5);
            sb_store_set_clock_offset(store, 14400000);
            put_pending(store, "f", CALL_NOW_MS + 1000);
        } else {
            assert_true(sb_store_clock_offset(store, &offset));
            assert_int_equal(offset, 14400000);
            assert_int_equal(sb_store_due_next(store), CALL_NOW_MS + 1000);
            assert_true(sb_due_settle(store, &options, CALL_NOW_MS + 1000));
            assert_true(sb_store_has(store, "file", CALL_CID, "f"));
            assert_int_equal(sb_store_due_next(store), INT64_MAX);
        }
        sb_store_unlock(store);
        sb_store_free(store);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)
        TEST(the_clock_starts_at_the_computers_time_and_its_offset),
        TEST(the_clock_moves_ahead_and_never_back),
        TEST(a_token_expires_by_the_time_of_the_requests),
        TEST(moving_the_clock_lets_all_happen_that_this_makes_due),
        TEST(what_is_due_happens_though_nobody_asks),
        TEST(the_time_and_what_is_due_are_kept_in_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
