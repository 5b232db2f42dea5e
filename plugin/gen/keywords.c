#include <stdbool.h>
#include <string.h>

#include "base/nearest.h"
#include "gen/keywords.h"

static const struct keyword keywords[] = {
    {"$ref", KEYWORD_REF},
    {"type", KEYWORD_TYPE},
    {"enum", KEYWORD_VALUES},
    {"const", KEYWORD_VALUE},
    {"properties", KEYWORD_MEMBERS},
    {"required", KEYWORD_NAMES},
    {"additionalProperties", KEYWORD_SCHEMA},
    {"minProperties", KEYWORD_COUNT},
    {"maxProperties", KEYWORD_COUNT},
    {"items", KEYWORD_SCHEMA},
    {"minItems", KEYWORD_COUNT},
    {"maxItems", KEYWORD_COUNT},
    {"uniqueItems", KEYWORD_BOOLEAN},
    {"minLength", KEYWORD_COUNT},
    {"maxLength", KEYWORD_COUNT},
    {"minimum", KEYWORD_NUMBER},
    {"maximum", KEYWORD_NUMBER},
    {"exclusiveMinimum", KEYWORD_NUMBER},
    {"exclusiveMaximum", KEYWORD_NUMBER},
    {"anyOf", KEYWORD_SCHEMAS},
    {"oneOf", KEYWORD_SCHEMAS},
    {"allOf", KEYWORD_SCHEMAS},
    {"not", KEYWORD_SCHEMA},
    {"if", KEYWORD_SCHEMA},
    {"then", KEYWORD_SCHEMA},
    {"else", KEYWORD_SCHEMA},
    {"title", KEYWORD_TEXT},
    {"description", KEYWORD_TEXT},
    {"default", KEYWORD_VALUE},
    {"examples", KEYWORD_VALUES},
    {"format", KEYWORD_TEXT},
    {"deprecated", KEYWORD_BOOLEAN},
    {"x-in", KEYWORD_IN},
    {"x-type", KEYWORD_TEXT},
    {"x-ui", KEYWORD_UI},
    {"x-split", KEYWORD_TRUE},
    {"x-list", KEYWORD_TRUE},
    {"x-wrap", KEYWORD_TEXT},
};

#define N_KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

const struct keyword *keyword_at(size_t i)
{
    return i < N_KEYWORDS ? &keywords[i] : NULL;
}

const struct keyword *keyword_find(const char *name)
{
    for (size_t i = 0; i < N_KEYWORDS; i++)
        if (strcmp(keywords[i].name, name) == 0)
            return &keywords[i];
    return NULL;
}

const char *keyword_nearest(const char *name)
{
    const char *nearest = NULL;
    unsigned best = NEAREST_FAR;
    for (size_t i = 0; i < N_KEYWORDS; i++) {
        unsigned score = nearest_score(name, strlen(name), keywords[i].name);
        if (score < best) {
            best = score;
            nearest = keywords[i].name;
        }
    }
    return nearest;
}

bool keyword_is_annotation(const char *name)
{
    static const char *const names[] = {"title",    "description", "default",
                                        "examples", "format",      "deprecated",
                                        "x-in",     "x-type",      "x-ui"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}
