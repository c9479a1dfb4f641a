// SPDX-License-Identifier: MIT
#include "all-points.h"
#include "cmd.h"
#include "open-symbolizer.h"
#include "remote.h"
#include "render/report.h"
#include "trace/first-thread.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	/* 32 MiB. `cat` of a small file makes 20,000 PCs, 20 times that on a cold cache. */
	DEFAULT_CAPACITY = 4 << 20,
};

struct run {
	enum kcov_mode mode;
	const struct report_format *format;
	const char *output;
	struct images images;
	bool with_points;
	const char *device;
	size_t capacity;
	struct remote remote;
	char **argv;
};

static const struct cmd_option options[] = {
	{ 'm', "mode", "pc|cmp", "what to record: PCs (default) or comparisons" },
	{ 'f', "format", "FORMAT", "functions (default), trace, raw or json" },
	{ 'o', "output", "FILE", "write the report to FILE, not to standard error" },
	{ 'c', "capacity", "N[K|M]", "room for so many entries (default 4M)" },
	{ 'v', "vmlinux", "FILE", "the image of the running kernel, with DWARF" },
	{ 'M', "module", "FILE", "the file of a module, with DWARF; may be given again" },
	IMAGES_DEBUGINFOD,
	{ 'p', "points", NULL, "show how many coverage points there are to each line, too" },
	{ 'r', "remote", "HANDLE", "record what reports to it, too: common, usb:1, 0x..." },
	{ 'd', "device", "FILE", "the kcov device (default " KCOV_DEFAULT_PATH ")" },
	{ 0 },
};

static bool parse_capacity(const char *text, size_t *ret)
{
	unsigned long long n;
	unsigned int shift = 0;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (*end == 'K' || *end == 'M')
		shift = *end++ == 'K' ? 10 : 20;
	if (errno || *end || n == 0 || n > (SIZE_MAX >> shift))
		return false;
	*ret = (size_t)n << shift;
	return true;
}

