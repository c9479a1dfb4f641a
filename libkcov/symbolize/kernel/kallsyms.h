/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_KALLSYMS_H
#define KCOV_SYMBOLIZE_KALLSYMS_H

#include "modules.h"

/* One line of /proc/kallsyms. */
struct kcov_kallsyms_line {
	uint64_t address;
	/* As nm(1) has it. */
	char type;
	struct kcov_text name;
	/* Without brackets; empty for the kernel itself. */
	struct kcov_text module;
};

/* Take the next whole line that is one off the text; false: there is none. */
bool kcov_kallsyms_next(struct kcov_text *text, struct kcov_kallsyms_line *ret);

/*
 * Find the address of _text. Returns 0, -EPERM: the kernel shows only zeros, or
 * -ENODATA: it is not in there.
 */
int kcov_kallsyms_find_text(struct kcov_text text, uint64_t *ret);

/* The highest address that the kernel itself has a symbol at, or 0. */
uint64_t kcov_kallsyms_end(struct kcov_text text);

struct kcov_kallsym {
	uint64_t address;
	/* NULL: no function begins here; what came before ends. */
	const char *name;
	const struct kcov_module *module;
};

/* The functions of some modules, sorted by address. */
struct kcov_kallsyms {
	struct kcov_kallsym *at;
	size_t n;
};

/*
 * Read the functions of modules, of which one may be called "vmlinux": the kernel
 * itself. Names are taken from arena. Returns 0 or -ENOMEM.
 */
int kcov_kallsyms_parse(struct kcov_text text, const struct kcov_modules *modules,
			struct kcov_arena *arena, struct kcov_kallsyms *ret);

void kcov_kallsyms_fini(struct kcov_kallsyms *kallsyms);

/*
 * The function that holds an address, or NULL. There are no sizes: a function goes on
 * to the next symbol of any kind, and no further than its module.
 */
const struct kcov_kallsym *kcov_kallsyms_find(const struct kcov_kallsyms *kallsyms,
					      uint64_t address);

#endif
