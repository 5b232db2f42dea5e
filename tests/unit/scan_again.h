/* The scanner's tests once more, over loops that were chosen when this is compiled: FCM_PORTABLE_RUNS
 * or FCM_SSE2_RUNS. The scanner is compiled into the file under other names, so that it may be linked
 * beside the one of the plugin. */
#define scan_answer again_scan_answer
#define scan_answer_done again_scan_answer_done
#define scan_begin again_scan_begin
#define scan_compare again_scan_compare
#define scan_finish again_scan_finish
#define scan_fraction again_scan_fraction
#define scan_number_fits again_scan_number_fits
#define scan_pointer again_scan_pointer
#define scan_problem_text again_scan_problem_text
#define scan_skip_run again_scan_skip_run
#define scan_skip_string again_scan_skip_string
#define scan_strict again_scan_strict
#define scan_string_rest again_scan_string_rest
#define scan_unescape again_scan_unescape
#define scan_value again_scan_value
#define scan_walk again_scan_walk
#define scan_walk_avx2 again_scan_walk_avx2

#include "base/scan.c"
#include "base/scan_answer.c"
#include "base/scan_pointer.c"
#include "base/scan_strict.c"
#include "base/scan_token.c"
#include "base/scan_value.c"

#if FCM_RUN_DISPATCH
#error "these loops were not chosen"
#endif

#include <sys/wait.h>
#include <unistd.h>

int texts_main(void);
int answer_main(void);
int strict_main(void);
int against_json_c_main(void);

#define main texts_main
#include "scan.c"
#undef main
#define main answer_main
#include "scan_answer.c"
#undef main
#define main strict_main
#include "scan_strict.c"
#undef main
#define main against_json_c_main
#include "scan_against_json_c.c"
#undef main

/* Each of them in a child, as a program of its own would run it. What it prints goes to stderr. */
static void passes(int (*program)(void))
{
    int status = -1;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        _exit(program() == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void the_chosen_loops_pass_the_tests_of_the_scanner(void **state)
{
    (void)state;
    passes(texts_main);
}

static void the_chosen_loops_pass_the_tests_of_answers(void **state)
{
    (void)state;
    passes(answer_main);
}

static void the_chosen_loops_pass_the_tests_of_strict_texts(void **state)
{
    (void)state;
    passes(strict_main);
}

static void the_chosen_loops_agree_with_json_c(void **state)
{
    (void)state;
    passes(against_json_c_main);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chosen_loops_pass_the_tests_of_the_scanner),
        cmocka_unit_test(the_chosen_loops_pass_the_tests_of_answers),
        cmocka_unit_test(the_chosen_loops_pass_the_tests_of_strict_texts),
        cmocka_unit_test(the_chosen_loops_agree_with_json_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
