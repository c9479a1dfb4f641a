// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "coverage/by-syscall.h"
#include "render/formats.h"
#include "render/table-text.h"
#include "report-events.h"
#include "run/summarize.h"
#include "run/whole-images.h"
#include "store/gathered.h"
#include "store/query.h"
#include "syscalls/call-filter.h"
#include "text/colour.h"
#include "text/errno-names.h"
#include "text/terminal.h"
#include "tree-report.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_BY = 256,
	KEY_ERRNO,
	KEY_TASK,
	KEY_RUN,
	KEY_IN,
	KEY_UNCOVERED,
	KEY_FAIL_UNDER,
	KEY_EVENTS,
	KEY_BY_SYSCALL,
	KEY_TREE,
	KEY_DEPTH,
	KEY_RAW_ARGS,
	KEY_COLOR,
};

/* Of events, which a summary is not made of. */
static size_t name_event_formats(char *room, size_t size)
{
	return formats_name(FORMAT_CMPS, "or", room, size);
}

static void describe_formats(char *room, size_t size)
{
	char names[128];

	name_event_formats(names, sizeof(names));
	snprintf(room, size, "text, json or csv; with --events %s", names);
}

static const struct cmd_option options[] = {
	{ 'i', "input", "FILE", "a recording (default " RECORDING_DEFAULT "); may be given again" },
	{ KEY_BY, "by", "WHAT",
	  "a row for each dir, subsystem, file, function, line, call or task" },
	{ 's', "sort", "COLUMN", "the rows that have most of it first" },
	{ 'e', "expr", "CALLS", "only what these system calls ran, as with run: openat,%file" },
	{ KEY_ERRNO, "errno", "ERROR", "only what calls ran that failed with it: ENOENT" },
	{ KEY_TASK, "task", "TID", "only what that task ran" },
	{ KEY_RUN, "run", "NAME", "only runs of that name" },
	{ KEY_IN, "in", "PATTERN", "only these files: 'fs/ext4/*'" },
	{ KEY_UNCOVERED, "uncovered", NULL, "what did not run, most of it first" },
	{ 'v', "vmlinux", "FILE", "with --uncovered or --tree: the image of that kernel" },
	{ 'M', "module", "FILE", "with --uncovered: the file of a module; may be given again" },
	IMAGES_DEBUGINFOD,
	{ KEY_EVENTS, "events", NULL, "what each run did, in a format of kcovctl run" },
	{ KEY_BY_SYSCALL, "by-syscall", NULL, "with --events: a block for all calls of a name" },
	{ KEY_TREE, "tree", NULL, "with --events: the functions of each call as a tree" },
	{ KEY_DEPTH, "depth", "N", "with --tree: no deeper than that" },
	{ KEY_RAW_ARGS, "raw-args", NULL, "with --events: arguments as numbers, without names" },
	{ 'f', "format", "FORMAT", NULL, describe_formats },
	{ 'o', "output", "FILE", "write it to FILE, not to standard output" },
	{ KEY_COLOR, "color", "WHEN", "auto (on a terminal), always or never" },
	{ KEY_FAIL_UNDER, "fail-under", "PERCENT", "exit with 1 if fewer of the points ran" },
	{ 0 },
};

struct report_options {
	/* What -i names. */
	const char **inputs;
	size_t n_inputs;
	const char *output;
	struct query query;
	struct query_selection selection;
	/* NULL: as people read it. */
	const char *format;
	/* Of -e. */
	struct call_filter calls;
	/* What chooses among calls and tasks, as it was given; NULL: it was not. */
	const char *expr;
	const char *error;
	const char *task;
	void (*write)(const struct table *table, FILE *out);
	enum colour_when colour;
	double fail_under;
	/* Of what did not run. */
	struct images images;
	/* What each run did, and nothing else. */
	bool has_events;
	struct report_events events;
	/* As trees. */
	bool has_trees;
	struct tree_report trees;
};

static int find_format(const struct cmd *cmd, struct report_options *taken)
{
	static const struct {
		const char *name;
		void (*write)(const struct table *table, FILE *out);
	} formats[] = {
		{ "text", table_write_text },
		{ "json", table_write_json },
		{ "csv", table_write_csv },
	};
	const char *name = taken->format ? taken->format : formats[0].name;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) != 0)
			continue;
		taken->write = formats[i].write;
		taken->query.is_plain = taken->write == table_write_text;
		return 0;
	}
	return cmd_usage_error(cmd, "no such format: %s: text, json or csv", name);
}

