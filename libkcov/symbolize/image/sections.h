/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SECTIONS_H
#define KCOV_SYMBOLIZE_SECTIONS_H

#include "../base/steps.h"

#include <stdbool.h>

/* Lists of ranges can be shared, so that a few damaged bytes could stand for any number. */
#define KCOV_MAX_RANGES ((size_t)1 << 23)

/* Sections of an image, in the order of their headers. */
struct kcov_sections {
	/* An id is the number of the section in the image. */
	struct kcov_ranges ranges;
	/* Address to index of a range. */
	struct kcov_steps by_address;
};

/*
 * Whether a section of that name is freed when its image has been initialised, by the rule of the
 * kernel's loader of modules.
 */
bool kcov_section_is_init(const char *name);

/* What has been added to the ranges is found from here on. Returns 0 or -ENOMEM. */
int kcov_sections_index(struct kcov_sections *sections);

void kcov_sections_fini(struct kcov_sections *sections);

/* The section that holds an address, or NULL. */
const struct kcov_range *kcov_sections_find(const struct kcov_sections *sections, uint64_t address);

#endif
