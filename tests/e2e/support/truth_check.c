#include "check.h"
#include "raw.h"
#include "truth.h"
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_A_PAGE 10u
#define CASES_A_PAGE 1000u

/* ------------------------------------------------------------------ one case */

static size_t times_in(struct json_object *list, const char *pointer, const char *text)
{
    size_t times = 0;
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        const char *found =
            pointer != NULL ? truth_text(item, pointer) : json_object_get_string(item);
        times += strcmp(found, text) == 0;
    }
    return times;
}

static void expect_times(struct truth_lane *lane, const char *what, const char *name,
                         unsigned may_be, size_t times, const char *where)
{
    unsigned is = times == 0 ? ABSENT : times == 1 ? PRESENT : 0;
    if ((is & may_be) == 0) {
        truth_fault(lane, "%s: %s %s is there %zu times, which should be %s", where, what, name,
                    times,
                    may_be == ABSENT    ? "0"
                    : may_be == PRESENT ? "1"
                                        : "0 or 1");
    }
}

void truth_compare(struct truth_lane *lane, const struct truth_case *wanted,
                   struct json_object *found, const char *where)
{
    struct json_object *tags = NULL, *alerts = NULL;
    char name[128], tag[16];
    json_pointer_get(found, "/tags", &tags);
    json_pointer_get(found, "/evidence/alerts/records", &alerts);
    for (unsigned i = 0; i < PLAN_SLOTS; i++) {
        snprintf(tag, sizeof tag, "t%u", i);
        snprintf(name, sizeof name, "cid:ind:%s:%u", wanted->name, i);
        expect_times(lane, "tag", tag, wanted->tags[i], times_in(tags, NULL, tag), where);
        expect_times(lane, "alert", name, wanted->alerts[i], times_in(alerts, "/selector/id", name),
                     where);
    }
    unsigned long description = strtoul(truth_text(found, "/description"), NULL, 10);
    if (description != wanted->description &&
        (wanted->other_description == 0 || description != wanted->other_description)) {
        truth_fault(lane, "%s: the description of %s is %lu, which should be %lu or %lu", where,
                    wanted->name, description, wanted->description, wanted->other_description);
    }
}

/* ------------------------------------------------------------------ all of them */

/* "resources" of an answer of the service. */
static struct json_object *ask(const struct world *world, const char *login, const char *method,
                               const char *target, const char *body)
{
    struct json_object *list = NULL;
    struct raw_answer answer = raw_call(world->sandbox.url, method, target, login, body);
    struct json_object *json = raw_json(&answer);
    if (answer.status != 200 || !json_object_object_get_ex(json, "resources", &list)) {
        fail_msg("%s %s: %s", method, target, answer.text);
    }
    json_object_get(list);
    json_object_put(json);
    raw_done(&answer);
    return list;
}

static struct json_object *all_cases(const struct world *world, const char *login,
                                     const char *prefix)
{
    char target[256];
    snprintf(target, sizeof target, "/cases/queries/cases/v1?limit=%u&filter=name:%%27%s*%%27",
             CASES_A_PAGE, prefix);
    struct json_object *ids = ask(world, login, "GET", target, NULL);
    if (json_object_array_length(ids) == 0) {
        return ids;
    }
    assert_true(json_object_array_length(ids) < CASES_A_PAGE);
    struct json_object *body = json_object_new_object();
    json_object_object_add(body, "ids", ids);
    struct json_object *cases =
        ask(world, login, "POST", "/cases/entities/cases/v2", json_object_to_json_string(body));
    json_object_put(body);
    return cases;
}

static struct json_object *all_files(const struct world *world, const char *login,
                                     const char *prefix)
{
    char target[256];
    struct json_object *files = json_object_new_array();
    for (size_t offset = 0, got = FILES_A_PAGE; got == FILES_A_PAGE; offset += got) {
        snprintf(target, sizeof target,
                 "/case-files/combined/file-details/v1?limit=%u&offset=%zu"
                 "&filter=name:*%%27%s*%%27",
                 FILES_A_PAGE, offset, prefix);
        struct json_object *page = ask(world, login, "GET", target, NULL);
        got = json_object_array_length(page);
        for (size_t i = 0; i < got; i++) {
            json_object_array_add(files, json_object_get(json_object_array_get_idx(page, i)));
        }
        json_object_put(page);
    }
    return files;
}

static void check_case(struct truth_lane *lane, const struct truth_case *wanted,
                       struct json_object *cases, struct json_object *files)
{
    char name[96];
    expect_times(lane, "case", wanted->name, wanted->there, times_in(cases, "/name", wanted->name),
                 "the service");
    for (unsigned i = 0; i < PLAN_SLOTS; i++) {
        snprintf(name, sizeof name, "%s-%u", wanted->name, i);
        expect_times(lane, "file", name, wanted->files[i], times_in(files, "/name", name),
                     "the service");
    }
    for (size_t i = 0; i < json_object_array_length(cases); i++) {
        struct json_object *found = json_object_array_get_idx(cases, i);
        if (strcmp(truth_text(found, "/name"), wanted->name) == 0) {
            truth_compare(lane, wanted, found, "the service");
        }
    }
}

void truth_check(struct truth_lane *lanes, size_t count, const struct world *world,
                 const char *prefix)
{
    char *login = raw_login(&world->sandbox);
    struct json_object *cases = all_cases(world, login, prefix);
    struct json_object *files = all_files(world, login, prefix);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < lanes[i].count; k++) {
            check_case(&lanes[i], &lanes[i].cases[k], cases, files);
        }
    }
    json_object_put(files);
    json_object_put(cases);
    free(login);
}
