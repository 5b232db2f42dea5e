/*
 * falcon-sandbox: what every part of it shares: options, one request, one response.
 *
 * A request is handled in one thread from start to end. server.c parses it, auth.c and strict.c
 * check it, dispatch.c takes the store's lock, opens a transaction, calls the operation's handler
 * and commits if the response's status is below 400, else rolls back. So a handler sees and changes
 * the store alone, never commits, and needs no locks.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SB_UUID_SIZE 37 /* 36 characters and NUL */
#define SB_TIME_SIZE 32 /* "2026-01-31T12:34:56.789Z" and NUL, with room to spare */
#define SB_SHA256_SIZE 65
#define SB_MAX_CLOUDS 6 /* that one process can play */

struct sb_store;
struct sb_route;

/* What a get of an unknown id answers: absent from resources; an `errors` entry; HTTP 404. */
enum sb_missing { SB_MISSING_ABSENT, SB_MISSING_ERRORS, SB_MISSING_404 };

/* The switches of the command line. Filled by main.c, constant afterwards. Each cloud that is played
 * has its own, which differ in `region` and `base_url` alone. */
struct sb_options {
    bool strict;             /* --strict: refuse what the service silently ignores */
    enum sb_missing missing; /* --missing absent|errors|404 */
    bool clamp_limits;       /* --over-limit clamp: a limit above the maximum is lowered, not 400 */
    bool reject_unknown_alerts; /* --unknown-alerts reject */
    bool patch_replaces;        /* --patch replace: keys missing in a casemgmt PATCH are cleared */
    bool in_use_cascades;       /* --in-use cascade: deleting an SLA or group in use detaches it */
    bool download_links;        /* --downloads link: downloads answer {link}, not bytes */
    bool export_links;          /* --exports bytes clears it; default: export answers {"link"} */
    unsigned rtr_delay_ms;      /* --rtr-delay: how long a host fetch takes */
    uint64_t max_upload_bytes;  /* --max-upload */
    unsigned token_ttl_s;       /* --token-ttl, default 1799 */
    unsigned bad_credentials;   /* --bad-credentials 401|403|400 */
    /* requests a minute; 0: not enforced, the service's own limits are shown */
    unsigned rate_limit;       /* --rate-limit: of a tenant */
    unsigned token_rate_limit; /* --token-rate-limit: for tokens, of an address */
    unsigned
        anonymous_rate_limit;   /* --anonymous-rate-limit: without a valid token, of an address */
    unsigned rate_window_ms;    /* --rate-window, default a minute */
    const char *region;         /* --cloud or --region, value of X-Cs-Region */
    const char *redirect_token; /* --redirect-token URL or NULL */
    const char *base_url;       /* http://HOST:PORT as bound, no trailing slash */
};

/* Who calls: the client behind the bearer token. Strings live as long as the request. */
struct sb_caller {
    const char *client_id;
    char cid[40];          /* the tenant; every store access uses it */
    const char *user_uuid; /* a client acts as this user */
    const char *username;  /* e-mail form */
    const char *full_name;
};

/* One name=value of the query string or of a form, decoded. */
struct sb_param {
    char *name;
    char *value; /* never NULL; NUL-terminated; may be empty */
};

struct sb_params {
    struct sb_param *items;
    size_t count;
};

/* One part of a multipart body. Its bytes are streamed into the blob store while they arrive. */
struct sb_part {
    char *name;
    char *filename;     /* NULL for a plain value */
    char *content_type; /* NULL if not given */
    char *value;  /* first 64 KiB as text, NUL-terminated, for parts without filename; else NULL */
    int64_t blob; /* blob id if it has a filename, else 0; deleted after the request unless kept */
    uint64_t size;
    char sha256[SB_SHA256_SIZE];
    bool keep; /* a handler sets it when a stored document now refers to `blob` */
};

/* One request. Everything is owned by server.c and valid until the handler returns. */
struct sb_request {
    const char *method;
    const char *path; /* without query */
    const struct sb_route *route;
    struct sb_params query;
    struct json_object *body; /* parsed JSON body or NULL */
    struct sb_part *parts;
    size_t part_count;
    struct sb_caller caller;
    int64_t
        now_ms; /* the sandbox's clock, ms since 1970; all timestamps of one request are this one */
    const struct sb_options *options;
    struct sb_store *store;
    const char *const
        *preset_ids;             /* ids that sb_new_id gives out first, NULL-terminated; or NULL */
    struct json_object *at_hand; /* stored documents by id that are not read anew; or NULL */
    char trace_id[SB_UUID_SIZE];
};

/* First value of a query parameter, or NULL. `sb_query_count` counts the repetitions and
 * `sb_query_nth` gives the n-th value of that name (NULL past the end). */
const char *sb_query(const struct sb_request *req, const char *name);
size_t sb_query_count(const struct sb_request *req, const char *name);
const char *sb_query_nth(const struct sb_request *req, const char *name, size_t n);

/* A multipart part by name, or NULL. */
struct sb_part *sb_part(struct sb_request *req, const char *name);

