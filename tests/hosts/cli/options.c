#include "options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host_error.h"
#include "memory.h"
#include "suggest.h"

#ifndef FCM_VERSION
#define FCM_VERSION "0.0.0"
#endif

/* libc looks for this name, so it must leave the program. */
__attribute__((visibility("default"))) const char *argp_program_version = "soarhost " FCM_VERSION;

enum {
    OPT_PLUGIN = 'p',
    OPT_CONFIG = 'c',
    OPT_SANDBOX = 's',
    OPT_JSON = 'j',
    OPT_DRY_RUN = 'n',
    OPT_TIMEOUT = 't',
    OPT_INPUT = 'i',
    OPT_VERBOSE = 'v',
    OPT_NO_COLOR = 0x100,
    OPT_SANDBOX_BIN,
    OPT_SANDBOX_ARG,
    OPT_WORK_DIR,
    OPT_SEED,
    OPT_ONLY,
    OPT_JUNIT,
    OPT_LIST,
    OPT_FORMAT,
    OPT_OUT,
    OPT_PLAN,
    OPT_READ_ONLY,
    OPT_TOOLS,
    OPT_FIELDS,
    OPT_KEY,
};

static const struct argp_option known[] = {
    {0, 0, 0, 0, "Which plugin and which service:", 1},
    {"plugin", OPT_PLUGIN, "FILE", 0, "The plugin to load (default: the one beside soarhost)", 0},
    {"config", OPT_CONFIG, "FILE", 0,
     "Configuration, handed to the plugin unread (default: $SOARHOST_CONFIG)", 0},
    {"sandbox", OPT_SANDBOX, 0, 0, "Start a private falcon-sandbox and use it", 0},
    {"sandbox-bin", OPT_SANDBOX_BIN, "FILE", 0,
     "The sandbox to start (default: $SOARHOST_SANDBOX, or the one beside soarhost)", 0},
    {"sandbox-arg", OPT_SANDBOX_ARG, "ARG", 0,
     "One more argument for the sandbox, such as --sandbox-arg=--seed=7; repeatable", 0},
    {0, 0, 0, 0, "How a call is made:", 2},
    {"dry-run", OPT_DRY_RUN, 0, 0,
     "Show what would be sent, and send nothing (run: check the flow and show its steps)", 0},
    {"plan", OPT_PLAN, "TEXT", 0,
     "invoke: the plan.text of a dry run; a call that would send anything else is refused", 0},
    {"key", OPT_KEY, "KEY", 0, "invoke: an idempotency key for the write, as an engine gives it",
     0},
    {"timeout", OPT_TIMEOUT, "MS", 0, "Time for each call with its retries, in milliseconds", 0},
    {"input", OPT_INPUT, "FILE", 0, "run: the alert or other event that starts the flow", 0},
    {"work-dir", OPT_WORK_DIR, "DIR", 0,
     "run: where the flow's files go (default: a new directory for temporary files)", 0},
    {0, 0, 0, 0, "How a plugin is checked:", 3},
    {"only", OPT_ONLY, "PATTERN", 0, "check: only those checks, such as 'calls.*'", 0},
    {"seed", OPT_SEED, "N", 0, "check: what is chosen at random follows from it (default: 1)", 0},
    {"junit", OPT_JUNIT, "FILE", 0, "check: the outcome as JUnit XML too", 0},
    {"list", OPT_LIST, 0, 0, "check: name the checks and make none", 0},
    {0, 0, 0, 0, "How actions are exported:", 4},
    {"format", OPT_FORMAT, "FORMAT", 0,
     "export: openapi, mcp, xsoar, splunk-soar, stackstorm, n8n, shuffle or tracecat", 0},
    {"out", OPT_OUT, "DIR", 0, "export: where the files go", 0},
    {0, 0, 0, 0, "What a model may do:", 5},
    {"read-only", OPT_READ_ONLY, 0, 0, "mcp: only tools that change nothing", 0},
    {"tools", OPT_TOOLS, "PATTERN[,...]", 0, "mcp: only those tools, such as 'get_*,query_*'", 0},
    {"fields", OPT_FIELDS, "NAME[,...]", 0, "mcp: of each resource only those members", 0},
    {0, 0, 0, 0, "What is shown:", 6},
    {"json", OPT_JSON, 0, 0, "JSON for machines and nothing else", 0},
    {"no-color", OPT_NO_COLOR, 0, 0, "No colours on the terminal", 0},
    {"verbose", OPT_VERBOSE, 0, 0, "Show the plugin's log, not only its warnings", 0},
    {0, 0, 0, 0, 0, 0},
};

