/*
 * config_keys.h - every key of the configuration, once. config.c reads the configuration by this
 * table, and the build prints its JSON Schema from it (soar_list_actions, _meta.configSchema).
 *
 * CONFIG_KEY(section, key, type, default, min, max, help)
 *   type     CONFIG_STRING, CONFIG_SECRET (a string: literal, env:NAME, file:PATH or secret:NAME),
 *            CONFIG_INT, CONFIG_BOOL, CONFIG_STRINGS (a list of strings)
 *   default  as text; NULL = none: the key is left empty
 *   min max  of an integer, or of a string's length in bytes, or of the number of strings
 */
#ifndef FCM_CONFIG_KEYS_H
#define FCM_CONFIG_KEYS_H

enum config_type { CONFIG_STRING, CONFIG_SECRET, CONFIG_INT, CONFIG_BOOL, CONFIG_STRINGS };

/* clang-format off */
#define CONFIG_KEYS(CONFIG_KEY) \
    CONFIG_KEY(falcon, cloud, CONFIG_STRING, "auto", 1, 32, \
        "Cloud of the tenant: auto (ask the service), us-1, us-2, eu-1, ...") \
    CONFIG_KEY(falcon, base_url, CONFIG_STRING, NULL, 8, 512, \
        "Base URL instead of a cloud's own, https (http for a loopback address only)") \
    CONFIG_KEY(falcon, client_id, CONFIG_SECRET, NULL, 1, 256, \
        "Id of the API client; required") \
    CONFIG_KEY(falcon, client_secret, CONFIG_SECRET, NULL, 1, 1024, \
        "Secret of the API client; required") \
    CONFIG_KEY(falcon, member_cid, CONFIG_STRING, NULL, 1, 64, \
        "Child tenant to work in (Flight Control)") \
    CONFIG_KEY(falcon, tenant, CONFIG_STRING, NULL, 1, 64, \
        "Name of the tenant, shown in every result; default: member_cid") \
    CONFIG_KEY(http, timeout_ms, CONFIG_INT, "60000", 1, 86400000, \
        "Time for a whole call where the host gives none") \
    CONFIG_KEY(http, connect_timeout_ms, CONFIG_INT, "10000", 1, 600000, \
        "Time to connect, TLS included") \
    CONFIG_KEY(http, first_byte_timeout_ms, CONFIG_INT, "30000", 1, 3600000, \
        "Time from a request that is out to the first byte of its answer") \
    CONFIG_KEY(http, stall_timeout_ms, CONFIG_INT, "30000", 1, 3600000, \
        "Give up where nothing arrives or leaves for so long in a transfer that has begun") \
    CONFIG_KEY(http, max_connections, CONFIG_INT, "16", 1, 1024, \
        "Connections kept open for later calls, and the most that calls in flight share") \
    CONFIG_KEY(http, max_streams, CONFIG_INT, "32", 1, 1000, \
        "Most requests at a time on one HTTP/2 connection; calls in flight use HTTP/2 where they can") \
    CONFIG_KEY(http, max_response_bytes, CONFIG_INT, "67108864", 1024, 1073741824, \
        "Largest answer held in memory; files are not counted") \
    CONFIG_KEY(http, proxy, CONFIG_STRING, NULL, 1, 512, \
        "Proxy URL; without it the usual environment variables count") \
    CONFIG_KEY(http, proxy_credentials, CONFIG_SECRET, NULL, 3, 512, \
        "USER:PASSWORD for the proxy") \
    CONFIG_KEY(http, no_proxy, CONFIG_STRING, NULL, 1, 1024, \
        "Hosts reached without the proxy, separated by commas") \
    CONFIG_KEY(http, ca_file, CONFIG_STRING, NULL, 1, 4096, \
        "Certificates to trust instead of the system's (PEM)") \
    CONFIG_KEY(http, client_cert, CONFIG_STRING, NULL, 1, 4096, \
        "Client certificate (PEM)") \
    CONFIG_KEY(http, client_key, CONFIG_STRING, NULL, 1, 4096, \
        "Key of the client certificate (PEM)") \
    CONFIG_KEY(http, client_key_password, CONFIG_SECRET, NULL, 1, 512, \
        "Password of the client key") \
    CONFIG_KEY(retry, attempts, CONFIG_INT, "4", 1, 20, \
        "Most requests for one page of a call, the first included") \
    CONFIG_KEY(retry, base_ms, CONFIG_INT, "500", 1, 60000, \
        "First wait between attempts is random, up to this; it doubles each time") \
    CONFIG_KEY(retry, max_ms, CONFIG_INT, "30000", 1, 600000, \
        "Longest wait between attempts, unless the service asks for more") \
    CONFIG_KEY(retry, budget, CONFIG_INT, "50", 0, 1000000, \
        "Most repeats that all calls of the instance may make in a row; 0 = none at all") \
    CONFIG_KEY(retry, budget_percent, CONFIG_INT, "10", 0, 1000, \
        "Repeats that come back into the budget with every 100 requests made for the first time") \
    CONFIG_KEY(retry, settle_ms, CONFIG_INT, "3000", 0, 600000, \
        "How long a write that took effect may take to be found; one that is not there then was not " \
        "applied") \
    CONFIG_KEY(retry, skew_ms, CONFIG_INT, "5000", 0, 3600000, \
        "How far the service's clock may differ from what its answers say") \
    CONFIG_KEY(retry, marker, CONFIG_STRING, NULL, 1, 32, \
        "Begins a tag of its own that each new case gets, so that one whose answer was lost is " \
        "found for certain") \
    CONFIG_KEY(retry, keys, CONFIG_INT, "1024", 1, 1000000, \
        "Idempotency keys that are remembered; the oldest are forgotten first") \
    CONFIG_KEY(retry, keys_max_bytes, CONFIG_INT, "16777216", 4096, 1073741824, \
        "Most memory that the remembered outcomes take") \
    CONFIG_KEY(retry, key_ttl_ms, CONFIG_INT, "3600000", 1000, 604800000, \
        "How long an idempotency key is remembered after its call has ended") \
    CONFIG_KEY(limits, govern, CONFIG_BOOL, "true", 0, 0, \
        "Slow down before the service's request limit, which it counts per customer") \
    CONFIG_KEY(limits, reserve_percent, CONFIG_INT, "10", 0, 90, \
        "Share of that limit below which requests are spaced out") \
    CONFIG_KEY(limits, max_requests, CONFIG_INT, "0", 0, 1000000, \
        "Most requests in a window, where less is wanted than the service allows; 0 = no such wish") \
    CONFIG_KEY(limits, window_ms, CONFIG_INT, "60000", 600, 3600000, \
        "Time over which the service counts requests") \
    CONFIG_KEY(limits, max_wait_ms, CONFIG_INT, "60000", 1000, 3600000, \
        "Longest that requests are held back after a 429, whatever time the service names") \
    CONFIG_KEY(limits, shared_file, CONFIG_STRING, NULL, 2, 4096, \
        "File through which the instances and processes of this machine count together; made where " \
        "it is not there") \
    CONFIG_KEY(limits, max_result_bytes, CONFIG_INT, "268435456", 1048576, 4294967296, \
        "Most that the pages and parts of one call may hold in memory together") \
    CONFIG_KEY(limits, ahead, CONFIG_INT, "4", 1, 16, \
        "Most requests of one call under way at once, where it reads a list by pages or many ids; " \
        "1 = one after the other") \
    CONFIG_KEY(files, read_dirs, CONFIG_STRINGS, NULL, 0, 64, \
        "Directories that files to upload may lie in; none = no uploads by path") \
    CONFIG_KEY(files, write_dirs, CONFIG_STRINGS, NULL, 0, 64, \
        "Directories that downloads may be written to, the first by default; none = no downloads") \
    CONFIG_KEY(files, max_bytes, CONFIG_INT, "8589934592", 1, 1125899906842624, \
        "Largest file that is uploaded or downloaded") \
    CONFIG_KEY(files, quota_bytes, CONFIG_INT, "0", 0, 1125899906842624, \
        "Most bytes that all files in write_dirs may take together before downloads are refused; " \
        "0 = no such limit") \
    CONFIG_KEY(policy, read_only, CONFIG_BOOL, "false", 0, 0, \
        "Refuse every action that changes something at the service") \
    CONFIG_KEY(policy, allow, CONFIG_STRINGS, NULL, 0, 256, \
        "Actions allowed: names, patterns (get_*), group:NAME, or read, write, destructive, " \
        "idempotent, local_read, local_write, undocumented; none = all") \
    CONFIG_KEY(policy, deny, CONFIG_STRINGS, NULL, 0, 256, \
        "Actions refused, in the same words; stronger than allow") \
    CONFIG_KEY(log, level, CONFIG_STRING, "info", 3, 8, \
        "How much is logged: off, error, warn, info or debug") \
    CONFIG_KEY(log, audit, CONFIG_BOOL, "true", 0, 0, \
        "Tell the host's log of every write as one JSON line (SOAR_LOG_AUDIT), whatever log.level is")
/* clang-format on */

#endif
