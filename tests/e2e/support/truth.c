#include "truth.h"
#include "check.h"
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* what an outcome says of a write */
enum verdict { DID_NOT = ABSENT, DID = PRESENT, MAYBE = ABSENT | PRESENT };

const char *truth_text(struct json_object *root, const char *pointer)
{
    struct json_object *found = NULL;
    return json_pointer_get(root, pointer, &found) == 0 && found != NULL
               ? json_object_get_string(found)
               : "";
}

void truth_fault(struct truth_lane *lane, const char *format, ...)
{
    va_list args;
    if (lane->fault[0] == '\0') {
        va_start(args, format);
        vsnprintf(lane->fault, sizeof lane->fault, format, args);
        va_end(args);
    }
}

/* ------------------------------------------------------------------ before a call */

static void prepare_open(struct truth_lane *lane, struct task *task)
{
    struct truth_case *about = task->about = &lane->cases[lane->count];
    char name[sizeof about->name];
    snprintf(name, sizeof name, "%s%zu", lane->name, lane->count++);
    memset(about, 0, sizeof *about);
    memcpy(about->name, name, sizeof name);
    about->there = ABSENT;
    for (size_t i = 0; i < PLAN_SLOTS; i++) {
        about->tags[i] = about->alerts[i] = about->files[i] = ABSENT;
    }
    task->action = "create_case";
    snprintf(task->input, sizeof task->input, "{\"name\":\"%s\",\"severity\":40}", about->name);
    if (task->step->act == ACT_OPEN_KEYED) {
        snprintf(task->key, sizeof task->key, "key of %s", about->name);
    }
}

static bool prepare_upload(const struct world *world, struct task *task)
{
    struct truth_case *about = task->about;
    char name[96], *path;
    snprintf(name, sizeof name, "in/%s-%u", about->name, task->step->slot);
    snprintf(task->file, sizeof task->file, "%s", name + strlen("in/"));
    tmpdir_write(world->dir, name, about->name, strlen(about->name));
    path = tmpdir_path(world->dir, name);
    task->action = "upload_file";
    snprintf(task->input, sizeof task->input, "{\"case_id\":\"%s\",\"file\":\"%s\"}", about->id,
             path);
    free(path);
    return about->files[task->step->slot] == ABSENT;
}

static bool prepare_download(struct task *task)
{
    const struct truth_case *about = task->about;
    const char *id = about->file_ids[task->step->slot];
    snprintf(task->file, sizeof task->file, "%s-%u", about->name, task->step->slot);
    task->action = "download_existing_files";
    snprintf(task->input, sizeof task->input, "{\"id\":\"%s\",\"save_as\":\"%s\"}", id, task->file);
    return id[0] != '\0';
}

static bool prepare_description(struct truth_lane *lane, struct task *task)
{
    const struct truth_case *about = task->about;
    char version[48] = "";
    if (task->step->versioned && about->version > 0) {
        snprintf(version, sizeof version, ",\"expected_version\":%lld", (long long)about->version);
    }
    task->description = ++lane->descriptions;
    task->action = "update_case_fields";
    snprintf(task->input, sizeof task->input,
             "{\"id\":\"%s\",\"fields\":{\"description\":\"%lu\"}%s}", about->id, task->description,
             version);
    return about->other_description == 0;
}

bool truth_prepare(struct truth_lane *lane, const struct world *world, const struct step *step,
                   struct task *ret_task)
{
    struct task *task = ret_task;
    *task = (struct task){.step = step};
    if (step->act == ACT_OPEN || step->act == ACT_OPEN_KEYED) {
        prepare_open(lane, task);
        return true;
    }
    if (step->act == ACT_LIST) {
        task->action = "query_case_ids";
        snprintf(task->input, sizeof task->input,
                 "{\"filter\":\"name:'%s*'\",\"all\":true,\"limit\":2}", lane->name);
        return true;
    }
    if (lane->count == 0 || lane->cases[lane->count - 1].id[0] == '\0') {
        return false;
    }
    struct truth_case *about = task->about = &lane->cases[lane->count - 1];
    unsigned slot = step->slot;
    switch (step->act) {
    case ACT_TAG:
    case ACT_UNTAG:
        task->action = step->act == ACT_TAG ? "add_case_tags" : "delete_case_tags";
        snprintf(task->input, sizeof task->input,
                 step->act == ACT_TAG ? "{\"id\":\"%s\",\"tags\":[\"t%u\"]}"
                                      : "{\"id\":\"%s\",\"tag\":[\"t%u\"]}",
                 about->id, slot);
        return !about->untold_tags[slot];
    case ACT_ALERT:
        task->action = "add_case_alert_evidence";
        snprintf(task->input, sizeof task->input, "{\"id\":\"%s\",\"alerts\":[\"cid:ind:%s:%u\"]}",
                 about->id, about->name, slot);
        return about->alerts[slot] == ABSENT;
    case ACT_READ:
        task->action = "get_cases";
        snprintf(task->input, sizeof task->input, "{\"ids\":[\"%s\"]}", about->id);
        return true;
    case ACT_DESCRIBE:
        return prepare_description(lane, task);
    case ACT_UPLOAD:
        return prepare_upload(world, task);
    case ACT_DOWNLOAD:
        return prepare_download(task);
    default:
        return false;
    }
}

/* ------------------------------------------------------------------ after it */

static enum verdict verdict_of(struct truth_lane *lane, struct json_object *document)
{
    const char *outcome = truth_text(document, "/error/outcome");
    if (strcmp(truth_text(document, "/status"), "OK") == 0 || strcmp(outcome, "applied") == 0) {
        return DID;
    }
    if (strcmp(outcome, "not_applied") == 0 || strcmp(outcome, "not_sent") == 0) {
        return DID_NOT;
    }
    if (strcmp(outcome, "unknown") != 0) {
        truth_fault(lane, "no outcome: %.400s", json_object_to_json_string(document));
    }
    return MAYBE;
}

