#include "governor_gate.h"

#define COUNT_BITS 24
#define COUNT_MASK ((1u << COUNT_BITS) - 1)
#define OTHERS_BITS 20
#define OTHERS_MASK ((1u << OTHERS_BITS) - 1)
#define MAX_DOUBLINGS 4

int64_t gate_part_ms(int64_t window_ms)
{
    return window_ms >= GATE_PARTS ? window_ms / GATE_PARTS : 1;
}

static uint64_t part_of(const struct gate_rules *rules, int64_t at_ms)
{
    return (uint64_t)at_ms / (uint64_t)rules->part_ms;
}

/* ------------------------------------------------------------------ own requests */

static void count_one(struct gate_state *state, const struct gate_rules *rules, int64_t at_ms)
{
    uint64_t part = part_of(rules, at_ms);
    _Atomic uint64_t *bucket = &state->sends[part % GATE_BUCKETS];
    uint64_t before = atomic_load(bucket), after;

    do {
        bool same = before >> COUNT_BITS == part;
        if (same && (before & COUNT_MASK) == COUNT_MASK)
            return;
        after = same ? before + 1 : part << COUNT_BITS | 1;
    } while (!atomic_compare_exchange_weak(bucket, &before, after));
}

static bool uncount_one(struct gate_state *state, const struct gate_rules *rules, int64_t at_ms)
{
    uint64_t part = part_of(rules, at_ms);
    _Atomic uint64_t *bucket = &state->sends[part % GATE_BUCKETS];
    uint64_t before = atomic_load(bucket);

    do {
        if (before >> COUNT_BITS != part || (before & COUNT_MASK) == 0)
            return false;
    } while (!atomic_compare_exchange_weak(bucket, &before, before - 1));
    return true;
}

/* A part counts until all of it is a window old. Parts of the future are remains of another boot. */
static int64_t own(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                   int64_t at_ms)
{
    uint64_t present = part_of(rules, now_ms), ages = GATE_BUCKETS;
    int64_t old = at_ms - rules->window_ms - rules->part_ms; /* a part begun then, or before */
    uint64_t last_old = old >= 0 ? part_of(rules, old) : 0;
    int64_t total = 0;

    if (old >= 0 && last_old >= present)
        return 0;
    if (old >= 0 && present - last_old < ages)
        ages = present - last_old;
    for (int i = 0; i < GATE_BUCKETS; i++) {
        uint64_t bucket = atomic_load_explicit(&state->sends[i], memory_order_relaxed);
        if (bucket != 0 && present - (bucket >> COUNT_BITS) < ages)
            total += (int64_t)(bucket & COUNT_MASK);
    }
    return total;
}

/* ------------------------------------------------------------------ others' requests */

static int64_t others(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                      int64_t at_ms)
{
    uint64_t word = atomic_load(&state->others);
    int64_t since = (int64_t)(word >> OTHERS_BITS), count = (int64_t)(word & OTHERS_MASK);
    int64_t age = at_ms - since;

    if (since > now_ms || age >= rules->window_ms)
        return 0;
    return count - count * age / rules->window_ms;
}

/* ------------------------------------------------------------------ what is left */

static int64_t told_limit(struct gate_state *state)
{
    int64_t limit = atomic_load(&state->limit);

    return limit < -1 || limit > GATE_MAX_LIMIT ? 0 : limit;
}

/* Of the service's limit and of the user's wish, at a time to come if nothing more is sent. *ret_of
 * gets the limit that binds. */
static int64_t left_at(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                       int64_t at_ms, int64_t *ret_of)
{
    int64_t limit = told_limit(state), wish = rules->max_requests;
    int64_t mine = own(state, rules, now_ms, at_ms);
    int64_t left = INT64_MAX;

    *ret_of = 0;
    if (limit > 0) {
        left = limit - mine - others(state, rules, now_ms, at_ms);
        *ret_of = limit;
    }
    if (wish > 0 && wish - mine < left) {
        left = wish - mine;
        *ret_of = wish;
    }
    return left;
}

int64_t gate_left(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms)
{
    int64_t of;
    int64_t left = left_at(state, rules, now_ms, now_ms, &of);

    return left > 0 ? left : 0;
}

