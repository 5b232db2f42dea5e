/* What analysts attach to cases: short texts, each with bytes of its own. */
#include "file_doc.h"
#include "response.h"
#include "seed_pool.h"
#include "store.h"
#include <stdio.h>

bool sb_seed_file(struct sb_request *req, const char *case_id, const struct sb_story *story,
                  unsigned number)
{
    char text[1024], sha256[SB_SHA256_SIZE] = "", time[SB_TIME_SIZE];
    size_t size = 0;
    sb_time_text(req->now_ms, time);
    for (size_t i = 0, lines = 2 + sb_pick(req, 8); i < lines && size < sizeof text - 128; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%s case %s line %zu: %s\n", time,
                                 case_id, i + 1, story->name);
    }
    struct sb_new_file file = {.case_id = case_id,
                               .name = story->file,
                               .description = number % 2 == 0 ? "Taken from the host" : "",
                               .source = "upload",
                               .blob = sb_blob_put(req->store, text, size, sha256),
                               .size = size,
                               .sha256 = sha256};
    struct sb_response res;
    sb_response_init(&res);
    sb_file_add(req, &res, &file, 0);
    sb_response_done(&res);
    return file.blob != 0;
}
