#include "ids.h"
#include "fql.h"
#include "response.h"
#include "store.h"
#include "store_private.h"
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

uint64_t sb_random_next(uint64_t *state)
{
    /* splitmix64: one add and three mixes, repeatable from the seed. */
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t sb_random(struct sb_store *store)
{
    return sb_random_next(&store->random_state);
}

void sb_uuid_text(const unsigned char bytes[16], char ret_text[SB_UUID_SIZE])
{
    unsigned char b[16];
    memcpy(b, bytes, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(ret_text, SB_UUID_SIZE,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
}

void sb_uuid_random(char ret_text[SB_UUID_SIZE])
{
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        memset(bytes, 0, sizeof bytes);
    }
    sb_uuid_text(bytes, ret_text);
}

void sb_new_id(struct sb_request *req, char ret_id[SB_UUID_SIZE])
{
    if (req->preset_ids != NULL && *req->preset_ids != NULL) {
        snprintf(ret_id, SB_UUID_SIZE, "%s", *req->preset_ids++);
        return;
    }
    if (req->store->seeding) {
        uint64_t words[2] = {sb_random(req->store), sb_random(req->store)};
        unsigned char bytes[16];
        memcpy(bytes, words, sizeof bytes);
        sb_uuid_text(bytes, ret_id);
        return;
    }
    sb_uuid_random(ret_id);
}

void sb_time_text(int64_t ms, char ret_text[SB_TIME_SIZE])
{
    fql_time_format(ms, ret_text);
}

bool sb_time_parse(const char *text, int64_t *ret_ms)
{
    /* `now` forms belong to filters alone. */
    return text[0] != 'n' && fql_time_parse(text, 0, ret_ms);
}

void sb_size_text(uint64_t bytes, char ret_text[32])
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;
    while (size >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        size /= 1024;
        unit++;
    }
    if (unit == 0) {
        snprintf(ret_text, 32, "%u B", (unsigned)bytes);
    } else {
        snprintf(ret_text, 32, "%.1f %s", size, units[unit]);
    }
}
