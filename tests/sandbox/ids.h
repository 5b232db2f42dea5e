/* Ids that handlers have no business with. */
#ifndef SANDBOX_IDS_H
#define SANDBOX_IDS_H

#include "sandbox.h"

/* A version 4 UUID as text from 16 bytes, or from the kernel's randomness. */
void sb_uuid_text(const unsigned char bytes[16], char ret_text[SB_UUID_SIZE]);
void sb_uuid_random(char ret_text[SB_UUID_SIZE]);
/* The next number of a repeatable generator; not for secrets. */
uint64_t sb_random_next(uint64_t *state);

#endif
