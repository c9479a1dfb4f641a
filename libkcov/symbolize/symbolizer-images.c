// SPDX-License-Identifier: MIT
#include "export.h"
#include "kernel-images.h"
#include "symbolizer.h"

#include <errno.h>
#include <string.h>

static int visit_index(const struct kcov_index *index, const char *name,
		       enum kcov_placement placement, kcov_known_image_visitor *visitor,
		       void *context)
{
	const struct kcov_known_image image = {
		.name = name,
		.id = &index->build_id,
		.index = index,
		.placement = placement,
		.base = index->start,
	};

	return visitor(context, &image);
}

static int visit_given(struct kcov_given *given, const char *name,
		       kcov_known_image_visitor *visitor, void *context)
{
	int rc = 0;

	pthread_mutex_lock(&given->lock);
	for (size_t i = 0; rc == 0 && i < given->at.n; i++) {
		const struct kcov_image_index *index = given->at.at[i];

		if (!name || strcmp(name, index->module) == 0)
			rc = visit_index(&index->index, index->module, KCOV_PLACED_NOWHERE, visitor,
					 context);
	}
	pthread_mutex_unlock(&given->lock);
	return rc;
}

int kcov_symbolizer_visit(const struct kcov_symbolizer *symbolizer, const char *name,
			  kcov_known_image_visitor *visitor, void *context)
{
	const char *own = kcov_symbolizer_name(symbolizer);
	int rc = 0;

	if (symbolizer->index && (!name || strcmp(name, own) == 0))
		rc = visit_index(&symbolizer->index->index, own,
				 symbolizer->module ? KCOV_PLACED_BY_OFFSET : KCOV_PLACED_AS_LINKED,
				 visitor, context);
	/* Nothing else is called so, and modules take their time. */
	if (rc || (symbolizer->index && name && strcmp(name, own) == 0))
		return rc;
	if (symbolizer->kernel)
		return kcov_kernel_visit(symbolizer->kernel, name, visitor, context);
	return visit_given((struct kcov_given *)&symbolizer->given, name, visitor, context);
}

KCOV_PUBLIC int kcov_symbolizer_points(const struct kcov_symbolizer *symbolizer, const char *image,
				       enum kcov_point kind, uint64_t pc, uint64_t *ret,
				       size_t room)
{
	if (kind != KCOV_POINT_PC && kind != KCOV_POINT_CMP)
		return -EINVAL;
	if (image && strcmp(image, kcov_symbolizer_name(symbolizer)) != 0)
		return symbolizer->kernel
			       ? kcov_kernel_points(symbolizer->kernel, image, kind, pc, ret, room)
			       : -ENOENT;
	if (!symbolizer->index)
		return -ENODATA;
	return symbolizer->module
		       ? kcov_points_by_offset(&symbolizer->index->index, kind, pc, ret, room)
		       : kcov_index_points(&symbolizer->index->index, kind, pc, ret, room);
}

KCOV_PUBLIC int kcov_symbolizer_unanswered(const struct kcov_symbolizer *symbolizer,
					   struct kcov_unanswered *ret, size_t room)
{
	int n = 0;

	if (symbolizer->index)
		n = kcov_image_index_unanswered(symbolizer->index, n, ret, room);
	if (n >= 0 && symbolizer->kernel)
		n = kcov_kernel_unanswered(symbolizer->kernel, n, ret, room);
	else if (n >= 0)
		n = kcov_given_unanswered((struct kcov_given *)&symbolizer->given, n, ret, room);
	return n;
}

KCOV_PUBLIC int kcov_symbolizer_build(const struct kcov_symbolizer *symbolizer, const char *image)
{
	if (image && strcmp(image, kcov_symbolizer_name(symbolizer)) != 0)
		return symbolizer->kernel ? kcov_kernel_build(symbolizer->kernel, image) : -ENOENT;
	return symbolizer->index ? symbolizer->index->index.build : -ENODATA;
}
