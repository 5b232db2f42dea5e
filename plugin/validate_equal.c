#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "validate_private.h"

#define TWO_TO_53 9007199254740992.0
#define TWO_TO_63 9223372036854775808.0
#define TWO_TO_64 18446744073709551616.0

bool is_whole(double number)
{
    if (!(number < TWO_TO_53 && number > -TWO_TO_53)) /* so NaN ends here too */
        return number <= DBL_MAX && number >= -DBL_MAX;
    return (double)(int64_t)number == number;
}

unsigned json_kind(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return SCHEMA_NULL;
    case json_type_boolean:
        return SCHEMA_BOOLEAN;
    case json_type_int:
        return SCHEMA_INTEGER | SCHEMA_NUMBER;
    case json_type_double:
        return is_whole(json_object_get_double(value)) ? SCHEMA_INTEGER | SCHEMA_NUMBER
                                                       : SCHEMA_NUMBER;
    case json_type_string:
        return SCHEMA_STRING;
    case json_type_array:
        return SCHEMA_ARRAY;
    case json_type_object:
        return SCHEMA_OBJECT;
    }
    return 0;
}

/* json-c keeps integers as int64 or, above its range, as uint64. */
static bool is_unsigned(struct json_object *integer)
{
    return json_object_get_int64(integer) == INT64_MAX &&
           json_object_get_uint64(integer) > (uint64_t)INT64_MAX;
}

static int order(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_signed(int64_t value, double bound)
{
    if (bound >= TWO_TO_63)
        return -1;
    if (bound < -TWO_TO_63)
        return 1;
    int64_t whole = (int64_t)bound;
    if (value != whole)
        return value < whole ? -1 : 1;
    return order(0, bound - (double)whole);
}

static int compare_unsigned(uint64_t value, double bound)
{
    if (bound >= TWO_TO_64)
        return -1;
    if (bound < 0)
        return 1;
    uint64_t whole = (uint64_t)bound;
    if (value != whole)
        return value < whole ? -1 : 1;
    return order(0, bound - (double)whole);
}

int json_compare_number(struct json_object *value, double bound)
{
    if (json_object_get_type(value) == json_type_double)
        return order(json_object_get_double(value), bound);
    if (is_unsigned(value))
        return compare_unsigned(json_object_get_uint64(value), bound);
    return compare_signed(json_object_get_int64(value), bound);
}

static int compare_numbers(struct json_object *a, struct json_object *b)
{
    if (json_object_get_type(b) == json_type_double)
        return json_compare_number(a, json_object_get_double(b));
    if (json_object_get_type(a) == json_type_double)
        return -json_compare_number(b, json_object_get_double(a));
    if (is_unsigned(a) || is_unsigned(b)) {
        if (is_unsigned(a) && is_unsigned(b)) {
            uint64_t x = json_object_get_uint64(a), y = json_object_get_uint64(b);
            return (x > y) - (x < y);
        }
        return is_unsigned(a) ? 1 : -1;
    }
    int64_t x = json_object_get_int64(a), y = json_object_get_int64(b);
    return (x > y) - (x < y);
}

static int compare_strings(struct json_object *a, struct json_object *b)
{
    size_t a_len = (size_t)json_object_get_string_len(a);
    size_t b_len = (size_t)json_object_get_string_len(b);
    int result =
        memcmp(json_object_get_string(a), json_object_get_string(b), a_len < b_len ? a_len : b_len);
    return result != 0 ? result : (a_len > b_len) - (a_len < b_len);
}

static bool equal_arrays(struct json_object *a, struct json_object *b, unsigned depth)
{
    size_t n = json_object_array_length(a);
    if (n != json_object_array_length(b))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!json_equal(json_object_array_get_idx(a, i), json_object_array_get_idx(b, i), depth))
            return false;
    return true;
}

