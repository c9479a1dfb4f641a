/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_QUALIFIED_NAMES_H
#define KCOV_SYMBOLIZE_QUALIFIED_NAMES_H

#include "../base/arena.h"
#include "../base/table.h"
#include "unit-dies.h"

/* A function that is declared in a namespace or a type. */
struct kcov_qualified_name {
	/* The offset of its DIE. */
	uint64_t offset;
	/* "a::b", where it is declared. */
	const char *path;
	/* "a::b::f"; NULL until it is asked for. */
	const char *name;
};

/* Functions of a unit that have a path: of Rust, or C++. {}: none has. */
struct kcov_qualified_names {
	/* Sorted by their offsets. */
	KCOV_TABLE(struct kcov_qualified_name) all;
};

/*
 * Find them in a unit that was just opened; one in a language that has no namespaces is not read
 * for it. Names lie in an arena. Returns 0, -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_qualified_names_read(const struct kcov_unit_dies *dies, const struct kcov_dies_one *unit,
			      struct kcov_arena *arena, const char **cause,
			      struct kcov_qualified_names *ret);

void kcov_qualified_names_fini(struct kcov_qualified_names *names);

/*
 * The name of a function, or of an inlined call of one, that was gone to at an offset, with its
 * path if it has one; in the arena, or where its DIE is. *ret is NULL if it has no name. Where it
 * comes from may be gone to. Returns 0, -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_qualified_name(struct kcov_qualified_names *names, struct kcov_unit_dies *dies,
			uint64_t offset, struct kcov_arena *arena, const char **cause,
			const char **ret);

#endif
