/* The sandbox behind TLS, for tests: tls_front.py closes each connection after its answer, so that
 * each request is a handshake of its own. Failures fail the running test. */
#ifndef E2E_TLS_FRONT_H
#define E2E_TLS_FRONT_H

#include "check.h"
#include "program.h"
#include "tls_certificates.h"
#include "tmpdir.h"
#include "world.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct front {
    struct program program;
    char *url;
};

/* The directory of the certificates, made once a program. */
static char *certificates;

static inline int make_certificates(void **state)
{
    (void)state;
    certificates = tmpdir_new();
    certificate_new(certificates, "good", "IP:127.0.0.1");
    certificate_new(certificates, "other", "IP:127.0.0.1");
    certificate_new(certificates, "elsewhere", "DNS:falcon.example.com");
    certificate_new_expired(certificates, "expired");
    return 0;
}

static inline int remove_certificates(void **state)
{
    (void)state;
    tmpdir_free(certificates);
    return 0;
}

static inline struct front front_start(const struct world *world, const char *certificate,
                                       const char *mode)
{
    struct front front = {.url = NULL};
    char pem[64], key[64];
    const char *target = world->sandbox.url + strlen("http://");
    snprintf(pem, sizeof pem, "%s.pem", certificate);
    snprintf(key, sizeof key, "%s.key", certificate);
    char *pem_path = tmpdir_path(certificates, pem), *key_path = tmpdir_path(certificates, key);
    const char *argv[] = {"python3", "tests/e2e/tls_front.py", pem_path, key_path, target, mode,
                          NULL};
    program_start(&front.program, argv, NULL);
    char *port = program_line(&front.program);
    assert_non_null(port);
    assert_true(asprintf(&front.url, "https://127.0.0.1:%s", port) > 0);
    free(port);
    free(pem_path);
    free(key_path);
    return front;
}

static inline void front_stop(struct front *front)
{
    kill(front->program.pid, SIGTERM);
    program_end(&front->program);
    program_done(&front->program);
    free(front->url);
}

static inline void expect_line(struct front *front, const char *wanted)
{
    char *line = program_line(&front->program);
    assert_non_null(line);
    assert_string_equal(line, wanted);
    free(line);
}

#endif
