#include <stdio.h>
#include <string.h>
#include <time.h>

#include "reconcile.h"

/* len digits as a number; -1 = some are none. */
static int digits(const char *text, size_t len)
{
    int n = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        n = n * 10 + (text[i] - '0');
    }
    return n;
}

/* The offset from UTC in minutes; false = it is none. */
static bool zone(const char *text, int *ret)
{
    *ret = 0;
    if ((text[0] | 0x20) == 'z')
        return text[1] == '\0';
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 || text[3] != ':')
        return false;
    int hours = digits(text + 1, 2), minutes = digits(text + 4, 2);
    *ret = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
    return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
}

int64_t reconcile_time_ms(const char *text)
{
    struct tm at = {0};
    int ms = 0, offset = 0, weight = 100;

    if (text == NULL || strlen(text) < 20 || text[4] != '-' || text[7] != '-' ||
        (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':')
        return -1;
    at.tm_year = digits(text, 4) - 1900;
    at.tm_mon = digits(text + 5, 2) - 1;
    at.tm_mday = digits(text + 8, 2);
    at.tm_hour = digits(text + 11, 2);
    at.tm_min = digits(text + 14, 2);
    at.tm_sec = digits(text + 17, 2);
    if (at.tm_year < -1900 || at.tm_mon < 0 || at.tm_mon > 11 || at.tm_mday < 1 ||
        at.tm_mday > 31 || at.tm_hour < 0 || at.tm_hour > 23 || at.tm_min < 0 || at.tm_min > 59 ||
        at.tm_sec < 0 || at.tm_sec > 60)
        return -1;
    text += 19;
    if (*text == '.') {
        if (digits(++text, 1) < 0)
            return -1;
        for (; *text >= '0' && *text <= '9'; text++, weight /= 10)
            ms += weight * (*text - '0');
    }
    if (!zone(text, &offset))
        return -1;
    return ((int64_t)timegm(&at) - offset * 60) * 1000 + ms;
}

void reconcile_time_text(int64_t ms, char *ret, size_t size)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm at;

    ret[0] = '\0';
    if (gmtime_r(&seconds, &at) != NULL)
        snprintf(ret, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", at.tm_year + 1900, at.tm_mon + 1,
                 at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec);
}
