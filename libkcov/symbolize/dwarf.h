/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DWARF_H
#define KCOV_SYMBOLIZE_DWARF_H

#include "arena.h"
#include "units.h"

/*
 * The DWARF of an image, and the inline chains that it gives for addresses. For one
 * thread at a time, as a Dwarf handle of libdw is.
 */
struct kcov_dwarf {
	const struct kcov_image *image;
	Dwarf *handle;
	struct kcov_units units;
	/* Where the source tree is, or NULL. */
	const char *source_root;
	bool has_source_root;
	/* Holds frames and paths. */
	struct kcov_arena arena;
};

/*
 * image has DWARF and outlives what is opened here. Returns 0, -EINVAL: libdw cannot
 * make anything of it, or -ENOMEM.
 */
int kcov_dwarf_open(const struct kcov_image *image, struct kcov_symbolize_error **error,
		    struct kcov_dwarf **ret);

void kcov_dwarf_close(struct kcov_dwarf *dwarf);

/*
 * The inline chain of an address of text, what holds it first; for as long as dwarf is
 * open. Where DWARF knows a line but no function there is one frame without a
 * function; where it knows nothing, *ret becomes NULL and *ret_n 0.
 *
 * Returns 0, -ENOMEM, or -EBADMSG: the unit is damaged.
 */
int kcov_dwarf_find(struct kcov_dwarf *dwarf, uint64_t address, struct kcov_symbolize_error **error,
		    struct kcov_frame **ret, size_t *ret_n);

#define _cleanup_dwarf_ _cleanup_(kcov_dwarf_closep)

static inline void kcov_dwarf_closep(struct kcov_dwarf **dwarf)
{
	kcov_dwarf_close(*dwarf);
}

#endif
