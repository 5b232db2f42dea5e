/*
 * scan.h - a strict single-pass JSON scanner that copies nothing.
 *
 * It checks that a text is one JSON value (RFC 8259: no trailing bytes, no comments, no leading
 * zeros, no lone surrogates in escapes, control characters escaped) in valid UTF-8 (no overlong
 * forms, no surrogates, at most U+10FFFF), nested at most max_depth deep, and yields where things
 * stand. json-c reads what is small; big answers are only scanned, and spliced by these spans.
 * All functions are pure: no I/O, no allocation but for scan_answer's items and, in scan_strict,
 * the table of the names in objects that are open. Thread-safe.
 */
#ifndef FCM_BASE_SCAN_H
#define FCM_BASE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* Arrays and objects that may be open at a time; a greater max_depth counts as this. */
#define SCAN_MAX_DEPTH 1024u

enum scan_problem {
    SCAN_OK,
    SCAN_EMPTY,      /* nothing but white space */
    SCAN_TRUNCATED,  /* the text ends inside a value */
    SCAN_SYNTAX,     /* a byte that cannot stand there */
    SCAN_UTF8,       /* not valid UTF-8, or an escaped lone surrogate */
    SCAN_TOO_DEEP,   /* nested deeper than max_depth */
    SCAN_TRAILING,   /* more bytes after the value */
    SCAN_BIG_NUMBER, /* an integer outside int64 and uint64, or a number past a double's range,
                        that is past 1.7976931348623157999... * 10^308 */
    SCAN_NUL,        /* \u0000 in a string */
    SCAN_DUPLICATE,  /* a member name twice in one object */
    SCAN_NO_MEMORY
};

/* What is wrong and where: offset is of the first byte that is wrong, from 0. For a character that
 * is not UTF-8, a number, an escape and a name that stands twice that is where it begins (the
 * second time), for a text that is cut off its length. */
struct scan_error {
    enum scan_problem problem;
    size_t offset;
};

/* A part of the text: bytes at .. at + len - 1. len 0 = not there. */
struct span {
    size_t at;
    size_t len;
};

/* One element of "resources". id is the text between the quotes of its "id" member (or of the
 * element itself where it is a string), len 0 where there is none; id_escaped says that it holds
 * backslash escapes. */
struct scan_item {
    struct span value;
    struct span id;
    bool id_escaped;
};

/* The outline of an answer. Spans are of whole values, without white space around them. When a
 * top-level name stands twice the last one counts. */
struct scan_answer {
    struct span whole;        /* the one value */
    char kind;                /* its first byte: { [ " t f n - or a digit */
    struct span meta, errors; /* top-level members, any type */
    struct span resources;    /* top-level member, any type */
    bool resources_is_array;
    struct scan_item *items; /* elements of resources, in order; owned, see scan_answer_done */
    size_t n_items, cap_items;
    bool count_only;    /* asked for before: items are counted, and none is there */
    size_t first_items; /* room to begin with; the scanner's own */
};

/* scan_strict - checks a text that a caller gave: everything above, and no big numbers, no
 * \u0000 and no duplicate names (compared after unescaping). Answers SCAN_OK or the problem, and
 * fills *ret_error (may be NULL). Duplicate detection is linear for objects of ordinary size. */
enum scan_problem scan_strict(const char *text, size_t len, unsigned max_depth,
                              struct scan_error *ret_error);

/* scan_answer - checks a text that the service sent and finds its outline. Big numbers and
 * duplicate names deeper down are the service's business and pass. *answer must be zeroed, but for
 * count_only, or used before (its memory is used again). */
enum scan_problem scan_answer(const char *text, size_t len, unsigned max_depth,
                              struct scan_answer *answer, struct scan_error *ret_error);

/* scan_answer_done - frees the items. */
void scan_answer_done(struct scan_answer *answer);

/* scan_pointer - the JSON Pointer of the value or member that offset lies in, for error texts.
 * Works on damaged text up to offset. Always ends with NUL; cut where size is too small. */
void scan_pointer(const char *text, size_t len, size_t offset, char *ret, size_t size);

/* scan_problem_text - a few words for a problem, static: "not valid UTF-8". */
const char *scan_problem_text(enum scan_problem problem);

#endif
