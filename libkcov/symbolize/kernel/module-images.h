/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_MODULE_IMAGES_H
#define KCOV_SYMBOLIZE_MODULE_IMAGES_H

#include "../base/table.h"
#include "../image/host.h"
#include "../index/image-index.h"

/* Where images of modules come from. */
struct kcov_module_images {
	const struct kcov_host *host;
	/* Before others, for the modules of their build-ids. */
	KCOV_TABLE(struct kcov_image_index *) given;
	/* What was found for modules that were looked up. */
	KCOV_TABLE(struct kcov_image_index *) found;
};

/* Closes all of them. */
void kcov_module_images_fini(struct kcov_module_images *images);

/* What there is for a build-id; NULL: nothing, or no image is known of it yet. */
const struct kcov_index *kcov_module_images_known(const struct kcov_module_images *images,
						  const struct kcov_build_id *id);

/*
 * Look for the image of a module. One that was found and is of no use does as well as none: its
 * symbols answer. Returns 0, found or not, or -ENOMEM.
 */
int kcov_module_images_search(struct kcov_module_images *images, const char *name,
			      const struct kcov_build_id *id, const struct kcov_index **ret);

#endif
