#include "term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_PIPED 100
#define WIDTH_LEAST 40

static int width_of(FILE *out)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    long wanted = columns ? strtol(columns, NULL, 10) : 0;
    if (wanted <= 0 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        wanted = size.ws_col;
    if (wanted <= 0 || wanted > 1000)
        return WIDTH_PIPED;
    return wanted < WIDTH_LEAST ? WIDTH_LEAST : (int)wanted;
}

void term_init(struct term *term, FILE *out, bool no_color)
{
    const char *name = getenv("TERM");
    const char *unwanted = getenv("NO_COLOR");
    bool dumb = !name || !*name || strcmp(name, "dumb") == 0;
    term->out = out;
    term->tty = !dumb && isatty(fileno(out));
    term->color = term->tty && !no_color && !(unwanted && *unwanted);
    term->width = term->tty ? width_of(out) : WIDTH_PIPED;
}

const char *term_style(const struct term *term, enum term_style style)
{
    if (!term->color)
        return "";
    switch (style) {
    case TERM_BOLD:
        return "\033[1m";
    case TERM_DIM:
        return "\033[2m";
    case TERM_GOOD:
        return "\033[32m";
    case TERM_WARN:
        return "\033[33m";
    case TERM_BAD:
        return "\033[31m";
    case TERM_NAMES:
        return "\033[36m";
    case TERM_PLAIN:
        break;
    }
    return "\033[0m";
}

void term_text(const struct term *term, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool c1 = c == 0xc2 && i + 1 < len && (unsigned char)text[i + 1] < 0xa0;
        if (c == '\n' || c == '\t') {
            putc(' ', term->out);
        } else if (c < 0x20 || c == 0x7f || c1) {
            putc('?', term->out);
            i += c1 ? 1 : 0;
        } else {
            putc(c, term->out);
        }
    }
}

size_t term_columns(const char *text, size_t len)
{
    size_t columns = 0;
    for (size_t i = 0; i < len; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

void term_wrap(const struct term *term, const char *text, int indent)
{
    size_t column = (size_t)indent;
    size_t limit = (size_t)term->width;
    bool first = true;
    while (*text) {
        size_t blank = strspn(text, " \t\n");
        text += blank;
        size_t len = strcspn(text, " \t\n");
        if (len == 0)
            break;
        size_t columns = term_columns(text, len);
        if (!first && column + 1 + columns > limit) {
            fprintf(term->out, "\n%*s", indent, "");
            column = (size_t)indent;
            first = true;
        }
        if (!first)
            putc(' ', term->out);
        term_text(term, text, len);
        column += columns + (first ? 0 : 1);
        first = false;
        text += len;
    }
    putc('\n', term->out);
}
