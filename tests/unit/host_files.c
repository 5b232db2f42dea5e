/*
 * The built-in steps of a flow that touch files: they stay in the flow's directory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "flow_files.h"
#include "json_text.h"
#include "memory.h"

/* The directory of a test, with a file beside it that no flow may touch. */
struct place {
    char *outer, *workdir, *outside;
};

static void put_file(const char *directory, const char *name, const char *text)
{
    char *path = host_format("%s/%s", directory, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    free(path);
}

static int make_place(void **state)
{
    struct place *place = host_alloc(sizeof(*place));
    struct host_error err;
    bool temporary = false;
    if (!flow_workdir_open(NULL, &place->outer, &temporary, &err) || !temporary)
        return -1;
    char *wanted = host_format("%s/work", place->outer);
    bool ok = flow_workdir_open(wanted, &place->workdir, &temporary, &err) && !temporary;
    free(wanted);
    place->outside = host_format("%s/outside", place->outer);
    put_file(place->outer, "outside", "secret");
    *state = place;
    return ok ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    static const char *const names[] = {"work/a",    "work/b",       "work/link",
                                        "work/fifo", "work/dirlink", "outside"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = host_format("%s/%s", place->outer, names[i]);
        (void)unlink(path);
        free(path);
    }
    int left = rmdir(place->workdir) + rmdir(place->outer);
    free(place->outer);
    free(place->workdir);
    free(place->outside);
    free(place);
    return left;
}

static soar_status carry_out(const struct place *place, enum flow_kind kind, const char *operands,
                             char ret_document[1024])
{
    struct json_object *value = NULL;
    struct host_error err;
    struct flow_result result = {0};
    assert_true(json_text_parse(operands, strlen(operands), "operands", &value, &err));
    flow_files(place->workdir, kind, value, &result);
    snprintf(ret_document, 1024, "%s",
             json_object_to_json_string_ext(result.document, JSON_C_TO_STRING_PLAIN));
    json_object_put(result.document);
    json_object_put(value);
    return result.status;
}

static void text_or_lines_are_written_into_the_directory(void **state)
{
    static const struct {
        const char *operands, *written;
    } cases[] = {
        {"{\"path\":\"a\",\"text\":\"x\\ny\"}", "x\ny"},
        {"{\"path\":\"a\",\"text\":[\"one\",2,null]}", "one\n2\nnull\n"},
        {"{\"path\":\"./a\",\"text\":\"\"}", ""},
    };
    const struct place *place = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char document[1024], text[64] = "", *path = host_format("%s/a", place->workdir);
        assert_int_equal(carry_out(place, FLOW_WRITE_FILE, cases[i].operands, document), SOAR_OK);
        FILE *in = fopen(path, "r");
        assert_non_null(in);
        text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
        fclose(in);
        free(path);
        assert_string_equal(text, cases[i].written);
    }
}

static void nothing_outside_of_the_directory_is_written(void **state)
{
    static const char *const paths[] = {"../outside", "%s",          "..",          ".",   "/",
                                        "link",       "no/such/dir", "dirlink/new", "fifo"};
    const struct place *place = *state;
    char *link = host_format("%s/link", place->workdir);
    char *dirlink = host_format("%s/dirlink", place->workdir);
    char *fifo = host_format("%s/fifo", place->workdir);
    assert_int_equal(symlink(place->outside, link), 0);
    assert_int_equal(symlink(place->outer, dirlink), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        char document[1024];
        const char *path = strcmp(paths[i], "%s") == 0 ? place->outside : paths[i];
        char *operands = host_format("{\"path\":\"%s\",\"text\":\"changed\"}", path);
        if (carry_out(place, FLOW_WRITE_FILE, operands, document) == SOAR_OK)
            fail_msg("%s was written: %s", path, document);
        free(operands);
    }
    char text[16] = "";
    FILE *in = fopen(place->outside, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
    fclose(in);
    assert_string_equal(text, "secret");
    free(link);
    free(dirlink);
    free(fifo);
}

static void files_are_compared_byte_by_byte(void **state)
{
    static const struct {
        const char *a, *b;
        soar_status status;
        const char *says;
    } cases[] = {
        {"same", "same", SOAR_OK, "identical, 4 bytes"},
        {"", "", SOAR_OK, "identical, 0 bytes"},
        {"same", "samf", SOAR_DATA_LOSS, "from byte 3 on"},
        {"longer", "long", SOAR_DATA_LOSS, "from byte 4 on"},
    };
    const struct place *place = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char document[1024];
        put_file(place->workdir, "a", cases[i].a);
        put_file(place->workdir, "b", cases[i].b);
        assert_int_equal(carry_out(place, FLOW_COMPARE_FILES, "[\"a\",\"b\"]", document),
                         cases[i].status);
        if (!strstr(document, cases[i].says))
            fail_msg("%s", document);
    }
}

static void a_file_that_is_missing_or_outside_is_not_compared(void **state)
{
    static const struct {
        const char *operands;
        soar_status status;
    } cases[] = {
        {"[\"a\",\"missing\"]", SOAR_NOT_FOUND},
        {"[\"missing\",\"a\"]", SOAR_NOT_FOUND},
        {"[\"a\",\"../outside\"]", SOAR_PERMISSION_DENIED},
        {"[\"/etc/passwd\",\"a\"]", SOAR_PERMISSION_DENIED},
    };
    const struct place *place = *state;
    put_file(place->workdir, "a", "x");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char document[1024];
        assert_int_equal(carry_out(place, FLOW_COMPARE_FILES, cases[i].operands, document),
                         cases[i].status);
    }
}

static void an_empty_temporary_directory_is_removed_and_others_stay(void **state)
{
    (void)state;
    struct host_error err;
    struct stat about;
    char *path = NULL;
    bool temporary = false;
    assert_true(flow_workdir_open(NULL, &path, &temporary, &err));
    put_file(path, "a", "x");
    assert_int_equal(flow_workdir_close(path, true), 1);
    assert_int_equal(stat(path, &about), 0);
    char *file = host_format("%s/a", path);
    assert_int_equal(unlink(file), 0);
    free(file);
    assert_int_equal(flow_workdir_close(path, false), 0);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(flow_workdir_close(path, true), 0);
    assert_int_not_equal(stat(path, &about), 0);
    free(path);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(text_or_lines_are_written_into_the_directory),
        IN_A_PLACE(nothing_outside_of_the_directory_is_written),
        IN_A_PLACE(files_are_compared_byte_by_byte),
        IN_A_PLACE(a_file_that_is_missing_or_outside_is_not_compared),
        cmocka_unit_test(an_empty_temporary_directory_is_removed_and_others_stay),
    };
    return cmocka_run_group_tests_name("host_files", tests, NULL, NULL);
}
