// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "open-symbolizer.h"

#include <getopt.h>
#include <stdio.h>

enum {
	/* Of what cannot be answered; more would say the same. */
	LINES = 20,
};

static const struct cmd_option options[] = {
	{ 'v', "vmlinux", "FILE", "an image with DWARF; default: the running kernel's" },
	IMAGES_DEBUGINFOD,
	{ 0 },
};

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	(void)cmd;
	return images_take(context, key, arg);
}

/* Opening makes the index. */
static int say_where(const struct kcov_symbolizer *symbolizer)
{
	const char *path = kcov_symbolizer_path(symbolizer);
	const char *index = kcov_symbolizer_index_path(symbolizer);

	if (index) {
		printf("%s\n", index);
		return 0;
	}
	if (kcov_symbolizer_source(symbolizer) == KCOV_SYMBOLIZER_KALLSYMS)
		cmd_error("no image of the running kernel was found to be indexed: give --vmlinux");
	else
		cmd_error(
			"%s: its index cannot be kept: it has no build-id, or there is no room in "
			"$XDG_CACHE_HOME or ~/.cache",
			path);
	return EXIT_FAILED;
}

/* Whether there was something. */
static bool tell_unanswered(const struct kcov_symbolizer *symbolizer)
{
	struct kcov_unanswered some[LINES];
	int n = kcov_symbolizer_unanswered(symbolizer, some, LINES);

	for (int i = 0; i < n && i < LINES; i++)
		cmd_error("%s: the DWARF of %s cannot be read: %s", some[i].image, some[i].unit,
			  some[i].cause);
	if (n > LINES)
		cmd_error("%s: nor can that of %d more units", some[0].image, n - LINES);
	return n != 0;
}

static int cmd_index_main(const struct cmd *cmd, int argc, char **argv)
{
	struct kcov_symbolizer *symbolizer;
	struct images images = { 0 };
	int status = cmd_parse(cmd, argc, argv, take_option, &images);

	if (status != CMD_GO_ON)
		return status;
	if (argv[optind])
		return cmd_usage_error(cmd, "takes no argument: %s", argv[optind]);
	status = open_symbolizer(&images, &symbolizer);
	if (status)
		return status;
	status = say_where(symbolizer);
	/* What can be answered is kept all the same. */
	if (tell_unanswered(symbolizer))
		status = EXIT_FAILED;
	kcov_symbolizer_close(symbolizer);
	return status;
}

const struct cmd cmd_index = {
	.name = "index",
	.args = "[OPTION...]",
	.summary = "read an image's DWARF ahead of time",
	.description =
		"Sees to it that there is an index of the image in the user's cache directory, and\n"
		"prints where. The other commands make it when they first need it, which takes some\n"
		"seconds for a large kernel, and much longer in an emulated machine.",
	.options = options,
	.run = cmd_index_main,
};
