#include "auth.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/json.h"

#define MAX_REDIRECTS 3
#define MAX_TOKEN_ANSWER 65536u
#define RENEW_AGAIN_MS 10000

/* A place that data calls go to, or went to: kept as long as the instance, since calls point there.
 * There are no more than the service has clouds, or a test has loopback addresses. */
struct place {
    struct place *next;
    char url[];
};

struct auth {
    const struct config *config;
    const struct service *service;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void (*told)(void *arg); /* that a fetch has ended; NULL = nobody */
    void *told_arg;
    struct auth_token *token; /* NULL = none yet */
    uint64_t generation;      /* of token; 0 = none yet */
    bool usable;              /* token may be handed out */
    bool fetching;
    uint64_t fetches;         /* ended, well or not */
    int redirects;            /* followed in the present fetch */
    int64_t renew_ms, end_ms; /* monotonic */
    struct place *places;     /* all that were known; owned */
    const char *base_url;     /* one of them */
    struct error refusal;     /* of the last fetch, where it was the credentials' fault */
};

static const struct cloud *cloud_named(const struct service *service, const char *name)
{
    for (size_t i = 0; i < service->n_clouds; i++)
        if (strcasecmp(service->clouds[i].name, name) == 0)
            return &service->clouds[i];
    return NULL;
}

/* false = no memory; then it stays as it was. */
static bool set_base(struct auth *auth, const char *url, size_t len)
{
    struct place *place = auth->places;

    while (place != NULL && (strncmp(place->url, url, len) != 0 || place->url[len] != '\0'))
        place = place->next;
    if (place == NULL) {
        place = malloc(sizeof(*place) + len + 1);
        if (place == NULL)
            return false;
        memcpy(place->url, url, len);
        place->url[len] = '\0';
        place->next = auth->places;
        auth->places = place;
    }
    auth->base_url = place->url;
    return true;
}

void auth_token_put(struct auth_token *token)
{
    if (token == NULL || atomic_fetch_sub_explicit(&token->users, 1, memory_order_acq_rel) != 1)
        return;
    secret_done(&token->line);
    free(token);
}

struct auth *auth_new(const struct config *config, const struct service *service)
{
    struct auth *auth = calloc(1, sizeof(*auth));
    pthread_condattr_t attr;

    if (auth == NULL)
        return NULL;
    auth->config = config;
    auth->service = service;
    pthread_mutex_init(&auth->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&auth->changed, &attr);
    pthread_condattr_destroy(&attr);
    const char *base = config->falcon.base_url;
    if (base == NULL) {
        const struct cloud *cloud = cloud_named(service, config->falcon.cloud);
        base = (cloud != NULL ? cloud : &service->clouds[0])->base_url;
    }
    if (set_base(auth, base, strlen(base)))
        return auth;
    auth_free(auth);
    return NULL;
}

void auth_free(struct auth *auth)
{
    if (auth == NULL)
        return;
    auth_token_put(auth->token);
    while (auth->places != NULL) {
        struct place *place = auth->places;
        auth->places = place->next;
        free(place);
    }
    pthread_cond_destroy(&auth->changed);
    pthread_mutex_destroy(&auth->lock);
    free(auth);
}

/* ------------------------------------------------------------------ taking */

static void share(struct auth *auth, struct auth_grant *grant)
{
    grant->generation = auth->generation;
    grant->base_url = auth->base_url;
    atomic_fetch_add_explicit(&auth->token->users, 1, memory_order_relaxed);
    auth_token_put(grant->token);
    grant->token = auth->token;
}

static enum auth_state take(struct auth *auth, struct now now, struct auth_grant *grant,
                            struct error *err)
{
    bool alive = auth->usable && now.mono_ms < auth->end_ms;
    bool fresh = alive && now.mono_ms < auth->renew_ms;

    if (!alive && grant->seen != 0 && grant->seen != auth->fetches &&
        auth->refusal.status != SOAR_OK) {
        *err = auth->refusal;
        return AUTH_REFUSED;
    }
    if (!fresh && !auth->fetching) {
        auth->fetching = true;
        auth->redirects = 0;
        return AUTH_FETCH;
    }
    if (!alive) {
        grant->seen = auth->fetches == 0 ? UINT64_MAX : auth->fetches;
        return AUTH_WAIT;
    }
    share(auth, grant);
    return AUTH_READY;
}

