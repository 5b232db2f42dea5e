#include "auth.h"
#include "ids.h"
#include "request.h"
#include "response.h"
#include "routes.h"
#include "seed.h"
#include <ctype.h>
#include <nettle/base64.h>
#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TOKEN_SIZE 160
#define MAX_MEMBERS 16

struct token {
    char text[TOKEN_SIZE];
    const struct sb_client *client;
    char cid[40];
    int64_t expires_ms; /* by the sandbox's clock */
};

struct sb_auth {
    const struct sb_options *options;
    const struct sb_options *clouds[SB_MAX_CLOUDS];
    size_t cloud_count;
    pthread_mutex_t lock;
    struct sb_client clients[SB_MAX_CLIENTS];
    size_t client_count;
    char members[MAX_MEMBERS][40];
    size_t member_count;
    void *tokens; /* tree of struct token, by text */
};

static int compare_tokens(const void *a, const void *b)
{
    return strcmp(((const struct token *)a)->text, ((const struct token *)b)->text);
}

struct sb_auth *sb_auth_new(const struct sb_options *options)
{
    struct sb_auth *auth = calloc(1, sizeof *auth);
    if (auth != NULL) {
        auth->options = options;
        pthread_mutex_init(&auth->lock, NULL);
    }
    return auth;
}

void sb_auth_free(struct sb_auth *auth)
{
    if (auth != NULL) {
        tdestroy(auth->tokens, free);
        pthread_mutex_destroy(&auth->lock);
        free(auth);
    }
}

void sb_auth_add_cloud(struct sb_auth *auth, const struct sb_options *cloud)
{
    auth->clouds[auth->cloud_count++] = cloud;
}

static const struct sb_client *find_client(const struct sb_auth *auth, const char *id)
{
    for (size_t i = 0; i < auth->client_count; i++) {
        if (strcmp(auth->clients[i].id, id) == 0) {
            return &auth->clients[i];
        }
    }
    return NULL;
}

bool sb_auth_add_client(struct sb_auth *auth, const struct sb_client *client)
{
    if (auth->client_count == SB_MAX_CLIENTS || find_client(auth, client->id) != NULL) {
        return false;
    }
    auth->clients[auth->client_count++] = *client;
    return true;
}

/* A CID may be written in capitals and with its two-digit checksum. */
static void plain_cid(const char *text, char ret_cid[40])
{
    size_t n = 0;
    while (text[n] != '\0' && text[n] != '-' && n < 39) {
        ret_cid[n] = (char)tolower((unsigned char)text[n]);
        n++;
    }
    ret_cid[n] = '\0';
}

bool sb_auth_add_member(struct sb_auth *auth, const char *cid)
{
    if (auth->member_count == MAX_MEMBERS) {
        return false;
    }
    plain_cid(cid, auth->members[auth->member_count++]);
    return true;
}

static bool parse_scopes(const char *text, unsigned *ret_scopes)
{
    static const struct {
        const char *name;
        unsigned bits;
    } names[] = {{"all", SB_ALL_SCOPES},
                 {"none", 0},
                 {"cases-read", SB_CASES_READ},
                 {"cases-write", SB_CASES_WRITE},
                 {"templates-read", SB_TEMPLATES_READ},
                 {"templates-write", SB_TEMPLATES_WRITE}};
    *ret_scopes = 0;
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        size_t i = 0;
        while (i < sizeof names / sizeof *names &&
               (strlen(names[i].name) != size || strncmp(names[i].name, at, size) != 0)) {
            i++;
        }
        if (i == sizeof names / sizeof *names) {
            return false;
        }
        *ret_scopes |= names[i].bits;
        at += size;
        if (*at == '\0') {
            return true;
        }
    }
}

/* The next of the parts that colons separate; false when it doesn't fit or there is none. */
static bool take_part(const char **text, char *ret_part, size_t size)
{
    if (*text == NULL) {
        return false;
    }
    size_t length = strcspn(*text, ":");
    bool fits = length < size;
    snprintf(ret_part, size, "%.*s", (int)length, *text);
    *text = (*text)[length] == ':' ? *text + length + 1 : NULL;
    return fits;
}

bool sb_client_parse(const char *text, const char *default_cid, struct sb_client *ret_client)
{
    char scopes[128], cid[64] = "";
    struct sb_client client;
    memset(&client, 0, sizeof client);
    if (!take_part(&text, client.id, sizeof client.id) ||
        !take_part(&text, client.secret, sizeof client.secret) ||
        !take_part(&text, scopes, sizeof scopes) || !parse_scopes(scopes, &client.scopes) ||
        client.id[0] == '\0' || client.secret[0] == '\0' ||
        (text != NULL && !take_part(&text, cid, sizeof cid)) ||
        (text != NULL && !take_part(&text, client.region, sizeof client.region)) || text != NULL) {
        return false;
    }
    plain_cid(cid[0] != '\0' ? cid : default_cid, client.cid);
    *ret_client = client;
    return true;
}

