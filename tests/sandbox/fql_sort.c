/* `sort=` as ORDER BY. */
#include "fql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One `field|direction`; false: the service falls back to the default order. */
static bool write_key(const struct fql_collection *collection, char *key, FILE *order)
{
    char *bar = strchr(key, '|');
    const char *direction = "asc";
    const struct fql_field *field;
    char *value;
    /* A dot may belong to the field's name, as in `sla.name`: only the last may be the separator.
     */
    if (bar == NULL) {
        bar = strrchr(key, '.');
    }
    if (bar != NULL && (strcasecmp(bar + 1, "asc") == 0 || strcasecmp(bar + 1, "desc") == 0)) {
        direction = bar + 1;
        *bar = '\0';
    }
    field = fql_field_find(collection, key);
    if (field == NULL || !field->sorts) {
        return false;
    }
    value = fql_value_sql(field);
    if (value == NULL) {
        return false;
    }
    fprintf(order, "%s %s, ", value, strcasecmp(direction, "desc") == 0 ? "DESC" : "ASC");
    free(value);
    return true;
}

char *fql_order(const struct fql_collection *collection, const char *sort)
{
    char *text = NULL, *copy, *rest, *key;
    size_t size = 0, keys = 0;
    bool known = true;
    FILE *order;
    if (sort == NULL || *sort == '\0' || strlen(sort) > 1024) {
        return strdup(collection->default_order);
    }
    copy = strdup(sort);
    order = copy == NULL ? NULL : open_memstream(&text, &size);
    if (order == NULL) {
        free(copy);
        return NULL;
    }
    for (rest = copy; known && (key = strsep(&rest, ",")) != NULL;) {
        known = ++keys <= 5 && write_key(collection, key, order);
    }
    fputs(collection->default_order, order); /* ties, so that pages never overlap */
    free(copy);
    if (fclose(order) != 0) {
        free(text);
        return NULL;
    }
    if (known) {
        return text;
    }
    free(text);
    return strdup(collection->default_order);
}
