/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_READ_UNITS_H
#define KCOV_SYMBOLIZE_READ_UNITS_H

#include "image.h"
#include "unit.h"

/* Units of an image, read whole, and handles that their names lie in. */
struct kcov_read_units {
	const struct kcov_image *image;
	/* The offsets of their DIEs, sorted, and what was read there. */
	const uint64_t *offsets;
	struct kcov_unit **units;
	size_t n;
	struct kcov_read_worker *workers;
	size_t n_workers;
};

/*
 * Read the units at these offsets, by this thread with the handle and by others with one
 * each: libdw's are for one thread at a time. All scopes have their names. handle and offsets
 * outlive it.
 *
 * Returns 0, -ENOMEM, or -EBADMSG: a unit is damaged.
 */
int kcov_read_units(const struct kcov_image *image, Dwarf *handle, const uint64_t *offsets,
		    size_t n, struct kcov_symbolize_error **error, struct kcov_read_units *ret);

void kcov_read_units_fini(struct kcov_read_units *units);

#endif