static const char *form_value(const struct sb_params *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->items[i].name, name) == 0) {
            return form->items[i].value;
        }
    }
    return NULL;
}

static const struct sb_client *check_secret(const struct sb_auth *auth, const char *id,
                                            const char *secret)
{
    const struct sb_client *client = id != NULL ? find_client(auth, id) : NULL;
    return client != NULL && secret != NULL && strcmp(client->secret, secret) == 0 ? client : NULL;
}

static bool choose_tenant(const struct sb_auth *auth, const struct sb_client *client,
                          const char *member_cid, char ret_cid[40])
{
    if (member_cid == NULL || *member_cid == '\0') {
        snprintf(ret_cid, 40, "%s", client->cid);
        return true;
    }
    plain_cid(member_cid, ret_cid);
    if (strcmp(ret_cid, client->cid) == 0) {
        return true;
    }
    for (size_t i = 0; i < auth->member_count; i++) {
        if (strcmp(client->cid, SB_SEED_CID) == 0 && strcmp(auth->members[i], ret_cid) == 0) {
            return true;
        }
    }
    return false;
}

/* Expired tokens go when a new one is made, so that the tree stays small. */
static _Thread_local struct token *stale;
static _Thread_local int64_t stale_before;

static void find_stale(const void *node, VISIT visit, int depth)
{
    struct token *token = *(struct token *const *)node;
    (void)depth;
    if ((visit == preorder || visit == leaf) && token->expires_ms < stale_before) {
        stale = token;
    }
}

static void drop_stale(struct sb_auth *auth, int64_t now_ms)
{
    stale_before = now_ms;
    for (stale = NULL, twalk(auth->tokens, find_stale); stale != NULL;
         stale = NULL, twalk(auth->tokens, find_stale)) {
        struct token *token = stale;
        tdelete(token, &auth->tokens, compare_tokens);
        free(token);
    }
}

static bool make_token(struct sb_auth *auth, const struct sb_client *client, const char *cid,
                       int64_t now_ms, char ret_text[TOKEN_SIZE])
{
    struct token *token = calloc(1, sizeof *token);
    if (token == NULL) {
        return false;
    }
    char a[SB_UUID_SIZE], b[SB_UUID_SIZE], c[SB_UUID_SIZE];
    sb_uuid_random(a);
    sb_uuid_random(b);
    sb_uuid_random(c);
    snprintf(token->text, sizeof token->text, "eyJhbGciOiJub25lIn0.%s%s.%s", a, b, c);
    token->client = client;
    snprintf(token->cid, sizeof token->cid, "%s", cid);
    token->expires_ms = now_ms + (int64_t)auth->options->token_ttl_s * 1000;
    pthread_mutex_lock(&auth->lock);
    drop_stale(auth, now_ms);
    tsearch(token, &auth->tokens, compare_tokens);
    memcpy(ret_text, token->text, sizeof token->text);
    pthread_mutex_unlock(&auth->lock);
    return true;
}

static void redirect(struct sb_response *res, const char *url, const char *path)
{
    char location[512];
    snprintf(location, sizeof location, "%s%s", url, path);
    sb_set_header(res, "Location", location);
    sb_reply_raw(res, 308, "text/plain", "", 0);
}

static bool is_at_home(const struct sb_auth *auth, const struct sb_client *client,
                       const struct sb_options *cloud)
{
    const char *home = client->region[0] != '\0' ? client->region : auth->options->region;
    return auth->cloud_count < 2 || strcmp(home, cloud->region) == 0;
}

/* Sends a client of another cloud there; the header names that one. */
static bool sent_home(const struct sb_auth *auth, const struct sb_request *req,
                      struct sb_response *res, const char *id)
{
    const struct sb_client *client = id != NULL ? find_client(auth, id) : NULL;
    for (size_t i = 0; client != NULL && i < auth->cloud_count; i++) {
        const struct sb_options *cloud = auth->clouds[i];
        if (cloud != req->options && is_at_home(auth, client, cloud)) {
            sb_set_header(res, "X-Cs-Region", cloud->region);
            redirect(res, cloud->base_url, req->path);
            return true;
        }
    }
    return false;
}

