#include "control.h"
#include "control_time.h"
#include <string.h>

/* POST adds rules ({"faults": [...]} or one string), GET lists, DELETE clears. */
static void control_faults(struct sb_exchange *ex)
{
    struct sb_faults *faults = ex->server->faults;
    struct json_object *list = sb_member(ex->req.body, "faults");
    char error[256];
    if (strcmp(ex->req.method, "DELETE") == 0) {
        sb_faults_clear(faults);
    } else if (strcmp(ex->req.method, "POST") == 0) {
        if (!json_object_is_type(list, json_type_array)) {
            sb_fail(&ex->res, 400, "expected {\"faults\": [\"OP:KIND[=VALUE][:COUNT]\", ...]}");
            return;
        }
        for (size_t i = 0; i < sb_length(list); i++) {
            const char *rule = json_object_get_string(json_object_array_get_idx(list, i));
            if (!sb_faults_add(faults, rule != NULL ? rule : "", error, sizeof error)) {
                sb_fail(&ex->res, 400, "%s", error);
                return;
            }
        }
    }
    struct json_object *answer = json_object_new_object();
    sb_set(answer, "faults", sb_faults_list(faults));
    sb_reply_object(&ex->res, answer);
}

static const struct {
    const char *path;
    void (*answer)(struct sb_exchange *ex);
} controls[] = {{"/_sandbox/faults", control_faults},
                {"/_sandbox/clock", sb_control_clock},
                {"/_sandbox/notifications", sb_control_notifications}};

#define CONTROLS (sizeof controls / sizeof *controls)

static size_t find(const char *path)
{
    size_t i = 0;
    while (i < CONTROLS && strcmp(controls[i].path, path) != 0) {
        i++;
    }
    return i;
}

bool sb_control_has(const char *path)
{
    return find(path) < CONTROLS;
}

void sb_control_answer(struct sb_exchange *ex)
{
    size_t i = find(ex->req.path);
    if (i < CONTROLS) {
        controls[i].answer(ex);
    }
}
