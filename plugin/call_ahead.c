/* Requests of a long read that go out before their turn: the further pages of a list, the further
 * parts of a list of ids. The state machine stays one after the other. What is sent ahead is a guess
 * at what it will ask for; when it does ask for that, the answer is taken as if the request had just
 * been sent, and when it asks for anything else, the guess is given up. Since it only reads, nothing
 * is lost by that.
 *
 * What page.h promises does not depend on when a page was read: each begins with an item that is
 * known, or the plan steps back, so all that stays in the list and stands before its end is there. */
#include <stdlib.h>
#include <string.h>

#include "call_private.h"
#include "render.h"

/* A request before its turn. */
struct ahead {
    struct ahead *next;
    struct http_request request;
    struct page_window window;
    struct auth_grant grant;
    struct governor_ticket ticket;
    bool arrived, fine;
};

/* ------------------------------------------------------------------ lists */

static void append(struct ahead **list, struct ahead *ahead)
{
    while (*list != NULL)
        list = &(*list)->next;
    ahead->next = NULL;
    *list = ahead;
}

static struct ahead *take_first(struct ahead **list)
{
    struct ahead *first = *list;

    *list = first->next;
    return first;
}

static struct ahead *find(struct ahead *list, const struct http_request *request)
{
    while (list != NULL && &list->request != request)
        list = list->next;
    return list;
}

static struct ahead *take_spare(struct call *call)
{
    if (call->ahead.spare != NULL)
        return take_first(&call->ahead.spare);
    struct ahead *ahead = calloc(1, sizeof(*ahead));
    if (ahead != NULL)
        http_request_init(&ahead->request, CALL_MAX_URL, CALL_MAX_BODY);
    return ahead;
}

static void keep_spare(struct call *call, struct ahead *ahead)
{
    auth_token_put(ahead->grant.token);
    ahead->grant = (struct auth_grant){0};
    ahead->ticket = (struct governor_ticket){0};
    ahead->arrived = ahead->fine = false;
    ahead->next = call->ahead.spare;
    call->ahead.spare = ahead;
}

static void free_list(struct ahead *list)
{
    while (list != NULL) {
        struct ahead *ahead = take_first(&list);
        auth_token_put(ahead->grant.token);
        http_request_done(&ahead->request);
        free(ahead);
    }
}

void call_ahead_done(struct call *call)
{
    free_list(call->ahead.first);
    free_list(call->ahead.taken);
    free_list(call->ahead.unwanted);
    free_list(call->ahead.spare);
}

/* ------------------------------------------------------------------ sending ahead */

bool call_goes_ahead(const struct call *call)
{
    const struct action *action = call->action;

    return action != NULL && call->env->config->limits.ahead > 1 && action->retry == RETRY_SAFE &&
           !action->scope_write && call->request.sink == HTTP_TO_MEMORY &&
           call->request.n_parts == 0 && call->state != STATE_DONE && !call->dry_run &&
           page_goes_ahead(&call->pages);
}

/* The request at hand is under way, for the first time, and nothing went wrong so far. *ret_last:
 * the last request that went out. */
static bool may_go(const struct call *call, struct now now, struct page_window *ret_last)
{
    int64_t n = 1;

    if (call->state != STATE_SENT || call->attempt != 1 || call->cancelled ||
        now.mono_ms >= call->deadline_ms || !call_goes_ahead(call))
        return false;
    *ret_last = page_at_hand(&call->pages);
    for (const struct ahead *ahead = call->ahead.first; ahead != NULL; ahead = ahead->next, n++) {
        if (ahead->arrived && !ahead->fine)
            return false;
        *ret_last = ahead->window;
    }
    return n < call->env->config->limits.ahead;
}

static bool build(const struct call *call, struct ahead *ahead)
{
    struct render_window window = {.limit = ahead->window.limit,
                                   .offset = ahead->window.offset,
                                   .sort = call->pages.sort,
                                   .ids_from = ahead->window.ids_from,
                                   .ids_to = ahead->window.ids_to};
    struct error err;

    error_clear(&err);
    if (!render(call->action, call->input, &window, ahead->grant.base_url, &ahead->request, &err))
        return false;
    ahead->request.authorization = ahead->grant.token->line.ptr;
    ahead->request.trace = call->trace;
    ahead->request.max_response_bytes = call->env->config->http.max_response_bytes;
    return true;
}

