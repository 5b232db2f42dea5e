/* kill -9 in the midst of parallel writes, again and again: what was answered is there after the
 * restart, what was not is there wholly or not at all, and nothing is between. */
#include "check.h"
#include "raw.h"
#include "world.h"
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 300
#define KILLS 20
#define WRITERS 4
#define MOST_CASES 600 /* of one writer */
#define FILE_BYTES 300000
#define FIRST_SEVERITY 10

/* What may be done to a case, and in this order. */
enum step { CREATE, TAG, RAISE, TAG_AGAIN, UPLOAD, STEPS };

/* A case as it must be, by the answers. Each change but an upload is one version. */
struct known {
    char name[48], id[64];
    int64_t tags, raises, files;
};

struct writer {
    pthread_t thread;
    int number;
    const char *url;
    char *login;
    struct known cases[MOST_CASES];
    size_t count;
    enum step next;      /* what is done next, to the last case */
    bool unsure;         /* it was sent, and there was no answer */
    char refusal[512];   /* an answer that no test expects; "" = none */
    struct round *round; /* what all writers share */
};

struct round {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int answered; /* writes */
    int ended;    /* writers */
    int number;
};

/* ------------------------------------------------------------------ writing */

static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text(const char *format, ...)
{
    char *made = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&made, format, args);
    va_end(args);
    return size >= 0 ? made : NULL;
}

/* The bytes of a case's file: they tell its name. */
static void fill_file(const struct known *known, char *ret_bytes)
{
    size_t size = strlen(known->name);
    for (size_t i = 0; i < FILE_BYTES; i++) {
        ret_bytes[i] = known->name[i % size];
    }
}

static struct raw_answer upload(const struct writer *writer, const struct known *known)
{
    static const char part[] = "--bound\r\nContent-Disposition: form-data; name=";
    char *bytes = malloc(FILE_BYTES + 1);
    fill_file(known, bytes);
    bytes[FILE_BYTES] = '\0';
    char *headers = text("%.*s\r\nContent-Type: multipart/form-data; boundary=bound\r\n",
                         (int)strcspn(writer->login, "\r"), writer->login);
    char *body =
        text("%s\"case_id\"\r\n\r\n%s\r\n%s\"file\"; filename=\"%s\"\r\n\r\n%s\r\n--bound--\r\n",
             part, known->id, part, known->name, bytes);
    struct raw_answer answer =
        raw_call(writer->url, "POST", "/case-files/entities/files/upload/v1", headers, body);
    free(bytes);
    free(headers);
    free(body);
    return answer;
}

static struct raw_answer send_step(const struct writer *writer, const struct known *known)
{
    const char *method = "PATCH", *target = "/cases/entities/cases/v2";
    char *body = NULL;
    switch (writer->next) {
    case CREATE:
        method = "PUT";
        body = text("{\"name\":\"%s\",\"severity\":%d}", known->name, FIRST_SEVERITY);
        break;
    case RAISE:
        body = text("{\"id\":\"%s\",\"expected_version\":%lld,\"fields\":{\"severity\":%lld}}",
                    known->id, (long long)(1 + known->tags + known->raises),
                    (long long)(FIRST_SEVERITY + known->raises + 1));
        break;
    case UPLOAD:
        return upload(writer, known);
    default:
        method = "POST";
        target = "/cases/entities/case-tags/v1";
        body = text("{\"id\":\"%s\",\"tags\":[\"t%lld\"]}", known->id, (long long)known->tags);
        break;
    }
    struct raw_answer answer = raw_call(writer->url, method, target, writer->login, body);
    free(body);
    return answer;
}

/* The step was done: the case is now as it must be. */
static void apply(struct writer *writer, struct known *known, const char *id)
{
    if (writer->next == CREATE) {
        snprintf(known->id, sizeof known->id, "%s", id);
    }
    known->tags += writer->next == TAG || writer->next == TAG_AGAIN;
    known->raises += writer->next == RAISE;
    known->files += writer->next == UPLOAD;
    writer->next = (writer->next + 1) % STEPS;
}

/* An answer that has come wholly, with a status of success. */
static bool is_answered(struct writer *writer, const struct raw_answer *answer)
{
    char *length = raw_header(answer, "Content-Length");
    bool whole = length != NULL && answer->body_size == strtoul(length, NULL, 10);
    free(length);
    if (whole && (answer->status < 200 || answer->status > 299)) {
        snprintf(writer->refusal, sizeof writer->refusal, "%s", answer->text);
    }
    return whole && writer->refusal[0] == '\0';
}

