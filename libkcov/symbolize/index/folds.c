// SPDX-License-Identifier: MIT
#include "folds.h"

#include "../base/cleanup.h"
#include "../image/function-name.h"

#include <errno.h>
#include <string.h>

void kcov_folds_fini(struct kcov_folds *folds)
{
	free(folds->all.at);
}

static int add(struct kcov_flat *flat, uint32_t name, struct kcov_text folded,
	       struct kcov_folds *folds)
{
	_cleanup_free_ char *text = strndup(folded.at, folded.n);
	struct kcov_pair *added;
	uint32_t at;

	if (!text || kcov_flat_intern(flat, text, &at) < 0)
		return -ENOMEM;
	added = KCOV_TABLE_ADD(&folds->all);
	if (!added)
		return -ENOMEM;
	*added = (struct kcov_pair){ name, at };
	return 0;
}

static int fold(struct kcov_flat *flat, uint32_t name, struct kcov_folds *folds)
{
	struct kcov_text folded;

	if (name == KCOV_FLAT_NONE ||
	    !kcov_function_name_fold(kcov_machine_of_elf(flat->machine),
				     (const char *)flat->strings.at + name, &folded))
		return 0;
	return add(flat, name, folded, folds);
}

static int compare(const void *a, const void *b)
{
	const struct kcov_pair *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

static void sort(struct kcov_folds *folds)
{
	struct kcov_pair *at = folds->all.at;
	size_t n = 0;

	if (!at)
		return;
	qsort(at, folds->all.n, sizeof(*at), compare);
	for (size_t i = 0; i < folds->all.n; i++)
		if (!n || at[n - 1].first != at[i].first)
			at[n++] = at[i];
	folds->all.n = n;
}

int kcov_folds_init(struct kcov_flat *flat, const struct kcov_functions *functions,
		    struct kcov_folds *ret)
{
	_cleanup_(kcov_folds_fini) struct kcov_folds folds = {};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < flat->symbols.n; i++)
		rc = fold(flat, flat->symbols.at[i].name, &folds);
	for (size_t i = 0; rc == 0 && i < functions->names.all.n; i++)
		rc = fold(flat, functions->names.all.at[i].first, &folds);
	if (rc < 0)
		return rc;
	sort(&folds);
	*ret = folds;
	folds = (struct kcov_folds){};
	return 0;
}

uint32_t kcov_folds_of(const struct kcov_folds *folds, uint32_t name)
{
	const size_t n = KCOV_COUNT_UP_TO(folds->all.at, folds->all.n, first, name);

	return n && folds->all.at[n - 1].first == name ? folds->all.at[n - 1].second : name;
}
