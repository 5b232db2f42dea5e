/* What the tests of the configuration share. cmocka.h is included before. */
#ifndef TEST_CONFIG_TEXTS_H
#define TEST_CONFIG_TEXTS_H

#include <string.h>

#include "config.h"

#define ID "falcon = { client_id = \"id-1\"; client_secret = \"s3cr3t-value\"; };\n"
#define FALCON(more)                                                                               \
    "falcon = { client_id = \"id-1\"; client_secret = \"s3cr3t-value\"; " more " };"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cloud clouds[] = {{"us-1", "https://api.crowdstrike.com", true},
                                      {"eu-1", "https://api.eu-1.crowdstrike.com", true}};
static const struct service service = {.clouds = clouds, .n_clouds = COUNT(clouds)};

static inline bool read_text(const char *text, struct config *config, struct error *err)
{
    error_clear(err);
    return config_read(text, strlen(text), NULL, &service, config, err);
}

/* Reads what must be good. */
static inline void read_good(const char *text, struct config *config)
{
    struct error err;
    if (!read_text(text, config, &err))
        fail_msg("refused: %s (%s)", err.message, err.where);
}

static inline void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not hold \"%s\"", text, part);
}

static inline void assert_refused(const char *text, const char *where, const char *message)
{
    struct config config;
    struct error err;
    if (read_text(text, &config, &err)) {
        config_done(&config);
        fail_msg("accepted: %s", text);
    }
    assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
    if (strcmp(err.where, where) != 0)
        fail_msg("where is \"%s\", not \"%s\", for %s", err.where, where, text);
    assert_holds(err.message, message);
    assert_null(strstr(err.message, "s3cr3t"));
}

#endif
