// SPDX-License-Identifier: MIT
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

static const char *cause_of(const struct kcov_symbolizer *symbolizer, int err)
{
	if (err != -ENODATA)
		return err == -EBADMSG ? "its index is damaged" : strerror(-err);
	if (kcov_symbolizer_source(symbolizer) == KCOV_SYMBOLIZER_KALLSYMS)
		return "no image of the running kernel was found: give --vmlinux";
	return "its text cannot be read: give the image itself, not its debug file";
}

static int write_points(const struct kcov_symbolizer *symbolizer, enum kcov_mode mode)
{
	const enum kcov_point kind = mode == KCOV_MODE_CMP ? KCOV_POINT_CMP : KCOV_POINT_PC;
	uint64_t pcs[4096], from = 0;
	const int room = sizeof(pcs) / sizeof(*pcs);
	size_t written = 0;
	int n;

	do {
		n = kcov_symbolizer_points(symbolizer, kind, from, pcs, (size_t)room);
		if (n < 0) {
			cmd_error("%s: cannot tell its coverage points: %s",
				  kcov_symbolizer_path(symbolizer), cause_of(symbolizer, n));
			return EXIT_FAILED;
		}
		for (int i = 0; i < n; i++)
			printf("0x%016" PRIx64 "\n", pcs[i]);
		written += (size_t)n;
		if (n)
			from = pcs[n - 1] + 1;
	} while (n == room && from);
	if (written)
		return 0;
	cmd_error("%s: no coverage points in it: built without %s",
		  kcov_symbolizer_path(symbolizer),
		  mode == KCOV_MODE_CMP ? "CONFIG_KCOV_ENABLE_COMPARISONS" : "CONFIG_KCOV");
	return EXIT_FAILED;
}

static int cmd_points_main(const struct cmd *cmd, int argc, char **argv)
{
	struct points points = { .mode = KCOV_MODE_PC };
	struct kcov_symbolizer *symbolizer;
	int status = cmd_parse(cmd, argc, argv, take_option, &points);

	if (status != CMD_GO_ON)
		return status;
	if (argv[optind])
		return cmd_usage_error(cmd, "takes no argument: %s", argv[optind]);
	status = open_symbolizer(&points.images, &symbolizer);
	if (status)
		return status;
	status = write_points(symbolizer, points.mode);
	kcov_symbolizer_close(symbolizer);
	return status;
}

const struct cmd cmd_points = {
	.name = "points",
	.args = "[OPTION...]",
	.summary = "list all places of an image that KCOV records",
	.description =
		"Prints the coverage points of vmlinux as the PCs that KCOV records, in ascending\n"
		"order: the addresses behind the calls that the compiler put there. How much of a\n"
		"kernel was covered is to be measured against their number. Modules are not among them.",
	.options = options,
	.run = cmd_points_main,
};
