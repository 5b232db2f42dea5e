/*
 * The table of all operations: what each is called, where it lives, who may call it, what it takes.
 * It is the one place that knows; the server finds handlers in it, strict.c checks against it.
 */
#ifndef SANDBOX_ROUTES_H
#define SANDBOX_ROUTES_H

#include "operations.h"
#include "strict.h"

/* Scopes of a client, as bits. */
enum {
    SB_CASES_READ = 1,
    SB_CASES_WRITE = 2,
    SB_TEMPLATES_READ = 4,
    SB_TEMPLATES_WRITE = 8,
    SB_ALL_SCOPES = 15
};

/* What a query parameter or a multipart part is. `many`: may be repeated. A table ends with a NULL
 * name. */
struct sb_parameter {
    const char *name;
    enum sb_type type;
    bool required;
    bool many;
    bool file; /* a part with a file name */
};

enum sb_body { SB_BODY_NONE, SB_BODY_OBJECT, SB_BODY_LIST, SB_BODY_MULTIPART };

struct sb_route {
    const char *id;   /* operation id, e.g. entities_cases_put_v2 */
    const char *name; /* short name, e.g. create_case */
    const char *method;
    const char *path;
    unsigned scope; /* one of the bits above */
    sb_handler *handler;
    const struct sb_parameter *query;
    enum sb_body body;
    const struct sb_key *members;     /* of the JSON body or of each item of the list */
    const struct sb_parameter *parts; /* of a multipart body */
    const char *required[4];          /* body members, NULL-terminated */
};

extern const struct sb_route sb_routes[];
extern const size_t sb_route_count;

/* The route of a method and path, or NULL; `ret_path_known` tells whether another method has it. */
const struct sb_route *sb_route_find(const char *method, const char *path, bool *ret_path_known);
/* A route by operation id or short name, or NULL. */
const struct sb_route *sb_route_by_name(const char *name);
/* The service that a path belongs to, for meta.powered_by. */
const char *sb_route_service(const char *path);
/* "Cases: READ" and so on. */
const char *sb_scope_label(unsigned scope);

#endif
