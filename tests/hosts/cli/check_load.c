/* Loading: how long it takes, what the object shows, and that it can be done a thousand times. */
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check_world.h"

#define SCAN_MS 100
#define ROUNDS 1000
#define WARM_ROUNDS 50
#define GROWTH_MAX (8u << 20)

static double ms_since(const struct timespec *begin)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin->tv_sec) * 1e3 +
           (double)(now.tv_nsec - begin->tv_nsec) / 1e6;
}

static void scan(struct check_run *run)
{
    struct timespec begin;
    struct check_world world;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if (!check_world_load(run, &world))
        return;
    double ms = ms_since(&begin);
    check_note(run, "loaded and read in %.1f ms, %zu actions%s", ms, world.actions.n,
               ms > SCAN_MS ? "; more than 100 ms is felt where an engine scans many plugins" : "");
    if (world.actions.n == 0)
        check_fail(run, "the plugin has no actions");
}

/* ------------------------------------------------------------------ symbols */

static bool is_of_header(const char *name)
{
    static const char *const names[] = {"soar_abi_version", "soar_cancel",       "soar_init",
                                        "soar_invoke",      "soar_list_actions", "soar_next",
                                        "soar_release",     "soar_shutdown",     "soar_submit"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return strncmp(name, "soar_", 5) == 0; /* of a later minor version */
}

static void look_at_symbols(struct check_run *run, const char *image, size_t size)
{
    const ElfW(Ehdr) *head = (const void *)image;
    if (size < sizeof(*head) || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 ||
        head->e_shoff + (size_t)head->e_shnum * sizeof(ElfW(Shdr)) > size) {
        check_skip(run, "the file has no table of sections to read symbols from");
        return;
    }
    const ElfW(Shdr) *sections = (const void *)(image + head->e_shoff);
    for (size_t i = 0; i < head->e_shnum; i++) {
        const ElfW(Shdr) *table = &sections[i];
        if (table->sh_type != SHT_DYNSYM || table->sh_offset + table->sh_size > size)
            continue;
        const char *names = image + sections[table->sh_link].sh_offset;
        const ElfW(Sym) *symbols = (const void *)(image + table->sh_offset);
        for (size_t j = 0; j < table->sh_size / sizeof(*symbols); j++) {
            const char *name = names + symbols[j].st_name;
            if (symbols[j].st_shndx != SHN_UNDEF && symbols[j].st_shndx != SHN_ABS &&
                *name != '\0' && !is_of_header(name))
                check_fail(run,
                           "exports %s, which is none of soar_plugin.h and may clash with another "
                           "object's",
                           name);
        }
    }
}

static void symbols(struct check_run *run)
{
    struct stat info;
    struct check_world world;
    int fd = open(run->input->plugin, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        check_fail(run, "the file cannot be read");
        return;
    }
    char *image = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (image != MAP_FAILED)
        look_at_symbols(run, image, (size_t)info.st_size);
    if (!check_world_load(run, &world))
        return;
    if ((world.api.submit != NULL) != (world.api.next != NULL))
        check_fail(run, "soar_submit and soar_next: a plugin exports both or neither");
}

static void version(struct check_run *run)
{
    struct check_world world;
    if (!check_world_load(run, &world))
        return;
    check_note(run, "version %u.%u", world.api.version >> 16, world.api.version & 0xffffu);
    for (int i = 0; i < 3; i++)
        if (world.api.abi_version() != world.api.version)
            check_fail(run, "soar_abi_version does not give the same number each time");
}

static void other_major(struct check_run *run)
{
    struct check_world world;
    if (!check_world_load(run, &world))
        return;
    for (uint32_t major = 0; major < 4; major++) {
        soar_plugin *plugin = NULL;
        soar_host host = {.struct_size = sizeof(host), .abi_version = major << 16};
        if (major == world.api.version >> 16)
            continue;
        soar_status status =
            world.api.init(&host, run->input->config, run->input->config_len, &plugin, NULL, NULL);
        if (status != SOAR_UNIMPLEMENTED)
            check_fail(run, "a host of version %u.0 is answered %s instead of UNIMPLEMENTED", major,
                       host_status_name(status));
    }
}

/* ------------------------------------------------------------------ a thousand times */

static size_t count_of(const char *dir)
{
    size_t n = 0;
    DIR *all = opendir(dir);
    while (all && readdir(all))
        n++;
    if (all)
        closedir(all);
    return n;
}

static size_t resident(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%*u %lu", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static bool one_round(struct check_run *run)
{
    struct plugin_api api;
    struct host_error err;
    const char *json = NULL;
    uint64_t len = 0;
    soar_plugin *plugin = NULL;
    if (!plugin_load(run->input->plugin, &api, &err)) {
        check_fail(run, "%s", err.message);
        return false;
    }
    api.list_actions(&json, &len);
    soar_status status =
        api.init(NULL, run->input->config, run->input->config_len, &plugin, NULL, NULL);
    if (status == SOAR_OK)
        status = api.shutdown(plugin, SOAR_NO_TIMEOUT);
    else if (!run->input->has_config)
        status = SOAR_OK;
    if (status != SOAR_OK)
        check_fail(run, "a round ends with %s", host_status_name(status));
    plugin_unload(&api);
    return status == SOAR_OK;
}

static void thousand_times(struct check_run *run)
{
    size_t files = 0, threads = 0, before = 0;
    for (int i = 0; i < ROUNDS; i++) {
        if (i == WARM_ROUNDS) {
            files = count_of("/proc/self/fd");
            threads = count_of("/proc/self/task");
            before = resident();
        }
        if (!one_round(run))
            return;
    }
    size_t now = resident();
    if (count_of("/proc/self/fd") > files)
        check_fail(run, "descriptors stay open: %zu, then %zu", files, count_of("/proc/self/fd"));
    if (count_of("/proc/self/task") > threads)
        check_fail(run, "threads are left: %zu, then %zu", threads, count_of("/proc/self/task"));
    if (now > before + GROWTH_MAX)
        check_fail(run, "memory grows by %zu KiB in %d rounds", (now - before) >> 10,
                   ROUNDS - WARM_ROUNDS);
}

const struct check checks_load[] = {
    {"load.scan", "It loads and lists its actions", scan, 20},
    {"load.symbols", "It exports the functions of soar_plugin.h, all of them and nothing else",
     symbols, 20},
    {"load.version", "It follows version 1 of the contract and always says the same", version, 20},
    {"load.other_major", "A host of another major version is refused", other_major, 20},
    {"load.thousand_times", "Loaded, used and closed 1,000 times it leaves nothing behind",
     thousand_times, 120},
    {NULL, NULL, NULL, 0},
};
