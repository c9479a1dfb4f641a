// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "run-options.h"
#include "run/session.h"
#include "store/query.h"
#include "syscalls/call-filter.h"
#include "text/colour.h"
#include "text/errno-names.h"
#include "why-report.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_ERRNO = KEY_OWN,
	KEY_ALL,
	KEY_RUN,
};

static const struct cmd_option options[] = {
	{ 'i', "input", "FILE", "the recording (default " RECORDING_DEFAULT ")" },
	{ 'e', "expr", "CALLS", "only these system calls, as with run: openat,%file" },
	{ KEY_ERRNO, "errno", "ERROR", "only calls that failed with it: ENOENT" },
	{ KEY_ALL, "all", NULL, "each call that failed, in their order" },
	{ KEY_RUN, "run", "NAME", "only runs of that name" },
	{ KEY_RAW_ARGS, "raw-args", NULL, "arguments as numbers, without names" },
	{ 'f', "format", "FORMAT", "text or json" },
	{ 'o', "output", "FILE", "write it to FILE" },
	{ 'v', "vmlinux", "FILE", "the image of that kernel, with code and DWARF" },
	{ 'M', "module", "FILE", "the file of a module; may be given again" },
	IMAGES_DEBUGINFOD,
	{ 'c', "capacity", "N[K|M]", "with CMD: room for so many PCs in each task's buffer" },
	{ 'd', "device", "FILE", "with CMD: the kcov device (default " KCOV_DEFAULT_PATH ")" },
	{ 0 },
};

struct why_options {
	const char *input;
	struct why_report report;
	struct call_filter calls;
	struct query_selection selection;
	/* Of a command that is run. */
	struct run run;
	struct run_recording recording;
};

static int take_format(const struct cmd *cmd, const char *name, bool *is_json)
{
	*is_json = strcmp(name, "json") == 0;
	return *is_json || strcmp(name, "text") == 0
		       ? 0
		       : cmd_usage_error(cmd, "no such format: %s: text or json", name);
}

static int take_calls(const struct cmd *cmd, const char *arg, struct why_options *ret)
{
	char why[512];

	if (call_filter_parse(arg, why, sizeof(why), &ret->calls))
		return cmd_usage_error(cmd, "-e %s: %s", arg, why);
	ret->report.calls = &ret->calls;
	return 0;
}

static int take_errno(const struct cmd *cmd, const char *arg, int *ret)
{
	*ret = errno_of_name(arg);
	return *ret ? 0
		    : cmd_usage_error(cmd,
				      "--errno %s: no such error: a name as ENOENT, or its number",
				      arg);
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct why_options *taken = context;

	switch (key) {
	case 'i':
		taken->input = arg;
		break;
	case 'e':
		return take_calls(cmd, arg, taken);
	case KEY_ERRNO:
		return take_errno(cmd, arg, &taken->report.error);
	case KEY_ALL:
		taken->report.is_all = true;
		break;
	case KEY_RAW_ARGS:
		taken->report.with_raw_args = true;
		break;
	case KEY_RUN:
		taken->selection.run = arg;
		break;
	case 'f':
		return take_format(cmd, arg, &taken->report.is_json);
	case 'o':
		taken->report.output = arg;
		break;
	default:
		return run_options_take(cmd, key, arg, &taken->run);
	}
	return 0;
}

static int take_number(const struct cmd *cmd, const char *arg, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(arg, &end, 10);
	if (!isdigit((unsigned char)*arg) || *end || errno || !*ret)
		return cmd_usage_error(cmd, "what is %s? The number of an event, or -- and CMD",
				       arg);
	return 0;
}

struct why_of_recording {
	const struct recording *recording;
	struct why_options *taken;
};

static int write_report(void *context, FILE *out)
{
	const struct why_of_recording *of = context;

	of->taken->report.out = out;
	colour_use(COLOUR_AUTO, out);
	if (query_select(of->recording, &of->taken->selection))
		return EXIT_USAGE;
	return why_report(of->recording, &of->taken->report);
}

static int ask_recording(struct why_options *taken)
{
	struct recording recording;
	struct why_of_recording of = { &recording, taken };
	int status = recording_open(taken->input ? taken->input : RECORDING_DEFAULT, &recording)
			     ? EXIT_USAGE
			     : 0;

	if (status)
		return status;
	status = cmd_write(taken->report.output, write_report, &of);
	recording_close(&recording);
	return status;
}

/* What the command wrote is not mixed with what is said of it. */
static int ask_run(void *context, const struct recording *recording, FILE *out)
{
	struct why_options *taken = context;
	struct why_of_recording of = { recording, taken };

	return write_report(&of, out);
}

static int run_command(const struct cmd *cmd, struct why_options *taken)
{
	struct run *run = &taken->run;
	int status;

	if (taken->input)
		return cmd_usage_error(cmd, "-i is a recording, -- begins a command: which of "
					    "them?");
	run->recording = &taken->recording;
	run->output = taken->report.output;
	status = run_options_check(cmd, run);
	return status ? status : session_run(run);
}

/* "why 17" and "why -- true" are not told apart by getopt(). */
static bool is_command(int argc, char **argv)
{
	return optind < argc && optind > 1 && strcmp(argv[optind - 1], "--") == 0;
}

static int cmd_why_main(const struct cmd *cmd, int argc, char **argv)
{
	struct why_options taken = {
		.run = { .mode = KCOV_MODE_PC,
			 .per_syscall = true,
			 .is_shown = true,
			 .format = formats_find("summary"),
			 .device = KCOV_DEFAULT_PATH },
		.recording = { .keep = RECORDER_ORDER, .asked = ask_run, .context = &taken },
	};
	int status = cmd_parse(cmd, argc, argv, take_option, &taken);

	if (status == CMD_GO_ON) {
		taken.report.images = &taken.run.images;
		taken.run.argv = argv + optind;
		if (!why_report_is_there()) {
			error_tell("this kcovctl was built without capstone, which why needs");
			status = EXIT_USAGE;
		} else if (is_command(argc, argv)) {
			status = run_command(cmd, &taken);
		} else {
			status = optind < argc
					 ? take_number(cmd, argv[optind], &taken.report.number)
					 : 0;
			if (!status && optind + 1 < argc)
				status = cmd_usage_error(cmd, "what is %s?", argv[optind + 1]);
			if (!status)
				status = ask_recording(&taken);
		}
	}
	images_fini(&taken.run.images);
	return status;
}

const struct cmd cmd_why = {
	.name = "why",
	.args = "[OPTION...] [EVENT | -- CMD [ARG...]]",
	.summary = "say which line of the kernel made a system call fail",
	.description =
		"Says of system calls that failed which condition in the kernel decided it, by the way\n"
		"that each took through the kernel's code. Without a selection: a line for each kind\n"
		"of failure, then the last one in full. A recording is made by kcovctl record -S.\n"
		"With CMD, kcovctl runs it as kcovctl run -S does.",
	.options = options,
	.run = cmd_why_main,
};
