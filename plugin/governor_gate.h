/*
 * governor_gate.h - what is known of one tenant's request limit, and whether a request may go out
 * now. Plain numbers without pointers, so that they may lie in memory that several processes share:
 * every field is changed by one atomic step, nobody ever holds a lock, and a process that is killed
 * at any point leaves nothing behind that stops the others. Pure but for that memory; the caller
 * gives the time. All times are monotonic milliseconds, which the processes of a machine share.
 *
 * How it counts. The service counts requests in a sliding window and tells with each answer how many
 * are left. Own requests are counted here by the time they went out and, once answered, by the time
 * of the answer, so that none is forgotten before the service forgets it. What the service counts
 * beyond these belongs to others and fades over one window, unless the next answer says otherwise;
 * and where it counts fewer than have surely arrived, it is believed.
 */
#ifndef FCM_GOVERNOR_GATE_H
#define FCM_GOVERNOR_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The window in parts of 1/60, and some more. */
#define GATE_PARTS 60
#define GATE_BUCKETS 64
/* The highest limit that is believed. */
#define GATE_MAX_LIMIT 1000000
/* Requests that may be on their way before the first answer tells the limit. */
#define GATE_UNKNOWN_BURST 8

/* Bounds and wishes; times in milliseconds. */
struct gate_rules {
    int64_t window_ms;       /* over which the service counts; at least 60 */
    int64_t part_ms;         /* gate_part_ms of it */
    int64_t reserve_percent; /* of the limit: below it requests are spaced; 0 .. 90 */
    int64_t max_requests;    /* in a window, by the user's wish; 0 = as the service says */
    int64_t max_wait_ms;     /* longest that a 429 holds requests back */
};

/* gate_part_ms - how long each part of such a window is. */
int64_t gate_part_ms(int64_t window_ms);

/* Zeroed = nothing is known. Whatever its content, no function here fails or waits for long. */
struct gate_state {
    _Atomic uint64_t sends[GATE_BUCKETS]; /* number of the part << 24 | requests in it */
    _Atomic uint64_t sent;                /* requests ever */
    _Atomic uint64_t told;                /* of which the newest word of the service is */
    _Atomic int64_t on_the_way;           /* sent and not told of; too many where one was killed */
    _Atomic uint64_t others;              /* time << 20 | what others had used then */
    _Atomic int64_t limit;                /* 0 = not known yet, -1 = the service tells none */
    _Atomic int64_t paced_ms;             /* when the last request went out while little was left */
    _Atomic int64_t blocked_ms;           /* nothing goes out before, after a 429 */
    _Atomic uint64_t refusals;            /* 429 since a request was last let through */
};

/* A request that went out. */
struct gate_pass {
    uint64_t number;
    int64_t sent_ms;
    int64_t beside; /* others that were on their way then */
};

/* How long a request that may not go out yet has to wait. */
struct gate_wait {
    int64_t at_ms;    /* when it is expected that it may; later than now */
    int64_t again_ms; /* when to ask again, since an answer may change that; later than now too */
};

/* gate_try - may a request go out? true: it is counted, and *pass is for gate_told or gate_undo.
 * After a 429 and its wait one goes out at a time until one is let through. */
bool gate_try(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
              struct gate_pass *pass, struct gate_wait *ret_wait);

/* gate_spare - the same for a request that need not go out yet: true only where the service has told
 * its limit, or that there is none, where it has refused nothing since, and where what is left need
 * not be spaced. */
bool gate_spare(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                struct gate_pass *pass);

/* gate_undo - the request did not reach the service. */
void gate_undo(struct gate_state *state, const struct gate_rules *rules,
               const struct gate_pass *pass);

/* What an answer said. */
struct gate_word {
    bool answered;            /* false: the request may have arrived, but nothing came back */
    int64_t limit, remaining; /* -1 = not said */
    bool refused;             /* 429 */
    int64_t wait_ms;          /* asked for by a 429; -1 = not said */
};

/* gate_told - takes the answer in. Answers how long all are held back now after a 429, or 0.
 * A wait of nothing, or in the past, counts as 1/60 of the window, doubled with each refusal. */
int64_t gate_told(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms,
                  const struct gate_pass *pass, const struct gate_word *word);

/* gate_left - requests that may still go out now; INT64_MAX where no limit is known. */
int64_t gate_left(struct gate_state *state, const struct gate_rules *rules, int64_t now_ms);

/* gate_pace - the time between requests that the limit can bear for ever; at least 1. */
int64_t gate_pace(struct gate_state *state, const struct gate_rules *rules);

#endif
