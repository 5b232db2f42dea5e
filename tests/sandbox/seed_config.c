/* Notification groups, SLAs and templates beside the fixed world's: one of each for each family of
 * incidents, and some templates in several versions. */
#include "seed_pool.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *team;
    unsigned ack_minutes, resolve_hours;
} families[SB_MOST_FAMILIES] = {
    {"Endpoint incident", "On-call analysts", 15, 4}, /* the fixed world's */
    {"Phishing report", "Mail security", 60, 24},
    {"Identity compromise", "Identity team", 15, 8},
    {"Cloud misconfiguration", "Cloud platform", 240, 72},
    {"Data loss", "Privacy office", 30, 24},
    {"Insider threat", "Investigations", 60, 120},
    {"Denial of service", "Network operations", 10, 2},
    {"Vulnerability exploited", "Vulnerability management", 60, 48},
    {"Supplier incident", "Supplier assurance", 480, 240},
    {"Lost device", "Service desk", 120, 48},
    {"Fraud", "Fraud desk", 60, 24},
    {"Physical security", "Site security", 30, 12},
};

static void family_id(unsigned family, unsigned kind, char ret_id[SB_UUID_SIZE])
{
    snprintf(ret_id, SB_UUID_SIZE, "00000000-0000-4000-8000-00000001%02x%02x", family & 0xff,
             kind & 0xff);
}

void sb_seed_template(unsigned family, char ret_id[SB_UUID_SIZE])
{
    if (family == 0) {
        snprintf(ret_id, SB_UUID_SIZE, "%s", SB_SEED_TEMPLATE);
    } else {
        family_id(family, 0x70, ret_id);
    }
}

/* Runs an operation on a body given as text; false when it refuses. */
static bool make(struct sb_request *req, sb_handler *handler, const char *own_id, char *body)
{
    const char *const ids[] = {own_id, NULL};
    struct json_object *parsed = body != NULL ? json_tokener_parse(body) : NULL;
    free(body);
    return parsed != NULL && sb_seed_run(req, handler, parsed, own_id != NULL ? ids : NULL, NULL);
}

static char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text_of(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    return size >= 0 ? text : NULL;
}

static bool make_family(struct sb_request *req, unsigned n)
{
    char group[SB_UUID_SIZE], sla[SB_UUID_SIZE], template_id[SB_UUID_SIZE];
    family_id(n, 0x60, group);
    family_id(n, 0x50, sla);
    sb_seed_template(n, template_id);
    if (!make(req, op_create_notification_group_v2, group,
              text_of("{\"name\":\"%s\",\"description\":\"Hears of %s\",\"channels\":[{\"type\":"
                      "\"email\",\"config_name\":\"Mailbox %u\",\"params\":{\"recipients\":["
                      "\"team%u@example.com\"]}}]}",
                      families[n].team, families[n].name, n, n)) ||
        !make(req, op_create_sla, sla,
              text_of("{\"name\":\"%s: %u minutes, %u hours\",\"description\":\"\",\"goals\":["
                      "{\"type\":\"ack\",\"duration_seconds\":%u},{\"type\":\"resolve\","
                      "\"duration_seconds\":%u,\"escalation_policy\":{\"steps\":[{"
                      "\"escalate_after_seconds\":%u,\"notification_group_id\":\"%s\"}]}}]}",
                      families[n].name, families[n].ack_minutes, families[n].resolve_hours,
                      families[n].ack_minutes * 60, families[n].resolve_hours * 3600,
                      families[n].resolve_hours * 1800, group)) ||
        !make(req, op_create_template, template_id,
              text_of("{\"name\":\"%s\",\"description\":\"Made for: %s\",\"sla_id\":\"%s\","
                      "\"fields\":[{\"name\":\"Reported by\",\"data_type\":\"string\","
                      "\"input_type\":\"text\",\"display_order\":1,\"required\":false}]}",
                      families[n].name, families[n].team, sla))) {
        return false;
    }
    for (unsigned version = 2; version <= 1 + n % 3; version++) {
        if (!make(req, op_update_template, NULL,
                  text_of("{\"id\":\"%s\",\"description\":\"Made for: %s, revision %u\"}",
                          template_id, families[n].team, version))) {
            return false;
        }
    }
    return true;
}

bool sb_seed_config(struct sb_request *req, const struct sb_pool *pool)
{
    for (unsigned n = 1; n < pool->families; n++) {
        if (!make_family(req, n)) {
            return false;
        }
    }
    return true;
}
