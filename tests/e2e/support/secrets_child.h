/* A host in a process of its own that makes calls and then looks through its memory for secrets.
 * It knows them only in a disguise, so that what it finds is what the plugin and its libraries
 * left. */
#ifndef E2E_SECRETS_CHILD_H
#define E2E_SECRETS_CHILD_H

#include <stddef.h>

/* What a secret is disguised with: each byte of it, exclusive-or. */
#define SECRETS_MASK 0x5a

/* The process: argv = PROGRAM child CONFIG NEEDLES CALLS OUTPUT, files all. NEEDLES: a line for each
 * secret, its name, a space, its disguised bytes in hexadecimal. CALLS: a line for each call, its
 * action, a space, its input. OUTPUT gets all results and lines of the log. On its standard output a
 * line for each secret and each of the times "live" (after the calls) and "closed" (after
 * soar_shutdown): TIME NAME KEPT VISIBLE, the copies in pages that are left out of core dumps and
 * those elsewhere. The host's secrets (secret:NAME) are those of NEEDLES. Returns the exit code. */
int secrets_child(char **argv);

#endif
