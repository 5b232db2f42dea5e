#include "failing_malloc.h"
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FOR_ALL __attribute__((visibility("default")))

/* glibc's own names for what is replaced here. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

static atomic_int_fast64_t left; /* allocations until the one that fails; 0 = none does */
static atomic_bool keeps_failing, failed, in_loser;
static atomic_int_fast64_t live;

/* The code of a library in memory. */
struct library {
    const char *name;
    uintptr_t from, to;
};

static struct library config = {"libconfig.so", 0, 0}, json = {"libjson-c.so", 0, 0},
                      curl = {"libcurl.so", 0, 0}, loader = {"ld-linux", 0, 0};

static int find_libraries(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct library *const wanted[] = {&config, &json, &curl, &loader};
    (void)size;
    (void)arg;
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        for (int i = 0; strstr(info->dlpi_name, wanted[w]->name) && i < info->dlpi_phnum; i++) {
            if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
                wanted[w]->from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
                wanted[w]->to = wanted[w]->from + info->dlpi_phdr[i].p_memsz;
            }
        }
    }
    return 0;
}

static bool is_in(const struct library *library, void *frame)
{
    return (uintptr_t)frame >= library->from && (uintptr_t)frame < library->to;
}

/* Limits of the libraries, not of what is tested: libconfig 1.5 uses what malloc gives it without a
 * look, and so does the tokener of json-c 0.16 with what strdup gives it for a key; dlopen loses
 * blocks of its own. */
static bool is_spared(void)
{
    enum { MALLOC = 2, CALLER, CALLERS_CALLER, MOST = 12 };
    void *frames[MOST];
    int count = backtrace(frames, MOST);
    for (int i = 0; i < count; i++) {
        if (is_in(&config, frames[i]) || is_in(&loader, frames[i])) {
            return true;
        }
    }
    for (int i = MALLOC; i < CALLERS_CALLER && i + 1 < count; i++) {
        Dl_info by = {0};
        if (dladdr(frames[i], &by) != 0 && by.dli_sname != NULL &&
            strstr(by.dli_sname, "strdup") != NULL && is_in(&json, frames[i + 1])) {
            return true;
        }
    }
    return false;
}

/* Allocations whose failure makes a library lose a block: libcurl's, and that for one more item of a
 * list which the tokener of json-c reads. */
static bool is_losers(void)
{
    enum { MOST = 8 };
    void *frames[MOST];
    bool adds = false;
    int count = backtrace(frames, MOST);
    for (int i = 0; i < count; i++) {
        Dl_info by = {0};
        if (is_in(&curl, frames[i])) {
            return true;
        }
        if (!is_in(&json, frames[i]) || dladdr(frames[i], &by) == 0 || by.dli_sname == NULL) {
            continue;
        }
        if (adds && strcmp(by.dli_sname, "json_tokener_parse_ex") == 0) {
            return true;
        }
        adds = adds || strcmp(by.dli_sname, "array_list_add") == 0;
    }
    return false;
}

static bool fails(void)
{
    int_fast64_t now = atomic_load(&left);
    if (now == 0) {
        return false;
    }
    now = atomic_fetch_sub(&left, 1);
    if (now > 1) {
        return false;
    }
    atomic_store(&left, atomic_load(&keeps_failing) ? 1 : 0);
    atomic_store(&failed, true);
    if (is_spared()) {
        return false;
    }
    in_loser = is_losers() || in_loser;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block)
{
    if (block != NULL) {
        atomic_fetch_add(&live, 1);
    }
    return block;
}

FOR_ALL void *malloc(size_t size)
{
    return fails() ? NULL : counted(__libc_malloc(size));
}

FOR_ALL void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : counted(__libc_calloc(n, size));
}

FOR_ALL void *realloc(void *block, size_t size)
{
    if (block == NULL) {
        return malloc(size);
    }
    if (size > 0 && fails()) {
        return NULL;
    }
    void *moved = __libc_realloc(block, size);
    if (moved == NULL && size == 0) {
        atomic_fetch_sub(&live, 1);
    }
    return moved;
}

FOR_ALL void free(void *block)
{
    if (block != NULL) {
        atomic_fetch_sub(&live, 1);
    }
    __libc_free(block);
}

void failing_malloc_arm(int64_t n, bool onwards)
{
    if (config.to == 0) {
        (void)dlopen("libconfig.so.9", RTLD_NOW); /* or else it would lie elsewhere each time */
        dl_iterate_phdr(find_libraries, NULL);
        is_spared(); /* the first backtrace allocates */
    }
    atomic_store(&failed, false);
    atomic_store(&in_loser, false);
    atomic_store(&keeps_failing, onwards);
    atomic_store(&left, n);
}

bool failing_malloc_disarm(void)
{
    atomic_store(&left, 0);
    return atomic_load(&failed);
}

bool failing_malloc_was_losers(void)
{
    return atomic_load(&in_loser);
}

int64_t failing_malloc_live(void)
{
    return atomic_load(&live);
}
