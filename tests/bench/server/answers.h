/* The answers of the benchmark's server, made beforehand where they do not depend on the request. They
 * are only read once made. */
#ifndef BENCH_SERVER_ANSWERS_H
#define BENCH_SERVER_ANSWERS_H

#include <stddef.h>

#define FILE_BLOCK 1048576
#define CHUNKS 10 /* of CHUNK cases, that a get of many asks for */
#define CHUNK 1000

struct answer {
    char *bytes;
    size_t len;
};

struct answers {
    const char *line; /* of each head, or ""                                                     */
    struct answer token, ids_100, ids_10000, cases_100, chunks[CHUNKS], patched, uploaded;
    const char *block; /* FILE_BLOCK bytes of any file                                           */
    const char *list;  /* all ids, each as wide as the others                                    */
};

/* Reads the template of a case, with @ID@ in it. line is "" or a whole header line that every answer
 * has. Ends the process where that fails. */
struct answers make_answers(const char *case_file, const char *line);

/* The answer to a request of head and the first bytes of its body, have bytes in all, with a NUL behind.
 * One that is made for it lies in *room, whose bytes are freed first. *ret_file is how many bytes of a
 * file come behind the answer. */
const struct answer *choose_answer(const struct answers *answers, const char *head, size_t have,
                                   struct answer *room, long long *ret_file);

#endif
