/*
 * Trouble on demand: rules that spoil the answers to chosen operations. A rule is
 * OP[@FIRST[/EVERY]]:KIND[=VALUE][:COUNT]: OP is an operation id, a short name, `token` or `*`. Each
 * rule counts the calls that it is meant for from when it was set: it strikes at the FIRST of them
 * (1) and at each EVERYth (1) from there on, COUNT times or for ever. Where several strike at once,
 * the one that was set first does. All functions may be called from any thread.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include "sandbox.h"
#include <stdio.h>

enum sb_fault_kind {
    /* the connection */
    SB_FAULT_REFUSED,
    SB_FAULT_RESET,
    SB_FAULT_CLOSED,
    SB_FAULT_RESET_UPLOAD,
    /* time */
    SB_FAULT_WAIT_FIRST,
    SB_FAULT_WAIT_LAST,
    /* another answer */
    SB_FAULT_HTML,
    SB_FAULT_EMPTY,
    SB_FAULT_BARE,
    SB_FAULT_NO_ENVELOPE,
    SB_FAULT_DEEP,
    SB_FAULT_GZIP_BOMB,
    SB_FAULT_STATUS,
    SB_FAULT_RATELIMIT,
    SB_FAULT_RATELIMIT_MS,
    SB_FAULT_EXPIRED_TOKEN,
    SB_FAULT_ERRORS_IN_200,
    SB_FAULT_REDIRECT,
    SB_FAULT_REDIRECT_308,
    /* the answer, changed */
    SB_FAULT_PARTIAL,
    SB_FAULT_CLOCK_AHEAD,
    SB_FAULT_BAD_JSON,
    SB_FAULT_BAD_UTF8,
    SB_FAULT_WRONG_TYPE,
    SB_FAULT_GZIP,
    SB_FAULT_GZIP_BAD,
    /* the answer, as no well-behaved server sends it: wire.c; all from here on */
    SB_FAULT_ON_THE_WIRE,
    SB_FAULT_STALL = SB_FAULT_ON_THE_WIRE,
    SB_FAULT_DRIP,
    SB_FAULT_DRIP_HEAD,
    SB_FAULT_TRUNCATED,
    SB_FAULT_RESET_IN_BODY,
    SB_FAULT_ENDLESS,
    SB_FAULT_ENDLESS_HEAD,
    SB_FAULT_BIG_HEADER,
    SB_FAULT_LENGTH_SHORT,
    SB_FAULT_LENGTH_LONG,
    SB_FAULT_LENGTH_WORD,
    SB_FAULT_LENGTH_TWICE,
    SB_FAULT_CHUNK_BAD,
    SB_FAULT_CHUNK_CUT,
    SB_FAULT_CHUNK_HUGE,
    SB_FAULT_NO_HTTP,
    SB_FAULT_UNTIL_CLOSE
};

/* One kind of fault: the catalogue is the one place that knows them. */
struct sb_fault_row {
    const char *name;
    enum sb_fault_kind kind;
    const char *value; /* what VALUE is: NULL: there is none; "URL": a text; else a whole number */
    int64_t number, min, max; /* of a number: the default and the bounds */
    bool applied;             /* is the operation carried out? */
    const char *effect;
};

extern const struct sb_fault_row sb_fault_rows[];
extern const size_t sb_fault_row_count;

/* The catalogue: {"faults": [{kind, value: null or {name, type, default, min, max}, applied, effect}]}.
 * The caller puts it. */
struct json_object *sb_fault_catalog(void);
/* Prints the catalogue, as a table or as JSON. */
void sb_fault_print(FILE *out, bool as_json);

/* A fault that struck. */
struct sb_fault {
    enum sb_fault_kind kind;
    bool applied;    /* the operation is carried out nevertheless */
    int64_t number;  /* of VALUE, or the kind's default */
    char value[256]; /* VALUE, or "" */
};

struct sb_faults;

struct sb_faults *sb_faults_new(void);
void sb_faults_free(struct sb_faults *faults);
/* Adds a rule; false when it is malformed or there are too many, with the reason in ret_error. */
bool sb_faults_add(struct sb_faults *faults, const char *rule, char *ret_error, size_t size);
void sb_faults_clear(struct sb_faults *faults);
/* The rules that are left, as a list of texts; the caller puts it. COUNT and FIRST are what is left
 * of them. */
struct json_object *sb_faults_list(struct sb_faults *faults);
/* Counts one call of this operation (id and short name; `token` as both for the token call), and
 * tells which fault it meets, if any. */
bool sb_faults_take(struct sb_faults *faults, const char *id, const char *name,
                    struct sb_fault *ret_fault);

/* Is it one of those after which the connection drops without a byte of an answer? */
bool sb_fault_drops(const struct sb_fault *fault);
/* Puts another answer in the place of what there is, where the kind is one of those. */
void sb_fault_answer(const struct sb_fault *fault, struct sb_request *req, struct sb_response *res);
/* What `partial` leaves of an answer: half of its resources, an error for each of the others. */
void sb_fault_halve(struct sb_response *res);
/* Spoils or packs a JSON text that malloc gave, for the kinds that do; *text may become NULL when
 * memory is short. */
void sb_fault_spoil(const struct sb_fault *fault, char **text, size_t *size);

#endif
