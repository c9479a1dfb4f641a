// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "run/images.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

enum {
	/* Of what cannot be answered; more would say the same. */
	LINES = 20,
};

struct index_options {
	struct images images;
	bool prune;
};

static const struct cmd_option options[] = {
	{ 'v', "vmlinux", "FILE", "an image with DWARF; default: the running kernel's" },
	IMAGES_DEBUGINFOD,
	{ 'p', "prune", NULL, "instead, remove indexes that are of no use or too many" },
	{ 0 },
};

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct index_options *taken = context;

	(void)cmd;
	if (key == 'p')
		taken->prune = true;
	return images_take(&taken->images, key, arg);
}

static void say_removed(void *context, const char *path, uint64_t size)
{
	(void)context;
	printf("removed %s, %" PRIu64 " bytes\n", path, size);
}

static int prune(const struct cmd *cmd, const struct images *images)
{
	struct kcov_symbolize_error *error = NULL;
	uint64_t left;

	if (images->vmlinux || images->debuginfod)
		return cmd_usage_error(cmd, "--prune is of all images: give none");
	if (kcov_cache_prune(say_removed, NULL, &error, &left)) {
		error_tell("%s", kcov_symbolize_error_message(error));
		kcov_symbolize_error_free(error);
		return EXIT_FAILED;
	}
	printf("%" PRIu64 " bytes are left\n", left);
	return 0;
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
		error_tell(
			"no image of the running kernel was found to be indexed: give --vmlinux");
	else
		error_tell(
			"%s: its index cannot be kept: it has no build-id, or there is no room in "
			"$XDG_CACHE_HOME or ~/.cache, or $KCOV_CACHE_SIZE is too small",
			path);
	return EXIT_FAILED;
}

/* Whether there was something. */
static bool tell_unanswered(const struct kcov_symbolizer *symbolizer)
{
	struct kcov_unanswered some[LINES];
	int n = kcov_symbolizer_unanswered(symbolizer, some, LINES);

	for (int i = 0; i < n && i < LINES; i++)
		error_tell("%s: the DWARF of %s cannot be read: %s", some[i].image, some[i].unit,
			   some[i].cause);
	if (n > LINES)
		error_tell("%s: nor can that of %d more units", some[0].image, n - LINES);
	return n != 0;
}

static int cmd_index_main(const struct cmd *cmd, int argc, char **argv)
{
	struct kcov_symbolizer *symbolizer;
	struct index_options taken = { 0 };
	int status = cmd_parse(cmd, argc, argv, take_option, &taken);

	if (status != CMD_GO_ON)
		return status;
	if (argv[optind])
		return cmd_usage_error(cmd, "takes no argument: %s", argv[optind]);
	if (taken.prune)
		return prune(cmd, &taken.images);
	status = open_symbolizer(&taken.images, &symbolizer);
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
		"seconds for a large kernel, and much longer in an emulated machine. The directory\n"
		"has 1 GiB of indexes at most, or $KCOV_CACHE_SIZE (512M, say; 0: none).",
	.options = options,
	.run = cmd_index_main,
};
