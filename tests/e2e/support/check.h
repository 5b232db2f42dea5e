/* cmocka with the headers that it wants before it. */
#ifndef E2E_CHECK_H
#define E2E_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
