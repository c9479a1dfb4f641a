/* SPDX-License-Identifier: MIT */
/* System calls behind which something may run that no report shows, and how many there were. */
#ifndef KCOVCTL_BLIND_SPOTS_H
#define KCOVCTL_BLIND_SPOTS_H

#include <stdbool.h>
#include <stdint.h>

struct blind_spots {
	/* Refused on what is followed already; or if results are not known, called at all. */
	uint64_t ptrace;
	bool knows_results;
	/* Its workers are threads of the kernel. */
	uint64_t io_uring_setup;
	/* Whether there is a remote part with the common handle, to which some kernels report. */
	bool has_common;
};

/* n calls of a name, which may be another one. */
void blind_spots_add(struct blind_spots *blind, const char *name, uint64_t n);

#endif
