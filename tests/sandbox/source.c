#include "source.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sb_source {
    struct sb_store *store;
    int64_t blob; /* of the store; else: */
    char *text;   /* or NULL, then: */
    int fd;
    uint64_t size;
};

static struct sb_source *keep(struct sb_source plan)
{
    struct sb_source *source = malloc(sizeof *source);
    if (source != NULL) {
        *source = plan;
        return source;
    }
    free(plan.text);
    if (plan.fd >= 0) {
        close(plan.fd);
    }
    return NULL;
}

struct sb_source *sb_source_text(char *text, size_t size)
{
    return keep((struct sb_source){.text = text, .fd = -1, .size = size});
}

struct sb_source *sb_source_fd(int fd, uint64_t size)
{
    return keep((struct sb_source){.fd = fd, .size = size});
}

struct sb_source *sb_source_blob(struct sb_store *store, int64_t blob)
{
    sb_store_lock(store);
    int64_t size = sb_blob_size(store, blob);
    sb_store_unlock(store);
    if (size < 0) {
        return NULL;
    }
    return keep((struct sb_source){.store = store, .blob = blob, .fd = -1, .size = (uint64_t)size});
}

void sb_source_free(struct sb_source *source)
{
    if (source != NULL) {
        free(source->text);
        if (source->fd >= 0) {
            close(source->fd);
        }
        free(source);
    }
}

uint64_t sb_source_size(const struct sb_source *source)
{
    return source->size;
}

ssize_t sb_source_read(struct sb_source *source, uint64_t position, char *buffer, size_t max)
{
    uint64_t rest = source->size - position;
    size_t wanted = rest < max ? (size_t)rest : max;
    if (source->text != NULL) {
        memcpy(buffer, source->text + position, wanted);
        return (ssize_t)wanted;
    }
    if (source->fd >= 0) {
        return pread(source->fd, buffer, wanted, (off_t)position);
    }
    sb_store_lock(source->store);
    int64_t count = sb_blob_read(source->store, source->blob, position, buffer, wanted);
    sb_store_unlock(source->store);
    return (ssize_t)count;
}
