/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_DENOMINATORS_H
#define KCOVCTL_DENOMINATORS_H

#include "../base/map.h"
#include "located.h"

/* How many coverage points there are, by function and line. */
struct point_counts {
	/* Of all. */
	size_t n;
	/* By a hash of what they are about. */
	struct map map;
};

/*
 * Those of some images, for each set of images that there was: what the numbers of a report are to
 * be measured against. Zeros to begin with; what was counted for one report is there for the next
 * one.
 */
struct denominators {
	struct denominators_set *sets;
};

/*
 * Count those of the report's kind of record in the images in which something ran. An image whose
 * points are not known has none. 0, and *ret is theirs; or -errno, as located_init().
 */
int denominators_get(const struct report *report, const struct located *ran,
		     const struct point_counts **ret);

/* In the function of a place, or of_line in its line. */
size_t point_counts_of(const struct point_counts *counts, const struct located_place *place,
		       bool of_line);

void denominators_fini(struct denominators *denominators);

#endif
