/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_ERROR_H
#define KCOV_SYMBOLIZE_ERROR_H

#include <kcov/symbolize.h>

/*
 * Describe a failure. What *error was does not matter, and error may be NULL. Returns
 * rc, so that a caller can say and return it in one go. To say -ENOMEM twice is fine.
 */
int kcov_error_set(struct kcov_symbolize_error **error, int rc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What libelf and libdw had against the last call, for the end of a message. */
const char *kcov_error_libelf(void);
const char *kcov_error_libdw(void);

#endif
