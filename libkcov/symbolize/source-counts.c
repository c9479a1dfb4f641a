// SPDX-License-Identifier: MIT
#include "base/export.h"
#include "symbolizer.h"

#include <errno.h>

struct search {
	bool is_found;
	/* NULL: symbols are all that is known of it. */
	const struct kcov_index *index;
};

/* The first of that name. */
static int take_image(void *context, const struct kcov_known_image *image)
{
	*(struct search *)context = (struct search){ true, image->index };
	return 1;
}

static int find_index(const struct kcov_symbolizer *symbolizer, const char *image,
		      const struct kcov_index **ret)
{
	struct search search = {};
	int rc = kcov_symbolizer_visit(symbolizer, image ? image : symbolizer->first.name,
				       take_image, &search);

	if (rc < 0)
		return rc;
	if (!search.is_found)
		return -ENOENT;
	*ret = search.index;
	return search.index ? 0 : -ENODATA;
}

KCOV_PUBLIC int kcov_symbolizer_files(const struct kcov_symbolizer *symbolizer, const char *image,
				      size_t first, struct kcov_source_file *ret, size_t room)
{
	const struct kcov_index *index;
	int rc = find_index(symbolizer, image, &index);

	return rc < 0 ? rc : kcov_index_files(index, first, ret, room);
}

KCOV_PUBLIC int kcov_symbolizer_functions(const struct kcov_symbolizer *symbolizer,
					  const char *image, size_t first,
					  struct kcov_function *ret, size_t room)
{
	const struct kcov_index *index;
	int rc = find_index(symbolizer, image, &index);

	return rc < 0 ? rc : kcov_index_functions(index, first, ret, room);
}

KCOV_PUBLIC int kcov_location_files(const struct kcov_location *location, size_t first,
				    struct kcov_source_file *ret, size_t room)
{
	if (!location->image)
		return -ENOENT;
	if (!location->place.index)
		return -ENODATA;
	return kcov_index_files(location->place.index, first, ret, room);
}

KCOV_PUBLIC int kcov_location_function(const struct kcov_location *location,
				       const struct kcov_frame *frame, struct kcov_function *ret)
{
	struct kcov_function function;
	struct kcov_frame outermost;
	int n = 1, rc;

	if (!location->image)
		return -ENOENT;
	if (!location->place.index)
		return -ENODATA;
	if (!frame) {
		n = kcov_outermost_frame(location, &outermost);
		frame = &outermost;
	}
	rc = n < 0 ? n : kcov_index_function(location->place.index, frame, &function);
	if (rc < 0)
		return rc;
	/* Not even a point that nothing is known of. */
	if (!n && !rc)
		return -ENOENT;
	*ret = function;
	return 0;
}
