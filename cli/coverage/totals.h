/* SPDX-License-Identifier: MIT */
/* What a run was, in numbers. */
#ifndef KCOVCTL_TOTALS_H
#define KCOVCTL_TOTALS_H

#include "blind-spots.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct totals {
	/* Only one thread, whatever others there were: "first" or "this"; NULL: all. */
	const char *only;
	/* All tasks, and those that are not covered. */
	size_t tasks;
	size_t not_covered;
	/* Of drained ones: which may have lost records; which may have some twice, or disordered.
	 */
	size_t full;
	size_t uncertain;
	/* Those that record still, and will until they end; what could not be done with the first.
	 */
	size_t left;
	struct {
		pid_t tid;
		const char *what;
		const char *why;
	} first_left;
	/* Whether each call was an event; then, how many there were of each kind. */
	bool has_events;
	size_t calls;
	size_t between;
	size_t exits;
	/* Events for which the buffer had no room. */
	size_t full_events;
	struct blind_spots blind;
};

#endif
