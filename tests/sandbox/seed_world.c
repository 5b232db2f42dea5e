/* The fixed world, as documents. Names are made up; hosts, users and addresses are from ranges kept
 * for examples. */
#include "ids.h"
#include "seed.h"
#include "store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALERT(aid, number) SB_SEED_CID ":ind:" aid ":" number
#define HOST_1                                                                                     \
    "{\"aid\":\"" SB_SEED_HOST "\",\"hostname\":\"FIN-WS-042\",\"agent_ip\":\"203.0.113.42\","     \
    "\"local_ip\":\"10.20.30.42\",\"cloud_instance_id\":\"\"}"
#define HOST_2                                                                                     \
    "{\"aid\":\"" SB_SEED_HOST_2 "\",\"hostname\":\"HR-WS-017\",\"agent_ip\":\"203.0.113.17\","    \
    "\"local_ip\":\"10.20.31.17\",\"cloud_instance_id\":\"\"}"
#define HOST_3                                                                                     \
    "{\"aid\":\"" SB_SEED_HOST_LINUX "\",\"hostname\":\"web-03\",\"agent_ip\":\"198.51.100.3\","   \
    "\"local_ip\":\"10.40.0.3\",\"cloud_instance_id\":\"i-0a1b2c3d4e5f60718\"}"
#define USER(name, full, sid)                                                                      \
    "{\"email_addresses\":[\"" name "@example.com\"],\"idp_user_id\":\"\",\"sid\":\"" sid          \
    "\",\"user_full_name\":\"" full "\",\"user_id\":\"" name "\",\"user_principal_id\":\"" name    \
    "@example.com\",\"user_token_key_id\":\"\",\"username\":\"" name "\"}"
#define FILE_RECORD(name, path, md5, sha256)                                                       \
    "{\"filename\":\"" name "\",\"md5\":\"" md5 "\",\"path\":\"" path "\",\"sha256\":\"" sha256    \
    "\"}"
#define LOCKER                                                                                     \
    FILE_RECORD("svch0st.exe", "C:\\\\Windows\\\\Temp\\\\svch0st.exe",                             \
                "bb9fbfdc8efd85b5036fbdbcd31a77b0",                                                \
                "bd129de3b17072356bb8fed7b351aee4acf6f5e4ba3ab3d24c5317227de94c42")

