/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CLEANUP_H
#define KCOV_SYMBOLIZE_CLEANUP_H

#include <stdlib.h>

#define _cleanup_(function) __attribute__((__cleanup__(function)))
#define _cleanup_free_ _cleanup_(kcov_freep)

static inline void kcov_freep(void *p)
{
	free(*(void **)p);
}

/* Hand a pointer on, so that its scope no longer cleans it up. */
#define TAKE_PTR(pointer)                                                                          \
	({                                                                                         \
		__typeof__(pointer) _taken = pointer;                                              \
		pointer = NULL;                                                                    \
		_taken;                                                                            \
	})

#endif
