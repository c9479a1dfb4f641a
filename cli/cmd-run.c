// SPDX-License-Identifier: MIT
#include "run-options.h"
#include "run/session.h"
#include "store/query.h"
#include "text/colour.h"
#include "tree-report.h"
#include "why-report.h"

#include <getopt.h>
#include <stdio.h>

enum {
	KEY_BY_SYSCALL = KEY_OWN,
	KEY_SYMBOLIZE,
	KEY_RECORD,
	KEY_TREE,
	KEY_DEPTH,
};

static void describe_formats(char *room, size_t size)
{
	char names[128];

	formats_name(0, "or", names, sizeof(names));
	snprintf(room, size, "%s; default: %s", names, formats_find(NULL)->name);
}

static void describe_symbolize(char *room, size_t size)
{
	char names[128];

	formats_name(FORMAT_FRAMES, "or", names, sizeof(names));
	snprintf(room, size, "with -f %s: functions and lines, too", names);
}

static const struct cmd_option options[] = {
	RUN_OPTION_MODE,
	{ 'f', "format", "FORMAT", NULL, describe_formats },
	{ 'o', "output", "FILE", "write the report to FILE, not to standard error" },
	{ 'S', "per-syscall", NULL, "a block for each system call, in their order" },
	{ KEY_BY_SYSCALL, "by-syscall", NULL, "a block for all calls of a name" },
	RUN_OPTION_CALLS,
	RUN_OPTION_RAW_ARGS,
	{ KEY_TREE, "tree", NULL, "with -S: the functions of each call as a tree" },
	{ KEY_DEPTH, "depth", "N", "with --tree: no deeper than that" },
	{ KEY_SYMBOLIZE, "symbolize", NULL, NULL, describe_symbolize },
	{ 'p', "points", NULL, "show how many coverage points there are to each line, too" },
	{ KEY_RECORD, "record", "FILE", "keep it as a recording, too: see kcovctl record" },
	RUN_OPTIONS,
	{ 0 },
};

static int take_format(const struct cmd *cmd, const char *name, struct run *run)
{
	char names[256];

	run->format = formats_find(name);
	if (run->format)
		return 0;
	formats_name(0, "or", names, sizeof(names));
	return cmd_usage_error(cmd, "no such format: %s: %s", name, names);
}

struct shown_run {
	struct run run;
	struct run_recording recording;
	/* What is shown of it are trees. */
	bool has_trees;
	struct tree_report trees;
};

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct shown_run *shown = context;
	struct run *run = &shown->run;

	switch (key) {
	case 'f':
		return take_format(cmd, arg, run);
	case 'o':
		run->output = arg;
		break;
	case 'p':
		run->with_points = true;
		break;
	case KEY_BY_SYSCALL:
		run->by_syscall = true;
		break;
	case KEY_SYMBOLIZE:
		run->with_frames = true;
		break;
	case KEY_RECORD:
		shown->recording = (struct run_recording){ .path = arg, .keep = RECORDER_ORDER };
		break;
	case KEY_TREE:
		shown->has_trees = true;
		break;
	case KEY_DEPTH:
		return cmd_take_depth(cmd, arg, &shown->trees.max_depth);
	default:
		return run_options_take(cmd, key, arg, run);
	}
	return 0;
}

/* Whether the format can do what an option wants. 0, or the status to exit with. */
static int check_format(const struct cmd *cmd, const struct run *run, unsigned int wanted,
			const char *option)
{
	char names[256];
	size_t n;

	if ((run->format->can & wanted) == wanted)
		return 0;
	n = formats_name(wanted, "and", names, sizeof(names));
	return cmd_usage_error(cmd,
			       n == 1 ? "%s is for the format %s only" : "%s is for the formats %s",
			       option, names);
}

/* What the format cannot do. 0, or the status to exit with. */
static int check_formats(const struct cmd *cmd, const struct run *run)
{
	int status = 0;

	if (run->mode != KCOV_MODE_PC)
		status = check_format(cmd, run, FORMAT_CMPS, "--mode cmp");
	if (!status && run->with_points)
		status = check_format(cmd, run, FORMAT_POINTS, "--points");
	if (!status && run->with_frames)
		status = check_format(cmd, run, FORMAT_FRAMES, "--symbolize");
	if (!status && run->by_syscall)
		status = check_format(cmd, run, FORMAT_BY_SYSCALL, "--by-syscall");
	return status;
}

