/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FOLDS_H
#define KCOV_SYMBOLIZE_FOLDS_H

#include "../base/pairs.h"
#include "flat.h"
#include "functions.h"

/*
 * Names of symbols and functions that several are one function by: the name, and what it is folded
 * to, as texts in strings; by the first of them.
 */
struct kcov_folds {
	KCOV_TABLE(struct kcov_pair) all;
};

/* Those of all names that there are. Texts are added to the strings. Returns 0 or -ENOMEM. */
int kcov_folds_init(struct kcov_flat *flat, const struct kcov_functions *functions,
		    struct kcov_folds *ret);

void kcov_folds_fini(struct kcov_folds *folds);

/* What a name is folded to: itself, mostly. KCOV_FLAT_NONE is none. */
uint32_t kcov_folds_of(const struct kcov_folds *folds, uint32_t name);

#endif