struct http_request *call_ahead(struct call *call, struct now now)
{
    struct page_window last;

    if (!may_go(call, now, &last))
        return NULL;
    struct ahead *ahead = take_spare(call);
    if (ahead == NULL)
        return NULL;
    if (page_ahead(&call->pages, &last, &ahead->window) &&
        auth_ready(call->env->auth, now, &ahead->grant) &&
        strcmp(ahead->grant.base_url, call->grant.base_url) == 0 && build(call, ahead) &&
        governor_spare(call->env->governor, ahead->grant.base_url, &ahead->ticket, now)) {
        append(&call->ahead.first, ahead);
        call->requests++;
        return &ahead->request;
    }
    keep_spare(call, ahead);
    return NULL;
}

/* ------------------------------------------------------------------ what became of it */

void call_ahead_told(struct call *call, const struct http_request *request,
                     const struct http_response *response, struct now now)
{
    struct ahead *ahead = find(call->ahead.first, request);

    if (ahead == NULL)
        ahead = find(call->ahead.unwanted, request);
    if (ahead == NULL || ahead->arrived)
        return;
    ahead->arrived = true;
    ahead->fine = response->failure == HTTP_FINE && response->status < 300;
    call_tell_governor(call, &ahead->ticket, response, now);
}

/* It was asked for as it was foretold: its turn has come. */
bool call_ahead_comes_next(struct call *call)
{
    struct ahead *first = call->ahead.first;

    if (first == NULL)
        return false;
    if (page_is_at_hand(&call->pages, &first->window) &&
        strcmp(first->grant.base_url, call->grant.base_url) == 0) {
        call->moved = true; /* the call's own request is that of another page */
        return true;
    }
    while (call->ahead.first != NULL)
        append(&call->ahead.unwanted, take_first(&call->ahead.first));
    return false;
}

struct call_step call_ahead_take(struct call *call)
{
    struct ahead *ahead = take_first(&call->ahead.first);

    append(&call->ahead.taken, ahead);
    call->ticket.pass = ahead->ticket.pass;
    call->ticket.state = ahead->ticket.state;
    ahead->grant.seen = call->grant.seen;
    auth_token_put(call->grant.token);
    call->grant = ahead->grant;
    ahead->grant.token = NULL;
    call->request.authorization = call->grant.token->line.ptr;
    retry_budget_first(call->env->retries);
    call->attempt = 1;
    if (call->most_attempts < 1)
        call->most_attempts = 1;
    call->state = STATE_SENT;
    return (struct call_step){CALL_AWAIT, &ahead->request, call->deadline_ms};
}

void call_ahead_answered(struct call *call)
{
    if (call->ahead.taken != NULL)
        keep_spare(call, take_first(&call->ahead.taken));
}

bool call_has_answer_ahead(const struct call *call)
{
    return call->state == STATE_AHEAD;
}

/* ------------------------------------------------------------------ giving up */

struct http_request *call_unwanted(struct call *call)
{
    if (call->state == STATE_DONE)
        while (call->ahead.first != NULL)
            append(&call->ahead.unwanted, take_first(&call->ahead.first));
    return call->ahead.unwanted != NULL ? &call->ahead.unwanted->request : NULL;
}

void call_ahead_over(struct call *call, const struct http_request *request,
                     const struct http_response *response, struct now now)
{
    struct ahead **list =
        find(call->ahead.first, request) != NULL ? &call->ahead.first : &call->ahead.unwanted;

    while (*list != NULL && &(*list)->request != request)
        list = &(*list)->next;
    if (*list == NULL)
        return;
    struct ahead *ahead = take_first(list);
    if (!ahead->arrived) {
        call_tell_governor(call, &ahead->ticket, response, now);
        call->requests -= !response->request_sent && response->status == 0;
    }
    keep_spare(call, ahead);
}