/* kind, id, document */
static const struct {
    const char *kind;
    const char *id;
    const char *json;
} documents[] = {
    {"user", SB_SEED_AUTOMATION,
     "{\"uuid\":\"" SB_SEED_AUTOMATION "\",\"email\":\"soar-automation@example.com\","
     "\"full_name\":\"SOAR Automation\"}"},
    {"user", SB_SEED_ANALYST,
     "{\"uuid\":\"" SB_SEED_ANALYST "\",\"email\":\"ada.analyst@example.com\","
     "\"full_name\":\"Ada Analyst\"}"},
    {"user", SB_SEED_LEAD,
     "{\"uuid\":\"" SB_SEED_LEAD "\",\"email\":\"leo.lead@example.com\","
     "\"full_name\":\"Leo Lead\"}"},
    {"host", SB_SEED_HOST,
     "{\"aid\":\"" SB_SEED_HOST "\",\"hostname\":\"FIN-WS-042\",\"platform\":\"Windows\","
     "\"online\":true,\"local_ip\":\"10.20.30.42\",\"agent_ip\":\"203.0.113.42\"}"},
    {"host", SB_SEED_HOST_2,
     "{\"aid\":\"" SB_SEED_HOST_2 "\",\"hostname\":\"HR-WS-017\",\"platform\":\"Windows\","
     "\"online\":true,\"local_ip\":\"10.20.31.17\",\"agent_ip\":\"203.0.113.17\"}"},
    {"host", SB_SEED_HOST_LINUX,
     "{\"aid\":\"" SB_SEED_HOST_LINUX "\",\"hostname\":\"web-03\",\"platform\":\"Linux\","
     "\"online\":true,\"local_ip\":\"10.40.0.3\",\"agent_ip\":\"198.51.100.3\"}"},
    {"host", SB_SEED_HOST_OFFLINE,
     "{\"aid\":\"" SB_SEED_HOST_OFFLINE "\",\"hostname\":\"SALES-LT-009\","
     "\"platform\":\"Windows\",\"online\":false,\"local_ip\":\"10.20.32.9\","
     "\"agent_ip\":\"203.0.113.9\"}"},
    {"access_tag", "00000000-0000-4000-8000-000000000031",
     "{\"cid\":\"" SB_SEED_CID "\",\"has_access\":true,"
     "\"id\":\"00000000-0000-4000-8000-000000000031\",\"key\":\"finance\",\"templates\":[]}"},
    {"access_tag", "00000000-0000-4000-8000-000000000032",
     "{\"cid\":\"" SB_SEED_CID "\",\"has_access\":true,"
     "\"id\":\"00000000-0000-4000-8000-000000000032\",\"key\":\"hr\",\"templates\":[]}"},
    {"access_tag", "00000000-0000-4000-8000-000000000033",
     "{\"cid\":\"" SB_SEED_CID "\",\"has_access\":false,"
     "\"id\":\"00000000-0000-4000-8000-000000000033\",\"key\":\"executive\",\"templates\":[]}"},
    {"alert", ALERT(SB_SEED_HOST, "1001-10-1001"),
     "{\"name\":\"Ransomware behaviour\",\"hosts\":[" HOST_1 "],\"users\":[" USER(
         "jdoe", "Jane Doe",
         "S-1-5-21-1000-1104") "],\"files\":[" LOCKER "],\"cloud_assets\":[],"
                               "\"data_domains\":[\"Endpoint\"],\"source_vendors\":["
                               "\"CrowdStrike\"],"
                               "\"source_products\":[\"Falcon Insight\"],\"tactics\":[\"Impact\"],"
                               "\"tactic_ids\":[\"TA0040\"],"
                               "\"techniques\":[\"Data Encrypted for Impact\"],"
                               "\"technique_ids\":[\"T1486\"],"
                               "\"command_lines\":[\"svch0st.exe --encrypt C:\\\\Users\"],"
                               "\"image_file_names\":[\"svch0st.exe\"]}"},
    {"alert", ALERT(SB_SEED_HOST, "1002-10-1002"),
     "{\"name\":\"Credential dumping\",\"hosts\":[" HOST_1 "],\"users\":[" USER(
         "jdoe", "Jane Doe", "S-1-5-21-1000-1104") "],\"files\":[],\"cloud_assets\":[],"
                                                   "\"data_domains\":[\"Endpoint\",\"Identity\"],"
                                                   "\"source_vendors\":[\"CrowdStrike\"],"
                                                   "\"source_products\":[\"Falcon Insight\"],"
                                                   "\"tactics\":[\"Credential Access\"],"
                                                   "\"tactic_ids\":[\"TA0006\"],"
                                                   "\"techniques\":[\"OS Credential Dumping\"],"
                                                   "\"technique_ids\":[\"T1003\"],"
                                                   "\"command_lines\":[\"rundll32 comsvcs.dll\"],"
                                                   "\"image_file_names\":[\"rundll32.exe\"]}"},
    {"alert", ALERT(SB_SEED_HOST_2, "1003-10-1003"),
     "{\"name\":\"Suspicious macro\",\"hosts\":[" HOST_2
     "],\"users\":[" USER("asmith", "Alex Smith",
                          "S-1-5-21-1000-1117") "],\"files\":[],\"cloud_assets\":[],"
                                                "\"data_domains\":[\"Endpoint\"],"
                                                "\"source_vendors\":[\"CrowdStrike\"],"
                                                "\"source_products\":[\"Falcon Insight\"],"
                                                "\"tactics\":[\"Execution\"],"
                                                "\"tactic_ids\":[\"TA0002\"],"
                                                "\"techniques\":[\"User Execution\"],"
                                                "\"technique_ids\":[\"T1204\"],"
                                                "\"command_lines\":[\"powershell -enc SQBFAFgA\"],"
                                                "\"image_file_names\":[\"powershell.exe\"]}"},
    {"alert", ALERT(SB_SEED_HOST_LINUX, "1004-10-1004"),
     "{\"name\":\"Cryptominer on a web server\",\"hosts\":[" HOST_3
     "],\"users\":[],\"files\":[],\"cloud_assets\":[{\"account_id\":\"123456789012\","
     "\"asset_id\":\"i-0a1b2c3d4e5f60718\",\"asset_type\":\"ec2\","
     "\"availability_zone\":\"eu-central-1a\",\"cloud_provider\":\"aws\",\"gcrn\":\"\","
     "\"region\":\"eu-central-1\"}],\"data_domains\":[\"Cloud\",\"Endpoint\"],"
     "\"source_vendors\":[\"CrowdStrike\"],\"source_products\":[\"Falcon Cloud Security\"],"
     "\"tactics\":[\"Impact\"],\"tactic_ids\":[\"TA0040\"],"
     "\"techniques\":[\"Resource Hijacking\"],\"technique_ids\":[\"T1496\"],"
     "\"command_lines\":[\"/tmp/.x/miner -o pool.example.net\"],"
     "\"image_file_names\":[\"miner\"]}"},
    {"event", "f1f1f1f1-0000-4000-8000-000000000001",
     "{\"hosts\":[" HOST_1 "],\"users\":[],\"files\":[],\"cloud_assets\":[],"
     "\"data_domains\":[\"Network\"],\"source_vendors\":[\"Example Firewalls\"],"
     "\"source_products\":[\"Gate\"],\"tactics\":[\"Command and Control\"],"
     "\"tactic_ids\":[\"TA0011\"],\"techniques\":[],\"technique_ids\":[],\"command_lines\":[],"
     "\"image_file_names\":[]}"},
    {"event", "f1f1f1f1-0000-4000-8000-000000000002",
     "{\"hosts\":[],\"users\":[" USER("asmith", "Alex Smith",
                                      "S-1-5-21-1000-1117") "],\"files\":[],\"cloud_assets\":[],"
                                                            "\"data_domains\":[\"Email\"],"
                                                            "\"source_vendors\":[\"Example Mail\"],"
                                                            "\"source_products\":[\"Filter\"],"
                                                            "\"tactics\":[\"Initial Access\"],"
                                                            "\"tactic_ids\":[\"TA0001\"],"
                                                            "\"techniques\":[\"Phishing\"],"
                                                            "\"technique_ids\":[\"T1566\"],"
                                                            "\"command_lines\":[],"
                                                            "\"image_file_names\":[]}"},
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A file on a host: the text, or where `size` isn't 0, so many bytes that start with it. */
static const struct {
    const char *aid;
    const char *path;
    const char *text;
    size_t size;
} host_files[] = {
    {SB_SEED_HOST, "C:\\Users\\jdoe\\Desktop\\README_DECRYPT.txt",
     "All your files are encrypted.\r\nThis note is part of a rehearsal: nothing was harmed.\r\n"
     "Contact nobody, pay nothing.\r\n",
     0},
    {SB_SEED_HOST, "C:\\Windows\\Temp\\svch0st.exe", "MZ", 262144},
    {SB_SEED_HOST, "C:\\Windows\\System32\\winevt\\Logs\\Security.evtx", "ElfFile", 1118208},
    {SB_SEED_HOST_2, "C:\\Users\\asmith\\Downloads\\invoice.xlsm", "PK\003\004", 48231},
    {SB_SEED_HOST_LINUX, "/var/log/auth.log",
     "Jan 15 11:58:02 web-03 sshd[811]: Accepted publickey for deploy from 198.51.100.77\n", 0},
    {SB_SEED_HOST_LINUX, "/tmp/.x/miner", "\177ELF", 131072},
    {SB_SEED_HOST_OFFLINE, "C:\\Windows\\Temp\\unreachable.bin", "MZ", 4096},
};

const char *sb_seed_alert(size_t n)
{
    for (size_t i = 0; i < COUNT(documents); i++) {
        if (strcmp(documents[i].kind, "alert") == 0 && n-- == 0) {
            return documents[i].id;
        }
    }
    return NULL;
}

/* Bytes from a generator of the file's own, so that its hash never changes. */
static char *made_up_bytes(const char *path, const char *start, size_t size)
{
    uint64_t generator = strlen(path) * 1000003u + size;
    char *bytes = malloc(size);
    for (size_t i = 0; bytes != NULL && i < size; i++) {
        bytes[i] = (char)(sb_random_next(&generator) & 0xff);
    }
    if (bytes != NULL) {
        memcpy(bytes, start, strlen(start));
    }
    return bytes;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *backslash = strrchr(path, '\\');
    const char *last = slash > backslash ? slash : backslash;
    return last != NULL ? last + 1 : path;
}

/* {name, size, sha256, blob} of new bytes in the store. */
static struct json_object *stored_file(struct sb_request *req, const char *name, const char *bytes,
                                       size_t size)
{
    char sha256[SB_SHA256_SIZE] = "";
    int64_t blob = sb_blob_put(req->store, bytes, size, sha256);
    struct json_object *file = json_object_new_object();
    sb_set_text(file, "name", name);
    sb_set_int(file, "size", (int64_t)size);
    sb_set_text(file, "sha256", sha256);
    sb_set_int(file, "blob", blob);
    return file;
}

static bool put_host_file(struct sb_request *req, size_t n)
{
    const char *text = host_files[n].text;
    size_t size = host_files[n].size != 0 ? host_files[n].size : strlen(text);
    char *bytes =
        host_files[n].size != 0 ? made_up_bytes(host_files[n].path, text, size) : strdup(text);
    char *id = NULL;
    if (bytes == NULL || asprintf(&id, "%s %s", host_files[n].aid, host_files[n].path) < 0) {
        free(bytes);
        return false;
    }
    struct json_object *doc = stored_file(req, base_name(host_files[n].path), bytes, size);
    sb_set_text(doc, "aid", host_files[n].aid);
    sb_set_text(doc, "path", host_files[n].path);
    sb_store_put(req->store, "host_file", req->caller.cid, id, doc, NULL);
    json_object_put(doc);
    free(id);
    free(bytes);
    return true;
}

/* A session in which an analyst has already fetched a memory dump. */
static bool put_session(struct sb_request *req)
{
    size_t size = 65536;
    char *bytes = made_up_bytes("lsass.dmp", "MDMP", size);
    if (bytes == NULL) {
        return false;
    }
    struct json_object *doc = json_object_new_object();
    struct json_object *files = json_object_new_array();
    json_object_array_add(files, stored_file(req, "lsass.dmp", bytes, size));
    sb_set_text(doc, "session_id", SB_SEED_SESSION);
    sb_set_text(doc, "aid", SB_SEED_HOST);
    sb_set(doc, "files", files);
    sb_store_put(req->store, "rtr_session", req->caller.cid, SB_SEED_SESSION, doc, NULL);
    json_object_put(doc);
    free(bytes);
    return true;
}

static bool put_configuration(struct sb_request *req)
{
    static const char group[] =
        "{\"name\":\"On-call analysts\",\"description\":\"Who is told when a case waits\","
        "\"channels\":[{\"type\":\"email\",\"config_name\":\"SOC mailbox\","
        "\"params\":{\"recipients\":[\"soc@example.com\"]}},{\"type\":\"slack\","
        "\"config_name\":\"#soc-oncall\",\"params\":{\"channel\":\"soc-oncall\"}}]}";
    static const char sla[] =
        "{\"name\":\"Critical incidents\",\"description\":\"Seen in 15 minutes, solved in 4 "
        "hours\","
        "\"goals\":[{\"type\":\"ack\",\"duration_seconds\":900,\"escalation_policy\":{\"steps\":["
        "{\"escalate_after_seconds\":600,\"notification_group_id\":\"" SB_SEED_GROUP "\"}]}},"
        "{\"type\":\"resolve\",\"duration_seconds\":14400,\"escalation_policy\":{\"steps\":["
        "{\"escalate_after_seconds\":10800,\"notification_group_id\":\"" SB_SEED_GROUP "\"}]}}]}";
    static const char template_body[] =
        "{\"name\":\"Endpoint incident\",\"description\":\"Malware or intrusion on a host\","
        "\"sla_id\":\"" SB_SEED_SLA "\",\"fields\":["
        "{\"name\":\"Root cause\",\"data_type\":\"string\",\"input_type\":\"select\","
        "\"display_order\":1,\"required\":false,\"multivalued\":false,\"options\":["
        "{\"value\":\"Phishing\"},{\"value\":\"Exploit\"},{\"value\":\"Insider\"}]},"
        "{\"name\":\"Affected hosts\",\"data_type\":\"string\",\"input_type\":\"text\","
        "\"display_order\":2,\"required\":false,\"multivalued\":true},"
        "{\"name\":\"Contained\",\"data_type\":\"string\",\"input_type\":\"text\","
        "\"display_order\":3,\"required\":true,\"multivalued\":false,\"default_value\":\"no\"}]}";
    static const char *const group_ids[] = {SB_SEED_GROUP, NULL};
    static const char *const sla_ids[] = {SB_SEED_SLA, NULL};
    static const char *const template_ids[] = {SB_SEED_TEMPLATE,
                                               SB_SEED_FIELD_CAUSE,
                                               "00000000-0000-4000-8000-000000000072",
                                               "00000000-0000-4000-8000-000000000073",
                                               "00000000-0000-4000-8000-000000000074",
                                               SB_SEED_FIELD_HOSTS,
                                               SB_SEED_FIELD_CONTAINED,
                                               "00000000-0000-4000-8000-000000000077",
                                               NULL};
    return sb_seed_run(req, op_create_notification_group_v2, json_tokener_parse(group), group_ids,
                       NULL) &&
           sb_seed_run(req, op_create_sla, json_tokener_parse(sla), sla_ids, NULL) &&
           sb_seed_run(req, op_create_template, json_tokener_parse(template_body), template_ids,
                       NULL);
}

bool sb_seed_world(struct sb_request *req)
{
    for (size_t i = 0; i < COUNT(documents); i++) {
        struct json_object *doc = json_tokener_parse(documents[i].json);
        if (doc == NULL) {
            return false;
        }
        sb_set_text(doc, "id", documents[i].id);
        sb_store_put(req->store, documents[i].kind, req->caller.cid, documents[i].id, doc, NULL);
        json_object_put(doc);
    }
    for (size_t i = 0; i < COUNT(host_files); i++) {
        if (!put_host_file(req, i)) {
            return false;
        }
    }
    return put_session(req) && put_configuration(req);
}
