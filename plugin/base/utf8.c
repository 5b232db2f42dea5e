#include "base/utf8.h"

#include <stdbool.h>

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_length(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    if (len == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4 || len < 2 || !is_continuation(s[1]))
        return 0;
    if (s[0] < 0xE0)
        return 2;
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] > 0x9F;
    bool too_large = s[0] == 0xF4 && s[1] > 0x8F;
    if (overlong || surrogate || too_large || len < 3 || !is_continuation(s[2]))
        return 0;
    if (s[0] < 0xF0)
        return 3;
    return len >= 4 && is_continuation(s[3]) ? 4 : 0;
}

size_t utf8_cut(const char *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    /* Only a character that begins within the last three bytes kept can be split. */
    for (size_t back = 1; back <= 3 && back <= max; back++) {
        size_t n = utf8_length(text + max - back, len - max + back);
        if (n > back)
            return max - back;
        if (n > 0)
            break;
    }
    return max;
}

size_t utf8_put(char *ret, uint32_t codepoint)
{
    if (codepoint < 0x80) {
        ret[0] = (char)codepoint;
        return 1;
    }
    if (codepoint < 0x800) {
        ret[0] = (char)(0xC0 | codepoint >> 6);
        ret[1] = (char)(0x80 | (codepoint & 0x3F));
        return 2;
    }
    if (codepoint < 0x10000) {
        ret[0] = (char)(0xE0 | codepoint >> 12);
        ret[1] = (char)(0x80 | (codepoint >> 6 & 0x3F));
        ret[2] = (char)(0x80 | (codepoint & 0x3F));
        return 3;
    }
    ret[0] = (char)(0xF0 | codepoint >> 18);
    ret[1] = (char)(0x80 | (codepoint >> 12 & 0x3F));
    ret[2] = (char)(0x80 | (codepoint >> 6 & 0x3F));
    ret[3] = (char)(0x80 | (codepoint & 0x3F));
    return 4;
}

void utf8_clean(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            text[i] = ' ';
}
