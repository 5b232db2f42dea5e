/* Certificates for tests, made with the openssl command line. Failures fail the running test. */
#ifndef E2E_TLS_CERTIFICATES_H
#define E2E_TLS_CERTIFICATES_H

#include "check.h"
#include "program.h"
#include "tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void openssl(const char *dir, const char *const *argv)
{
    struct program run;
    program_run(&run, argv, &(struct program_setting){.dir = dir});
    if (run.code != 0) {
        fail_msg("%s %s: %s", argv[0], argv[1], run.err);
    }
    program_done(&run);
}

/* Makes NAME.pem and NAME.key in `dir`: a certificate that signs itself, for a name such as
 * "IP:127.0.0.1". */
static inline void certificate_new(const char *dir, const char *name, const char *for_name)
{
    char pem[64], key[64], alternative[128];
    snprintf(pem, sizeof pem, "%s.pem", name);
    snprintf(key, sizeof key, "%s.key", name);
    snprintf(alternative, sizeof alternative, "subjectAltName=%s", for_name);
    openssl(dir, (const char *[]){"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                  "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", pem,
                                  "-subj", "/CN=falcon front", "-addext", alternative, NULL});
}

/* The same for 127.0.0.1, valid through the year 2020 only. */
static inline void certificate_new_expired(const char *dir, const char *name)
{
    static const char settings[] = "[ca]\ndefault_ca=own\n"
                                   "[own]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\n"
                                   "default_md=sha256\npolicy=any\nx509_extensions=ext\n"
                                   "[any]\ncommonName=supplied\n"
                                   "[ext]\nsubjectAltName=IP:127.0.0.1\n"
                                   "basicConstraints=critical,CA:TRUE\n";
    char pem[64], key[64];
    snprintf(pem, sizeof pem, "%s.pem", name);
    snprintf(key, sizeof key, "%s.key", name);
    tmpdir_write(dir, "ca.conf", settings, strlen(settings));
    tmpdir_write(dir, "index.txt", "", 0);
    tmpdir_write(dir, "serial", "01\n", 3);
    openssl(dir, (const char *[]){"openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                                  "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                                  "request.pem", "-subj", "/CN=falcon front", NULL});
    openssl(dir,
            (const char *[]){"openssl", "ca", "-config", "ca.conf", "-batch", "-notext",
                             "-selfsign", "-keyfile", key, "-in", "request.pem", "-out", pem,
                             "-startdate", "20200101000000Z", "-enddate", "20201231235959Z", NULL});
}

#endif
