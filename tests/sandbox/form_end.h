/*
 * form_end.h - where a multipart body ends. RFC 2046 allows anything behind the last delimiter
 * (an epilogue), and some clients send an empty line there; the form reader takes none of it.
 */
#ifndef SB_FORM_END_H
#define SB_FORM_END_H

#include <stdbool.h>
#include <stddef.h>

#define SB_FORM_END_SIZE 128

/* Watches one body. Not thread-safe; one exchange owns it. */
struct sb_form_end {
    char needle[SB_FORM_END_SIZE]; /* the last delimiter with the line break before it            */
    char tail[SB_FORM_END_SIZE];   /* what came last, shorter than the needle                     */
    size_t size, tail_size;        /* size 0: no usable boundary, nothing is watched              */
    size_t behind;                 /* bytes of the line break behind the delimiter that came      */
    bool ended;
};

/* sb_form_end_begin - for a body of this Content-Type. A boundary that is too long is not watched. */
void sb_form_end_begin(struct sb_form_end *end, const char *content_type);

/* sb_form_end_take - how many of the next bytes of the body belong to the form; the others, and all
 * that come later, are its epilogue. */
size_t sb_form_end_take(struct sb_form_end *end, const char *data, size_t size);

#endif
