/* Times in filters: RFC 3339, dates and relative times, as milliseconds since 1970. */
#include "fql.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const int64_t MS_MIN = -62167219200000; /* 0000-01-01T00:00:00Z */
static const int64_t MS_MAX = 253402300799999; /* 9999-12-31T23:59:59.999Z */

static bool take_digits(const char **at, int count, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if ((*at)[i] < '0' || (*at)[i] > '9') {
            return false;
        }
        number = number * 10 + ((*at)[i] - '0');
    }
    *at += count;
    *ret_number = number;
    return true;
}

static bool take_char(const char **at, char c)
{
    if (**at != c) {
        return false;
    }
    (*at)++;
    return true;
}

static int64_t ms_of(struct tm *parts)
{
    return (int64_t)timegm(parts) * 1000;
}

static bool take_fraction(const char **at, int *ret_ms)
{
    int scale = 100;
    if (**at < '0' || **at > '9') {
        return false;
    }
    *ret_ms = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++, scale /= 10) {
        *ret_ms += (**at - '0') * scale;
    }
    return true;
}

static bool take_zone(const char **at, int *ret_minutes)
{
    int hours, minutes, sign = **at == '-' ? -1 : 1;
    if (take_char(at, 'Z') || take_char(at, 'z')) {
        *ret_minutes = 0;
        return true;
    }
    if (!take_char(at, '+') && !take_char(at, '-')) {
        return false;
    }
    if (!take_digits(at, 2, &hours) || !take_char(at, ':') || !take_digits(at, 2, &minutes) ||
        hours > 23 || minutes > 59) {
        return false;
    }
    *ret_minutes = sign * (hours * 60 + minutes);
    return true;
}

static bool parse_absolute(const char *at, int64_t *ret_ms)
{
    struct tm parts = {0}, given;
    int year, month, fraction = 0, zone = 0;
    if (!take_digits(&at, 4, &year) || !take_char(&at, '-') || !take_digits(&at, 2, &month) ||
        !take_char(&at, '-') || !take_digits(&at, 2, &parts.tm_mday)) {
        return false;
    }
    parts.tm_year = year - 1900;
    parts.tm_mon = month - 1;
    if (*at != '\0') {
        if ((!take_char(&at, 'T') && !take_char(&at, 't')) ||
            !take_digits(&at, 2, &parts.tm_hour) || !take_char(&at, ':') ||
            !take_digits(&at, 2, &parts.tm_min) || !take_char(&at, ':') ||
            !take_digits(&at, 2, &parts.tm_sec)) {
            return false;
        }
        if (take_char(&at, '.') && !take_fraction(&at, &fraction)) {
            return false;
        }
        if (!take_zone(&at, &zone) || *at != '\0') {
            return false;
        }
    }
    if (parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60) {
        return false;
    }
    given = parts;
    *ret_ms = ms_of(&parts);
    /* timegm turns 30 February into 2 March: refuse what it had to move. */
    if (given.tm_sec < 60 && (parts.tm_mon != given.tm_mon || parts.tm_mday != given.tm_mday)) {
        return false;
    }
    if (given.tm_mon < 0 || given.tm_mon > 11 || given.tm_mday < 1 || given.tm_mday > 31) {
        return false;
    }
    *ret_ms += fraction - (int64_t)zone * 60000;
    return true;
}

static bool add_months(int64_t now_ms, int months, int64_t *ret_ms)
{
    time_t seconds = (time_t)((now_ms - (now_ms % 1000 + 1000) % 1000) / 1000);
    struct tm parts;
    if (gmtime_r(&seconds, &parts) == NULL) {
        return false;
    }
    parts.tm_mon += months;
    *ret_ms = ms_of(&parts) + (now_ms % 1000 + 1000) % 1000;
    return true;
}

static bool parse_relative(const char *at, int64_t now_ms, int64_t *ret_ms)
{
    int64_t amount = 0, unit;
    int sign;
    if (*at == '\0') {
        *ret_ms = now_ms;
        return true;
    }
    sign = *at == '-' ? -1 : *at == '+' ? 1 : 0;
    if (sign == 0 || at[1] < '0' || at[1] > '9') {
        return false;
    }
    for (at++; *at >= '0' && *at <= '9'; at++) {
        amount = amount * 10 + (*at - '0');
        if (amount > 10000000000) {
            return false;
        }
    }
    if (at[0] == '\0' || at[1] != '\0') {
        return false;
    }
    if (*at == 'M' || *at == 'y') {
        return amount <= 120000 &&
               add_months(now_ms, sign * (int)amount * (*at == 'y' ? 12 : 1), ret_ms);
    }
    unit = *at == 's'   ? 1
           : *at == 'm' ? 60
           : *at == 'h' ? 3600
           : *at == 'd' ? 86400
           : *at == 'w' ? 604800
                        : 0;
    *ret_ms = now_ms + sign * amount * unit * 1000;
    return unit != 0;
}

bool fql_time_parse(const char *text, int64_t now_ms, int64_t *ret_ms)
{
    int64_t ms = 0;
    bool parsed = strncmp(text, "now", 3) == 0 ? parse_relative(text + 3, now_ms, &ms)
                                               : parse_absolute(text, &ms);
    if (!parsed || ms < MS_MIN || ms > MS_MAX) {
        return false;
    }
    *ret_ms = ms;
    return true;
}

void fql_time_format(int64_t ms, char *text)
{
    struct tm parts;
    time_t seconds;
    int fraction;
    ms = ms < MS_MIN ? MS_MIN : ms > MS_MAX ? MS_MAX : ms;
    fraction = (int)((ms % 1000 + 1000) % 1000);
    seconds = (time_t)((ms - fraction) / 1000);
    gmtime_r(&seconds, &parts);
    snprintf(text, FQL_TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
             (parts.tm_year + 1900) % 10000, (parts.tm_mon + 1) % 100, parts.tm_mday % 100,
             parts.tm_hour % 100, parts.tm_min % 100, parts.tm_sec % 100, fraction);
}
