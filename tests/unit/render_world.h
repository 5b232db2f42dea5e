/* Actions of the tests' own, and what render makes of them. Failures fail the running test. */
#ifndef UNIT_RENDER_WORLD_H
#define UNIT_RENDER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "render.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BASE "https://api.example.com"

static const struct schema in_query = {.in = SCHEMA_IN_QUERY};
static const struct schema in_body = {.in = SCHEMA_IN_BODY};
static const struct schema in_form = {.in = SCHEMA_IN_FORM};
static const struct schema in_file = {.in = SCHEMA_IN_FILE};
static const struct schema in_local = {.in = SCHEMA_IN_LOCAL};
static const struct schema whole_query = {.in = SCHEMA_IN_WHOLE_QUERY};
static const struct schema whole_body = {.in = SCHEMA_IN_WHOLE_BODY};
static const struct schema whole_form = {.in = SCHEMA_IN_WHOLE_FORM};

#define OBJECT(members)                                                                            \
    {                                                                                              \
        .types = SCHEMA_OBJECT, .properties = members, .n_properties = COUNT(members)              \
    }

static const struct schema_property list_members[] = {
    {"after", &in_query},  {"all", &in_local},          {"filter", &in_query},
    {"ids", &in_query},    {"limit", &in_query},        {"max_items", &in_local},
    {"offset", &in_query}, {"parameters", &whole_query}};
static const struct schema list_input = OBJECT(list_members);
static const struct action list_things = {.name = "list_things",
                                          .method = "GET",
                                          .path = "/things/v1",
                                          .retry = RETRY_SAFE,
                                          .paging = PAGING_OFFSET,
                                          .page_max = 100,
                                          .input = &list_input};
static const struct action get_things = {.name = "get_things",
                                         .method = "GET",
                                         .path = "/things/v1",
                                         .retry = RETRY_SAFE,
                                         .chunk_input = "ids",
                                         .chunk_max = 2,
                                         .input = &list_input};

static const struct schema_property post_members[] = {{"body", &whole_body},
                                                      {"filter", &in_query},
                                                      {"ids", &in_body},
                                                      {"name", &in_body},
                                                      {"severity", &in_body}};
static const struct schema post_input = OBJECT(post_members);
static const struct action post_thing = {.name = "post_thing",
                                         .method = "POST",
                                         .path = "/things/v2",
                                         .body = BODY_OBJECT,
                                         .retry = RETRY_RECONCILE,
                                         .input = &post_input};
static const struct action post_list = {.name = "post_list",
                                        .method = "POST",
                                        .path = "/counts/v1",
                                        .body = BODY_LIST,
                                        .retry = RETRY_SAFE,
                                        .input = &post_input};
static const struct action post_ids = {.name = "post_ids",
                                       .method = "POST",
                                       .path = "/things/v2",
                                       .body = BODY_OBJECT,
                                       .retry = RETRY_SAFE,
                                       .chunk_input = "ids",
                                       .chunk_max = 2,
                                       .input = &post_input};

static const struct schema_property upload_members[] = {
    {"case_id", &in_form}, {"data", &whole_form},    {"dry_run", &in_form},
    {"file", &in_file},    {"file_name", &in_local}, {"save_as", &in_local}};
static const struct schema upload_input = OBJECT(upload_members);
static const struct action upload = {.name = "upload",
                                     .method = "POST",
                                     .path = "/files/v1",
                                     .body = BODY_MULTIPART,
                                     .retry = RETRY_RECONCILE,
                                     .input = &upload_input};
static const struct action download = {.name = "download",
                                       .method = "GET",
                                       .path = "/files/v1",
                                       .answer = ANSWER_FILE,
                                       .retry = RETRY_SAFE,
                                       .input = &upload_input};

static const struct render_window as_given = {.limit = -1, .offset = -1};

/* A request with what it borrows from. */
struct rendered {
    struct json_object *input;
    struct http_request request;
    struct error err;
    bool fine;
};

static inline void render_it(struct rendered *r, const struct action *action, const char *input,
                             const struct render_window *window, size_t max_url, size_t max_body)
{
    memset(r, 0, sizeof(*r));
    r->input = json_tokener_parse(input);
    if (r->input == NULL)
        fail_msg("%s", input);
    http_request_init(&r->request, max_url, max_body);
    error_clear(&r->err);
    r->fine = render(action, r->input, window, BASE, &r->request, &r->err);
}

static inline void done(struct rendered *r)
{
    http_request_done(&r->request);
    json_object_put(r->input);
}

static inline void expect_url(const struct action *action, const char *input,
                              const struct render_window *window, const char *url)
{
    struct rendered r;

    render_it(&r, action, input, window, 65536, 65536);
    if (!r.fine)
        fail_msg("%s: %s", input, r.err.message);
    assert_string_equal(r.request.url.ptr, url);
    done(&r);
}

static inline void expect_body(const struct action *action, const char *input,
                               const struct render_window *window, const char *body)
{
    struct rendered r;

    render_it(&r, action, input, window, 65536, 65536);
    if (!r.fine)
        fail_msg("%s: %s", input, r.err.message);
    assert_true(r.request.has_body);
    assert_string_equal(r.request.body.ptr, body);
    assert_string_equal(r.request.content_type, "application/json");
    done(&r);
}

#endif
