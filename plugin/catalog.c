#include "catalog.h"

#include <string.h>

#include "base/nearest.h"

static int compare(const char *name, size_t len, const char *known)
{
    int order = strncmp(name, known, len);
    return order != 0 ? order : (known[len] == '\0' ? 0 : -1);
}

const struct action *catalog_find(const char *name, size_t len)
{
    /* A NUL inside the name would let strncmp stop early. */
    if (len == 0 || memchr(name, '\0', len) != NULL)
        return NULL;
    size_t low = 0, high = catalog_n_actions;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, len, catalog_actions[middle].name);
        if (order == 0)
            return &catalog_actions[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

#define MOST_NAMES 8

size_t catalog_nearest(const char *name, size_t len, const char **ret_names, size_t n)
{
    unsigned scores[MOST_NAMES] = {0};
    size_t found = 0;
    if (n > MOST_NAMES)
        n = MOST_NAMES;
    for (size_t i = 0; i < catalog_n_actions && n > 0; i++) {
        unsigned score = nearest_score(name, len, catalog_actions[i].name);
        if (score == NEAREST_FAR || (found == n && score >= scores[n - 1]))
            continue;
        size_t at = found < n ? found++ : n - 1;
        for (; at > 0 && scores[at - 1] > score; at--) {
            scores[at] = scores[at - 1];
            ret_names[at] = ret_names[at - 1];
        }
        scores[at] = score;
        ret_names[at] = catalog_actions[i].name;
    }
    return found;
}
