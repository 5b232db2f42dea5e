/*
 * render_json.h - a JSON value for people: members under each other, lists with dashes, no quotes.
 */
#ifndef SOARHOST_RENDER_JSON_H
#define SOARHOST_RENDER_JSON_H

#include <json-c/json.h>

#include "term.h"

/* render_json - prints the value, each line behind indent spaces; ends with a newline. Members that
 * hold nothing but null, "", [] and {}, however deep, are left out of objects. Foreign text is made
 * harmless. */
void render_json(const struct term *term, struct json_object *value, int indent);

/* render_json_pretty - prints it as indented JSON with quotes, for examples and requests. */
void render_json_pretty(const struct term *term, struct json_object *value, int indent);

#endif
