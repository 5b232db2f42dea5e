/*
 * config.h - the configuration of an instance: libconfig text in, checked settings out.
 * The keys, their bounds and defaults stand in config_keys.h.
 */
#ifndef FCM_CONFIG_H
#define FCM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"
#include "catalog.h"

/* A list of strings, owned. */
struct config_strings {
    char **items;
    size_t n;
};

/* The settings of an instance. Strings are owned and NULL where not set; immutable once read, so
 * that any thread may read them. */
struct config {
    struct {
        char *cloud;    /* "auto" or the name of a cloud */
        char *base_url; /* without "/" at the end; where NULL the cloud's own counts */
        struct secret client_id, client_secret;
        char *member_cid;
        char *tenant; /* never NULL where member_cid is not */
    } falcon;
    struct {
        int64_t timeout_ms, connect_timeout_ms, first_byte_timeout_ms, stall_timeout_ms;
        int64_t max_connections, max_streams, max_response_bytes;
        char *proxy, *no_proxy, *ca_file, *client_cert, *client_key;
        struct secret proxy_credentials, client_key_password;
    } http;
    struct {
        int64_t attempts, base_ms, max_ms, budget, budget_percent, settle_ms, skew_ms;
        int64_t keys, keys_max_bytes, key_ttl_ms;
        char *marker; /* NULL = none */
    } retry;
    struct {
        bool govern;
        int64_t reserve_percent, max_requests, window_ms, max_wait_ms, max_result_bytes, ahead;
        char *shared_file;
    } limits;
    struct {
        struct config_strings read_dirs, write_dirs;
        int64_t max_bytes, quota_bytes;
    } files;
    struct {
        bool read_only;
        struct config_strings allow, deny;
    } policy;
    struct {
        char *level;
        bool audit;
    } log;
    int32_t log_level; /* log.level as SOAR_LOG_*, 0 = off */
    void *library;     /* owned: that it was read with, loaded for the next one */
};

/* config_read - reads libconfig text (len bytes) into *ret, which is overwritten and, on success,
 * to be freed with config_done. Secrets are resolved here: env:NAME, file:PATH (absolute; a regular
 * file, links are followed, that not everybody may read and only its owner may write; one line
 * break at its end is dropped), secret:NAME through host->get_secret, or the text itself;
 * "literal:TEXT" for a text that begins like one of these.
 * Errors: false with *err filled; where = "config line N, falcon.client_id", or "config, KEY" for
 * one that is missing. The message names every key that is wrong, as far as it has room; status,
 * reason, where and hint are those of the first. Unknown sections and keys (with the nearest known
 * one), wrong types, values out of bounds, missing client_id or client_secret, http:// to anything
 * but a loopback address, an unknown cloud, relative paths, patterns that match no action,
 * @include, a key twice, text over 1 MiB, not UTF-8 or with NUL. No secret's value is ever in an
 * error. SOAR_NOT_FOUND and SOAR_PERMISSION_DENIED are about a secret's source;
 * SOAR_FAILED_PRECONDITION: libconfig is missing, or the host exports a function of libconfig's
 * name that would be called in its place (reason "libconfig_interposed").
 * Thread safety: any thread; reads the environment. I/O: only the files that the text names as
 * secrets. */
bool config_read(const char *text, size_t len, const struct soar_host *host,
                 const struct service *service, struct config *ret, struct error *err);

/* config_done - frees and wipes. A zeroed struct is fine. */
void config_done(struct config *config);

/* config_is_loopback - does this http or https URL's host name a loopback address? Only in these
 * very forms: 127.a.b.c in four decimal numbers, [::1], localhost in lower case; no user
 * information. Pure. */
bool config_is_loopback(const char *url);

#endif