static const struct report_format *find_format(const char *name)
{
	for (const struct report_format *format = report_formats; format->name; format++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}

static int take_remote(const struct cmd *cmd, struct run *run, const char *handle)
{
	int err = remote_add(&run->remote, handle);
	enum kcov_call call = err == -EMSGSIZE ? KCOV_CALL_ENABLE_REMOTE : KCOV_CALL_HANDLE;

	if (!err)
		return 0;
	if (err == -EEXIST)
		return cmd_usage_error(cmd, "%s: a device has one common handle", handle);
	return cmd_usage_error(cmd, "not a remote handle: %s: %s", handle,
			       kcov_strerror(call, err));
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct run *run = context;

	switch (key) {
	case 'm':
		return cmd_take_mode(cmd, arg, &run->mode);
	case 'f':
		run->format = find_format(arg);
		if (!run->format)
			return cmd_usage_error(
				cmd, "no such format: %s: functions, trace, raw or json", arg);
		break;
	case 'c':
		if (!parse_capacity(arg, &run->capacity))
			return cmd_usage_error(
				cmd, "not a capacity: %s: a number of entries, as 64K", arg);
		break;
	case 'o':
		run->output = arg;
		break;
	case 'r':
		return take_remote(cmd, run, arg);
	case 'd':
		run->device = arg;
		break;
	case 'p':
		run->with_points = true;
		break;
	default:
		return images_take(&run->images, key, arg) ? EXIT_RUN_FAILED : 0;
	}
	return 0;
}

/* The remote one first: what is forked from its owner carries its common handle. */
static int open_devices(struct run *run, struct kcov **ret)
{
	const struct kcov_opts opts = {
		.size = sizeof(opts),
		.path = run->device,
		.capacity = run->capacity,
		.mode = run->mode,
	};
	int err = kcov_open(&opts, ret);

	if (!err)
		return remote_listen(&run->remote, &opts);
	cmd_error("cannot open %s: %s", run->device, kcov_strerror(KCOV_CALL_OPEN, err));
	return EXIT_RUN_FAILED;
}

/* Before the command runs: a wrong vmlinux must not cost a run. */
static int open_symbols(const struct run *run, struct kcov_symbolizer **ret)
{
	const struct images *images = &run->images;

	if (!run->format->needs_symbols && !images->vmlinux && !images->n_modules)
		return 0;
	return open_kernel_symbolizer(images, " (or take -f raw, which needs no symbols)", ret)
		       ? EXIT_RUN_FAILED
		       : 0;
}

/* A report against nothing would say nothing. */
static int check_points(const struct run *run, const struct kcov_symbolizer *symbolizer)
{
	uint64_t pc;
	int n;

	if (!run->with_points)
		return 0;
	n = kcov_symbolizer_points(symbolizer, NULL, points_kind(run->mode), 0, &pc, 1);
	if (n > 0)
		return 0;
	cmd_error("%s: cannot tell its coverage points, which --points shows: %s",
		  kcov_symbolizer_path(symbolizer), points_cause(symbolizer, NULL, run->mode, n));
	return EXIT_RUN_FAILED;
}

/* A copy of standard error is the report's own: closing it tells what went wrong. */
static int open_output(const struct run *run, FILE **ret)
{
	int fd;

	if (run->output)
		fd = open(run->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	*ret = fd < 0 ? NULL : fdopen(fd, "w");
	if (*ret)
		return 0;
	cmd_error("cannot open %s: %m", run->output ? run->output : "standard error");
	if (fd >= 0)
		close(fd);
	return EXIT_RUN_FAILED;
}

static int run_failed(const char *command, enum first_thread_step step, int err)
{
	switch (step) {
	case FIRST_THREAD_EXEC:
		cmd_error("cannot run %s: %s", command, strerror(-err));
		return err == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC;
	case FIRST_THREAD_ENABLE:
		cmd_error("cannot record %s: %s", command, kcov_strerror(KCOV_CALL_ENABLE, err));
		return EXIT_RUN_FAILED;
	case FIRST_THREAD_WAIT:
		break;
	}
	cmd_error("cannot follow %s: %s", command, strerror(-err));
	return EXIT_RUN_FAILED;
}

static int start(const struct run *run, struct kcov *kcov, struct first_thread *ret)
{
	char *file;
	int err = first_thread_find(run->argv[0], &file);

	if (err)
		return run_failed(run->argv[0], FIRST_THREAD_EXEC, err);
	err = first_thread_start(kcov, run->remote.kcov, run->mode, file, run->argv, ret);
	free(file);
	return err ? run_failed(run->argv[0], FIRST_THREAD_WAIT, err) : 0;
}

static int wait_status_to_exit(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What the header of a text report says, where there is none on standard error. */
static void warn(const struct report *report)
{
	size_t damaged = report_count_damaged(report);

	if (!report_is_complete(report)) {
		fputs(report->handles ? "kcovctl: remote: " : "kcovctl: ", stderr);
		report_write_completeness(report, stderr);
		fputc('\n', stderr);
	}
	if (damaged)
		cmd_error("%zu records are no comparisons and left out: the buffer was overwritten",
			  damaged);
}

static int write_report(const struct run *run, struct report *report, FILE *out)
{
	const char *name = run->output ? run->output : "standard error";
	int err = run->format->write(report, out);

	if (err) {
		cmd_error("cannot write the report: %s",
			  report->error ? kcov_symbolize_error_message(report->error)
					: strerror(-err));
		kcov_symbolize_error_free(report->error);
		return EXIT_RUN_FAILED;
	}
	if (fflush(out) || ferror(out)) {
		cmd_error("cannot write the report to %s: %m", name);
		return EXIT_RUN_FAILED;
	}
	if (run->output || !run->format->needs_symbols)
		warn(report);
	return 0;
}

static void read_records(const struct kcov *kcov, struct report *report)
{
	if (report->mode == KCOV_MODE_CMP)
		kcov_cmps(kcov, &report->cmps);
	else
		kcov_pcs(kcov, &report->pcs);
}

static int write_remote_report(const struct run *run, const struct report *local, FILE *out)
{
	struct report report = {
		.command = local->command,
		.pid = local->pid,
		.mode = local->mode,
		.capacity = local->capacity,
		.symbolizer = local->symbolizer,
		.handles = run->remote.handles,
		.n_handles = run->remote.n_handles,
		.doubts = remote_wait(&run->remote),
		.with_points = run->with_points,
	};

	read_records(run->remote.kcov, &report);
	return write_report(run, &report, out);
}

static int record(const struct run *run, struct kcov *kcov, struct first_thread *thread,
		  struct kcov_symbolizer *symbolizer, FILE *out)
{
	struct report report = {
		.command = run->argv[0],
		.pid = thread->pid,
		.mode = run->mode,
		.capacity = kcov_capacity(kcov, run->mode),
		.symbolizer = symbolizer,
		.with_points = run->with_points,
	};
	enum first_thread_step step;
	int err, status;

	/* What was set going so far was kcovctl's. */
	if (run->remote.kcov)
		kcov_reset(run->remote.kcov);
	err = first_thread_go(thread, &step, &status);
	if (err)
		return run_failed(run->argv[0], step, err);
	read_records(kcov, &report);
	err = write_report(run, &report, out);
	if (!err && run->remote.kcov)
		err = write_remote_report(run, &report, out);
	return err ? err : wait_status_to_exit(status);
}

/* The child waits while everything that can fail is tried. */
static int run_covered(const struct run *run, struct kcov *kcov)
{
	struct kcov_symbolizer *symbolizer = NULL;
	struct first_thread thread;
	FILE *out = NULL;
	int status;

	status = start(run, kcov, &thread);
	if (status)
		return status;
	status = open_symbols(run, &symbolizer);
	if (!status)
		status = check_points(run, symbolizer);
	if (!status)
		status = open_output(run, &out);
	if (status)
		first_thread_cancel(&thread);
	else
		status = record(run, kcov, &thread, symbolizer, out);
	if (out)
		fclose(out);
	kcov_symbolizer_close(symbolizer);
	return status;
}

static int run_on_devices(struct run *run)
{
	struct kcov *kcov = NULL;
	int status = open_devices(run, &kcov);

	if (!status)
		status = run_covered(run, kcov);
	remote_close(&run->remote);
	kcov_close(kcov);
	return status;
}

static int cmd_run_main(const struct cmd *cmd, int argc, char **argv)
{
	struct run run = {
		.mode = KCOV_MODE_PC,
		.format = report_formats,
		.device = KCOV_DEFAULT_PATH,
		.capacity = DEFAULT_CAPACITY,
	};
	int status = cmd_parse(cmd, argc, argv, take_option, &run);

	run.argv = argv + optind;
	if (status == CMD_GO_ON && run.with_points && run.format->write != report_write_functions)
		status = cmd_usage_error(cmd, "--points is for the format functions only");
	if (status == CMD_GO_ON)
		status = run.argv[0] ? run_on_devices(&run)
				     : cmd_usage_error(cmd, "which command is to run?");
	images_fini(&run.images);
	return status;
}

const struct cmd cmd_run = {
	.name = "run",
	.args = "[OPTION...] [--] CMD [ARG...]",
	.summary = "run a command and show which kernel code it ran",
	.description =
		"Runs CMD and reports which kernel code its first thread ran, from exec to exit;\n"
		"other threads and children are not covered. CMD keeps its input, output and\n"
		"terminal signals. Exits with CMD's status (128+N if signal N killed it), 125 if\n"
		"coverage failed, 126 or 127 if CMD cannot be run or is not there.",
	.options = options,
	.run = cmd_run_main,
};
