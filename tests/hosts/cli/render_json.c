#include "render_json.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"

static bool is_container(struct json_object *value)
{
    return json_object_is_type(value, json_type_object) ||
           json_object_is_type(value, json_type_array);
}

/* Nothing in it, however deep. */
static bool is_empty(struct json_object *value)
{
    if (json_object_is_type(value, json_type_string))
        return json_object_get_string_len(value) == 0;
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            if (!is_empty(json_object_array_get_idx(value, i)))
                return false;
        return true;
    }
    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, member)
        {
            (void)key;
            if (!is_empty(member))
                return false;
        }
        return true;
    }
    return value == NULL;
}

static void print_scalar(const struct term *term, struct json_object *value, int indent)
{
    char *text = json_text_of(value);
    if (json_object_is_type(value, json_type_string))
        term_wrap(term, text, indent);
    else
        fprintf(term->out, "%s\n", text);
    free(text);
}

static void print_value(const struct term *term, struct json_object *value, int indent,
                        bool hanging);

static void print_object(const struct term *term, struct json_object *object, int indent,
                         bool hanging)
{
    json_object_object_foreach(object, key, member)
    {
        if (is_empty(member))
            continue;
        fprintf(term->out, "%*s%s", hanging ? 0 : indent, "", term_style(term, TERM_NAMES));
        term_text(term, key, strlen(key));
        fprintf(term->out, "%s:", term_style(term, TERM_PLAIN));
        hanging = false;
        if (is_container(member)) {
            putc('\n', term->out);
            print_value(term, member, indent + 2, false);
        } else {
            putc(' ', term->out);
            print_scalar(term, member, indent + 2);
        }
    }
    if (hanging)
        putc('\n', term->out);
}

static void print_value(const struct term *term, struct json_object *value, int indent,
                        bool hanging)
{
    if (json_object_is_type(value, json_type_object)) {
        print_object(term, value, indent, hanging);
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            fprintf(term->out, "%*s- ", hanging && i == 0 ? 0 : indent, "");
            print_value(term, json_object_array_get_idx(value, i), indent + 2, true);
        }
    } else {
        fprintf(term->out, "%*s", hanging ? 0 : indent, "");
        print_scalar(term, value, indent);
    }
}

void render_json(const struct term *term, struct json_object *value, int indent)
{
    if (is_empty(value))
        fprintf(term->out, "%*s(nothing)\n", indent, "");
    else
        print_value(term, value, indent, false);
}

void render_json_pretty(const struct term *term, struct json_object *value, int indent)
{
    const char *text = value ? json_object_to_json_string_ext(
                                   value, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                                              JSON_C_TO_STRING_NOSLASHESCAPE)
                             : "null";
    while (*text) {
        size_t n = strcspn(text, "\n");
        fprintf(term->out, "%*s", indent, "");
        term_text(term, text, n);
        putc('\n', term->out);
        text += n + (text[n] == '\n');
    }
}
