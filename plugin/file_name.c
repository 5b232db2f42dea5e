#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "files_parts.h"

#define EXTENSION_MAX 32 /* a dot and more behind it than this is no extension */

static uint32_t codepoint(const char *text, size_t n)
{
    static const unsigned char first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)text[0] & first_bits[n];
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)text[i] & 0x3Fu);
    return c;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/* Characters that are not seen, or turn the order in which a name is read ("exe.pdf"). */
static bool is_deceptive(uint32_t c)
{
    return c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

bool file_name_check(const char *name, struct error *err)
{
    size_t len = strlen(name);
    const char *problem = NULL;
    if (len == 0)
        problem = "is empty";
    else if (len > FILE_NAME_BYTES)
        problem = "is longer than 255 bytes";
    for (size_t at = 0; !problem && at < len;) {
        size_t n = utf8_length(name + at, len - at);
        if (n == 0)
            problem = "is not UTF-8";
        else if (is_control(codepoint(name + at, n)))
            problem = "holds a control character";
        at += n;
    }
    if (!problem)
        return true;
    error_set(err, SOAR_INVALID_ARGUMENT, "file_name", "the name of the file %s", problem);
    error_where(err, "%s", name);
    error_hint(err, "Give it another name.");
    return false;
}

/* Where the extension begins, its dot included; len where there is none. */
static size_t extension_at(const char *name, size_t len)
{
    size_t at = len;
    while (at > 0 && name[at - 1] != '.')
        at--;
    if (at <= 1 || len - at + 1 > EXTENSION_MAX || at == len)
        return len;
    at--;
    if (at > 4 && memcmp(name + at - 4, ".tar", 4) == 0)
        at -= 4;
    return at;
}

/* name with suffix before its extension; the stem is cut so that all has room. */
static void compose(const char *name, size_t len, const char *suffix, char *ret)
{
    size_t dot = extension_at(name, len);
    size_t n_suffix = strlen(suffix), n_extension = len - dot;
    size_t n_stem = utf8_cut(name, dot, FILE_NAME_BYTES - n_suffix - n_extension);
    memcpy(ret, name, n_stem);
    memcpy(ret + n_stem, suffix, n_suffix);
    memcpy(ret + n_stem + n_suffix, name + dot, n_extension);
    ret[n_stem + n_suffix + n_extension] = '\0';
}

void file_name_number(const char *name, unsigned number, char *ret)
{
    char suffix[16] = "";
    if (number > 0)
        (void)snprintf(suffix, sizeof(suffix), " (%u)", number);
    compose(name, strlen(name), suffix, ret);
}

/* Appends the characters of a part of a name that may stand in one, "_" for each other. */
static size_t add_clean(const char *text, size_t len, char *ret, size_t used)
{
    for (size_t at = 0; at < len;) {
        size_t n = utf8_length(text + at, len - at);
        uint32_t c = n ? codepoint(text + at, n) : 0;
        if (n == 0 || is_control(c) || is_deceptive(c) ||
            (c < 0x80 && strchr("<>:\"|?*", (int)c))) {
            ret[used++] = '_';
            at += n ? n : 1;
        } else {
            memcpy(ret + used, text + at, n);
            used += n;
            at += n;
        }
    }
    return used;
}

/* Device names of Windows, with or without an extension. */
static bool is_reserved(const char *name)
{
    static const char *const reserved[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    char stem[6] = "";
    size_t n = strcspn(name, ".");
    if (n != 3 && n != 4)
        return false;
    for (size_t i = 0; i < n; i++)
        stem[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        bool numbered = i >= 4;
        if (memcmp(stem, reserved[i], 3) == 0 && n == (numbered ? 4 : 3))
            return !numbered || (stem[3] >= '1' && stem[3] <= '9');
    }
    return false;
}

void file_name_reduce(const char *server_name, char *ret)
{
    /* Of a name that is far too long only both ends are looked at. */
    enum { HEAD = 768, TAIL = 64 };
    char clean[1 + HEAD + TAIL + 1];
    const char *part = server_name ? server_name : "";
    for (const char *p = part; *p; p++)
        if (*p == '/' || *p == '\\')
            part = p + 1;
    while (*part == '.' || *part == ' ')
        part++;

    size_t len = strlen(part), used = 1;
    clean[0] = '_';
    if (len <= HEAD + TAIL) {
        used = add_clean(part, len, clean, used);
    } else {
        used = add_clean(part, utf8_cut(part, len, HEAD), clean, used);
        used = add_clean(part + len - TAIL, TAIL, clean, used);
    }
    while (used > 1 && (clean[used - 1] == '.' || clean[used - 1] == ' '))
        used--;
    clean[used] = '\0';
    if (used == 1)
        compose("download", strlen("download"), "", ret);
    else if (is_reserved(clean + 1) || clean[1] == '-' || clean[1] == '~')
        compose(clean, used, "", ret);
    else
        compose(clean + 1, used - 1, "", ret);
}
