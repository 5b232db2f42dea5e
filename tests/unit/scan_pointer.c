/* The JSON Pointer of a place in a text, whole or damaged. */
#include "scan_texts.h"

static void assert_pointer(const char *text, const char *mark, const char *want)
{
    const char *found = strstr(text, mark);
    size_t offset = found != NULL ? (size_t)(found - text) : strlen(text);
    size_t len = strlen(text);
    char pointer[256];

    scan_pointer(at_edge(text, len), len, offset, pointer, sizeof(pointer));
    if (strcmp(pointer, want) != 0)
        fail_msg("%s at %zu: '%s' is not '%s'", text, offset, pointer, want);
}

static void a_place_has_the_pointer_of_the_value_it_lies_in(void **state)
{
    static const struct {
        const char *text, *mark, *want;
    } rows[] = {
        {"@", "@", ""},
        {"{\"a\":@}", "@", "/a"},
        {"{\"a\":[1,@]}", "@", "/a/1"},
        {"{\"a\":[1,[2],{\"b\":{},\"c\":@}]}", "@", "/a/2/c"},
        {"[[],[[],@]]", "@", "/1/1"},
        {"{\"a\":{\"x\":1},\"b\":@}", "@", "/b"},
        {"{\"a\":\"long @ text\"}", "@", "/a"},
        {"{\"a\":[\"]\",\"}\",@]}", "@", "/a/2"},
        {"{\"a\\\"b\":@}", "@", "/a\"b"},
        {"{\"a\" @}", "@", "/a"},
        {"{\"a\":01@}", "1@", "/a"},
        {"{\"a\":1 @}", "@", "/a"},
        {"{\"a\":1,@}", "@", ""},
        {"{@}", "@", ""},
        {"[@]", "@", "/0"},
        {"{\"a\":{\"b\":1},@}", "@", ""},
        {"{\"a\":1}@", "@", ""},
        {"{\"a\":{\"b\":[1,2", "no such mark", "/a/b/1"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_pointer(rows[i].text, rows[i].mark, rows[i].want);
}

static void a_place_in_a_name_has_the_pointer_of_its_member(void **state)
{
    (void)state;
    assert_pointer("{\"a\":1,\"twice\":2}", "\"twice", "/twice");
    assert_pointer("{\"a\":1,\"twice\":2}", "wice", "/twice");
    assert_pointer("{\"a\":1,\"b\xff\":2}", "\xff", "/b\xef\xbf\xbd");
    assert_pointer("{\"a\":1,\"cut", "cut", "");
}

static void names_are_unescaped_and_then_escaped_as_a_pointer_wants(void **state)
{
    (void)state;
    assert_pointer("{\"a/b~c\":@}", "@", "/a~1b~0c");
    assert_pointer("{\"a\\/b\\u007e\":@}", "@", "/a~1b~0");
    assert_pointer("{\"\\u00e9\\ud83d\\ude00\":@}", "@", "/\xc3\xa9\xf0\x9f\x98\x80");
    assert_pointer("{\"\":@}", "@", "/");
}

static void a_pointer_without_room_is_cut_between_characters(void **state)
{
    static const char text[] = "{\"ab\\u00e9~\":[1,2]}";
    static const char *const want[] = {"",
                                       "/",
                                       "/a",
                                       "/ab",
                                       "/ab",
                                       "/ab\xc3\xa9",
                                       "/ab\xc3\xa9",
                                       "/ab\xc3\xa9~0",
                                       "/ab\xc3\xa9~0/",
                                       "/ab\xc3\xa9~0/1"};
    char pointer[32];
    (void)state;

    for (size_t size = 1; size <= sizeof(want) / sizeof(want[0]); size++) {
        memset(pointer, 'x', sizeof(pointer));
        scan_pointer(text, sizeof(text) - 1, sizeof(text) - 4, pointer, size);
        assert_string_equal(pointer, want[size - 1]);
        assert_int_equal(pointer[size], 'x');
    }
    pointer[0] = 'x';
    scan_pointer(text, sizeof(text) - 1, 3, pointer, 0);
    assert_int_equal(pointer[0], 'x');
}

static void any_bytes_have_some_pointer(void **state)
{
    static char text[5000];
    char pointer[64];
    uint32_t seed = 12345;
    (void)state;

    for (int round = 0; round < 2000; round++) {
        size_t len = (size_t)round % 300;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525u + 1013904223u;
            text[i] = "{}[]\":,\\u\xff"
                      "a1 "[(seed >> 24) % 13];
        }
        scan_pointer(at_edge(text, len), len, len, pointer, sizeof(pointer));
        assert_true(pointer[0] == '\0' || pointer[0] == '/');
        assert_non_null(memchr(pointer, '\0', sizeof(pointer)));
    }
    memset(text, '[', sizeof(text));
    scan_pointer(at_edge(text, sizeof(text)), sizeof(text), sizeof(text), pointer, sizeof(pointer));
    assert_memory_equal(pointer, "/0/0/0", 6);
    memset(text, '}', sizeof(text));
    scan_pointer(at_edge(text, sizeof(text)), sizeof(text), sizeof(text), pointer, sizeof(pointer));
    assert_string_equal(pointer, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_has_the_pointer_of_the_value_it_lies_in),
        cmocka_unit_test(a_place_in_a_name_has_the_pointer_of_its_member),
        cmocka_unit_test(names_are_unescaped_and_then_escaped_as_a_pointer_wants),
        cmocka_unit_test(a_pointer_without_room_is_cut_between_characters),
        cmocka_unit_test(any_bytes_have_some_pointer),
    };
    return cmocka_run_group_tests_name("scan_pointer", tests, edge_setup, NULL);
}
