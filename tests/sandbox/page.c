#include "page.h"
#include "response.h"
#include <string.h>

/* page_files.S */
extern const char sb_page_html[], sb_page_html_end[];
extern const char sb_page_css[], sb_page_css_end[];
extern const char sb_page_js[], sb_page_js_end[];

static const struct {
    const char *path, *type;
    const char *start, *end;
} files[] = {
    {"/", "text/html; charset=utf-8", sb_page_html, sb_page_html_end},
    {"/console.css", "text/css; charset=utf-8", sb_page_css, sb_page_css_end},
    {"/console.js", "text/javascript; charset=utf-8", sb_page_js, sb_page_js_end},
};

#define FILES (sizeof files / sizeof *files)

/* Nothing from elsewhere, no script and no style but the two files, no frame around it. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static size_t find(const struct sb_request *req)
{
    size_t i = strcmp(req->method, "GET") == 0 ? 0 : FILES;
    while (i < FILES && strcmp(files[i].path, req->path) != 0) {
        i++;
    }
    return i;
}

bool sb_page_has(const struct sb_request *req)
{
    return find(req) < FILES;
}

void sb_page_answer(struct sb_request *req, struct sb_response *res)
{
    size_t i = find(req);
    if (i < FILES) {
        sb_reply_raw(res, 200, files[i].type, files[i].start,
                     (size_t)(files[i].end - files[i].start));
        sb_set_header(res, "Content-Security-Policy", policy);
        sb_set_header(res, "X-Content-Type-Options", "nosniff");
        sb_set_header(res, "Referrer-Policy", "no-referrer");
        sb_set_header(res, "Cache-Control", "no-cache");
    }
}
