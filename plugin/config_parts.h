/*
 * config_parts.h - what the files of the configuration share: the report that gathers every
 * problem, and the checks of texts, secrets and URLs. Only config*.c include it.
 */
#ifndef FCM_CONFIG_PARTS_H
#define FCM_CONFIG_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/secret.h"
#include "config.h"
#include "config_keys.h"
#include "config_lib.h"

/* ------------------------------------------------------------------ report */

/* The problems found so far. The first decides status, reason, where and hint; the message names
 * all, as far as there is room. Plain data. */
struct config_report {
    struct error *err;
    unsigned found;
    unsigned unnamed; /* found, but no room in the message */
    char text[sizeof(((struct error *)0)->message)];
    size_t len;
};

/* config_report_add - one more problem of a key ("http.timeout_ms"); line 0 = none. hint may be
 * NULL. What is passed must not hold a secret. */
void config_report_add(struct config_report *report, unsigned line, const char *key,
                       soar_status status, const char *reason, const char *hint, const char *format,
                       ...) __attribute__((format(printf, 7, 8)));

/* config_report_done - puts the gathered message into report->err; true where there was none. */
bool config_report_done(struct config_report *report);

/* ------------------------------------------------------------------ reader */

/* A row of CONFIG_KEYS. */
struct config_key {
    const char *section, *name, *full; /* "http", "timeout_ms", "http.timeout_ms" */
    enum config_type type;
    const char *fallback;
    int64_t min, max;
    size_t offset; /* of the field in struct config */
};

#define CONFIG_ONE_MORE(section, key, type, fallback, min, max, help) +1
enum { CONFIG_N_KEYS = 0 CONFIG_KEYS(CONFIG_ONE_MORE) };
extern const struct config_key config_keys[CONFIG_N_KEYS];

/* A configuration being read. */
struct config_reader {
    const struct config_doc *doc;
    const struct soar_host *host;
    struct config *config;
    struct config_report report;
    unsigned lines[CONFIG_N_KEYS]; /* where each key stands; 0 = nowhere */
    bool bad[CONFIG_N_KEYS];       /* has a problem that is reported already */
};

/* config_problem - reports a problem of a key (index into config_keys); hint may be NULL. */
void config_problem(struct config_reader *r, size_t key, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* config_check - what no type and bound tells: required keys, URLs, absolute paths, names and
 * patterns that must exist, keys that need each other. Fills log_level and tenant. */
void config_check(struct config_reader *r, const struct service *service);

/* ------------------------------------------------------------------ text */

/* config_text_prepare - checks what libconfig does not, and makes the text safe for it: a copy
 * with NUL at the end, integers past 32 bits marked with L (libconfig 1.5 cuts them silently
 * otherwise), a byte order mark dropped. The caller wipes *ret_size bytes and frees.
 * Errors: NULL with *err filled: longer than 1 MiB, not UTF-8, NUL, "\x00" in a string, @include, a
 * comment or a string without end. */
char *config_text_prepare(const char *text, size_t len, size_t *ret_size, struct error *err);

/* ------------------------------------------------------------------ secrets */

/* config_secret_read - resolves a secret's value as the configuration gives it (see config_read)
 * and checks its length in bytes, UTF-8 and control characters. On a problem it is added to the
 * report and false is answered. I/O: the file named. */
bool config_secret_read(const char *value, size_t min, size_t max, const struct soar_host *host,
                        struct secret *ret, struct config_report *report, unsigned line,
                        const char *key);

/* config_text_problem - NULL where a value may be used in a header, a path or a URL; else what is
 * wrong with it: "holds a control character". */
const char *config_text_problem(const char *value, size_t len);

/* ------------------------------------------------------------------ URLs */

/* config_url_problem - NULL where url is fit to be a base URL: https (http to a loopback address
 * only), a host in plain form, perhaps a port and a path; else what is wrong, static. */
const char *config_url_problem(const char *url);

/* config_proxy_problem - the same for a proxy: [SCHEME://]HOST[:PORT]. */
const char *config_proxy_problem(const char *proxy);

#endif
