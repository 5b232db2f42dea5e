#include "check_report.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

static const struct {
    const char *word, *json;
    enum term_style style;
} verdicts[] = {
    [CHECK_PASSED] = {"ok", "passed", TERM_GOOD},
    [CHECK_FAILED] = {"FAIL", "failed", TERM_BAD},
    [CHECK_SKIPPED] = {"skip", "skipped", TERM_WARN},
};

static size_t count(const struct check_outcome *outcomes, size_t n, enum check_verdict verdict)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += outcomes[i].verdict == verdict;
    return found;
}

/* ------------------------------------------------------------------ text */

static void print_lines(const struct term *term, const char *lines, enum term_style style)
{
    for (const char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1) {
        char line[1024];
        snprintf(line, sizeof(line), "%.*s", (int)(end - lines), lines);
        fprintf(term->out, "        %s", term_style(term, style));
        term_wrap(term, line, 10);
        fputs(term_style(term, TERM_PLAIN), term->out);
    }
}

void check_report_text(const struct term *term, const struct check_outcome *outcome)
{
    fprintf(term->out, "  %s%-4s%s  %-22s  ", term_style(term, verdicts[outcome->verdict].style),
            verdicts[outcome->verdict].word, term_style(term, TERM_PLAIN), outcome->check->name);
    term_wrap(term, outcome->check->says, 32);
    print_lines(term, outcome->findings, TERM_BAD);
    print_lines(term, outcome->notes, TERM_DIM);
    fflush(term->out);
}

void check_report_end(const struct term *term, const struct check_input *input,
                      const struct check_outcome *outcomes, size_t n)
{
    size_t failed = count(outcomes, n, CHECK_FAILED);
    fprintf(term->out, "\n%zu passed, %s%zu failed%s, %zu skipped; seed %" PRIu64 "\n",
            count(outcomes, n, CHECK_PASSED), failed ? term_style(term, TERM_BAD) : "", failed,
            failed ? term_style(term, TERM_PLAIN) : "", count(outcomes, n, CHECK_SKIPPED),
            input->seed);
    for (size_t i = 0; i < n; i++)
        if (outcomes[i].verdict == CHECK_FAILED)
            fprintf(term->out, "again: soarhost check %s --seed %" PRIu64 " --only %s\n",
                    input->plugin, input->seed, outcomes[i].check->name);
}

/* ------------------------------------------------------------------ JSON */

static struct json_object *list_of_lines(const char *lines)
{
    struct json_object *list = json_object_new_array();
    for (const char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1)
        json_object_array_add(list, json_object_new_string_len(lines, (int)(end - lines)));
    return list;
}

static struct json_object *outcome_json(const struct check_outcome *outcome)
{
    struct json_object *json = json_object_new_object();
    json_object_object_add(json, "name", json_object_new_string(outcome->check->name));
    json_object_object_add(json, "says", json_object_new_string(outcome->check->says));
    json_object_object_add(json, "verdict",
                           json_object_new_string(verdicts[outcome->verdict].json));
    json_object_object_add(json, "ms", json_object_new_int64((int64_t)outcome->ms));
    json_object_object_add(json, "findings", list_of_lines(outcome->findings));
    json_object_object_add(json, "notes", list_of_lines(outcome->notes));
    return json;
}

void check_report_json(const struct check_input *input, const struct check_outcome *outcomes,
                       size_t n)
{
    struct json_object *json = json_object_new_object(), *all = json_object_new_array();
    json_object_object_add(json, "plugin", json_object_new_string(input->plugin));
    json_object_object_add(json, "seed", json_object_new_uint64(input->seed));
    for (size_t verdict = 0; verdict < sizeof(verdicts) / sizeof(verdicts[0]); verdict++)
        json_object_object_add(
            json, verdicts[verdict].json,
            json_object_new_int64((int64_t)count(outcomes, n, (enum check_verdict)verdict)));
    for (size_t i = 0; i < n; i++)
        json_object_array_add(all, outcome_json(&outcomes[i]));
    json_object_object_add(json, "checks", all);
    puts(json_object_to_json_string_ext(json,
                                        JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(json);
}

/* ------------------------------------------------------------------ JUnit */

static void put_xml(FILE *out, const char *text)
{
    for (; *text; text++) {
        static const char special[] = "<>&\"\n";
        static const char *const written[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&#10;"};
        const char *found = strchr(special, *text);
        if (found)
            fputs(written[found - special], out);
        else
            putc((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e ? '?' : *text, out);
    }
}

static void put_case(FILE *out, const struct check_outcome *outcome)
{
    const char *name = outcome->check->name;
    const char *dot = strchr(name, '.');
    fprintf(out, "  <testcase classname=\"%.*s\" name=\"%s: ", (int)(dot - name), name, dot + 1);
    put_xml(out, outcome->check->says);
    fprintf(out, "\" time=\"%.3f\">", (double)outcome->ms / 1e3);
    if (outcome->verdict == CHECK_FAILED) {
        fputs("<failure message=\"", out);
        put_xml(out, outcome->findings);
        fputs("\"/>", out);
    } else if (outcome->verdict == CHECK_SKIPPED) {
        fputs("<skipped message=\"", out);
        put_xml(out, outcome->notes);
        fputs("\"/>", out);
    }
    fputs("</testcase>\n", out);
}

bool check_report_junit(const char *path, const struct check_input *input,
                        const struct check_outcome *outcomes, size_t n, struct host_error *err)
{
    FILE *out = fopen(path, "we");
    if (out) {
        fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"soarhost check ", out);
        put_xml(out, input->plugin);
        fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n", n,
                count(outcomes, n, CHECK_FAILED), count(outcomes, n, CHECK_SKIPPED));
        fprintf(out, "  <properties><property name=\"seed\" value=\"%" PRIu64 "\"/></properties>\n",
                input->seed);
        for (size_t i = 0; i < n; i++)
            put_case(out, &outcomes[i]);
        fputs("</testsuite>\n", out);
    }
    if (!out || fclose(out) != 0) {
        host_error_set(err, out ? SOAR_INTERNAL : SOAR_PERMISSION_DENIED, "cannot be written: %s",
                       strerror(errno));
        host_error_where(err, "%s", path);
        return false;
    }
    return true;
}