static int find_event_format(const struct cmd *cmd, struct report_options *taken)
{
	const struct format *format = formats_find(taken->format ? taken->format : "functions");
	char names[128];

	taken->events.format = format;
	if (format && !(format->can & FORMAT_RECORDED) &&
	    (!taken->events.is_by_syscall || (format->can & FORMAT_BY_SYSCALL)))
		return 0;
	name_event_formats(names, sizeof(names));
	if (!format || (format->can & FORMAT_RECORDED))
		return cmd_usage_error(cmd, "no such format of --events: %s: %s", taken->format,
				       names);
	formats_name(FORMAT_BY_SYSCALL, "and", names, sizeof(names));
	return cmd_usage_error(cmd, "--by-syscall is for the formats %s", names);
}

/* What is between calls, and the like, is none of them, whichever are wanted. */
static bool wants_call(const void *calls, const char *name)
{
	return by_syscall_is_call(name) && call_filter_has_name(calls, name);
}

static int take_calls(const struct cmd *cmd, const char *arg, struct report_options *ret)
{
	char why[512];

	if (call_filter_parse(arg, why, sizeof(why), &ret->calls))
		return cmd_usage_error(cmd, "-e %s: %s", arg, why);
	ret->selection.wants = wants_call;
	ret->selection.calls = &ret->calls;
	ret->expr = arg;
	return 0;
}

static int take_errno(const struct cmd *cmd, const char *arg, struct query_selection *ret)
{
	ret->error = errno_of_name(arg);
	return ret->error ? 0
			  : cmd_usage_error(cmd,
					    "--errno %s: no such error: a name as ENOENT, or its "
					    "number",
					    arg);
}

static int take_task(const struct cmd *cmd, const char *arg, struct query_selection *ret)
{
	char *end;
	const unsigned long task = strtoul(arg, &end, 10);

	if (!isdigit((unsigned char)*arg) || *end || task > INT_MAX)
		return cmd_usage_error(cmd, "--task %s: not the id of a task", arg);
	ret->task = (pid_t)task;
	ret->has_task = true;
	return 0;
}

static int take_percent(const struct cmd *cmd, const char *arg, double *ret)
{
	char *end;

	*ret = strtod(arg, &end);
	if (end == arg || *end || !(*ret >= 0 && *ret <= 100))
		return cmd_usage_error(cmd, "not a percentage: %s", arg);
	return 0;
}

static int take_colour(const struct cmd *cmd, const char *arg, enum colour_when *ret)
{
	static const char *const words[] = {
		[COLOUR_AUTO] = "auto",
		[COLOUR_ALWAYS] = "always",
		[COLOUR_NEVER] = "never",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], arg) != 0)
			continue;
		*ret = (enum colour_when)i;
		return 0;
	}
	return cmd_usage_error(cmd, "--color %s: auto, always or never", arg);
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct report_options *taken = context;

	switch (key) {
	case 'i':
		taken->inputs[taken->n_inputs++] = arg;
		break;
	case KEY_BY:
		if (!query_is_by(arg))
			return cmd_usage_error(cmd,
					       "--by %s: dir, subsystem, file, function, line, "
					       "call or task",
					       arg);
		taken->query.by = arg;
		taken->selection.by_task = strcmp(arg, "task") == 0;
		break;
	case 's':
		taken->query.sort = arg;
		break;
	case 'e':
		return take_calls(cmd, arg, taken);
	case KEY_ERRNO:
		taken->error = arg;
		return take_errno(cmd, arg, &taken->selection);
	case KEY_TASK:
		taken->task = arg;
		return take_task(cmd, arg, &taken->selection);
	case KEY_RUN:
		taken->selection.run = arg;
		break;
	case KEY_IN:
		taken->query.in = arg;
		break;
	case KEY_UNCOVERED:
		taken->query.is_uncovered = true;
		break;
	case 'f':
		taken->format = arg;
		break;
	case 'o':
		taken->output = arg;
		break;
	case KEY_EVENTS:
		taken->has_events = true;
		break;
	case KEY_BY_SYSCALL:
		taken->events.is_by_syscall = true;
		break;
	case KEY_TREE:
		taken->has_trees = true;
		break;
	case KEY_RAW_ARGS:
		taken->events.with_raw_args = true;
		break;
	case KEY_DEPTH:
		return cmd_take_depth(cmd, arg, &taken->trees.max_depth);
	case KEY_COLOR:
		return take_colour(cmd, arg, &taken->colour);
	case KEY_FAIL_UNDER:
		return take_percent(cmd, arg, &taken->fail_under);
	default:
		return images_take(&taken->images, key, arg) ? EXIT_USAGE : 0;
	}
	return 0;
}

