#include "flights.h"

#include <stdlib.h>

#define FEWEST_PLACES 16u

/* Hosts count up, or give numbers of any kind: all bits count (the finisher of splitmix64). */
static size_t place_of(uint64_t id, size_t places)
{
    id = (id ^ (id >> 30)) * 0xbf58476d1ce4e5b9u;
    id = (id ^ (id >> 27)) * 0x94d049bb133111ebu;
    return (size_t)(id ^ (id >> 31)) & (places - 1);
}

struct flight *flights_find(const struct flights *flights, uint64_t id)
{
    struct flight *flight = NULL;

    if (id == 0)
        return NULL;
    if (flights->table == NULL) {
        for (flight = flights->first; flight != NULL && flight->id != id;)
            flight = flight->next;
        return flight;
    }
    for (flight = flights->table[place_of(id, flights->places)];
         flight != NULL && flight->id != id;)
        flight = flight->same;
    return flight;
}

static void put(struct flight **table, size_t places, struct flight *flight)
{
    struct flight **place = &table[place_of(flight->id, places)];

    flight->same = *place;
    *place = flight;
}

static void grow(struct flights *flights)
{
    size_t places = flights->places > 0 ? flights->places * 2 : FEWEST_PLACES;
    struct flight **table = calloc(places, sizeof(struct flight *));

    if (table == NULL)
        return;
    for (struct flight *flight = flights->first; flight != NULL; flight = flight->next)
        if (flight->id != 0)
            put(table, places, flight);
    free(flights->table);
    flights->table = table;
    flights->places = places;
}

void flights_add(struct flights *flights, struct flight *flight)
{
    if (flights->n >= flights->places)
        grow(flights);
    flights->n++;
    flight->previous = NULL;
    flight->next = flights->first;
    if (flight->next != NULL)
        flight->next->previous = flight;
    flights->first = flight;
    if (flights->table != NULL && flight->id != 0)
        put(flights->table, flights->places, flight);
}

void flights_remove(struct flights *flights, struct flight *flight)
{
    if (flights->table != NULL && flight->id != 0) {
        struct flight **at = &flights->table[place_of(flight->id, flights->places)];
        while (*at != flight)
            at = &(*at)->same;
        *at = flight->same;
    }
    flights->n--;
    if (flight->previous != NULL)
        flight->previous->next = flight->next;
    else
        flights->first = flight->next;
    if (flight->next != NULL)
        flight->next->previous = flight->previous;
}

void flights_done(struct flights *flights)
{
    free(flights->table);
    *flights = (struct flights){0};
}
