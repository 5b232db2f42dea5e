/* What to ask the service: the inputs of the looks. */
#include <string.h>

#include "base/buf.h"
#include "reconcile.h"
#include "reconcile_private.h"

#define MAX_FILTER 16384u

struct json_object *reconcile_root(const struct action *action, struct json_object *input)
{
    const struct schema *schema = action->input;

    for (size_t i = 0; i < schema->n_properties; i++) {
        uint8_t in = schema->properties[i].schema->in;
        struct json_object *whole = NULL;
        if ((in == SCHEMA_IN_WHOLE_BODY || in == SCHEMA_IN_WHOLE_FORM ||
             in == SCHEMA_IN_WHOLE_QUERY) &&
            json_object_object_get_ex(input, schema->properties[i].name, &whole) &&
            json_object_is_type(whole, json_type_object))
            return whole;
    }
    return input;
}

static struct json_object *text_or_none(const char *text)
{
    return text != NULL && text[0] != '\0' ? json_object_new_string(text) : NULL;
}

struct json_object *reconcile_fact(const struct fact *fact, const struct reconcile_facts *facts,
                                   struct json_object *before)
{
    char time[40];

    switch (fact->from) {
    case FACT_INPUT: {
        struct json_object *value =
            json_at(reconcile_root(facts->action, facts->input), fact->text);
        if (value == NULL && fact->otherwise != NULL)
            return json_tokener_parse(fact->otherwise);
        return json_object_get(value);
    }
    case FACT_ANSWER:
        return json_object_get(before);
    case FACT_SINCE:
        reconcile_time_text(facts->since_ms, time, sizeof(time));
        return json_object_new_string(time);
    case FACT_FILE_NAME:
        return text_or_none(facts->file_name);
    case FACT_FILE_SIZE:
        return facts->file_size >= 0 ? json_object_new_int64(facts->file_size) : NULL;
    case FACT_FILE_SHA256:
        return text_or_none(facts->file_sha256);
    case FACT_MARKER:
        return text_or_none(facts->marker);
    default:
        return json_tokener_parse(fact->text);
    }
}

/* Nothing is known for certain of how quotes and backslashes are escaped in a filter, nor of how
 * other alphabets are compared: such a value is not filtered by. */
static bool is_plain(const char *text)
{
    if (text[0] == '\0')
        return false;
    for (; *text != '\0'; text++)
        if (*text < 0x20 || *text > 0x7e || strchr("'\"\\*", *text) != NULL)
            return false;
    return true;
}

static void add_term(struct buf *filter, const struct look_term *term, struct json_object *value)
{
    bool number = json_object_is_type(value, json_type_int);
    const char *text = json_object_get_string(value);

    if (value == NULL || (!number && (!json_object_is_type(value, json_type_string) ||
                                      text == NULL || !is_plain(text))))
        return;
    if (filter->len > 0)
        buf_addc(filter, '+');
    buf_adds(filter, term->field);
    buf_addc(filter, ':');
    buf_adds(filter, term->operator);
    buf_adds(filter, number ? "" : "'");
    buf_adds(filter, text);
    buf_adds(filter, number ? "" : "'");
}

static struct json_object *filter_of(const struct look_input *input,
                                     const struct reconcile_facts *facts,
                                     struct json_object *before)
{
    struct json_object *ret = NULL;
    struct buf filter;

    buf_init(&filter, MAX_FILTER);
    for (size_t i = 0; i < input->n_terms; i++) {
        struct json_object *value = reconcile_fact(&input->terms[i].fact, facts, before);
        add_term(&filter, &input->terms[i], value);
        json_object_put(value);
    }
    if (filter.len > 0 && filter.failed == BUF_FINE)
        ret = json_object_new_string(filter.ptr);
    buf_done(&filter);
    return ret;
}

struct json_object *reconcile_look(const struct look *look, const struct reconcile_facts *facts,
                                   struct json_object *before)
{
    struct json_object *input = json_object_new_object();

    for (size_t i = 0; input != NULL && i < look->n_inputs; i++) {
        const struct look_input *one = &look->inputs[i];
        struct json_object *value = one->n_terms > 0 ? filter_of(one, facts, before)
                                                     : reconcile_fact(&one->fact, facts, before);
        if (value != NULL && json_object_object_add(input, one->name, value) != 0) {
            json_object_put(value);
            json_object_put(input);
            return NULL;
        }
    }
    return input;
}
