#include "form_end.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

void sb_form_end_begin(struct sb_form_end *end, const char *content_type)
{
    memset(end, 0, sizeof *end);
    const char *boundary = strcasestr(content_type, "boundary=");
    if (boundary == NULL) {
        return;
    }
    boundary += strlen("boundary=");
    size_t length = strlen(boundary);
    if (length >= 2 && boundary[0] == '"' && boundary[length - 1] == '"') {
        boundary++;
        length -= 2;
    }
    if (length == 0 || length + sizeof "\r\n----" > sizeof end->needle) {
        return;
    }
    end->size =
        (size_t)snprintf(end->needle, sizeof end->needle, "\r\n--%.*s--", (int)length, boundary);
    memcpy(end->tail, "\r\n", 2); /* the body may begin with the delimiter */
    end->tail_size = 2;
}

/* The line break behind the delimiter is the form's, as far as it comes. */
static size_t take_line_break(struct sb_form_end *end, const char *data, size_t size)
{
    size_t taken = 0;
    while (taken < size && end->behind < 2 && data[taken] == "\r\n"[end->behind]) {
        taken++;
        end->behind++;
    }
    if (taken < size) {
        end->behind = 2;
    }
    return taken;
}

/* Where in data the needle ends that began in the tail or in data; 0 = nowhere. */
static size_t find(const struct sb_form_end *end, const char *data, size_t size)
{
    char seam[2 * SB_FORM_END_SIZE];
    size_t more = size < end->size - 1 ? size : end->size - 1;
    memcpy(seam, end->tail, end->tail_size);
    memcpy(seam + end->tail_size, data, more);
    const char *at = memmem(seam, end->tail_size + more, end->needle, end->size);
    if (at != NULL) {
        return (size_t)(at - seam) + end->size - end->tail_size;
    }
    at = memmem(data, size, end->needle, end->size);
    return at != NULL ? (size_t)(at - data) + end->size : 0;
}

static void keep_tail(struct sb_form_end *end, const char *data, size_t size)
{
    size_t most = end->size - 1;
    if (size >= most) {
        memcpy(end->tail, data + size - most, most);
        end->tail_size = most;
        return;
    }
    size_t old = end->tail_size + size > most ? most - size : end->tail_size;
    memmove(end->tail, end->tail + end->tail_size - old, old);
    memcpy(end->tail + old, data, size);
    end->tail_size = old + size;
}

size_t sb_form_end_take(struct sb_form_end *end, const char *data, size_t size)
{
    if (end->size == 0) {
        return size;
    }
    if (end->ended) {
        return take_line_break(end, data, size);
    }
    size_t at = find(end, data, size);
    if (at == 0) {
        keep_tail(end, data, size);
        return size;
    }
    end->ended = true;
    return at + take_line_break(end, data + at, size - at);
}
