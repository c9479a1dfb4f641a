/* SPDX-License-Identifier: MIT */
/* The unique addresses of a report and where they are. */
#ifndef KCOVCTL_LOCATED_H
#define KCOVCTL_LOCATED_H

#include "report.h"

struct located {
	/* Unique addresses as recorded, sorted. */
	uint64_t *addresses;
	/* Of each: how often it was recorded, and where the instruction before it is. */
	size_t *hits;
	struct kcov_location *locations;
	size_t n;
	/* Indices of the above by file (headers last), function, line and address. */
	size_t *order;
	size_t n_functions;
	/* How many addresses are in no image. */
	size_t n_unknown;
};

/* 0 or -errno, and report->error then. */
int located_init(struct report *report, struct located *ret);

void located_fini(struct located *located);

/* Of an address that is in the report. */
const struct kcov_location *located_find(const struct located *located, uint64_t address);

/*
 * The source function that an address belongs to: the innermost of its inline
 * chain, since its lines are what the source shows; never NULL.
 */
const char *location_function(const struct kcov_location *location);

/* Its file, as in "fs/read_write.c", or "". */
const char *location_file(const struct kcov_location *location);

/* Its line, or 0. */
uint32_t location_line(const struct kcov_location *location);

bool location_same_function(const struct kcov_location *a, const struct kcov_location *b);

/* "FUNCTION at FILE:LINE" of one level; without lines, what the symbol says. */
void location_write_frame(const struct kcov_location *location, size_t frame, FILE *out);

#endif
