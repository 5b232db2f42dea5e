#include "control.h"
#include "control_console.h"
#include "control_time.h"
#include "exchange.h"
#include "seed.h"
#include <nettle/memops.h>
#include <stdio.h>
#include <string.h>

/* POST adds rules ({"faults": ["OP:KIND", ...]}), GET lists those left, DELETE clears them. */
static void control_faults(struct sb_exchange *ex)
{
    struct sb_faults *faults = ex->server->faults;
    struct json_object *list = sb_member(ex->req.body, "faults");
    char error[256];
    if (strcmp(ex->req.method, "DELETE") == 0) {
        sb_faults_clear(faults);
    } else if (strcmp(ex->req.method, "POST") == 0) {
        if (!json_object_is_type(list, json_type_array)) {
            sb_fail(&ex->res, 400, "expected {\"faults\": [\"OP:KIND[=VALUE][:COUNT]\", ...]}");
            return;
        }
        for (size_t i = 0; i < sb_length(list); i++) {
            const char *rule = json_object_get_string(json_object_array_get_idx(list, i));
            if (!sb_faults_add(faults, rule != NULL ? rule : "", error, sizeof error)) {
                sb_fail(&ex->res, 400, "%s", error);
                return;
            }
        }
    }
    if (strcmp(ex->req.method, "GET") != 0) {
        sb_events_tell(ex->server->events, "faults", "{}");
    }
    struct json_object *answer = json_object_new_object();
    sb_set(answer, "faults", sb_faults_list(faults));
    sb_reply_object(&ex->res, answer);
}

static void control_fault_kinds(struct sb_exchange *ex)
{
    sb_reply_object(&ex->res, sb_fault_catalog());
}

static const struct sb_control controls[] = {
    {"faults", "GET POST DELETE", control_faults, false},
    {"faults/kinds", "GET", control_fault_kinds, false},
    {"clock", "GET POST", sb_control_clock, false},
    {"notifications", "GET", sb_control_notifications, true},
    {"console", "GET", sb_control_console, true},
    {"board", "GET", sb_control_board, true},
    {"case", "GET", sb_control_case, true},
    {"documents", "GET", sb_control_documents, true},
    {"requests", "GET", sb_control_requests, false},
    {"events", "GET", sb_control_events, false},
};

bool sb_console_token_valid(const char *text)
{
    static const char taken[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t size = strlen(text);
    return size > 0 && size < SB_CONSOLE_TOKEN_SIZE && strspn(text, taken) == size;
}

/* How long the comparison takes tells the length of the token, and nothing else. */
static bool token_is_right(struct sb_exchange *ex)
{
    const char *own = ex->server->console_token;
    const char *given = sb_header_of(ex, "X-Sandbox-Token");
    if (given == NULL) {
        given = sb_query(&ex->req, "token");
    }
    return given != NULL && strlen(given) == strlen(own) &&
           memeql_sec(given, own, strlen(own)) != 0;
}

static bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += size) {
        if ((at == words || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool choose_tenant(struct sb_exchange *ex)
{
    struct sb_caller *caller = &ex->req.caller;
    const char *cid = sb_query(&ex->req, "cid");
    caller->client_id = SB_SEED_CLIENT_ID;
    sb_seed_caller(&ex->req);
    int size = snprintf(caller->cid, sizeof caller->cid, "%s", cid != NULL ? cid : SB_SEED_CID);
    return (size_t)size < sizeof caller->cid ||
           sb_fail(&ex->res, 400, "cid: too long for a tenant");
}

bool sb_control_admit(struct sb_exchange *ex)
{
    const char *name = ex->req.path + strlen(SB_CONTROL_PREFIX);
    if (!token_is_right(ex)) {
        return sb_fail(&ex->res, 401,
                       "access denied: send the console's token, which stands in the ready line, "
                       "as X-Sandbox-Token");
    }
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        if (strcmp(controls[i].path, name) == 0) {
            ex->control = &controls[i];
            return has_word(controls[i].methods, ex->req.method)
                       ? choose_tenant(ex)
                       : sb_fail(&ex->res, 405, "405: Method Not Allowed");
        }
    }
    return sb_fail(&ex->res, 404, "404: Page Not Found");
}
