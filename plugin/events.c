#include "events.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/kept.h"

#define MAX_DOCUMENT 4096u
#define MOST_GATHERED 16u

struct event {
    struct event *previous, *next;
    bool waits; /* it is in the queue */
    int32_t kind;
    soar_status status;
    int http_status;
    uint64_t call_id, done, total;
    char *json; /* owned; of an outcome or a line */
    size_t json_len;
};

void events_init(struct events *events, uint64_t most)
{
    memset(events, 0, sizeof(*events));
    pthread_mutex_init(&events->lock, NULL);
    events->fd = -1;
    events->most = most;
}

void events_done(struct events *events)
{
    while (events->first != NULL) {
        struct event *event = events->first;
        events->first = event->next;
        free(event->json);
        free(event);
    }
    while (events->spare != NULL) {
        struct event *event = events->spare;
        events->spare = event->next;
        free(event);
    }
    if (events->fd >= 0)
        close(events->fd);
    pthread_mutex_destroy(&events->lock);
}

/* ------------------------------------------------------------------ the queue, under the lock */

static void say_there_is(const struct events *events)
{
    const uint64_t one = 1;

    (void)!write(events->fd, &one, sizeof(one));
}

/* What is yet to be said of what was taken already is met by the next who finds nothing. */
static void say_there_is_none(struct events *events)
{
    uint64_t count;

    if (events->said > 0 && read(events->fd, &count, sizeof(count)) == sizeof(count))
        events->said -= count;
}

/* true = say_there_is, when the lock has been given back: who is woken by that takes it at once. */
static bool append(struct events *events, struct event *event)
{
    event->waits = true;
    event->previous = events->last;
    event->next = NULL;
    if (events->last != NULL)
        events->last->next = event;
    else
        events->first = event;
    events->last = event;
    bool say = events->first == event && events->fd >= 0;
    if (events->gatherer != (unsigned long)pthread_self()) {
        events->said += say;
        return say;
    }
    if (!say && events->gathered == 0)
        return false; /* that there is something is known */
    events->said += events->gathered == 0;
    if (++events->gathered < MOST_GATHERED)
        return false;
    events->gathered = 0;
    return true;
}

static void take_out(struct events *events, struct event *event)
{
    if (event->previous != NULL)
        event->previous->next = event->next;
    else
        events->first = event->next;
    if (event->next != NULL)
        event->next->previous = event->previous;
    else
        events->last = event->previous;
    event->waits = false;
    if (events->first == NULL)
        say_there_is_none(events);
}

void events_gather(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    events->gatherer = (unsigned long)pthread_self();
    pthread_mutex_unlock(&events->lock);
}

void events_tell(struct events *events)
{
    if (events->gathered == 0)
        return;
    events->gathered = 0;
    say_there_is(events);
}

void events_gather_no_more(struct events *events)
{
    events_tell(events);
    pthread_mutex_lock(&events->lock);
    events->gatherer = 0;
    pthread_mutex_unlock(&events->lock);
}

/* ------------------------------------------------------------------ memory, under the lock */

static struct event *make_event(struct events *events)
{
    struct event *event = events->spare;

    if (event == NULL)
        return calloc(1, sizeof(*event));
    events->spare = event->next;
    events->n_spare--;
    *event = (struct event){0};
    return event;
}

/* What it owned is somebody else's by now. */
static void drop_event(struct events *events, struct event *event)
{
    if (events->n_spare == MOST_KEPT) {
        free(event);
        return;
    }
    event->next = events->spare;
    events->spare = event;
    events->n_spare++;
}

/* ------------------------------------------------------------------ calls */

int events_fd(struct events *events)
{
    pthread_mutex_lock(&events->lock);
    if (events->fd < 0) {
        events->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (events->fd >= 0 && events->first != NULL) {
            events->said = 1;
            say_there_is(events);
        }
    }
    int fd = events->fd;
    pthread_mutex_unlock(&events->lock);
    return fd;
}

struct event *events_admit(struct events *events, uint64_t call_id)
{
    struct event *event = NULL;

    pthread_mutex_lock(&events->lock);
    if (events->calls < events->most)
        event = make_event(events);
    if (event != NULL) {
        event->call_id = call_id;
        events->calls++;
    }
    pthread_mutex_unlock(&events->lock);
    return event;
}

void events_retract(struct events *events, struct event *event)
{
    pthread_mutex_lock(&events->lock);
    if (event->waits)
        take_out(events, event);
    events->calls--;
    drop_event(events, event);
    pthread_mutex_unlock(&events->lock);
}

void events_progress(struct events *events, struct event *event, uint64_t done, uint64_t total)
{
    pthread_mutex_lock(&events->lock);
    bool moved = event->done != done || event->total != total;
    event->kind = SOAR_KIND_PROGRESS;
    event->done = done;
    event->total = total;
    bool say = moved && !event->waits && append(events, event);
    pthread_mutex_unlock(&events->lock);
    if (say)
        say_there_is(events);
}