int64_t gate_pace(struct gate_state *state, const struct gate_rules *rules)
{
    int64_t limit = told_limit(state);

    if (rules->max_requests > 0 && (limit <= 0 || limit > rules->max_requests))
        limit = rules->max_requests;
    int64_t pace = limit > 0 ? rules->window_ms / limit : 0;
    return pace > 0 ? pace : 1;
}

/* ------------------------------------------------------------------ may it go? */

/* The first moment at which there is room for one more. */
static int64_t room_at(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms)
{
    int64_t step = rules->part_ms, of;

    for (int64_t at = now_ms + step; at < now_ms + rules->window_ms; at += step)
        if (left_at(state, rules, now_ms, at, &of) >= 0)
            return at;
    return now_ms + rules->window_ms;
}

/* One request, then a gap. */
static bool take_turn(struct gate_state *state, int64_t gap, int64_t now_ms, int64_t *ret_at)
{
    int64_t last = atomic_load(&state->paced_ms);

    while (last > now_ms || last + gap <= now_ms) /* of the future: of another boot */
        if (atomic_compare_exchange_weak(&state->paced_ms, &last, now_ms))
            return true;
    *ret_at = last + gap;
    return false;
}

/* The request is counted already: is there room for it, and is it its turn? */
static bool fits(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                 int64_t *ret_at)
{
    int64_t of;

    if (atomic_load(&state->refusals) > 0)
        return take_turn(state, rules->part_ms, now_ms, ret_at);
    int64_t left = left_at(state, rules, now_ms, now_ms, &of);
    if (left < 0) {
        *ret_at = room_at(state, rules, now_ms);
        return false;
    }
    if (of > 0 && left < of * rules->reserve_percent / 100)
        return take_turn(state, rules->window_ms / (left + 1), now_ms, ret_at);
    return told_limit(state) != 0 || own(state, rules, now_ms, now_ms) < GATE_UNKNOWN_BURST ||
           take_turn(state, rules->window_ms / (10 * GATE_PARTS) + 1, now_ms, ret_at);
}

/* How long it makes sense not to look again while the service has not forbidden it. */
static int64_t glance(struct gate_state *state, const struct gate_rules *rules)
{
    int64_t part = rules->part_ms;

    if (told_limit(state) != 0 && atomic_load(&state->refusals) == 0)
        return part;
    return part > 100 ? part / 100 : 1; /* the answer that decides may come at any moment */
}

static void go_out(struct gate_state *state, int64_t now_ms, struct gate_pass *pass)
{
    pass->number = atomic_fetch_add(&state->sent, 1) + 1;
    pass->sent_ms = now_ms;
    pass->beside = atomic_fetch_add(&state->on_the_way, 1);
}

bool gate_try(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
              struct gate_pass *pass, struct gate_wait *ret_wait)
{
    int64_t blocked = atomic_load(&state->blocked_ms);

    if (blocked > now_ms && blocked - now_ms <= rules->max_wait_ms) {
        ret_wait->at_ms = ret_wait->again_ms = blocked;
        return false;
    }
    count_one(state, rules, now_ms); /* first, so that two who ask at once see each other */
    if (!fits(state, rules, now_ms, &ret_wait->at_ms)) {
        uncount_one(state, rules, now_ms);
        int64_t soon = now_ms + glance(state, rules);
        ret_wait->again_ms = ret_wait->at_ms < soon ? ret_wait->at_ms : soon;
        return false;
    }
    go_out(state, now_ms, pass);
    return true;
}

bool gate_spare(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                struct gate_pass *pass)
{
    int64_t blocked = atomic_load(&state->blocked_ms), of;

    if ((blocked > now_ms && blocked - now_ms <= rules->max_wait_ms) ||
        atomic_load(&state->refusals) > 0 || told_limit(state) == 0)
        return false;
    count_one(state, rules, now_ms);
    int64_t left = left_at(state, rules, now_ms, now_ms, &of);
    if (left < 0 || (of > 0 && left < of * rules->reserve_percent / 100)) {
        uncount_one(state, rules, now_ms);
        return false;
    }
    go_out(state, now_ms, pass);
    return true;
}

