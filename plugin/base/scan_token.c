#include <stdint.h>
#include <string.h>

#include "base/scan_private.h"
#include "base/utf8.h"

const char *scan_skip_run(const struct scan *s, const char *p)
{
    return run_space(p, s->end);
}

/* ------------------------------------------------------------------ strings */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits of \uXXXX at p; answers how many there are before a byte that is none. */
static int hex_four(const char *p, const char *end, unsigned *ret)
{
    unsigned value = 0;

    for (int i = 0; i < 4; i++) {
        int digit = p + i < end ? hex_digit(p[i]) : -1;
        if (digit < 0)
            return i;
        value = value << 4 | (unsigned)digit;
    }
    *ret = value;
    return 4;
}

static const char *fail_hex(struct scan *s, const char *p)
{
    return scan_fail(s, p, p == s->end ? SCAN_TRUNCATED : SCAN_SYNTAX);
}

/* \uXXXX, or two of them for a character past U+FFFF; p is at the backslash. */
static const char *scan_unicode_escape(struct scan *s, const char *p)
{
    const char *from = p;
    unsigned high = 0, low = 0;
    int n = hex_four(p + 2, s->end, &high);

    if (n < 4)
        return fail_hex(s, p + 2 + n);
    p += 6;
    if (high == 0 && s->strict)
        return scan_fail(s, from, SCAN_NUL);
    if (high < 0xd800 || high > 0xdfff)
        return p;
    if (high > 0xdbff)
        return scan_fail(s, from, SCAN_UTF8);
    for (int i = 0; i < 2; i++) {
        if (p + i == s->end)
            return scan_fail(s, p + i, SCAN_TRUNCATED);
        if (p[i] != "\\u"[i])
            return scan_fail(s, from, SCAN_UTF8);
    }
    n = hex_four(p + 2, s->end, &low);
    if (n < 4)
        return fail_hex(s, p + 2 + n);
    if (low < 0xdc00 || low > 0xdfff)
        return scan_fail(s, from, SCAN_UTF8);
    return p + 6;
}

static const char *scan_escape(struct scan *s, const char *p)
{
    if (p + 1 == s->end)
        return scan_fail(s, s->end, SCAN_TRUNCATED);
    switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 2;
    case 'u':
        return scan_unicode_escape(s, p);
    default:
        return scan_fail(s, p + 1, SCAN_SYNTAX);
    }
}

