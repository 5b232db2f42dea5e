#include "render.h"

#include <string.h>

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

/* ------------------------------------------------------------------ query */

static void add_name(struct buf *url, const char *name)
{
    buf_addc(url, '&');
    buf_add_url(url, name, strlen(name));
    buf_addc(url, '=');
}

/* One "&name=value"; the caller turns the first "&" into "?". */
static bool add_pair(struct buf *url, const char *name, struct json_object *value)
{
    size_t len = 0;
    const char *text;

    switch (json_object_get_type(value)) {
    case json_type_string:
        text = json_object_get_string(value);
        len = (size_t)json_object_get_string_len(value);
        break;
    case json_type_boolean:
    case json_type_int:
        add_name(url, name);
        json_print(value, url);
        return true;
    case json_type_double:
        text = json_text(value, &len);
        break;
    default:
        return false;
    }
    if (text == NULL) {
        url->failed = BUF_NO_MEMORY;
        return true;
    }
    add_name(url, name);
    buf_add_url(url, text, len);
    return true;
}

static bool bad_query_value(struct error *err, const char *name)
{
    error_set(err, SOAR_INVALID_ARGUMENT, "bad_query_value",
              "a query parameter is a string, a number, a boolean or a list of these");
    error_where(err, "/%s", name);
    return false;
}

static bool add_query_value(struct buf *url, const char *name, struct json_object *value,
                            size_t from, size_t to, struct error *err)
{
    if (json_object_get_type(value) != json_type_array)
        return add_pair(url, name, value) || bad_query_value(err, name);
    size_t n = json_object_array_length(value);
    if (to == 0 || to > n)
        to = n;
    for (size_t i = from; i < to; i++)
        if (!add_pair(url, name, json_object_array_get_idx(value, i)))
            return bad_query_value(err, name);
    return true;
}

static bool is_chunked(const struct action *action, const char *name)
{
    return action->chunk_input != NULL && strcmp(action->chunk_input, name) == 0;
}

/* Paging's own values replace the input's: is this parameter one of them? */
static bool in_window(const struct action *action, const char *name,
                      const struct render_window *window)
{
    return action->paging != PAGING_NONE &&
           ((window->limit >= 0 && strcmp(name, "limit") == 0) ||
            (window->offset >= 0 && strcmp(name, "offset") == 0) ||
            (window->after != NULL && strcmp(name, "after") == 0) ||
            (window->sort != NULL && strcmp(name, "sort") == 0));
}

static void add_window(struct buf *url, const char *name, const struct render_window *window)
{
    add_name(url, name);
    if (name[0] == 'a' || name[0] == 's') {
        const char *text = name[0] == 'a' ? window->after : window->sort;
        buf_add_url(url, text, strlen(text));
    } else {
        buf_add_int(url, name[0] == 'l' ? window->limit : window->offset);
    }
}

static bool add_query(const struct action *action, struct json_object *input,
                      const struct render_window *window, struct buf *url, struct error *err)
{
    const struct schema *schema = action->input;

    for (size_t i = 0; i < schema->n_properties; i++) {
        const struct schema_property *property = &schema->properties[i];
        struct json_object *value;
        if (property->schema->in == SCHEMA_IN_QUERY) {
            if (in_window(action, property->name, window)) {
                add_window(url, property->name, window);
                continue;
            }
            if (!json_object_object_get_ex(input, property->name, &value))
                continue;
            bool cut = is_chunked(action, property->name);
            if (!add_query_value(url, property->name, value, cut ? window->ids_from : 0,
                                 cut ? window->ids_to : 0, err))
                return false;
        } else if (property->schema->in == SCHEMA_IN_WHOLE_QUERY &&
                   json_object_object_get_ex(input, property->name, &value)) {
            json_object_object_foreach(value, name, member)
            {
                if (in_window(action, name, window))
                    continue; /* stands there already, by its own property */
                if (!add_query_value(url, name, member, 0, 0, err))
                    return false;
            }
        }
    }
    return true;
}

/* ------------------------------------------------------------------ JSON body */

/* The part of the chunk input that goes into this request. */
static void print_slice(struct json_object *list, const struct render_window *window,
                        struct buf *out)
{
    size_t n = json_object_array_length(list);
    size_t to = window->ids_to == 0 || window->ids_to > n ? n : window->ids_to;

    buf_addc(out, '[');
    for (size_t i = window->ids_from; i < to; i++) {
        if (i > window->ids_from)
            buf_addc(out, ',');
        json_print(json_object_array_get_idx(list, i), out);
    }
    buf_addc(out, ']');
}

/* The input that is the body as it stands. */
static bool whole_body(const struct action *action, struct json_object *input,
                       struct json_object **ret)
{
    const struct schema *schema = action->input;

    for (size_t i = 0; i < schema->n_properties; i++)
        if (schema->properties[i].schema->in == SCHEMA_IN_WHOLE_BODY &&
            json_object_object_get_ex(input, schema->properties[i].name, ret))
            return true;
    return false;
}

static void print_members(const struct action *action, struct json_object *input,
                          const struct render_window *window, struct buf *out)
{
    const struct schema *schema = action->input;
    struct json_object *value;
    char before = '{';

    for (size_t i = 0; i < schema->n_properties; i++) {
        const struct schema_property *property = &schema->properties[i];
        if (property->schema->in != SCHEMA_IN_BODY ||
            !json_object_object_get_ex(input, property->name, &value))
            continue;
        buf_addc(out, before);
        buf_add_json(out, property->name, strlen(property->name));
        buf_addc(out, ':');
        if (is_chunked(action, property->name))
            print_slice(value, window, out);
        else
            json_print(value, out);
        before = ',';
    }
    if (before == '{')
        buf_addc(out, before);
    buf_addc(out, '}');
}

