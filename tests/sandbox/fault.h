/*
 * Trouble on demand: rules that spoil the answers to chosen operations. A rule is
 * OP:KIND[=VALUE][:COUNT]: OP is an operation id, a short name, `token` or `*`; without COUNT it
 * holds for every call. Rules are tried in the order in which they were given. All functions may be
 * called from any thread.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include "sandbox.h"

/* When a fault acts: instead of the operation; on its answer, once it is done; on the way there. */
enum sb_fault_moment { SB_FAULT_INSTEAD, SB_FAULT_AFTER, SB_FAULT_DELAY };

enum sb_fault_kind {
    SB_FAULT_HTML,
    SB_FAULT_EMPTY,
    SB_FAULT_BARE,
    SB_FAULT_NO_ENVELOPE,
    SB_FAULT_DEEP,
    SB_FAULT_STATUS,
    SB_FAULT_RATELIMIT,
    SB_FAULT_EXPIRED_TOKEN,
    SB_FAULT_ERRORS_IN_200,
    SB_FAULT_REDIRECT,
    SB_FAULT_ENDLESS,
    SB_FAULT_RESET_BEFORE,
    SB_FAULT_RESET_AFTER,
    SB_FAULT_TRUNCATED,
    SB_FAULT_BAD_UTF8,
    SB_FAULT_WRONG_TYPE,
    SB_FAULT_SLOW
};

/* A fault that struck. */
struct sb_fault {
    enum sb_fault_kind kind;
    enum sb_fault_moment moment;
    int64_t number;  /* of VALUE, or the kind's default */
    char value[256]; /* VALUE, or "" */
};

struct sb_faults;

struct sb_faults *sb_faults_new(void);
void sb_faults_free(struct sb_faults *faults);
/* Adds a rule; false when it is malformed or there are too many, with the reason in ret_error. */
bool sb_faults_add(struct sb_faults *faults, const char *rule, char *ret_error, size_t size);
void sb_faults_clear(struct sb_faults *faults);
/* The rules that are left, as a list of texts; the caller puts it. */
struct json_object *sb_faults_list(struct sb_faults *faults);
/* Takes the first rule for this operation (id and short name; `token` as both for the token call).
 */
bool sb_faults_take(struct sb_faults *faults, const char *id, const char *name,
                    struct sb_fault *ret_fault);
/* Answers as an INSTEAD fault says. */
void sb_fault_answer(const struct sb_fault *fault, struct sb_request *req, struct sb_response *res);
/* Spoils a JSON text in place for bad_utf8. */
void sb_fault_spoil_text(char *text, size_t size);
/* One line a kind, for --help and the README. Constant; NULL past the end. */
const char *sb_fault_help(size_t n);

#endif
