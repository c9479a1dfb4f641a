/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_LOADED_MODULES_H
#define KCOV_SYMBOLIZE_LOADED_MODULES_H

#include "../base/table.h"
#include "../image/host.h"
#include "module-images.h"
#include "modules.h"

/* A module that is loaded, as sysfs has it. */
struct kcov_loaded_module {
	/* All of it but .init is between its base and its end, and more than it may be. */
	struct kcov_module module;
	/* n is 0: not known. */
	struct kcov_build_id id;
	/* What answers for it, looked for when it is first asked for; NULL: there is none. */
	const struct kcov_index *index;
	bool is_tried;
	/* Whether it is known where one lies besides those of .init. */
	bool has_sections;
};

struct kcov_loaded_section {
	uint64_t low;
	const char *name;
	size_t module;
};

struct kcov_loaded_sections {
	struct kcov_loaded_section *at;
	size_t n;
};

/* Where the sections of all modules are. */
struct kcov_loaded {
	/* The one that was loaded last comes first. */
	KCOV_TABLE(struct kcov_loaded_module) modules;
	/* By address. */
	struct kcov_loaded_sections sections;
	/*
	 * Those of .init, in the order of their modules: they were freed when the module had been
	 * initialised, so that others lie there now, and several may have lain there.
	 */
	struct kcov_loaded_sections init;
};

/*
 * Add a section to the module that came last; a name of NULL is one there was no memory for.
 * Returns 0 or -ENOMEM.
 */
int kcov_loaded_add_section(struct kcov_loaded *loaded, uint64_t low, const char *name);

/* When all have been added. */
void kcov_loaded_sort(struct kcov_loaded *loaded);

/*
 * Read where the sections of modules are. Where the kernel hides that, a module has none.
 * Names are taken from arena. Returns 0 or -ENOMEM.
 */
int kcov_loaded_read(const struct kcov_host *host, const struct kcov_modules *modules,
		     struct kcov_arena *arena, struct kcov_loaded *ret);

/*
 * The build-id of a module of that name. Returns 0, -ENODATA: it shows none, -ENOENT: none is
 * loaded, or -ENOMEM.
 */
int kcov_loaded_build_id(const struct kcov_host *host, const char *name, struct kcov_build_id *ret);

/* Look for what answers for a module, if nobody has. Returns 0, found or not, or -ENOMEM. */
int kcov_loaded_open_index(struct kcov_module_images *images, struct kcov_loaded_module *module);

/* Where an address in the index of a module lies; false: its section is hidden. */
bool kcov_loaded_address(const struct kcov_loaded *loaded, size_t module, uint64_t address,
			 uint64_t *ret);

void kcov_loaded_fini(struct kcov_loaded *loaded);

/*
 * The module that lies at an address of the running kernel, and what the address is in its index.
 * It may have no index; then the address may or may not be in there. NULL: it is in no module.
 * .init is not looked at. Returns 0 or -ENOMEM.
 */
int kcov_loaded_find(struct kcov_loaded *loaded, struct kcov_module_images *images,
		     uint64_t address, const struct kcov_loaded_module **ret,
		     uint64_t *ret_address);

/*
 * The same of the sections of .init, which lay there, by their indexes; of modules that are not
 * among some others, unless those are NULL.
 */
int kcov_loaded_find_init(struct kcov_loaded *loaded, struct kcov_module_images *images,
			  const struct kcov_modules *others, uint64_t address,
			  const struct kcov_loaded_module **ret, uint64_t *ret_address);

/*
 * The coverage points of a module at the addresses where it lies, from an address on, as
 * kcov_symbolizer_points(). Returns how many, -ENOENT, -ENODATA, -EBADMSG or -ENOMEM.
 */
int kcov_loaded_points(struct kcov_loaded *loaded, struct kcov_module_images *images,
		       const char *name, enum kcov_point kind, uint64_t address, uint64_t *ret,
		       size_t room);

/* Bits of enum kcov_build of a module's image, -ENOENT, -ENODATA or -ENOMEM. */
int kcov_loaded_build(struct kcov_loaded *loaded, struct kcov_module_images *images,
		      const char *name);

#endif
