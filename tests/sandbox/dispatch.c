#include "control.h"
#include "due.h"
#include "exchange.h"
#include "ids.h"
#include "link.h"
#include "page.h"
#include "request.h"
#include "routes.h"
#include "seed.h"
#include <netdb.h>
#include <netinet/in.h>
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
    } else if (sb_page_has(req)) {
        ex->target = SB_TO_PAGE;
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

/* The address of the client, without its port; "" if it has none. */
static void client_address(struct sb_exchange *ex, char *ret_text, socklen_t size)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(ex->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info != NULL ? info->client_addr : NULL;
    ret_text[0] = '\0';
    if (address != NULL) {
        socklen_t full = address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                        : sizeof(struct sockaddr_in);
        getnameinfo(address, full, ret_text, size, NULL, 0, NI_NUMERICHOST);
    }
}

static bool check_rate(struct sb_exchange *ex, struct sb_ratelimit *limiter, const char *key)
{
    char number[32];
    ex->limited = true;
    if (sb_ratelimit_take(limiter, key, ex->req.now_ms, &ex->rate)) {
        return true;
    }
    sb_fail(&ex->res, 429, "API rate limit exceeded.");
    snprintf(number, sizeof number, "%lld", (long long)((ex->rate.retry_at_ms + 999) / 1000));
    sb_set_header(&ex->res, "X-RateLimit-RetryAfter", number);
    return false;
}

static bool check_address_rate(struct sb_exchange *ex, struct sb_ratelimit *limiter)
{
    char address[64];
    client_address(ex, address, sizeof address);
    return check_rate(ex, limiter, address);
}

bool sb_admit(struct sb_exchange *ex)
{
    struct sb_request *req = &ex->req;
    struct sb_server *server = ex->server;
    bool path_known = false;
    if (find_target(ex)) {
        if (ex->target == SB_TO_CONTROL) {
            return sb_control_admit(ex);
        }
        return ex->target == SB_TO_LINK || ex->target == SB_TO_PAGE ||
               check_address_rate(ex, server->for_tokens);
    }
    req->route = sb_route_find(req->method, req->path, &path_known);
    if (req->route == NULL) {
        sb_fail(&ex->res, path_known ? 405 : 404,
                path_known ? "405: Method Not Allowed" : "404: Page Not Found");
        check_address_rate(ex, server->for_others);
        return false;
    }
    ex->target = SB_TO_OPERATION;
    bool allowed = sb_auth_check(server->auth, req, &ex->res, sb_header_of(ex, "Authorization"));
    if (!allowed && ex->res.status == 401) {
        check_address_rate(ex, server->for_others);
        return false;
    }
    return check_rate(ex, server->limiter, req->caller.cid) && allowed && query_is_text(ex);
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
    bool settled = sb_due_settle(store, ex->req.options, ex->req.now_ms);
    ex->req.now_ms += ex->ahead_ms;
    if (settled && sb_store_begin(store)) {
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

static void call_target(struct sb_exchange *ex)
{
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
    case SB_TO_PAGE:
        sb_page_answer(&ex->req, &ex->res);
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

void sb_dispatch(struct sb_exchange *ex)
{
    if (!ex->body_failed && (!ex->has_fault || ex->fault.applied)) {
        call_target(ex);
    }
    if (!ex->has_fault) {
        return;
    }
    if (ex->fault.kind == SB_FAULT_EXPIRED_TOKEN) {
        sb_auth_expire(ex->server->auth, sb_header_of(ex, "Authorization"));
    } else if (ex->fault.kind == SB_FAULT_PARTIAL) {
        sb_fault_halve(&ex->res);
    }
    sb_fault_answer(&ex->fault, &ex->req, &ex->res);
}
