#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_text.h"
#include "memory.h"
#include "report.h"
#include "suggest.h"
#include "table.h"

static bool matches(const struct action *action, const char *word)
{
    return !word || strcasestr(action->name, word) || strcasestr(action->title, word) ||
           strcasestr(action->group, word) || strcmp(action_effect_name(action->effect), word) == 0;
}

static enum term_style effect_style(enum action_effect effect)
{
    if (effect == EFFECT_READ || effect == EFFECT_SAVES_FILE)
        return TERM_GOOD;
    return effect == EFFECT_WRITE ? TERM_WARN : TERM_BAD;
}

static void print_json(const struct actions *actions, const char *word)
{
    struct json_object *tools = json_get(actions->document, "tools");
    struct json_object *listing = json_object_new_object();
    struct json_object *kept = json_object_new_array();
    for (size_t i = 0; i < actions->n; i++)
        if (matches(&actions->items[i], word))
            json_object_array_add(kept, json_object_get(json_object_array_get_idx(tools, i)));
    json_object_object_add(listing, "tools", kept);
    json_object_object_add(listing, "_meta", json_object_get(json_get(actions->document, "_meta")));
    puts(json_object_to_json_string_ext(listing,
                                        JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(listing);
}

static void print_group(const struct term *term, const struct actions *actions, const char *word,
                        const char *group)
{
    /* One table for all groups would pad alike; the name's width is that of all actions. */
    size_t widest = 0;
    for (size_t i = 0; i < actions->n; i++)
        if (matches(&actions->items[i], word) && strlen(actions->names[i]) > widest)
            widest = strlen(actions->names[i]);
    fprintf(term->out, "%s", term_style(term, TERM_BOLD));
    term_text(term, group, strlen(group));
    fprintf(term->out, "%s\n", term_style(term, TERM_PLAIN));
    for (size_t i = 0; i < actions->n; i++) {
        const struct action *action = &actions->items[i];
        if (!matches(action, word) || strcmp(action->group, group) != 0)
            continue;
        fprintf(term->out, "  %-*s  %s%-11s%s  ", (int)widest, action->name,
                term_style(term, effect_style(action->effect)), action_effect_name(action->effect),
                term_style(term, TERM_PLAIN));
        term_wrap(term, action->title, (int)widest + 17);
    }
}

/* The groups in alphabetical order: the first one after `after`, NULL at the end. */
static const char *next_group(const struct actions *actions, const char *word, const char *after)
{
    const char *next = NULL;
    for (size_t i = 0; i < actions->n; i++) {
        const char *group = actions->items[i].group;
        if (matches(&actions->items[i], word) && (!after || strcmp(group, after) > 0) &&
            (!next || strcmp(group, next) < 0))
            next = group;
    }
    return next;
}

int command_list(struct instance *instance)
{
    const struct actions *actions = &instance->actions;
    const char *word = instance->options->args[0];
    const struct term *term = &instance->out;
    size_t n = 0;
    for (size_t i = 0; i < actions->n; i++)
        n += matches(&actions->items[i], word);
    if (instance->options->json) {
        print_json(actions, word);
        return SOAR_OK;
    }
    if (n == 0) {
        struct host_error err;
        host_error_set(&err, SOAR_NOT_FOUND, "no action has \"%s\" in its name, title or group",
                       word ? word : "");
        suggest_hint(word ? word : "", actions->names, actions->n, err.hint, sizeof(err.hint));
        return report_host_error(&instance->err, false, "list", &err);
    }
    for (const char *group = next_group(actions, word, NULL); group;
         group = next_group(actions, word, group))
        print_group(term, actions, word, group);
    if (term->tty)
        fprintf(term->out, "\n%s%zu actions; soarhost describe ACTION tells all about one%s\n",
                term_style(term, TERM_DIM), n, term_style(term, TERM_PLAIN));
    return SOAR_OK;
}
