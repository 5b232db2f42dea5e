#include "base/worker.h"

#include <signal.h>
#include <stddef.h>

static struct work *wait_for_work(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    while (worker->first == NULL && !worker->ending)
        pthread_cond_wait(&worker->moved, &worker->lock);
    struct work *work = worker->first;
    if (work != NULL)
        worker->first = work->next;
    if (worker->first == NULL)
        worker->last = NULL;
    pthread_mutex_unlock(&worker->lock);
    return work;
}

static void *do_work(void *arg)
{
    struct worker *worker = arg;
    struct work *work;

    while ((work = wait_for_work(worker)) != NULL)
        work->run(work);
    return NULL;
}

bool worker_start(struct worker *worker)
{
    sigset_t all, before;

    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->moved, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    worker->started = pthread_create(&worker->thread, NULL, do_work, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (worker->started)
        return true;
    pthread_cond_destroy(&worker->moved);
    pthread_mutex_destroy(&worker->lock);
    return false;
}

void worker_give(struct worker *worker, struct work *work)
{
    work->next = NULL;
    pthread_mutex_lock(&worker->lock);
    if (worker->last != NULL)
        worker->last->next = work;
    else
        worker->first = work;
    worker->last = work;
    pthread_cond_signal(&worker->moved);
    pthread_mutex_unlock(&worker->lock);
}

void worker_end(struct worker *worker)
{
    if (!worker->started)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->ending = true;
    pthread_cond_signal(&worker->moved);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    pthread_cond_destroy(&worker->moved);
    pthread_mutex_destroy(&worker->lock);
    worker->started = false;
}
