#include "governor.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "governor_file.h"

struct governor {
    const struct config *config;
    const struct logger *log;
    struct gate_rules rules;
    struct gate_state own; /* counts where no file is shared */
    struct governor_file *file;
    pthread_mutex_t lock; /* of what follows */
    struct gate_state *place;
    char base_url[520]; /* that place and hash are for */
    uint64_t hash;
    struct governor_ticket *first, *last;
    uint64_t number;
    int64_t said_ms; /* when it was last logged that little is left; -1 = never */
    bool lost;       /* the file is of no use any more, and that was logged */
};

static struct gate_rules rules_of(const struct config *config)
{
    return (struct gate_rules){.window_ms = config->limits.window_ms,
                               .part_ms = gate_part_ms(config->limits.window_ms),
                               .reserve_percent = config->limits.reserve_percent,
                               .max_requests = config->limits.max_requests,
                               .max_wait_ms = config->limits.max_wait_ms};
}

struct governor *governor_new(const struct config *config, const struct logger *log,
                              struct error *err)
{
    struct governor *governor = calloc(1, sizeof(*governor));

    if (governor == NULL) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the instance");
        return NULL;
    }
    pthread_mutex_init(&governor->lock, NULL);
    governor->config = config;
    governor->log = log;
    governor->rules = rules_of(config);
    governor->said_ms = -1;
    if (config->limits.govern && config->limits.shared_file != NULL) {
        governor->file = governor_file_open(config->limits.shared_file, err);
        if (governor->file == NULL) {
            governor_free(governor);
            return NULL;
        }
    }
    return governor;
}

void governor_free(struct governor *governor)
{
    if (governor == NULL)
        return;
    governor_file_close(governor->file);
    pthread_mutex_destroy(&governor->lock);
    free(governor);
}

/* ------------------------------------------------------------------ whose counters */

/* The customer that the service counts by, as far as the configuration names it. */
static const char *tenant_of(const struct config *config)
{
    if (config->falcon.member_cid != NULL)
        return config->falcon.member_cid;
    if (config->falcon.tenant != NULL)
        return config->falcon.tenant;
    return config->falcon.client_id.ptr != NULL ? config->falcon.client_id.ptr : "";
}

/* What is to be logged when the lock is given back. */
struct note {
    const char *lost; /* why the file is of no use any more */
    int64_t left;     /* so many requests are left, and they are spaced; -1 = nothing to say */
};

static struct gate_state *lose_file(struct governor *governor, struct note *note, const char *why)
{
    governor->lost = true;
    note->lost = why;
    return &governor->own;
}

static struct gate_state *state_at(struct governor *governor, const char *base_url, int64_t now_ms,
                                   struct note *note)
{
    if (governor->file == NULL || governor->lost)
        return &governor->own;
    if (!governor_file_alive(governor->file))
        return lose_file(governor, note, "was removed or cut");
    if (governor->hash == 0 || strcmp(governor->base_url, base_url) != 0) {
        size_t len = strnlen(base_url, sizeof(governor->base_url) - 1);
        memcpy(governor->base_url, base_url, len);
        governor->base_url[len] = '\0';
        governor->hash =
            governor_hash(base_url, tenant_of(governor->config), governor->rules.window_ms);
    }
    governor->place = governor_file_place(governor->file, governor->hash, governor->place, now_ms);
    if (governor->place != NULL)
        return governor->place;
    return lose_file(governor, note, "holds as many tenants as it can");
}

/* ------------------------------------------------------------------ the queue */

static void enqueue(struct governor *governor, struct governor_ticket *ticket)
{
    ticket->number = ++governor->number;
    ticket->previous = governor->last;
    ticket->next = NULL;
    if (governor->last != NULL)
        governor->last->next = ticket;
    else
        governor->first = ticket;
    governor->last = ticket;
}

static void dequeue(struct governor *governor, struct governor_ticket *ticket)
{
    if (ticket->number == 0)
        return;
    if (ticket->previous != NULL)
        ticket->previous->next = ticket->next;
    else
        governor->first = ticket->next;
    if (ticket->next != NULL)
        ticket->next->previous = ticket->previous;
    else
        governor->last = ticket->previous;
    ticket->number = 0;
    ticket->previous = ticket->next = NULL;
}

/* Whoever is due and does not come holds up nobody. */
static void pass_over(struct governor *governor, const struct governor_ticket *asking,
                      int64_t now_ms)
{
    int64_t patience = governor->rules.window_ms / GATE_PARTS + 1;

    while (governor->first != NULL && governor->first != asking &&
           governor->first->again_ms + patience < now_ms)
        dequeue(governor, governor->first);
}

/* Once a window. */
static void note_what_is_left(struct governor *governor, struct gate_state *state, int64_t now_ms,
                              struct note *note)
{
    if (governor->said_ms >= 0 && now_ms - governor->said_ms < governor->rules.window_ms)
        return;
    int64_t left = gate_left(state, &governor->rules, now_ms);
    if (left == INT64_MAX)
        return;
    governor->said_ms = now_ms;
    note->left = left;
}

