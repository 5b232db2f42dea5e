/*
 * run_async_private.h - shared by run_async.c (what any thread does: submitting, waking, ending),
 * and run_loop.c and run_slots.c (what the instance's own thread does).
 */
#ifndef FCM_RUN_ASYNC_PRIVATE_H
#define FCM_RUN_ASYNC_PRIVATE_H

#include "base/timers.h"
#include "base/worker.h"
#include "run_async.h"
#include "run_files.h"

/* Where a call of soar_submit is. */
enum run_place {
    RUN_NEW,     /* not yet seen by the thread */
    RUN_PARKED,  /* ready to go on, and waits for a connection */
    RUN_READY,   /* ready to go on, and needs none: its request went out ahead */
    RUN_WAITING, /* for a point in time */
    RUN_TOKEN,   /* for the token that another call fetches */
    RUN_SENT,    /* an exchange is under way */
    RUN_KEEPING, /* the file of the answer is being kept by the worker */
    RUN_HASHING  /* the file that was sent is being read by the worker */
};

/* One call. The thread's own but for what is said. */
struct run {
    struct async *async;
    struct flight flight;
    struct call *call;
    struct event *event;
    struct run_files files;
    struct slot *slot;  /* of the exchange under way */
    struct slot *ahead; /* of those that were sent before their turn */
    enum run_place place;
    struct timer timer;
    struct work work;            /* for the worker */
    atomic_bool work_done;       /* by the worker */
    struct run *previous, *next; /* in the list of its place, where that has one */
    bool called;                 /* this and what follows: under the lock of struct async */
    struct run *called_previous, *called_next;
};

struct run_list {
    struct run *first, *last;
};

/* What an exchange needs, used again for the next one. */
struct slot {
    struct transport_job job; /* first: the transport knows no more */
    bool arrived;             /* sent before its turn, and through */
    struct now at;            /* since then */
    struct slot *next;        /* among the idle, or those of a run */
};

struct async {
    struct instance *instance;
    struct call_env env;
    struct transport_loop *loop;
    pthread_t thread;
    pthread_mutex_t lock;   /* of what follows */
    struct run_list called; /* to be looked at: new, or interrupted */
    struct run *spare;      /* memory of calls that have ended, by next */
    size_t n_spare;
    bool woken, ending;
    atomic_bool token_ended;
    atomic_llong wall_minus_mono_ms; /* by the host's clock, when it was last asked */

    /* the thread's own */
    struct timers timers;
    struct run_list parked, ready, token;
    struct slot *idle;
    size_t n;             /* calls it knows */
    struct worker worker; /* for what waits for a disk; started with the first that does */
};

/* run_work_done - the worker is through with what it was given for the call, and touches it no more. */
void run_work_done(struct run *run);
/* run_called - the next call to look at, or NULL; *ret_ending: nothing more will come. */
struct run *run_called(struct async *async, bool *ret_ending);

/* run_finish - tells the outcome of a call that is done and forgets the call. */
void run_finish(struct run *run);

/* run_time - now, by the host's clock as far as it may be asked in this thread. */
struct now run_time(struct async *async);

/* run_have_slot - is one idle now? false = no memory. run_take_slot - of those: for this request, to be
 * started. run_give_slot - afterwards. */
bool run_have_slot(struct async *async);
struct slot *run_take_slot(struct run *run, struct http_request *request);
void run_give_slot(struct async *async, struct slot *slot);
void run_free_slots(struct async *async);

/* run_send_ahead - sends what the call may send before its turn, unless others wait for a connection.
 * run_ahead_is_told - one of these is through. run_ahead_turn - its turn has come: the slot is that of
 * the exchange under way. run_drop_ahead - stops those that the call does not want any more. */
void run_send_ahead(struct run *run, bool others_wait);
void run_ahead_is_told(struct run *run, struct slot *slot);
void run_ahead_turn(struct run *run, const struct http_request *request);
void run_drop_ahead(struct run *run);

/* run_loop - the thread. arg is a struct async. */
void *run_loop(void *arg);
/* run_loop_told - of the transport's loop: an exchange is through. */
void run_loop_told(struct transport_job *job);

#endif
