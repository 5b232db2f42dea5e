/* The portable loops of the scanner. */
#define FCM_PORTABLE_RUNS 1
#include "scan_again.h"
