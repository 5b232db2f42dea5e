/* Cases as a busy tenant has them: spread over 90 days, most of them closed, with alerts, events and
 * files. Each is made whole and written once, so that a hundred thousand take no minute. */
#include "case_doc.h"
#include "response.h"
#include "seed_pool.h"
#include "slas.h"
#include "store.h"
#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

/* A tenant that is being made. */
struct tenant {
    struct sb_pool pool;
    int64_t end_ms; /* how long it has lived */
    struct bound {
        struct json_object *template_doc, *fields, *sla; /* NULL until a case was bound to it */
        char sla_snapshot_id[SB_UUID_SIZE];
    } bound[SB_MOST_FAMILIES];
};

static struct json_object *case_fields(struct sb_request *req, unsigned number,
                                       const struct sb_story *story)
{
    static const char *const sites[] = {"Berlin", "Lagos", "Lima", "Osaka", "Oslo", "Pune"};
    struct json_object *fields = json_object_new_object();
    char text[512];
    snprintf(text, sizeof text, "%s (%s-%u)", story->name, sites[sb_pick(req, SB_COUNT(sites))],
             number + 1);
    sb_set_text(fields, "name", text);
    snprintf(text, sizeof text,
             "%s. Reported by monitoring; tactic %s. Follow the runbook and note what was done.",
             story->name, story->tactic);
    sb_set_text(fields, "description", text);
    sb_set_int(fields, "severity", story->severity + (int)sb_pick(req, 10) - 5);
    return fields;
}

static bool add_evidence(struct sb_request *req, struct sb_response *res,
                         const struct sb_pool *pool, unsigned number, const struct sb_story *story,
                         struct json_object *doc)
{
    struct json_object *alerts = sb_new_list(), *events = sb_new_list();
    static const unsigned char counts[] = {1, 1, 2, 3};
    size_t alert_count = counts[sb_pick(req, SB_COUNT(counts))],
           event_count = sb_pick(req, 10) < 3 ? 1 : 0, added;
    for (size_t i = 0; i < alert_count + event_count; i++) {
        bool event = i >= alert_count;
        struct json_object *selector = json_object_new_object();
        char id[128];
        sb_seed_evidence(req, pool, number * 4 + (unsigned)i, story, event, id);
        sb_set_text(selector, "id", id);
        json_object_array_add(event ? events : alerts, selector);
    }
    bool good = sb_case_add_evidence(req, res, doc, "alerts", alerts, &added) &&
                sb_case_add_evidence(req, res, doc, "events", events, &added);
    json_object_put(alerts);
    json_object_put(events);
    return good;
}

static bool add_tags(struct sb_request *req, struct sb_response *res, const struct sb_story *story,
                     struct json_object *doc)
{
    static const char *const more[] = {"vip", "audit", "night shift", "false positive"};
    struct json_object *tags = sb_list_of(story->tag);
    size_t added;
    if (sb_pick(req, 3) == 0) {
        json_object_array_add(tags, json_object_new_string(more[sb_pick(req, SB_COUNT(more))]));
    }
    bool good = sb_case_add_tags(res, doc, tags, &added);
    json_object_put(tags);
    return good;
}

/* As sb_case_bind_template does, which is asked once for each template: it reads three documents. */
static bool bind_like_before(struct sb_request *req, struct sb_response *res, struct bound *bound,
                             const char *id, struct json_object *doc)
{
    if (bound->template_doc != NULL) {
        sb_set(doc, "template", sb_copy(bound->template_doc));
        sb_set(doc, "fields", sb_copy(bound->fields));
        sb_case_start_sla(req, doc, bound->sla, bound->sla_snapshot_id);
        sb_set(req->at_hand, bound->sla_snapshot_id, json_object_get(bound->sla));
        return true;
    }
    if (!sb_case_bind_template(req, res, doc, id)) {
        return false;
    }
    bound->template_doc = sb_copy(sb_member(doc, "template"));
    bound->fields = sb_copy(sb_member(doc, "fields"));
    bound->sla = sb_sla_get(req, sb_text(sb_member(doc, "sla"), "id"), bound->sla_snapshot_id);
    return true;
}

