/* Ways to hand out a finished archive. Both take the archive. */
#ifndef SANDBOX_DOWNLOAD_H
#define SANDBOX_DOWNLOAD_H

#include "archive.h"

/* Answers with the archive's bytes; with a 500 when it can't be finished. */
void sb_download_archive(struct sb_response *res, struct sb_archive *archive,
                         const char *content_type, const char *filename);

/* Stores the archive as a blob under a link. The caller frees the URL; NULL when that failed. */
char *sb_download_archive_link(struct sb_request *req, struct sb_archive *archive,
                               const char *filename);

/* Appends {link} to resources and frees `url`; NULL answers a 500. */
void sb_download_answer_link(struct sb_response *res, char *url);

#endif