enum auth_state auth_take(struct auth *auth, struct now now, struct auth_grant *grant,
                          struct error *err)
{
    pthread_mutex_lock(&auth->lock);
    enum auth_state state = take(auth, now, grant, err);
    pthread_mutex_unlock(&auth->lock);
    return state;
}

bool auth_ready(struct auth *auth, struct now now, struct auth_grant *grant)
{
    pthread_mutex_lock(&auth->lock);
    bool ready = auth->usable && now.mono_ms < auth->end_ms && now.mono_ms < auth->renew_ms;
    if (ready)
        share(auth, grant);
    pthread_mutex_unlock(&auth->lock);
    return ready;
}

const char *auth_base_url(struct auth *auth)
{
    pthread_mutex_lock(&auth->lock);
    const char *base_url = auth->base_url;
    pthread_mutex_unlock(&auth->lock);
    return base_url;
}

/* ------------------------------------------------------------------ fetching */

bool auth_request(struct auth *auth, struct http_request *request, struct error *err)
{
    const struct config *config = auth->config;

    buf_clear(&request->url);
    buf_clear(&request->body);
    request->authorization = NULL;
    pthread_mutex_lock(&auth->lock);
    buf_adds(&request->url, auth->base_url);
    pthread_mutex_unlock(&auth->lock);
    buf_adds(&request->url, auth->service->token_path);
    buf_adds(&request->body, "client_id=");
    buf_add_url(&request->body, config->falcon.client_id.ptr, config->falcon.client_id.len);
    buf_adds(&request->body, "&client_secret=");
    buf_add_url(&request->body, config->falcon.client_secret.ptr, config->falcon.client_secret.len);
    if (config->falcon.member_cid != NULL) {
        buf_adds(&request->body, "&member_cid=");
        buf_add_url(&request->body, config->falcon.member_cid, strlen(config->falcon.member_cid));
    }
    request->method = "POST";
    request->content_type = "application/x-www-form-urlencoded";
    request->has_body = true;
    request->n_parts = 0;
    request->sink = HTTP_TO_MEMORY;
    request->repeatable = true;
    request->save_as = NULL;
    request->max_response_bytes = MAX_TOKEN_ANSWER;
    if (request->url.failed == BUF_FINE && request->body.failed == BUF_FINE)
        return true;
    error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the token request");
    return false;
}

/* May the instance move to this place? Only to a listed cloud, or between loopback addresses. */
static bool may_move(const struct auth *auth, const char *url)
{
    for (size_t i = 0; i < auth->service->n_clouds; i++)
        if (auth->service->clouds[i].discoverable &&
            http_same_origin(url, auth->service->clouds[i].base_url) &&
            strncasecmp(url, "https://", 8) == 0)
            return !config_is_loopback(auth->base_url);
    return config_is_loopback(auth->base_url) && config_is_loopback(url) &&
           strncasecmp(url, auth->base_url, 5) == 0;
}

static enum auth_progress moved(struct auth *auth, const struct http_response *response,
                                struct error *err)
{
    const char *to = response->location;
    size_t origin = http_origin_len(to);
    const struct cloud *cloud = cloud_named(auth->service, response->region);

    if (origin == 0 && cloud != NULL && cloud->discoverable) {
        to = cloud->base_url;
        origin = strlen(to);
    }
    if (origin > 0 && may_move(auth, to) && auth->redirects < MAX_REDIRECTS) {
        auth->redirects++;
        if (set_base(auth, to, origin))
            return AUTH_AGAIN;
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for another cloud");
        return AUTH_FAILED;
    }
    error_set(err, SOAR_FAILED_PRECONDITION, "redirect_refused",
              "the token request was redirected to %.*s, which is no cloud of this service",
              origin > 0 ? (int)origin : 7, origin > 0 ? to : "nowhere");
    error_hint(err, "Check falcon.cloud and falcon.base_url.");
    return AUTH_FAILED;
}

