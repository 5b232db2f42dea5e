#include "case_doc.h"
#include "store.h"
#include <stdio.h>
#include <string.h>

/* The sorts of evidence that have an id to look up, and the kind of what it names. */
static const struct {
    const char *sort;
    const char *kind;
} sorts[] = {{"alerts", "alert"}, {"events", "event"}, {"leads", "lead"}};

#define SORTS (sizeof sorts / sizeof *sorts)

static size_t count_evidence(struct json_object *doc)
{
    size_t count = 0;
    for (size_t i = 0; i < SORTS; i++) {
        count += sb_length(sb_case_records(doc, sorts[i].sort));
    }
    return count;
}

static bool has_record(struct json_object *records, const char *id)
{
    for (size_t i = 0; i < sb_length(records); i++) {
        struct json_object *record = json_object_array_get_idx(records, i);
        if (strcmp(sb_text(sb_member(record, "selector"), "id"), id) == 0) {
            return true;
        }
    }
    return false;
}

static void add_record(struct sb_request *req, struct json_object *records, const char *id)
{
    struct json_object *record = json_object_new_object();
    struct json_object *selector = json_object_new_object();
    char own[SB_UUID_SIZE];
    sb_new_id(req, own);
    sb_set_text(selector, "id", id);
    sb_set_text(record, "id", own);
    sb_set(record, "selector", selector);
    json_object_array_add(records, record);
}

bool sb_case_add_evidence(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                          const char *sort, struct json_object *selectors, size_t *ret_added)
{
    struct json_object *records = sb_case_records(doc, sort);
    size_t added = 0;
    for (size_t i = 0; i < sb_length(selectors); i++) {
        const char *id = sb_text(json_object_array_get_idx(selectors, i), "id");
        if (id == NULL || *id == '\0') {
            return sb_fail(res, 400, "%s: item %zu has no id", sort, i);
        }
        if (strcmp(sort, "alerts") == 0 && req->options->reject_unknown_alerts &&
            !sb_store_has(req->store, "alert", req->caller.cid, id)) {
            return sb_fail(res, 400, "alert not found: %.200s", id);
        }
        if (!has_record(records, id)) {
            add_record(req, records, id);
            added++;
        }
    }
    if (count_evidence(doc) > SB_MAX_EVIDENCE) {
        return sb_fail(res, 400, "a case holds at most %d pieces of evidence", SB_MAX_EVIDENCE);
    }
    *ret_added = added;
    return true;
}

static void add_text_once(struct json_object *list, const char *text)
{
    if (text == NULL || *text == '\0') {
        return;
    }
    for (size_t i = 0; i < sb_length(list); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), text) == 0) {
            return;
        }
    }
    json_object_array_add(list, json_object_new_string(text));
}

static struct json_object *list_of(struct json_object *object, const char *key)
{
    struct json_object *list = sb_member(object, key);
    if (list == NULL) {
        list = sb_new_list();
        sb_set(object, key, list);
    }
    return list;
}

/* What an alert or event tells: which of its record lists becomes which of analysis_results, by
 * what member records are the same, and which members go into which list of `_search`. */
static const struct {
    const char *from;
    const char *identity;
    struct {
        const char *member;
        const char *list;
    } terms[9];
} record_kinds[] = {
    {"hosts",
     "aid",
     {{"aid", "aids"},
      {"hostname", "hostnames"},
      {"agent_ip", "ips"},
      {"local_ip", "ips"},
      {"cloud_instance_id", "cloud_instance_ids"}}},
    {"users", "username", {{"username", "usernames"}, {"user_principal_id", "email_addresses"}}},
    {"files", "sha256", {{"sha256", "sha256s"}, {"md5", "md5s"}, {"filename", "file_names"}}},
    {"cloud_assets",
     "asset_id",
     {{"cloud_provider", "cloud_providers"},
      {"account_id", "cloud_account_ids"},
      {"region", "cloud_regions"},
      {"availability_zone", "cloud_availability_zones"},
      {"asset_type", "cloud_service_names"}}},
};

