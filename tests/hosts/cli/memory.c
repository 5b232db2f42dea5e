#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_error.h"

static void *checked(void *memory)
{
    if (!memory) {
        fputs("soarhost: out of memory\n", stderr);
        _Exit(SOAR_RESOURCE_EXHAUSTED);
    }
    return memory;
}

void *host_alloc(size_t n)
{
    return checked(calloc(1, n ? n : 1));
}

void *host_realloc(void *old, size_t n)
{
    return checked(realloc(old, n ? n : 1));
}

char *host_strdup(const char *text)
{
    return checked(strdup(text));
}

char *host_strndup(const char *text, size_t n)
{
    return checked(strndup(text, n));
}

char *host_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    return checked(n < 0 ? NULL : text);
}