void sb_auth_token(struct sb_auth *auth, struct sb_request *req, struct sb_response *res,
                   const struct sb_params *form)
{
    if (sent_home(auth, req, res, form_value(form, "client_id"))) {
        return;
    }
    sb_set_header(res, "X-Cs-Region", req->options->region);
    if (auth->options->redirect_token != NULL) {
        redirect(res, auth->options->redirect_token, "/oauth2/token");
        return;
    }
    const struct sb_client *client =
        check_secret(auth, form_value(form, "client_id"), form_value(form, "client_secret"));
    if (client == NULL) {
        sb_fail(res, auth->options->bad_credentials, "access denied, invalid client credentials");
        return;
    }
    char cid[40];
    if (!choose_tenant(auth, client, form_value(form, "member_cid"), cid)) {
        sb_fail(res, 403, "access denied, invalid member_cid");
        return;
    }
    char text[TOKEN_SIZE];
    if (!make_token(auth, client, cid, req->now_ms, text)) {
        sb_fail(res, 500, "out of memory");
        return;
    }
    struct json_object *answer = json_object_new_object();
    sb_set_text(answer, "access_token", text);
    sb_set_int(answer, "expires_in", auth->options->token_ttl_s);
    sb_set_text(answer, "token_type", "bearer");
    sb_set_status(res, 201);
    sb_reply_object(res, answer);
}

/* Reads `Basic base64(id:secret)`. */
static bool read_basic(const char *authorization, char *ret_id, char *ret_secret, size_t size)
{
    struct base64_decode_ctx base64;
    uint8_t plain[BASE64_DECODE_LENGTH(512) + 1];
    size_t length = sizeof plain - 1;
    if (authorization == NULL || strncasecmp(authorization, "Basic ", 6) != 0 ||
        strlen(authorization + 6) > 500) {
        return false;
    }
    base64_decode_init(&base64);
    if (!base64_decode_update(&base64, &length, plain, strlen(authorization + 6),
                              authorization + 6) ||
        !base64_decode_final(&base64)) {
        return false;
    }
    plain[length] = '\0';
    char *secret = strchr((char *)plain, ':');
    if (secret == NULL) {
        return false;
    }
    *secret++ = '\0';
    snprintf(ret_id, size, "%s", (char *)plain);
    snprintf(ret_secret, size, "%s", secret);
    return true;
}

static void forget_token(struct sb_auth *auth, const char *text)
{
    struct token key;
    memset(&key, 0, sizeof key);
    snprintf(key.text, sizeof key.text, "%s", text);
    pthread_mutex_lock(&auth->lock);
    struct token **found = tfind(&key, &auth->tokens, compare_tokens);
    if (found != NULL) {
        struct token *token = *found;
        tdelete(&key, &auth->tokens, compare_tokens);
        free(token);
    }
    pthread_mutex_unlock(&auth->lock);
}

void sb_auth_revoke(struct sb_auth *auth, struct sb_request *req, struct sb_response *res,
                    const struct sb_params *form, const char *authorization)
{
    const char *token = form_value(form, "token");
    const char *id = form_value(form, "client_id"), *secret = form_value(form, "client_secret");
    char basic_id[512], basic_secret[512];
    if (read_basic(authorization, basic_id, basic_secret, sizeof basic_id)) {
        id = basic_id;
        secret = basic_secret;
    }
    if (sent_home(auth, req, res, id)) {
        return;
    }
    if (check_secret(auth, id, secret) == NULL) {
        sb_fail(res, auth->options->bad_credentials, "access denied, invalid client credentials");
    } else if (token == NULL) {
        sb_fail(res, 400, "token is required");
    } else {
        forget_token(auth, token);
        sb_reply_meta_only(res);
    }
}

static const char *bearer(const char *authorization)
{
    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0) {
        return NULL;
    }
    return authorization + 7;
}

static const struct sb_client *find_token(struct sb_auth *auth, const char *text, int64_t now_ms,
                                          char ret_cid[40])
{
    struct token key;
    const struct sb_client *client = NULL;
    memset(&key, 0, sizeof key);
    if (strlen(text) >= sizeof key.text) {
        return NULL;
    }
    strcpy(key.text, text);
    pthread_mutex_lock(&auth->lock);
    struct token **found = tfind(&key, &auth->tokens, compare_tokens);
    if (found != NULL && (*found)->expires_ms > now_ms) {
        client = (*found)->client;
        memcpy(ret_cid, (*found)->cid, 40);
    }
    pthread_mutex_unlock(&auth->lock);
    return client;
}

bool sb_auth_check(struct sb_auth *auth, struct sb_request *req, struct sb_response *res,
                   const char *authorization)
{
    const char *text = bearer(authorization);
    const struct sb_client *client =
        text != NULL ? find_token(auth, text, req->now_ms, req->caller.cid) : NULL;
    if (client == NULL || !is_at_home(auth, client, req->options)) {
        return sb_fail(res, 401, "access denied, invalid bearer token");
    }
    req->caller.client_id = client->id;
    if (req->route != NULL && (client->scopes & req->route->scope) == 0) {
        return sb_fail(res, 403, "access denied, authorization failed");
    }
    return true;
}

void sb_auth_expire(struct sb_auth *auth, const char *authorization)
{
    const char *text = bearer(authorization);
    if (text != NULL) {
        forget_token(auth, text);
    }
}