void gate_undo(struct gate_state *state, const struct gate_rules *rules,
               const struct gate_pass *pass)
{
    uncount_one(state, rules, pass->sent_ms);
    atomic_fetch_sub(&state->on_the_way, 1);
}

/* ------------------------------------------------------------------ what the service says */

/* The service counts fewer than were sent: the oldest are those that it has forgotten already. */
static void forget(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                   int64_t surplus)
{
    uint64_t present = part_of(rules, now_ms);

    for (uint64_t age = GATE_BUCKETS; age-- > 0 && surplus > 0;) {
        if (age > present)
            continue;
        _Atomic uint64_t *bucket = &state->sends[(present - age) % GATE_BUCKETS];
        uint64_t before = atomic_load(bucket), take;
        do {
            uint64_t count = before & COUNT_MASK;
            take = count < (uint64_t)surplus ? count : (uint64_t)surplus;
            if (before >> COUNT_BITS != present - age)
                take = 0;
        } while (take > 0 && !atomic_compare_exchange_weak(bucket, &before, before - take));
        surplus -= (int64_t)take;
    }
}

static void learn(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                  const struct gate_pass *pass, const struct gate_word *word)
{
    uint64_t newest = atomic_load(&state->told), sent = atomic_load(&state->sent);
    int64_t limit = word->limit < GATE_MAX_LIMIT ? word->limit : GATE_MAX_LIMIT;
    int64_t left = word->refused || word->remaining < 0 ? 0 : word->remaining;

    do { /* the word on an earlier request is old news */
        if (newest > pass->number && newest <= sent)
            return;
    } while (!atomic_compare_exchange_weak(&state->told, &newest, pass->number));
    atomic_store(&state->limit, limit);
    if (!word->refused && word->remaining < 0)
        return;
    int64_t later = sent > pass->number ? (int64_t)(sent - pass->number) : 0;
    int64_t mine = own(state, rules, now_ms, now_ms) - later;
    int64_t theirs = limit - left - (mine > 0 ? mine : 0);
    if (pass->beside >= 0 && theirs + pass->beside < 0) /* these alone may not have been counted */
        forget(state, rules, now_ms, -(theirs + pass->beside));
    if (theirs < 0)
        theirs = 0;
    atomic_store(&state->others, (uint64_t)now_ms << OTHERS_BITS | (uint64_t)theirs);
}

static int64_t hold_back(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                         const struct gate_pass *pass, int64_t asked_ms)
{
    int64_t blocked = atomic_load(&state->blocked_ms);
    bool news = pass->sent_ms >= blocked || blocked - now_ms > rules->max_wait_ms;
    uint64_t before = news ? atomic_fetch_add(&state->refusals, 1) : 0;
    int64_t wait = asked_ms;

    if (wait < rules->part_ms) /* nothing, in the past, or too little to mean anything */
        wait = rules->part_ms << (before < MAX_DOUBLINGS ? before : MAX_DOUBLINGS);
    if (wait > rules->max_wait_ms)
        wait = rules->max_wait_ms;
    while ((blocked < now_ms + wait || blocked - now_ms > rules->max_wait_ms) &&
           !atomic_compare_exchange_weak(&state->blocked_ms, &blocked, now_ms + wait))
        ;
    return wait;
}

int64_t gate_told(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                  const struct gate_pass *pass, const struct gate_word *word)
{
    /* A refused request does not count; any other was counted now at the latest. */
    bool counts = uncount_one(state, rules, pass->sent_ms);
    int64_t unknown = 0;

    atomic_fetch_sub(&state->on_the_way, 1);
    if (counts && !word->refused)
        count_one(state, rules, now_ms);
    if (word->limit > 0)
        learn(state, rules, now_ms, pass, word);
    else if (!word->refused && word->answered)
        atomic_compare_exchange_strong(&state->limit, &unknown, -1);
    if (word->refused)
        return hold_back(state, rules, now_ms, pass, word->wait_ms);
    if (word->answered &&
        pass->sent_ms >= atomic_load(&state->blocked_ms)) /* it was sent after the wait */
        atomic_store(&state->refusals, 0);
    return 0;
}
