// SPDX-License-Identifier: MIT
#include "run-options.h"
#include "run/session.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_APPEND = KEY_OWN,
	KEY_NAME,
	KEY_KEEP,
};

static const struct cmd_option options[] = {
	{ 'o', "output", "FILE", "the recording (default " RECORDING_DEFAULT ")" },
	{ KEY_APPEND, "append", NULL, "add the run to a recording that is there" },
	{ KEY_NAME, "name", "NAME", "what the run is called (default: the command)" },
	{ KEY_KEEP, "keep", "HOW",
	  "order or totals: all PCs in their order, or how often each came" },
	{ 'S', "per-syscall", NULL, "each system call, with its arguments and result" },
	RUN_OPTION_MODE,
	RUN_OPTION_CALLS,
	RUN_OPTIONS,
	{ 0 },
};

struct record {
	struct run run;
	struct run_recording recording;
};

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct record *record = context;

	switch (key) {
	case 'o':
		record->recording.path = arg;
		break;
	case KEY_APPEND:
		record->recording.is_added = true;
		break;
	case KEY_NAME:
		if (!arg[0])
			return cmd_usage_error(cmd, "--name: a run's name is not empty");
		record->recording.name = arg;
		break;
	case KEY_KEEP:
		if (strcmp(arg, "order") != 0 && strcmp(arg, "totals") != 0)
			return cmd_usage_error(cmd, "--keep %s: order or totals", arg);
		record->recording.keep = arg[0] == 'o' ? RECORDER_ORDER : RECORDER_TOTALS;
		break;
	default:
		return run_options_take(cmd, key, arg, &record->run);
	}
	return 0;
}

static int cmd_record_main(const struct cmd *cmd, int argc, char **argv)
{
	struct record record = {
		.run = { .mode = KCOV_MODE_PC,
			 .format = formats_find("summary"),
			 .device = KCOV_DEFAULT_PATH },
		.recording = { .path = RECORDING_DEFAULT, .keep = RECORDER_ORDER },
	};
	struct run *run = &record.run;
	int status = cmd_parse(cmd, argc, argv, take_option, &record);

	run->argv = argv + optind;
	run->recording = &record.recording;
	if (status == CMD_GO_ON) {
		status = run_options_check(cmd, run);
		if (!status)
			status = run_options_check_calls(cmd, run, "");
		if (!status)
			status = session_run(run);
	}
	images_fini(&run->images);
	return status;
}

const struct cmd cmd_record = {
	.name = "record",
	.args = "[OPTION...] {[--] CMD [ARG...] | --attach PID}",
	.summary = "run a command and keep which kernel code it ran",
	.description =
		"Runs CMD as kcovctl run does, and writes which kernel code it ran into a file: an\n"
		"SQLite database, which kcovctl report shows, and any SQL asks. What is there of\n"
		"that name becomes FILE.old. Exits with CMD's status (128+N if signal N killed it),\n"
		"125 if coverage failed, 126 or 127 if CMD cannot be run or is not there.",
	.options = options,
	.run = cmd_record_main,
};