void events_outcome(struct events *events, struct event *event, soar_status status, int http_status,
                    struct buf *document)
{
    size_t len = 0;
    char *json = document->failed != BUF_FINE ? NULL : buf_take(document, &len);

    if (json == NULL) {
        buf_done(document);
        status = status == SOAR_OK ? SOAR_RESOURCE_EXHAUSTED : status;
    }
    pthread_mutex_lock(&events->lock);
    if (event->waits)
        take_out(events, event);
    event->kind = SOAR_KIND_DONE;
    event->status = status;
    event->http_status = http_status;
    event->json = json;
    event->json_len = len;
    event->done = event->total = 0;
    bool say = append(events, event);
    pthread_mutex_unlock(&events->lock);
    if (say)
        say_there_is(events);
}

/* ------------------------------------------------------------------ the log */

/* Under the lock. */
static struct event *make_line(struct events *events, int32_t level, const char *line, size_t len)
{
    static const char *const names[] = {"error", "error", "warn", "info", "debug", "audit"};
    struct event *event = make_event(events);
    struct buf text;

    if (event == NULL)
        return NULL;
    buf_init(&text, MAX_DOCUMENT * 2);
    buf_adds(&text, "{\"level\":\"");
    buf_adds(&text, level >= SOAR_LOG_ERROR && level <= SOAR_LOG_AUDIT ? names[level] : "debug");
    buf_adds(&text, "\",\"message\":");
    buf_add_json(&text, line, len);
    buf_addc(&text, '}');
    event->kind = SOAR_KIND_LOG;
    event->json = buf_take(&text, &event->json_len);
    if (event->json != NULL)
        return event;
    buf_done(&text);
    drop_event(events, event);
    return NULL;
}

static bool append_line(struct events *events, struct event *event)
{
    events->n_log++;
    return append(events, event);
}

void events_log(struct events *events, int32_t level, const char *line, uint64_t len)
{
    pthread_mutex_lock(&events->lock);
    bool room = events->n_log < EVENTS_MAX_LOG;
    struct event *event = room ? make_line(events, level, line, (size_t)len) : NULL;
    bool say = event != NULL && append_line(events, event);
    if (event == NULL)
        events->dropped++;
    pthread_mutex_unlock(&events->lock);
    if (say)
        say_there_is(events);
}

/* Where lines were dropped, a line says so as soon as there is room. */
static void confess(struct events *events)
{
    struct buf line;

    buf_init(&line, MAX_DOCUMENT);
    buf_addf(&line, "%llu lines of the log were dropped: soar_next was not asked for them in time",
             (unsigned long long)events->dropped);
    struct event *event =
        line.failed == BUF_FINE ? make_line(events, SOAR_LOG_WARN, line.ptr, line.len) : NULL;
    buf_done(&line);
    if (event == NULL)
        return;
    events->dropped = 0;
    (void)append_line(events, event); /* behind the line that is being taken */
}

/* ------------------------------------------------------------------ taking */

static void fill(soar_result *ret, const struct event *event)
{
    ret->status = event->status;
    ret->call_id = event->call_id;
    ret->kind = event->kind;
    ret->http_status = event->http_status;
    ret->json = event->json;
    ret->json_len = event->json_len;
    ret->done = event->done;
    ret->total = event->total;
    ret->owner = event->json;
}

/* The event stays with its call, which goes on. */
static void give_document_to_progress(soar_result *ret)
{
    struct buf text;
    size_t len = 0;

    buf_init(&text, MAX_DOCUMENT);
    buf_addf(&text, "{\"done\":%llu,\"total\":%llu}", (unsigned long long)ret->done,
             (unsigned long long)ret->total);
    char *json = buf_take(&text, &len);
    if (json == NULL)
        buf_done(&text);
    ret->json = json;
    ret->json_len = len;
    ret->owner = json;
}

bool events_take(struct events *events, soar_result *ret)
{
    pthread_mutex_lock(&events->lock);
    struct event *event = events->first;
    if (event == NULL) {
        say_there_is_none(events);
        pthread_mutex_unlock(&events->lock);
        return false;
    }
    fill(ret, event);
    bool goes_on = event->kind == SOAR_KIND_PROGRESS;
    if (event->kind == SOAR_KIND_DONE)
        events->calls--;
    if (event->kind == SOAR_KIND_LOG) {
        events->n_log--;
        if (events->dropped > 0)
            confess(events);
    }
    take_out(events, event);
    if (!goes_on)
        drop_event(events, event);
    pthread_mutex_unlock(&events->lock);
    if (goes_on)
        give_document_to_progress(ret);
    return true;
}
