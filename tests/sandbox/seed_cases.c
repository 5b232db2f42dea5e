/* Cases as a busy tenant has them: spread over 90 days, most of them closed, evidence from a pool
 * of alerts. */
#include "seed.h"
#include "store.h"
#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)
#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct {
    const char *name;
    const char *tactic;
    const char *tactic_id;
    const char *tag;
    int severity;
} stories[] = {
    {"Suspicious login from a new country", "Initial Access", "TA0001", "identity", 40},
    {"Phishing mail opened", "Initial Access", "TA0001", "phishing", 35},
    {"Malware quarantined", "Execution", "TA0002", "malware", 25},
    {"Credential dumping attempt", "Credential Access", "TA0006", "credentials", 75},
    {"Ransomware behaviour", "Impact", "TA0040", "ransomware", 95},
    {"Lateral movement over SMB", "Lateral Movement", "TA0008", "intrusion", 80},
    {"Data leaving by DNS", "Exfiltration", "TA0010", "exfiltration", 70},
    {"Cloud storage made public", "Collection", "TA0009", "cloud", 55},
    {"Scheduled task from a temp folder", "Persistence", "TA0003", "persistence", 50},
    {"Port scan inside the network", "Discovery", "TA0007", "recon", 20},
};
static const char *const departments[] = {"FIN", "HR", "ENG", "SALES", "OPS", "LEGAL"};
static const char *const people[] = {"jdoe", "asmith", "mgarcia", "lchen", "okafor", "ivanova"};

static size_t pick(struct sb_request *req, size_t count)
{
    return (size_t)(sb_random(req->store) % count);
}

static struct json_object *list_of_one(const char *text)
{
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, json_object_new_string(text));
    return list;
}

static struct json_object *host_record(unsigned number, const char *department)
{
    struct json_object *host = json_object_new_object();
    char text[64];
    snprintf(text, sizeof text, "b0%030u", number);
    sb_set_text(host, "aid", text);
    snprintf(text, sizeof text, "%s-WS-%03u", department, number % 1000);
    sb_set_text(host, "hostname", text);
    snprintf(text, sizeof text, "203.0.113.%u", number % 250 + 1);
    sb_set_text(host, "agent_ip", text);
    snprintf(text, sizeof text, "10.%u.%u.%u", 50 + number / 62500, number / 250 % 250,
             number % 250 + 1);
    sb_set_text(host, "local_ip", text);
    sb_set_text(host, "cloud_instance_id", "");
    return host;
}

static struct json_object *user_record(const char *name)
{
    static const char *const empty[] = {"idp_user_id", "sid", "user_full_name",
                                        "user_token_key_id"};
    struct json_object *user = json_object_new_object();
    char mail[64];
    snprintf(mail, sizeof mail, "%s@example.com", name);
    for (size_t i = 0; i < COUNT(empty); i++) {
        sb_set_text(user, empty[i], "");
    }
    sb_set(user, "email_addresses", list_of_one(mail));
    sb_set_text(user, "user_id", name);
    sb_set_text(user, "user_principal_id", mail);
    sb_set_text(user, "username", name);
    return user;
}

/* An alert of the pool; its id goes to ret_id. */
static void put_alert(struct sb_request *req, unsigned number, size_t story, char ret_id[128])
{
    struct json_object *doc = json_object_new_object();
    struct json_object *host = host_record(number, departments[pick(req, COUNT(departments))]);
    struct json_object *hosts = json_object_new_array();
    struct json_object *users = json_object_new_array();
    snprintf(ret_id, 128, "%s:ind:%s:%u-10-%u", req->caller.cid, sb_text(host, "aid"),
             number + 5000, number + 5000);
    json_object_array_add(hosts, host);
    json_object_array_add(users, user_record(people[pick(req, COUNT(people))]));
    sb_set_text(doc, "id", ret_id);
    sb_set_text(doc, "name", stories[story].name);
    sb_set(doc, "hosts", hosts);
    sb_set(doc, "users", users);
    sb_set(doc, "data_domains", list_of_one("Endpoint"));
    sb_set(doc, "source_vendors", list_of_one("CrowdStrike"));
    sb_set(doc, "source_products", list_of_one("Falcon Insight"));
    sb_set(doc, "tactics", list_of_one(stories[story].tactic));
    sb_set(doc, "tactic_ids", list_of_one(stories[story].tactic_id));
    sb_store_put(req->store, "alert", req->caller.cid, ret_id, doc, NULL);
    json_object_put(doc);
}

static struct json_object *case_body(struct sb_request *req, unsigned number, size_t story)
{
    struct json_object *body = json_object_new_object();
    struct json_object *evidence = json_object_new_object();
    struct json_object *alerts = json_object_new_array();
    char text[256];
    int severity = stories[story].severity + (int)pick(req, 10) - 5;
    snprintf(text, sizeof text, "%s (%s-%u)", stories[story].name,
             departments[pick(req, COUNT(departments))], number + 1);
    sb_set_text(body, "name", text);
    snprintf(text, sizeof text,
             "%s. Reported by monitoring; tactic %s. Follow the runbook and note what was done.",
             stories[story].name, stories[story].tactic);
    sb_set_text(body, "description", text);
    sb_set_int(body, "severity", severity);
    sb_set(body, "tags", list_of_one(stories[story].tag));
    for (size_t i = 0, count = 1 + pick(req, 3); i < count; i++) {
        struct json_object *selector = json_object_new_object();
        put_alert(req, number * 3 + (unsigned)i, story, text);
        sb_set_text(selector, "id", text);
        json_object_array_add(alerts, selector);
    }
    sb_set(evidence, "alerts", alerts);
    sb_set(body, "evidence", evidence);
    if (severity >= 70) {
        struct json_object *template_selector = json_object_new_object();
        sb_set_text(template_selector, "id", SB_SEED_TEMPLATE);
        sb_set(body, "template", template_selector);
    }
    return body;
}

/* Someone takes most cases up after a while. */
static bool work_on(struct sb_request *req, const char *id)
{
    static const char *const statuses[] = {"closed", "closed", "closed", "in_progress", "reopened"};
    struct json_object *body = json_object_new_object();
    struct json_object *fields = json_object_new_object();
    sb_set_text(fields, "status", statuses[pick(req, COUNT(statuses))]);
    sb_set_text(fields, "assigned_to_user_uuid",
                pick(req, 2) == 0 ? SB_SEED_ANALYST : SB_SEED_LEAD);
    sb_set_text(body, "id", id);
    sb_set(body, "fields", fields);
    return sb_seed_run(req, op_update_case_fields, body, NULL, NULL);
}

bool sb_seed_cases(struct sb_request *req, unsigned count)
{
    int64_t end = req->now_ms;
    for (unsigned i = 0; i < count; i++) {
        char id[SB_UUID_SIZE];
        int64_t created = end - 90 * DAY_MS / (int64_t)count * (int64_t)(count - i);
        req->now_ms = created;
        if (!sb_seed_run(req, op_create_case, case_body(req, i, pick(req, COUNT(stories))), NULL,
                         id)) {
            return false;
        }
        req->now_ms = created + 600000 + (int64_t)pick(req, 36) * 600000;
        if (pick(req, 5) > 0 && !work_on(req, id)) {
            return false;
        }
    }
    req->now_ms = end;
    return true;
}
