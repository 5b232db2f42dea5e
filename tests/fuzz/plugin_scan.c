/* The JSON scanner on any bytes. What it takes json-c takes; what json-c takes and it refuses is one
 * of the kinds that json_c_verdict.h lists; both of its entries agree but for what scan_strict adds;
 * every span lies within the text and is a value by itself; and what json_parse answers is as
 * scan_strict says, with a pointer, and the same when it is printed and read again. */
#include "../unit/json_c_verdict.h"
#include "base/json.h"
#include "fuzz.h"

#define MAX_DEPTH 24u

static void check_span(const char *text, size_t len, struct span part, struct span within)
{
    struct scan_answer inner = {0};
    if (part.len == 0) {
        return;
    }
    fuzz_assert(within.at <= part.at && part.at + part.len <= within.at + within.len);
    fuzz_assert(part.at + part.len <= len);
    fuzz_assert(scan_answer(text + part.at, part.len, MAX_DEPTH, &inner, NULL) == SCAN_OK);
    fuzz_assert(inner.whole.at == 0 && inner.whole.len == part.len);
    scan_answer_done(&inner);
}

static void check_outline(const char *text, size_t len, const struct scan_answer *answer)
{
    struct span all = {0, len};
    check_span(text, len, answer->whole, all);
    fuzz_assert(text[answer->whole.at] == answer->kind ||
                ((answer->kind == '-' || (answer->kind >= '0' && answer->kind <= '9')) &&
                 strchr("-0123456789", text[answer->whole.at]) != NULL));
    check_span(text, len, answer->meta, answer->whole);
    check_span(text, len, answer->errors, answer->whole);
    check_span(text, len, answer->resources, answer->whole);
    size_t before = answer->resources.at;
    for (size_t i = 0; i < answer->n_items; i++) {
        struct span value = answer->items[i].value, id = answer->items[i].id;
        fuzz_assert(value.len > 0 && value.at > before);
        check_span(text, len, value, answer->resources);
        fuzz_assert(id.len == 0 || (id.at > value.at && id.at + id.len < value.at + value.len &&
                                    text[id.at - 1] == '"' && text[id.at + id.len] == '"'));
        fuzz_assert(id.len == 0 ||
                    answer->items[i].id_escaped == (memchr(text + id.at, '\\', id.len) != NULL));
        before = value.at + value.len - 1;
    }
}

static void check_parse(const char *text, size_t len, enum scan_problem strict)
{
    struct error err;
    struct buf printed;
    error_clear(&err);
    struct json_object *value = json_parse(text, len, MAX_DEPTH, &err);
    if (value == NULL) {
        fuzz_assert(err.status == SOAR_INVALID_ARGUMENT && err.message[0] != '\0');
        fuzz_assert(err.where[0] == '\0' || err.where[0] == '/');
        fuzz_assert(strict != SCAN_OK || memmem(text, len, "null", 4) != NULL);
        return;
    }
    fuzz_assert(strict == SCAN_OK);
    buf_init(&printed, 1 << 22);
    json_print(value, &printed);
    struct json_object *again = json_parse(printed.ptr, printed.len, MAX_DEPTH, &err);
    fuzz_assert(again != NULL && json_object_equal(value, again));
    json_object_put(again);
    json_object_put(value);
    buf_done(&printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct scan_error strict = {0}, plain = {0};
    struct scan_answer answer = {0};
    char *text = malloc(size + 1), pointer[64];
    fuzz_assert(text != NULL);
    if (size > 0) {
        memcpy(text, bytes, size);
    }
    text = realloc(text, size > 0 ? size : 1); /* ASan sees each byte past the end */

    bool ours = scan_strict(text, size, MAX_DEPTH, &strict) == SCAN_OK;
    bool theirs = json_c_takes(text, size, MAX_DEPTH);
    fuzz_assert(!ours || theirs);
    fuzz_assert(!theirs || ours || known_to_be_stricter(text, size, &strict));
    fuzz_assert(strict.offset <= size);

    bool sound = scan_answer(text, size, MAX_DEPTH, &answer, &plain) == SCAN_OK;
    bool added = strict.problem == SCAN_BIG_NUMBER || strict.problem == SCAN_NUL ||
                 strict.problem == SCAN_DUPLICATE;
    fuzz_assert(added || (strict.problem == plain.problem && strict.offset == plain.offset));
    fuzz_assert(!added || plain.problem == SCAN_OK || plain.offset > strict.offset);
    if (sound) {
        check_outline(text, size, &answer);
    }
    scan_pointer(text, size, strict.offset, pointer, sizeof pointer);
    fuzz_assert(strlen(pointer) < sizeof pointer);
    check_parse(text, size, strict.problem);
    scan_answer_done(&answer);
    free(text);
    return 0;
}
