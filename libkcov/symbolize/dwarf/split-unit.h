/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SPLIT_UNIT_H
#define KCOV_SYMBOLIZE_SPLIT_UNIT_H

#include "../base/arena.h"
#include "skeleton.h"
#include "split-die.h"
#include "split-file.h"

/* What is looked up of a unit of a package. */
struct kcov_split_package {
	const char *path;
	struct kcov_split_file file;
	/* How much of its DIEs was read, again and again included. */
	size_t n_read;
};

/*
 * Find the other half of a skeleton in a file or in a package, which the unit lies in. Returns 0,
 * -ENOENT: it is not in the package, -ESTALE: what is there is of another build, -ENOTSUP: its
 * DWARF is older than version 4, -EPROTO: DWARF 5 in a package of version 2, -EBADMSG, and cause
 * says why, or -ENOMEM.
 */
int kcov_split_unit_find(const struct kcov_split_file *file, const struct kcov_skeleton *skeleton,
			 const char **cause, struct kcov_split_unit *ret);
int kcov_split_unit_find_packed(struct kcov_split_package *package,
				const struct kcov_skeleton *skeleton, const char **cause,
				struct kcov_split_unit *ret);

/* Join it with what its skeleton refers to in the image. */
void kcov_split_unit_join(struct kcov_split_unit *unit, const struct kcov_skeleton *skeleton,
			  const struct kcov_dwarf_sections *image);

/* Begin with its DIEs; what shapes were of before, they are not any more. As kcov_dies_open(). */
int kcov_split_unit_walk(struct kcov_split_unit *unit, struct kcov_die_shapes *shapes,
			 const char **cause, struct kcov_dies *ret);

/* The name of its source, in the arena; NULL: it has none. As kcov_dies_open(). */
int kcov_split_unit_name(struct kcov_split_unit *unit, struct kcov_arena *arena, const char **cause,
			 const char **ret);

#endif
