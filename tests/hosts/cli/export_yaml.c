#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "export.h"

#define WIDTH 100

static void emit(yaml_emitter_t *emitter, yaml_event_t *event)
{
    if (!yaml_emitter_emit(emitter, event))
        _Exit(SOAR_INTERNAL);
}

/* A text that a reader of YAML 1.1 or 1.2 takes for a text without quotes. Others get quotes: what
 * looks like a number, a truth, nothing, a time, or begins with a sign that YAML has a use for. */
static bool is_plain(const char *text)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off",
                                        "null", "y",     "n",   "~",  "=",  "<<"};
    if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || *text == '/' ||
          *text == '_'))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    return true;
}

static void put_text(yaml_emitter_t *emitter, const char *text, int len)
{
    yaml_event_t event;
    bool plain = is_plain(text), lines = strchr(text, '\n') != NULL;
    yaml_scalar_style_t style = lines   ? YAML_LITERAL_SCALAR_STYLE
                                : plain ? YAML_PLAIN_SCALAR_STYLE
                                        : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)(uintptr_t)text, len, 1, 1,
                                 style);
    emit(emitter, &event);
}

static void put_plain(yaml_emitter_t *emitter, const char *text)
{
    yaml_event_t event;
    yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)(uintptr_t)text,
                                 (int)strlen(text), 1, 0, YAML_PLAIN_SCALAR_STYLE);
    emit(emitter, &event);
}

static void put_value(yaml_emitter_t *emitter, struct json_object *value)
{
    yaml_event_t event;
    switch (json_object_get_type(value)) {
    case json_type_object:
        yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
        emit(emitter, &event);
        json_object_object_foreach(value, name, member)
        {
            put_text(emitter, name, (int)strlen(name));
            put_value(emitter, member);
        }
        yaml_mapping_end_event_initialize(&event);
        emit(emitter, &event);
        break;
    case json_type_array:
        yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
        emit(emitter, &event);
        for (size_t i = 0; i < json_object_array_length(value); i++)
            put_value(emitter, json_object_array_get_idx(value, i));
        yaml_sequence_end_event_initialize(&event);
        emit(emitter, &event);
        break;
    case json_type_string:
        put_text(emitter, json_object_get_string(value), json_object_get_string_len(value));
        break;
    default: /* null, true, false and numbers are the same in both */
        put_plain(emitter, value ? json_object_to_json_string(value) : "null");
    }
}

char *export_yaml_text(struct json_object *value)
{
    char *text = NULL;
    size_t len = 0;
    yaml_emitter_t emitter;
    yaml_event_t event;
    FILE *out = open_memstream(&text, &len);
    if (!out || !yaml_emitter_initialize(&emitter))
        _Exit(SOAR_RESOURCE_EXHAUSTED);
    yaml_emitter_set_output_file(&emitter, out);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, WIDTH);
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    emit(&emitter, &event);
    yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
    emit(&emitter, &event);
    put_value(&emitter, value);
    yaml_document_end_event_initialize(&event, 1);
    emit(&emitter, &event);
    yaml_stream_end_event_initialize(&event);
    emit(&emitter, &event);
    yaml_emitter_flush(&emitter);
    yaml_emitter_delete(&emitter);
    fclose(out);
    return text;
}
