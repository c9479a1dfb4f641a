/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_READ_UNITS_H
#define KCOV_SYMBOLIZE_READ_UNITS_H

#include "../image/image.h"
#include "supplement.h"
#include "unit.h"

/* Units of an image, read whole, and handles that their names lie in. */
struct kcov_read_units {
	const struct kcov_image *image;
	/* The offsets of their DIEs, sorted, and what was read there. */
	const uint64_t *offsets;
	struct kcov_unit **units;
	/* Why a unit is NULL: its DWARF is damaged, or not there. */
	const char **causes;
	/* Those of their other halves, as of kcov_split_search(). */
	struct kcov_other_files *others;
	size_t n;
	struct kcov_read_worker *workers;
	size_t n_workers;
};

/*
 * Read the units at these offsets, by this thread with the handle and by others with one
 * each: libdw's are for one thread at a time. All scopes have their names. handle, sections,
 * supplement, splits and offsets outlive it. Returns 0 or -ENOMEM.
 */
int kcov_read_units(const struct kcov_image *image, Dwarf *handle,
		    const struct kcov_supplement *supplement, struct kcov_dwarf_sections *sections,
		    struct kcov_split_search *splits, const uint64_t *offsets, size_t n,
		    struct kcov_read_units *ret);

/* For qsort(3): the order of the offsets. */
int kcov_offset_compare(const void *a, const void *b);

/* The number of the unit whose DIE is at an offset; units->n: there is none. */
size_t kcov_read_units_find(const struct kcov_read_units *units, uint64_t offset);

void kcov_read_units_fini(struct kcov_read_units *units);

#endif