/* One step; false when there was no answer. */
static bool do_step(struct writer *writer)
{
    if (writer->next == CREATE) {
        struct known *fresh = &writer->cases[writer->count++];
        memset(fresh, 0, sizeof *fresh);
        snprintf(fresh->name, sizeof fresh->name, "k%d-%d-%zu", writer->number,
                 writer->round->number, writer->count);
    }
    struct known *known = &writer->cases[writer->count - 1];
    struct raw_answer answer = send_step(writer, known);
    bool answered = is_answered(writer, &answer);
    if (answered) {
        struct json_object *json = raw_json(&answer), *id = NULL;
        json_pointer_get(json, "/resources/0/id", &id);
        apply(writer, known, json_object_get_string(id));
        json_object_put(json);
    }
    raw_done(&answer);
    return answered;
}

static void *write_on(void *arg)
{
    struct writer *writer = arg;
    bool answered = true;
    while (answered && writer->count < MOST_CASES) {
        answered = do_step(writer);
        pthread_mutex_lock(&writer->round->lock);
        writer->round->answered += answered;
        writer->round->ended += !answered;
        pthread_cond_signal(&writer->round->changed);
        pthread_mutex_unlock(&writer->round->lock);
    }
    writer->unsure = !answered;
    return NULL;
}

/* ------------------------------------------------------------------ looking */

static struct json_object *ask(const struct writer *writer, const char *method, const char *target,
                               const char *body)
{
    struct raw_answer answer = raw_call(writer->url, method, target, writer->login, body);
    struct json_object *json = raw_json(&answer);
    if (answer.status != 200 || json == NULL) {
        fail_msg("%s %s: %s", method, target, answer.text);
    }
    raw_done(&answer);
    return json;
}

/* The ids that a query finds; *ret_json is to be put. */
static size_t find(const struct writer *writer, const char *target, struct json_object **ret_json,
                   struct json_object **ret_ids)
{
    *ret_json = ask(writer, "GET", target, NULL);
    *ret_ids = json_object_object_get(*ret_json, "resources");
    return json_object_array_length(*ret_ids);
}

static int64_t number_at(struct json_object *json, const char *pointer)
{
    struct json_object *found = NULL;
    assert_int_equal(json_pointer_get(json, pointer, &found), 0);
    return json_object_get_int64(found);
}

/* The files of a case are whole, as many as must be, or one more; how many. */
static int64_t look_at_files(const struct writer *writer, const struct known *known)
{
    struct json_object *json, *ids;
    char *target = text("/case-files/queries/file-details/v1?filter=case_id:%%27%s%%27", known->id);
    size_t count = find(writer, target, &json, &ids);
    free(target);
    for (size_t i = 0; i < count; i++) {
        char *expected = malloc(FILE_BYTES);
        fill_file(known, expected);
        target = text("/case-files/entities/files/download/v1?id=%s",
                      json_object_get_string(json_object_array_get_idx(ids, i)));
        struct raw_answer answer = raw_call(writer->url, "GET", target, writer->login, NULL);
        assert_int_equal(answer.status, 200);
        assert_int_equal(answer.body_size, FILE_BYTES);
        assert_memory_equal(answer.body, expected, FILE_BYTES);
        raw_done(&answer);
        free(expected);
        free(target);
    }
    json_object_put(json);
    return (int64_t)count;
}

static int64_t one_more(bool allowed, int64_t found, int64_t known, const char *what)
{
    if (found != known && !(allowed && found == known + 1)) {
        fail_msg("%lld %s instead of %lld%s", (long long)found, what, (long long)known,
                 allowed ? " or one more" : "");
    }
    return found;
}

/* The case is as it must be; the last step that was not answered may be done or not. */
static void look_at_case(const struct writer *writer, struct known *known, enum step unsure)
{
    char *body = text("{\"ids\":[\"%s\"]}", known->id);
    struct json_object *json = ask(writer, "POST", "/cases/entities/cases/v2", body), *one = NULL;
    if (json_pointer_get(json, "/resources/0", &one) != 0) {
        fail_msg("%s is lost", known->name);
    }
    int64_t version = number_at(one, "/version");
    known->tags = one_more(unsure == TAG || unsure == TAG_AGAIN,
                           (int64_t)json_object_array_length(json_object_object_get(one, "tags")),
                           known->tags, "tags");
    known->raises = one_more(unsure == RAISE, number_at(one, "/severity") - FIRST_SEVERITY,
                             known->raises, "changes of severity");
    known->files = one_more(unsure == UPLOAD, look_at_files(writer, known), known->files, "files");
    assert_int_equal(version, 1 + known->tags + known->raises);
    assert_int_equal(number_at(one, "/consistency/version"), version + 99);
    json_object_put(json);
    free(body);
}

/* Whether a creation that was not answered is done: no case of that name, or exactly one. */
static void look_for_creation(struct writer *writer)
{
    struct known *known = &writer->cases[writer->count - 1];
    struct json_object *json, *ids;
    char *target = text("/cases/queries/cases/v1?filter=name:%%27%s%%27", known->name);
    size_t count = find(writer, target, &json, &ids);
    assert_in_range(count, 0, 1);
    if (count == 1) {
        apply(writer, known, json_object_get_string(json_object_array_get_idx(ids, 0)));
        look_at_case(writer, known, STEPS);
    } else {
        writer->count--;
    }
    json_object_put(json);
    free(target);
}

