#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

#define LONGEST 64

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '-' || c == ' ' || c == '.' ? '_' : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edits between a and b, a swap of neighbours being one. */
static unsigned edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned rows[3][LONGEST + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_len; j++)
        last[j] = (unsigned)j;
    memset(before, 0, sizeof(rows[0]));
    for (size_t i = 1; i <= a_len; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(least(last[j] + 1, row[j - 1] + 1), change);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        unsigned *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_len];
}

unsigned nearest_score(const char *name, size_t len, const char *known)
{
    size_t known_len = strlen(known);
    char a[LONGEST + 1], b[LONGEST + 1];
    if (len == 0 || len > LONGEST || known_len == 0 || known_len > LONGEST)
        return NEAREST_FAR;
    for (size_t i = 0; i < len; i++)
        a[i] = fold(name[i]);
    for (size_t i = 0; i < known_len; i++)
        b[i] = fold(known[i]);
    a[len] = b[known_len] = '\0';

    unsigned score = NEAREST_FAR;
    unsigned distance = edits(a, len, b, known_len);
    if (distance <= 1 + len / 4 && distance < len)
        score = distance * 2;
    size_t shorter = len < known_len ? len : known_len;
    unsigned rest = (unsigned)(len + known_len - 2 * shorter);
    if (shorter >= 3 && memcmp(a, b, shorter) == 0)
        score = least(score, 3 + rest / 4);
    else if (shorter >= 4 && (strstr(a, b) != NULL || strstr(b, a) != NULL))
        score = least(score, 6 + rest / 4);
    return score;
}
