#include "ledger.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define FNV_START UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)
#define FIRST_CAP 256u

/* A resource that is some write's own, by the hash of its id. */
struct made {
    uint64_t id, ticket;
};

struct ledger {
    pthread_mutex_t lock;
    struct ledger_write *writes;
    uint64_t ticket;
    struct made *made; /* a ring, the oldest at first */
    size_t first, n, cap;
    _Atomic int64_t ahead_ms[LEDGER_CLOCKS];
    atomic_uint clocks; /* heard of so far */
    uint64_t claimed;   /* ticket of the last claim */
    uint64_t forgotten; /* highest ticket of a resource that is not remembered any more */
};

struct ledger *ledger_new(void)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));

    if (ledger == NULL)
        return NULL;
    pthread_mutex_init(&ledger->lock, NULL);
    for (size_t i = 0; i < LEDGER_CLOCKS; i++)
        atomic_init(&ledger->ahead_ms[i], LEDGER_NO_CLOCK);
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    pthread_mutex_destroy(&ledger->lock);
    free(ledger->made);
    free(ledger);
}

uint64_t ledger_hash(uint64_t seed, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    uint64_t hash = seed != 0 ? seed : FNV_START;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ at[i]) * FNV_PRIME;
    return hash;
}

static uint64_t hash_of(const char *id)
{
    return ledger_hash(0, id, strlen(id));
}

void ledger_note_clock(struct ledger *ledger, int64_t ahead_ms)
{
    if (ledger == NULL)
        return;
    unsigned at = atomic_fetch_add_explicit(&ledger->clocks, 1, memory_order_relaxed);
    atomic_store_explicit(&ledger->ahead_ms[at % LEDGER_CLOCKS], ahead_ms, memory_order_relaxed);
}

int64_t ledger_clock(const struct ledger *ledger)
{
    int64_t least = LEDGER_NO_CLOCK;

    for (size_t i = 0; ledger != NULL && i < LEDGER_CLOCKS; i++) {
        int64_t one = atomic_load_explicit(&ledger->ahead_ms[i], memory_order_relaxed);
        least = one < least ? one : least;
    }
    return least;
}

/* ------------------------------------------------------------------ what was made */

static bool is_made(const struct ledger *ledger, uint64_t id)
{
    for (size_t i = 0; i < ledger->n; i++)
        if (ledger->made[(ledger->first + i) % ledger->cap].id == id)
            return true;
    return false;
}

static bool grow(struct ledger *ledger)
{
    size_t cap = ledger->cap == 0 ? FIRST_CAP : ledger->cap * 2;
    struct made *made = cap <= LEDGER_MAX_MADE ? malloc(cap * sizeof(*made)) : NULL;

    if (made == NULL)
        return false;
    for (size_t i = 0; i < ledger->n; i++)
        made[i] = ledger->made[(ledger->first + i) % ledger->cap];
    free(ledger->made);
    ledger->made = made;
    ledger->first = 0;
    ledger->cap = cap;
    return true;
}

static void remember(struct ledger *ledger, uint64_t id)
{
    if (ledger->n == ledger->cap && !grow(ledger)) {
        if (ledger->cap == 0) {
            ledger->forgotten = ledger->ticket;
            return;
        }
        ledger->forgotten = ledger->made[ledger->first].ticket;
        ledger->first = (ledger->first + 1) % ledger->cap;
        ledger->n--;
    }
    ledger->made[(ledger->first + ledger->n) % ledger->cap] = (struct made){id, ledger->ticket};
    ledger->n++;
}

void ledger_made(struct ledger *ledger, const char *id)
{
    if (ledger == NULL)
        return;
    pthread_mutex_lock(&ledger->lock);
    remember(ledger, hash_of(id));
    pthread_mutex_unlock(&ledger->lock);
}