/* Text member of a JSON object: NULL if `object` is no object, lacks it, or it isn't a string. */
const char *sb_text(struct json_object *object, const char *key);
/* Member of a JSON object or NULL (also for JSON null and if `object` is no object). Borrowed. */
struct json_object *sb_member(struct json_object *object, const char *key);
/* Items of a JSON list; 0 if it is none (json-c itself aborts on NULL). */
size_t sb_length(struct json_object *list);
/* A list that starts small, as most stay. */
struct json_object *sb_new_list(void);
/* Sets a member; takes `value`, which may be NULL for JSON null. */
void sb_set(struct json_object *object, const char *key, struct json_object *value);
void sb_set_text(struct json_object *object, const char *key, const char *value);
void sb_set_int(struct json_object *object, const char *key, int64_t value);
void sb_set_bool(struct json_object *object, const char *key, bool value);
/* Deep copy; NULL gives NULL. The caller owns it. */
struct json_object *sb_copy(struct json_object *object);

/* ---- the response ---- */

/* What server.c sends. Handlers only use the functions below. */
struct sb_response;

/* Appends to `resources`: a JSON text as it stands; an object (taken); a string. */
void sb_add_json(struct sb_response *res, const char *json);
void sb_add_object(struct sb_response *res, struct json_object *object);
void sb_add_string(struct sb_response *res, const char *text);
/* Appends to `errors` without changing the status (errors inside HTTP 200). `id` may be NULL. */
void sb_add_error(struct sb_response *res, int code, const char *message, const char *id);
/* Reports an id that doesn't exist in a get or delete, as --missing says. */
void sb_add_missing(struct sb_request *req, struct sb_response *res, const char *id,
                    const char *what);
/* meta.pagination, meta.pagination.after, meta.writes.resources_affected. */
void sb_set_pagination(struct sb_response *res, int64_t offset, int64_t limit, int64_t total);
void sb_set_after(struct sb_response *res, const char *token);
void sb_set_writes(struct sb_response *res, int64_t affected);
void sb_set_status(struct sb_response *res, unsigned status);
void sb_set_header(struct sb_response *res, const char *name, const char *value);

/* Answers an error: status, the envelope with one entry, no resources. Returns false, so that a
 * check can end with `return sb_fail(...)`. A later sb_fail replaces an earlier one. */
bool sb_fail(struct sb_response *res, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool sb_failed(const struct sb_response *res);

/* Answers something else than the envelope with resources. */
void sb_reply_meta_only(struct sb_response *res);                     /* meta + errors */
void sb_reply_object(struct sb_response *res, struct json_object *o); /* bare JSON, takes `o` */
/* Streams a stored blob; the name goes into Content-Disposition. The blob must outlive the request.
 */
void sb_reply_blob(struct sb_response *res, int64_t blob, const char *content_type,
                   const char *filename);
/* Streams `size` bytes of an open file from its start; takes `fd`. */
void sb_reply_fd(struct sb_response *res, int fd, uint64_t size, const char *content_type,
                 const char *filename);

/* ---- documents of the seed world ----
 * host: id = aid, {aid, hostname, platform, online, local_ip, agent_ip}
 * host_file: id = aid + " " + path, {aid, path, name, size, sha256, blob}
 * rtr_session: id = session id, {session_id, aid, files: [{sha256, name, size, blob}]}
 * user: id = uuid, {uuid, email, full_name}
 * alert, event: id = their id; what analysis_results takes from them
 */

/* ---- ids and time ---- */

/* A new id: the next of req->preset_ids, else a random UUID (deterministic while seeding). */
void sb_new_id(struct sb_request *req, char ret_id[SB_UUID_SIZE]);
/* The next number of the store's seeded generator, for shuffling and seeding. Not for secrets. */
uint64_t sb_random(struct sb_store *store);
/* RFC 3339 with milliseconds in UTC, and back (any RFC 3339 form; false if it is none). */
void sb_time_text(int64_t ms, char ret_text[SB_TIME_SIZE]);
bool sb_time_parse(const char *text, int64_t *ret_ms);
/* File sizes as people read them: "114.8 KB". */
void sb_size_text(uint64_t bytes, char ret_text[32]);

/* ---- audit members that most configuration documents carry ---- */

/* {cid, client_id, user_uuid, username} of the caller. The caller of the function owns it. */
struct json_object *sb_actor(const struct sb_request *req);
/* Sets created_by, created_by_name, created_timestamp, updated_by, updated_by_name,
 * updated_timestamp; `created` false sets only the three updated_*. */
void sb_set_audit(const struct sb_request *req, struct json_object *doc, bool created);

/* ---- links, for answers that give a URL in place of bytes ---- */

/* Registers a blob under an unguessable URL that needs no bearer; returns the absolute URL, which
 * the caller frees, or NULL when the store failed (the dispatcher then answers 500). */
char *sb_link(struct sb_request *req, int64_t blob, const char *content_type, const char *filename);

#endif
