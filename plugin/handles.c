#include "handles.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run_async.h"

/* A handle's bits, from the lowest: 1 set, 7 process, 24 slot, 32 generation. */
#define PROCESS_BITS 7
#define SLOT_SHIFT 8
#define SLOT_BITS 24
#define GENERATION_SHIFT 32
#define MAX_SLOTS 65536u
static_assert(sizeof(void *) == 8, "a handle carries 64 bits");

struct slot {
    struct instance *instance; /* NULL = free */
    uint32_t generation;       /* of the handle last given out */
    bool closing;
};

/* The handles of one process. A child of fork() gets one of its own, with the next number. */
struct table {
    pid_t pid;
    const char
        *mark; /* '1' in the process that made the table, 0 after a fork; NULL = ask getpid */
    unsigned process;
    pthread_mutex_t lock;
    struct slot *slots;
    size_t n;
    struct table *parent; /* of the process before the fork; kept, not used */
};

static _Atomic(struct table *) current;

/* A byte that a fork wipes, so that a call needs no system call to know its process. */
static const char *make_mark(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    char *mark = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (mark == MAP_FAILED)
        return NULL;
    if (madvise(mark, size, MADV_WIPEONFORK) != 0) { /* Linux before 4.14 */
        munmap(mark, size);
        return NULL;
    }
    *mark = '1';
    return mark;
}

static bool is_own(const struct table *table)
{
    return table->mark != NULL ? *table->mark == '1' : table->pid == getpid();
}

static void drop_table(struct table *table)
{
    if (table->mark != NULL)
        munmap((void *)(uintptr_t)table->mark, (size_t)sysconf(_SC_PAGESIZE));
    pthread_mutex_destroy(&table->lock);
    free(table);
}

static struct table *make_table(struct table *parent)
{
    struct table *table = calloc(1, sizeof(*table));

    if (table == NULL)
        return NULL;
    table->pid = getpid();
    table->mark = make_mark();
    table->process = parent != NULL ? (parent->process + 1) & ((1u << PROCESS_BITS) - 1) : 0;
    table->parent = parent;
    pthread_mutex_init(&table->lock, NULL);
    return table;
}

/* The table of this process, made where there is none. A table that came through a fork may be
 * locked for ever and is left alone. */
static struct table *own_table(void)
{
    struct table *table = atomic_load(&current);

    while (table == NULL || !is_own(table)) {
        struct table *made = make_table(table);
        if (made == NULL)
            return NULL;
        if (atomic_compare_exchange_strong(&current, &table, made))
            return made;
        drop_table(made);
    }
    return table;
}

static size_t free_slot(struct table *table)
{
    for (size_t i = 0; i < table->n; i++)
        if (table->slots[i].instance == NULL)
            return i;
    if (table->n == MAX_SLOTS)
        return MAX_SLOTS;
    size_t n = table->n == 0 ? 16 : table->n * 2;
    struct slot *slots = realloc(table->slots, n * sizeof(*slots));
    if (slots == NULL)
        return MAX_SLOTS;
    size_t first = table->n;
    for (size_t i = first; i < n; i++)
        slots[i] = (struct slot){0};
    table->slots = slots;
    table->n = n;
    return first;
}

soar_plugin *handles_add(struct instance *instance)
{
    struct table *table = own_table();
    uintptr_t token = 0;

    if (table == NULL)
        return NULL;
    pthread_mutex_lock(&table->lock);
    size_t i = free_slot(table);
    if (i < MAX_SLOTS) {
        struct slot *slot = &table->slots[i];
        slot->instance = instance;
        slot->generation++;
        slot->closing = false;
        token = (uintptr_t)slot->generation << GENERATION_SHIFT | (uintptr_t)i << SLOT_SHIFT |
                (uintptr_t)table->process << 1 | 1u;
    }
    pthread_mutex_unlock(&table->lock);
    return (soar_plugin *)token;
}

static unsigned process_of(uintptr_t token)
{
    return (token >> 1) & ((1u << PROCESS_BITS) - 1);
}

/* Was a handle of this process number given out by a process that this one was forked from? */
static bool is_before_fork(const struct table *table, unsigned process)
{
    if (is_own(table))
        table = table->parent;
    while (table != NULL && table->process != process)
        table = table->parent;
    return table != NULL;
}

/* The slot of a handle, with the table locked on HANDLE_FINE and HANDLE_CLOSING. */
static enum handle_state find(soar_plugin *handle, struct table **ret_table, struct slot **ret)
{
    struct table *table = atomic_load(&current);
    uintptr_t token = (uintptr_t)handle;
    size_t i = (token >> SLOT_SHIFT) & ((1u << SLOT_BITS) - 1);

    if (table == NULL || (token & 1) == 0)
        return HANDLE_UNKNOWN;
    if (!is_own(table) || process_of(token) != table->process)
        return is_before_fork(table, process_of(token)) ? HANDLE_FORKED : HANDLE_UNKNOWN;
    pthread_mutex_lock(&table->lock);
    if (i < table->n && table->slots[i].instance != NULL &&
        table->slots[i].generation == token >> GENERATION_SHIFT) {
        *ret_table = table;
        *ret = &table->slots[i];
        return table->slots[i].closing ? HANDLE_CLOSING : HANDLE_FINE;
    }
    pthread_mutex_unlock(&table->lock);
    return HANDLE_UNKNOWN;
}

enum handle_state handles_enter(soar_plugin *handle, struct instance **ret)
{
    struct table *table;
    struct slot *slot;
    enum handle_state state = find(handle, &table, &slot);

    if (state != HANDLE_FINE && state != HANDLE_CLOSING)
        return state;
    if (state == HANDLE_FINE && !instance_enter(slot->instance))
        state = HANDLE_CLOSING;
    if (state == HANDLE_FINE)
        *ret = slot->instance;
    pthread_mutex_unlock(&table->lock);
    return state;
}

enum handle_state handles_enter_to_take(soar_plugin *handle, struct instance **ret)
{
    struct table *table;
    struct slot *slot;
    enum handle_state state = find(handle, &table, &slot);

    if (state != HANDLE_FINE && state != HANDLE_CLOSING)
        return state;
    instance_stay(slot->instance);
    *ret = slot->instance;
    pthread_mutex_unlock(&table->lock);
    return HANDLE_FINE;
}

enum handle_state handles_close(soar_plugin *handle, int64_t until_ms, bool *ret_idle)
{
    struct table *table;
    struct slot *slot;
    enum handle_state state = find(handle, &table, &slot);

    if (state != HANDLE_FINE && state != HANDLE_CLOSING)
        return state;
    struct instance *instance = slot->instance;
    slot->closing = true;
    pthread_mutex_unlock(&table->lock);
    if (state == HANDLE_CLOSING)
        return state;
    do {
        *ret_idle = instance_close(instance, until_ms);
        if (find(handle, &table, &slot) == HANDLE_UNKNOWN)
            return HANDLE_UNKNOWN;
        /* one may have entered to take meanwhile; under the table's lock none can */
        if (!*ret_idle || instance_is_empty(instance))
            break;
        pthread_mutex_unlock(&table->lock);
    } while (true);
    slot->closing = false;
    if (*ret_idle)
        slot->instance = NULL;
    pthread_mutex_unlock(&table->lock);
    if (*ret_idle) {
        run_async_end(instance);
        instance_free(instance);
    }
    return HANDLE_FINE;
}
