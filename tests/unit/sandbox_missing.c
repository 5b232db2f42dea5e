/* What deletes answer of ids that nobody has, for each word of --missing. */
#include "sandbox_call.h"

static const struct {
    sb_handler *operation;
    const char *kind, *id, *message;
    bool bare; /* answers a text in place of a list of ids */
} deletes[] = {
    {op_delete_file_details, "file", "f1", "404 file not found", false},
    {op_delete_notification_group, "group", "g1", "404 notification group not found", false},
    {op_delete_notification_group_v2, "group", "g1", "404 notification group not found", false},
    {op_delete_sla, "sla", "s1", "404 SLA not found", false},
    {op_delete_templates, "template", "t1", "404 template not found", true},
};

#define DELETES (sizeof deletes / sizeof *deletes)

/* Deletes a document that is there together with one that isn't. */
static char *delete_both(struct sb_store *store, size_t row, enum sb_missing missing)
{
    char doc[64], query[64];
    snprintf(doc, sizeof doc, "{\"id\":\"%s\",\"channels\":[]}", deletes[row].id);
    snprintf(query, sizeof query, "ids=%s&ids=nope", deletes[row].id);
    call_put(store, deletes[row].kind, CALL_CID, deletes[row].id, doc);
    return call_text(store, &(struct call){.operation = deletes[row].operation,
                                           .query = query,
                                           .options = {.missing = missing}});
}

static void a_delete_leaves_out_what_is_not_there(void **state)
{
    static const enum sb_missing words[] = {SB_MISSING_ABSENT, SB_MISSING_ERRORS};
    for (size_t i = 0; i < DELETES * 2; i++) {
        char expected[16], *answer = delete_both(*state, i / 2, words[i % 2]);
        const char *id = deletes[i / 2].id;
        snprintf(expected, sizeof expected, deletes[i / 2].bare ? "\"%s\"" : "[\"%s\"]", id);
        assert_string_equal(answer, expected);
        assert_false(sb_store_has(*state, deletes[i / 2].kind, CALL_CID, id));
        free(answer);
    }
}

static void a_delete_is_refused_where_the_switch_says_404(void **state)
{
    for (size_t i = 0; i < DELETES; i++) {
        char *answer = delete_both(*state, i, SB_MISSING_404);
        assert_string_equal(answer, deletes[i].message);
        free(answer);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_delete_leaves_out_what_is_not_there),
        TEST(a_delete_is_refused_where_the_switch_says_404),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
