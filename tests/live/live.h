/* SPDX-License-Identifier: MIT */
/* What the tests in a real kernel have in common; cmocka wants the first four. */
#ifndef KCOV_LIVE_H
#define KCOV_LIVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <kcov/kcov.h>
#include <stdio.h>
#include <string.h>

/* What meson and the suite take for "not run here". */
#define LIVE_SKIP 77

/* Whether kcov can be opened; says why if not. */
static inline int live_has_kcov(void)
{
	struct kcov *kcov;
	int err = kcov_open(NULL, &kcov);

	if (err)
		printf("no kcov here: %s\n", kcov_strerror(KCOV_CALL_OPEN, err));
	else
		kcov_close(kcov);
	return !err;
}

/* Fails the test with the library's own words. */
#define assert_kcov_ok(call_, err_)                                                                \
	do {                                                                                       \
		int live_err_ = (err_);                                                            \
		if (live_err_)                                                                     \
			fail_msg("%d: %s", live_err_, kcov_strerror(call_, live_err_));            \
	} while (0)

/* A device with the default buffer, as most tests want it. */
static inline struct kcov *live_open(void)
{
	struct kcov *kcov;

	assert_kcov_ok(KCOV_CALL_OPEN, kcov_open(NULL, &kcov));
	return kcov;
}

#endif
