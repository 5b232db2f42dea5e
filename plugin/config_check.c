#include <stdio.h>
#include <string.h>

#include "config_parts.h"
#include "policy.h"

/* The key's index in config_keys. */
static size_t key(const char *full)
{
    size_t i = 0;
    while (i + 1 < CONFIG_N_KEYS && strcmp(config_keys[i].full, full) != 0)
        i++;
    return i;
}

static void check_required(struct config_reader *r, const char *full, const struct secret *secret)
{
    size_t i = key(full);
    if (!secret->ptr && !r->bad[i])
        config_problem(
            r, i,
            "Put client_id and client_secret of the API client into falcon = { ... }; as "
            "env:NAME, file:PATH or secret:NAME.",
            "is missing");
}

static void check_cloud(struct config_reader *r, const struct service *service)
{
    const char *cloud = r->config->falcon.cloud;
    char known[160] = "auto";
    if (!cloud || strcmp(cloud, "auto") == 0)
        return;
    for (size_t i = 0; i < service->n_clouds; i++) {
        if (strcmp(service->clouds[i].name, cloud) == 0)
            return;
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof(known) - used, ", %s", service->clouds[i].name);
    }
    config_problem(r, key("falcon.cloud"), "falcon.base_url takes any other address.",
                   "no cloud is named %.32s; there are %s", cloud, known);
}

static void check_base_url(struct config_reader *r)
{
    char *url = r->config->falcon.base_url;
    if (!url)
        return;
    for (size_t n = strlen(url); n > strlen("https://") && url[n - 1] == '/'; n--)
        url[n - 1] = '\0';
    const char *problem = config_url_problem(url);
    if (problem)
        config_problem(r, key("falcon.base_url"), "For example https://api.crowdstrike.com.", "%s",
                       problem);
}

static void check_falcon(struct config_reader *r, const struct service *service)
{
    struct config *c = r->config;
    check_cloud(r, service);
    check_base_url(r);
    check_required(r, "falcon.client_id", &c->falcon.client_id);
    check_required(r, "falcon.client_secret", &c->falcon.client_secret);
    if (c->falcon.member_cid && !c->falcon.tenant && !r->bad[key("falcon.tenant")]) {
        c->falcon.tenant = strdup(c->falcon.member_cid);
        if (!c->falcon.tenant)
            config_problem(r, key("falcon.tenant"), NULL, "no memory");
    }
}

static void check_absolute(struct config_reader *r, const char *full, const char *path)
{
    if (path && path[0] != '/')
        config_problem(r, key(full), "The plugin does not know the host's working directory.",
                       "%.200s is not an absolute path", path);
}

static void check_http(struct config_reader *r)
{
    const struct config *c = r->config;
    check_absolute(r, "http.ca_file", c->http.ca_file);
    check_absolute(r, "http.client_cert", c->http.client_cert);
    check_absolute(r, "http.client_key", c->http.client_key);
    const char *problem = c->http.proxy ? config_proxy_problem(c->http.proxy) : NULL;
    if (problem)
        config_problem(r, key("http.proxy"), "For example http://proxy.example.com:3128.", "%s",
                       problem);
    const struct secret *login = &c->http.proxy_credentials;
    if (login->ptr && !memchr(login->ptr, ':', login->len))
        config_problem(r, key("http.proxy_credentials"), NULL, "is not of the form USER:PASSWORD");
    if (c->http.client_key && !r->lines[key("http.client_cert")])
        config_problem(r, key("http.client_key"), "Add http.client_cert.",
                       "is a key without a certificate");
    if (c->http.client_key_password.ptr && !r->lines[key("http.client_cert")])
        config_problem(r, key("http.client_key_password"), "Add http.client_cert.",
                       "is the password of a key without a certificate");
}

static void check_retry(struct config_reader *r)
{
    size_t base = key("retry.base_ms"), max = key("retry.max_ms");
    if (r->bad[base] || r->bad[max] || r->config->retry.base_ms <= r->config->retry.max_ms)
        return;
    config_problem(r, r->lines[base] ? base : max, NULL,
                   "the first wait (base_ms, %lld) is longer than the longest (max_ms, %lld)",
                   (long long)r->config->retry.base_ms, (long long)r->config->retry.max_ms);
}

static void check_limits(struct config_reader *r)
{
    const struct config *c = r->config;
    check_absolute(r, "limits.shared_file", c->limits.shared_file);
    if (c->limits.max_result_bytes < c->http.max_response_bytes &&
        r->lines[key("limits.max_result_bytes")] && !r->bad[key("http.max_response_bytes")] &&
        !r->bad[key("limits.max_result_bytes")])
        config_problem(r, key("limits.max_result_bytes"), NULL,
                       "is less than one answer may have (http.max_response_bytes, %lld)",
                       (long long)c->http.max_response_bytes);
}

static void check_dirs(struct config_reader *r, const char *full, const struct config_strings *dirs)
{
    for (size_t i = 0; i < dirs->n; i++)
        check_absolute(r, full, dirs->items[i]);
}

static void check_patterns(struct config_reader *r, const char *full,
                           const struct config_strings *patterns)
{
    for (size_t i = 0; i < patterns->n; i++)
        if (!policy_pattern_ok(patterns->items[i], catalog_actions, catalog_n_actions))
            config_problem(r, key(full),
                           "A pattern is an action's name with * and ?, group:NAME, read, write or "
                           "destructive.",
                           "%.64s matches no action", patterns->items[i]);
}

static void check_log(struct config_reader *r)
{
    static const struct {
        const char *name;
        int32_t level;
    } levels[] = {{"off", 0},
                  {"error", SOAR_LOG_ERROR},
                  {"warn", SOAR_LOG_WARN},
                  {"info", SOAR_LOG_INFO},
                  {"debug", SOAR_LOG_DEBUG}};
    const char *level = r->config->log.level;
    for (size_t i = 0; level && i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(levels[i].name, level) == 0) {
            r->config->log_level = levels[i].level;
            return;
        }
    }
    if (level)
        config_problem(r, key("log.level"), NULL,
                       "no level is named %.16s; there are off, error, warn, info, debug", level);
}

void config_check(struct config_reader *r, const struct service *service)
{
    check_falcon(r, service);
    check_http(r);
    check_retry(r);
    check_limits(r);
    check_dirs(r, "files.read_dirs", &r->config->files.read_dirs);
    check_dirs(r, "files.write_dirs", &r->config->files.write_dirs);
    check_patterns(r, "policy.allow", &r->config->policy.allow);
    check_patterns(r, "policy.deny", &r->config->policy.deny);
    check_log(r);
}
