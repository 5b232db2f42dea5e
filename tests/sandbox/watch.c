#include "watch.h"
#include "store_changes.h"
#include <string.h>

struct json_object *sb_case_summary(struct json_object *doc)
{
    static const char *const members[] = {"cid",           "id",      "reference_id",
                                          "name",          "status",  "severity",
                                          "severity_info", "version", "created_timestamp",
                                          "assigned_to",   "tags",    "updated_timestamp"};
    struct json_object *summary = json_object_new_object();
    struct json_object *sla = json_object_new_object();
    struct json_object *own = sb_member(doc, "sla");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        sb_set(summary, members[i], sb_copy(sb_member(doc, members[i])));
    }
    sb_set(sla, "active_timer_status", sb_copy(sb_member(own, "active_timer_status")));
    sb_set(sla, "active_timer_time_due", sb_copy(sb_member(own, "active_timer_time_due")));
    sb_set(summary, "sla", sla);
    return summary;
}

static void tell(struct sb_events *events, const char *name, struct json_object *what)
{
    sb_events_tell(events, name,
                   json_object_to_json_string_ext(what, JSON_C_TO_STRING_PLAIN |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(what);
}

static struct json_object *change_of(const struct sb_change *change)
{
    struct json_object *what = json_object_new_object();
    sb_set_text(what, "kind", change->kind);
    sb_set_text(what, "cid", change->cid);
    sb_set_text(what, "id", change->id);
    sb_set_bool(what, "gone", change->gone);
    return what;
}

static void tell_change(struct sb_events *events, struct sb_store *store,
                        const struct sb_change *change)
{
    struct json_object *doc = NULL;
    if (strcmp(change->kind, "case") == 0 && !change->gone) {
        doc = sb_store_get(store, "case", change->cid, change->id, NULL);
    }
    if (doc != NULL) {
        tell(events, "case", sb_case_summary(doc));
        json_object_put(doc);
    } else {
        tell(events, strcmp(change->kind, "case") == 0 ? "case" : "changed", change_of(change));
    }
}

static void on_commit(void *cls, struct sb_store *store, const struct sb_changes *changes)
{
    struct sb_events *events = cls;
    if (changes->more || sb_events_viewers(events) == 0) {
        sb_events_tell(events, "reset", "{}");
        return;
    }
    for (size_t i = 0; i < changes->count; i++) {
        tell_change(events, store, &changes->items[i]);
    }
}

void sb_watch(struct sb_store *store, struct sb_events *events)
{
    sb_store_lock(store);
    sb_store_listen(store, on_commit, events);
    sb_store_unlock(store);
}

void sb_unwatch(struct sb_store *store)
{
    sb_store_lock(store);
    sb_store_listen(store, NULL, NULL);
    sb_store_unlock(store);
}
