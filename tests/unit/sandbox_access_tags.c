/* The sandbox's access tags: who has access, which templates carry them, and their pages. */
#include "sandbox_call.h"

static int setup(void **state)
{
    static const char *const keys[] = {"audit", "hr", "finance", "legal", "executive"};
    if (call_setup(state) != 0) {
        return -1;
    }
    for (size_t i = 0; i < 5; i++) {
        char id[8], json[128];
        snprintf(id, sizeof id, "t%zu", i);
        snprintf(json, sizeof json,
                 "{\"id\":\"%s\",\"cid\":\"c1\",\"key\":\"%s\",\"has_access\":%s}", id, keys[i],
                 i < 4 ? "true" : "false");
        call_put(*state, "access_tag", CALL_CID, id, json);
    }
    call_put(*state, "access_tag", "c2", "t9", "{\"id\":\"t9\",\"cid\":\"c2\",\"key\":\"other\"}");
    return 0;
}

static void access_is_told_only_where_it_is_asked_for(void **state)
{
    static const struct {
        const char *query, *answer;
    } rows[] = {
        {"ids=t1&ids=t4", "[{\"id\":\"t1\",\"cid\":\"c1\",\"key\":\"hr\",\"has_access\":false,"
                          "\"templates\":[]},{\"id\":\"t4\",\"cid\":\"c1\",\"key\":\"executive\","
                          "\"has_access\":false,\"templates\":[]}]"},
        {"ids=t1&ids=t4&with_has_access=true",
         "[{\"id\":\"t1\",\"cid\":\"c1\",\"key\":\"hr\",\"has_access\":true,\"templates\":[]},"
         "{\"id\":\"t4\",\"cid\":\"c1\",\"key\":\"executive\",\"has_access\":false,"
         "\"templates\":[]}]"},
        {"ids=t9", "[]"},
        {"ids=t1&with_has_access=perhaps",
         "400 query parameter with_has_access: expected true or false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_call(*state, &(struct call){.operation = op_get_access_tags, .query = rows[i].query},
                    rows[i].answer);
    }
}

static void a_tag_lists_the_templates_that_carry_it_now(void **state)
{
    struct json_object *made =
        call(*state, &(struct call){.operation = op_create_template,
                                    .body = "{\"name\":\"T\",\"access_tags\":[{\"key\":\"hr\"}]}"});
    const char *id = sb_text(json_object_array_get_idx(made, 0), "id");
    char *expected = NULL, *body = NULL;
    static const char before[] = "[{\"id\":\"t1\",\"cid\":\"c1\",\"key\":\"hr\","
                                 "\"has_access\":false,\"templates\":[";
    const struct call get = {.operation = op_get_access_tags, .query = "ids=t1"};
    assert_true(asprintf(&expected, "%s{\"id\":\"%s\",\"name\":\"T\"}]}]", before, id) > 0);
    assert_call(*state, &get, expected);
    free(expected);
    assert_true(asprintf(&body, "{\"id\":\"%s\",\"access_tags\":[]}", id) > 0);
    json_object_put(call(*state, &(struct call){.operation = op_update_template, .body = body}));
    assert_true(asprintf(&expected, "%s]}]", before) > 0);
    assert_call(*state, &get, expected);
    free(expected);
    free(body);
    json_object_put(made);
}

/* One page; its token goes to ret_after, "" on the last. The ids as text, which the caller frees. */
static char *page(struct sb_store *store, const char *query, char ret_after[64])
{
    char *own = strdup(query);
    struct sb_param params[8];
    struct sb_options options = {0};
    struct sb_request req = {.query = {params, call_split(own, params, 8)},
                             .caller = {.cid = CALL_CID},
                             .options = &options,
                             .store = store};
    struct sb_response res;
    sb_response_init(&res);
    op_query_access_tags(&req, &res);
    assert_false(res.failed);
    snprintf(ret_after, 64, "%s", res.after != NULL ? res.after : "");
    assert_int_equal(res.total, 5);
    char *ids = strndup(res.resources->buf, (size_t)res.resources->bpos);
    sb_response_done(&res);
    free(own);
    return ids;
}

static void pages_follow_the_after_token_and_the_last_has_none(void **state)
{
    static const char *const pages[] = {"\"t0\",\"t4\"", "\"t2\",\"t1\"", "\"t3\""};
    char after[64] = "";
    for (size_t i = 0; i < 3; i++) {
        char query[128];
        snprintf(query, sizeof query, "sort=key|asc&limit=2%s%s", *after != '\0' ? "&after=" : "",
                 after);
        char *equals = strstr(query, "after=");
        assert_true(i == 0 || equals != NULL);
        char *ids = page(*state, query, after);
        assert_string_equal(ids, pages[i]);
        assert_int_equal(*after != '\0', i < 2);
        free(ids);
    }
    assert_call(*state,
                &(struct call){.operation = op_query_access_tags, .query = "after=nonsense"},
                "400 invalid after token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, call_teardown)
        TEST(access_is_told_only_where_it_is_asked_for),
        TEST(a_tag_lists_the_templates_that_carry_it_now),
        TEST(pages_follow_the_after_token_and_the_last_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
