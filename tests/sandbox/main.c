/* falcon-sandbox: starts the parts, says where it listens, waits for the signal to end. */
#include "fault.h"
#include "ids.h"
#include "options.h"
#include "routes.h"
#include "seed.h"
#include "server.h"
#include "watch.h"
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define BEAT_MS 15000

static bool complain(const char *what)
{
    fprintf(stderr, "falcon-sandbox: %s\n", what);
    return false;
}

static bool add_clients(struct sb_auth *auth, const struct sb_arguments *arguments)
{
    struct sb_client main_client = {.id = SB_SEED_CLIENT_ID,
                                    .secret = SB_SEED_CLIENT_SECRET,
                                    .cid = SB_SEED_CID,
                                    .scopes = SB_ALL_SCOPES};
    bool good =
        sb_auth_add_client(auth, &main_client) && sb_auth_add_member(auth, SB_SEED_MEMBER_CID);
    for (size_t i = 0; good && i < arguments->client_count; i++) {
        good = sb_auth_add_client(auth, &arguments->clients[i]);
    }
    for (size_t i = 0; good && i < arguments->member_count; i++) {
        good = sb_auth_add_member(auth, arguments->members[i]);
    }
    return good || complain("too many clients or tenants, or a client id given twice");
}

/* The clock goes on where the file left it, unless the command line puts it further ahead. */
static bool make_clock(struct sb_server *server, const struct sb_arguments *arguments)
{
    int64_t kept = 0;
    sb_store_lock(server->store);
    bool known = sb_store_clock_offset(server->store, &kept);
    int64_t offset = arguments->has_clock_offset ? arguments->clock_offset_ms : kept;
    bool good = !known || offset >= kept;
    if (good && offset != kept) {
        sb_store_set_clock_offset(server->store, offset);
    }
    good = good && sb_store_failed(server->store) == NULL;
    sb_store_unlock(server->store);
    server->clock = sb_clock_new(offset);
    return (good && server->clock != NULL) ||
           complain(good ? "out of memory"
                         : "--clock-offset: the clock of this state is further ahead already");
}

/* The clouds that are played: one, or those that were named. */
static void make_clouds(struct sb_server *server, const struct sb_arguments *arguments)
{
    server->cloud_count = arguments->region_count > 0 ? arguments->region_count : 1;
    for (size_t i = 0; i < server->cloud_count; i++) {
        struct sb_cloud *cloud = &server->clouds[i];
        cloud->options = arguments->options;
        if (arguments->region_count > 0) {
            cloud->options.region = arguments->regions[i];
            sb_auth_add_cloud(server->auth, &cloud->options);
        }
    }
    server->options = &server->clouds[0].options;
}

static bool make_limiters(struct sb_server *server, const struct sb_options *options)
{
    server->limiter = sb_ratelimit_new(options->rate_limit, 6000);
    server->for_tokens = sb_ratelimit_new(options->token_rate_limit, 300);
    server->for_others = sb_ratelimit_new(options->anonymous_rate_limit, 6000);
    if (server->limiter == NULL || server->for_tokens == NULL || server->for_others == NULL) {
        return false;
    }
    sb_ratelimit_window(server->limiter, options->rate_window_ms);
    return true;
}

