// SPDX-License-Identifier: MIT
#include "all-points.h"

#include <errno.h>
#include <string.h>

int all_points(const struct kcov_symbolizer *symbolizer, const char *image, enum kcov_point kind,
	       int (*each)(void *context, const uint64_t *pcs, size_t n), void *context)
{
	uint64_t pcs[4096], from = 0;
	const int room = sizeof(pcs) / sizeof(*pcs);
	int n, rc;

	do {
		n = kcov_symbolizer_points(symbolizer, image, kind, from, pcs, (size_t)room);
		if (n <= 0)
			return n;
		rc = each(context, pcs, (size_t)n);
		if (rc)
			return rc;
		from = pcs[n - 1] + 1;
	} while (n == room && from);
	return 0;
}

enum kcov_point points_kind(enum kcov_mode mode)
{
	return mode == KCOV_MODE_CMP ? KCOV_POINT_CMP : KCOV_POINT_PC;
}

static const char *cause_of_module(const struct kcov_symbolizer *symbolizer, int err)
{
	uint64_t offset;
	int why = kcov_symbolizer_kaslr_offset(symbolizer, &offset);

	if (why == -ENOTSUP)
		return "modules are those of a kernel: leave out --vmlinux, or give --layout too";
	if (err == -ENOENT)
		return "no such module is loaded in that kernel";
	if (why)
		return "the kernel does not show where it lies: be root, with kernel.kptr_restrict "
		       "below 2";
	return "no image of it with its code was found: give its .ko file, not the debug file, by "
	       "--module";
}

const char *points_cause(const struct kcov_symbolizer *symbolizer, const char *image,
			 enum kcov_mode mode, int err)
{
	if (!err)
		return mode == KCOV_MODE_CMP ? "there are none: built without "
					       "CONFIG_KCOV_ENABLE_COMPARISONS"
					     : "there are none: built without CONFIG_KCOV";
	if (err != -ENODATA && err != -ENOENT)
		return err == -EBADMSG ? "its index is damaged" : strerror(-err);
	if (image && strcmp(image, "vmlinux") != 0)
		return cause_of_module(symbolizer, err);
	if (kcov_symbolizer_source(symbolizer) == KCOV_SYMBOLIZER_KALLSYMS)
		return "no image of the running kernel was found: give --vmlinux";
	return "its text cannot be read: give the image itself, not its debug file";
}
