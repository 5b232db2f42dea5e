/*
 * flights.h - the calls in flight of an instance, found by the id that the host gave them. Not
 * thread-safe: the instance's lock guards it.
 */
#ifndef FCM_FLIGHTS_H
#define FCM_FLIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/interrupt.h"

/* A call in flight. The driver's; must not move while it is in flight. */
struct flight {
    uint64_t id; /* 0 = cannot be named */
    struct interrupt interrupt;
    struct flight *previous, *next;
    struct flight *same; /* the next of those that share a place in the table */
};

/* Zeroed = none. */
struct flights {
    struct flight *first;
    struct flight **table; /* by id; NULL = all are looked through */
    size_t places;         /* in the table, a power of two */
    size_t n;
};

/* flights_find - the call of that id; NULL = none, and for 0. */
struct flight *flights_find(const struct flights *flights, uint64_t id);
/* flights_add - id must not be among them. Without memory for a larger table the old one does. */
void flights_add(struct flights *flights, struct flight *flight);
void flights_remove(struct flights *flights, struct flight *flight);
/* flights_done - frees the table; none may be in flight. */
void flights_done(struct flights *flights);

#endif