static enum auth_progress refused(const struct http_response *response, struct error *err)
{
    struct json_object *body = NULL;
    struct scan_answer outline = {0};
    const char *said = NULL;

    if (scan_answer(response->body.ptr, response->body.len, 32, &outline, NULL) == SCAN_OK)
        body = json_parse_span(response->body.ptr, outline.whole);
    said = json_string_at(body, "/errors/0/message");
    if (response->status == 429) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "rate_limited",
                  "the service limits token requests (HTTP 429)");
        err->retryable = true;
    } else if (response->status >= 500) {
        error_set(err, SOAR_UNAVAILABLE, "token_unavailable",
                  "the service could not give a token (HTTP %d)%s%s", response->status,
                  said != NULL ? ": " : "", said != NULL ? said : "");
        err->retryable = true;
    } else {
        error_set(err, SOAR_UNAUTHENTICATED, "credentials_refused",
                  "the service refused the API client's credentials (HTTP %d)%s%s",
                  response->status, said != NULL ? ": " : "", said != NULL ? said : "");
        error_where(err, "falcon.client_id");
        error_hint(err, "Check falcon.client_id, falcon.client_secret, falcon.member_cid and "
                        "falcon.cloud, and that the API client still exists.");
    }
    err->http_status = response->status;
    json_object_put(body);
    scan_answer_done(&outline);
    return AUTH_FAILED;
}

static bool is_token_text(const char *token)
{
    size_t len = strlen(token);

    for (size_t i = 0; i < len; i++)
        if (token[i] <= 0x20 || token[i] >= 0x7f)
            return false;
    return len > 0 && len < 16384;
}

/* The header line is put together in pages of its own, so that no stray copy stays behind. */
static struct auth_token *make_token(const char *text)
{
    static const char prefix[] = "Authorization: Bearer ";
    struct auth_token *token = calloc(1, sizeof(*token));
    size_t len = strlen(text);
    char *joined = malloc(sizeof(prefix) + len);

    if (token != NULL && joined != NULL) {
        memcpy(joined, prefix, sizeof(prefix) - 1);
        memcpy(joined + sizeof(prefix) - 1, text, len);
        atomic_init(&token->users, 1);
        if (secret_set(&token->line, joined, sizeof(prefix) - 1 + len)) {
            secret_wipe(joined, sizeof(prefix) + len);
            free(joined);
            return token;
        }
    }
    secret_wipe(joined, joined != NULL ? sizeof(prefix) + len : 0);
    free(joined);
    free(token);
    return NULL;
}

static bool keep_token(struct auth *auth, const char *text, int64_t ttl_s, struct now now)
{
    struct auth_token *token = make_token(text);
    int64_t ahead = auth->service->token_renew_ahead_s;

    if (token == NULL)
        return false;
    if (ttl_s <= 0 || ttl_s > 86400 * 30)
        ttl_s = auth->service->token_default_ttl_s;
    if (ahead > ttl_s / 2)
        ahead = ttl_s / 2;
    auth_token_put(auth->token);
    auth->token = token;
    auth->generation++;
    auth->usable = true;
    auth->end_ms = now.mono_ms + ttl_s * 1000;
    auth->renew_ms = auth->end_ms - ahead * 1000;
    return true;
}

static void fetch_ended(struct auth *auth)
{
    auth->fetching = false;
    auth->fetches++;
    pthread_cond_broadcast(&auth->changed);
    if (auth->told != NULL)
        auth->told(auth->told_arg);
}

/* The answer is a token: take it, and the cloud that the service names. */
static enum auth_progress granted(struct auth *auth, const struct http_response *response,
                                  struct now now, struct error *err)
{
    struct scan_answer outline = {0};
    struct json_object *body = NULL;
    bool no_memory = false;

