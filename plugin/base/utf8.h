/*
 * utf8.h - characters of UTF-8 text. Valid is what RFC 3629 says: no overlong forms, no
 * surrogates, at most U+10FFFF. Pure; any thread.
 */
#ifndef FCM_BASE_UTF8_H
#define FCM_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* utf8_length - bytes (1..4) of the character that text begins with; 0 where it is not a valid one
 * or len is too short for it. */
size_t utf8_length(const char *text, size_t len);

/* utf8_cut - how many bytes to keep so that at most max remain and no character is split; len
 * where it is not longer. */
size_t utf8_cut(const char *text, size_t len, size_t max);

/* utf8_put - writes a code point (at most U+10FFFF, no surrogate) to ret, which has room for 4
 * bytes; answers how many were written. */
size_t utf8_put(char *ret, uint32_t codepoint);

/* utf8_clean - turns control characters (C0 and DEL) into spaces, in place. */
void utf8_clean(char *text, size_t len);

#endif
