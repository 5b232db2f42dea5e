#include "progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#define FIRST_MS 150
#define EVERY_MS 100
#define BAR_WIDEST 30

static struct {
    pthread_mutex_t lock;
    const struct term *term; /* NULL = nothing is shown */
    const char *label;
    bool items, drawn;
    int64_t next_ms;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_bytes(uint64_t bytes, char ret_text[24])
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1024.0 && unit < 6; unit++)
        value /= 1024.0;
    snprintf(ret_text, 24, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void amount(uint64_t n, bool items, char ret_text[24])
{
    if (items)
        snprintf(ret_text, 24, "%" PRIu64, n);
    else
        progress_bytes(n, ret_text);
}

void progress_line(char *ret_line, size_t size, int width, const char *label, uint64_t done,
                   uint64_t total, bool items)
{
    char some[24], all[24], bar[BAR_WIDEST + 1];
    amount(done, items, some);
    amount(total, items, all);
    if (total == 0) {
        snprintf(ret_line, size, "%s  %s%s", label, some, items ? " items" : "");
        return;
    }
    double part = done < total ? (double)done / (double)total : 1.0;
    int room = width - (int)strlen(label) - 40;
    int wide = room > BAR_WIDEST ? BAR_WIDEST : room;
    if (wide < 5) {
        snprintf(ret_line, size, "%s  %3d%%", label, (int)(part * 100.0));
        return;
    }
    int full = (int)(part * (double)wide);
    memset(bar, '-', (size_t)wide);
    memset(bar, '#', (size_t)full);
    bar[wide] = '\0';
    snprintf(ret_line, size, "%s  [%s] %3d%%  %s of %s", label, bar, (int)(part * 100.0), some,
             all);
}

void progress_start(const struct term *term, bool wanted, const char *label, bool items)
{
    pthread_mutex_lock(&state.lock);
    state.term = wanted && term->tty ? term : NULL;
    state.label = label;
    state.items = items;
    state.drawn = false;
    state.next_ms = now_ms() + FIRST_MS;
    pthread_mutex_unlock(&state.lock);
}

static void clear(void)
{
    if (!state.term || !state.drawn)
        return;
    fputs("\r\033[K", state.term->out);
    fflush(state.term->out);
    state.drawn = false;
}

void progress_update(uint64_t done, uint64_t total)
{
    pthread_mutex_lock(&state.lock);
    if (state.term && now_ms() >= state.next_ms) {
        char line[512];
        progress_line(line, sizeof(line), state.term->width, state.label, done, total, state.items);
        fprintf(state.term->out, "\r%s\033[K", line);
        fflush(state.term->out);
        state.drawn = true;
        state.next_ms = now_ms() + EVERY_MS;
    }
    pthread_mutex_unlock(&state.lock);
}

void progress_clear(void)
{
    pthread_mutex_lock(&state.lock);
    clear();
    pthread_mutex_unlock(&state.lock);
}

void progress_end(void)
{
    pthread_mutex_lock(&state.lock);
    clear();
    state.term = NULL;
    pthread_mutex_unlock(&state.lock);
}
