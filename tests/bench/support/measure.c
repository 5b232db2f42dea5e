#include "measure.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void die(const char *what)
{
    fprintf(stderr, "bench: %.1000s\n", what);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double cpu_seconds(void)
{
    return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double wall_seconds(void)
{
    return seconds(CLOCK_MONOTONIC);
}

long peak_rss_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");

    while (status != NULL && kib < 0 && fgets(line, sizeof(line), status) != NULL)
        sscanf(line, "VmHWM: %ld", &kib);
    if (status != NULL)
        fclose(status);
    return kib;
}

static bool begun;

void print_more(const char *name, double value)
{
    printf("%s\"%s\":%.2f,", begun ? "" : "{", name, value);
    begun = true;
}

void print_figures(const char *peer, const char *work, double n, double cpu, double wall)
{
    if (!begun)
        putchar('{');
    printf("\"peer\":\"%s\",\"work\":\"%s\",\"n\":%.0f,\"cpu_us\":%.2f,\"wall_us\":%.2f,"
           "\"rss_kib\":%ld}\n",
           peer, work, n, cpu * 1e6 / n, wall * 1e6 / n, peak_rss_kib());
}

size_t to_memory(char *bytes, size_t size, size_t n, void *userdata)
{
    struct memory *memory = userdata;
    size_t len = size * n;

    if (memory->len + len + 1 > memory->cap) {
        memory->cap = (memory->len + len + 1) * 2;
        memory->bytes = realloc(memory->bytes, memory->cap);
        if (memory->bytes == NULL)
            die("realloc");
    }
    memcpy(memory->bytes + memory->len, bytes, len);
    memory->len += len;
    return len;
}
