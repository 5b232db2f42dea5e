#include "archive.h"

#include "store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

enum { NAME_SIZE = 256 };

struct sb_archive {
    struct sb_store *store;
    time_t now;
    zip_t *zip;
    char path[64];
    bool failed;
};

/* One blob as libzip reads it. */
struct blob_source {
    struct sb_store *store;
    int64_t blob;
    uint64_t offset, size;
    time_t now;
    zip_error_t error;
};

struct sb_archive *sb_archive_new(struct sb_store *store, int64_t now_ms)
{
    const char *directory = getenv("TMPDIR");
    struct sb_archive *archive = calloc(1, sizeof *archive);
    int fd;
    if (archive == NULL) {
        return NULL;
    }
    archive->store = store;
    archive->now = (time_t)(now_ms / 1000);
    if (directory == NULL || strlen(directory) > 32) {
        directory = "/tmp";
    }
    snprintf(archive->path, sizeof archive->path, "%s/falcon-sandbox-XXXXXX", directory);
    fd = mkstemp(archive->path);
    if (fd < 0) {
        free(archive);
        return NULL;
    }
    close(fd);
    archive->zip = zip_open(archive->path, ZIP_TRUNCATE, NULL);
    if (archive->zip == NULL) {
        unlink(archive->path);
        free(archive);
        return NULL;
    }
    return archive;
}

void sb_archive_free(struct sb_archive *archive)
{
    if (archive == NULL) {
        return;
    }
    if (archive->zip != NULL) {
        zip_discard(archive->zip);
    }
    unlink(archive->path);
    free(archive);
}

/* The last part of a path, with what Windows or a shell would trip over made `_`. */
static void clean_name(const char *name, char *ret_name)
{
    size_t length = 0;
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '/' || *at == '\\') {
            name = at + 1;
        }
    }
    for (; *name != '\0' && length < NAME_SIZE - 16; name++) {
        bool odd = (unsigned char)*name < 32 || *name == 127 || strchr("<>:\"|?*", *name) != NULL;
        ret_name[length++] = odd ? '_' : *name;
    }
    /* Cutting may have split a character of several bytes. */
    while (*name != '\0' && length > 0 && ((unsigned char)*name & 0xC0) == 0x80) {
        length--;
        name--;
    }
    ret_name[length] = '\0';
    if (length == 0 || strcmp(ret_name, ".") == 0 || strcmp(ret_name, "..") == 0) {
        snprintf(ret_name, NAME_SIZE, "file");
    }
}

static void free_name(struct sb_archive *archive, const char *name, char *ret_name)
{
    char clean[NAME_SIZE];
    const char *dot;
    clean_name(name, clean);
    dot = strrchr(clean, '.');
    if (dot == NULL || dot == clean) {
        dot = clean + strlen(clean);
    }
    snprintf(ret_name, NAME_SIZE, "%s", clean);
    for (unsigned n = 2; zip_name_locate(archive->zip, ret_name, ZIP_FL_NOCASE) >= 0; n++) {
        snprintf(ret_name, NAME_SIZE, "%.*s (%u)%s", (int)(dot - clean), clean, n, dot);
    }
}

/* Takes `source`. */
static bool add_source(struct sb_archive *archive, const char *name, zip_source_t *source,
                       zip_int32_t method)
{
    char entry[NAME_SIZE];
    zip_int64_t index;
    free_name(archive, name, entry);
    index = zip_file_add(archive->zip, entry, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        archive->failed = true;
        return false;
    }
    zip_set_file_compression(archive->zip, (zip_uint64_t)index, method, 0);
    zip_file_set_mtime(archive->zip, (zip_uint64_t)index, archive->now, 0);
    return true;
}

bool sb_archive_add_text(struct sb_archive *archive, const char *name, const char *text)
{
    size_t size = strlen(text);
    char *copy = malloc(size + 1);
    zip_source_t *source;
    if (copy == NULL) {
        archive->failed = true;
        return false;
    }
    memcpy(copy, text, size + 1);
    source = zip_source_buffer(archive->zip, copy, size, 1);
    if (source == NULL) {
        free(copy);
        archive->failed = true;
        return false;
    }
    return add_source(archive, name, source, ZIP_CM_DEFLATE);
}

static zip_int64_t read_blob(struct blob_source *blob, void *data, zip_uint64_t size)
{
    int64_t got = sb_blob_read(blob->store, blob->blob, blob->offset, data, size);
    if (got < 0) {
        zip_error_set(&blob->error, ZIP_ER_READ, 0);
        return -1;
    }
    blob->offset += (uint64_t)got;
    return got;
}

static zip_int64_t stat_blob(const struct blob_source *blob, void *data)
{
    zip_stat_t *stat = data;
    zip_stat_init(stat);
    stat->valid = ZIP_STAT_SIZE | ZIP_STAT_MTIME;
    stat->size = blob->size;
    stat->mtime = blob->now;
    return sizeof *stat;
}

static zip_int64_t on_blob(void *state, void *data, zip_uint64_t size, zip_source_cmd_t command)
{
    struct blob_source *blob = state;
    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              -1);
    case ZIP_SOURCE_OPEN:
        blob->offset = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return read_blob(blob, data, size);
    case ZIP_SOURCE_CLOSE:
        return 0;
    case ZIP_SOURCE_STAT:
        return stat_blob(blob, data);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&blob->error, data, size);
    case ZIP_SOURCE_FREE:
        zip_error_fini(&blob->error);
        free(blob);
        return 0;
    default:
        zip_error_set(&blob->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

bool sb_archive_add_blob(struct sb_archive *archive, const char *name, int64_t blob)
{
    int64_t size = sb_blob_size(archive->store, blob);
    struct blob_source *state = size < 0 ? NULL : calloc(1, sizeof *state);
    zip_source_t *source;
    if (state == NULL) {
        archive->failed = true;
        return false;
    }
    *state = (struct blob_source){
        .store = archive->store, .blob = blob, .size = (uint64_t)size, .now = archive->now};
    zip_error_init(&state->error);
    source = zip_source_function(archive->zip, on_blob, state);
    if (source == NULL) {
        free(state);
        archive->failed = true;
        return false;
    }
    return add_source(archive, name, source, ZIP_CM_STORE);
}

/* libzip makes no file for an archive without entries; it is 22 bytes. */
static bool write_empty(const char *path)
{
    static const unsigned char end[22] = {'P', 'K', 5, 6};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write(fd, end, sizeof end) == (ssize_t)sizeof end;
    if (fd >= 0) {
        close(fd);
    }
    return written;
}

int sb_archive_finish(struct sb_archive *archive, uint64_t *ret_size)
{
    bool empty = zip_get_num_entries(archive->zip, 0) == 0;
    struct stat status;
    int fd = -1;
    if (!archive->failed && zip_close(archive->zip) == 0) {
        archive->zip = NULL;
        if (!empty || write_empty(archive->path)) {
            fd = open(archive->path, O_RDONLY | O_CLOEXEC);
        }
    }
    if (fd >= 0 && fstat(fd, &status) == 0) {
        *ret_size = (uint64_t)status.st_size;
    } else if (fd >= 0) {
        close(fd);
        fd = -1;
    }
    sb_archive_free(archive);
    return fd;
}
