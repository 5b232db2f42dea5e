#include "host_services.h"

#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "progress.h"

#define SECRET_PREFIX "SOARHOST_SECRET_"

static void log_line(void *ctx, int32_t level, const char *msg, uint64_t msg_len)
{
    static const char *const names[] = {"", "error", "warning", "info", "debug", "audit"};
    const struct host_services *services = ctx;
    if (level < SOAR_LOG_ERROR || level > SOAR_LOG_AUDIT)
        level = SOAR_LOG_DEBUG;
    if ((level == SOAR_LOG_AUDIT ? SOAR_LOG_INFO : level) > services->most)
        return;
    const struct term *term = services->term;
    enum term_style style = level == SOAR_LOG_ERROR  ? TERM_BAD
                            : level == SOAR_LOG_WARN ? TERM_WARN
                                                     : TERM_DIM;
    progress_clear();
    flockfile(term->out);
    fprintf(term->out, "%splugin %s:%s ", term_style(term, style), names[level],
            term_style(term, TERM_PLAIN));
    term_text(term, msg, msg_len);
    putc('\n', term->out);
    funlockfile(term->out);
}

static soar_status get_secret(void *ctx, const char *name, uint64_t name_len, char *buf,
                              uint64_t cap, uint64_t *out_len)
{
    (void)ctx;
    char variable[256] = SECRET_PREFIX;
    size_t prefix = strlen(SECRET_PREFIX);
    if (name_len >= sizeof(variable) - prefix || memchr(name, '\0', name_len))
        return SOAR_NOT_FOUND;
    memcpy(variable + prefix, name, name_len);
    variable[prefix + name_len] = '\0';
    const char *value = getenv(variable);
    if (!value)
        return SOAR_NOT_FOUND;
    size_t len = strlen(value);
    *out_len = len;
    if (len > cap)
        return SOAR_OUT_OF_RANGE;
    memcpy(buf, value, len);
    return SOAR_OK;
}

static int32_t progress(void *ctx, uint64_t call_id, uint64_t done, uint64_t total)
{
    const struct host_services *services = ctx;
    (void)call_id;
    if (services->progress)
        return services->progress(done, total);
    progress_update(done, total);
    return interrupted() ? 1 : 0;
}

void host_services_fill(struct host_services *services, soar_host *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->struct_size = sizeof(*ret);
    ret->abi_version = SOAR_ABI_VERSION;
    ret->ctx = services;
    ret->log = log_line;
    ret->get_secret = get_secret;
    ret->progress = progress;
}
