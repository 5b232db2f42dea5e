/* Every input that an action takes becomes a request or a refusal that says where. The URL is
 * printable ASCII, begins with the base and the action's path, is one that libcurl's URL API reads
 * (the same host, no fragment, no user), and every name and value of its query decodes; a JSON body
 * is valid JSON; parts name a field and hold no line breaks in their names. "ACTION\nJSON" */
#include "action_of.h"
#include "normalize.h"
#include "render.h"
#include "validate.h"
#include <curl/curl.h>

#define BASE "https://api.example.com"

static void check_url(const struct action *action, const char *url)
{
    CURLU *parsed = curl_url();
    char *host = NULL, *path = NULL, *none = NULL;
    for (const char *at = url; *at != '\0'; at++) {
        fuzz_assert(*at > 0x20 && *at < 0x7f && *at != '#' && *at != '"' && *at != '\\');
    }
    size_t base = strlen(BASE), end = base + strlen(action->path);
    fuzz_assert(strncmp(url, BASE, base) == 0 &&
                strncmp(url + base, action->path, end - base) == 0);
    fuzz_assert(url[end] == '\0' || url[end] == '?');
    fuzz_assert(curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK);
    fuzz_assert(curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                strcmp(host, "api.example.com") == 0);
    fuzz_assert(curl_url_get(parsed, CURLUPART_PATH, &path, 0) == CURLUE_OK &&
                strcmp(path, action->path) == 0);
    fuzz_assert(curl_url_get(parsed, CURLUPART_USER, &none, 0) == CURLUE_NO_USER);
    fuzz_assert(curl_url_get(parsed, CURLUPART_FRAGMENT, &none, 0) == CURLUE_NO_FRAGMENT);
    for (const char *at = strchr(url, '%'); at != NULL; at = strchr(at + 1, '%')) {
        fuzz_assert(strspn(at + 1, "0123456789ABCDEF") >= 2);
    }
    curl_free(host);
    curl_free(path);
    curl_url_cleanup(parsed);
}

static void check_request(const struct action *action, const struct http_request *request)
{
    check_url(action, request->url.ptr);
    fuzz_assert(strcmp(request->method, action->method) == 0);
    fuzz_assert(request->n_parts <= HTTP_MAX_PARTS &&
                (request->n_parts == 0 || !request->has_body));
    if (request->has_body) {
        struct scan_answer body = {0};
        fuzz_assert(strcmp(request->content_type, "application/json") == 0);
        fuzz_assert(scan_answer(request->body.ptr, request->body.len, 200, &body, NULL) == SCAN_OK);
        scan_answer_done(&body);
    }
    for (size_t i = 0; i < request->n_parts; i++) {
        const struct http_part *part = &request->parts[i];
        fuzz_assert(part->name[0] != '\0' && strpbrk(part->name, "\r\n") == NULL);
        fuzz_assert(part->file_name == NULL || strpbrk(part->file_name, "\r\n") == NULL);
        fuzz_assert(part->kind != HTTP_PART_TEXT || part->text != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct render_window windows[] = {
        {.limit = -1, .offset = -1},
        {.limit = 100, .offset = INT64_MAX, .after = "a+/=\xc3\xa9", .sort = "id|asc"}};
    const struct action *action = action_of(&bytes, &size);
    struct error err;
    struct http_request request;
    struct json_object *input;
    if (action == NULL || (input = json_parse((const char *)bytes, size, 64, &err)) == NULL) {
        return 0;
    }
    http_request_init(&request, 8192, 65536);
    if (validate(action->input, input, NULL) == 0 && validate_limits(action, input, NULL) == 0) {
        fuzz_assert(normalize(action->input, input));
        for (size_t i = 0; i < 2; i++) {
            error_clear(&err);
            if (i == 1 && action->paging == PAGING_NONE) {
                continue;
            }
            if (render(action, input, &windows[i], BASE, &request, &err)) {
                check_request(action, &request);
            } else {
                fuzz_assert(err.status == SOAR_INVALID_ARGUMENT ||
                            err.status == SOAR_RESOURCE_EXHAUSTED);
                fuzz_assert(err.outcome == OUTCOME_NOT_SENT);
                assert_line(err.message);
                fuzz_assert(err.status != SOAR_INVALID_ARGUMENT || err.where[0] == '/');
            }
        }
    }
    http_request_done(&request);
    json_object_put(input);
    return 0;
}
