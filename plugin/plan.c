#include "plan.h"

#include <stdio.h>
#include <string.h>

enum { TENANT, ACTION, TARGET, QUERY, BODY, FILES };

static const char *const names[PLAN_PARTS] = {"tenant", "action", "target",
                                              "query",  "body",   "file"};
static const char *const words[PLAN_PARTS] = {"the tenant", "the action", "method or path",
                                              "the query",  "the body",   "the file"};

static void add(struct sha256 *part, const char *bytes, size_t n)
{
    char length[32];
    int len = snprintf(length, sizeof(length), "%zu:", n);

    sha256_add(part, length, (size_t)len);
    sha256_add(part, bytes, n);
}

static void add_text(struct sha256 *part, const char *text)
{
    add(part, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

void plan_begin(struct plan *plan, const struct config *config, const struct action *action)
{
    for (size_t i = 0; i < PLAN_PARTS; i++)
        sha256_begin(&plan->parts[i]);
    add_text(&plan->parts[TENANT], config->falcon.cloud);
    add_text(&plan->parts[TENANT], config->falcon.base_url);
    add_text(&plan->parts[TENANT], config->falcon.member_cid);
    add_text(&plan->parts[TENANT], config->falcon.tenant);
    add_text(&plan->parts[TENANT], config->falcon.client_id.ptr);
    add_text(&plan->parts[ACTION], action->name);
}

void plan_add(struct plan *plan, const struct http_request *request, const struct plan_file *file)
{
    const char *path = request->url.ptr + http_origin_len(request->url.ptr);
    size_t len = strcspn(path, "?");
    char size[32];

    add_text(&plan->parts[TARGET], request->method);
    add(&plan->parts[TARGET], path, len);
    add_text(&plan->parts[QUERY], path[len] == '?' ? path + len + 1 : "");
    add_text(&plan->parts[BODY], request->content_type);
    add(&plan->parts[BODY], request->body.ptr, request->has_body ? request->body.len : 0);
    for (size_t i = 0; i < request->n_parts; i++) {
        const struct http_part *part = &request->parts[i];
        add_text(&plan->parts[BODY], part->name);
        if (part->kind == HTTP_PART_TEXT) {
            add(&plan->parts[BODY], part->text, part->text_len);
            continue;
        }
        snprintf(size, sizeof(size), "%lld", (long long)file->size);
        add_text(&plan->parts[FILES], part->name);
        add_text(&plan->parts[FILES], file->name);
        add_text(&plan->parts[FILES], size);
        add_text(&plan->parts[FILES], file->sha256);
    }
}

void plan_end(struct plan *plan, char ret[PLAN_TEXT])
{
    static const char title[] = "falcon plan 1\n";
    char part[SHA256_HEX], line[128];
    struct sha256 whole;
    size_t at = SHA256_HEX - 1;

    sha256_begin(&whole);
    sha256_add(&whole, title, sizeof(title) - 1);
    for (size_t i = 0; i < PLAN_PARTS; i++) {
        sha256_end(&plan->parts[i], part);
        int len = snprintf(line, sizeof(line), "%s %s\n", names[i], part);
        sha256_add(&whole, line, (size_t)len);
        ret[at] = '.';
        memcpy(ret + at + 1, part, PLAN_PART_HEX);
        at += 1 + PLAN_PART_HEX;
    }
    sha256_end(&whole, part);
    memcpy(ret, part, SHA256_HEX - 1);
    ret[at] = '\0';
}

bool plan_is_text(const char *text, size_t len)
{
    if (len != SHA256_HEX - 1 && len != PLAN_TEXT - 1)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool dot = i >= SHA256_HEX - 1 && (i - (SHA256_HEX - 1)) % (1 + PLAN_PART_HEX) == 0;
        bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dot ? text[i] != '.' : !hex)
            return false;
    }
    return true;
}

bool plan_differs(const char *planned, const char now[PLAN_TEXT], char *ret, size_t size)
{
    size_t used = 0;

    ret[0] = '\0';
    if (memcmp(planned, now, SHA256_HEX - 1) == 0)
        return false;
    if (strlen(planned) != PLAN_TEXT - 1)
        return true;
    for (size_t i = 0; i < PLAN_PARTS; i++) {
        size_t at = SHA256_HEX + i * (1 + PLAN_PART_HEX);
        if (memcmp(planned + at, now + at, PLAN_PART_HEX) == 0)
            continue;
        int n = snprintf(ret + used, size - used, "%s%s", used > 0 ? ", " : "", words[i]);
        if (n < 0 || (size_t)n >= size - used)
            break;
        used += (size_t)n;
    }
    return true;
}
