/*
 * table.h - aligned columns of text.
 */
#ifndef SOARHOST_TABLE_H
#define SOARHOST_TABLE_H

#include <stddef.h>

#include "term.h"

#define TABLE_COLUMNS 8

/* A table that is collected and then printed. One thread. */
struct table;

/* table_new - headings: n of them (1..TABLE_COLUMNS), borrowed for the table's life; a NULL one
 * prints no line of headings. Never NULL: ends the process where memory runs out. */
struct table *table_new(const char *const *headings, size_t n);
void table_free(struct table *table);

/* table_add - one row of n cells (as many as headings), copied; NULL is an empty cell. style is
 * that of the first cell. */
void table_add(struct table *table, const char *const *cells, enum term_style style);

/* table_print - prints heading and rows with two spaces between columns, each line behind indent
 * spaces. The last column is wrapped to the terminal's width. Foreign text is made harmless. */
void table_print(const struct table *table, const struct term *term, int indent);

#endif
