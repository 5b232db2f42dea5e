/* The console's page: three files that lie in the program itself (page_files.S). */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include "sandbox.h"

/* True if it is a GET of one of them. */
bool sb_page_has(const struct sb_request *req);
/* Answers it. Holds no data of the sandbox, so it wants no token. */
void sb_page_answer(struct sb_request *req, struct sb_response *res);

#endif
