#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "config_parts.h"

#define TEXT_MAX ((size_t)1 << 20)
#define NEST_MAX 32

/* A walk over the text as libconfig's scanner would do it. */
struct walk {
    const char *text;
    size_t len;
    size_t at;
    unsigned line;
    char last;           /* the character before, spaces and comments left out; 0 = none */
    char nest[NEST_MAX]; /* the brackets that are open */
    size_t depth;
    struct buf out;
    struct error *err;
};

static bool refuse(struct walk *w, const char *reason, const char *problem, const char *hint)
{
    error_set(w->err, SOAR_INVALID_ARGUMENT, reason, "line %u: %s", w->line, problem);
    error_where(w->err, "config line %u", w->line);
    error_hint(w->err, "%s", hint);
    return false;
}

static char peek(const struct walk *w, size_t ahead)
{
    return w->at + ahead < w->len ? w->text[w->at + ahead] : '\0';
}

/* Copies n bytes. */
static void take(struct walk *w, size_t n)
{
    for (size_t i = 0; i < n && w->at < w->len; i++) {
        if (w->text[w->at] == '\n')
            w->line++;
        buf_addc(&w->out, w->text[w->at++]);
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '*';
}

static bool take_string(struct walk *w)
{
    unsigned began = w->line;
    /* libconfig 1.5 loses the memory of a string that it does not expect. */
    bool in_list = w->depth > 0 && w->nest[w->depth - 1] != '{';
    if (w->last == '\0' || !strchr(in_list ? "=:\"[(," : "=:\"", w->last))
        return refuse(w, "config_syntax", "syntax error: a string where none can stand",
                      "Settings look like name = \"text\"; the mistake may be on the line before.");
    take(w, 1);
    while (w->at < w->len && peek(w, 0) != '"') {
        bool escape = peek(w, 0) == '\\';
        if (escape && (peek(w, 1) == 'x' || peek(w, 1) == 'X') && peek(w, 2) == '0' &&
            peek(w, 3) == '0')
            return refuse(w, "config_syntax", "\\x00 in a string", "Leave it out.");
        take(w, escape ? 2 : 1);
    }
    if (w->at >= w->len) {
        w->line = began;
        return refuse(w, "config_syntax", "a string without an end", "Close it with \".");
    }
    take(w, 1);
    return true;
}

static bool take_comment(struct walk *w)
{
    if (peek(w, 0) == '#' || peek(w, 1) == '/') {
        while (w->at < w->len && peek(w, 0) != '\n')
            take(w, 1);
        return true;
    }
    unsigned began = w->line;
    take(w, 2);
    while (w->at < w->len && !(peek(w, 0) == '*' && peek(w, 1) == '/'))
        take(w, 1);
    if (w->at >= w->len) {
        w->line = began;
        return refuse(w, "config_syntax", "a comment without an end", "Close it with */.");
    }
    take(w, 2);
    return true;
}

/* libconfig goes as deep as the text does, on the host's stack. */
static bool take_bracket(struct walk *w)
{
    if (strchr("{[(", peek(w, 0))) {
        if (w->depth == NEST_MAX)
            return refuse(w, "config_syntax", "nested too deep", "Sections hold plain settings.");
        w->nest[w->depth++] = peek(w, 0);
    } else if (w->depth > 0) {
        w->depth--;
    }
    take(w, 1);
    return true;
}

/* An integer, a float or 0x...; a plain integer that needs more than 32 bits gets an L. */
static void take_number(struct walk *w)
{
    uint64_t value = 0;
    take(w, 1);
    if (is_digit(w->text[w->at - 1]))
        value = (uint64_t)(w->text[w->at - 1] - '0');
    while (is_digit(peek(w, 0))) {
        if (value <= INT32_MAX)
            value = value * 10 + (uint64_t)(peek(w, 0) - '0');
        take(w, 1);
    }
    if (value > INT32_MAX && peek(w, 0) != '.' && !is_name_char(peek(w, 0)))
        buf_addc(&w->out, 'L');
    while (is_name_char(peek(w, 0)) || peek(w, 0) == '.' || peek(w, 0) == '+')
        take(w, 1);
}

/* libconfig would open the file before anyone is asked. It looks for this at the start of a line
 * only; comments and strings that look so are refused too, to be on the safe side. */
static bool check_include(struct walk *w)
{
    size_t i = w->at;
    while (i < w->len && (w->text[i] == ' ' || w->text[i] == '\t'))
        i++;
    static const char word[] = "@include";
    if (w->len - i < sizeof(word) - 1 || memcmp(w->text + i, word, sizeof(word) - 1) != 0)
        return true;
    return refuse(w, "config_include", "@include is not allowed",
                  "Put everything into one text; secrets may be named as file:PATH.");
}

static bool check_bytes(struct walk *w)
{
    bool line_start = true;
    while (w->at < w->len) {
        char c = w->text[w->at];
        size_t n = utf8_length(w->text + w->at, w->len - w->at);
        if (n == 0)
            return refuse(w, "config_encoding", "not UTF-8", "Save the text as UTF-8.");
        if (c == '\0')
            return refuse(w, "config_encoding", "a NUL byte", "Remove it.");
        if (line_start && !check_include(w))
            return false;
        line_start = c == '\n';
        w->line += line_start;
        w->at += n;
    }
    return true;
}

static bool copy_tokens(struct walk *w)
{
    bool ok = true;
    while (ok && w->at < w->len) {
        char c = peek(w, 0), next = peek(w, 1);
        bool comment = c == '#' || (c == '/' && (next == '/' || next == '*'));
        if (c == '"')
            ok = take_string(w);
        else if (comment)
            ok = take_comment(w);
        else if (strchr("{}[]()", c))
            ok = take_bracket(w);
        else if (is_digit(c) || ((c == '-' || c == '+') && is_digit(next)))
            take_number(w);
        else if (is_name_char(c))
            while (is_name_char(peek(w, 0)))
                take(w, 1);
        else
            take(w, 1);
        if (!comment && c != ' ' && (c < '\t' || c > '\r'))
            w->last = c;
    }
    return ok;
}

char *config_text_prepare(const char *text, size_t len, size_t *ret_size, struct error *err)
{
    if (len > TEXT_MAX) {
        error_set(err, SOAR_INVALID_ARGUMENT, "config_too_long",
                  "the configuration has %zu bytes, at most %zu are allowed", len, TEXT_MAX);
        error_where(err, "config");
        return NULL;
    }
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    struct walk w = {.text = text, .len = len, .line = 1, .err = err};
    buf_init_secret(&w.out, 2 * TEXT_MAX);
    bool ok = check_bytes(&w);
    if (ok) {
        w.at = 0;
        w.line = 1;
        buf_reserve(&w.out, len + 1);
        ok = copy_tokens(&w);
    }
    *ret_size = w.out.len;
    if (ok && !w.out.failed) {
        char *out = buf_take(&w.out, NULL);
        if (out)
            return out;
    }
    if (ok)
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the configuration");
    buf_wipe_done(&w.out);
    return NULL;
}
