/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_KERNEL_H
#define KCOV_SYMBOLIZE_KERNEL_H

#include "../image/host.h"
#include "generation.h"
#include "layout.h"

#include <kcov/symbolize.h>
#include <pthread.h>

/*
 * The running kernel by its own account. /proc/kallsyms is long and slow to read in an emulated
 * machine: nothing is read before it is needed. Modules come and go: what is loaded is looked at
 * again when an address is in none, or in one that went, and what there was is kept, since it was
 * there when something was recorded.
 */
struct kcov_kernel {
	struct kcov_host host;
	/* Of all below but own, which does not change. */
	pthread_mutex_t lock;
	/* Where _text was linked to. */
	uint64_t link_text;
	/* Whether all that is known of it was told: by a layout, or nothing is. */
	bool is_told;
	bool is_alone;
	bool has_offset;
	uint64_t offset;
	/* The one that is now comes last. */
	KCOV_TABLE(struct kcov_generation *) generations;
	struct kcov_module_images images;
};

/* For a kernel whose image has _text there. */
void kcov_kernel_init(const struct kcov_host *host, uint64_t link_text, struct kcov_kernel *ret);

/*
 * For a kernel of which a layout tells; nothing of this machine is read. The layout, whose names
 * are used, becomes the kernel's. Returns 0 or -ENOMEM.
 */
int kcov_kernel_init_layout(struct kcov_layout *layout, uint64_t link_text,
			    struct kcov_kernel *ret);

/*
 * For an image by itself: no kernel says where it lies, or any module, and those that are given are
 * known by their names and offsets alone.
 */
void kcov_kernel_init_alone(const struct kcov_host *host, struct kcov_kernel *ret);

void kcov_kernel_fini(struct kcov_kernel *kernel);

/* Look whether modules came or went. Returns how often they were other ones so far, or -ENOMEM. */
int kcov_kernel_refresh(struct kcov_kernel *kernel);

/* With the lock held: what is loaded, as it was last looked at; NULL: it was not. */
struct kcov_generation *kcov_kernel_now(const struct kcov_kernel *kernel);

/* With the lock held: kcov_kernel_refresh(), and kcov_kernel_offset(). Return 0 or as those. */
int kcov_kernel_look_again(struct kcov_kernel *kernel);
int kcov_kernel_read_offset(struct kcov_kernel *kernel);

/* The modules that are loaded, which are the kernel's. Returns 0 or -ENOMEM. */
int kcov_kernel_loaded(struct kcov_kernel *kernel, const struct kcov_loaded **ret);

/*
 * Open the image of a module, which answers for the one of its build-id. Returns 0, what
 * kcov_image_open_module() and kcov_image_index_open() do, or
 *	-ENODATA: it has no DWARF or no build-id;
 *	-ESTALE: a module of that name is loaded, which is another build;
 *	-EINVAL: beside an image by itself it is not called like a module's file.
 */
int kcov_kernel_give(struct kcov_kernel *kernel, const char *path,
		     struct kcov_symbolize_error **error);

/*
 * How far KASLR moved it. Returns 0, -EPERM: /proc/kallsyms shows only zeros or cannot
 * be read, -ENOTSUP: for an image by itself, or -ENOMEM.
 */
int kcov_kernel_offset(struct kcov_kernel *kernel, uint64_t *ret);

/* What is known of a PC that is in a module. */
struct kcov_kernel_place {
	/* NULL: nothing. */
	const char *module;
	/* From the module's address, which is that of its text. */
	uint64_t offset;
	/* Its image's, and where in it; NULL: only the symbol is known. */
	const struct kcov_index *index;
	uint64_t address;
	const char *symbol;
	uint64_t symbol_offset;
	/* Nothing is known, since several modules lay there one after the other. */
	bool is_disputed;
};

/*
 * Look up a PC that KCOV recorded. Where the kernel hides its addresses nothing is found,
 * which is no failure. Returns 0 or -ENOMEM.
 */
int kcov_kernel_find(struct kcov_kernel *kernel, uint64_t pc, struct kcov_kernel_place *ret);

#endif
