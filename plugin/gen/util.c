#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/gen.h"
#include "validate.h"

struct arena_block {
    struct arena_block *before;
    max_align_t bytes[];
};

static void *must(void *memory)
{
    if (memory == NULL) {
        fputs("mkcatalog: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    struct arena_block *block = must(calloc(1, sizeof(*block) + size));
    block->before = arena->last;
    arena->last = block;
    return block->bytes;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void arena_done(struct arena *arena)
{
    while (arena->last != NULL) {
        struct arena_block *before = arena->last->before;
        free(arena->last);
        arena->last = before;
    }
}

struct json_object *new_object(void)
{
    return must(json_object_new_object());
}

struct json_object *new_array(void)
{
    return must(json_object_new_array());
}

struct json_object *new_string(const char *text)
{
    return must(json_object_new_string(text));
}

struct json_object *copy_of(struct json_object *value)
{
    struct json_object *copy = NULL;
    if (value != NULL && json_object_deep_copy(value, &copy, NULL) != 0)
        must(NULL);
    return copy;
}

struct json_object *member(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;
    if (json_object_is_type(object, json_type_object))
        json_object_object_get_ex(object, name, &value);
    return value;
}

const char *member_text(struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

bool member_is(struct json_object *object, const char *name, const char *text)
{
    return strcmp(member_text(object, name), text) == 0;
}

struct lh_entry *members_of(struct json_object *object)
{
    return json_object_is_type(object, json_type_object)
               ? lh_table_head(json_object_get_object(object))
               : NULL;
}

size_t length_of(struct json_object *array)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

bool has(struct json_object *object, const char *name)
{
    return json_object_is_type(object, json_type_object) &&
           json_object_object_get_ex(object, name, NULL);
}

void problems_init(struct problems *problems)
{
    buf_init(&problems->lines, 64u << 20);
    problems->n = 0;
}

void problems_done(struct problems *problems)
{
    buf_done(&problems->lines);
}

size_t enter(struct place *place, const char *name)
{
    size_t mark = strlen(place->pointer);
    json_pointer_add(place->pointer, sizeof(place->pointer), name);
    return mark;
}

size_t enter_index(struct place *place, size_t index)
{
    size_t mark = strlen(place->pointer);
    json_pointer_add_index(place->pointer, sizeof(place->pointer), index);
    return mark;
}

void leave(struct place *place, size_t mark)
{
    place->pointer[mark] = '\0';
}

void problem(struct problems *problems, const struct place *place, const char *below,
             const char *format, ...)
{
    char reason[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    struct buf *lines = &problems->lines;
    size_t mark = lines->len;
    buf_addf(lines, "%s: %s%s: %s", place->file, place->pointer, below, reason);
    for (size_t i = mark; i < lines->len; i++) /* names may hold anything, and it is one line */
        if ((unsigned char)lines->ptr[i] < 0x20)
            lines->ptr[i] = '?';
    buf_addc(lines, '\n');
    problems->n++;
}

bool problem_if_invalid(struct problems *problems, const struct place *place, const char *below,
                        const struct schema *schema, struct json_object *value)
{
    struct violations violations = {0};
    bool valid = validate(schema, value, &violations) == 0;
    for (size_t i = 0; i < violations.n; i++) {
        char pointer[sizeof(place->pointer)];
        snprintf(pointer, sizeof(pointer), "%s%s", below, violations.items[i].pointer);
        problem(problems, place, pointer, "%s", violations.items[i].message);
    }
    if (violations.more > 0)
        problem(problems, place, below, "%zu more", violations.more);
    violations_done(&violations);
    return valid;
}
