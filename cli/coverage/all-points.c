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

static bool is_module(const char *image)
{
	return image && strcmp(image, "vmlinux") != 0;
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

/* The image was read, and has none. */
static const char *cause_of_none(const struct kcov_symbolizer *symbolizer, const char *image,
				 enum kcov_mode mode)
{
	const bool is_cmp = mode == KCOV_MODE_CMP;
	const int build = kcov_symbolizer_build(symbolizer, image);

	if (build < 0)
		return strerror(-build);
	if (build & (is_cmp ? KCOV_BUILD_CMP_CALLBACKS : KCOV_BUILD_PC_CALLBACKS))
		return "there are none: it has callbacks (__sanitizer_cov_...), and no call of one "
		       "that kcovctl knows: is CONFIG_KCOV_INSTRUMENT_ALL off, or the compiler "
		       "newer than kcovctl?";
	if (is_module(image))
		return is_cmp ? "there are none: none of its files is instrumented for comparisons"
			      : "there are none: none of its files is instrumented";
	return is_cmp ? "there are none: built without CONFIG_KCOV_ENABLE_COMPARISONS"
		      : "there are none: built without CONFIG_KCOV";
}

const char *points_cause(const struct kcov_symbolizer *symbolizer, const char *image,
			 enum kcov_mode mode, int err)
{
	int build;

	if (!err)
		return cause_of_none(symbolizer, image, mode);
	if (err != -ENODATA && err != -ENOENT)
		return err == -EBADMSG ? "its index is damaged" : strerror(-err);
	if (is_module(image))
		return cause_of_module(symbolizer, err);
	if (kcov_symbolizer_source(symbolizer) == KCOV_SYMBOLIZER_KALLSYMS)
		return "no image of the running kernel was found: give --vmlinux";
	build = kcov_symbolizer_build(symbolizer, NULL);
	if (build >= 0 && !(build & KCOV_BUILD_SYMBOLS))
		return "it has no symbol table, which names the callbacks: give the vmlinux of the "
		       "kernel's build directory";
	return "its text cannot be read: give the image itself, not its debug file";
}

const char *points_by_compiler(int build)
{
	if (build & KCOV_BUILD_CLANG)
		return "clang compiled this kernel, and leaves out points that others imply: to have all, "
		       "build it with KCFLAGS='-mllvm -sanitizer-coverage-prune-blocks=0'";
	if (build & KCOV_BUILD_GCC)
		return "gcc compiled this kernel, and leaves out none";
	return "the image does not show which compiler chose them";
}