    enum scan_problem problem =
        scan_answer(response->body.ptr, response->body.len, 32, &outline, NULL);
    if (problem == SCAN_OK)
        body = json_parse_part(response->body.ptr, outline.whole, &no_memory);
    no_memory = no_memory || problem == SCAN_NO_MEMORY;
    scan_answer_done(&outline);
    struct json_object *token = json_at(body, "/access_token");
    const char *text =
        json_object_is_type(token, json_type_string) ? json_object_get_string(token) : NULL;
    bool well_formed = text != NULL && is_token_text(text);
    bool kept = well_formed && keep_token(auth, text, json_int_at(body, "/expires_in", 0), now);
    if (text != NULL)
        secret_wipe((char *)(uintptr_t)text, strlen(text));
    json_object_put(body);
    if (!kept) {
        no_memory = no_memory || well_formed;
        error_set(err, no_memory ? SOAR_RESOURCE_EXHAUSTED : SOAR_INTERNAL,
                  no_memory ? "no_memory" : "bad_token_answer",
                  no_memory ? "no memory for the token"
                            : "the answer to the token request holds no usable access_token");
        err->http_status = response->status;
        if (!no_memory)
            error_hint(err, "Check that falcon.base_url is the API's address.");
        return AUTH_FAILED;
    }
    const struct cloud *cloud = cloud_named(auth->service, response->region);
    if (auth->config->falcon.base_url == NULL && cloud != NULL && cloud->discoverable &&
        strcmp(auth->config->falcon.cloud, "auto") == 0)
        (void)set_base(auth, cloud->base_url, strlen(cloud->base_url)); /* else by the next 308 */
    memset(&auth->refusal, 0, sizeof(auth->refusal));
    fetch_ended(auth);
    return AUTH_DONE;
}

enum auth_progress auth_answer(struct auth *auth, const struct http_response *response,
                               struct now now, struct error *err)
{
    enum auth_progress progress;

    pthread_mutex_lock(&auth->lock);
    if (response->status == 308 || response->status == 307)
        progress = moved(auth, response, err);
    else if (response->status == 200 || response->status == 201)
        progress = granted(auth, response, now, err);
    else
        progress = refused(response, err);
    pthread_mutex_unlock(&auth->lock);
    return progress;
}

bool auth_abandon(struct auth *auth, const struct error *err, struct now now)
{
    pthread_mutex_lock(&auth->lock);
    memset(&auth->refusal, 0, sizeof(auth->refusal));
    if (err != NULL &&
        (err->status == SOAR_UNAUTHENTICATED || err->status == SOAR_FAILED_PRECONDITION))
        auth->refusal = *err;
    bool alive = auth->usable && now.mono_ms < auth->end_ms;
    if (alive)
        auth->renew_ms = now.mono_ms + RENEW_AGAIN_MS;
    fetch_ended(auth);
    pthread_mutex_unlock(&auth->lock);
    return alive;
}

bool auth_alive(struct auth *auth, struct now now)
{
    pthread_mutex_lock(&auth->lock);
    bool alive = auth->usable && now.mono_ms < auth->end_ms;
    pthread_mutex_unlock(&auth->lock);
    return alive;
}

void auth_reject(struct auth *auth, uint64_t generation)
{
    pthread_mutex_lock(&auth->lock);
    if (auth->generation == generation)
        auth->usable = false;
    pthread_mutex_unlock(&auth->lock);
}

/* ------------------------------------------------------------------ waiting */

void auth_wait(struct auth *auth, int64_t until_ms, struct interrupt *interrupt)
{
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};

    pthread_mutex_lock(&auth->lock);
    /* The flag is looked at under the lock that auth_wake takes after it was raised. */
    if (auth->fetching && (interrupt == NULL || !interrupt_raised(interrupt)))
        pthread_cond_timedwait(&auth->changed, &auth->lock, &until);
    pthread_mutex_unlock(&auth->lock);
}

void auth_wake(struct auth *auth)
{
    pthread_mutex_lock(&auth->lock);
    pthread_cond_broadcast(&auth->changed);
    pthread_mutex_unlock(&auth->lock);
}

void auth_listen(struct auth *auth, void (*told)(void *arg), void *arg)
{
    pthread_mutex_lock(&auth->lock);
    auth->told = told;
    auth->told_arg = arg;
    pthread_mutex_unlock(&auth->lock);
}