static const char doc[] =
    "Loads an action plugin and works with it.\n\n"
    "Commands:\n"
    "  list [WORD]                       all actions, or those with WORD in them\n"
    "  describe ACTION                   inputs, outputs, scope, an example\n"
    "  invoke ACTION [JSON|@FILE|-]      one call; - reads standard input\n"
    "  run FLOW.json [--input FILE]      a whole response flow\n"
    "  lint FLOW.json                    is it sound? each value against the type of its input\n"
    "  check PLUGIN.so                   does it keep to soar_plugin.h? each check by itself\n"
    "  export --format F --out DIR       the actions as manifests of another engine\n"
    "  mcp [--read-only] [--tools P]     the actions as tools for models, on stdin and stdout\n"
    "\vThe exit code is the status of the call (0 OK, 3 INVALID_ARGUMENT, 5 NOT_FOUND, 17 PARTIAL "
    "and so on, as in soar_plugin.h), 64 for a wrong command line.";

struct command {
    const char *name;
    size_t least, most; /* arguments */
    const char *wants;
};

static const struct command commands[] = {
    {"list", 0, 1, "list [WORD]"},
    {"describe", 1, 1, "describe ACTION"},
    {"invoke", 1, 2, "invoke ACTION [JSON | @FILE | -]"},
    {"run", 1, 1, "run FLOW.json [--input ALERT.json]"},
    {"lint", 1, 1, "lint FLOW.json"},
    {"complete", 1, 2, "complete actions | keys ACTION | commands | formats"},
    {"export", 0, 0, "export --format FORMAT --out DIR"},
    {"mcp", 0, 0, "mcp [--read-only] [--tools PATTERN[,...]] [--fields NAME[,...]]"},
    {"check", 0, 1, "check PLUGIN.so [--only PATTERN] [--seed N] [--junit FILE]"},
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const struct argp_state *state, const char *name)
{
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(names[i], name) == 0)
            return &commands[i];
    }
    char hint[128];
    suggest_hint(name, names, N_COMMANDS, hint, sizeof(hint));
    argp_error(state, "no command is called \"%s\"; %s", name,
               hint[0] ? hint : "soarhost --help lists them");
    return NULL;
}

bool options_command(size_t i, const char **ret_name, const char **ret_wants)
{
    if (i >= N_COMMANDS)
        return false;
    *ret_name = commands[i].name;
    *ret_wants = commands[i].wants;
    return true;
}

static uint64_t read_number(const struct argp_state *state, const char *text, uint64_t least,
                            const char *wants)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno || end == text || *end || text[0] == '-' || number < least)
        argp_error(state, "%s, not \"%s\"", wants, text);
    return number;
}

static void add_sandbox_arg(struct options *options, const char *arg)
{
    size_t n = options->n_sandbox_args;
    options->sandbox_args =
        host_realloc((void *)options->sandbox_args, (n + 2) * sizeof(*options->sandbox_args));
    options->sandbox_args[n] = arg;
    options->sandbox_args[n + 1] = NULL;
    options->n_sandbox_args = n + 1;
}

static void take_argument(struct options *options, const struct argp_state *state, const char *arg)
{
    if (!options->command)
        options->command = find_command(state, arg)->name;
    else if (options->n_args < OPTIONS_ARGS)
        options->args[options->n_args++] = arg;
    else
        argp_error(state, "too many arguments: \"%s\"", arg);
}

