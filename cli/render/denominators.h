/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_DENOMINATORS_H
#define KCOVCTL_DENOMINATORS_H

#include "located.h"

/*
 * All coverage points of some images, for each set of images that there was: what the numbers of a
 * report are to be measured against. Zeros to begin with; what was located for one report is there
 * for the next one.
 */
struct denominators {
	struct denominators_set *sets;
};

/*
 * Locate those of the report's mode in the images in which something ran. An image whose points are
 * not known has none. 0, and *ret is theirs; or -errno, as located_init().
 */
int denominators_get(struct report *report, const struct located *ran, const struct located **ret);

void denominators_fini(struct denominators *denominators);

#endif
