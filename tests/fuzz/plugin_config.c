/* Configurations of any bytes. A refusal is one line that names a line of the text, or the key that
 * is missing, and never tells a secret; what is accepted keeps every bound of config_keys.h, and its
 * base URL is one that libcurl reads: https, or http to a loopback address. */
#include "action_of.h"
#include "config.h"
#include "config_keys.h"
#include <curl/curl.h>

#define SECRET "s3cr3t-value"

static void check_error(const uint8_t *bytes, size_t size, const struct error *err)
{
    unsigned lines = 1, line = 0;
    for (size_t i = 0; i < size; i++) {
        lines += bytes[i] == '\n';
    }
    fuzz_assert(err->status == SOAR_INVALID_ARGUMENT || err->status == SOAR_NOT_FOUND ||
                err->status == SOAR_PERMISSION_DENIED);
    fuzz_assert(err->reason != NULL && err->outcome == OUTCOME_NOT_SENT);
    assert_line(err->message);
    if (sscanf(err->where, "config line %u", &line) == 1) {
        fuzz_assert(line >= 1 && line <= lines + 1);
    } else {
        fuzz_assert(strncmp(err->where, "config", 6) == 0);
    }
}

static void within(long long value, long long min, long long max)
{
    fuzz_assert(value >= min && value <= max);
}

static void no_longer_than(const char *text, long long max)
{
    fuzz_assert(text == NULL || strlen(text) <= (size_t)max);
}

#define CHECK_CONFIG_STRING(value, min, max) no_longer_than(value, max)
#define CHECK_CONFIG_SECRET(value, min, max) no_longer_than((value).ptr, max)
#define CHECK_CONFIG_INT(value, min, max) within(value, min, max)
#define CHECK_CONFIG_BOOL(value, min, max) within(value, 0, 1)
#define CHECK_CONFIG_STRINGS(value, min, max) within((long long)(value).n, min, max)
#define CHECK(section, key, type, otherwise, min, max, help)                                       \
    CHECK_##type(config->section.key, min, max);

static void check_config(const struct config *config)
{
    CONFIG_KEYS(CHECK)
    fuzz_assert(config->falcon.client_id.len > 0 && config->falcon.client_secret.len > 0);
    fuzz_assert(config->falcon.member_cid == NULL || config->falcon.tenant != NULL);
    const char *base = config->falcon.base_url;
    if (base != NULL) {
        CURLU *url = curl_url();
        fuzz_assert(strncmp(base, "https://", 8) == 0 || config_is_loopback(base));
        fuzz_assert(base[strlen(base) - 1] != '/');
        fuzz_assert(curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK);
        curl_url_cleanup(url);
    }
}

/* Whether the secret is not a value but a part of a setting's name, which errors do tell. */
static bool is_name(const char *text, size_t size)
{
    static const char of_names[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*";
    const char *end = text + size, *at = text;
    while ((at = memmem(at, (size_t)(end - at), SECRET, strlen(SECRET))) != NULL) {
        at += strlen(SECRET);
        while (at < end && *at != '\0' && strchr(of_names, *at) != NULL) {
            at++;
        }
        if (at < end && *at != '"') {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct config config;
    struct error err;
    error_clear(&err);
    char *text = malloc(size > 0 ? size : 1); /* no NUL behind it */
    fuzz_assert(text != NULL);
    if (size > 0) {
        memcpy(text, bytes, size);
    }
    if (config_read(text, size, NULL, &catalog_service, &config, &err)) {
        check_config(&config);
        config_done(&config);
    } else {
        check_error(bytes, size, &err);
        fuzz_assert(is_name(text, size) ||
                    (strstr(err.message, SECRET) == NULL && strstr(err.where, SECRET) == NULL));
    }
    free(text);
    return 0;
}
