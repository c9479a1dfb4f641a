// SPDX-License-Identifier: MIT
#include "flat-syscalls.h"

#include "../base/cleanup.h"

#include <errno.h>
#include <string.h>

static int put_parameter(struct kcov_flat *flat, const struct kcov_parameter *parameter)
{
	struct kcov_flat_parameter flat_parameter = { .name = KCOV_FLAT_NONE,
						      .size = parameter->size,
						      .kind = parameter->kind },
				   *added;
	int rc = kcov_flat_intern(flat, parameter->type, &flat_parameter.type);

	if (rc == 0 && parameter->name)
		rc = kcov_flat_intern(flat, parameter->name, &flat_parameter.name);
	if (rc < 0)
		return rc;
	added = KCOV_TABLE_ADD(&flat->parameters);
	if (!added)
		return -ENOMEM;
	*added = flat_parameter;
	return 0;
}

static int put_syscall(struct kcov_flat *flat, const struct kcov_syscall *function)
{
	struct kcov_flat_syscall syscall = { .is_compat = function->is_compat,
					     .first = (uint32_t)flat->parameters.n,
					     .n = function->n },
				 *added;
	int rc = kcov_flat_intern(flat, function->name, &syscall.name);

	for (uint32_t i = 0; rc == 0 && i < function->n; i++)
		rc = put_parameter(flat, &function->parameters[i]);
	if (rc < 0)
		return rc;
	added = KCOV_TABLE_ADD(&flat->syscalls);
	if (!added)
		return -ENOMEM;
	*added = syscall;
	return 0;
}

static int function_compare(const void *a, const void *b)
{
	const struct kcov_syscall *const *x = a, *const *y = b;

	if ((*x)->is_compat != (*y)->is_compat)
		return (*x)->is_compat ? 1 : -1;
	return strcmp((*x)->name, (*y)->name);
}

int kcov_flat_add_syscalls(struct kcov_flat *flat, const struct kcov_read_units *units)
{
	_cleanup_free_ const struct kcov_syscall **all = NULL;
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < units->n; i++)
		n += units->units[i] ? units->units[i]->syscalls.all.n : 0;
	all = reallocarray(NULL, n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < units->n; i++)
		for (size_t k = 0; units->units[i] && k < units->units[i]->syscalls.all.n; k++)
			all[n++] = &units->units[i]->syscalls.all.at[k];
	qsort(all, n, sizeof(*all), function_compare);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!i || function_compare(&all[i - 1], &all[i]) != 0)
			rc = put_syscall(flat, all[i]);
	return rc;
}
