/* The scanner's machine and the walk over an answer once more, for processors with AVX2: half as many
 * steps through a string. scan.c chooses when the program runs. Nothing else may be compiled here. */
#if defined(__x86_64__) && !defined(FCM_PORTABLE_RUNS)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2")
#endif

#define FCM_RUN_AVX2 1
#define scan_value scan_value_avx2
#define scan_walk scan_walk_avx2

#include "base/scan_answer.c"
#include "base/scan_value.c"

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
