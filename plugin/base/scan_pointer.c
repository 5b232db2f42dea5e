#include "base/scan_private.h"
#include "base/utf8.h"

/* Where a walk stands: for each open container which member or element it is in. */
struct place {
    bool object;
    bool named;  /* object: there is a name */
    size_t at;   /* object: where the name begins; array: index of the element */
    size_t stop; /* object: behind the name */
};

struct pointer {
    char *ret;
    size_t size, len;
};

/* Adds all of it or nothing; false = no room, and nothing may follow. */
static bool add(struct pointer *out, const char *bytes, size_t n)
{
    if (out->size - out->len <= n)
        return false;
    for (size_t i = 0; i < n; i++)
        out->ret[out->len++] = bytes[i];
    return true;
}

static bool add_name(struct pointer *out, const char *p, const char *end)
{
    while (p < end) {
        char bytes[4];
        size_t n;

        if ((signed char)*p < 0) {
            size_t length = utf8_length(p, (size_t)(end - p));
            bool whole = length != 0 ? add(out, p, length) : add(out, "\xef\xbf\xbd", 3);
            if (!whole)
                return false;
            p += length != 0 ? length : 1;
            continue;
        }
        n = scan_unescape(&p, end, bytes);
        if (bytes[0] == '~'   ? !add(out, "~0", 2)
            : bytes[0] == '/' ? !add(out, "~1", 2)
                              : !add(out, bytes, n))
            return false;
    }
    return true;
}

static bool add_index(struct pointer *out, size_t index)
{
    char digits[24];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + index % 10);
        index /= 10;
    } while (index != 0);
    return add(out, digits + at, sizeof(digits) - at);
}

static void write_places(const char *text, const struct place *places, unsigned depth,
                         struct pointer *out)
{
    for (unsigned i = 0; i < depth; i++) {
        if (places[i].object && !places[i].named)
            return;
        if (!add(out, "/", 1))
            return;
        if (places[i].object ? !add_name(out, text + places[i].at, text + places[i].stop)
                             : !add_index(out, places[i].at))
            return;
    }
}

/* A string at p, behind its quote. As a name it is noted; answers the position behind it. */
static const char *pass_string(const char *text, const char *p, const char *end,
                               struct place *place)
{
    const char *stop = scan_skip_string(p, end);

    if (place != NULL && place->object && !place->named && stop[-1] == '"' && stop - p > 0) {
        place->named = true;
        place->at = (size_t)(p - text);
        place->stop = (size_t)(stop - 1 - text);
    }
    return stop;
}

void scan_pointer(const char *text, size_t len, size_t offset, char *ret, size_t size)
{
    struct place places[SCAN_MAX_DEPTH];
    struct pointer out = {ret, size, 0};
    const char *p = text, *end = text + len;
    unsigned depth = 0;

    if (size == 0)
        return;
    while (p < end && (size_t)(p - text) < offset + (*p == '"')) {
        struct place *place = depth != 0 ? &places[depth - 1] : NULL;
        char c = *p++;
        if (c == '"') {
            p = pass_string(text, p, end, place);
        } else if (c == '{' || c == '[') {
            if (depth == SCAN_MAX_DEPTH)
                break;
            places[depth++] = (struct place){.object = c == '{'};
        } else if ((c == '}' || c == ']') && depth != 0) {
            depth--;
        } else if (c == ',' && place != NULL) {
            place->named = false;
            if (!place->object)
                place->at++;
        }
    }
    write_places(text, places, depth, &out);
    ret[out.len] = '\0';
}
