#include "control.h"
#include "due.h"
#include "exchange.h"
#include "ids.h"
#include "link.h"
#include "request.h"
#include "routes.h"
#include "seed.h"
#include <stdio.h>
#include <string.h>

/* What is no operation of the service. */
static bool find_target(struct sb_exchange *ex)
{
    struct sb_request *req = &ex->req;
    bool post = strcmp(req->method, "POST") == 0;
    if (strcmp(req->path, "/oauth2/token") == 0 && post) {
        ex->target = SB_TO_TOKEN;
    } else if (strcmp(req->path, "/oauth2/revoke") == 0 && post) {
        ex->target = SB_TO_REVOKE;
    } else if (strncmp(req->path, SB_LINK_PREFIX, strlen(SB_LINK_PREFIX)) == 0 &&
               strcmp(req->method, "GET") == 0) {
        ex->target = SB_TO_LINK;
    } else if (strncmp(req->path, SB_CONTROL_PREFIX, strlen(SB_CONTROL_PREFIX)) == 0) {
        ex->target = SB_TO_CONTROL;
    }
    return ex->target != SB_TO_NOBODY;
}

static bool query_is_text(struct sb_exchange *ex)
{
    for (size_t i = 0; i < ex->req.query.count; i++) {
        const struct sb_param *p = &ex->req.query.items[i];
        if (!sb_utf8_valid(p->name, strlen(p->name)) ||
            !sb_utf8_valid(p->value, strlen(p->value))) {
            return sb_fail(&ex->res, 400, "the query is no UTF-8 text");
        }
    }
    return true;
}

static bool check_rate(struct sb_exchange *ex, const char *tenant)
{
    char number[32];
    ex->limited = true;
    if (sb_ratelimit_take(ex->server->limiter, tenant, ex->req.now_ms, &ex->rate)) {
        return true;
    }
    sb_fail(&ex->res, 429, "API rate limit exceeded.");
    snprintf(number, sizeof number, "%lld", (long long)((ex->rate.retry_at_ms + 999) / 1000));
    sb_set_header(&ex->res, "X-RateLimit-RetryAfter", number);
    return false;
}

bool sb_admit(struct sb_exchange *ex)
{
    struct sb_request *req = &ex->req;
    bool path_known = false;
    if (find_target(ex)) {
        if (ex->target == SB_TO_CONTROL) {
            return sb_control_admit(ex);
        }
        return ex->target == SB_TO_LINK || check_rate(ex, "");
    }
    req->route = sb_route_find(req->method, req->path, &path_known);
    if (req->route == NULL) {
        check_rate(ex, "");
        return path_known ? sb_fail(&ex->res, 405, "405: Method Not Allowed")
                          : sb_fail(&ex->res, 404, "404: Page Not Found");
    }
    ex->target = SB_TO_OPERATION;
    return sb_auth_check(ex->server->auth, req, &ex->res, sb_header_of(ex, "Authorization")) &&
           check_rate(ex, req->caller.cid) && query_is_text(ex);
}

static void settle(struct sb_exchange *ex)
{
    struct sb_store *store = ex->server->store;
    bool good = ex->res.status < 400 && sb_store_failed(store) == NULL && sb_store_commit(store);
    if (!good) {
        char why[320] = "";
        if (sb_store_failed(store) != NULL) {
            snprintf(why, sizeof why, "the store failed: %s", sb_store_failed(store));
        }
        sb_store_rollback(store);
        if (why[0] != '\0') {
            sb_fail(&ex->res, 500, "%s", why);
        }
    }
    for (size_t i = 0; i < ex->req.part_count; i++) {
        ex->req.parts[i].keep = ex->req.parts[i].keep && good;
    }
}

static void carry_out(struct sb_exchange *ex)
{
    struct sb_store *store = ex->server->store;
    sb_store_lock(store);
    /* The time at which it happens is in the order of the lock, however long the body took. */
    ex->req.now_ms = sb_clock_ms(ex->server->clock);
    if (sb_due_settle(store, ex->req.options, ex->req.now_ms) && sb_store_begin(store)) {
        if (ex->target == SB_TO_LINK) {
            sb_link_follow(&ex->req, &ex->res);
        } else if (ex->target == SB_TO_CONTROL) {
            ex->control->handler(ex);
        } else {
            sb_seed_caller(&ex->req);
            ex->req.route->handler(&ex->req, &ex->res);
        }
    }
    settle(ex);
    sb_store_unlock(store);
}

void sb_dispatch(struct sb_exchange *ex)
{
    if (ex->has_fault && ex->fault.moment == SB_FAULT_INSTEAD) {
        if (ex->fault.kind == SB_FAULT_EXPIRED_TOKEN) {
            sb_auth_expire(ex->server->auth, sb_header_of(ex, "Authorization"));
        }
        sb_fault_answer(&ex->fault, &ex->req, &ex->res);
        return;
    }
    switch (ex->target) {
    case SB_TO_TOKEN:
        sb_auth_token(ex->server->auth, &ex->req, &ex->res, &ex->fields);
        break;
    case SB_TO_REVOKE:
        sb_auth_revoke(ex->server->auth, &ex->req, &ex->res, &ex->fields,
                       sb_header_of(ex, "Authorization"));
        break;
    case SB_TO_CONTROL:
        if (!ex->control->stored) {
            ex->control->handler(ex);
            break;
        }
        carry_out(ex);
        break;
    case SB_TO_LINK:
        carry_out(ex);
        break;
    case SB_TO_OPERATION:
        if (sb_check_request(&ex->req, &ex->res, sb_header_of(ex, "Content-Type"))) {
            carry_out(ex);
        }
        break;
    case SB_TO_NOBODY:
        break;
    }
}
