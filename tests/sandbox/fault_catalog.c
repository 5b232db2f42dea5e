#include "fault.h"
#include <stdlib.h>
#include <string.h>

#define NO_VALUE NULL, 0, 0, 0
#define MS(n) "MS", n, 0, 3600000
#define STATUS(n, least) "STATUS", n, least, 599
#define URL "URL", 0, 0, 0

/* clang-format off */
const struct sb_fault_row sb_fault_rows[] = {
    {"refused", SB_FAULT_REFUSED, MS(1000), false,
     "the connection is reset, and new ones are refused for so long"},
    {"reset_before", SB_FAULT_RESET, NO_VALUE, false, "the connection is reset"},
    {"reset_after", SB_FAULT_RESET, NO_VALUE, true, "it is done, then the connection is reset"},
    {"closed_before", SB_FAULT_CLOSED, NO_VALUE, false, "the connection is closed without an answer"},
    {"closed_after", SB_FAULT_CLOSED, NO_VALUE, true,
     "it is done, then the connection is closed without an answer"},
    {"reset_upload", SB_FAULT_RESET_UPLOAD, "BYTES", 1, 0, INT64_C(1) << 40, false,
     "the connection is reset after so many bytes of the request's body"},

    {"slow", SB_FAULT_WAIT_FIRST, MS(1000), true, "a wait, then it is done and answered"},
    {"slow_after", SB_FAULT_WAIT_LAST, MS(1000), true,
     "it is done, then there is a wait before the first byte"},
    {"stall", SB_FAULT_STALL, MS(30000), true, "a wait half way through the body"},
    {"drip", SB_FAULT_DRIP, MS(1000), true, "one byte of the body at a time"},
    {"drip_head", SB_FAULT_DRIP_HEAD, MS(1000), true, "one byte at a time from the status line on"},

    {"truncated", SB_FAULT_TRUNCATED, NO_VALUE, true, "the connection is closed half way through the body"},
    {"reset_in_body", SB_FAULT_RESET_IN_BODY, NO_VALUE, true, "the connection is reset half way through the body"},
    {"endless", SB_FAULT_ENDLESS, NO_VALUE, false, "a body without end"},
    {"endless_after", SB_FAULT_ENDLESS, NO_VALUE, true, "it is done, then comes a body without end"},
    {"endless_head", SB_FAULT_ENDLESS_HEAD, NO_VALUE, false, "header lines without end"},
    {"big_header", SB_FAULT_BIG_HEADER, "BYTES", 1048576, 1, INT64_C(1) << 30, true,
     "a header line of so many bytes"},
    {"length_short", SB_FAULT_LENGTH_SHORT, "BYTES", 10, 1, INT64_C(1) << 40, true,
     "Content-Length is so much less than the body"},
    {"length_long", SB_FAULT_LENGTH_LONG, "BYTES", 10, 1, INT64_C(1) << 40, true,
     "Content-Length is so much more than the body, then the connection is closed"},
    {"length_word", SB_FAULT_LENGTH_WORD, NO_VALUE, true, "Content-Length is no number"},
    {"length_twice", SB_FAULT_LENGTH_TWICE, NO_VALUE, true, "two headers Content-Length that differ"},
    {"chunk_bad", SB_FAULT_CHUNK_BAD, NO_VALUE, true, "the size of the second chunk is no number"},
    {"chunk_cut", SB_FAULT_CHUNK_CUT, NO_VALUE, true, "all chunks but the last, empty one, then the connection is closed"},
    {"chunk_huge", SB_FAULT_CHUNK_HUGE, NO_VALUE, true, "the size of a chunk needs more than 64 bits"},
    {"no_http", SB_FAULT_NO_HTTP, NO_VALUE, false, "bytes that are no HTTP"},
    {"until_close", SB_FAULT_UNTIL_CLOSE, NO_VALUE, true,
     "HTTP/1.0 without a length: the body ends with the connection, as is allowed"},

    {"html", SB_FAULT_HTML, STATUS(200, 200), false, "a gateway's HTML page"},
    {"html_after", SB_FAULT_HTML, STATUS(502, 200), true, "it is done, then comes a gateway's HTML page"},
    {"empty", SB_FAULT_EMPTY, STATUS(200, 200), false, "no body"},
    {"empty_after", SB_FAULT_EMPTY, STATUS(200, 200), true, "it is done, then comes no body"},
    {"bare", SB_FAULT_BARE, STATUS(200, 200), false, "a bare JSON string"},
    {"no_envelope", SB_FAULT_NO_ENVELOPE, STATUS(200, 200), false, "an empty JSON object"},
    {"deep", SB_FAULT_DEEP, "LEVELS", 100000, 1, 10000000, false, "nested lists"},
    {"bad_json", SB_FAULT_BAD_JSON, NO_VALUE, true, "the JSON breaks off half way, its length is right"},
    {"bad_utf8", SB_FAULT_BAD_UTF8, NO_VALUE, true, "a string of the answer is no UTF-8"},
    {"wrong_type", SB_FAULT_WRONG_TYPE, NO_VALUE, true, "JSON is sent as text/plain"},
    {"gzip", SB_FAULT_GZIP, NO_VALUE, true, "the answer comes with Content-Encoding: gzip, asked for or not"},
    {"gzip_bad", SB_FAULT_GZIP_BAD, NO_VALUE, true, "Content-Encoding: gzip, but the body is no gzip"},
    {"gzip_bomb", SB_FAULT_GZIP_BOMB, "MIB", 128, 1, 1024, false, "a small gzip body that unpacks to so much JSON"},

    {"status", SB_FAULT_STATUS, STATUS(500, 400), false, "the error envelope"},
    {"status_after", SB_FAULT_STATUS, STATUS(503, 400), true, "it is done, then comes the error envelope"},
    {"ratelimit", SB_FAULT_RATELIMIT, "SECONDS", 1, 0, 86400, false,
     "429, to be tried again at a time in epoch seconds"},
    {"ratelimit_ms", SB_FAULT_RATELIMIT_MS, "SECONDS", 1, 0, 86400, false,
     "429, to be tried again at a time in epoch milliseconds"},
    {"expired_token", SB_FAULT_EXPIRED_TOKEN, NO_VALUE, false, "401, and the token is gone"},
    {"errors_in_200", SB_FAULT_ERRORS_IN_200, "CODE", 500, 0, 99999, false,
     "HTTP 200 that holds an error and no resources"},
    {"errors_in_200_after", SB_FAULT_ERRORS_IN_200, "CODE", 500, 0, 99999, true,
     "it is done, then comes HTTP 200 that holds an error and no resources"},
    {"partial", SB_FAULT_PARTIAL, NO_VALUE, true, "207 with half of the resources, an error for each of the others"},
    {"redirect", SB_FAULT_REDIRECT, URL, false, "302; a URL that ends with a port needs a slash after it"},
    {"redirect_308", SB_FAULT_REDIRECT_308, URL, false, "308, the same"},
    {"clock_ahead", SB_FAULT_CLOCK_AHEAD, "SECONDS", 3600, 1, 3155760000, true,
     "the service's clock is so far ahead in this call: Date, times that are stored, retry times"},
};
/* clang-format on */
const size_t sb_fault_row_count = sizeof sb_fault_rows / sizeof *sb_fault_rows;

