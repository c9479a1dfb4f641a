// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "coverage/all-points.h"
#include "run/images.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct points {
	struct images images;
	enum kcov_mode mode;
};

static const struct cmd_option options[] = {
	{ 'm', "mode", "MODE", "what they record", cmd_describe_modes },
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
	size_t written = 0;
	int err = all_points(symbolizer, image, points_kind(mode), write_some, &written);

	if (!err && written)
		return 0;
	error_tell("%s: cannot tell its coverage points: %s",
		   image ? image : kcov_symbolizer_path(symbolizer),
		   points_cause(symbolizer, image, mode, err));
	return EXIT_FAILED;
}

static int show_points(const struct points *points, const char *image)
{
	struct kcov_symbolizer *symbolizer;
	int status = open_symbolizer(&points->images, &symbolizer);

	if (status)
		return status;
	status = write_points(symbolizer, image, points->mode);
	kcov_symbolizer_close(symbolizer);
	return status;
}

/* args: what is left of the command line. */
static int check_args(const struct cmd *cmd, char *const *args)
{
	if (args[0] && args[1])
		return cmd_usage_error(cmd, "takes one module at most: %s", args[1]);
	if (args[0] && strchr(args[0], '/'))
		return cmd_usage_error(cmd,
				       "not the name of a module: %s: give an image by --vmlinux, "
				       "a module's file by --module",
				       args[0]);
	return CMD_GO_ON;
}

static int cmd_points_main(const struct cmd *cmd, int argc, char **argv)
{
	struct points points = { .mode = KCOV_MODE_PC };
	int status = cmd_parse(cmd, argc, argv, take_option, &points);

	if (status == CMD_GO_ON)
		status = check_args(cmd, argv + optind);
	if (status == CMD_GO_ON)
		status = show_points(&points, argv[optind]);
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
