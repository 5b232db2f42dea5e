/*
 * Answers that no well-behaved server sends, as bytes for the wire: what is sent, when, and how the
 * connection ends. front.c sends them.
 */
#ifndef SANDBOX_WIRE_H
#define SANDBOX_WIRE_H

#include "fault.h"
#include "source.h"

struct sb_script {
    char *head; /* status line, headers, maybe more */
    size_t head_size;
    struct sb_source *body; /* or NULL; of which so many bytes are sent: */
    uint64_t body_size;
    char *tail; /* after the body */
    size_t tail_size;
    bool endless; /* the tail comes again and again */
    bool reset;   /* the connection ends in a reset, not in a plain close */
    /* at this byte there is one wait: */
    uint64_t pause_at;
    int64_t pause_ms; /* 0: none */
    /* from this byte on they come one at a time: */
    uint64_t drip_from;
    int64_t drip_ms; /* 0: all at once */
};

/* The script for a fault from SB_FAULT_ON_THE_WIRE on, of the answer with this status, header lines
 * (each with its end of line; without those of the body's length) and body (taken). False when
 * memory is short. sb_script_done frees what is in it. */
bool sb_script_write(struct sb_script *script, const struct sb_fault *fault, unsigned status,
                     const char *headers, struct sb_source *body);
void sb_script_done(struct sb_script *script);
/* The next bytes from `position` on, at most `max`; 0 at the end (or where the body can't be read).
 */
size_t sb_script_read(const struct sb_script *script, uint64_t position, char *buffer, size_t max);

#endif
