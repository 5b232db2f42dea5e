/* An action of the catalogue and the rest of the bytes: "NAME\nREST". A name that no action has
 * stands for one all the same, so that few inputs are idle. */
#ifndef FUZZ_ACTION_OF_H
#define FUZZ_ACTION_OF_H

#include "catalog.h"
#include "fuzz.h"
#include <string.h>

/* NULL where there is no line end. */
static inline const struct action *action_of(const uint8_t **bytes, size_t *size)
{
    const uint8_t *end = *size > 0 ? memchr(*bytes, '\n', *size) : NULL;
    if (end == NULL) {
        return NULL;
    }
    size_t len = (size_t)(end - *bytes), sum = 0;
    const struct action *action = catalog_find((const char *)*bytes, len);
    for (size_t i = 0; i < len; i++) {
        sum = sum * 31 + (*bytes)[i];
    }
    *bytes = end + 1;
    *size -= len + 1;
    return action != NULL ? action : &catalog_actions[sum % catalog_n_actions];
}

/* One line, and something in it. */
static inline void assert_line(const char *text)
{
    fuzz_assert(text[0] != '\0');
    for (; *text != '\0'; text++) {
        fuzz_assert((unsigned char)*text >= 0x20 && *text != 0x7f);
    }
}

#endif
