#include "answers.h"
#include "exchange.h"
#include "request.h"
#include "routes.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sb_answers {
    pthread_mutex_t lock;
    FILE *file;
};

struct sb_answers *sb_answers_new(const char *dir)
{
    char name[4096];
    struct sb_answers *answers = calloc(1, sizeof *answers);
    snprintf(name, sizeof name, "%s/%d.jsonl", dir, (int)getpid());
    if (answers == NULL || (answers->file = fopen(name, "ae")) == NULL) {
        free(answers);
        return NULL;
    }
    pthread_mutex_init(&answers->lock, NULL);
    return answers;
}

void sb_answers_free(struct sb_answers *answers)
{
    if (answers != NULL) {
        fclose(answers->file);
        pthread_mutex_destroy(&answers->lock);
        free(answers);
    }
}

static const char *declared_path(const struct sb_exchange *ex)
{
    switch (ex->target) {
    case SB_TO_OPERATION:
        return ex->req.route->path;
    case SB_TO_TOKEN:
    case SB_TO_REVOKE:
        return ex->req.path;
    default:
        return NULL;
    }
}

/* What grants access is not written anywhere. */
static struct json_object *body_of(const struct sb_exchange *ex, const char *text, size_t size)
{
    if (text == NULL) {
        return NULL;
    }
    if (ex->target == SB_TO_TOKEN && ex->res.status == 201 && ex->res.object != NULL) {
        struct json_object *copy = NULL;
        json_object_deep_copy(ex->res.object, &copy, NULL);
        sb_set_text(copy, "access_token", "(redacted)");
        struct json_object *body = json_object_new_string(json_object_to_json_string(copy));
        json_object_put(copy);
        return body;
    }
    return json_object_new_string_len(sb_utf8_valid(text, size) ? text : "(not UTF-8)",
                                      sb_utf8_valid(text, size) ? (int)size : 11);
}

void sb_answers_write(struct sb_answers *answers, const struct sb_exchange *ex, const char *text,
                      size_t size)
{
    const char *path = declared_path(ex);
    if (answers == NULL || path == NULL) {
        return;
    }
    const char *type = ex->res.content_type;
    struct json_object *line = json_object_new_object();
    sb_set_text(line, "method", ex->req.method);
    sb_set_text(line, "route", path);
    sb_set_int(line, "status", (int64_t)ex->res.status);
    sb_set_text(line, "content_type", type != NULL ? type : "application/json");
    sb_set_bool(line, "faulted", ex->has_fault);
    sb_set(line, "body", body_of(ex, text, size));
    const char *written = json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN |
                                                                   JSON_C_TO_STRING_NOSLASHESCAPE);
    pthread_mutex_lock(&answers->lock);
    fprintf(answers->file, "%s\n", written);
    fflush(answers->file);
    pthread_mutex_unlock(&answers->lock);
    json_object_put(line);
}