/* What is grave has the fixed world's template; of the rest, half have one of the others'. */
static bool bind_template(struct sb_request *req, struct sb_response *res, struct tenant *tenant,
                          struct json_object *doc)
{
    bool grave = json_object_get_int(sb_member(doc, "severity")) >= 70;
    unsigned families = tenant->pool.families;
    unsigned family = grave ? 0 : (unsigned)sb_pick(req, families * 2);
    char id[SB_UUID_SIZE];
    if (!grave && (family == 0 || family >= families)) {
        return true;
    }
    sb_seed_template(family, id);
    return bind_like_before(req, res, &tenant->bound[family], id, doc);
}

/* Someone takes most cases up after a while. */
static bool work_on(struct sb_request *req, struct sb_response *res, const struct tenant *tenant,
                    struct json_object *doc)
{
    static const char *const statuses[] = {"closed", "closed", "closed", "in_progress", "reopened"};
    struct json_object *fields = json_object_new_object();
    req->now_ms += 600000 + (int64_t)sb_pick(req, 36) * 600000;
    sb_set_text(fields, "status", statuses[sb_pick(req, SB_COUNT(statuses))]);
    sb_set_text(fields, "assigned_to_user_uuid",
                sb_pick(req, 2) == 0 ? SB_SEED_ANALYST : SB_SEED_LEAD);
    bool good = sb_case_set_fields(req, res, doc, fields);
    json_object_put(fields);
    if (good) {
        sb_case_move_sla(req, doc, NULL);
        sb_case_live_through(req, doc, tenant->end_ms);
        sb_case_change(req, doc);
    }
    return good;
}

static bool make_case(struct sb_request *req, struct sb_response *res, struct tenant *tenant,
                      unsigned number)
{
    const struct sb_story *story = &sb_stories[sb_pick(req, sb_story_count)];
    req->at_hand = json_object_new_object();
    struct json_object *doc = sb_case_new(req);
    struct json_object *fields = case_fields(req, number, story);
    bool good = sb_case_set_fields(req, res, doc, fields) && bind_template(req, res, tenant, doc) &&
                add_tags(req, res, story, doc) &&
                add_evidence(req, res, &tenant->pool, number, story, doc);
    json_object_put(fields);
    if (good && sb_pick(req, 5) > 0) {
        good = work_on(req, res, tenant, doc);
    } else if (good) {
        sb_case_live_through(req, doc, tenant->end_ms);
        sb_case_store(req, doc);
    }
    for (size_t i = 0, files = sb_pick(req, 10) < 3 ? 1 + sb_pick(req, 2) : 0; good && i < files;
         i++) {
        good = sb_seed_file(req, sb_text(doc, "id"), story, number + (unsigned)i);
    }
    json_object_put(doc);
    json_object_put(req->at_hand);
    req->at_hand = NULL;
    return good;
}

bool sb_seed_cases(struct sb_request *req, unsigned count)
{
    int64_t end = req->now_ms;
    struct tenant tenant = {.pool = sb_pool_of(count), .end_ms = end};
    struct sb_response res;
    if (count == 0) {
        return true;
    }
    sb_response_init(&res);
    req->now_ms = end - 90 * DAY_MS;
    bool good = sb_seed_config(req, &tenant.pool);
    sb_terms_put_off(req->store);
    for (unsigned i = 0; good && i < count; i++) {
        req->now_ms = end - 90 * DAY_MS / (int64_t)count * (int64_t)(count - i);
        good = make_case(req, &res, &tenant, i);
    }
    sb_terms_catch_up(req->store);
    if (sb_failed(&res)) {
        fprintf(stderr, "falcon-sandbox: seed: %s\n", json_object_to_json_string(res.errors));
    }
    for (size_t i = 0; i < SB_MOST_FAMILIES; i++) {
        json_object_put(tenant.bound[i].template_doc);
        json_object_put(tenant.bound[i].fields);
        json_object_put(tenant.bound[i].sla);
    }
    sb_response_done(&res);
    req->now_ms = end;
    return good;
}
