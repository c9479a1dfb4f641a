// SPDX-License-Identifier: MIT
#include "module-images.h"

#include "../image/module-file.h"

#include <errno.h>

void kcov_module_images_fini(struct kcov_module_images *images)
{
	for (size_t i = 0; i < images->given.n; i++)
		kcov_image_index_close(images->given.at[i]);
	for (size_t i = 0; i < images->found.n; i++)
		kcov_image_index_close(images->found.at[i]);
	free(images->given.at);
	free(images->found.at);
}

static const struct kcov_index *find_image(struct kcov_image_index *const *at, size_t n,
					   const struct kcov_build_id *id)
{
	for (size_t i = 0; i < n; i++)
		if (kcov_build_id_equal(&at[i]->index.build_id, id))
			return &at[i]->index;
	return NULL;
}

const struct kcov_index *kcov_module_images_known(const struct kcov_module_images *images,
						  const struct kcov_build_id *id)
{
	const struct kcov_index *index = find_image(images->given.at, images->given.n, id);

	return index ? index : find_image(images->found.at, images->found.n, id);
}

int kcov_module_images_search(struct kcov_module_images *images, const char *name,
			      const struct kcov_build_id *id, const struct kcov_index **ret)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	struct kcov_image_index *index, **added;
	int rc = kcov_module_file_search(images->host, name, id, &image);

	if (rc == 0) {
		image->progress = images->host->progress;
		rc = kcov_image_index_open(image, NULL, &index);
	}
	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	added = KCOV_TABLE_ADD(&images->found);
	if (!added) {
		kcov_image_index_close(index);
		return -ENOMEM;
	}
	*added = index;
	*ret = &index->index;
	return 0;
}
