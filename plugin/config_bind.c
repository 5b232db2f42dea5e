#include "config_bind.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

typedef ElfW(Addr) elf_addr;
typedef ElfW(Dyn) elf_dyn;
typedef ElfW(Rela) elf_rela;
typedef ElfW(Sym) elf_sym;
typedef ElfW(Xword) elf_xword;

/* The runtimes of the sanitizers end the process where they see RTLD_DEEPBIND. */
static const char *const sanitizers[] = {"__asan_init", "__tsan_init", "__msan_init"};

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

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool is_any_defined(const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dlsym(RTLD_DEFAULT, names[i]))
            return true;
    return false;
}

void *config_bind_open(const char *soname)
{
    int flags = RTLD_NOW | RTLD_LOCAL;
    void *handle = dlopen(soname, flags | RTLD_NOLOAD);
    if (handle)
        return handle;
    /* Not loaded, so who defines its names is somebody else. */
    if (is_any_defined(own_calls, COUNT(own_calls)) &&
        !is_any_defined(sanitizers, COUNT(sanitizers)))
        flags |= RTLD_DEEPBIND;
    return dlopen(soname, flags);
}

/* Is some other definition found ahead of libconfig's by the order in which libconfig looks? A
 * program that is not position-independent and takes the address of libconfig's function has an
 * entry of that name without a definition; calls do not bind to that. */
static bool is_interposed(void *handle, const char *name, Dl_info *ret_by)
{
    void *own = dlsym(handle, name);
    void *first = dlsym(RTLD_DEFAULT, name);
    if (!own || !first || first == own)
        return false;
    elf_sym *symbol = NULL;
    *ret_by = (Dl_info){0};
    if (dladdr1(first, ret_by, (void **)&symbol, RTLD_DL_SYMENT) != 0 && symbol &&
        symbol->st_shndx == SHN_UNDEF)
        return false;
    return true;
}

static const void *at(const struct link_map *map, elf_addr value)
{
    return (const void *)(value >= map->l_addr ? value : map->l_addr + value);
}

/* Do all slots through which the library calls a function of its own hold its own function? */
static bool are_own(const struct link_map *map, const elf_rela *slots, size_t n,
                    const elf_sym *symbols, const char *names, const char *name)
{
    for (size_t i = 0; slots && i < n; i++) {
        const elf_sym *symbol = &symbols[slots[i].r_info >> (sizeof(elf_xword) == 8 ? 32 : 8)];
        if (symbol == symbols || strcmp(names + symbol->st_name, name) != 0)
            continue;
        elf_addr bound;
        memcpy(&bound, (const void *)(map->l_addr + slots[i].r_offset), sizeof(bound));
        if (bound != map->l_addr + symbol->st_value)
            return false;
    }
    return true;
}

/* What the loader has bound is what counts: with RTLD_DEEPBIND a library finds its own functions
 * first, whoever else defines such. A slot that is not bound yet does not pass. */
static bool is_bound_to_itself(void *handle, const char *name)
{
    struct link_map *map = NULL;
    const elf_sym *symbols = NULL;
    const elf_rela *calls = NULL, *others = NULL;
    const char *names = NULL;
    size_t calls_size = 0, others_size = 0;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return false;
    for (const elf_dyn *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        switch (entry->d_tag) {
        case DT_SYMTAB:
            symbols = at(map, entry->d_un.d_ptr);
            break;
        case DT_STRTAB:
            names = at(map, entry->d_un.d_ptr);
            break;
        case DT_JMPREL:
            calls = at(map, entry->d_un.d_ptr);
            break;
        case DT_PLTRELSZ:
            calls_size = entry->d_un.d_val;
            break;
        case DT_RELA:
            others = at(map, entry->d_un.d_ptr);
            break;
        case DT_RELASZ:
            others_size = entry->d_un.d_val;
            break;
        case DT_REL: /* of another form: not looked at, so not proved */
            return false;
        default:
            break;
        }
    }
    return symbols && names && (calls || others) &&
           are_own(map, calls, calls_size / sizeof(*calls), symbols, names, name) &&
           are_own(map, others, others_size / sizeof(*others), symbols, names, name);
}

bool config_bind_check(void *handle, struct error *err)
{
    for (size_t i = 0; i < sizeof(own_calls) / sizeof(own_calls[0]); i++) {
        Dl_info by;
        if (!is_interposed(handle, own_calls[i], &by) || is_bound_to_itself(handle, own_calls[i]))
            continue;
        error_set(err, SOAR_FAILED_PRECONDITION, "libconfig_interposed",
                  "the configuration cannot be read: %s of libconfig is replaced by a function "
                  "of the same name in %s",
                  own_calls[i], by.dli_fname ? by.dli_fname : "the host");
        error_where(err, "config");
        error_hint(err,
                   "Link the host without exporting %s (no -rdynamic, or a version script), "
                   "or load the plugin in a process of its own.",
                   own_calls[i]);
        return false;
    }
    return true;
}
