// SPDX-License-Identifier: MIT
#include "cmd.h"

#include <getopt.h>
#include <kcov/symbolize.h>
#include <stdio.h>
#include <stdlib.h>

static const struct cmd_option options[] = {
	{ 0 },
};

static int take_no_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	(void)cmd;
	(void)key;
	(void)arg;
	(void)context;
	return 0;
}

static int cmd_layout_main(const struct cmd *cmd, int argc, char **argv)
{
	struct kcov_symbolize_error *error = NULL;
	int status = cmd_parse(cmd, argc, argv, take_no_option, NULL);
	char *layout;

	if (status != CMD_GO_ON)
		return status;
	if (argv[optind])
		return cmd_usage_error(cmd, "takes no argument: %s", argv[optind]);
	if (kcov_layout_describe(&error, &layout)) {
		error_tell("%s", kcov_symbolize_error_message(error));
		kcov_symbolize_error_free(error);
		return EXIT_FAILED;
	}
	fputs(layout, stdout);
	free(layout);
	return 0;
}

const struct cmd cmd_layout = {
	.name = "layout",
	.args = "",
	.summary = "say where the kernel and its modules lie",
	.description =
		"Prints what another machine, or this one after a reboot, needs to know besides the\n"
		"images to look up PCs that are recorded here: keep it beside them, and give it to\n"
		"kcovctl symbolize --layout. It holds until a module is loaded or unloaded.",
	.options = options,
	.run = cmd_layout_main,
};
