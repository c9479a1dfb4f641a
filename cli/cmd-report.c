// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "render/formats.h"
#include "render/table-text.h"
#include "report-events.h"
#include "run/summarize.h"
#include "store/query.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_BY = 256,
	KEY_RUN,
	KEY_IN,
	KEY_UNCOVERED,
	KEY_FAIL_UNDER,
	KEY_EVENTS,
	KEY_BY_SYSCALL,
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
	{ 'i', "input", "FILE", "the recording (default " RECORDING_DEFAULT ")" },
	{ KEY_BY, "by", "WHAT", "a row for each dir, subsystem, file, function, line or call" },
	{ 's', "sort", "COLUMN", "the rows that have most of it first" },
	{ 'e', "expr", "CALLS", "only what these system calls ran: openat,read" },
	{ KEY_RUN, "run", "NAME", "only runs of that name" },
	{ KEY_IN, "in", "PATTERN", "only these files: 'fs/ext4/*'" },
	{ KEY_UNCOVERED, "uncovered", NULL, "what did not run, most of it first" },
	{ KEY_EVENTS, "events", NULL, "what each run did, in a format of kcovctl run" },
	{ KEY_BY_SYSCALL, "by-syscall", NULL, "with --events: a block for all calls of a name" },
	{ 'f', "format", "FORMAT", NULL, describe_formats },
	{ 'o', "output", "FILE", "write it to FILE, not to standard output" },
	{ KEY_FAIL_UNDER, "fail-under", "PERCENT", "exit with 1 if fewer of the points ran" },
	{ 0 },
};

struct report_options {
	const char *input;
	const char *output;
	struct query query;
	struct query_selection selection;
	/* The names of -e, and what they are in. */
	const char **calls;
	char *text;
	/* NULL: as people read it. */
	const char *format;
	void (*write)(const struct table *table, FILE *out);
	double fail_under;
	/* What each run did, and nothing else. */
	bool has_events;
	struct report_events events;
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

/* Names with commas between. */
static int take_calls(const struct cmd *cmd, const char *arg, struct report_options *ret)
{
	size_t n = 1;

	for (const char *at = arg; *at; at++)
		n += *at == ',';
	free(ret->text);
	free(ret->calls);
	ret->text = strdup(arg);
	ret->calls = calloc(n + 1, sizeof(*ret->calls));
	if (!ret->text || !ret->calls) {
		error_tell("out of memory");
		return EXIT_FAILED;
	}
	n = 0;
	for (char *next, *name = strtok_r(ret->text, ",", &next); name;
	     name = strtok_r(NULL, ",", &next))
		ret->calls[n++] = name;
	if (!n)
		return cmd_usage_error(cmd, "-e %s: which system calls?", arg);
	ret->selection.calls = ret->calls;
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

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct report_options *taken = context;

	switch (key) {
	case 'i':
		taken->input = arg;
		break;
	case KEY_BY:
		if (!query_is_by(arg))
			return cmd_usage_error(cmd,
					       "--by %s: dir, subsystem, file, function, line or "
					       "call",
					       arg);
		taken->query.by = arg;
		break;
	case 's':
		taken->query.sort = arg;
		break;
	case 'e':
		return take_calls(cmd, arg, taken);
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
	case KEY_FAIL_UNDER:
		return take_percent(cmd, arg, &taken->fail_under);
	}
	return 0;
}

static int check(const struct cmd *cmd, struct report_options *taken)
{
	const struct query *query = &taken->query;
	int status = taken->has_events ? find_event_format(cmd, taken) : find_format(cmd, taken);

	if (status)
		return status;
	/* A summary is for people. */
	if (!taken->has_events && !query->by && taken->write != table_write_text)
		taken->query.by = "dir";
	if (taken->events.is_by_syscall && !taken->has_events)
		return cmd_usage_error(cmd, "--by-syscall is for --events; --by call is a row for "
					    "each");
	if (taken->has_events && (query->by || query->in || query->is_uncovered ||
				  taken->selection.calls || taken->fail_under > 0))
		return cmd_usage_error(cmd, "--events shows all of a run: only --run goes with it");
	if (query->sort && !query->by)
		return cmd_usage_error(cmd, "-s sorts the rows of --by");
	if (query->sort && !query_can_sort(query->by, query->sort))
		return cmd_usage_error(cmd, "-s %s: --by %s has no such column", query->sort,
				       query->by);
	if (query->is_uncovered && query->by && !query_knows_uncovered(query->by))
		return cmd_usage_error(cmd, "--uncovered is for --by dir, subsystem, file and "
					    "function");
	return 0;
}

/* Whatever is asked for, or a summary of all of it. 0 or -1, told. */
static int write_report(const struct recording *recording, const struct report_options *taken,
			FILE *out)
{
	struct table table;

	if (!taken->query.by)
		return summarize(recording, taken->query.in, NULL, out);
	if (query_table(recording, &taken->query, &table))
		return -1;
	taken->write(&table, out);
	table_fini(&table);
	return 0;
}

/* Whether there is what it is to be about. 0 or -1, told. */
static int select_runs(const struct recording *recording, const struct report_options *taken)
{
	const char *name = taken->selection.run;
	struct run_summaries runs;
	size_t n;

	if (query_select(recording, &taken->selection) || query_runs(recording, &runs))
		return -1;
	n = runs.n;
	run_summaries_fini(&runs);
	if (!n && name)
		error_tell("%s: no run is called %s", taken->input, name);
	else if (!n)
		error_tell("%s: no run has begun in it: kcovctl was killed before that",
			   taken->input);
	return n ? 0 : -1;
}

static int write_events(const struct recording *recording, const struct report_options *taken,
			FILE *out)
{
	struct report_events events = taken->events;

	events.out = out;
	events.output = taken->output ? taken->output : "standard output";
	return report_events(recording, &events) ? EXIT_USAGE : 0;
}

static int report(const struct recording *recording, const struct report_options *taken, FILE *out)
{
	struct point_sum sum;

	if (select_runs(recording, taken))
		return EXIT_USAGE;
	if (taken->has_events)
		return write_events(recording, taken, out);
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

static int write_to(const struct recording *recording, const struct report_options *taken)
{
	FILE *out = taken->output ? fopen(taken->output, "we") : stdout;
	int status;

	if (!out) {
		error_tell("cannot open %s: %m", taken->output);
		return EXIT_USAGE;
	}
	status = report(recording, taken, out);
	if (out == stdout)
		return status;
	if (fflush(out) || ferror(out)) {
		error_tell("cannot write %s: %m", taken->output);
		status = EXIT_USAGE;
	}
	fclose(out);
	return status;
}

static int cmd_report_main(const struct cmd *cmd, int argc, char **argv)
{
	struct report_options taken = { .input = RECORDING_DEFAULT };
	struct recording recording;
	int status = cmd_parse(cmd, argc, argv, take_option, &taken);

	if (status == CMD_GO_ON && optind < argc)
		status = cmd_usage_error(cmd, "what is %s? -i names a recording", argv[optind]);
	if (status == CMD_GO_ON)
		status = check(cmd, &taken);
	else
		taken.input = NULL;
	if (taken.input && !status) {
		status = recording_open(taken.input, &recording) ? EXIT_USAGE : 0;
		if (!status) {
			status = write_to(&recording, &taken);
			recording_close(&recording);
		}
	}
	free(taken.text);
	free(taken.calls);
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
