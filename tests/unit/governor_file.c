/* The file through which processes share what they know of a limit: who may open it, what it must
 * be, and that no process, however it ends, stops the others. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "governor_file.h"
#include "governor_world.h"

static char directory[64], path[96], other[96];

static int make_directory(void **state)
{
    (void)state;
    snprintf(directory, sizeof(directory), "/tmp/governor_file.XXXXXX");
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/limits", directory);
    snprintf(other, sizeof(other), "%s/other", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    rmdir(path);
    unlink(other);
    return rmdir(directory);
}

static void write_file(const char *name, const void *bytes, size_t size, off_t length)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    assert_int_equal(ftruncate(fd, length), 0);
    assert_int_equal(fchmod(fd, 0600), 0);
    close(fd);
}

static struct governor_file *open_file(void)
{
    struct error err;

    error_clear(&err);
    struct governor_file *file = governor_file_open(path, &err);
    if (file == NULL)
        fail_msg("%s", err.message);
    return file;
}

static void expect_refusal(soar_status status, const char *what)
{
    struct error err;

    error_clear(&err);
    assert_null(governor_file_open(path, &err));
    if (err.status != status || strstr(err.message, what) == NULL)
        fail_msg("expected %d, %s; found %d, %s", status, what, err.status, err.message);
    assert_string_equal(err.where, "config, limits.shared_file");
    assert_string_equal(err.reason, "shared_file");
}

/* ------------------------------------------------------------------ opening */

static void a_file_that_is_not_there_is_made_for_the_user_alone(void **state)
{
    (void)state;
    struct stat st;
    mode_t before = umask(0); /* whatever the host's mask is */
    struct governor_file *file = open_file();
    umask(before);

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, GOVERNOR_FILE_BYTES);
    assert_true(st.st_blocks * 512 >= GOVERNOR_FILE_BYTES); /* no hole that a full disk bites */
    governor_file_close(file);
    governor_file_close(open_file());
}

static void a_mask_that_takes_all_rights_does_not_matter(void **state)
{
    (void)state;
    struct stat st;
    mode_t before = umask(0777);
    struct governor_file *file = open_file();

    umask(before);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    governor_file_close(file);
}

static void what_others_could_use_or_have_put_there_is_refused(void **state)
{
    (void)state;

    governor_file_close(open_file());
    assert_int_equal(chmod(path, 0640), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "can be used by other users");
    assert_int_equal(chmod(path, 0602), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "can be used by other users");
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(link(path, other), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "has other links");
    assert_int_equal(unlink(other), 0);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(symlink(other, path), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "is a symbolic link");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/no/such/place", path), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "is a symbolic link");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "is not a regular file");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "Is a directory");
    if (geteuid() != 0)
        return;
    assert_int_equal(rmdir(path), 0);
    governor_file_close(open_file());
    assert_int_equal(chown(path, 12345, 12345), 0);
    expect_refusal(SOAR_PERMISSION_DENIED, "belongs to another user");
}

static void what_is_no_such_file_is_refused_and_left_alone(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        off_t length;
        const char *what;
    } rows[] = {
        {"root:x:0:0:\n", 12, 12, "is of another size"},
        {"root:x:0:0:\n", 12, GOVERNOR_FILE_BYTES, "is of another version"},
        {"\x02TIMLMCF", 8, GOVERNOR_FILE_BYTES, "is of another version"},
        {"\x01TIMLMCF", 8, GOVERNOR_FILE_BYTES - 1, "is of another size"},
        {"\x01TIMLMCF", 8, GOVERNOR_FILE_BYTES + 1, "is of another size"},
        {"\0\0\0\0\0\0\0\0", 8, GOVERNOR_FILE_BYTES + 1, "is of another size"},
        {"short", 5, 5, "is of another size"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char bytes[16] = {0};
        struct stat st;
        write_file(path, rows[i].bytes, rows[i].size, rows[i].length);
        expect_refusal(SOAR_FAILED_PRECONDITION, rows[i].what);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_size, rows[i].length);
        int fd = open(path, O_RDONLY);
        assert_true(read(fd, bytes, sizeof(bytes)) >= (ssize_t)rows[i].size);
        close(fd);
        assert_memory_equal(bytes, rows[i].bytes, rows[i].size);
    }
}

static void what_a_killed_maker_left_is_completed(void **state)
{
    (void)state;
    static const off_t lengths[] = {0, 1, 4096, GOVERNOR_FILE_BYTES - 1, GOVERNOR_FILE_BYTES};

    for (size_t i = 0; i < COUNT(lengths); i++) {
        write_file(path, "", 0, lengths[i]);
        struct governor_file *file = open_file();
        assert_true(governor_file_alive(file));
        governor_file_close(file);
    }
}

static void a_file_that_cannot_be_made_says_why(void **state)
{
    (void)state;
    char kept[sizeof(path)];

    memcpy(kept, path, sizeof(path));
    snprintf(path, sizeof(path), "%s/missing/limits", directory);
    expect_refusal(SOAR_NOT_FOUND, "No such file or directory");
    memcpy(path, kept, sizeof(path));
}

