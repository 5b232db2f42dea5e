/*
 * sha256.h - SHA-256 (FIPS 180-4), for telling files apart. Pure; a state belongs to one thread.
 */
#ifndef FCM_BASE_SHA256_H
#define FCM_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* A digest in hexadecimal with its NUL. */
#define SHA256_HEX 65

struct sha256 {
    uint32_t h[8];
    uint64_t bytes;
    unsigned char block[64];
};

void sha256_begin(struct sha256 *state);
void sha256_add(struct sha256 *state, const void *bytes, size_t n);
/* sha256_end - the digest of all that was added, in small letters. */
void sha256_end(struct sha256 *state, char ret_hex[SHA256_HEX]);

#endif