static bool make_parts(struct sb_server *server, const struct sb_arguments *arguments)
{
    char error[512];
    server->store = sb_store_new(arguments->db, error, sizeof error);
    if (server->store == NULL) {
        fprintf(stderr, "falcon-sandbox: %s: %s\n",
                arguments->db != NULL ? arguments->db : "store in memory", error);
        return false;
    }
    if (!make_clock(server, arguments)) {
        return false;
    }
    server->auth = sb_auth_new(&arguments->options);
    server->faults = sb_faults_new();
    server->delay = sb_delay_new();
    server->front = sb_front_new();
    server->listen = sb_listen_new();
    server->log = sb_request_log_new();
    server->events = sb_events_new(BEAT_MS);
    if (server->auth == NULL || server->faults == NULL || server->delay == NULL ||
        server->front == NULL || server->listen == NULL || server->log == NULL ||
        server->events == NULL || !make_limiters(server, &arguments->options)) {
        return complain("out of memory");
    }
    make_clouds(server, arguments);
    if (arguments->record != NULL && (server->record = sb_record_new(arguments->record)) == NULL) {
        fprintf(stderr, "falcon-sandbox: %s: %s\n", arguments->record, strerror(errno));
        return false;
    }
    if (arguments->answers != NULL &&
        (server->answers = sb_answers_new(arguments->answers)) == NULL) {
        fprintf(stderr, "falcon-sandbox: %s: %s\n", arguments->answers, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < arguments->fault_count; i++) {
        if (!sb_faults_add(server->faults, arguments->faults[i], error, sizeof error)) {
            return complain(error);
        }
    }
    if (!add_clients(server->auth, arguments) ||
        !(sb_seed(server->store, &arguments->options, arguments->seed, error, sizeof error) ||
          complain(error))) {
        return false;
    }
    sb_watch(server->store, server->events);
    server->timekeeper = sb_timekeeper_new(server->store, server->clock, &arguments->options);
    return server->timekeeper != NULL || complain("out of memory");
}

static void set_console_token(struct sb_server *server, const char *given)
{
    char made[SB_UUID_SIZE];
    sb_uuid_random(made);
    snprintf(server->console_token, sizeof server->console_token, "%s",
             given != NULL ? given : made);
}

static void free_parts(struct sb_server *server)
{
    sb_server_stop(server);
    sb_timekeeper_free(server->timekeeper);
    sb_listen_free(server->listen);
    sb_front_free(server->front);
    sb_delay_free(server->delay);
    if (server->store != NULL) {
        sb_unwatch(server->store);
    }
    sb_events_free(server->events);
    sb_request_log_free(server->log);
    sb_record_free(server->record);
    sb_answers_free(server->answers);
    sb_ratelimit_free(server->limiter);
    sb_ratelimit_free(server->for_tokens);
    sb_ratelimit_free(server->for_others);
    sb_faults_free(server->faults);
    sb_auth_free(server->auth);
    sb_clock_free(server->clock);
    sb_store_free(server->store);
}

static void say_ready(const struct sb_server *server, bool with_clouds)
{
    char console[512];
    struct json_object *line = json_object_new_object();
    const char *url = server->options->base_url;
    snprintf(console, sizeof console, "%s/#token=%s", url, server->console_token);
    sb_set_text(line, "url", url);
    sb_set_text(line, "client_id", SB_SEED_CLIENT_ID);
    sb_set_text(line, "client_secret", SB_SEED_CLIENT_SECRET);
    sb_set_text(line, "cid", SB_SEED_CID);
    sb_set_text(line, "console", console);
    sb_set_int(line, "pid", getpid());
    if (with_clouds) {
        struct json_object *clouds = json_object_new_object();
        for (size_t i = 0; i < server->cloud_count; i++) {
            sb_set_text(clouds, server->clouds[i].options.region, server->clouds[i].url);
        }
        sb_set(line, "clouds", clouds);
    }
    printf("%s\n", json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    fflush(stdout);
    json_object_put(line);
}

static bool serve(struct sb_server *server, const struct sb_arguments *arguments,
                  const sigset_t *ends)
{
    char error[512];
    if (!sb_server_listen(server, arguments->host, arguments->port, error, sizeof error) ||
        !sb_server_start(server, error, sizeof error)) {
        return complain(error);
    }
    say_ready(server, arguments->region_count > 0);
    int signal_number = 0;
    sigwait(ends, &signal_number);
    return true;
}

int main(int argc, char **argv)
{
    struct sb_arguments arguments;
    struct sb_server server;
    pid_t parent = getppid();
    sigset_t ends;
    memset(&server, 0, sizeof server);
    if (!sb_options_parse(argc, argv, &arguments)) {
        return EXIT_FAILURE;
    }
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if (arguments.parent_death && (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)) {
        return EXIT_FAILURE;
    }
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* its statistics cost a lock at each allocation */
    set_console_token(&server, arguments.console_token);
    bool good = make_parts(&server, &arguments) && serve(&server, &arguments, &ends);
    free_parts(&server);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
