/* The tests of page_seen once more, over its portable loop: it is compiled into this file under other
 * names, beside the one of the plugin. */
#define FCM_PORTABLE_RUNS 1
#define page_seen_add again_page_seen_add
#define page_seen_add_run again_page_seen_add_run
#define page_seen_build again_page_seen_build
#define page_seen_clear again_page_seen_clear
#define page_seen_done again_page_seen_done
#define page_seen_has again_page_seen_has

#include "base/../page_seen.c"

#if FCM_RUN_SSE2
#error "this loop was not chosen"
#endif

#undef COUNT
#include "page_seen.c"
