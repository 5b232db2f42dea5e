/* The loops for processors without AVX2. */
#define FCM_SSE2_RUNS 1
#include "scan_again.h"
