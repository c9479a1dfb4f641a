// SPDX-License-Identifier: MIT
#include "whole-images.h"

#include "../store/image-functions.h"
#include "../text/error.h"

static int add_found(const struct recording *recording, const struct image_search *search)
{
	for (size_t i = 0; i < search->images.n; i++) {
		const struct recorded_image *image = &search->images.at[i];
		const struct found_image *found = &search->found[i];

		if (!found->symbolizer && image->hits.n)
			error_tell(
				"of %s functions that did not run at all are not shown: no image "
				"of build-id %s was found: give it by --%s",
				image->name, image->id, image->is_kernel ? "vmlinux" : "module");
		if (found->symbolizer &&
		    image_functions_add(recording, image->id, found->symbolizer, found->name))
			return EXIT_USAGE;
	}
	return 0;
}

int whole_images_add(const struct images *given, const struct recording *recording)
{
	struct image_search search;
	int status = image_search_init(given, recording, &search);

	if (status)
		return status;
	status = add_found(recording, &search);
	image_search_fini(&search);
	return status;
}