/* ------------------------------------------------------------------ tenants */

static void tenants_have_places_of_their_own_and_nothing_of_them_is_in_the_file(void **state)
{
    (void)state;
    struct governor_file *file = open_file();
    const uint64_t hashes[] = {
        governor_hash(BASE, "0123456789abcdef0123456789abcdef", 60000),
        governor_hash(BASE, "0123456789abcdef0123456789abcdee", 60000),
        governor_hash("https://api.eu.example", "0123456789abcdef0123456789abcdef", 60000),
        governor_hash(BASE, "0123456789abcdef0123456789abcdef", 30000),
    };
    struct gate_state *places[COUNT(hashes)];

    for (size_t i = 0; i < COUNT(hashes); i++) {
        places[i] = governor_file_place(file, hashes[i], NULL, START_MS);
        assert_non_null(places[i]);
        for (size_t k = 0; k < i; k++)
            assert_true(places[i] != places[k]);
        assert_true(governor_file_place(file, hashes[i], NULL, START_MS) == places[i]);
        assert_true(governor_file_place(file, hashes[i], places[i], START_MS) == places[i]);
        assert_true(governor_file_place(file, hashes[i], places[0], START_MS) == places[i]);
    }
    governor_file_close(file);
    static char content[GOVERNOR_FILE_BYTES];
    int fd = open(path, O_RDONLY);
    assert_int_equal(read(fd, content, sizeof(content)), sizeof(content));
    close(fd);
    assert_null(memmem(content, sizeof(content), "0123456789abcdef", 16));
    assert_null(memmem(content, sizeof(content), "api.", 4));
}

static void a_full_file_gives_away_the_place_of_who_was_idle_for_a_day(void **state)
{
    (void)state;
    struct governor_file *file = open_file();
    const int64_t day = 86400000;

    for (uint64_t hash = 1; hash <= GOVERNOR_FILE_TENANTS; hash++)
        assert_non_null(governor_file_place(file, hash, NULL, START_MS + (int64_t)hash));
    assert_null(governor_file_place(file, 1000, NULL, START_MS + day));
    struct gate_state *first = governor_file_place(file, 1, NULL, START_MS + 1);
    struct gate_state *taken = governor_file_place(file, 1000, NULL, START_MS + 2 + day);
    assert_true(taken == first);                                          /* idle for longest */
    assert_null(governor_file_place(file, 1, first, START_MS + 2 + day)); /* and is told so */
    governor_file_close(file);
}

static void an_instance_without_a_place_counts_for_itself_and_says_so(void **state)
{
    (void)state;
    struct config config = usual_limits();
    config.limits.shared_file = path;
    struct governor_file *file = open_file();
    struct governor_ticket ticket = {0};

    for (uint64_t hash = 1; hash <= GOVERNOR_FILE_TENANTS; hash++)
        assert_non_null(governor_file_place(file, hash, NULL, START_MS));
    struct governor *governor = open_governor(&config);
    assert_true(governor_ask(governor, BASE, &ticket, at_ms(START_MS)).go);
    assert_true(governor_ask(governor, BASE, &ticket, at_ms(START_MS)).go);
    assert_string_equal(logged, "2 rate limit: limits.shared_file holds as many tenants as it can; "
                                "this instance counts for itself\n");
    governor_free(governor);
    governor_file_close(file);
}

/* ------------------------------------------------------------------ sharing */

/* Sends so many, unanswered; how many could go. */
static int send_some(struct governor *governor, int n, int64_t now_ms)
{
    int sent = 0;

    for (int i = 0; i < n; i++) {
        struct governor_ticket ticket = {0};
        sent += governor_ask(governor, BASE, &ticket, at_ms(now_ms)).go;
        governor_leave(governor, &ticket);
    }
    return sent;
}

static void know_limit(struct governor *governor, int64_t limit, int64_t now_ms)
{
    struct governor_ticket ticket = {0};

    assert_true(governor_ask(governor, BASE, &ticket, at_ms(now_ms)).go);
    governor_told(governor, &ticket,
                  &(struct gate_word){.answered = true, .limit = limit, .remaining = limit - 1},
                  at_ms(now_ms));
}

static void what_one_has_used_the_other_lacks(void **state)
{
    (void)state;
    struct config config = usual_limits(), elsewhere = usual_limits();
    config.limits.shared_file = elsewhere.limits.shared_file = path;
    config.limits.reserve_percent = elsewhere.limits.reserve_percent = 0;
    elsewhere.falcon.member_cid = (char *)(uintptr_t) "child";
    struct governor *one = open_governor(&config), *two = open_governor(&config);
    struct governor *foreign = open_governor(&elsewhere);

    know_limit(one, 50, START_MS);
    assert_int_equal(send_some(one, 30, START_MS), 30);
    assert_int_equal(send_some(two, 100, START_MS), 19);
    assert_int_equal(send_some(one, 100, START_MS), 0);
    know_limit(foreign, 50, START_MS);
    assert_int_equal(send_some(foreign, 100, START_MS), 49);
    governor_free(one);
    governor_free(two);
    governor_free(foreign);
}

