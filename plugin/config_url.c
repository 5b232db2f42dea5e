#include <string.h>

#include "config.h"
#include "config_parts.h"

/* The authority of a URL, in the one plain form that every reader of URLs understands alike. */
struct authority {
    bool https;
    const char *host; /* with the brackets of IPv6 */
    size_t host_len;
    const char *rest; /* path and what follows */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_host_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
}

/* Four decimal numbers 0..255 without leading zeros; *ret_first is the first. */
static bool is_dotted_quad(const char *host, size_t len, unsigned *ret_first)
{
    size_t at = 0;
    for (int part = 0; part < 4; part++) {
        size_t began = at;
        unsigned value = 0;
        while (at < len && at - began < 3 && is_digit(host[at]))
            value = value * 10 + (unsigned)(host[at++] - '0');
        if (at == began || value > 255 || (host[began] == '0' && at - began > 1))
            return false;
        if (part == 0)
            *ret_first = value;
        if (part < 3 && (at >= len || host[at++] != '.'))
            return false;
    }
    return at == len;
}

/* "127.1", "0x7f.1" and "2130706433" are addresses to some readers and names to others. */
static bool ends_in_number(const char *host, size_t len)
{
    size_t at = len;
    while (at > 0 && host[at - 1] != '.')
        at--;
    if (at + 1 < len && host[at] == '0' && (host[at + 1] == 'x' || host[at + 1] == 'X'))
        return true;
    for (size_t i = at; i < len; i++)
        if (!is_digit(host[i]))
            return false;
    return true;
}

static bool is_plain_name(const char *host, size_t len)
{
    if (len == 0 || len > 253)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_host_char(host[i]))
            return false;
        bool edge = i == 0 || i == len - 1 || host[i - 1] == '.' || host[i + 1] == '.';
        if (edge && (host[i] == '-' || (host[i] == '.' && (i == 0 || i == len - 1))))
            return false;
        if (host[i] == '.' && i > 0 && host[i - 1] == '.')
            return false;
    }
    unsigned first;
    return !ends_in_number(host, len) || is_dotted_quad(host, len, &first);
}

/* Bytes of "[...]" at the start of text; 0 where it is not an address of hexadecimal digits. */
static size_t bracketed_len(const char *text)
{
    size_t n = 1, colons = 0;
    while (is_hex(text[n]) || text[n] == ':' || text[n] == '.')
        colons += text[n++] == ':';
    return text[n] == ']' && colons >= 2 && colons <= 8 ? n + 1 : 0;
}

/* ":PORT" or nothing, up to end. */
static bool is_port(const char *text, const char *end)
{
    if (text == end)
        return true;
    if (*text++ != ':' || text == end || end - text > 5 || *text == '0')
        return false;
    unsigned value = 0;
    for (; text < end; text++) {
        if (!is_digit(*text))
            return false;
        value = value * 10 + (unsigned)(*text - '0');
    }
    return value <= 65535;
}

static bool parse_host(const char *text, struct authority *ret)
{
    const char *end = text + strcspn(text, "/?#");
    ret->host = text;
    ret->rest = end;
    if (*text == '[') {
        ret->host_len = bracketed_len(text);
        if (ret->host_len == 0)
            return false;
    } else {
        while (text + ret->host_len < end && is_host_char(text[ret->host_len]))
            ret->host_len++;
        if (!is_plain_name(text, ret->host_len))
            return false;
    }
    return is_port(text + ret->host_len, end);
}

static const char *parse_authority(const char *url, struct authority *ret)
{
    *ret = (struct authority){0};
    if (strncmp(url, "https://", 8) == 0)
        ret->https = true;
    else if (strncmp(url, "http://", 7) != 0)
        return "does not begin with https://";
    const char *host = url + (ret->https ? 8 : 7);
    if (memchr(host, '@', strcspn(host, "/?#")))
        return "holds user information before an @";
    if (!parse_host(host, ret))
        return "has no host in plain form (a name, 192.0.2.1 or [2001:db8::1], and perhaps :PORT)";
    return NULL;
}

static bool is_loopback_host(const char *host, size_t len)
{
    unsigned first = 0;
    if (len == 9 && memcmp(host, "localhost", 9) == 0)
        return true;
    if (len == 5 && memcmp(host, "[::1]", 5) == 0)
        return true;
    return is_dotted_quad(host, len, &first) && first == 127;
}

bool config_is_loopback(const char *url)
{
    struct authority a;
    return url && !parse_authority(url, &a) && is_loopback_host(a.host, a.host_len);
}

static const char *path_problem(const char *path)
{
    for (const char *p = path; *p; p++) {
        if (*p == '?' || *p == '#')
            return "holds a query or a fragment";
        if (*p <= ' ' || *p >= 0x7F || strchr("\\\"<>^`{|}", *p))
            return "holds a character that a URL cannot";
        bool dots = p[0] == '/' && p[1] == '.';
        if (dots && (p[2] == '/' || p[2] == '\0' || (p[2] == '.' && (p[3] == '/' || p[3] == '\0'))))
            return "holds . or .. as a part of its path";
    }
    return NULL;
}

const char *config_url_problem(const char *url)
{
    struct authority a;
    const char *problem = parse_authority(url, &a);
    if (problem)
        return problem;
    if (!a.https && !is_loopback_host(a.host, a.host_len))
        return "is http to another machine: use https (http is for 127.0.0.1, [::1] and localhost)";
    return path_problem(a.rest);
}

const char *config_proxy_problem(const char *proxy)
{
    static const char *const schemes[] = {"http://",    "https://",  "socks4://",
                                          "socks4a://", "socks5://", "socks5h://"};
    const char *host = proxy;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strncmp(proxy, schemes[i], strlen(schemes[i])) == 0)
            host = proxy + strlen(schemes[i]);
    if (strchr(host, '@'))
        return "holds user information: put it into http.proxy_credentials";
    if (host == proxy && strstr(proxy, "://"))
        return "has an unknown scheme: use http, https, socks4, socks4a, socks5 or socks5h";
    struct authority a = {0};
    if (!parse_host(host, &a) || (*a.rest && strcmp(a.rest, "/") != 0))
        return "is not [SCHEME://]HOST[:PORT]";
    return NULL;
}
