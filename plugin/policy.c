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

static bool sends_file(const struct action *action)
{
    for (size_t i = 0; action->input && i < action->input->n_properties; i++)
        if (action->input->properties[i].schema->in == SCHEMA_IN_FILE)
            return true;
    return false;
}

enum kind {
    KIND_NONE,
    KIND_READ,
    KIND_WRITE,
    KIND_DESTRUCTIVE,
    KIND_IDEMPOTENT,
    KIND_LOCAL_READ,
    KIND_LOCAL_WRITE,
    KIND_UNDOCUMENTED
};

static enum kind kind_of(const char *pattern)
{
    static const char *const words[] = {"",           "read",       "write",       "destructive",
                                        "idempotent", "local_read", "local_write", "undocumented"};
    for (size_t i = 1; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(pattern, words[i]) == 0)
            return (enum kind)i;
    return KIND_NONE;
}

static bool is_of_kind(enum kind kind, const struct action *action)
{
    switch (kind) {
    case KIND_READ:
        return !action->scope_write;
    case KIND_WRITE:
        return action->scope_write;
    case KIND_DESTRUCTIVE:
        return (action->annotations & ANNOTATION_DESTRUCTIVE) != 0;
    case KIND_IDEMPOTENT:
        return (action->annotations & ANNOTATION_IDEMPOTENT) != 0;
    case KIND_LOCAL_READ:
        return sends_file(action);
    case KIND_LOCAL_WRITE:
        return action->answer == ANSWER_FILE;
    case KIND_UNDOCUMENTED:
        return !action->documented;
    default:
        return false;
    }
}

static bool matches(const char *pattern, const struct action *action)
{
    enum kind kind = kind_of(pattern);
    if (kind != KIND_NONE)
        return is_of_kind(kind, action);
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
