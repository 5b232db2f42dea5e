/* A bad configuration is refused with the line, the key and what it may be. */
#include "check.h"
#include "plugin.h"
#include "tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GOOD "falcon = {\n  client_id = \"id\";\n  client_secret = \"secret\";\n};\n"
#define TEXT(text) text, sizeof(text) - 1

static const struct bad_config {
    const char *what;
    const char *text;
    size_t size;
    int line;           /* 0: none is named                                                     */
    const char *key;    /* stands in the message                                                */
    const char *may_be; /* stands in message or hint; NULL: not checked                         */
} bad_configs[] = {
    {"nothing at all", TEXT(""), 0, "falcon.client_id", "env:NAME"},
    {"a missing secret", TEXT("falcon = {\n client_id = \"id\";\n};"), 0, "falcon.client_secret",
     "env:NAME"},
    {"an unknown section", TEXT(GOOD "policies = { read_only = true; };"), 5, "policies", "policy"},
    {"an unknown key", TEXT(GOOD "policy = {\n  readonly = true;\n};"), 6, "policy.readonly",
     "policy.read_only"},
    {"a key in the wrong section", TEXT(GOOD "http = { read_only = true; };"), 5, "http.read_only",
     "policy.read_only"},
    {"a key without a section", TEXT(GOOD "read_only = true;"), 5, "read_only", "policy"},
    {"text for an integer", TEXT(GOOD "http = {\n timeout_ms = \"60000\"; };"), 6,
     "http.timeout_ms", "an integer"},
    {"an integer for text", TEXT(GOOD "log = { level = 4; };"), 5, "log.level", "a string"},
    {"an integer for a boolean", TEXT(GOOD "policy = { read_only = 1; };"), 5, "policy.read_only",
     "true or false"},
    {"text for a list", TEXT(GOOD "files = { read_dirs = \"/tmp\"; };"), 5, "files.read_dirs",
     "list of strings"},
    {"a number in a list of texts", TEXT(GOOD "policy = { allow = (1, 2); };"), 5, "policy.allow",
     "string 1"},
    {"a value below the least", TEXT(GOOD "http = { timeout_ms = 0; };"), 5, "http.timeout_ms",
     "1 to 86400000"},
    {"a value above the most", TEXT(GOOD "retry = { attempts = 21; };"), 5, "retry.attempts",
     "1 to 20"},
    {"an integer past 64 bits", TEXT(GOOD "files = { max_bytes = 18446744073709551617; };"), 5, "",
     NULL},
    {"waits in the wrong order", TEXT(GOOD "retry = { base_ms = 100; max_ms = 10; };"), 5,
     "retry.base_ms", "max_ms"},
    {"an unknown cloud",
     TEXT("falcon = {\n client_id = \"i\"; client_secret = \"s\";\n cloud = "
          "\"us-9\"; };"),
     3, "falcon.cloud", "eu-1"},
    {"plain http to another host",
     TEXT("falcon = { client_id = \"i\"; client_secret = \"s\";\n base_url = "
          "\"http://api.example.com\"; };"),
     2, "falcon.base_url", "https"},
    {"a URL with credentials in it",
     TEXT("falcon = { client_id = \"i\"; client_secret = \"s\";\n base_url = "
          "\"https://user:pass@api.example.com\"; };"),
     2, "falcon.base_url", NULL},
    {"a URL of a file",
     TEXT("falcon = { client_id = \"i\"; client_secret = \"s\";\n base_url = "
          "\"file:///etc/passwd\"; };"),
     2, "falcon.base_url", "https"},
    {"a line break in a value",
     TEXT("falcon = {\n client_id = \"a\\r\\nX-Evil: 1\"; client_secret "
          "= \"s\"; };"),
     2, "falcon.client_id", NULL},
    {"NUL in a value", TEXT("falcon = {\n client_id = \"a\\x00b\"; client_secret = \"s\"; };"), 2,
     "", NULL},
    {"a NUL byte", TEXT(GOOD "\0"), 5, "", NULL},
    {"bytes that are no UTF-8", TEXT(GOOD "log = { level = \"\xff\"; };"), 5, "", "UTF-8"},
    {"text that breaks off", TEXT("falcon = {\n client_id = \"id"), 2, "", NULL},
    {"a missing bracket", TEXT("falcon = {\n client_id = \"i\";\n"), 3, "", NULL},
    {"a comment without end", TEXT(GOOD "/* never closed"), 5, "", NULL},
    {"an include", TEXT(GOOD "@include \"/etc/passwd\"\n"), 5, "@include", NULL},
    {"a relative directory", TEXT(GOOD "files = { read_dirs = [\"reports\"]; };"), 5,
     "files.read_dirs", "absolute"},
    {"a directory that is not there", TEXT(GOOD "files = { write_dirs = [\"/no/such\"]; };"), 0,
     "files.write_dirs", "/no/such"},
    {"a pattern that matches no action", TEXT(GOOD "policy = { deny = [\"delete_everything\"]; };"),
     5, "policy.deny", "delete_everything"},
    {"an unknown level of logging", TEXT(GOOD "log = { level = \"loud\"; };"), 5, "log.level",
     "debug"},
    {"an environment variable that is not set",
     TEXT("falcon = {\n client_id = \"env:FCM_E2E_NOT_SET\"; client_secret = \"s\"; };"), 2,
     "falcon.client_id", "FCM_E2E_NOT_SET"},
    {"a key given twice", TEXT(GOOD "policy = { read_only = true;\n read_only = false; };"), 6, "",
     NULL},
    {"a key without a certificate", TEXT(GOOD "http = { client_key = \"/k.pem\"; };"), 5,
     "http.client_key", "http.client_cert"},
};

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : "";
}

