/* SPDX-License-Identifier: MIT */
/* System calls behind which something may run that no report shows, and how many there were. */
#ifndef KCOVCTL_BLIND_H
#define KCOVCTL_BLIND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Where what io_uring's workers ran is to be found. */
enum blind_workers {
	/* Kernels before 7.3 do not record them. */
	BLIND_WORKERS_NOWHERE,
	/* They report to the common handle of who set the ring up, which nobody asked for. */
	BLIND_WORKERS_NOT_ASKED_FOR,
	BLIND_WORKERS_REMOTE,
};

struct blind {
	/* Refused on what is followed already; or if results are not known, called at all. */
	uint64_t ptrace;
	bool knows_results;
	/* Its workers are threads of the kernel. */
	uint64_t io_uring_setup;
	enum blind_workers workers;
};

/* By the release of the running kernel, as of uname(2), and whether -r common was given. */
enum blind_workers blind_workers(const char *release, bool has_common);

/* n calls of a name, which may be another one. */
void blind_add(struct blind *blind, const char *name, uint64_t n);

/* As lines of a report, none if there were none. */
void blind_write(const struct blind *blind, FILE *out);

#endif
