// SPDX-License-Identifier: MIT
#include "base/export.h"
#include "kernel/kernel-images.h"
#include "symbolizer.h"

#include <errno.h>
#include <string.h>

int kcov_symbolizer_visit(const struct kcov_symbolizer *symbolizer, const char *name,
			  kcov_known_image_visitor *visitor, void *context)
{
	const bool is_first = name && strcmp(name, symbolizer->first.name) == 0;
	int rc = !name || is_first ? visitor(context, &symbolizer->first) : 0;

	/* Nothing else is called so, and modules take their time. */
	return rc || is_first ? rc : kcov_kernel_visit(symbolizer->kernel, name, visitor, context);
}

KCOV_PUBLIC int kcov_symbolizer_points(const struct kcov_symbolizer *symbolizer, const char *image,
				       enum kcov_point kind, uint64_t pc, uint64_t *ret,
				       size_t room)
{
	const struct kcov_known_image *first = &symbolizer->first;

	if (kind != KCOV_POINT_PC && kind != KCOV_POINT_CMP)
		return -EINVAL;
	if (image && strcmp(image, first->name) != 0)
		return kcov_kernel_points(symbolizer->kernel, image, kind, pc, ret, room);
	if (!first->index)
		return -ENODATA;
	return first->placement == KCOV_PLACED_BY_OFFSET
		       ? kcov_index_points_by_offset(first->index, kind, pc, ret, room)
		       : kcov_index_points(first->index, kind, pc, ret, room);
}

KCOV_PUBLIC int kcov_symbolizer_unanswered(const struct kcov_symbolizer *symbolizer,
					   struct kcov_unanswered *ret, size_t room)
{
	int n = 0;

	if (symbolizer->index)
		n = kcov_image_index_unanswered(symbolizer->index, n, ret, room);
	return n < 0 ? n : kcov_kernel_unanswered(symbolizer->kernel, n, ret, room);
}

KCOV_PUBLIC int kcov_symbolizer_build(const struct kcov_symbolizer *symbolizer, const char *image)
{
	if (image && strcmp(image, symbolizer->first.name) != 0)
		return kcov_kernel_build(symbolizer->kernel, image);
	return symbolizer->first.index ? symbolizer->first.index->build : -ENODATA;
}

KCOV_PUBLIC int kcov_symbolizer_syscalls(const struct kcov_symbolizer *symbolizer, size_t first,
					 struct kcov_syscall *ret, size_t room)
{
	return symbolizer->first.index
		       ? kcov_index_syscalls(symbolizer->first.index, first, ret, room)
		       : -ENODATA;
}