static int says(struct json_object *document, const char *word)
{
    return strstr(text_at(document, "/error/message"), word) != NULL ||
           strstr(text_at(document, "/error/hint"), word) != NULL;
}

/* "line 5:" or "line 5, section.key:"; 0 = nothing is asked for. */
static int names_line(struct json_object *document, int line)
{
    char alone[32];
    char with_key[32];
    snprintf(alone, sizeof alone, "line %d:", line);
    snprintf(with_key, sizeof with_key, "line %d,", line);
    return line == 0 || says(document, alone) || says(document, with_key);
}

static void the_configuration_is_refused(void **state)
{
    const struct bad_config *bad = *state;
    soar_status status = SOAR_OK;
    struct json_object *document = plugin_refused(bad->text, bad->size, &status);
    const char *text = json_object_to_json_string(document);
    int not_found = strstr(bad->what, "not set") != NULL;
    if (status != (not_found ? SOAR_NOT_FOUND : SOAR_INVALID_ARGUMENT)) {
        fail_msg("expected INVALID_ARGUMENT: %s", text);
    }
    if (!names_line(document, bad->line) || !says(document, bad->key) ||
        (bad->may_be != NULL && !says(document, bad->may_be))) {
        fail_msg("expected line %d, '%s' and '%s': %s", bad->line, bad->key,
                 bad->may_be != NULL ? bad->may_be : "", text);
    }
    if (strstr(text, "user:pass") != NULL) {
        fail_msg("a secret stands in the answer: %s", text);
    }
    json_object_put(document);
}

static void every_fault_of_the_configuration_is_listed(void **state)
{
    static const char text[] = "falcon = { client_id = 7; };\nhttp = { timeout = 5; };\n"
                               "retry = { attempts = 0; };\n";
    soar_status status = SOAR_OK;
    (void)state;
    struct json_object *document = plugin_refused(text, strlen(text), &status);
    if (!names_line(document, 1) || !says(document, "falcon.client_secret") ||
        !names_line(document, 2) || !names_line(document, 3)) {
        fail_msg("%s", json_object_to_json_string(document));
    }
    json_object_put(document);
}

static void a_secret_in_a_file_that_others_may_read_is_refused(void **state)
{
    char *dir = tmpdir_new();
    char *path = tmpdir_path(dir, "in/secret");
    char *text = NULL;
    soar_status status = SOAR_OK;
    (void)state;
    tmpdir_write(dir, "in/secret", "hush-hush", 9);
    assert_int_equal(chmod(path, 0644), 0);
    assert_true(asprintf(&text, "falcon = {\n client_id = \"i\";\n client_secret = \"file:%s\"; };",
                         path) > 0);
    struct json_object *document = plugin_refused(text, strlen(text), &status);
    assert_int_equal(status, SOAR_PERMISSION_DENIED);
    assert_true(names_line(document, 3) && says(document, "falcon.client_secret"));
    assert_null(strstr(json_object_to_json_string(document), "hush-hush"));
    json_object_put(document);
    free(text);
    free(path);
    tmpdir_free(dir);
}

#define BAD_CONFIGS (sizeof bad_configs / sizeof *bad_configs)

int main(void)
{
    static char names[BAD_CONFIGS][96];
    struct CMUnitTest tests[BAD_CONFIGS + 2] = {
        cmocka_unit_test(every_fault_of_the_configuration_is_listed),
        cmocka_unit_test(a_secret_in_a_file_that_others_may_read_is_refused),
    };
    for (size_t i = 0; i < BAD_CONFIGS; i++) {
        snprintf(names[i], sizeof names[i], "a configuration is refused for %s",
                 bad_configs[i].what);
        tests[2 + i] = (struct CMUnitTest){.name = names[i],
                                           .test_func = the_configuration_is_refused,
                                           .initial_state = (void *)(uintptr_t)&bad_configs[i]};
    }
    return cmocka_run_group_tests_name("hostile_config", tests, NULL, NULL);
}
