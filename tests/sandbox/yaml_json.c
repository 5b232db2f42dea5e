#include "yaml_json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    size_t nodes, depth;
    char *error;
};

static struct json_object *read_value(struct reader *reader, yaml_event_t *event);

static struct json_object *refuse(struct reader *reader, const yaml_event_t *event,
                                  const char *what)
{
    if (reader->error[0] == '\0') {
        snprintf(reader->error, YAML_ERROR_SIZE, "line %zu: %s", event->start_mark.line + 1, what);
    }
    return NULL;
}

static bool next(struct reader *reader, yaml_event_t *event)
{
    if (yaml_parser_parse(&reader->parser, event)) {
        return true;
    }
    snprintf(reader->error, YAML_ERROR_SIZE, "line %zu: %.100s",
             reader->parser.problem_mark.line + 1,
             reader->parser.problem != NULL ? reader->parser.problem : "not YAML");
    return false;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

/* What a plain scalar means; NULL with *ret_null set for null. */
static struct json_object *plain_scalar(const char *text, bool *ret_null)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    char *end;
    *ret_null = is_one_of(text, nulls);
    if (*ret_null) {
        return NULL;
    }
    if (is_one_of(text, trues) || is_one_of(text, falses)) {
        return json_object_new_boolean(text[0] == 't' || text[0] == 'T');
    }
    if (text[strspn(text, "+-0123456789")] == '\0') {
        errno = 0;
        long long integer = strtoll(text, &end, 10);
        if (errno == 0 && end != text && *end == '\0') {
            return json_object_new_int64(integer);
        }
    } else if (text[strspn(text, "+-.eE0123456789")] == '\0') {
        double number = strtod(text, &end);
        if (end != text && *end == '\0') {
            return json_object_new_double(number);
        }
    }
    return json_object_new_string(text);
}

static bool read_member(struct reader *reader, yaml_event_t *key, struct json_object *object)
{
    yaml_event_t event;
    bool read = false;
    if (key->type != YAML_SCALAR_EVENT) {
        refuse(reader, key, "a key must be text");
        return false;
    }
    const char *name = (const char *)key->data.scalar.value;
    if (json_object_object_get_ex(object, name, NULL)) {
        refuse(reader, key, "duplicate key");
        return false;
    }
    if (next(reader, &event)) {
        struct json_object *value = read_value(reader, &event);
        read = reader->error[0] == '\0';
        json_object_object_add(object, name, value);
        yaml_event_delete(&event);
    }
    return read;
}

static bool read_item(struct reader *reader, yaml_event_t *event, struct json_object *array)
{
    json_object_array_add(array, read_value(reader, event));
    return reader->error[0] == '\0';
}

static struct json_object *read_collection(struct reader *reader, struct json_object *collection,
                                           yaml_event_type_t end)
{
    bool more = true;
    while (more) {
        yaml_event_t event;
        if (!next(reader, &event)) {
            break;
        }
        more = event.type != end;
        if (more) {
            bool read = end == YAML_MAPPING_END_EVENT ? read_member(reader, &event, collection)
                                                      : read_item(reader, &event, collection);
            more = read;
        }
        yaml_event_delete(&event);
    }
    if (reader->error[0] != '\0') {
        json_object_put(collection);
        return NULL;
    }
    return collection;
}

static struct json_object *read_value(struct reader *reader, yaml_event_t *event)
{
    struct json_object *value = NULL;
    bool is_null;
    if (++reader->nodes > YAML_MAX_NODES) {
        return refuse(reader, event, "too many values");
    }
    if (event->type == YAML_SCALAR_EVENT) {
        const char *text = (const char *)event->data.scalar.value;
        if (strlen(text) != event->data.scalar.length) {
            return refuse(reader, event, "NUL in a value");
        }
        return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? plain_scalar(text, &is_null)
                                                                   : json_object_new_string(text);
    }
    if (event->type != YAML_MAPPING_START_EVENT && event->type != YAML_SEQUENCE_START_EVENT) {
        return refuse(reader, event, "aliases are not supported");
    }
    if (++reader->depth > YAML_MAX_DEPTH) {
        return refuse(reader, event, "nested too deeply");
    }
    if (event->type == YAML_MAPPING_START_EVENT) {
        value = read_collection(reader, json_object_new_object(), YAML_MAPPING_END_EVENT);
    } else {
        value = read_collection(reader, json_object_new_array(), YAML_SEQUENCE_END_EVENT);
    }
    reader->depth--;
    return value;
}

