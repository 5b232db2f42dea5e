#include "config_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

static void put_quoted(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            putc(c, out);
    }
    putc('"', out);
}

static void put_list(FILE *out, const char *name, const char *const *items)
{
    fprintf(out, "  %s = [", name);
    for (size_t i = 0; items[i]; i++) {
        fputs(i ? ", " : "", out);
        put_quoted(out, items[i]);
    }
    fputs("];\n", out);
}

static FILE *text_stream(char **text, size_t *len)
{
    FILE *out = open_memstream(text, len);
    if (!out) {
        fputs("soarhost: out of memory\n", stderr);
        _Exit(SOAR_RESOURCE_EXHAUSTED);
    }
    return out;
}

char *config_text_quote(const char *text)
{
    char *quoted = NULL;
    size_t len = 0;
    FILE *out = text_stream(&quoted, &len);
    put_quoted(out, text);
    fclose(out);
    return quoted;
}

char *config_text_for_sandbox(const struct sandbox *sandbox, const char *const *dirs)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = text_stream(&text, &len);
    fputs("falcon = {\n  base_url = ", out);
    put_quoted(out, sandbox->url);
    fputs(";\n  client_id = ", out);
    put_quoted(out, sandbox->client_id);
    fputs(";\n  client_secret = ", out);
    put_quoted(out, sandbox->client_secret);
    fputs(";\n  tenant = \"sandbox\";\n};\nfiles = {\n", out);
    put_list(out, "read_dirs", dirs);
    put_list(out, "write_dirs", dirs);
    fputs("};\nretry = {\n  base_ms = 50;\n  max_ms = 2000;\n};\n", out);
    fclose(out);
    return text;
}
