#include "base/timers.h"

#include <stdlib.h>

bool timers_reserve(struct timers *timers, size_t n)
{
    size_t cap = timers->cap > 0 ? timers->cap : 16;

    if (n <= timers->cap)
        return true;
    while (cap < n)
        cap *= 2;
    struct timer **heap = realloc(timers->heap, cap * sizeof(struct timer *));
    if (heap == NULL)
        return false;
    timers->heap = heap;
    timers->cap = cap;
    return true;
}

static void put(struct timers *timers, size_t place, struct timer *timer)
{
    timers->heap[place - 1] = timer;
    timer->place = place;
}

static void settle(struct timers *timers, size_t place, struct timer *timer)
{
    while (place > 1 && timers->heap[place / 2 - 1]->at_ms > timer->at_ms) {
        put(timers, place, timers->heap[place / 2 - 1]);
        place /= 2;
    }
    for (;;) {
        size_t child = place * 2;
        if (child < timers->n && timers->heap[child]->at_ms < timers->heap[child - 1]->at_ms)
            child++;
        if (child > timers->n || timers->heap[child - 1]->at_ms >= timer->at_ms)
            break;
        put(timers, place, timers->heap[child - 1]);
        place = child;
    }
    put(timers, place, timer);
}

void timers_set(struct timers *timers, struct timer *timer, int64_t at_ms)
{
    timer->at_ms = at_ms;
    if (timer->place == 0)
        put(timers, ++timers->n, timer);
    settle(timers, timer->place, timer);
}

void timers_clear(struct timers *timers, struct timer *timer)
{
    size_t place = timer->place;

    if (place == 0)
        return;
    timer->place = 0;
    struct timer *last = timers->heap[--timers->n];
    if (last != timer)
        settle(timers, place, last);
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->n > 0 ? timers->heap[0] : NULL;
}

void timers_done(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}