/* Lists of texts that go from an alert into `_search` as they are. */
static const char *const plain_terms[] = {"data_domains", "source_vendors", "source_products",
                                          "tactic_ids",   "tactics",        "technique_ids",
                                          "techniques",   "command_lines",  "image_file_names"};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool same_text(struct json_object *a, struct json_object *b, const char *key)
{
    const char *x = sb_text(a, key);
    const char *y = sb_text(b, key);
    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

static void add_result(struct json_object *results, struct json_object *search, size_t kind,
                       struct json_object *record)
{
    struct json_object *records = sb_member(sb_member(results, record_kinds[kind].from), "records");
    for (size_t i = 0; i < COUNT(record_kinds[kind].terms); i++) {
        const char *member = record_kinds[kind].terms[i].member;
        if (member != NULL) {
            add_text_once(list_of(search, record_kinds[kind].terms[i].list),
                          sb_text(record, member));
        }
    }
    for (size_t i = 0; i < sb_length(records); i++) {
        if (same_text(json_object_array_get_idx(records, i), record, record_kinds[kind].identity)) {
            return;
        }
    }
    json_object_array_add(records, sb_copy(record));
}

static void add_source(struct json_object *results, struct json_object *search,
                       struct json_object *source)
{
    for (size_t kind = 0; kind < COUNT(record_kinds); kind++) {
        struct json_object *records = sb_member(source, record_kinds[kind].from);
        for (size_t i = 0; i < sb_length(records); i++) {
            add_result(results, search, kind, json_object_array_get_idx(records, i));
        }
    }
    for (size_t i = 0; i < COUNT(plain_terms); i++) {
        struct json_object *texts = sb_member(source, plain_terms[i]);
        for (size_t k = 0; k < sb_length(texts); k++) {
            add_text_once(list_of(search, plain_terms[i]),
                          json_object_get_string(json_object_array_get_idx(texts, k)));
        }
    }
}

static struct json_object *new_results(void)
{
    static const char *const names[] = {"alerts", "cloud_assets", "events", "files",
                                        "hosts",  "leads",        "users"};
    struct json_object *results = json_object_new_object();
    for (size_t i = 0; i < COUNT(names); i++) {
        struct json_object *records = json_object_new_object();
        sb_set(records, "records", sb_new_list());
        sb_set(results, names[i], records);
    }
    return results;
}

/* The document that a piece of evidence names; the caller puts it. NULL if there is none. */
static struct json_object *find_source(struct sb_request *req, const char *kind, const char *id)
{
    struct json_object *source = sb_member(req->at_hand, id);
    return source != NULL ? json_object_get(source)
                          : sb_store_get(req->store, kind, req->caller.cid, id, NULL);
}

void sb_case_analyse(struct sb_request *req, struct json_object *doc)
{
    struct json_object *results = new_results();
    struct json_object *search = json_object_new_object();
    for (size_t s = 0; s < SORTS; s++) {
        struct json_object *records = sb_case_records(doc, sorts[s].sort);
        struct json_object *known = sb_member(sb_member(results, sorts[s].sort), "records");
        for (size_t i = 0; i < sb_length(records); i++) {
            const char *id =
                sb_text(sb_member(json_object_array_get_idx(records, i), "selector"), "id");
            struct json_object *source = find_source(req, sorts[s].kind, id);
            if (source != NULL) {
                struct json_object *record = json_object_new_object();
                sb_set_text(record, "id", id);
                json_object_array_add(known, record);
                add_source(results, search, source);
            }
            json_object_put(source);
        }
    }
    sb_set(results, "data_domains", sb_copy(list_of(search, "data_domains")));
    sb_set(doc, "analysis_results", results);
    sb_set(doc, "_search", search);
}