static bool equal_objects(struct json_object *a, struct json_object *b, unsigned depth)
{
    if (json_object_object_length(a) != json_object_object_length(b))
        return false;
    for (struct lh_entry *e = lh_table_head(json_object_get_object(a)); e; e = lh_entry_next(e)) {
        struct json_object *other;
        if (!json_object_object_get_ex(b, (const char *)lh_entry_k(e), &other) ||
            !json_equal(lh_entry_v(e), other, depth))
            return false;
    }
    return true;
}

bool json_equal(struct json_object *a, struct json_object *b, unsigned depth)
{
    unsigned a_kind = json_kind(a), b_kind = json_kind(b);
    if ((a_kind & SCHEMA_NUMBER) && (b_kind & SCHEMA_NUMBER))
        return compare_numbers(a, b) == 0;
    if (a_kind != b_kind || depth > VALIDATE_MAX_DEPTH)
        return false;
    switch (a_kind) {
    case SCHEMA_NULL:
        return true;
    case SCHEMA_BOOLEAN:
        return json_object_get_boolean(a) == json_object_get_boolean(b);
    case SCHEMA_STRING:
        return compare_strings(a, b) == 0;
    case SCHEMA_ARRAY:
        return equal_arrays(a, b, depth + 1);
    default:
        return equal_objects(a, b, depth + 1);
    }
}

bool json_equal_text(struct json_object *value, const char *text)
{
    size_t len = strlen(text);
    bool is_string = json_object_get_type(value) == json_type_string;
    if ((text[0] == '"') != is_string)
        return false;
    if (is_string && memchr(text, '\\', len) == NULL)
        return (size_t)json_object_get_string_len(value) == len - 2 &&
               memcmp(json_object_get_string(value), text + 1, len - 2) == 0;
    struct json_object *other = json_tokener_parse(text);
    if (other == NULL && strcmp(text, "null") != 0)
        return false;
    bool same = json_equal(value, other, 0);
    json_object_put(other);
    return same;
}

/* An item and where it stood, for sorting; scalars only. */
struct place {
    struct json_object *item;
    size_t index;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    unsigned a_kind = json_kind(a->item), b_kind = json_kind(b->item);
    int result = 0;
    if ((a_kind & SCHEMA_NUMBER) && (b_kind & SCHEMA_NUMBER))
        result = compare_numbers(a->item, b->item);
    else if (a_kind != b_kind)
        return a_kind < b_kind ? -1 : 1;
    else if (a_kind == SCHEMA_STRING)
        result = compare_strings(a->item, b->item);
    else if (a_kind == SCHEMA_BOOLEAN)
        result = json_object_get_boolean(a->item) - json_object_get_boolean(b->item);
    return result != 0 ? result : (a->index > b->index) - (a->index < b->index);
}

static size_t repeated_by_pairs(struct json_object *array, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (json_equal(json_object_array_get_idx(array, i), json_object_array_get_idx(array, j),
                           0))
                return i;
    return n;
}

#define FEW_ITEMS 16 /* comparing all pairs is cheaper than sorting up to here */

size_t json_repeated(struct json_object *array)
{
    size_t n = json_object_array_length(array);
    bool scalars = true;
    for (size_t i = 0; i < n && scalars; i++)
        scalars =
            !(json_kind(json_object_array_get_idx(array, i)) & (SCHEMA_ARRAY | SCHEMA_OBJECT));
    struct place *places = n > FEW_ITEMS && scalars ? calloc(n, sizeof(*places)) : NULL;
    if (places == NULL)
        return repeated_by_pairs(array, n);
    for (size_t i = 0; i < n; i++)
        places[i] = (struct place){json_object_array_get_idx(array, i), i};
    qsort(places, n, sizeof(*places), compare_places);
    size_t first = n;
    for (size_t i = 1; i < n; i++)
        if (places[i].index < first && json_equal(places[i - 1].item, places[i].item, 0))
            first = places[i].index;
    free(places);
    return first;
}