static void check_whole(const struct options *options, const struct argp_state *state)
{
    if (!options->command)
        argp_error(state, "a command is missing; soarhost --help lists them");
    const struct command *command = find_command(state, options->command);
    if (options->n_args < command->least || options->n_args > command->most)
        argp_error(state, "it is: soarhost %s", command->wants);
    bool run = strcmp(command->name, "run") == 0;
    if (!run && (options->input || options->work_dir))
        argp_error(state, "--input and --work-dir belong to run");
    if (strcmp(command->name, "invoke") != 0 && (options->plan || options->key))
        argp_error(state, "--plan and --key belong to invoke, for one call");
    bool check = strcmp(command->name, "check") == 0;
    if (!check && (options->only || options->junit || options->list))
        argp_error(state, "--only, --junit and --list belong to check");
    bool mcp = strcmp(command->name, "mcp") == 0;
    if (!mcp && (options->read_only || options->tools || options->fields))
        argp_error(state, "--read-only, --tools and --fields belong to mcp");
    bool export = strcmp(command->name, "export") == 0;
    if (export != (options->format || options->out) ||
        (export && !(options->format && options->out)))
        argp_error(state, "export takes --format and --out, and no other command does");
    if (check && !options->list && options->n_args == 0)
        argp_error(state, "it is: soarhost %s", command->wants);
    if (options->sandbox && options->config)
        argp_error(state, "--config and --sandbox exclude each other");
    if (!options->sandbox && (options->sandbox_bin || options->n_sandbox_args))
        argp_error(state, "--sandbox-bin and --sandbox-arg go with --sandbox");
}

static error_t take(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPT_PLUGIN:
        options->plugin = arg;
        return 0;
    case OPT_CONFIG:
        options->config = arg;
        return 0;
    case OPT_SANDBOX:
        options->sandbox = true;
        return 0;
    case OPT_SANDBOX_BIN:
        options->sandbox_bin = arg;
        return 0;
    case OPT_SANDBOX_ARG:
        add_sandbox_arg(options, arg);
        return 0;
    case OPT_DRY_RUN:
        options->dry_run = true;
        return 0;
    case OPT_PLAN:
        options->plan = arg;
        return 0;
    case OPT_KEY:
        options->key = arg;
        return 0;
    case OPT_TIMEOUT:
        options->timeout_ms = read_number(state, arg, 1, "--timeout takes milliseconds from 1 up");
        return 0;
    case OPT_INPUT:
        options->input = arg;
        return 0;
    case OPT_WORK_DIR:
        options->work_dir = arg;
        return 0;
    case OPT_SEED:
        options->seed = read_number(state, arg, 0, "--seed takes a number");
        return 0;
    case OPT_FORMAT:
        options->format = arg;
        return 0;
    case OPT_OUT:
        options->out = arg;
        return 0;
    case OPT_READ_ONLY:
        options->read_only = true;
        return 0;
    case OPT_TOOLS:
        options->tools = arg;
        return 0;
    case OPT_FIELDS:
        options->fields = arg;
        return 0;
    case OPT_ONLY:
        options->only = arg;
        return 0;
    case OPT_JUNIT:
        options->junit = arg;
        return 0;
    case OPT_LIST:
        options->list = true;
        return 0;
    case OPT_JSON:
        options->json = true;
        return 0;
    case OPT_NO_COLOR:
        options->no_color = true;
        return 0;
    case OPT_VERBOSE:
        options->verbose = true;
        return 0;
    case ARGP_KEY_ARG:
        take_argument(options, state, arg);
        return 0;
    case ARGP_KEY_END:
        check_whole(options, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void options_read(int argc, char **argv, struct options *ret)
{
    static const struct argp parser = {known, take, "COMMAND [ARGUMENT...]", doc, NULL, NULL, NULL};
    memset(ret, 0, sizeof(*ret));
    ret->seed = 1;
    argp_err_exit_status = HOST_EXIT_USAGE;
    argp_parse(&parser, argc, argv, 0, NULL, ret);
    const char *config = getenv("SOARHOST_CONFIG");
    if (!ret->config && !ret->sandbox && config && *config)
        ret->config = config;
}

void options_done(struct options *options)
{
    free((void *)options->sandbox_args);
    options->sandbox_args = NULL;
}
