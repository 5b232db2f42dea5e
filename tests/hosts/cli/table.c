#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

struct row {
    char *cells[TABLE_COLUMNS];
    enum term_style style;
};

struct table {
    const char *headings[TABLE_COLUMNS];
    size_t n_columns;
    struct row *rows;
    size_t n_rows, room;
};

struct table *table_new(const char *const *headings, size_t n)
{
    struct table *table = host_alloc(sizeof(*table));
    table->n_columns = n < TABLE_COLUMNS ? n : TABLE_COLUMNS;
    for (size_t i = 0; i < table->n_columns; i++)
        table->headings[i] = headings ? headings[i] : NULL;
    return table;
}

void table_free(struct table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->n_rows; i++)
        for (size_t k = 0; k < table->n_columns; k++)
            free(table->rows[i].cells[k]);
    free(table->rows);
    free(table);
}

void table_add(struct table *table, const char *const *cells, enum term_style style)
{
    if (table->n_rows == table->room) {
        table->room = table->room ? table->room * 2 : 16;
        table->rows = host_realloc(table->rows, table->room * sizeof(*table->rows));
    }
    struct row *row = &table->rows[table->n_rows++];
    memset(row, 0, sizeof(*row));
    row->style = style;
    for (size_t i = 0; i < table->n_columns; i++)
        row->cells[i] = host_strdup(cells[i] ? cells[i] : "");
}

static size_t column_width(const struct table *table, size_t column)
{
    const char *heading = table->headings[column];
    size_t widest = heading ? term_columns(heading, strlen(heading)) : 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        const char *cell = table->rows[i].cells[column];
        size_t columns = term_columns(cell, strlen(cell));
        if (columns > widest)
            widest = columns;
    }
    return widest;
}

static void pad(const struct term *term, size_t n)
{
    fprintf(term->out, "%*s", (int)n, "");
}

/* The last column needs so much room; where it has less it goes to a line of its own. */
#define LAST_COLUMN_LEAST 44
#define LAST_COLUMN_INDENT 6

/* How a row is printed. */
struct layout {
    const struct term *term;
    int indent;
    const size_t *widths;
    bool below; /* the last column stands on lines of its own */
};

static void print_last(const struct layout *layout, const char *cell, size_t at, size_t blanks)
{
    if (layout->below && *cell) {
        at = (size_t)layout->indent + LAST_COLUMN_INDENT;
        blanks = at;
        putc('\n', layout->term->out);
    }
    if (*cell)
        pad(layout->term, blanks);
    term_wrap(layout->term, cell, (int)at);
}

static void print_cells(const struct table *table, const struct layout *layout,
                        const char *const *cells, enum term_style style, bool whole_line)
{
    const struct term *term = layout->term;
    size_t at = (size_t)layout->indent;
    size_t blanks = at; /* not yet printed, so that no line ends with them */
    for (size_t i = 0; i < table->n_columns; i++) {
        const char *cell = cells[i] ? cells[i] : "";
        bool last = i + 1 == table->n_columns;
        bool styled = style != TERM_PLAIN && (whole_line || i == 0);
        fputs(styled ? term_style(term, style) : "", term->out);
        if (last) {
            print_last(layout, cell, at, blanks);
        } else if (*cell) {
            pad(term, blanks);
            term_text(term, cell, strlen(cell));
            blanks = 0;
        }
        fputs(styled ? term_style(term, TERM_PLAIN) : "", term->out);
        if (!last) {
            blanks += layout->widths[i] + 2 - term_columns(cell, strlen(cell));
            at += layout->widths[i] + 2;
        }
    }
}

void table_print(const struct table *table, const struct term *term, int indent)
{
    size_t widths[TABLE_COLUMNS] = {0};
    size_t last = table->n_columns - 1, at = (size_t)indent;
    for (size_t i = 0; i < table->n_columns; i++) {
        widths[i] = column_width(table, i);
        at += i < last ? widths[i] + 2 : 0;
    }
    size_t width = (size_t)term->width;
    bool below = last > 0 && at + LAST_COLUMN_LEAST > width && at + widths[last] > width;
    const struct layout layout = {term, indent, widths, below};
    if (table->headings[0]) {
        const char *headings[TABLE_COLUMNS];
        memcpy(headings, table->headings, sizeof(headings));
        if (below)
            headings[last] = NULL;
        print_cells(table, &layout, headings, TERM_DIM, true);
    }
    for (size_t i = 0; i < table->n_rows; i++)
        print_cells(table, &layout, (const char *const *)table->rows[i].cells, table->rows[i].style,
                    false);
}
