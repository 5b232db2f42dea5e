#include "base/secret.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool secret_set(struct secret *s, const char *bytes, size_t n)
{
    struct secret fresh = {NULL, 0, 0};
    long page = sysconf(_SC_PAGESIZE);

    if (n == 0) {
        secret_done(s);
        return true;
    }
    if (page <= 0 || n > SIZE_MAX / 2) {
        secret_done(s);
        return false;
    }
    fresh.mapped = (n / (size_t)page + 1) * (size_t)page; /* n and a NUL at least */
    void *pages =
        mmap(NULL, fresh.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        secret_done(s);
        return false;
    }
    /* Best effort: a kernel without it still keeps the secret in pages of its own. */
    (void)madvise(pages, fresh.mapped, MADV_DONTDUMP);
    fresh.ptr = pages;
    fresh.len = n;
    memcpy(fresh.ptr, bytes, n); /* before the old one goes: bytes may lie in it */
    secret_done(s);
    *s = fresh;
    return true;
}

void secret_done(struct secret *s)
{
    if (s->ptr != NULL) {
        secret_wipe(s->ptr, s->mapped);
        munmap(s->ptr, s->mapped);
    }
    s->ptr = NULL;
    s->len = 0;
    s->mapped = 0;
}

void secret_wipe(void *bytes, size_t n)
{
    if (bytes != NULL)
        explicit_bzero(bytes, n);
}
