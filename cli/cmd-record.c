// SPDX-License-Identifier: MIT
#include "run-options.h"
#include "run/session.h"
#include "store/run-rows.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_APPEND = KEY_OWN,
	KEY_NAME,
	KEY_KEEP,
	KEY_MAX_SIZE,
	KEY_REPEAT,
};

static const struct cmd_option options[] = {
	{ 'o', "output", "FILE", "the recording (default " RECORDING_DEFAULT ")" },
	{ KEY_APPEND, "append", NULL, "add the run to a recording that is there" },
	{ KEY_NAME, "name", "NAME", "what the run is called (default: the command)" },
	{ KEY_KEEP, "keep", "HOW",
	  "order, sets or totals: all in their order, what each call ran, or how often each came" },
	{ KEY_MAX_SIZE, "max-size", "N[K|M|G]", "once the file is that large, keep totals only" },
	{ KEY_REPEAT, "repeat", "N", "run CMD so often, each time as a run of its own" },
	{ 'S', "per-syscall", NULL, "each system call, with its arguments and result" },
	RUN_OPTION_MODE,
	RUN_OPTION_CALLS,
	RUN_OPTION_RAW_ARGS,
	RUN_OPTIONS,
	{ 0 },
};

struct record {
	struct run run;
	struct run_recording recording;
	bool has_keep;
	/* How often it is run; 0: once. */
	unsigned int repeats;
};

static int take_keep(const struct cmd *cmd, const char *arg, struct record *record)
{
	static const struct {
		const char *name;
		enum recorder_keep keep;
	} keeps[] = {
		{ "order", RECORDER_ORDER },
		{ "sets", RECORDER_SETS },
		{ "totals", RECORDER_TOTALS },
	};

	for (size_t i = 0; i < sizeof(keeps) / sizeof(keeps[0]); i++) {
		if (strcmp(keeps[i].name, arg) != 0)
			continue;
		record->recording.keep = keeps[i].keep;
		record->has_keep = true;
		return 0;
	}
	return cmd_usage_error(cmd, "--keep %s: order, sets or totals", arg);
}

/* In bytes; K, M and G are 2^10, 2^20 and 2^30. */
static int take_size(const struct cmd *cmd, const char *arg, uint64_t *ret)
{
	static const char units[] = "KMG";
	const char *unit;
	char *end;
	unsigned int shift = 0;

	errno = 0;
	*ret = strtoull(arg, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (unsigned int)(unit - units + 1);
		end++;
	}
	if (arg[0] < '0' || arg[0] > '9' || *end || errno || !*ret ||
	    *ret > (uint64_t)INT64_MAX >> shift)
		return cmd_usage_error(cmd, "--max-size %s: not a size: 500M, 2G", arg);
	*ret <<= shift;
	return 0;
}

static int take_repeats(const struct cmd *cmd, const char *arg, unsigned int *ret)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (arg[0] < '0' || arg[0] > '9' || *end || !n || n > 1000000)
		return cmd_usage_error(cmd, "--repeat %s: not a number from 1 on", arg);
	*ret = (unsigned int)n;
	return 0;
}

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
		return take_keep(cmd, arg, record);
	case KEY_MAX_SIZE:
		return take_size(cmd, arg, &record->recording.max_size);
	case KEY_REPEAT:
		return take_repeats(cmd, arg, &record->repeats);
	default:
		return run_options_take(cmd, key, arg, &record->run);
	}
	return 0;
}

static int check(const struct cmd *cmd, struct record *record)
{
	int status = run_options_check(cmd, &record->run);

	if (!status)
		status = run_options_check_calls(cmd, &record->run, "");
	if (!status && record->repeats && record->run.pid)
		status = cmd_usage_error(cmd, "--repeat is for commands: a process runs once");
	return status;
}

/* kcovctl's own, or the command's that exits as kcovctl would. */
static bool is_failure(int status)
{
	return status >= EXIT_RUN_FAILED && status <= EXIT_NOT_FOUND;
}

/* Whatever is wrong with the command, it is run again; what cannot be run is not. */
static int run_often(struct record *record)
{
	struct run_recording *recording = &record->recording;
	char series[64];
	int status = 0, failed = 0;

	if (!record->repeats)
		return session_run(&record->run);
	run_rows_uuid(series, sizeof(series));
	recording->series = series;
	if (!record->has_keep)
		recording->keep = RECORDER_TOTALS;
	for (unsigned int i = 1; i <= record->repeats && !is_failure(status); i++) {
		recording->repeat = i;
		status = session_run(&record->run);
		failed = failed ? failed : status;
		recording->is_added = true;
	}
	return is_failure(status) ? status : failed;
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
		status = check(cmd, &record);
		if (!status)
			status = run_often(&record);
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
