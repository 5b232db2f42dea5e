#include "redact.h"
#include "link.h"
#include "request.h"
#include <json-c/printbuf.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {"authorization", "cookie",   "proxy-authorization",
                                    "client_secret", "token",    "access_token",
                                    "refresh_token", "password", "x-sandbox-token",
                                    "api_key",       "secret",   "webhook_secret"};

bool sb_is_secret(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

struct json_object *sb_text_or_note(const char *text)
{
    return json_object_new_string(sb_utf8_valid(text, strlen(text)) ? text : "(not UTF-8)");
}

struct json_object *sb_redact_params(const struct sb_params *params)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < params->count; i++) {
        struct json_object *pair = json_object_new_array_ext(2);
        const char *name = params->items[i].name;
        json_object_array_add(pair, sb_text_or_note(name));
        json_object_array_add(pair, sb_is_secret(name) ? json_object_new_string(SB_REDACTED)
                                                       : sb_text_or_note(params->items[i].value));
        json_object_array_add(list, pair);
    }
    return list;
}

/* Parts of names under which the `params` of a notification channel hold what lets one send. */
static const char *const channel_names[] = {"token", "secret",  "password", "key",       "url",
                                            "uri",   "webhook", "auth",     "credential"};

static bool is_channel_secret(const char *name)
{
    for (size_t i = 0; i < sizeof channel_names / sizeof *channel_names; i++) {
        if (strcasestr(name, channel_names[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static struct json_object *channel_params(struct json_object *value);

/* A text of `params`: JSON that was made a text is looked into, and an address is a webhook's. */
static struct json_object *channel_text(struct json_object *value)
{
    const char *text = json_object_get_string(value), *error;
    struct json_object *inside = sb_json_parse(text, strlen(text), &error);
    if (json_object_is_type(inside, json_type_object) ||
        json_object_is_type(inside, json_type_array)) {
        struct json_object *shown = channel_params(inside);
        struct json_object *again = json_object_new_string(json_object_to_json_string_ext(
            shown, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
        json_object_put(shown);
        json_object_put(inside);
        return again;
    }
    json_object_put(inside);
    return strstr(text, "://") != NULL ? json_object_new_string(SB_REDACTED)
                                       : json_object_get(value);
}

/* What may be seen of a channel's `params`; the caller puts it. */
static struct json_object *channel_params(struct json_object *value)
{
    if (json_object_is_type(value, json_type_string)) {
        return channel_text(value);
    }
    if (json_object_is_type(value, json_type_array)) {
        struct json_object *list = sb_new_list();
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            json_object_array_add(list, channel_params(json_object_array_get_idx(value, i)));
        }
        return list;
    }
    if (json_object_is_type(value, json_type_object)) {
        struct json_object *object = json_object_new_object();
        json_object_object_foreach(value, key, member)
        {
            bool secret = member != NULL && is_channel_secret(key);
            sb_set(object, key,
                   secret ? json_object_new_string(SB_REDACTED) : channel_params(member));
        }
        return object;
    }
    return json_object_get(value);
}

static void redact(struct json_object *value)
{
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            redact(json_object_array_get_idx(value, i));
        }
    } else if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, member)
        {
            /* to set a key that is there disturbs no walk */
            if (strcmp(key, "params") == 0) {
                json_object_object_add(value, key, channel_params(member));
            } else if (!sb_is_secret(key)) {
                redact(member);
            } else if (member != NULL) {
                json_object_object_add(value, key, json_object_new_string(SB_REDACTED));
            }
        }
    }
}

struct json_object *sb_redact_json(struct json_object *value)
{
    struct json_object *copy = sb_copy(value);
    redact(copy);
    return copy;
}

char *sb_redact_links(const char *text)
{
    struct printbuf *out = printbuf_new();
    if (out == NULL) {
        return NULL;
    }
    const char *from = text, *link;
    while ((link = strstr(from, SB_LINK_PREFIX)) != NULL) {
        const char *token = link + strlen(SB_LINK_PREFIX);
        printbuf_memappend(out, from, (int)(token - from));
        from = token + strspn(token, "0123456789abcdefABCDEF-");
        printbuf_strappend(out, SB_REDACTED);
    }
    printbuf_memappend(out, from, (int)strlen(from));
    char *copy = out->buf;
    free(out);
    return copy;
}

struct json_object *sb_redact_path(const char *path)
{
    char *redacted = sb_redact_links(path);
    struct json_object *value = sb_text_or_note(redacted != NULL ? redacted : "");
    free(redacted);
    return value;
}

bool sb_smells_of_secret(const char *text)
{
    if (strcasestr(text, "bearer ") != NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i]);
        for (const char *at = text; (at = strcasestr(at, names[i])) != NULL; at += size) {
            /* as in name=value, name: value and "name": "value" */
            const char *after = at + size + strspn(at + size, "\"'\\ \t");
            if (*after == '=' || *after == ':') {
                return true;
            }
        }
    }
    return false;
}
