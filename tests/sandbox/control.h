/* The sandbox's own switches and views under /_sandbox/, for callers on the same computer. */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "exchange.h"

/* True if the path is one of them; nobody else is told that there are any. */
bool sb_control_has(const char *path);
/* Answers it. */
void sb_control_answer(struct sb_exchange *ex);

#endif