/* A recording has numbers for all but functions. */
static bool wants_images(const struct query *query)
{
	return query->is_uncovered && query->by && strcmp(query->by, "function") == 0;
}

/* Trees have two formats of their own. 0, or the status to exit with. */
static int find_tree_format(const struct cmd *cmd, struct report_options *taken)
{
	const char *name = taken->format ? taken->format : "text";

	if (!taken->has_events || taken->events.is_by_syscall)
		return cmd_usage_error(cmd, "--tree is for --events, call by call");
	taken->trees.is_json = strcmp(name, "json") == 0;
	return taken->trees.is_json || strcmp(name, "text") == 0
		       ? 0
		       : cmd_usage_error(cmd, "no such format of --tree: %s: text or json", name);
}

static int find_any_format(const struct cmd *cmd, struct report_options *taken)
{
	if (!taken->has_trees && taken->trees.max_depth != UINT32_MAX)
		return cmd_usage_error(cmd, "--depth is for --tree");
	if (taken->has_trees)
		return find_tree_format(cmd, taken);
	return taken->has_events ? find_event_format(cmd, taken) : find_format(cmd, taken);
}

static int check(const struct cmd *cmd, struct report_options *taken)
{
	const struct query *query = &taken->query;
	int status = find_any_format(cmd, taken);

	if (status)
		return status;
	/* A summary is for people. */
	if (!taken->has_events && !query->by && taken->write != table_write_text)
		taken->query.by = "dir";
	if (taken->events.with_raw_args && !taken->has_events)
		return cmd_usage_error(cmd, "--raw-args needs --events");
	if (taken->events.is_by_syscall && !taken->has_events)
		return cmd_usage_error(cmd, "--by-syscall is for --events; --by call is a row for "
					    "each");
	if (taken->has_events &&
	    (query->by || query->in || query->is_uncovered || taken->selection.wants ||
	     query_selects_events(&taken->selection) || taken->fail_under > 0))
		return cmd_usage_error(cmd, "--events shows all of a run: only --run goes with it");
	if (!wants_images(query) && !taken->has_trees &&
	    (taken->images.vmlinux || taken->images.modules.n))
		return cmd_usage_error(cmd, "--vmlinux and --module are for --by function "
					    "--uncovered, and for --tree");
	if (query->sort && !query->by)
		return cmd_usage_error(cmd, "-s sorts the rows of --by");
	if (query->sort && !query_can_sort(query->by, query->sort))
		return cmd_usage_error(cmd, "-s %s: --by %s has no such column", query->sort,
				       query->by);
	if (query->in && query->by && !query_has_files(query->by))
		return cmd_usage_error(cmd, "--in chooses files: not with --by %s", query->by);
	if (query->is_uncovered && query->by && !query_knows_uncovered(query->by))
		return cmd_usage_error(cmd, "--uncovered is for --by dir, subsystem, file and "
					    "function");
	return 0;
}

/* "-e openat --errno ENOENT"; "" if all is wanted. NULL: no memory. */
static char *describe_selection(const struct report_options *taken)
{
	const char *const options_[][2] = {
		{ "-e", taken->expr },
		{ "--errno", taken->error },
		{ "--task", taken->task },
	};
	char *ret = NULL;
	size_t size;
	FILE *out = open_memstream(&ret, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < sizeof(options_) / sizeof(options_[0]); i++)
		if (options_[i][1])
			fprintf(out, "%s%s %s", ftell(out) ? " " : "", options_[i][0],
				options_[i][1]);
	if (!fclose(out))
		return ret;
	free(ret);
	return NULL;
}

/* What goes elsewhere than to a terminal needs no pager. */
static void begin_page(struct pager *pager, const FILE *out)
{
	*pager = (struct pager){ 0 };
	if (out == stdout)
		pager_begin(pager);
}

static int write_summary(const struct recording *recording, const struct report_options *taken,
			 FILE *out)
{
	char *only = describe_selection(taken);
	const struct summary_words words = { .in = taken->query.in, .only = only };
	struct pager pager;
	int err = -1;

	if (only) {
		begin_page(&pager, out);
		err = summarize(recording, &words, out);
		err |= pager_end(&pager);
	} else {
		error_tell("out of memory");
	}
	free(only);
	return err;
}