static void set(unsigned *thing, unsigned to, enum verdict verdict)
{
    *thing = verdict == DID ? to : verdict == MAYBE ? *thing | to : *thing;
}

static void take_id(char *ret, size_t size, struct json_object *document)
{
    snprintf(ret, size, "%s", truth_text(document, "/resources/0/id"));
}

/* A case is told with each write to it. */
static void take_version(struct truth_case *about, struct json_object *document)
{
    struct json_object *version = NULL;
    if (json_pointer_get(document, "/resources/0/version", &version) == 0) {
        about->version = json_object_get_int64(version);
    }
}

static bool take_open(struct truth_lane *lane, struct task *task, struct json_object *document,
                      enum verdict verdict)
{
    struct truth_case *about = task->about;
    char id[sizeof about->id];
    take_id(id, sizeof id, document);
    bool told = verdict == DID && id[0] != '\0';
    if (task->again && about->there == PRESENT &&
        (verdict != DID || (about->id[0] != '\0' && strcmp(id, about->id) != 0))) {
        truth_fault(lane, "another outcome for the same key: %.400s",
                    json_object_to_json_string(document));
    }
    set(&about->there, PRESENT, verdict);
    if (told) {
        memcpy(about->id, id, sizeof id);
        take_version(about, document);
    }
    /* a request of which nobody knows where it is must not be looked for in vain */
    bool lost = verdict == MAYBE && (task->step->cancel_after >= 0 || task->step->timeout_ms != 0);
    bool again = task->key[0] != '\0' && !task->again && !lost;
    task->again = true;
    return again;
}

static void take_list(struct truth_lane *lane, struct json_object *document)
{
    struct json_object *ids = NULL;
    json_object_object_get_ex(document, "resources", &ids);
    for (size_t i = 0; i < lane->count; i++) {
        size_t found = 0;
        const struct truth_case *wanted = &lane->cases[i];
        for (size_t k = 0; ids != NULL && k < json_object_array_length(ids); k++) {
            found +=
                strcmp(json_object_get_string(json_object_array_get_idx(ids, k)), wanted->id) == 0;
        }
        if (wanted->id[0] != '\0' && found != 1) {
            truth_fault(lane, "%s is %zu times in a list: %.300s", wanted->name, found,
                        json_object_to_json_string(document));
        }
    }
}

/* Looks at the file, and takes it away. */
static void take_download(struct truth_lane *lane, const struct world *world,
                          const struct task *task, bool done)
{
    char name[160], *path;
    snprintf(name, sizeof name, "out/%s", task->file);
    path = tmpdir_path(world->dir, name);
    if (done != (access(path, F_OK) == 0)) {
        truth_fault(lane, "%s is %s", name, done ? "not there" : "there");
    } else if (done) {
        size_t size = 0;
        char *bytes = tmpdir_read(world->dir, name, &size);
        if (strcmp(bytes, task->about->name) != 0) {
            truth_fault(lane, "%s holds %.200s", name, bytes);
        }
        free(bytes);
        unlink(path);
    }
    free(path);
}

static void take_description(struct truth_case *about, unsigned long value, enum verdict verdict)
{
    if (verdict == DID) {
        about->description = value;
    } else if (verdict == MAYBE) {
        about->other_description = value;
    }
}

static void keep_history(struct truth_lane *lane, const struct task *task,
                         struct json_object *document)
{
    size_t used = strlen(lane->history);
    struct json_object *requests = NULL;
    json_pointer_get(document, "/meta/requests", &requests);
    snprintf(lane->history + used, sizeof lane->history - used, "; %s of %zu%s: %s %s, %d requests",
             task->action, task->about != NULL ? (size_t)(task->about - lane->cases) : lane->count,
             task->again ? " again" : "", truth_text(document, "/status"),
             truth_text(document, "/error/outcome"), json_object_get_int(requests));
}

bool truth_take(struct truth_lane *lane, const struct world *world, struct task *task,
                struct json_object *document)
{
    keep_history(lane, task, document);
    struct truth_case *about = task->about;
    enum verdict verdict = verdict_of(lane, document);
    bool ok = strcmp(truth_text(document, "/status"), "OK") == 0;
    unsigned slot = task->step->slot;
    struct json_object *found = NULL;
    switch (task->step->act) {
    case ACT_OPEN:
    case ACT_OPEN_KEYED:
        return take_open(lane, task, document, verdict);
    case ACT_TAG:
    case ACT_UNTAG:
        set(&about->tags[slot], task->step->act == ACT_TAG ? PRESENT : ABSENT, verdict);
        about->untold_tags[slot] = about->untold_tags[slot] || verdict == MAYBE;
        break;
    case ACT_ALERT:
        set(&about->alerts[slot], PRESENT, verdict);
        break;
    case ACT_DESCRIBE:
        take_description(about, task->description, verdict);
        break;
    case ACT_UPLOAD:
        set(&about->files[slot], PRESENT, verdict);
        take_id(about->file_ids[slot], sizeof about->file_ids[slot], document);
        return false;
    case ACT_DOWNLOAD:
        take_download(lane, world, task, ok);
        return false;
    case ACT_LIST:
        if (ok) {
            take_list(lane, document);
        }
        return false;
    default:
        break;
    }
    if (ok && json_pointer_get(document, "/resources/0", &found) == 0) {
        take_version(about, document);
        truth_compare(lane, about, found, "the result of a call");
    }
    return false;
}
