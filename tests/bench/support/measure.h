/* What every client of the benchmark measures itself with. Any thread. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>

#define TOKEN "eyJhbGciOiJSUzI1NiJ9.bench" /* the server's */

/* Header lines of a request of the plugin's, in its order; those of the bare peer are the same. */
#define USER_AGENT_LINE "User-Agent: falcon-case-management/0.1.0"
#define ACCEPT_LINE "Accept: application/json, */*;q=0.5"
#define AUTHORIZATION_LINE "Authorization: Bearer " TOKEN
#define JSON_LINE "Content-Type: application/json"

/* Ends the process with a message on standard error. */
__attribute__((noreturn)) void die(const char *what);

/* Seconds that this process has computed; seconds since some point in the past. */
double cpu_seconds(void);
double wall_seconds(void);

/* Peak of resident memory since exec, in KiB; getrusage would count the parent's before it. */
long peak_rss_kib(void);

/* Prints the line of JSON that a client ends with; cpu and wall are seconds of all n. */
void print_figures(const char *peer, const char *work, double n, double cpu, double wall);

/* Before that: one more figure for the line. */
void print_more(const char *name, double value);

/* An answer that is kept. Zeroed is empty; bytes are the caller's to free. */
struct memory {
    char *bytes;
    size_t len, cap;
};

/* libcurl's write function for a struct memory. */
size_t to_memory(char *bytes, size_t size, size_t n, void *memory);

#endif
