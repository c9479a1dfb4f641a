/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_MODULES_H
#define KCOV_SYMBOLIZE_MODULES_H

#include "../base/arena.h"
#include "../base/text.h"

/* What is loaded, and where: text from base on, and nothing of it past end. */
struct kcov_module {
	const char *name;
	uint64_t base;
	uint64_t end;
	/* Another one each time that it is loaded; 0: not known. */
	uint64_t key;
};

/* Whether it is the same module, loaded once. */
bool kcov_module_equal(const struct kcov_module *a, const struct kcov_module *b);

struct kcov_modules {
	struct kcov_module *at;
	size_t n;
};

/*
 * Read what /proc/modules has. The kernel gives one size for all of a module, data
 * included, so that end is a bound and no more. Modules whose address is hidden
 * (kptr_restrict) are left out. Names are taken from arena. Returns 0 or -ENOMEM.
 */
int kcov_modules_parse(struct kcov_text text, struct kcov_arena *arena, struct kcov_modules *ret);

/* Returns 0 or -ENOMEM. */
int kcov_modules_add(struct kcov_modules *modules, const struct kcov_module *module);

void kcov_modules_fini(struct kcov_modules *modules);

/* NULL: no module of that name. */
const struct kcov_module *kcov_modules_find(const struct kcov_modules *modules,
					    struct kcov_text name);

#endif
