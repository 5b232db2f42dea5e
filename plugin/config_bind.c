#include "config_bind.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

typedef ElfW(Addr) elf_addr;
typedef ElfW(Dyn) elf_dyn;
typedef ElfW(Rel) elf_rel;
typedef ElfW(Rela) elf_rela;
typedef ElfW(Sym) elf_sym;

/* Where the number of the symbol stands in an entry of a slot. */
#define SYMBOL_SHIFT (sizeof(elf_addr) == 8 ? 32 : 8)

/* The runtimes of the sanitizers end the process where they see RTLD_DEEPBIND. */
static bool is_sanitized(void)
{
    static const char *const runtimes[] = {"__asan_init", "__tsan_init", "__msan_init",
                                           "__hwasan_init"};

    for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++)
        if (dlsym(RTLD_DEFAULT, runtimes[i]))
            return true;
    return false;
}

/* What libconfig calls of its own through symbols that a host can take over, while it parses and
 * frees; 1.5 without, later versions partly with the prefix. Names that a version lacks do not
 * matter. */
static const char *const own_calls[] = {
    "config_clear",
    "config_destroy",
    "config_init",
    "config_get_option",
    "config_set_options",
    "config_get_auto_convert",
    "config_setting_add",
    "config_setting_get_format",
    "config_setting_get_member",
    "config_setting_set_bool",
    "config_setting_set_bool_elem",
    "config_setting_set_float",
    "config_setting_set_float_elem",
    "config_setting_set_format",
    "config_setting_set_int",
    "config_setting_set_int64",
    "config_setting_set_int64_elem",
    "config_setting_set_int_elem",
    "config_setting_set_string",
    "config_setting_set_string_elem",
    "libconfig_yy_create_buffer",
    "libconfig_yy_delete_buffer",
    "libconfig_yy_flush_buffer",
    "libconfig_yy_scan_buffer",
    "libconfig_yy_scan_bytes",
    "libconfig_yy_scan_string",
    "libconfig_yy_switch_to_buffer",
    "libconfig_yyalloc",
    "libconfig_yyerror",
    "libconfig_yyfree",
    "libconfig_yyget_lineno",
    "libconfig_yylex",
    "libconfig_yylex_destroy",
    "libconfig_yylex_init_extra",
    "libconfig_yyparse",
    "libconfig_yypop_buffer_state",
    "libconfig_yypush_buffer_state",
    "libconfig_yyrealloc",
    "libconfig_yyrestart",
    "libconfig_yyset_extra",
    "libconfig_yyset_lineno",
    "scanctx_cleanup",
    "scanctx_current_filename",
    "scanctx_init",
    "scanctx_pop_include",
    "scanctx_push_include",
    "scanctx_take_string",
    "strbuf_append",
    "strbuf_release",
    "libconfig_scanctx_cleanup",
    "libconfig_scanctx_current_filename",
    "libconfig_scanctx_init",
    "libconfig_scanctx_pop_include",
    "libconfig_scanctx_push_include",
    "libconfig_scanctx_take_string",
    "libconfig_strbuf_append_char",
    "libconfig_strbuf_append_string",
    "libconfig_strbuf_ensure_capacity",
    "libconfig_strbuf_release",
    "libconfig_parse_integer",
    "libconfig_parse_hex64",
};

/* ------------------------------------------------------------------ what it is bound to */

/* Slots through which a library calls functions: entries that begin alike, with or without addend. */
struct slots {
    const char *first;
    size_t bytes, stride;
};

/* A library in memory. */
struct library {
    const struct link_map *map;
    const elf_sym *symbols;
    const char *names;
    struct slots slots[3]; /* calls; others with addends, others without */
};

static const void *at(const struct link_map *map, elf_addr value)
{
    return (const void *)(value >= map->l_addr ? value : map->l_addr + value);
}

static void take_entry(struct library *library, const elf_dyn *entry)
{
    elf_addr address = entry->d_un.d_ptr;
    size_t value = (size_t)entry->d_un.d_val;
    struct slots *slots = library->slots;

    switch (entry->d_tag) {
    case DT_SYMTAB:
        library->symbols = at(library->map, address);
        break;
    case DT_STRTAB:
        library->names = at(library->map, address);
        break;
    case DT_JMPREL:
        slots[0].first = at(library->map, address);
        break;
    case DT_PLTRELSZ:
        slots[0].bytes = value;
        break;
    case DT_PLTREL:
        slots[0].stride = value == DT_RELA ? sizeof(elf_rela) : sizeof(elf_rel);
        break;
    case DT_RELA:
        slots[1].first = at(library->map, address);
        break;
    case DT_RELASZ:
        slots[1].bytes = value;
        break;
    case DT_REL:
        slots[2].first = at(library->map, address);
        break;
    case DT_RELSZ:
        slots[2].bytes = value;
        break;
    default:
        break;
    }
}

