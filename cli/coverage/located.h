/* SPDX-License-Identifier: MIT */
/* The unique addresses of a report and where they are. */
#ifndef KCOVCTL_LOCATED_H
#define KCOVCTL_LOCATED_H

#include "report.h"

#include <stdio.h>

/* A unique address, and how often it was recorded. */
struct located_address {
	const struct place *place;
	uint64_t hits;
};

/* One level of the inline chain of an address: all of them ran. */
struct located_place {
	const struct located_address *at;
	size_t frame;
};

struct located {
	/* Sorted by address. */
	struct located_address *at;
	size_t n;
	/* Sorted by file (headers last), function, image, line and address. */
	struct located_place *places;
	size_t n_places;
	size_t n_functions;
	/* How many addresses are in no image; of these, where first one module lay and then
	 * another. */
	size_t n_unknown;
	size_t n_disputed;
	/* How many are in text whose DWARF cannot be read. */
	size_t n_unanswered;
	struct pc_kinds kinds;
};

/* 0 or -errno; the error of the report's places may say more then. */
int located_init(const struct report *report, struct located *ret);

void located_fini(struct located *located);

/* Of an address that is in the report. */
const struct located_address *located_find(const struct located *located, uint64_t address);

/*
 * How many addresses are not behind coverage points, if these are most: it is another kernel's
 * image, say. Else 0: some always are not, since a jump to what records lets it record what the
 * function returns to.
 */
size_t located_count_foreign(const struct located *located);

/* "file:line", or "file:?": all that is printed of a line that is not known. */
void located_write_line(const char *file, uint32_t line, FILE *out);

/* NULL: nothing is known of it. */
const struct kcov_frame *place_frame(const struct located_place *place);

/* Its function; never NULL. */
const char *place_function(const struct located_place *place);

/* Its file, as in "fs/read_write.c", or "". */
const char *place_file(const struct located_place *place);

/* The image's name, or "": two modules may have the same headers, and functions of one name. */
const char *place_image(const struct located_place *place);

/* Its line, or 0. */
uint32_t place_line(const struct located_place *place);

bool place_same_function(const struct located_place *a, const struct located_place *b);

#endif
