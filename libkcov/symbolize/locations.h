/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_LOCATIONS_H
#define KCOV_SYMBOLIZE_LOCATIONS_H

#include <kcov/symbolize.h>

/* What was found before, by address: an address that is asked for again costs nothing. */
struct kcov_locations {
	/* A hash table, open; a slot without an image is free. */
	struct kcov_location *slots;
	size_t room;
	size_t n;
};

void kcov_locations_fini(struct kcov_locations *locations);

/* NULL: not there. Valid until the next one is added. */
const struct kcov_location *kcov_locations_find(const struct kcov_locations *locations,
						uint64_t address);

/* location has an image, and its address is not there yet. Returns 0 or -ENOMEM. */
int kcov_locations_add(struct kcov_locations *locations, const struct kcov_location *location);

#endif