static bool look(void *handle, struct library *ret)
{
    struct link_map *map = NULL;

    *ret =
        (struct library){.slots[1].stride = sizeof(elf_rela), .slots[2].stride = sizeof(elf_rel)};
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return false;
    ret->map = map;
    for (const elf_dyn *entry = map->l_ld; entry->d_tag != DT_NULL; entry++)
        take_entry(ret, entry);
    return ret->symbols && ret->names;
}

/* A program that is not position-independent and takes the address of a function of the library has an
 * entry of that name without a definition; that leads to the library's. */
static bool is_defined_at(const void *address, Dl_info *ret_by)
{
    elf_sym *symbol = NULL;

    *ret_by = (Dl_info){0};
    return dladdr1(address, ret_by, (void **)&symbol, RTLD_DL_SYMENT) == 0 || !symbol ||
           symbol->st_shndx != SHN_UNDEF;
}

/* A slot that is not bound yet leads into the library itself: it will get what is found first by the
 * order in which the library looks. */
static bool will_be_own(const char *name, const void *own, Dl_info *ret_by)
{
    const void *first = dlsym(RTLD_DEFAULT, name);

    return !first || first == own || !is_defined_at(first, ret_by);
}

/* Does the slot lead to the library's own function? */
static bool is_own(const struct library *library, const elf_rel *slot, const elf_sym *symbol,
                   Dl_info *ret_by)
{
    const void *own = (const void *)(library->map->l_addr + symbol->st_value), *bound;
    const char *name = library->names + symbol->st_name;

    memcpy(&bound, (const void *)(library->map->l_addr + slot->r_offset), sizeof(bound));
    if (bound == own)
        return true;
    bool is_bound =
        dladdr(bound, ret_by) == 0 || ret_by->dli_fbase != (const void *)library->map->l_addr;
    return is_bound ? !is_defined_at(bound, ret_by) : will_be_own(name, own, ret_by);
}

static bool is_called(const char *name)
{
    for (size_t i = 0; i < sizeof(own_calls) / sizeof(own_calls[0]); i++)
        if (strcmp(own_calls[i], name) == 0)
            return true;
    return false;
}

/* The name of a function of the library in whose place another one would be called, and whose that is;
 * NULL = there is none. */
static const char *find_foreign(const struct library *library, Dl_info *ret_by)
{
    for (size_t list = 0; list < 3; list++) {
        const struct slots *slots = &library->slots[list];
        for (size_t done = 0; slots->first && slots->stride > 0 && done < slots->bytes;
             done += slots->stride) {
            const elf_rel *slot = (const void *)(slots->first + done);
            const elf_sym *symbol = &library->symbols[slot->r_info >> SYMBOL_SHIFT];
            if (symbol == library->symbols || symbol->st_shndx == SHN_UNDEF ||
                (symbol->st_info & 15) != STT_FUNC)
                continue;
            const char *name = library->names + symbol->st_name;
            if (!is_own(library, slot, symbol, ret_by) && is_called(name))
                return name;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ opening */

/* With RTLD_DEEPBIND the library gives memory back to the C library itself, also what strdup got from a
 * malloc that somebody has put in the C library's place. */
static bool is_malloc_replaced(void)
{
    Dl_info frees = {0}, copies = {0};
    const void *to_free = dlsym(RTLD_DEFAULT, "free"), *copy = dlsym(RTLD_DEFAULT, "strdup");

    return dladdr(to_free, &frees) == 0 || dladdr(copy, &copies) == 0 ||
           frees.dli_fbase != copies.dli_fbase;
}

void *config_bind_open(const char *soname)
{
    int flags = RTLD_NOW | RTLD_LOCAL;
    void *handle = dlopen(soname, flags);
    struct library library;
    Dl_info by;

    if (!handle || !look(handle, &library) || !find_foreign(&library, &by) || is_sanitized() ||
        is_malloc_replaced())
        return handle;
    dlclose(handle); /* gone, unless somebody else has loaded it: then it stays as it is bound */
    return dlopen(soname, flags | RTLD_DEEPBIND);
}

bool config_bind_check(void *handle, struct error *err)
{
    struct library library;
    Dl_info by = {0};

    if (!look(handle, &library)) {
        error_set(err, SOAR_FAILED_PRECONDITION, "libconfig_unknown",
                  "the configuration cannot be read: what libconfig calls cannot be told");
        error_where(err, "config");
        error_hint(err, "Install the libconfig that this plugin was built with.");
        return false;
    }
    const char *name = find_foreign(&library, &by);
    if (name == NULL)
        return true;
    error_set(err, SOAR_FAILED_PRECONDITION, "libconfig_interposed",
              "the configuration cannot be read: %s of libconfig is replaced by a function "
              "of the same name in %s",
              name, by.dli_fname ? by.dli_fname : "the host");
    error_where(err, "config");
    error_hint(err,
               "Link the host without exporting %s (no -rdynamic, or a version script), "
               "or load the plugin in a process of its own.",
               name);
    return false;
}
