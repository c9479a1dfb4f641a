/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_GENERATION_H
#define KCOV_SYMBOLIZE_GENERATION_H

#include "kallsyms.h"
#include "loaded-modules.h"

/* The modules that were loaded at some time, until one came or went. */
struct kcov_generation {
	/* Those of a layout are in loaded alone. */
	struct kcov_modules modules;
	struct kcov_loaded loaded;
	/* Of modules, read when one without an image is first looked up, and only then. */
	bool has_symbols;
	struct kcov_kallsyms symbols;
	/* Names. */
	struct kcov_arena arena;
};

/*
 * Those that are loaded now. before may be NULL. Returns 0; 1: they are the same as before, and
 * nothing is in ret; or -ENOMEM.
 */
int kcov_generation_read(const struct kcov_host *host, const struct kcov_generation *before,
			 struct kcov_generation *ret);

/* Read the symbols of what is loaded now, if they are not there. Returns 0 or -ENOMEM. */
int kcov_generation_read_symbols(struct kcov_generation *generation, const struct kcov_host *host);

void kcov_generation_fini(struct kcov_generation *generation);

/* Of the module of that name that is loaded now; 0: none is, or it is not known. 0 or -ENOMEM. */
int kcov_module_key(const struct kcov_host *host, const char *name, uint64_t *ret);

/* What lies at an address of the running kernel, and which module that is. */
struct kcov_owner {
	/* Its name is NULL: there is none. */
	struct kcov_module module;
	/* n is 0: not known. */
	struct kcov_build_id id;
	/* Its image's, and where in it; NULL: only the symbol is known, if that is. */
	const struct kcov_index *index;
	uint64_t address;
	const char *symbol;
	uint64_t symbol_offset;
};

/* Whether they are one module, or the same build of one that was loaded again to the same place. */
bool kcov_owner_equal(const struct kcov_owner *a, const struct kcov_owner *b);

/*
 * What lies there, but for .init. is_now: the generation is what is loaded, so that symbols can be
 * read; of a former one without, the owner is who may lie there. Returns 0 or -ENOMEM.
 */
int kcov_generation_find(struct kcov_generation *generation, const struct kcov_host *host,
			 struct kcov_module_images *images, bool is_now, uint64_t address,
			 struct kcov_owner *ret);

/* Which .init lay there; of modules that were not loaded before, unless that is NULL. */
int kcov_generation_find_init(struct kcov_generation *generation, struct kcov_module_images *images,
			      const struct kcov_generation *before, uint64_t address,
			      struct kcov_owner *ret);

#endif