static void say(const struct governor *governor, const struct note *note)
{
    if (note->lost != NULL)
        log_line(governor->log, SOAR_LOG_WARN,
                 "rate limit: limits.shared_file %s; this instance counts for itself", note->lost);
    if (note->left >= 0)
        log_line(governor->log, SOAR_LOG_INFO,
                 "rate limit: %lld requests are left for now; calls go out spaced",
                 (long long)note->left);
}

static struct governor_turn ask(struct governor *governor, const char *base_url,
                                struct governor_ticket *ticket, int64_t now_ms, struct note *note)
{
    struct gate_state *state = state_at(governor, base_url, now_ms, note);
    struct governor_turn turn = {.go = false};
    struct gate_wait wait;

    pass_over(governor, ticket, now_ms);
    if (governor->first == NULL || governor->first == ticket) {
        turn.go = gate_try(state, &governor->rules, now_ms, &ticket->pass, &wait);
        if (turn.go) {
            dequeue(governor, ticket);
            ticket->state = state;
            return turn;
        }
        turn.again_ms = wait.again_ms;
        turn.expected_ms = wait.at_ms;
        note_what_is_left(governor, state, now_ms, note);
    }
    if (ticket->number == 0)
        enqueue(governor, ticket);
    const struct governor_ticket *first = governor->first;
    if (first != ticket) {
        int64_t due = first->again_ms > now_ms ? first->again_ms : now_ms;
        int64_t behind = (int64_t)(ticket->number - first->number);
        int64_t pace = gate_pace(state, &governor->rules);
        turn.again_ms = behind < INT64_MAX / 4 / pace ? due + behind * pace : INT64_MAX / 2;
        turn.expected_ms = turn.again_ms;
    }
    ticket->again_ms = turn.again_ms;
    return turn;
}

struct governor_turn governor_ask(struct governor *governor, const char *base_url,
                                  struct governor_ticket *ticket, struct now now)
{
    struct governor_turn turn = {.go = true};
    struct note note = {.left = -1};

    if (!governor->config->limits.govern)
        return turn;
    pthread_mutex_lock(&governor->lock);
    turn = ask(governor, base_url, ticket, now.mono_ms, &note);
    pthread_mutex_unlock(&governor->lock);
    ticket->waits = !turn.go;
    say(governor, &note);
    return turn;
}

bool governor_spare(struct governor *governor, const char *base_url, struct governor_ticket *ticket,
                    struct now now)
{
    struct note note = {.left = -1};

    if (!governor->config->limits.govern)
        return true;
    pthread_mutex_lock(&governor->lock);
    struct gate_state *state = state_at(governor, base_url, now.mono_ms, &note);
    bool go =
        governor->first == NULL && gate_spare(state, &governor->rules, now.mono_ms, &ticket->pass);
    if (go)
        ticket->state = state;
    pthread_mutex_unlock(&governor->lock);
    say(governor, &note);
    return go;
}

/* ------------------------------------------------------------------ answers */

/* What the service says and no limit can mean. */
static void complain(const struct governor *governor, const struct gate_word *word, int64_t held_ms)
{
    if (word->limit == 0 || word->limit > GATE_MAX_LIMIT)
        log_line(governor->log, SOAR_LOG_WARN,
                 "rate limit: the service tells a limit of %lld; it is taken for %s",
                 (long long)word->limit, word->limit == 0 ? "none told" : "1000000");
    if (word->wait_ms > governor->rules.max_wait_ms)
        log_line(governor->log, SOAR_LOG_WARN,
                 "rate limit: the service asks to wait %lld ms; it is taken for %lld "
                 "(limits.max_wait_ms)",
                 (long long)word->wait_ms, (long long)held_ms);
}

void governor_told(struct governor *governor, struct governor_ticket *ticket,
                   const struct gate_word *word, struct now now)
{
    int64_t held = 0;

    if (ticket->pass.number == 0)
        return;
    pthread_mutex_lock(&governor->lock);
    bool there = ticket->state == &governor->own || governor_file_alive(governor->file);
    if (there && word == NULL)
        gate_undo(ticket->state, &governor->rules, &ticket->pass);
    else if (there)
        held = gate_told(ticket->state, &governor->rules, now.mono_ms, &ticket->pass, word);
    ticket->pass.number = 0;
    pthread_mutex_unlock(&governor->lock);
    if (word != NULL)
        complain(governor, word, held);
}

void governor_leave(struct governor *governor, struct governor_ticket *ticket)
{
    if (!ticket->waits)
        return;
    ticket->waits = false;
    pthread_mutex_lock(&governor->lock);
    dequeue(governor, ticket);
    pthread_mutex_unlock(&governor->lock);
}
