/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FUNCTIONS_H
#define KCOV_SYMBOLIZE_FUNCTIONS_H

#include "../base/pairs.h"
#include "flat.h"

/*
 * What scopes of one name, and most of the places in them, have in common: a file, and lines from
 * some one on. So an index need not say the file of each place, and its lines are small.
 */
struct kcov_functions {
	/* By scope: the number of its function. */
	uint32_t *of_scope;
	/* By number: the name and the file; KCOV_FLAT_NONE: it has none. */
	struct kcov_pairs names;
	/* By number: the least of its lines in that file. */
	uint32_t *lines;
};

/* Returns 0 or -ENOMEM. */
int kcov_functions_init(const struct kcov_flat *flat, struct kcov_functions *ret);

void kcov_functions_fini(struct kcov_functions *functions);

/* A place in a scope, or in none, as an index has it: enum kcov_index_span. */
struct kcov_functions_place {
	uint32_t file;
	uint32_t line;
};

struct kcov_functions_place kcov_functions_place(const struct kcov_functions *functions,
						 uint32_t scope, uint32_t file, uint32_t line);

#endif
