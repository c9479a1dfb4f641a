// SPDX-License-Identifier: MIT
#include "all-points.h"
#include "cmd.h"
#include "open-symbolizer.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct points {
	struct images images;
	enum kcov_mode mode;
};

static const struct cmd_option options[] = {
	{ 'm', "mode", "pc|cmp", "of what: PCs (default) or comparisons" },
	{ 'v', "vmlinux", "FILE", "an image with DWARF; default: the running kernel's" },
	{ 'M', "module", "FILE", "the file of a loaded module, with DWARF; may be given again" },
	{ 'l', "layout", "FILE",
	  "of the kernel whose modules they are, from kcovctl layout there" },
	IMAGES_DEBUGINFOD,
	{ 0 },
};

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct points *points = context;

	if (key == 'm')
		return cmd_take_mode(cmd, arg, &points->mode);
	return images_take(&points->images, key, arg);
}

static const char *cause_of(const struct kcov_symbolizer *symbolizer, const char *image, int err)
{
	if (err == -ENOENT)
		return "no such module is loaded";
	if (err != -ENODATA)
		return err == -EBADMSG ? "its index is damaged" : strerror(-err);
	if (image)
		return "no image of it was found: give --module";
	if (kcov_symbolizer_source(symbolizer) == KCOV_SYMBOLIZER_KALLSYMS)
		return "no image of the running kernel was found: give --vmlinux";
	return "its text cannot be read: give the image itself, not its debug file";
}

static int write_some(void *context, const uint64_t *pcs, size_t n)
{
	size_t *written = context;

	for (size_t i = 0; i < n; i++)
		printf("0x%016" PRIx64 "\n", pcs[i]);
	*written += n;
	return 0;
}

static int write_points(const struct kcov_symbolizer *symbolizer, const char *image,
			enum kcov_mode mode)
{
	const enum kcov_point kind = mode == KCOV_MODE_CMP ? KCOV_POINT_CMP : KCOV_POINT_PC;
	const char *name = image ? image : kcov_symbolizer_path(symbolizer);
	size_t written = 0;
	int err = all_points(symbolizer, image, kind, write_some, &written);

	if (err) {
		cmd_error("%s: cannot tell its coverage points: %s", name,
			  cause_of(symbolizer, image, err));
		return EXIT_FAILED;
	}
	if (written)
		return 0;
	cmd_error("%s: no coverage points in it: built without %s", name,
		  mode == KCOV_MODE_CMP ? "CONFIG_KCOV_ENABLE_COMPARISONS" : "CONFIG_KCOV");
	return EXIT_FAILED;
}

static int cmd_points_main(const struct cmd *cmd, int argc, char **argv)
{
	struct points points = { .mode = KCOV_MODE_PC };
	struct kcov_symbolizer *symbolizer = NULL;
	int status = cmd_parse(cmd, argc, argv, take_option, &points);

	if (status == CMD_GO_ON && optind + 1 < argc)
		status = cmd_usage_error(cmd, "takes one module at most: %s", argv[optind + 1]);
	if (status == CMD_GO_ON)
		status = open_symbolizer(&points.images, &symbolizer);
	if (!status)
		status = write_points(symbolizer, argv[optind], points.mode);
	kcov_symbolizer_close(symbolizer);
	images_fini(&points.images);
	return status;
}

const struct cmd cmd_points = {
	.name = "points",
	.args = "[OPTION...] [MODULE]",
	.summary = "list all places of an image that KCOV records",
	.description =
		"Prints the coverage points of vmlinux, or of a module that is loaded, as the PCs\n"
		"that KCOV records, in ascending order: the addresses behind the calls that the\n"
		"compiler put there. How much of it was covered is to be measured against their\n"
		"number: see kcovctl run --points.",
	.options = options,
	.run = cmd_points_main,
};
