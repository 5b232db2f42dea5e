/* The fields of all templates, each a document of its own beside its template. */
#include "config_docs.h"

void op_get_fields(struct sb_request *req, struct sb_response *res)
{
    sb_get_by_ids(req, res, "field", "field");
}

void op_query_fields(struct sb_request *req, struct sb_response *res)
{
    static const struct sb_query_spec spec = {.kind = "field",
                                              .collection = &fql_template_fields,
                                              .limit_min = 1,
                                              .limit_max = SB_CONFIG_LIMIT_MAX,
                                              .limit_default = SB_CONFIG_LIMIT_DEFAULT};
    sb_query_ids(req, res, &spec);
}
