/*
 * The query operations: limit, offset or after, sort, filter, q, and the total, once for all
 * collections.
 */
#ifndef SANDBOX_QUERY_H
#define SANDBOX_QUERY_H

#include "fql.h"
#include "sandbox.h"

/* What one collection lets itself be asked. */
struct sb_query_spec {
    const char *kind;                        /* of the store's documents */
    const struct fql_collection *collection; /* its filter and sort fields */
    int64_t limit_min;
    int64_t limit_max;
    int64_t limit_default;
    bool sorts;     /* the operation has `sort` */
    bool after;     /* pages by `after` in place of `offset` */
    bool free_text; /* takes `q` */
};

/* Answers with the ids that match, and the pagination. Bad input answers 400. */
void sb_query_ids(struct sb_request *req, struct sb_response *res,
                  const struct sb_query_spec *spec);
/* Answers with the documents themselves. */
void sb_query_docs(struct sb_request *req, struct sb_response *res,
                   const struct sb_query_spec *spec);
/* The filter `filter` and the free text `words` (both may be NULL) compiled for this request's clock
 * and tenant. False: the response holds
 * the 400. The caller ends *ret_where with fql_where_done. */
bool sb_filter(struct sb_request *req, struct sb_response *res,
               const struct fql_collection *collection, const char *filter, const char *words,
               struct fql_where *ret_where);

/* A query parameter as an integer within [min, max]; `ret` gets `fallback` if it isn't given.
 * False when it was refused (the response then holds the 400). */
bool sb_query_int(struct sb_request *req, struct sb_response *res, const char *name, int64_t min,
                  int64_t max, int64_t fallback, int64_t *ret);
/* true/false; `*ret` stays if it isn't given. False when refused. */
bool sb_query_bool(struct sb_request *req, struct sb_response *res, const char *name, bool *ret);
/* Answers each document that `ids` (query parameter, repeated) names; the usual get. `what` is the
 * word for "X not found". */
void sb_get_by_ids(struct sb_request *req, struct sb_response *res, const char *kind,
                   const char *what);

#endif