/* Whatever is asked for, or a summary of all of it. 0 or -1, told. */
static int write_report(const struct recording *recording, const struct report_options *taken,
			FILE *out)
{
	struct pager pager;
	struct table table;

	if (!taken->query.by)
		return write_summary(recording, taken, out);
	/* What that tells stands before what the pager shows. */
	if (query_table(recording, &taken->query, &table))
		return -1;
	begin_page(&pager, out);
	taken->write(&table, out);
	table_fini(&table);
	return pager_end(&pager);
}

static int write_events(const struct recording *recording, const struct report_options *taken,
			FILE *out)
{
	struct report_events events = taken->events;
	struct pager pager;
	int err;

	events.out = out;
	events.output = taken->output ? taken->output : "standard output";
	begin_page(&pager, out);
	events.is_paged = pager.pid;
	err = report_events(recording, &events);
	return pager_end(&pager) || err ? EXIT_USAGE : 0;
}

static int write_trees(const struct recording *recording, const struct report_options *taken,
		       FILE *out)
{
	struct tree_report trees = taken->trees;

	trees.images = &taken->images;
	trees.out = out;
	trees.with_raw_args = taken->events.with_raw_args;
	return tree_report(recording, &trees);
}

static int report(const struct recording *recording, const struct report_options *taken, FILE *out)
{
	struct point_sum sum;

	colour_use(taken->colour, out);
	if (query_select(recording, &taken->selection))
		return EXIT_USAGE;
	if (taken->has_trees)
		return write_trees(recording, taken, out);
	if (taken->has_events)
		return write_events(recording, taken, out);
	if (wants_images(&taken->query) && whole_images_add(&taken->images, recording))
		return EXIT_USAGE;
	if (write_report(recording, taken, out))
		return EXIT_USAGE;
	if (taken->fail_under <= 0)
		return 0;
	if (query_sum_in(recording, taken->query.in, &sum))
		return EXIT_USAGE;
	if ((double)sum.ran * 100 >= taken->fail_under * (double)sum.points)
		return 0;
	error_tell("%.1f %% of the coverage points ran, which is under %g %%",
		   sum.points ? (double)sum.ran * 100 / (double)sum.points : 0.0,
		   taken->fail_under);
	return EXIT_FAILED;
}

struct report_of_recording {
	const struct recording *recording;
	const struct report_options *taken;
};

static int write_all(void *context, FILE *out)
{
	const struct report_of_recording *of = context;

	return report(of->recording, of->taken, out);
}

static int report_inputs(struct report_options *taken)
{
	struct gathered gathered;
	struct report_of_recording of = { &gathered.recording, taken };
	int status;

	if (!taken->n_inputs)
		taken->inputs[taken->n_inputs++] = RECORDING_DEFAULT;
	if (gathered_open(taken->inputs, taken->n_inputs, &gathered))
		return EXIT_USAGE;
	status = cmd_write(taken->output, write_all, &of);
	gathered_close(&gathered);
	return status;
}

static int cmd_report_main(const struct cmd *cmd, int argc, char **argv)
{
	/* There are no more inputs than words. */
	struct report_options taken = { .inputs = calloc((size_t)argc + 1, sizeof(char *)),
					.trees = { .max_depth = UINT32_MAX } };
	int status = EXIT_USAGE;

	if (taken.inputs)
		status = cmd_parse(cmd, argc, argv, take_option, &taken);
	else
		error_tell("out of memory");

	if (status == CMD_GO_ON && optind < argc)
		status = cmd_usage_error(cmd, "what is %s? -i names a recording", argv[optind]);
	if (status == CMD_GO_ON) {
		status = check(cmd, &taken);
		if (!status)
			status = report_inputs(&taken);
	}
	images_fini(&taken.images);
	free(taken.inputs);
	return status;
}

const struct cmd cmd_report = {
	.name = "report",
	.args = "[OPTION...]",
	.summary = "show what a recording has",
	.description =
		"Shows which kernel code ran in the runs of a recording: a screenful, or with --by a\n"
		"row for each. Percentages are of coverage points. Exits with 1 if fewer ran than\n"
		"--fail-under wants, and with 2 if the recording cannot be read.",
	.options = options,
	.run = cmd_report_main,
};