bool ledger_is_made(struct ledger *ledger, const char *id)
{
    if (ledger == NULL)
        return false;
    pthread_mutex_lock(&ledger->lock);
    bool made = is_made(ledger, hash_of(id));
    pthread_mutex_unlock(&ledger->lock);
    return made;
}

bool ledger_claim(struct ledger *ledger, const char *id)
{
    if (ledger == NULL)
        return true;
    pthread_mutex_lock(&ledger->lock);
    bool free_yet = !is_made(ledger, hash_of(id));
    if (free_yet) {
        remember(ledger, hash_of(id));
        ledger->claimed = ++ledger->ticket;
    }
    pthread_mutex_unlock(&ledger->lock);
    return free_yet;
}

bool ledger_claimed_since(struct ledger *ledger, uint64_t ticket)
{
    if (ledger == NULL)
        return false;
    pthread_mutex_lock(&ledger->lock);
    bool claimed = ledger->claimed > ticket;
    pthread_mutex_unlock(&ledger->lock);
    return claimed;
}

bool ledger_forgot(struct ledger *ledger, uint64_t ticket)
{
    if (ledger == NULL)
        return false;
    pthread_mutex_lock(&ledger->lock);
    bool forgot = ledger->forgotten >= ticket && ledger->forgotten > 0;
    pthread_mutex_unlock(&ledger->lock);
    return forgot;
}

/* ------------------------------------------------------------------ what is on its way */

void ledger_sent(struct ledger *ledger, struct ledger_write *write, const struct action *action,
                 uint64_t asked)
{
    if (ledger == NULL)
        return;
    pthread_mutex_lock(&ledger->lock);
    write->action = action;
    write->asked = asked;
    write->ticket = ++ledger->ticket;
    write->sending = true;
    if (!write->listed) {
        write->listed = true;
        write->previous = NULL;
        write->next = ledger->writes;
        if (write->next != NULL)
            write->next->previous = write;
        ledger->writes = write;
    }
    pthread_mutex_unlock(&ledger->lock);
}

void ledger_lost(struct ledger *ledger, struct ledger_write *write)
{
    if (ledger == NULL || !write->listed)
        return;
    pthread_mutex_lock(&ledger->lock);
    write->sending = false;
    pthread_mutex_unlock(&ledger->lock);
}

void ledger_over(struct ledger *ledger, struct ledger_write *write)
{
    if (ledger == NULL || !write->listed)
        return;
    pthread_mutex_lock(&ledger->lock);
    if (write->previous != NULL)
        write->previous->next = write->next;
    else
        ledger->writes = write->next;
    if (write->next != NULL)
        write->next->previous = write->previous;
    write->listed = false;
    pthread_mutex_unlock(&ledger->lock);
}

uint64_t ledger_ticket(struct ledger *ledger)
{
    if (ledger == NULL)
        return 0;
    pthread_mutex_lock(&ledger->lock);
    uint64_t ticket = ++ledger->ticket;
    pthread_mutex_unlock(&ledger->lock);
    return ticket;
}

bool ledger_unsettled(struct ledger *ledger, const struct ledger_write *write, uint64_t ticket)
{
    bool found = false;

    if (ledger == NULL)
        return false;
    pthread_mutex_lock(&ledger->lock);
    for (const struct ledger_write *other = ledger->writes; other != NULL && !found;
         other = other->next)
        found = other != write && other->action == write->action && other->sending &&
                other->ticket < ticket;
    pthread_mutex_unlock(&ledger->lock);
    return found;
}

size_t ledger_equals(struct ledger *ledger, const struct ledger_write *write)
{
    size_t n = 0;

    if (ledger == NULL)
        return 0;
    pthread_mutex_lock(&ledger->lock);
    for (const struct ledger_write *other = ledger->writes; other != NULL; other = other->next)
        n += other != write && other->action == write->action && !other->sending &&
             other->asked == write->asked;
    pthread_mutex_unlock(&ledger->lock);
    return n;
}
