/* soarhost as a process: signals end it in order, and its sandbox never outlives it. */
#include "soarhost_run.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define GUARD_SECONDS 120 /* ends a test that would wait for ever */

#define ENDLESS                                                                                    \
    "{\"name\":\"F\",\"steps\":[{\"id\":\"open\",\"action\":\"create_case\",\"input\":{"           \
    "\"name\":\"C\",\"severity\":50}},{\"id\":\"wait\",\"action\":\"query_fields\",\"until\":{"    \
    "\"condition\":{\"exists\":\"/steps/wait/never\"},\"every_ms\":3600000,\"max\":9}}]}"

/* ------------------------------------------------------------------ a service that never answers */

static int silent_service(char **ret_url)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    assert_true(asprintf(ret_url, "http://127.0.0.1:%d", ntohs(address.sin_port)) > 0);
    return fd;
}

/* Waits until a request is under way on a new connection, which it answers with. */
static int await_request(int service)
{
    char part[256];
    int connection = accept4(service, NULL, NULL, SOCK_CLOEXEC);
    assert_true(connection >= 0);
    assert_true(read(connection, part, sizeof part) > 0);
    return connection;
}

static void a_signal_cancels_the_call_that_is_under_way(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        char *url = NULL, *text = NULL, *dir = tmpdir_new();
        int service = silent_service(&url);
        assert_true(asprintf(&text,
                             "falcon = { base_url = \"%s\"; client_id = \"a\"; client_secret = "
                             "\"b\"; };\n",
                             url) > 0);
        tmpdir_write(dir, "falcon.conf", text, strlen(text));
        char *config = tmpdir_path(dir, "falcon.conf");
        const char *args[] = {"--json", "--config", config, "invoke", "query_case_ids", NULL};
        struct program run;
        soarhost_by(program_start, &run, args, NULL);
        int connection = await_request(service);
        assert_int_equal(kill(run.pid, signals[i]), 0);
        program_end(&run);
        assert_int_equal(run.code, SOAR_CANCELLED);
        soarhost_expect(&run, "{\"ok\":false,\"status\":\"CANCELLED\"}");
        program_done(&run);
        close(connection);
        close(service);
        free(config);
        free(text);
        free(url);
        tmpdir_free(dir);
    }
}

/* ------------------------------------------------------------------ the sandbox's life */

struct pair {
    char *dir;
    struct program run; /* soarhost, in the middle of a flow           */
    int sandbox;        /* a descriptor of the sandbox's process       */
};

/* A sandbox that says its process id before it begins. */
static char *telling_sandbox(const char *dir)
{
    char *text = NULL, *sandbox = soarhost_built("falcon-sandbox");
    assert_true(asprintf(&text, "#!/bin/sh\necho $$ > '%s/pid'\nexec '%s' \"$@\"\n", dir, sandbox) >
                0);
    tmpdir_write(dir, "sandbox.sh", text, strlen(text));
    char *script = tmpdir_path(dir, "sandbox.sh");
    assert_int_equal(chmod(script, 0700), 0);
    free(text);
    free(sandbox);
    return script;
}

/* Starts a flow that waits for what never comes, and reads on until it has begun to. */
static struct pair start_pair(void)
{
    struct pair pair = {.dir = tmpdir_new()};
    char *script = telling_sandbox(pair.dir);
    tmpdir_write(pair.dir, "flow.json", ENDLESS, strlen(ENDLESS));
    char *flow = tmpdir_path(pair.dir, "flow.json");
    char *work = tmpdir_path(pair.dir, "work");
    const char *args[] = {"--json", "--sandbox", "--sandbox-bin", script, "run", flow, "--work-dir",
                          work,     NULL};
    size_t size = 0;
    soarhost_by(program_start, &pair.run, args, NULL);
    char *line = program_line(&pair.run);
    assert_non_null(line);
    assert_non_null(strstr(line, "\"open\""));
    free(line);
    char *pid = tmpdir_read(pair.dir, "pid", &size);
    pair.sandbox = pidfd_open((pid_t)strtol(pid, NULL, 10), 0);
    assert_true(pair.sandbox >= 0);
    free(pid);
    free(script);
    free(flow);
    free(work);
    return pair;
}

/* Waits until the sandbox has ended, and frees. */
static void end_pair(struct pair *pair)
{
    struct pollfd wait = {.fd = pair->sandbox, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, GUARD_SECONDS * 1000 / 2), 1);
    close(pair->sandbox);
    program_done(&pair->run);
    tmpdir_free(pair->dir);
}

static void a_signal_ends_a_waiting_flow_and_its_sandbox(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct pair pair = start_pair();
        assert_int_equal(kill(pair.run.pid, signals[i]), 0);
        program_end(&pair.run);
        assert_int_equal(pair.run.code, SOAR_CANCELLED);
        assert_int_equal(pidfd_send_signal(pair.sandbox, 0, NULL, 0), -1);
        assert_int_equal(errno, ESRCH);
        end_pair(&pair);
    }
}

static void a_sandbox_ends_even_where_soarhost_is_killed(void **state)
{
    (void)state;
    struct pair pair = start_pair();
    assert_int_equal(kill(pair.run.pid, SIGKILL), 0);
    program_end(&pair.run);
    assert_int_equal(pair.run.signal, SIGKILL);
    end_pair(&pair);
}

static void a_sandbox_is_gone_when_soarhost_ends_by_itself(void **state)
{
    (void)state;
    char *dir = tmpdir_new(), *script = telling_sandbox(dir);
    struct program run;
    size_t size = 0;
    soarhost(&run, NULL, "--sandbox", "--sandbox-bin", script, "invoke", "query_fields");
    assert_int_equal(run.code, 0);
    char *pid = tmpdir_read(dir, "pid", &size);
    assert_int_equal(kill((pid_t)strtol(pid, NULL, 10), 0), -1);
    assert_int_equal(errno, ESRCH);
    program_done(&run);
    free(pid);
    free(script);
    tmpdir_free(dir);
}

static void a_sandbox_that_does_not_start_is_named(void **state)
{
    (void)state;
    struct program run;
    soarhost(&run, NULL, "--sandbox", "--sandbox-bin", "/nonexistent/box", "invoke",
             "query_fields");
    assert_int_equal(run.code, SOAR_NOT_FOUND);
    assert_non_null(strstr(run.err, "/nonexistent/box"));
    program_done(&run);
    soarhost(&run, NULL, "--sandbox", "--sandbox-bin", "/bin/false", "invoke", "query_fields");
    assert_int_equal(run.code, SOAR_UNAVAILABLE);
    assert_non_null(strstr(run.err, "/bin/false"));
    program_done(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_cancels_the_call_that_is_under_way),
        cmocka_unit_test(a_signal_ends_a_waiting_flow_and_its_sandbox),
        cmocka_unit_test(a_sandbox_ends_even_where_soarhost_is_killed),
        cmocka_unit_test(a_sandbox_is_gone_when_soarhost_ends_by_itself),
        cmocka_unit_test(a_sandbox_that_does_not_start_is_named),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
