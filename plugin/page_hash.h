/*
 * page_hash.h - the hash of an id, for the tables of a call. Pure.
 */
#ifndef FCM_PAGE_HASH_H
#define FCM_PAGE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t page_hash_word(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

/* Both halves of the product, so that each bit of a and b moves all of the answer. */
static inline uint64_t page_hash_mix(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t product = a * b;

    return (product ^ product >> 32) * UINT64_C(0x9e3779b97f4a7c15);
#endif
}

/* page_hash - of an id: two words at a time; the last two may overlap what was read before. */
static inline uint64_t page_hash(const char *id, size_t len)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15), even = UINT64_C(0xd1b54a32d192ed03);
    uint64_t hash = len, a = 0, b = 0;
    size_t left = len;

    for (; left > 16; id += 16, left -= 16)
        hash = page_hash_mix(page_hash_word(id) ^ odd, page_hash_word(id + 8) ^ hash ^ even);
    if (len >= 16) {
        a = page_hash_word(id + left - 16);
        b = page_hash_word(id + left - 8);
    } else if (left >= 8) {
        a = page_hash_word(id);
        b = page_hash_word(id + left - 8);
    } else {
        memcpy(&a, id, left);
    }
    return page_hash_mix(page_hash_mix(a ^ odd, b ^ hash ^ even), odd);
}

#endif
