/* Hosts, people and the alerts that tie them to stories. */
#include "seed_pool.h"
#include "store.h"
#include <stdio.h>
#include <string.h>

/* clang-format off */
const struct sb_story sb_stories[] = {
    {"Suspicious login from a new country", "Initial Access", "TA0001", "Valid Accounts", "T1078", "", "", "identity", 40, "sign-in.csv"},
    {"Phishing mail opened", "Initial Access", "TA0001", "Phishing", "T1566", "outlook.exe /f invoice.msg", "outlook.exe", "phishing", 35, "mail.eml"},
    {"Malware quarantined", "Execution", "TA0002", "User Execution", "T1204", "setup_free.exe /quiet", "setup_free.exe", "malware", 25, "sample.zip"},
    {"Credential dumping attempt", "Credential Access", "TA0006", "OS Credential Dumping", "T1003", "rundll32 comsvcs.dll MiniDump", "rundll32.exe", "credentials", 75, "lsass.txt"},
    {"Ransomware behaviour", "Impact", "TA0040", "Data Encrypted for Impact", "T1486", "svch0st.exe --encrypt C:\\Users", "svch0st.exe", "ransomware", 95, "README_DECRYPT.txt"},
    {"Lateral movement over SMB", "Lateral Movement", "TA0008", "Remote Services", "T1021", "psexec \\\\host cmd", "psexec.exe", "intrusion", 80, "smb.log"},
    {"Data leaving by DNS", "Exfiltration", "TA0010", "Exfiltration Over Alternative Protocol", "T1048", "", "", "exfiltration", 70, "dns.log"},
    {"Cloud storage made public", "Collection", "TA0009", "Data from Cloud Storage", "T1530", "", "", "cloud", 55, "bucket.json"},
    {"Scheduled task from a temp folder", "Persistence", "TA0003", "Scheduled Task/Job", "T1053", "schtasks /create /tn updater", "schtasks.exe", "persistence", 50, "task.xml"},
    {"Port scan inside the network", "Discovery", "TA0007", "Network Service Discovery", "T1046", "nmap -sS 10.0.0.0/16", "nmap", "recon", 20, "scan.txt"},
};
/* clang-format on */
const size_t sb_story_count = SB_COUNT(sb_stories);

static const char *const departments[] = {"FIN", "HR", "ENG", "SALES", "OPS", "LEGAL"};
static const char *const first_names[] = {"ada",  "ben",   "chen", "dora", "emil", "fatima",
                                          "goro", "hanna", "ivan", "jana", "kofi", "lena",
                                          "milo", "nadia", "omar", "petra"};
static const char *const last_names[] = {
    "adler", "brandt", "costa",    "dubois", "evans",  "fischer", "garcia", "haas",
    "ito",   "jensen", "kowalski", "lopez",  "moreau", "novak",   "okafor", "petrov"};

/* A tenth as many hosts as cases and a twentieth as many people, a few at least. */
struct sb_pool sb_pool_of(unsigned cases)
{
    struct sb_pool pool = {.cases = cases, .hosts = cases / 10 + 20, .people = cases / 20 + 20};
    pool.families = 1 + (cases + 199) / 200;
    if (pool.families > SB_MOST_FAMILIES) {
        pool.families = SB_MOST_FAMILIES;
    }
    return pool;
}

size_t sb_pick(struct sb_request *req, size_t count)
{
    return (size_t)(sb_random(req->store) % count);
}

struct json_object *sb_list_of(const char *text)
{
    struct json_object *list = sb_new_list();
    if (*text != '\0') {
        json_object_array_add(list, json_object_new_string(text));
    }
    return list;
}

static struct json_object *host_record(unsigned host)
{
    struct json_object *record = json_object_new_object();
    char text[64];
    snprintf(text, sizeof text, "b0%030u", host);
    sb_set_text(record, "aid", text);
    snprintf(text, sizeof text, "%s-%s-%03u", departments[host % SB_COUNT(departments)],
             host % 7 == 0 ? "SRV" : "WS", host);
    sb_set_text(record, "hostname", text);
    snprintf(text, sizeof text, "203.0.113.%u", host % 250 + 1);
    sb_set_text(record, "agent_ip", text);
    snprintf(text, sizeof text, "10.%u.%u.%u", 50 + host / 62500 % 200, host / 250 % 250,
             host % 250 + 1);
    sb_set_text(record, "local_ip", text);
    sb_set_text(record, "cloud_instance_id", "");
    return record;
}

static struct json_object *user_record(unsigned person)
{
    static const char *const empty[] = {"idp_user_id", "sid", "user_full_name",
                                        "user_token_key_id"};
    struct json_object *record = json_object_new_object();
    char name[48], mail[64];
    snprintf(name, sizeof name, "%s.%s%.0u", first_names[person % SB_COUNT(first_names)],
             last_names[person / SB_COUNT(first_names) % SB_COUNT(last_names)],
             person / (unsigned)(SB_COUNT(first_names) * SB_COUNT(last_names)));
    snprintf(mail, sizeof mail, "%s@example.com", name);
    for (size_t i = 0; i < SB_COUNT(empty); i++) {
        sb_set_text(record, empty[i], "");
    }
    sb_set(record, "email_addresses", sb_list_of(mail));
    sb_set_text(record, "user_id", name);
    sb_set_text(record, "user_principal_id", mail);
    sb_set_text(record, "username", name);
    return record;
}

static struct json_object *list_with(struct json_object *item)
{
    struct json_object *list = sb_new_list();
    json_object_array_add(list, item);
    return list;
}

void sb_seed_evidence(struct sb_request *req, const struct sb_pool *pool, unsigned number,
                      const struct sb_story *story, bool event, char ret_id[128])
{
    struct json_object *doc = json_object_new_object();
    struct json_object *host = host_record((unsigned)sb_pick(req, pool->hosts));
    if (event) {
        snprintf(ret_id, 128, "f1f1f1f2-0000-4000-8000-%012u", number);
    } else {
        snprintf(ret_id, 128, "%s:ind:%s:%u-10-%u", req->caller.cid, sb_text(host, "aid"),
                 number + 5000, number + 5000);
    }
    sb_set_text(doc, "id", ret_id);
    sb_set_text(doc, "name", story->name);
    sb_set(doc, "hosts", list_with(host));
    sb_set(doc, "users", list_with(user_record((unsigned)sb_pick(req, pool->people))));
    sb_set(doc, "data_domains", sb_list_of(event ? "Network" : "Endpoint"));
    sb_set(doc, "source_vendors", sb_list_of(event ? "Example Firewalls" : "CrowdStrike"));
    sb_set(doc, "source_products", sb_list_of(event ? "Gate" : "Falcon Insight"));
    sb_set(doc, "tactics", sb_list_of(story->tactic));
    sb_set(doc, "tactic_ids", sb_list_of(story->tactic_id));
    sb_set(doc, "techniques", sb_list_of(story->technique));
    sb_set(doc, "technique_ids", sb_list_of(story->technique_id));
    sb_set(doc, "command_lines", sb_list_of(story->command_line));
    sb_set(doc, "image_file_names", sb_list_of(story->image));
    sb_store_add(req->store, event ? "event" : "alert", req->caller.cid, ret_id, doc, NULL);
    sb_set(req->at_hand, ret_id, doc);
}
