// SPDX-License-Identifier: MIT
#include "parameters.h"

#include "call-names.h"

#include <errno.h>
#include <linux/audit.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PIECE = 64,
};

/* What the functions begin with that are entries for its programs; NULL: it has none. */
static const struct {
	uint32_t arch;
	const char *native;
	const char *compat;
} entries[] = {
	{ AUDIT_ARCH_X86_64, "__x64_sys_", NULL },
	{ AUDIT_ARCH_I386, "__ia32_sys_", "__ia32_compat_sys_" },
	{ AUDIT_ARCH_AARCH64, "__arm64_sys_", NULL },
	{ AUDIT_ARCH_ARM, "__arm64_sys_", "__arm64_compat_sys_" },
};

int parameters_init(const struct kcov_symbolizer *symbolizer, struct parameters *ret)
{
	struct parameters parameters = { 0 };
	int n;

	do {
		struct kcov_syscall *all =
			reallocarray(parameters.all, parameters.n + PIECE, sizeof(*all));

		if (!all) {
			free(parameters.all);
			return -ENOMEM;
		}
		parameters.all = all;
		n = symbolizer ? kcov_symbolizer_syscalls(symbolizer, parameters.n,
							  all + parameters.n, PIECE)
			       : 0;
		parameters.n += n > 0 ? (size_t)n : 0;
	} while (n == PIECE);
	*ret = parameters;
	return 0;
}

/* The names of calls are texts that stay: those of a table, or the end of the function's name. */
static const char *name_of(const struct kcov_syscall *syscall, const char *prefix)
{
	char symbol[128];
	const char *name;

	if (snprintf(symbol, sizeof(symbol), "%s%s", prefix, syscall->name) >= (int)sizeof(symbol))
		return NULL;
	name = call_name_of_symbol(symbol);
	return name && name >= symbol && name < symbol + sizeof(symbol) ? syscall->name : name;
}

/* A compatible one comes before one that is not. */
static int compare(const void *left, const void *right)
{
	const struct named_syscall *a = left, *b = right;
	const int names = strcmp(a->name, b->name);

	return names ? names : b->syscall->is_compat - a->syscall->is_compat;
}

static void fill(const struct parameters *parameters, size_t entry, struct parameters_of_arch *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < parameters->n; i++) {
		const struct kcov_syscall *syscall = &parameters->all[i];
		const char *prefix =
			syscall->is_compat ? entries[entry].compat : entries[entry].native;
		const char *name = prefix ? name_of(syscall, prefix) : NULL;

		if (name)
			ret->at[ret->n++] = (struct named_syscall){ name, syscall };
	}
	qsort(ret->at, ret->n, sizeof(*ret->at), compare);
	for (size_t i = 0; i < ret->n; i++)
		if (!n || strcmp(ret->at[n - 1].name, ret->at[i].name) != 0)
			ret->at[n++] = ret->at[i];
	ret->n = n;
}

/* NULL: nothing is known of such programs. */
static const struct parameters_of_arch *of_arch(struct parameters *parameters, uint32_t arch)
{
	struct parameters_of_arch *ret = &parameters->of_archs[parameters->n_archs];

	for (size_t i = 0; i < parameters->n_archs; i++)
		if (parameters->of_archs[i].arch == arch)
			return &parameters->of_archs[i];
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		if (entries[i].arch != arch)
			continue;
		*ret = (struct parameters_of_arch){
			.arch = arch, .at = calloc(parameters->n + 1, sizeof(*ret->at))
		};
		if (!ret->at)
			return NULL;
		fill(parameters, i, ret);
		parameters->n_archs++;
		return ret;
	}
	return NULL;
}

static int compare_name(const void *name, const void *at)
{
	return strcmp(name, ((const struct named_syscall *)at)->name);
}

const struct kcov_syscall *parameters_find(struct parameters *parameters, uint32_t arch,
					   const char *name)
{
	const struct parameters_of_arch *of =
		parameters->n && name ? of_arch(parameters, arch) : NULL;
	const struct named_syscall *found =
		of ? bsearch(name, of->at, of->n, sizeof(*of->at), compare_name) : NULL;

	return found ? found->syscall : NULL;
}

static bool ends(const char *name, const char *end)
{
	const size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

bool parameter_is_length(const struct kcov_parameter *parameter)
{
	static const char *const names[] = { "count", "len", "size", "plen" };
	const char *name = parameter->name;

	if (!name || (parameter->kind != KCOV_PARAMETER_SIGNED &&
		      parameter->kind != KCOV_PARAMETER_UNSIGNED))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return ends(name, "_len") || ends(name, "_size");
}

static const char *const kind_names[] = {
	[KCOV_PARAMETER_OTHER] = "other",       [KCOV_PARAMETER_SIGNED] = "signed",
	[KCOV_PARAMETER_UNSIGNED] = "unsigned", [KCOV_PARAMETER_POINTER] = "pointer",
	[KCOV_PARAMETER_CHARS] = "chars",       [KCOV_PARAMETER_CONST_CHARS] = "const chars",
};

const char *parameter_kind_name(enum kcov_parameter_kind kind)
{
	return kind <= KCOV_PARAMETER_CONST_CHARS ? kind_names[kind] : NULL;
}

bool parameter_kind_of(const char *name, enum kcov_parameter_kind *ret)
{
	for (unsigned int i = 0; name && i <= KCOV_PARAMETER_CONST_CHARS; i++) {
		if (strcmp(kind_names[i], name) != 0)
			continue;
		*ret = (enum kcov_parameter_kind)i;
		return true;
	}
	return false;
}

void parameters_fini(struct parameters *parameters)
{
	for (size_t i = 0; i < parameters->n_archs; i++)
		free(parameters->of_archs[i].at);
	free(parameters->all);
	*parameters = (struct parameters){ 0 };
}
