/* SPDX-License-Identifier: MIT */
/* Each address that runs hit, where it lay in them. */
#ifndef KCOVCTL_RECORDED_ADDRESSES_H
#define KCOVCTL_RECORDED_ADDRESSES_H

#include "recording.h"

#include <stddef.h>
#include <stdint.h>

struct recorded_address {
	uint64_t address;
	/* What it was there: the number of its image, and the offset in that. */
	size_t image;
	uint64_t offset;
};

struct recorded_addresses {
	struct recorded_address *at;
	size_t n, room;
	/* Of images that came so far: the build-id, or what stands for it; "": of what is in none.
	 */
	struct {
		char **at;
		size_t n, room;
	} images;
};

/*
 * Those of the runs of a recording that are chosen; in: of functions of these files alone, as
 * struct query has it. 0, or -1, and why was told.
 */
int recorded_addresses_read(const struct recording *recording, const char *in,
			    struct recorded_addresses *addresses);

/*
 * In ascending order, each once. -EEXIST: one of them, *ret, was one thing in
 * one run, and another one in another run, as modules are loaded here and there.
 */
int recorded_addresses_sort(struct recorded_addresses *addresses, uint64_t *ret);

void recorded_addresses_fini(struct recorded_addresses *addresses);

#endif
