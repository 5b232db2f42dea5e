/* JSON of any kind against the input and output schemas of every action. The quick verdict and the
 * full one agree and come out alike each time; each violation is one line with a JSON Pointer to a
 * place in the value (or to a member that is missing there); and an input that passes still passes
 * once it is normalized, which changes nothing more the second time. "ACTION\nJSON" */
#include "action_of.h"
#include "normalize.h"
#include "validate.h"

/* Where the pointer leads no further there is a member missing, or a plain string that stands for
 * a list or an object (x-split, x-list, x-wrap); and json-c finds no null in an array. */
static void check_place(struct json_object *value, const char *pointer)
{
    char parent[sizeof((struct violation *)0)->pointer];
    struct json_object *found = NULL;
    fuzz_assert(pointer[0] == '\0' || pointer[0] == '/');
    bool whole = strlen(pointer) + 8 < sizeof parent;
    if (!whole || pointer[0] == '\0' || json_pointer_get(value, pointer, &found) == 0) {
        return;
    }
    snprintf(parent, sizeof parent, "%s", pointer);
    bool missing = true;
    do {
        *strrchr(parent, '/') = '\0';
        found = value;
        if (parent[0] == '\0' || json_pointer_get(value, parent, &found) == 0) {
            break;
        }
        missing = false;
    } while (true);
    fuzz_assert(missing || !json_object_is_type(found, json_type_object));
    fuzz_assert(!json_object_is_type(found, json_type_array) ||
                strtoul(pointer + strlen(parent) + 1, NULL, 10) < json_object_array_length(found));
}

static int check(const struct schema *schema, struct json_object *value)
{
    struct violations found = {0};
    int n = validate(schema, value, &found);
    fuzz_assert(n >= 0 && (size_t)n == found.n + found.more);
    fuzz_assert(found.n <= VIOLATIONS_MAX && (found.more == 0 || found.n == VIOLATIONS_MAX));
    fuzz_assert((validate(schema, value, NULL) != 0) == (n != 0));
    for (size_t i = 0; i < found.n; i++) {
        assert_line(found.items[i].message);
        check_place(value, found.items[i].pointer);
    }
    violations_done(&found);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct action *action = action_of(&bytes, &size);
    struct error err;
    struct violations limits = {0};
    struct json_object *value, *once = NULL;
    if (action == NULL || (value = json_parse((const char *)bytes, size, 64, &err)) == NULL) {
        return 0;
    }
    check(catalog_outputs[action - catalog_actions], value);
    int n = check(action->input, value);
    fuzz_assert(n == check(action->input, value));
    fuzz_assert(validate_limits(action, value, &limits) >= 0);
    violations_done(&limits);
    if (n == 0) {
        fuzz_assert(json_object_is_type(value, json_type_object));
        fuzz_assert(normalize(action->input, value));
        fuzz_assert(check(action->input, value) == 0);
        fuzz_assert(json_object_deep_copy(value, &once, NULL) == 0);
        fuzz_assert(normalize(action->input, value) && json_object_equal(value, once));
    }
    json_object_put(once);
    json_object_put(value);
    return 0;
}
