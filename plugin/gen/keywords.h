/*
 * keywords.h - the words of our schemas and what kind of value each takes. What is not here is
 * refused; plugin/validate.c knows all that are not annotations.
 */
#ifndef FCM_GEN_KEYWORDS_H
#define FCM_GEN_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>

enum keyword_kind {
    KEYWORD_TYPE,   /* a type or a list of types                                                */
    KEYWORD_VALUES, /* a list of any values                                                     */
    KEYWORD_VALUE,  /* any value                                                                */
    KEYWORD_NUMBER,
    KEYWORD_COUNT, /* an integer from 0                                                        */
    KEYWORD_BOOLEAN,
    KEYWORD_TEXT,  /* a string, not empty                                                      */
    KEYWORD_NAMES, /* a list of different strings                                              */
    KEYWORD_SCHEMA,
    KEYWORD_SCHEMAS, /* a list of schemas, not empty                                             */
    KEYWORD_MEMBERS, /* an object of schemas                                                     */
    KEYWORD_REF,
    KEYWORD_TRUE, /* an annotation of ours that is true or absent                             */
    KEYWORD_IN,
    KEYWORD_UI
};

struct keyword {
    const char *name;
    enum keyword_kind kind;
};

/* keyword_at - the keywords by number from 0; NULL behind the last. */
const struct keyword *keyword_at(size_t i);
/* keyword_find - the keyword of that name, or NULL. */
const struct keyword *keyword_find(const char *name);
/* keyword_nearest - the keyword that resembles a name most, or NULL. */
const char *keyword_nearest(const char *name);
/* keyword_is_annotation - does it only describe, so that it may stand beside a $ref? */
bool keyword_is_annotation(const char *name);

#endif
