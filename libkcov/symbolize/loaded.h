/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_LOADED_H
#define KCOV_SYMBOLIZE_LOADED_H

#include "host.h"
#include "image-index.h"
#include "modules.h"
#include "table.h"

/* A module that is loaded, as sysfs has it. */
struct kcov_loaded_module {
	const char *name;
	/* All of it but .init is between them, and more than it may be. */
	uint64_t base;
	uint64_t end;
	/* n is 0: not known. */
	struct kcov_build_id id;
	/* Its own, opened when it is first asked for; NULL: there is none. */
	struct kcov_image_index *own;
	bool is_tried;
	/* What answers for it: that, or one that was given. */
	const struct kcov_index *index;
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

/* Where images of modules come from. */
struct kcov_module_images {
	const struct kcov_host *host;
	/* Before others, for the modules of their build-ids. */
	KCOV_TABLE(struct kcov_image_index *) given;
};

/* Closes those that were given. */
void kcov_module_images_fini(struct kcov_module_images *images);

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

void kcov_loaded_fini(struct kcov_loaded *loaded);

/*
 * The module whose index answers for an address of the running kernel, and what the address is
 * there; NULL: it is in no module, or the module's image is not to be found. Returns 0 or
 * -ENOMEM.
 */
int kcov_loaded_find(struct kcov_loaded *loaded, const struct kcov_module_images *images,
		     uint64_t address, const struct kcov_loaded_module **ret,
		     uint64_t *ret_address);

/*
 * The coverage points of a module at the addresses where it lies, from an address on, as
 * kcov_symbolizer_points(). Returns how many, -ENOENT, -ENODATA, -EBADMSG or -ENOMEM.
 */
int kcov_loaded_points(struct kcov_loaded *loaded, const struct kcov_module_images *images,
		       const char *name, enum kcov_point kind, uint64_t address, uint64_t *ret,
		       size_t room);

#endif