static struct json_object *value_of(const struct sb_fault_row *row)
{
    struct json_object *value = json_object_new_object();
    bool number = strcmp(row->value, "URL") != 0;
    sb_set_text(value, "name", row->value);
    sb_set_text(value, "type", number ? "integer" : "string");
    if (number) {
        sb_set_int(value, "default", row->number);
        sb_set_int(value, "min", row->min);
        sb_set_int(value, "max", row->max);
    }
    return value;
}

struct json_object *sb_fault_catalog(void)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < sb_fault_row_count; i++) {
        const struct sb_fault_row *row = &sb_fault_rows[i];
        struct json_object *entry = json_object_new_object();
        sb_set_text(entry, "kind", row->name);
        sb_set(entry, "value", row->value != NULL ? value_of(row) : NULL);
        sb_set_bool(entry, "applied", row->applied);
        sb_set_text(entry, "effect", row->effect);
        json_object_array_add(list, entry);
    }
    struct json_object *all = json_object_new_object();
    sb_set(all, "faults", list);
    return all;
}

static void print_json(FILE *out)
{
    struct json_object *all = sb_fault_catalog();
    fprintf(out, "%s\n",
            json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY |
                                                    JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(all);
}

void sb_fault_print(FILE *out, bool as_json)
{
    if (as_json) {
        print_json(out);
        return;
    }
    fprintf(out, "%-28s %-9s %s\n", "KIND", "CARRIED", "WHAT HAPPENS");
    fprintf(out, "%-28s %s\n", "", "OUT?");
    for (size_t i = 0; i < sb_fault_row_count; i++) {
        const struct sb_fault_row *row = &sb_fault_rows[i];
        char form[64], given[32] = "";
        if (row->value != NULL && strcmp(row->value, "URL") == 0) {
            snprintf(form, sizeof form, "%s=URL", row->name);
        } else {
            snprintf(form, sizeof form, row->value != NULL ? "%s[=%s]" : "%s", row->name,
                     row->value);
        }
        if (row->value != NULL && strcmp(row->value, "URL") != 0) {
            snprintf(given, sizeof given, " (%lld)", (long long)row->number);
        }
        fprintf(out, "%-28s %-9s %s%s\n", form, row->applied ? "yes" : "no", row->effect, given);
    }
}
