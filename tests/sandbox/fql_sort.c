/* `sort=` as ORDER BY: each key is one term of the document, found by a join. */
#include "fql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_KEYS = 5, MAX_LENGTH = 1024 };

/* Cuts one `field|direction`; NULL: the service falls back to the default order. */
static const struct fql_field *cut_key(const struct fql_collection *collection, char *key,
                                       bool *ret_descending)
{
    char *bar = strchr(key, '|');
    const struct fql_field *field;
    /* A dot may belong to the field's name, as in `sla.name`: only the last may be the separator.
     */
    if (bar == NULL) {
        bar = strrchr(key, '.');
    }
    *ret_descending = false;
    if (bar != NULL && (strcasecmp(bar + 1, "asc") == 0 || strcasecmp(bar + 1, "desc") == 0)) {
        *ret_descending = strcasecmp(bar + 1, "desc") == 0;
        *bar = '\0';
    }
    field = fql_field_find(collection, key);
    return field != NULL && field->sorts ? field : NULL;
}

/* Ties are broken as the last key runs, which is how the index is ordered. False when a key is none.
 */
static bool write_keys(const struct fql_collection *collection, char *sort, int64_t tenant,
                       FILE *from, FILE *by)
{
    bool descending = true;
    char *rest = sort, *key;
    for (int n = 0; (key = strsep(&rest, ",")) != NULL; n++) {
        const struct fql_field *field = cut_key(collection, key, &descending);
        if (field == NULL || n == MAX_KEYS) {
            return false;
        }
        fprintf(from, " JOIN terms AS k%d ON k%d.field=%lld AND k%d.seq=d.seq", n, n,
                (long long)(tenant * FQL_TENANT_FIELDS + fql_sort_number(collection, field)), n);
        fprintf(by, "k%d.value %s, ", n, descending ? "DESC" : "ASC");
    }
    fputs(descending ? "k0.seq DESC" : "k0.seq ASC", by);
    return true;
}

bool fql_order(const struct fql_collection *collection, const char *sort, int64_t tenant,
               struct fql_order *ret_order)
{
    struct fql_order order = {0};
    size_t from_size = 0, by_size = 0;
    bool sorted = sort != NULL && *sort != '\0' && strlen(sort) <= MAX_LENGTH;
    char *copy = strdup(sorted ? sort : "");
    FILE *from = open_memstream(&order.from, &from_size);
    FILE *by = open_memstream(&order.by, &by_size);
    if (copy != NULL && from != NULL && by != NULL) {
        if (!sorted || !write_keys(collection, copy, tenant, from, by)) {
            rewind(from);
            rewind(by);
            fputs("d.seq DESC", by);
        }
        fputc('\0', from);
        fputc('\0', by);
    }
    bool good = copy != NULL;
    good = from != NULL && fclose(from) == 0 && good;
    good = by != NULL && fclose(by) == 0 && good;
    free(copy);
    *ret_order = order;
    if (!good) {
        fql_order_done(ret_order);
    }
    return good;
}

void fql_order_done(struct fql_order *order)
{
    free(order->from);
    free(order->by);
    memset(order, 0, sizeof *order);
}
