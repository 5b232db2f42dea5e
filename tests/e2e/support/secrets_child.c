#include "secrets_child.h"
#include "plugin.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NEEDLES 8
#define MAX_AREAS 4096

struct needle {
    char name[32];
    unsigned char bytes[256]; /* disguised */
    size_t size;
};

/* A part of the memory that may be written, and so may hold a secret. */
struct area {
    uintptr_t from, to;
    int kept; /* left out of core dumps */
};

struct child {
    struct needle needles[MAX_NEEDLES];
    size_t n;
    FILE *output;
};

/* ------------------------------------------------------------------ reading */

static void read_needles(struct child *child, const char *path)
{
    char hex[600];
    FILE *file = fopen(path, "re");
    while (file != NULL && child->n < MAX_NEEDLES &&
           fscanf(file, "%31s %599s", child->needles[child->n].name, hex) == 2) {
        struct needle *needle = &child->needles[child->n++];
        for (const char *at = hex; at[0] != '\0' && at[1] != '\0'; at += 2) {
            char pair[3] = {at[0], at[1], '\0'};
            needle->bytes[needle->size++] = (unsigned char)strtoul(pair, NULL, 16);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static size_t read_areas(struct area *areas)
{
    char line[512], permissions[8] = "";
    uintptr_t from = 0, to = 0;
    size_t n = 0;
    FILE *file = fopen("/proc/self/smaps", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && n < MAX_AREAS) {
        unsigned long first = 0, last = 0;
        char found[8];
        if (sscanf(line, "%lx-%lx %7s", &first, &last, found) == 3) {
            from = first;
            to = last;
            memcpy(permissions, found, sizeof permissions);
        } else if (strncmp(line, "VmFlags:", 8) == 0 && strncmp(permissions, "rw", 2) == 0) {
            areas[n++] = (struct area){from, to, strstr(line, " dd") != NULL};
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return n;
}

/* ------------------------------------------------------------------ searching */

static size_t count(const struct area *area, const struct needle *needle)
{
    size_t found = 0;
    const volatile unsigned char *end = (const volatile unsigned char *)area->to;
    for (const volatile unsigned char *at = (const volatile unsigned char *)area->from;
         (size_t)(end - at) >= needle->size; at++) {
        size_t i = 0;
        while (i < needle->size && (at[i] ^ SECRETS_MASK) == needle->bytes[i]) {
            i++;
        }
        found += i == needle->size;
    }
    return found;
}

/* Under a sanitizer freed memory is kept on purpose, and the shadow is terabytes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SEARCHED 0
#else
#define SEARCHED 1
#endif

static void search(const struct child *child, const char *when)
{
    static struct area areas[MAX_AREAS];
    size_t n = read_areas(areas);
    for (size_t i = 0; i < child->n; i++) {
        size_t kept = 0, visible = 0;
        for (size_t k = 0; SEARCHED && k < n; k++) {
            *(areas[k].kept ? &kept : &visible) += count(&areas[k], &child->needles[i]);
        }
        printf("%s %s %zu %zu\n", when, child->needles[i].name, kept, visible);
    }
    fflush(stdout);
}

/* ------------------------------------------------------------------ the host */

static soar_status get_secret(void *ctx, const char *name, uint64_t name_len, char *buf,
                              uint64_t cap, uint64_t *out_len)
{
    const struct child *child = ctx;
    for (size_t i = 0; i < child->n; i++) {
        const struct needle *needle = &child->needles[i];
        if (strlen(needle->name) != name_len || memcmp(needle->name, name, name_len) != 0) {
            continue;
        }
        *out_len = needle->size;
        for (size_t k = 0; k < needle->size && k < cap; k++) {
            buf[k] = (char)(needle->bytes[k] ^ SECRETS_MASK);
        }
        return needle->size <= cap ? SOAR_OK : SOAR_OUT_OF_RANGE;
    }
    return SOAR_NOT_FOUND;
}

static void keep_line(void *ctx, int32_t level, const char *msg, uint64_t msg_len)
{
    const struct child *child = ctx;
    fprintf(child->output, "log %d %.*s\n", (int)level, (int)msg_len, msg);
}

static void call(const struct child *child, soar_plugin *instance, char *line)
{
    char *space = strchr(line, ' ');
    soar_result result = {.struct_size = sizeof result};
    uint32_t flags = 0;
    if (space == NULL) {
        return;
    }
    *space = '\0';
    if (line[0] == '?') { /* a dry run */
        flags = SOAR_CALL_DRY_RUN;
        line++;
    }
    soar_call asked = {.struct_size = sizeof asked,
                       .flags = flags,
                       .action = line,
                       .action_len = strlen(line),
                       .input = space + 1,
                       .input_len = strcspn(space + 1, "\n"),
                       .timeout_ms = 20000};
    plugin_functions()->invoke(instance, &asked, &result);
    fprintf(child->output, "%s %s\n", line, result.json);
    plugin_functions()->release(&result);
}

int secrets_child(char **argv)
{
    static struct child child;
    static char config[8192], line[2048];
    soar_host host = {.struct_size = sizeof host,
                      .abi_version = SOAR_ABI_VERSION,
                      .ctx = &child,
                      .log = keep_line,
                      .get_secret = get_secret};
    soar_plugin *instance = NULL;
    soar_result err = {.struct_size = sizeof err};
    FILE *file = fopen(argv[2], "re");
    if (file == NULL) {
        return 2;
    }
    size_t size = fread(config, 1, sizeof config, file);
    fclose(file);
    read_needles(&child, argv[3]);
    child.output = fopen(argv[5], "we");
    FILE *calls = fopen(argv[4], "re");
    if (child.output == NULL || calls == NULL) {
        return 2;
    }
    if (plugin_functions()->init(&host, config, size, &instance, NULL, &err) != SOAR_OK) {
        fprintf(child.output, "init %s\n", err.json);
        return 3;
    }
    while (fgets(line, sizeof line, calls) != NULL) {
        call(&child, instance, line);
    }
    fclose(calls);
    search(&child, "live");
    if (plugin_functions()->shutdown(instance, 5000) != SOAR_OK) {
        return 4;
    }
    search(&child, "closed");
    return fclose(child.output) == 0 ? 0 : 5;
}
