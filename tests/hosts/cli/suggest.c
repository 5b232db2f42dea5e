#include "suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 63

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

size_t suggest_distance(const char *a, const char *b)
{
    size_t n_a = strlen(a), n_b = strlen(b);
    if (n_a > LONGEST || n_b > LONGEST)
        return SIZE_MAX;
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= n_b; j++)
        last[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        now[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            bool same = same_letter(a[i - 1], b[j - 1]);
            now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1]) && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
        size_t *reused = before;
        before = last;
        last = now;
        now = reused;
    }
    return last[n_b];
}

/* "case_tag" is in "delete_case_tags" by its words, in whichever order they stand. */
static bool has_all_words(const char *typed, const char *name)
{
    char copy[LONGEST + 1];
    if (strlen(typed) > LONGEST || strlen(typed) < 3)
        return false;
    snprintf(copy, sizeof(copy), "%s", typed);
    char *rest = NULL;
    bool any = false;
    for (char *word = strtok_r(copy, "_- ", &rest); word; word = strtok_r(NULL, "_- ", &rest)) {
        if (!strcasestr(name, word))
            return false;
        any = true;
    }
    return any;
}

/* How far a name is, SIZE_MAX = not worth a mention. A name that has all the words counts as near,
 * a nearer one in letters still comes first. */
static size_t farness(const char *typed, const char *name)
{
    size_t distance = suggest_distance(typed, name);
    size_t limit = strlen(typed) / 3 + 1;
    if (distance <= limit)
        return distance;
    if (has_all_words(typed, name))
        return limit + 1 + (strlen(name) > strlen(typed) ? strlen(name) - strlen(typed) : 0);
    return SIZE_MAX;
}

size_t suggest_names(const char *typed, const char *const *names, size_t n,
                     const char *ret_names[SUGGEST_MAX])
{
    size_t far[SUGGEST_MAX];
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t distance = farness(typed, names[i]);
        if (distance == SIZE_MAX)
            continue;
        size_t at = found;
        while (at > 0 && far[at - 1] > distance)
            at--;
        if (at == SUGGEST_MAX)
            continue;
        size_t end = found < SUGGEST_MAX ? found : SUGGEST_MAX - 1;
        for (size_t k = end; k > at; k--) {
            far[k] = far[k - 1];
            ret_names[k] = ret_names[k - 1];
        }
        far[at] = distance;
        ret_names[at] = names[i];
        if (found < SUGGEST_MAX)
            found++;
    }
    return found;
}

void suggest_hint(const char *typed, const char *const *names, size_t n, char *ret_hint,
                  size_t size)
{
    const char *near[SUGGEST_MAX];
    size_t found = suggest_names(typed, names, n, near);
    if (size > 0)
        ret_hint[0] = '\0';
    for (size_t i = 0; i < found; i++) {
        size_t used = strlen(ret_hint);
        snprintf(ret_hint + used, size - used, "%s%s", i == 0 ? "nearest: " : ", ", near[i]);
    }
}
