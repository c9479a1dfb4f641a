/* SPDX-License-Identifier: MIT */
/* What every unit test includes; cmocka wants the first four before itself. */
#ifndef KCOV_UNIT_H
#define KCOV_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