static bool add_body(const struct action *action, struct json_object *input,
                     const struct render_window *window, struct http_request *request)
{
    struct json_object *whole = NULL;
    bool given = whole_body(action, input, &whole);
    bool list = action->body == BODY_LIST && json_object_get_type(whole) != json_type_array;

    if (list)
        buf_addc(&request->body, '[');
    if (given)
        json_print(whole, &request->body);
    else
        print_members(action, input, window, &request->body);
    if (list)
        buf_addc(&request->body, ']');
    request->has_body = true;
    request->content_type = "application/json";
    return true;
}

/* ------------------------------------------------------------------ multipart */

static bool bad_part(struct error *err, const char *name, const char *why)
{
    error_set(err, SOAR_INVALID_ARGUMENT, "bad_part", "%s", why);
    error_where(err, "/%s", name);
    return false;
}

static bool add_part(struct http_request *request, const char *name, bool file,
                     struct json_object *value, struct error *err)
{
    struct http_part *part = &request->parts[request->n_parts];

    if (request->n_parts == HTTP_MAX_PARTS)
        return bad_part(err, name, "more parts than an operation of this service has");
    if (name[0] == '\0')
        return bad_part(err, "data", "a part without a name");
    for (const char *c = name; *c != '\0'; c++)
        if (is_control((unsigned char)*c) || *c == '"')
            return bad_part(err, "data", "control characters or quotes in the name of a part");
    memset(part, 0, sizeof(*part));
    part->name = name;
    if (file) {
        if (json_object_get_type(value) != json_type_string)
            return bad_part(err, name, "the path of a file is a string");
        part->kind = HTTP_PART_FILE;
        part->path = json_object_get_string(value);
    } else if (json_object_get_type(value) == json_type_string) {
        part->text = json_object_get_string(value);
        part->text_len = (size_t)json_object_get_string_len(value);
    } else if (value == NULL) {
        return bad_part(err, name, "a part cannot be null; leave it out");
    } else {
        part->text = json_text(value, &part->text_len);
        if (part->text == NULL)
            request->body.failed = BUF_NO_MEMORY;
    }
    request->n_parts++;
    return true;
}

static enum schema_in place_of(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_properties; i++)
        if (strcmp(schema->properties[i].name, name) == 0)
            return (enum schema_in)schema->properties[i].schema->in;
    return SCHEMA_IN_NONE;
}

static bool add_parts(const struct action *action, struct json_object *input,
                      struct http_request *request, struct error *err)
{
    const struct schema *schema = action->input;
    const char *file_name = json_string_at(input, "/file_name");
    struct json_object *value;

    for (size_t i = 0; i < schema->n_properties; i++) {
        const struct schema_property *property = &schema->properties[i];
        uint8_t in = property->schema->in;
        if (!json_object_object_get_ex(input, property->name, &value))
            continue;
        if (in == SCHEMA_IN_FORM || in == SCHEMA_IN_FILE) {
            if (!add_part(request, property->name, in == SCHEMA_IN_FILE, value, err))
                return false;
        } else if (in == SCHEMA_IN_WHOLE_FORM) {
            json_object_object_foreach(value, name, member)
            {
                bool file = place_of(schema, name) == SCHEMA_IN_FILE;
                if (!add_part(request, name, file, member, err))
                    return false;
            }
        }
    }
    for (const char *c = file_name; c != NULL && *c != '\0'; c++)
        if (is_control((unsigned char)*c))
            return bad_part(err, "file_name", "control characters in the name of a file");
    for (size_t i = 0; i < request->n_parts; i++)
        if (request->parts[i].kind == HTTP_PART_FILE)
            request->parts[i].file_name = file_name;
    return true;
}

/* ------------------------------------------------------------------ the request */

static bool check_size(const struct http_request *request, struct error *err)
{
    const struct buf *failed = request->url.failed ? &request->url : &request->body;

    if (failed->failed == BUF_FINE)
        return true;
    if (failed->failed == BUF_NO_MEMORY) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the request");
    } else {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "request_too_big",
                  "the request's %s would pass %zu bytes", failed == &request->url ? "URL" : "body",
                  failed->max);
        error_hint(err, "Split the call: fewer ids or shorter values in one.");
    }
    return false;
}

bool render(const struct action *action, struct json_object *input,
            const struct render_window *window, const char *base_url, struct http_request *request,
            struct error *err)
{
    buf_clear(&request->url);
    buf_clear(&request->body);
    request->method = action->method;
    request->content_type = "application/json"; /* the service asks for it on every call */
    request->has_body = false;
    request->n_parts = 0;
    request->repeatable = action->retry == RETRY_SAFE || action->retry == RETRY_IDEMPOTENT;
    request->sink = action->answer == ANSWER_FILE ? HTTP_TO_FILE_UNLESS_JSON : HTTP_TO_MEMORY;
    request->save_as = json_string_at(input, "/save_as");
    request->sha256 = json_string_at(input, "/sha256");

    buf_adds(&request->url, base_url);
    buf_adds(&request->url, action->path);
    size_t query = request->url.len;
    if (!add_query(action, input, window, &request->url, err))
        return false;
    if (request->url.failed == BUF_FINE && request->url.len > query)
        request->url.ptr[query] = '?';
    if (action->body == BODY_MULTIPART) {
        request->content_type = NULL;
        if (!add_parts(action, input, request, err))
            return false;
    } else if (action->body != BODY_NONE) {
        add_body(action, input, window, request);
    }
    return check_size(request, err);
}