/* What does not go together with trees. 0, or the status to exit with. */
static int check_trees(const struct cmd *cmd, const struct shown_run *shown)
{
	const struct run *run = &shown->run;
	const bool is_json = run->format && run->format == formats_find("json");

	if (!shown->has_trees && shown->trees.max_depth != UINT32_MAX)
		return cmd_usage_error(cmd, "--depth is for --tree");
	if (!shown->has_trees)
		return 0;
	if (run->format && !is_json)
		return cmd_usage_error(cmd, "--tree is text, or -f json, not -f %s",
				       run->format->name);
	if (!run->per_syscall && !is_json)
		return cmd_usage_error(cmd, "--tree needs --per-syscall or -f json");
	if (run->mode != KCOV_MODE_PC)
		return cmd_usage_error(cmd, "--tree is for PCs: it follows them");
	if (run->by_syscall || run->with_points || run->with_frames)
		return cmd_usage_error(cmd, "--by-syscall, --points and --symbolize are not for "
					    "--tree");
	if (why_report_is_there())
		return 0;
	error_tell("this kcovctl was built without capstone, which --tree needs");
	return EXIT_RUN_FAILED;
}

static int write_trees(void *context, const struct recording *recording, FILE *out)
{
	const struct shown_run *shown = context;
	struct tree_report trees = shown->trees;

	trees.images = &shown->run.images;
	trees.out = out;
	colour_use(COLOUR_AUTO, out);
	if (query_select(recording, &(struct query_selection){ 0 }))
		return EXIT_RUN_FAILED;
	return tree_report(recording, &trees) ? EXIT_RUN_FAILED : 0;
}

/* They are made of its recording. */
static void show_trees(struct shown_run *shown)
{
	struct run *run = &shown->run;

	shown->trees.is_json = run->format;
	shown->recording.keep = RECORDER_ORDER;
	shown->recording.asked = write_trees;
	shown->recording.context = shown;
	run->per_syscall = true;
	run->format = formats_find("summary");
}

/* What does not go together. 0, or the status to exit with. */
static int check(const struct cmd *cmd, struct run *run)
{
	int status = run_options_check(cmd, run);
	char names[256], other[300];

	if (status)
		return status;
	if (run->by_syscall && run->mode != KCOV_MODE_PC)
		return cmd_usage_error(cmd, "--by-syscall is for PCs: calls begin at some of them");
	if (run->by_syscall && run->per_syscall)
		return cmd_usage_error(cmd, "--by-syscall or --per-syscall: which of them?");
	status = check_formats(cmd, run);
	if (status)
		return status;
	if (run->by_syscall && run->with_frames)
		return cmd_usage_error(cmd, "--symbolize is for calls one by one, not "
					    "--by-syscall");
	formats_name(FORMAT_CALLS, "or", names, sizeof(names));
	snprintf(other, sizeof(other), " or -f %s", names);
	return run_options_check_calls(cmd, run, other);
}

/* What is shown if nothing is said of that: what fits a screen, or all of what is asked for. */
static const struct format *usual_format(const struct run *run)
{
	const bool is_more = run->per_syscall || run->by_syscall || run->with_points ||
			     run->mode != KCOV_MODE_PC;

	return formats_find(is_more ? "functions" : NULL);
}

static int cmd_run_main(const struct cmd *cmd, int argc, char **argv)
{
	struct shown_run shown = {
		.run = { .mode = KCOV_MODE_PC, .is_shown = true, .device = KCOV_DEFAULT_PATH },
		.recording = { .keep = RECORDER_TOTALS },
		.trees = { .max_depth = UINT32_MAX },
	};
	struct run *run = &shown.run;
	int status = cmd_parse(cmd, argc, argv, take_option, &shown);

	run->argv = argv + optind;
	if (status == CMD_GO_ON) {
		status = check_trees(cmd, &shown);
		if (!status && shown.has_trees)
			show_trees(&shown);
		if (!run->format)
			run->format = usual_format(run);
		if (shown.recording.path || (run->format->can & FORMAT_RECORDED))
			run->recording = &shown.recording;
		if (!status)
			status = check(cmd, run);
		if (!status)
			status = session_run(run);
	}
	images_fini(&run->images);
	return status;
}

const struct cmd cmd_run = {
	.name = "run",
	.args = "[OPTION...] {[--] CMD [ARG...] | --attach PID}",
	.summary = "run a command and show which kernel code it ran",
	.description =
		"Runs CMD and reports which kernel code it ran, all of its threads and children,\n"
		"from exec to exit. CMD keeps its input, output and terminal signals. Exits with\n"
		"CMD's status (128+N if signal N killed it), 125 if coverage failed, 126 or 127\n"
		"if CMD cannot be run or is not there.",
	.options = options,
	.run = cmd_run_main,
};
