/* mcp - the actions as tools of the Model Context Protocol, until stdin ends. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "interrupt.h"
#include "mcp.h"
#include "memory.h"
#include "report.h"

#define READ_SIZE 65536
/* Most bytes of a line. */
#define MOST_LINE (64u * 1024u * 1024u)
#define AGAIN_MS 10

struct input {
    char *bytes;
    size_t len, room;
};

/* Takes the lines that are whole; what is left stays. */
static void take_lines(struct mcp *mcp, struct input *input)
{
    char *from = input->bytes, *end = input->bytes + input->len, *newline;
    while ((newline = memchr(from, '\n', (size_t)(end - from))) != NULL) {
        size_t len = (size_t)(newline - from);
        if (len > 0 && from[len - 1] == '\r')
            len--;
        if (len > 0)
            mcp_take_line(mcp, from, len);
        from = newline + 1;
    }
    input->len = (size_t)(end - from);
    memmove(input->bytes, from, input->len);
}

/* False at the end of what the client sends. */
static bool read_more(struct mcp *mcp, struct input *input)
{
    if (input->room - input->len < READ_SIZE) {
        input->room = input->room * 2 + READ_SIZE;
        input->bytes = host_realloc(input->bytes, input->room);
    }
    ssize_t got = read(STDIN_FILENO, input->bytes + input->len, READ_SIZE);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    if (got == 0)
        return false;
    input->len += (size_t)got;
    take_lines(mcp, input);
    if (input->len <= MOST_LINE)
        return true;
    mcp_error(mcp, NULL, MCP_INVALID_REQUEST, "a line has more than 64 MiB");
    return false;
}

static void serve(struct mcp *mcp)
{
    struct input input = {0};
    bool more = true;
    while (more && !interrupted()) {
        struct pollfd waits[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                 {.fd = interrupt_fd(), .events = POLLIN}};
        int ready = poll(waits, 2, mcp_calls_cancel_again(mcp) ? AGAIN_MS : -1);
        if (ready > 0 && waits[0].revents)
            more = read_more(mcp, &input);
        else if (ready < 0 && errno != EINTR)
            more = false;
    }
    mcp_calls_end(mcp, interrupted());
    free(input.bytes);
}

static void run_session(struct instance *instance)
{
    struct mcp mcp = {.instance = instance,
                      .tools = mcp_tools(&instance->actions, instance->options),
                      .out_lock = PTHREAD_MUTEX_INITIALIZER,
                      .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&mcp.ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    instance->services.progress = mcp_progress;
    serve(&mcp);
    json_object_put(mcp.tools);
    pthread_cond_destroy(&mcp.ended);
}

int command_mcp(struct instance *instance)
{
    struct host_error err;
    struct outcome refused;
    char here[PATH_MAX];
    const char *dirs[] = {getcwd(here, sizeof(here)) ? here : "/tmp", NULL};
    if (instance_connect(instance, dirs, &refused, &err)) {
        run_session(instance);
        return SOAR_OK;
    }
    if (!refused.document)
        return report_host_error(&instance->err, false, "mcp", &err);
    int code = report_outcome_error(&instance->err, false, "configuration", &refused);
    outcome_done(&refused);
    return code;
}
