/*
 * commands.h - the commands of the command line. Each returns the exit code.
 */
#ifndef SOARHOST_COMMANDS_H
#define SOARHOST_COMMANDS_H

#include "instance.h"
#include "options.h"

/* list [WORD] - the actions by group; with --json the plugin's listing, filtered. */
int command_list(struct instance *instance);
/* describe ACTION - all about one action; with --json its part of the listing. */
int command_describe(struct instance *instance);
/* invoke ACTION [JSON | @FILE | -] - one call; with --json the result document. */
int command_invoke(struct instance *instance);
/* run FLOW.json - a response flow; with --json a line for each step and one for the end. */
int command_run(struct instance *instance);
/* lint FLOW.json - a flow against the types of the actions, without running it. */
int command_lint(struct instance *instance);

/* export --format F --out DIR - the actions as the manifests of another engine. */
int command_export(struct instance *instance);

/* mcp - a server of the Model Context Protocol on stdin and stdout, until stdin ends. */
int command_mcp(struct instance *instance);

/* complete WHAT [ACTION] - words for the completion of shells. */
int command_complete(struct instance *instance);

/* check PLUGIN.so - the conformance suite (check.h). It loads no plugin into this process. Returns
 * SOAR_OK where every check that was made passed, SOAR_FAILED_PRECONDITION where one failed. */
int command_check(const struct options *options);

#endif
