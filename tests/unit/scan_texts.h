/* For the tests of the scanner: texts at the very end of readable memory, so that a read past the
 * end is a crash, and a table of verdicts. */
#ifndef SCAN_TEXTS_H
#define SCAN_TEXTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/scan.h"

#define EDGE_BYTES 65536

/* A mapping whose last byte is followed by memory that may not be read. */
static char *edge_end;

static inline int edge_setup(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages =
        mmap(NULL, EDGE_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)state;

    if (pages == MAP_FAILED || mprotect(pages + EDGE_BYTES, page, PROT_NONE) != 0)
        return -1;
    edge_end = pages + EDGE_BYTES;
    return 0;
}

/* The text at the end of the mapping. */
static inline const char *at_edge(const char *text, size_t len)
{
    assert_true(len <= EDGE_BYTES);
    if (len != 0)
        memcpy(edge_end - len, text, len);
    return edge_end - len;
}

/* A text and what scan_strict and scan_answer say to it. len 0 = up to the NUL. */
struct verdict {
    const char *text;
    size_t len;
    enum scan_problem strict;
    size_t offset;
    enum scan_problem answer;
};

static inline void check_verdict(const struct verdict *row)
{
    size_t len = row->len != 0 ? row->len : strlen(row->text);
    const char *text = at_edge(row->text, len);
    struct scan_answer answer = {0};
    struct scan_error error = {SCAN_OK, 0};
    enum scan_problem problem = scan_strict(text, len, 64, &error);

    if (problem != row->strict || error.problem != problem || error.offset != row->offset)
        fail_msg("scan_strict(%s): %s at %zu", row->text, scan_problem_text(problem), error.offset);
    problem = scan_answer(text, len, 64, &answer, &error);
    scan_answer_done(&answer);
    if (problem != row->answer || error.problem != problem)
        fail_msg("scan_answer(%s): %s at %zu", row->text, scan_problem_text(problem), error.offset);
    if (problem == row->strict && error.offset != row->offset)
        fail_msg("scan_answer(%s): at %zu", row->text, error.offset);
}

#define CHECK_VERDICTS(rows)                                                                       \
    for (size_t row = 0; row < sizeof(rows) / sizeof((rows)[0]); row++)                            \
    check_verdict(&(rows)[row])

#endif