static inline bool is_tail(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Whether the bytes up to the end are the beginning of a valid character, cut off. */
static bool is_cut_character(const char *p, const char *end)
{
    char whole[4] = {0, 0, 0, 0};
    size_t n = (size_t)(end - p);
    unsigned char lead = (unsigned char)*p;

    if (n > 3 || lead < 0xc2 || lead > 0xf4)
        return false;
    if (n == 1)
        return true;
    memcpy(whole, p, n);
    for (size_t i = n; i < 4; i++)
        whole[i] = (char)0x80;
    return utf8_length(whole, 4) > n;
}

/* A run of characters past ASCII. The two and three byte forms without traps come first. */
static const char *scan_wide(struct scan *s, const char *p)
{
    while (p != s->end && (signed char)*p < 0) {
        unsigned char lead = (unsigned char)*p;
        size_t left = (size_t)(s->end - p), n = 0;

        if (lead >= 0xe1 && lead <= 0xec && left >= 3 && is_tail(p[1]) && is_tail(p[2]))
            n = 3;
        else if (lead >= 0xc2 && lead <= 0xdf && left >= 2 && is_tail(p[1]))
            n = 2;
        else
            n = utf8_length(p, left);
        if (n == 0)
            return is_cut_character(p, s->end) ? scan_fail(s, s->end, SCAN_TRUNCATED)
                                               : scan_fail(s, p, SCAN_UTF8);
        p += n;
    }
    return p;
}

const char *scan_string_rest(struct scan *s, const char *p)
{
    while (p != NULL) {
        p = run_plain(p, s->end);
        if (p == s->end)
            return scan_fail(s, p, SCAN_TRUNCATED);
        if (*p == '"')
            return p + 1;
        if (*p == '\\')
            p = scan_escape(s, p);
        else if ((signed char)*p < 0)
            p = scan_wide(s, p);
        else
            return scan_fail(s, p, SCAN_SYNTAX);
    }
    return NULL;
}

const char *scan_skip_string(const char *p, const char *end)
{
    for (;;) {
        p = run_plain(p, end);
        if (p == end)
            return end;
        if (*p == '"')
            return p + 1;
        if (*p == '\\' && end - p > 1)
            p++;
        p++;
    }
}

static size_t unescape_unicode(const char **p, const char *end, char *ret)
{
    unsigned high = 0xfffd, low = 0;
    int n = hex_four(*p, end, &high);

    *p += n;
    if (n < 4 || (high >= 0xdc00 && high <= 0xdfff))
        return utf8_put(ret, 0xfffd);
    if (high < 0xd800 || high > 0xdbff)
        return utf8_put(ret, high);
    if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u' || hex_four(*p + 2, end, &low) < 4 ||
        low < 0xdc00 || low > 0xdfff)
        return utf8_put(ret, 0xfffd);
    *p += 6;
    return utf8_put(ret, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
}

size_t scan_unescape(const char **p, const char *end, char *ret)
{
    static const char pairs[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    char c = *(*p)++;

    if (c != '\\') {
        ret[0] = c;
        return 1;
    }
    if (*p == end)
        return utf8_put(ret, 0xfffd);
    c = *(*p)++;
    if (c == 'u')
        return unescape_unicode(p, end, ret);
    for (size_t i = 0; i + 1 < sizeof(pairs); i += 2) {
        if (pairs[i] == c) {
            ret[0] = pairs[i + 1];
            return 1;
        }
    }
    return utf8_put(ret, 0xfffd);
}

/* Reads a name byte by byte, unescaped. */
struct reader {
    const char *p, *end;
    char bytes[4];
    size_t n, at;
};

static int next_byte(struct reader *r)
{
    if (r->at == r->n) {
        if (r->p == r->end)
            return -1;
        r->n = scan_unescape(&r->p, r->end, r->bytes);
        r->at = 0;
    }
    return (unsigned char)r->bytes[r->at++];
}

int scan_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    struct reader left = {a, a + a_len, {0}, 0, 0}, right = {b, b + b_len, {0}, 0, 0};

    for (;;) {
        int x = next_byte(&left), y = next_byte(&right);
        if (x != y)
            return x < y ? -1 : 1;
        if (x < 0)
            return 0;
    }
}

/* ------------------------------------------------------------------ numbers */

static const char *skip_digits(struct scan *s, const char *p)
{
    if (p == s->end)
        return scan_fail(s, p, SCAN_TRUNCATED);
    if (!run_is_digit(*p))
        return scan_fail(s, p, SCAN_SYNTAX);
    while (p != s->end && run_is_digit(*p))
        p++;
    return p;
}

const char *scan_fraction(struct scan *s, const char *p)
{
    if (*p == '.')
        p = skip_digits(s, p + 1);
    if (p == NULL || p == s->end || (*p != 'e' && *p != 'E'))
        return p;
    p++;
    if (p != s->end && (*p == '+' || *p == '-'))
        p++;
    return skip_digits(s, p);
}

/* What strict numbers are bound by; scan.h names the values. */
static bool integer_fits(const char *p, size_t n)
{
    const char *most = "18446744073709551615";

    if (*p == '-') {
        most = "9223372036854775808";
        p++;
        n--;
    }
    size_t digits = strlen(most);
    return n < digits || (n == digits && memcmp(p, most, n) <= 0);
}

static int64_t read_exponent(const char *p, const char *end)
{
    int64_t value = 0;
    bool negative = *p == '-';

    if (*p == '-' || *p == '+')
        p++;
    for (; p != end; p++)
        if (value < INT64_MAX / 100)
            value = value * 10 + (*p - '0');
    return negative ? -value : value;
}

bool scan_number_fits(const char *p, const char *end)
{
    static const char most[] = "17976931348623157"; /* the greatest double begins so, at 10^308 */
    const char *e = p, *first, *point;

    while (e != end && *e != 'e' && *e != 'E')
        e++;
    point = memchr(p, '.', (size_t)(e - p));
    if (e == end && point == NULL)
        return integer_fits(p, (size_t)(end - p));
    if (point == NULL)
        point = e;
    first = p;
    while (first != e && (*first < '1' || *first > '9'))
        first++;
    if (first == e)
        return true;
    int64_t power = first < point ? point - first - 1 : -(int64_t)(first - point);
    if (e != end)
        power += read_exponent(e + 1, end);
    if (power != 308)
        return power < 308;
    for (size_t i = 0; i + 1 < sizeof(most); i++) {
        if (first == point)
            first++;
        char digit = first < e ? *first++ : '0';
        if (digit != most[i])
            return digit < most[i];
    }
    return true;
}
