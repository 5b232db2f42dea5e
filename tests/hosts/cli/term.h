/*
 * term.h - what the output can show: colours, width, and foreign text made harmless.
 */
#ifndef SOARHOST_TERM_H
#define SOARHOST_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One output stream. Plain data; filled once by term_init, constant afterwards. */
struct term {
    FILE *out;
    bool tty;   /* a terminal that understands cursor movement (TERM is not "dumb") */
    bool color; /* colours wanted and possible */
    int width;  /* columns; 100 where it is not a terminal */
};

enum term_style {
    TERM_PLAIN,
    TERM_BOLD,
    TERM_DIM,
    TERM_GOOD,  /* green */
    TERM_WARN,  /* yellow */
    TERM_BAD,   /* red */
    TERM_NAMES, /* cyan */
};

/* term_init - looks at the stream and at NO_COLOR, TERM and COLUMNS of the environment. Colours are
 * off where no_color is set, NO_COLOR is set and not empty, or the stream is not a terminal. */
void term_init(struct term *term, FILE *out, bool no_color);

/* term_style - the escape sequence that begins a style, TERM_PLAIN ends it; "" without colours.
 * Static text. */
const char *term_style(const struct term *term, enum term_style style);

/* term_text - prints text of foreign origin: control characters (C0, DEL and C1, so also escape
 * sequences) are shown as "?"; a newline and a tab become a space. */
void term_text(const struct term *term, const char *text, size_t len);

/* term_columns - columns that a UTF-8 text takes, each character counted as one. */
size_t term_columns(const char *text, size_t len);

/* term_wrap - prints words of a text, wrapped to the width and indented by indent columns from the
 * second line on; ends with a newline. The text is made harmless as in term_text. */
void term_wrap(const struct term *term, const char *text, int indent);

#endif
