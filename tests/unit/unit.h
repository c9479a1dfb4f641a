/* SPDX-License-Identifier: MIT */
/* What every unit test includes; cmocka wants the first four before itself. */
#ifndef KCOV_UNIT_H
#define KCOV_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* tests/run shows the line at its end. */
#define skip_because(why_)                                                                         \
	do {                                                                                       \
		print_message("skip   %s: %s\n", __func__, why_);                                  \
		skip();                                                                            \
	} while (0)

/* What CI is to have: a tool, say, that the suite installs. */
#define lacks(what_)                                                                               \
	do {                                                                                       \
		if (getenv("CI") && *getenv("CI"))                                                 \
			fail_msg("CI lacks " what_                                                 \
				 ": add it to examples/kernel/lab.d/packages.sh");                 \
		skip_because("no " what_);                                                         \
	} while (0)

#endif
