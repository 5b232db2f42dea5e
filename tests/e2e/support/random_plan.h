/* Random sequences of calls, cancels, faults and clock jumps, all of them made from a seed: the same
 * seed and number make the same sequence on every machine. No I/O; any thread. */
#ifndef E2E_RANDOM_PLAN_H
#define E2E_RANDOM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_LANES 4u  /* at most: calls at a time */
#define PLAN_STEPS 8u  /* at most in a lane, one after the other */
#define PLAN_FAULTS 5u /* at most in a sequence */
#define PLAN_SLOTS 3u  /* tags, alerts and files that a case may have */

/* What a step does to the case that its lane works on. */
enum act {
    ACT_OPEN,       /* a new case, which the next steps work on                     */
    ACT_OPEN_KEYED, /* the same by an idempotency key, twice over                   */
    ACT_TAG,        /* adds the tag of the slot                                     */
    ACT_UNTAG,      /* takes it off                                                 */
    ACT_ALERT,      /* adds the alert of the slot                                   */
    ACT_DESCRIBE,   /* sets the description to a number that was never there before */
    ACT_UPLOAD,     /* the file of the slot, once                                   */
    ACT_READ,       /* reads the case                                               */
    ACT_LIST,       /* finds all cases of the lane, page by page                    */
    ACT_DOWNLOAD,   /* the file of the slot                                         */
    ACT_HOST_CLOCK, /* the host's clock jumps                                       */
    ACT_CLOCK,      /* the service's clock jumps                                    */
    ACTS
};

struct step {
    enum act act;
    unsigned slot;
    bool versioned;      /* of a description: with the version last seen                */
    uint64_t timeout_ms; /* of the call; 0 = the configured default                     */
    int cancel_after;    /* turns given away before the call is cancelled; -1 = it isn't */
    int64_t jump_ms;     /* of a clock                                                  */
};

struct lane {
    size_t count;
    struct step steps[PLAN_STEPS];
};

struct sequence {
    uint64_t number;
    bool async; /* soar_submit and soar_next, else soar_invoke */
    size_t lane_count, fault_count;
    struct lane lanes[PLAN_LANES];
    char faults[PLAN_FAULTS][64]; /* rules of the sandbox */
};

/* The sequence of that number under that seed. */
void plan_make(uint64_t seed, uint64_t number, struct sequence *ret_sequence);

#endif