/* All cases of a writer from `first` on; then there is nothing left to be unsure of. */
static void look_at_work(struct writer *writer, size_t first)
{
    enum step unsure = writer->unsure ? writer->next : STEPS;
    bool creating = unsure == CREATE && writer->unsure;
    size_t whole = writer->count - (creating ? 1 : 0);
    for (size_t i = first; i < whole; i++) {
        look_at_case(writer, &writer->cases[i], i + 1 == whole && !creating ? unsure : STEPS);
    }
    if (creating) {
        look_for_creation(writer);
    }
    writer->unsure = false;
    writer->next = CREATE;
}

/* As many cases as the writers know are found by the index, and no two have the same reference. */
static void look_at_all(const struct writer *writers)
{
    struct json_object *json, *ids, *seen = json_object_new_object();
    size_t known = 0;
    for (int i = 0; i < WRITERS; i++) {
        known += writers[i].count;
    }
    size_t count =
        find(&writers[0], "/cases/queries/cases/v1?limit=10000&filter=name:%27k*%27", &json, &ids);
    assert_int_equal(count, known);
    for (size_t i = 0; i < count; i++) {
        char *body =
            text("{\"ids\":[\"%s\"]}", json_object_get_string(json_object_array_get_idx(ids, i)));
        struct json_object *found = ask(&writers[0], "POST", "/cases/entities/cases/v2", body);
        struct json_object *reference = NULL;
        assert_int_equal(json_pointer_get(found, "/resources/0/reference_id", &reference), 0);
        assert_null(json_object_object_get(seen, json_object_get_string(reference)));
        json_object_object_add(seen, json_object_get_string(reference), json_object_new_int(1));
        json_object_put(found);
        free(body);
    }
    json_object_put(seen);
    json_object_put(json);
}

static void look_at_the_file(const char *path)
{
    static const char *const rows[][2] = {{"PRAGMA integrity_check", "ok"},
                                          {"SELECT count(*) FROM blobs WHERE size IS NULL", "0"}};
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *statement = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, rows[i][0], -1, &statement, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        assert_string_equal(sqlite3_column_text(statement, 0), rows[i][1]);
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
}

/* ------------------------------------------------------------------ the test */

static void log_in(struct writer *writers, const struct sandbox *sandbox)
{
    for (int i = 0; i < WRITERS; i++) {
        free(writers[i].login);
        writers[i].url = sandbox->url;
        writers[i].login = raw_login(sandbox);
    }
}

/* Lets all write until so many writes were answered, and kills the sandbox in the midst of it. */
static void write_and_kill(struct writer *writers, struct sandbox *sandbox, int wanted, int number)
{
    struct round round = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, number};
    for (int i = 0; i < WRITERS; i++) {
        writers[i].round = &round;
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_on, &writers[i]), 0);
    }
    pthread_mutex_lock(&round.lock);
    while (round.answered < wanted && round.ended < WRITERS) {
        pthread_cond_wait(&round.changed, &round.lock);
    }
    pthread_mutex_unlock(&round.lock);
    kill(sandbox->pid, SIGKILL);
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
    }
    sandbox_kill(sandbox);
    for (int i = 0; i < WRITERS; i++) {
        assert_string_equal(writers[i].refusal, "");
        assert_true(writers[i].unsure);
    }
}

static void what_was_answered_outlives_every_kill(void **state)
{
    char *dir = tmpdir_new(), *db = tmpdir_path(dir, "state.db");
    char *record = tmpdir_path(dir, "requests.jsonl");
    const char *args[] = {"--db", db, NULL};
    struct writer *writers = calloc(WRITERS, sizeof *writers);
    struct sandbox sandbox = {0};
    (void)state;
    for (int i = 0; i < WRITERS; i++) {
        writers[i].number = i;
    }
    sandbox_start(&sandbox, record, args);
    for (int round = 0; round < KILLS; round++) {
        size_t first[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            first[i] = writers[i].count;
        }
        log_in(writers, &sandbox);
        write_and_kill(writers, &sandbox, 1 + round * 7 % 40, round);
        sandbox_start(&sandbox, record, args);
        log_in(writers, &sandbox);
        for (int i = 0; i < WRITERS; i++) {
            look_at_work(&writers[i], first[i]);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        look_at_work(&writers[i], 0);
    }
    look_at_all(writers);
    sandbox_stop(&sandbox);
    look_at_the_file(db);
    for (int i = 0; i < WRITERS; i++) {
        free(writers[i].login);
    }
    free(writers);
    free(record);
    free(db);
    tmpdir_free(dir);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_outlives_every_kill),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
