/* The console's data below /_sandbox/: all of it can be had by anyone who holds the token. */
#ifndef SANDBOX_CONTROL_CONSOLE_H
#define SANDBOX_CONTROL_CONSOLE_H

#include "control.h"

/* GET: {"cid", "tenants": [{cid, cases}], "operations": [names], "strict"}. */
sb_control_handler sb_control_console;
/* GET ?status=&q=&filter=&offset=&limit=: {"cases": [summary, the last changed first], "total"}. */
sb_control_handler sb_control_board;
/* GET ?id=: {"case", "files", "file_count", "history"}; 404 where there is no such case. */
sb_control_handler sb_control_case;
/* GET ?kind=&prefix=&offset=&limit=: {"documents": [...], "total"}, by id. */
sb_control_handler sb_control_documents;
/* GET ?before=&limit=: sb_request_log_list; ?number=: sb_request_log_get. */
sb_control_handler sb_control_requests;
/* GET: the stream of events.h; `Last-Event-ID` goes on where it broke off. */
sb_control_handler sb_control_events;

#endif
