#include "download.h"

#include "store.h"

#include <stdlib.h>
#include <unistd.h>

void sb_download_archive(struct sb_response *res, struct sb_archive *archive,
                         const char *content_type, const char *filename)
{
    uint64_t size = 0;
    int fd = sb_archive_finish(archive, &size);
    if (fd < 0) {
        sb_fail(res, 500, "cannot make the archive");
    } else {
        sb_reply_fd(res, fd, size, content_type, filename);
    }
}

static int64_t blob_of_file(struct sb_store *store, int fd)
{
    struct sb_blob_writer *writer = sb_blob_writer_new(store, true);
    char sha256[SB_SHA256_SIZE], buffer[65536];
    uint64_t size;
    ssize_t got;
    if (writer == NULL) {
        return 0;
    }
    while ((got = read(fd, buffer, sizeof buffer)) > 0) {
        if (!sb_blob_append(writer, buffer, (size_t)got)) {
            break;
        }
    }
    if (got != 0) {
        sb_blob_abandon(writer);
        return 0;
    }
    return sb_blob_finish(writer, &size, sha256);
}

char *sb_download_archive_link(struct sb_request *req, struct sb_archive *archive,
                               const char *filename)
{
    uint64_t size = 0;
    int fd = sb_archive_finish(archive, &size);
    int64_t blob = fd < 0 ? 0 : blob_of_file(req->store, fd);
    if (fd >= 0) {
        close(fd);
    }
    return blob == 0 ? NULL : sb_link(req, blob, "application/zip", filename);
}

void sb_download_answer_link(struct sb_response *res, char *url)
{
    if (url == NULL) {
        sb_fail(res, 500, "cannot make the link");
        return;
    }
    struct json_object *link = json_object_new_object();
    sb_set_text(link, "link", url);
    sb_add_object(res, link);
    free(url);
}