static void a_429_for_one_holds_back_the_other(void **state)
{
    (void)state;
    struct config config = usual_limits();
    config.limits.shared_file = path;
    struct governor *one = open_governor(&config), *two = open_governor(&config);
    struct governor_ticket ticket = {0}, waiting = {0};

    assert_true(governor_ask(one, BASE, &ticket, at_ms(START_MS)).go);
    governor_told(
        one, &ticket,
        &(struct gate_word){.answered = true, .limit = 50, .refused = true, .wait_ms = 7000},
        at_ms(START_MS));
    assert_int_equal(governor_ask(two, BASE, &waiting, at_ms(START_MS)).again_ms, START_MS + 7000);
    governor_leave(two, &waiting);
    governor_free(one);
    governor_free(two);
}

static void a_file_that_is_taken_away_or_cut_is_left_alone(void **state)
{
    (void)state;
    for (int cut = 0; cut < 2; cut++) {
        struct config config = usual_limits();
        config.limits.shared_file = path;
        struct governor *governor = open_governor(&config);
        struct governor_ticket ticket = {0};
        assert_true(governor_ask(governor, BASE, &ticket, at_ms(START_MS)).go);
        assert_int_equal(cut ? truncate(path, 0) : unlink(path), 0);
        governor_told(governor, &ticket,
                      &(struct gate_word){.answered = true, .limit = 50, .remaining = 49},
                      at_ms(START_MS));
        know_limit(governor, 50, START_MS);
        know_limit(governor, 50, START_MS);
        assert_string_equal(logged, "2 rate limit: limits.shared_file was removed or cut; this "
                                    "instance counts for itself\n");
        governor_free(governor);
    }
}

static const struct logger silent = {NULL, NULL, 0};

/* A process that asks and is told without end, until it is killed. */
static void ask_for_ever(uint64_t seed)
{
    struct config config = usual_limits();
    struct error err;

    config.limits.shared_file = path;
    error_clear(&err);
    struct governor *governor = governor_new(&config, &silent, &err);
    for (int64_t now = START_MS; governor != NULL; now += random_number(&seed) % 50 == 0) {
        struct governor_ticket ticket = {0};
        struct gate_word word = {.answered = true,
                                 .limit = 50,
                                 .remaining = (int64_t)(random_number(&seed) % 50),
                                 .refused = random_number(&seed) % 100 == 0,
                                 .wait_ms = 5};
        governor_ask(governor, BASE, &ticket, at_ms(now));
        governor_told(governor, &ticket, &word, at_ms(now));
        governor_leave(governor, &ticket);
    }
    _exit(1);
}

static void a_process_killed_at_any_point_stops_nobody(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 20; round++) {
        pid_t children[3];
        for (size_t i = 0; i < COUNT(children); i++) {
            children[i] = fork();
            assert_true(children[i] >= 0);
            if (children[i] == 0)
                ask_for_ever(round * 3 + i);
        }
        struct config config = usual_limits();
        config.limits.shared_file = path;
        struct governor *governor = open_governor(&config);
        for (int i = 0; i < 20000; i++) { /* beside the others, so that these are in the midst */
            struct governor_ticket ticket = {0};
            governor_ask(governor, BASE, &ticket, at_ms(START_MS));
            governor_told(governor, &ticket, NULL, at_ms(START_MS));
            governor_leave(governor, &ticket);
        }
        for (size_t i = 0; i < COUNT(children); i++) {
            int status;
            assert_int_equal(kill(children[i], SIGKILL), 0);
            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
            assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        }
        const int64_t later = START_MS + 3600000; /* all windows and waits are over */
        know_limit(governor, 50, later);
        assert_int_equal(send_some(governor, 40, later), 40);
        governor_free(governor);
        assert_int_equal(unlink(path), 0);
    }
}

int main(void)
{
#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(a_file_that_is_not_there_is_made_for_the_user_alone),
        IN_DIRECTORY(a_mask_that_takes_all_rights_does_not_matter),
        IN_DIRECTORY(what_others_could_use_or_have_put_there_is_refused),
        IN_DIRECTORY(what_is_no_such_file_is_refused_and_left_alone),
        IN_DIRECTORY(what_a_killed_maker_left_is_completed),
        IN_DIRECTORY(a_file_that_cannot_be_made_says_why),
        IN_DIRECTORY(tenants_have_places_of_their_own_and_nothing_of_them_is_in_the_file),
        IN_DIRECTORY(a_full_file_gives_away_the_place_of_who_was_idle_for_a_day),
        IN_DIRECTORY(an_instance_without_a_place_counts_for_itself_and_says_so),
        IN_DIRECTORY(what_one_has_used_the_other_lacks),
        IN_DIRECTORY(a_429_for_one_holds_back_the_other),
        IN_DIRECTORY(a_file_that_is_taken_away_or_cut_is_left_alone),
        IN_DIRECTORY(a_process_killed_at_any_point_stops_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
