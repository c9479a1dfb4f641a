/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out when a test says so. A test has it by alloc.c and alloc_dep, which
 * lets the linker put these functions before libc's; what shared libraries allocate is not
 * concerned.
 */
#ifndef KCOV_TESTS_ALLOC_H
#define KCOV_TESTS_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* The nth allocation from now on fails, and only that. */
void alloc_fail_at(size_t nth);

/* Whether it was come to. If not, it fails no more. */
bool alloc_failed(void);

/* How many blocks were allocated and not freed. */
size_t alloc_live(void);

#endif