static struct json_object *read_document(struct reader *reader)
{
    struct json_object *value = NULL;
    yaml_event_t event;
    size_t documents = 0;
    bool more = true;
    while (more && next(reader, &event)) {
        if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
            refuse(reader, &event, "more than one document");
        } else if (event.type == YAML_SCALAR_EVENT || event.type == YAML_MAPPING_START_EVENT ||
                   event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_ALIAS_EVENT) {
            value = read_value(reader, &event);
        }
        more = event.type != YAML_STREAM_END_EVENT && reader->error[0] == '\0';
        yaml_event_delete(&event);
    }
    if (reader->error[0] == '\0' && value == NULL) {
        snprintf(reader->error, YAML_ERROR_SIZE, "line 1: no value");
    }
    return value;
}

struct json_object *yaml_json_parse(const char *text, size_t size, char *error)
{
    struct reader reader = {.error = error};
    struct json_object *value;
    error[0] = '\0';
    if (!yaml_parser_initialize(&reader.parser)) {
        snprintf(error, YAML_ERROR_SIZE, "out of memory");
        return NULL;
    }
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, size);
    value = read_document(&reader);
    yaml_parser_delete(&reader.parser);
    if (error[0] != '\0') {
        json_object_put(value);
        return NULL;
    }
    return value;
}

struct output {
    FILE *file;
};

static int write_bytes(void *data, unsigned char *buffer, size_t size)
{
    struct output *output = data;
    return fwrite(buffer, 1, size, output->file) == size;
}

/* libyaml frees an event that it was given, also when it fails. */
static bool emit_scalar(yaml_emitter_t *emitter, const char *text, yaml_scalar_style_t style)
{
    yaml_event_t event;
    return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text,
                                        (int)strlen(text), 1, 1, style) &&
           yaml_emitter_emit(emitter, &event);
}

/* Words that readers of YAML 1.1 take for booleans. */
static bool is_old_boolean(const char *text)
{
    static const char *const words[] = {"y", "n", "yes", "no", "on", "off"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(words[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* Text that would be read as something else must be quoted. */
static bool emit_text(yaml_emitter_t *emitter, const char *text)
{
    bool is_null;
    struct json_object *read = plain_scalar(text, &is_null);
    bool plain = json_object_is_type(read, json_type_string) && !is_old_boolean(text);
    json_object_put(read);
    return emit_scalar(emitter, text,
                       plain ? YAML_ANY_SCALAR_STYLE : YAML_SINGLE_QUOTED_SCALAR_STYLE);
}

static bool emit_value(yaml_emitter_t *emitter, struct json_object *value);

static bool emit_object(yaml_emitter_t *emitter, struct json_object *value)
{
    yaml_event_t event;
    struct json_object_iterator at = json_object_iter_begin(value);
    struct json_object_iterator end = json_object_iter_end(value);
    if (!yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE) ||
        !yaml_emitter_emit(emitter, &event)) {
        return false;
    }
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        if (!emit_text(emitter, json_object_iter_peek_name(&at)) ||
            !emit_value(emitter, json_object_iter_peek_value(&at))) {
            return false;
        }
    }
    return yaml_mapping_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event);
}

static bool emit_array(yaml_emitter_t *emitter, struct json_object *value)
{
    yaml_event_t event;
    if (!yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE) ||
        !yaml_emitter_emit(emitter, &event)) {
        return false;
    }
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        if (!emit_value(emitter, json_object_array_get_idx(value, i))) {
            return false;
        }
    }
    return yaml_sequence_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event);
}

static bool emit_value(yaml_emitter_t *emitter, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        return emit_object(emitter, value);
    case json_type_array:
        return emit_array(emitter, value);
    case json_type_string:
        return emit_text(emitter, json_object_get_string(value));
    case json_type_null:
        return emit_scalar(emitter, "null", YAML_PLAIN_SCALAR_STYLE);
    default:
        return emit_scalar(emitter, json_object_to_json_string(value), YAML_PLAIN_SCALAR_STYLE);
    }
}

static bool emit_stream(yaml_emitter_t *emitter, struct json_object *value)
{
    yaml_event_t event;
    return yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) &&
           yaml_emitter_emit(emitter, &event) &&
           yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) &&
           yaml_emitter_emit(emitter, &event) && emit_value(emitter, value) &&
           yaml_document_end_event_initialize(&event, 1) && yaml_emitter_emit(emitter, &event) &&
           yaml_stream_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event);
}

char *yaml_json_print(struct json_object *value)
{
    yaml_emitter_t emitter;
    char *text = NULL;
    size_t size = 0;
    struct output output = {.file = open_memstream(&text, &size)};
    bool printed;
    if (output.file == NULL) {
        return NULL;
    }
    if (!yaml_emitter_initialize(&emitter)) {
        fclose(output.file);
        free(text);
        return NULL;
    }
    yaml_emitter_set_output(&emitter, write_bytes, &output);
    yaml_emitter_set_unicode(&emitter, 1);
    printed = emit_stream(&emitter, value);
    yaml_emitter_delete(&emitter);
    if (fclose(output.file) != 0 || !printed) {
        free(text);
        return NULL;
    }
    return text;
}
