/*
 * What a fresh sandbox holds: the fixed world that flows can point at, and with --seed N so many
 * cases more. The ids below never change; README.md lists them.
 */
#ifndef SANDBOX_SEED_H
#define SANDBOX_SEED_H

#include "operations.h"

#define SB_SEED_CID "5a9dbd0c0ffee0000000000000000001"
#define SB_SEED_MEMBER_CID "5a9dbd0c0ffee0000000000000000002"
#define SB_SEED_CLIENT_ID "5a9dbd0c11e9700000000000000000c1"
#define SB_SEED_CLIENT_SECRET "sandbox-secret-not-for-production-0000001"

#define SB_SEED_AUTOMATION "00000000-0000-4000-8000-0000000000a0"
#define SB_SEED_ANALYST "00000000-0000-4000-8000-0000000000a1"
#define SB_SEED_LEAD "00000000-0000-4000-8000-0000000000a2"

#define SB_SEED_GROUP "00000000-0000-4000-8000-000000000060"
#define SB_SEED_SLA "00000000-0000-4000-8000-000000000050"
#define SB_SEED_TEMPLATE "00000000-0000-4000-8000-000000000070"
#define SB_SEED_FIELD_CAUSE "00000000-0000-4000-8000-000000000071"
#define SB_SEED_FIELD_HOSTS "00000000-0000-4000-8000-000000000075"
#define SB_SEED_FIELD_CONTAINED "00000000-0000-4000-8000-000000000076"
#define SB_SEED_SESSION "00000000-0000-4000-8000-000000000090"

/* The hosts: a workstation with ransomware, another, a Linux server, and one that is offline. */
#define SB_SEED_HOST "a1d00000000000000000000000000001"
#define SB_SEED_HOST_2 "a1d00000000000000000000000000002"
#define SB_SEED_HOST_LINUX "a1d00000000000000000000000000003"
#define SB_SEED_HOST_OFFLINE "a1d00000000000000000000000000004"

/* Makes the fixed world and `cases` cases, unless the store has been seeded before. False when the
 * store failed, with the reason in ret_error. Takes the store's lock. */
bool sb_seed(struct sb_store *store, const struct sb_options *options, unsigned cases,
             char *ret_error, size_t size);

/* Fills in the user as whom an API client acts: the fixed world's automation account. */
void sb_seed_caller(struct sb_request *req);

/* ---- among the seed files ---- */

/* Runs an operation from within, on a body (taken), at the time of `req`; `preset` are the ids it
 * gives out first (NULL-terminated, or NULL). Returns the first resource's id in ret_id (may be
 * NULL). False on refusal. */
bool sb_seed_run(struct sb_request *req, sb_handler *handler, struct json_object *body,
                 const char *const *preset, char ret_id[SB_UUID_SIZE]);
/* seed_world.c: users, hosts with files, alerts, events, access tags, group, SLA, template. */
bool sb_seed_world(struct sb_request *req);
/* seed_cases.c: cases that look like a tenant's. */
bool sb_seed_cases(struct sb_request *req, unsigned count);
/* The composite id of the n-th fixed alert (from 0), or NULL past the end. Constant. */
const char *sb_seed_alert(size_t n);

#endif
