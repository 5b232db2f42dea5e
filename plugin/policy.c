#include "policy.h"

#include <string.h>

/* * stands for any text, ? for any one byte. */
static bool matches_glob(const char *pattern, const char *name)
{
    const char *star = NULL, *again = NULL;
    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            again = name;
        } else if (*pattern == '?' || *pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool matches(const char *pattern, const struct action *action)
{
    if (strcmp(pattern, "read") == 0)
        return !action->scope_write;
    if (strcmp(pattern, "write") == 0)
        return action->scope_write;
    if (strcmp(pattern, "destructive") == 0)
        return (action->annotations & ANNOTATION_DESTRUCTIVE) != 0;
    if (strncmp(pattern, "group:", 6) == 0)
        return matches_glob(pattern + 6, action->group);
    return matches_glob(pattern, action->name);
}

static const char *first_match(const struct config_strings *patterns, const struct action *action)
{
    for (size_t i = 0; i < patterns->n; i++)
        if (matches(patterns->items[i], action))
            return patterns->items[i];
    return NULL;
}

bool policy_check(const struct config *config, const struct action *action, struct error *err)
{
    const char *denied = first_match(&config->policy.deny, action);
    if (denied) {
        error_set(err, SOAR_PERMISSION_DENIED, "policy", "policy.deny refuses %s (by \"%s\")",
                  action->name, denied);
        error_hint(err,
                   "Take \"%.64s\" out of policy.deny in the configuration, if this action is "
                   "to be allowed.",
                   denied);
    } else if (config->policy.read_only && action->scope_write) {
        error_set(err, SOAR_PERMISSION_DENIED, "policy",
                  "policy.read_only refuses %s: it changes something at the service", action->name);
        error_hint(err, "Set policy.read_only = false in the configuration, if changes are to be "
                        "allowed.");
    } else if (config->policy.allow.n > 0 && !first_match(&config->policy.allow, action)) {
        error_set(err, SOAR_PERMISSION_DENIED, "policy", "policy.allow does not name %s",
                  action->name);
        error_hint(err,
                   "Add \"%s\" to policy.allow in the configuration, if this action is to be "
                   "allowed.",
                   action->name);
    } else {
        return true;
    }
    return false;
}

bool policy_pattern_ok(const char *pattern, const struct action *actions, size_t n_actions)
{
    for (size_t i = 0; i < n_actions; i++)
        if (matches(pattern, &actions[i]))
            return true;
    return false;
}
