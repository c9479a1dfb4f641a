// SPDX-License-Identifier: MIT
#include "all-points.h"
#include "call-program.h"
#include "cmd.h"
#include "open-symbolizer.h"
#include "remote.h"
#include "render/formats.h"
#include "run.h"
#include "trace/arch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	/* PCs, of 8 bytes; a quarter as many comparisons. `cat` of a small file makes 20,000 in
	 * all, 20 times that on a cold cache; a call rarely some thousands. */
	FAST_CAPACITY = 4 << 20,
	CALLS_CAPACITY = 128 << 10,
	/* So that, however fast it records, it is some milliseconds' worth. */
	WHOLE_CAPACITY = 256 << 10,
};

enum {
	KEY_ATTACH = 256,
	KEY_BY_SYSCALL,
	KEY_FAST,
	KEY_NO_FOLLOW,
	KEY_SECCOMP_BPF,
	KEY_SYMBOLIZE,
};

static void describe_formats(char *room, size_t size)
{
	char names[128];

	formats_name(0, "or", names, sizeof(names));
	snprintf(room, size, "%s; default: %s", names, formats_find(NULL)->name);
}

static const struct cmd_option options[] = {
	{ 'm', "mode", "pc|cmp", "what to record: PCs (default) or comparisons" },
	{ 'f', "format", "FORMAT", NULL, describe_formats },
	{ 'o', "output", "FILE", "write the report to FILE, not to standard error" },
	{ 'S', "per-syscall", NULL, "a block for each system call, in their order" },
	{ KEY_BY_SYSCALL, "by-syscall", NULL, "a block for all calls of a name" },
	{ 'e', "expr", "EXPR", "only these calls, as strace's -e: trace=open,%network,!read" },
	{ KEY_SECCOMP_BPF, "seccomp-bpf", NULL, "with -e: stop at no other calls" },
	{ KEY_SYMBOLIZE, "symbolize", NULL, "with -f json: functions and lines, too" },
	{ KEY_ATTACH, "attach", "PID", "instead of a command: a process, until its end or Ctrl-C" },
	{ KEY_NO_FOLLOW, "no-follow", NULL, "the first thread only" },
	{ KEY_FAST, "fast", NULL, "the first thread only, untraced, into one large buffer" },
	{ 'c', "capacity", "N[K|M]", "room for so many entries in each task's buffer" },
	{ 'v', "vmlinux", "FILE", "the image of the running kernel, with DWARF" },
	{ 'M', "module", "FILE", "the file of a module, with DWARF; may be given again" },
	IMAGES_DEBUGINFOD,
	{ 'p', "points", NULL, "show how many coverage points there are to each line, too" },
	{ 'r', "remote", "HANDLE", "record what reports to it, too: common, usb:1, 0x..." },
	{ 'd', "device", "FILE", "the kcov device (default " KCOV_DEFAULT_PATH ")" },
	{ 0 },
};

/* Whether each system call is wanted by itself. */
static bool is_by_call(const struct run *run)
{
	return !run->is_fast && !run->by_syscall &&
	       (run->per_syscall || (run->format->can & FORMAT_CALLS));
}

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

static int take_format(const struct cmd *cmd, const char *name, struct run *run)
{
	char names[256];

	run->format = formats_find(name);
	if (run->format)
		return 0;
	formats_name(0, "or", names, sizeof(names));
	return cmd_usage_error(cmd, "no such format: %s: %s", name, names);
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

static int take_filter(const struct cmd *cmd, const char *text, struct run *run)
{
	char why[512];

	if (call_filter_parse(text, why, sizeof(why), &run->filter))
		return cmd_usage_error(cmd, "-e %s: %s", text, why);
	run->has_filter = true;
	return 0;
}

static int take_pid(const struct cmd *cmd, const char *text, struct run *run)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || pid < 1 || pid > INT_MAX)
		return cmd_usage_error(cmd, "not a process id: %s", text);
	run->pid = (pid_t)pid;
	return 0;
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct run *run = context;

	switch (key) {
	case 'm':
		return cmd_take_mode(cmd, arg, &run->mode);
	case 'f':
		return take_format(cmd, arg, run);
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
	case 'S':
		run->per_syscall = true;
		break;
	case 'e':
		return take_filter(cmd, arg, run);
	case KEY_ATTACH:
		return take_pid(cmd, arg, run);
	case KEY_BY_SYSCALL:
		run->by_syscall = true;
		break;
	case KEY_SECCOMP_BPF:
		run->by_seccomp = true;
		break;
	case KEY_SYMBOLIZE:
		run->with_frames = true;
		break;
	case KEY_NO_FOLLOW:
		run->no_follow = true;
		break;
	case KEY_FAST:
		run->is_fast = true;
		break;
	default:
		return images_take(&run->images, key, arg) ? EXIT_RUN_FAILED : 0;
	}
	return 0;
}

/* Entries of a task's buffer. */
static size_t capacity_of(const struct run *run)
{
	const size_t pcs = run->is_fast      ? FAST_CAPACITY
			   : is_by_call(run) ? CALLS_CAPACITY
					     : WHOLE_CAPACITY;

	if (run->capacity)
		return run->capacity;
	return run->mode == KCOV_MODE_CMP && !run->is_fast ? pcs / KCOV_CMP_WORDS : pcs;
}

/* The remote one is owned before anything is forked: that carries its common handle. */
static int open_devices(struct run *run, struct run_session *session)
{
	struct devices *devices = &session->devices;
	int err;

	devices->opts = (struct kcov_opts){
		.size = sizeof(devices->opts),
		.path = run->device,
		.capacity = capacity_of(run),
		.mode = run->mode,
	};
	devices->may_shrink = !run->capacity;
	devices->is_drained = !run->is_fast && !is_by_call(run);
	/* The first one alone executes a program for sure, which is the longest of calls. */
	err = devices_take(
		devices, run->capacity || run->is_fast || run->pid ? 0 : 4 * devices->opts.capacity,
		&session->device);
	if (!err)
		return remote_listen(&run->remote, &devices->opts);
	error_tell("cannot open %s: %s", run->device, kcov_strerror(KCOV_CALL_OPEN, err));
	return EXIT_RUN_FAILED;
}

/* Where symbols are only nice to have: to tell what ptrace runs, and where PCs are. */
static void open_nice_symbols(struct run_session *session)
{
	struct kcov_symbolize_error *error = NULL;

	if (!kcov_symbolizer_open_kernel(NULL, &error, &session->places.symbolizer))
		return;
	error_tell("%s: so what being traced runs is not told from the rest",
		  kcov_symbolize_error_message(error));
	kcov_symbolize_error_free(error);
}

/* Before the command runs: a wrong vmlinux must not cost a run. */
static int open_symbols(struct run_session *session)
{
	const struct run *run = session->run;
	const struct images *images = &run->images;

	if ((run->format->can & FORMAT_SYMBOLS) || run->with_frames || run->by_syscall ||
	    images->vmlinux || images->modules.n || images->debuginfod)
		return open_kernel_symbolizer(images, " (or take -f raw, which needs no symbols)",
					      &session->places.symbolizer)
			       ? EXIT_RUN_FAILED
			       : 0;
	if (!run->is_fast)
		open_nice_symbols(session);
	return 0;
}

/* A report against nothing would say nothing. */
static int check_points(const struct run_session *session)
{
	const struct run *run = session->run;
	struct kcov_symbolizer *symbolizer = session->places.symbolizer;
	uint64_t pc;
	int n;

	if (!run->with_points)
		return 0;
	n = kcov_symbolizer_points(symbolizer, NULL, points_kind(run->mode), 0, &pc, 1);
	if (n > 0)
		return 0;
	error_tell("%s: cannot tell its coverage points, which --points shows: %s",
		  kcov_symbolizer_path(symbolizer), points_cause(symbolizer, NULL, run->mode, n));
	return EXIT_RUN_FAILED;
}

/* A copy of standard error is the report's own: closing it tells what went wrong. */
static int open_output(struct run_session *session)
{
	const char *output = session->run->output;
	int fd;

	if (output)
		fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	session->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (session->out)
		return 0;
	error_tell("cannot open %s: %m", output ? output : "standard error");
	if (fd >= 0)
		close(fd);
	return EXIT_RUN_FAILED;
}

/* Of descriptors: each task has one here. The program has its own limit already. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int start(struct run_session *session)
{
	const struct run *run = session->run;
	char *file;
	int err;

	if (run->pid) {
		/* Its threads take theirs when they are there. */
		devices_give(&session->devices, session->device);
		raise_limit();
		return 0;
	}
	err = first_thread_find(run->argv[0], &file);
	if (err)
		return run_failed(run, FIRST_THREAD_EXEC, err);
	if (run->by_seccomp && call_program_make(&run->filter, &session->filter)) {
		free(file);
		return run_failed(run, FIRST_THREAD_FILTER, -ENOMEM);
	}
	session->thread.is_followed = !run->is_fast;
	session->thread.filter = run->by_seccomp ? &session->filter : NULL;
	err = first_thread_start(session->device->kcov, run->remote.kcov, run->mode, file,
				 run->argv, &session->thread);
	free(file);
	if (!err)
		raise_limit();
	return err ? run_failed(run, FIRST_THREAD_WAIT, err) : 0;
}

static int run_in_its_way(struct run_session *session)
{
	const struct run *run = session->run;
	run_way *way = run->is_fast ? run_fast : is_by_call(run) ? run_calls : run_whole;

	/* What was set going so far was kcovctl's. */
	if (run->remote.kcov)
		kcov_reset(run->remote.kcov);
	return way(session);
}

/* The child waits while everything that can fail is tried. */
static int run_covered(struct run_session *session)
{
	int status = start(session);

	if (status)
		return status;
	status = open_symbols(session);
	run_look_for_modules(session);
	if (!status)
		status = check_points(session);
	if (!status)
		status = open_output(session);
	if (status)
		run_cancel(session);
	else
		status = run_in_its_way(session);
	if (session->out)
		fclose(session->out);
	denominators_fini(&session->denominators);
	places_fini(&session->places);
	kcov_symbolizer_close(session->places.symbolizer);
	return status;
}

static int run_on_devices(struct run *run)
{
	struct run_session session = { .run = run };
	int status = open_devices(run, &session);

	if (!status)
		status = run_covered(&session);
	remote_close(&run->remote);
	call_program_free(&session.filter);
	devices_fini(&session.devices);
	return status;
}

static int check_attach(const struct cmd *cmd, const struct run *run)
{
	if (run->argv[0])
		return cmd_usage_error(cmd, "%s or --attach: which of them?", run->argv[0]);
	if (run->is_fast)
		return cmd_usage_error(cmd, "--fast is for commands: a process has to be traced");
	if (run->by_seccomp)
		return cmd_usage_error(cmd, "--seccomp-bpf is for commands: a process has its "
					    "filters already");
	if (run->remote.common_handle)
		return cmd_usage_error(cmd, "-r common is for commands: who is forked has it");
	if (!arch_can_inject) {
		error_tell("tasks cannot be followed on this architecture, as --attach has to");
		return EXIT_RUN_FAILED;
	}
	return 0;
}

/* Whether something is asked for that is known of each call. */
static bool sees_calls(const struct run *run)
{
	return run->by_syscall || run->per_syscall || run->has_filter || run->with_frames;
}

/* 0, or the status to exit with: what --fast refuses is refused here, too. */
static int fall_back(struct run *run)
{
	if (sees_calls(run)) {
		error_tell("tasks cannot be followed on this architecture, as --per-syscall, "
			  "--by-syscall, -e and --symbolize have to: do without them");
		return EXIT_RUN_FAILED;
	}
	error_tell("tasks cannot be followed on this architecture: the first thread only, as with "
		  "--fast");
	run->is_fast = true;
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

/* What does not go together. 0, or the status to exit with. */
static int check(const struct cmd *cmd, struct run *run)
{
	int status;

	if (!run->pid && !run->argv[0])
		return cmd_usage_error(cmd, "which command is to run?");
	status = run->pid ? check_attach(cmd, run) : 0;
	if (status)
		return status;
	status = run->with_points ? check_format(cmd, run, FORMAT_POINTS, "--points") : 0;
	if (!status && run->with_frames)
		status = check_format(cmd, run, FORMAT_FRAMES, "--symbolize");
	if (status)
		return status;
	if (run->by_syscall && run->mode != KCOV_MODE_PC)
		return cmd_usage_error(cmd, "--by-syscall is for PCs: calls begin at some of them");
	if (run->by_syscall && run->per_syscall)
		return cmd_usage_error(cmd, "--by-syscall or --per-syscall: which of them?");
	status = run->by_syscall ? check_format(cmd, run, FORMAT_BY_SYSCALL, "--by-syscall") : 0;
	if (status)
		return status;
	if (run->by_syscall && run->with_frames)
		return cmd_usage_error(cmd, "--symbolize is for calls one by one, not "
					    "--by-syscall");
	if (run->is_fast && sees_calls(run))
		return cmd_usage_error(cmd, "--fast does not see system calls");
	if (run->has_filter && !is_by_call(run))
		return cmd_usage_error(cmd, "-e needs --per-syscall or -f json");
	if (run->by_seccomp && !run->has_filter)
		return cmd_usage_error(cmd, "--seccomp-bpf needs -e");
	if (run->by_seccomp && run->no_follow)
		return cmd_usage_error(cmd,
				       "--seccomp-bpf or --no-follow: children have the filter, "
				       "and fail where nobody follows them");
	return run->is_fast || arch_can_inject ? 0 : fall_back(run);
}

/* What a report is about. */
static int name_command(struct run *run)
{
	char path[32], comm[64] = "";
	FILE *file;

	if (run->pid) {
		snprintf(path, sizeof(path), "/proc/%d/comm", (int)run->pid);
		file = fopen(path, "re");
		if (!file)
			return run_attach_failed(run, -ESRCH);
		if (fgets(comm, sizeof(comm), file))
			comm[strcspn(comm, "\n")] = '\0';
		fclose(file);
	}
	run->command = strdup(run->pid ? comm : run->argv[0]);
	return run->command ? 0 : run_failed(run, FIRST_THREAD_WAIT, -ENOMEM);
}

static int cmd_run_main(const struct cmd *cmd, int argc, char **argv)
{
	struct run run = {
		.mode = KCOV_MODE_PC,
		.format = formats_find(NULL),
		.device = KCOV_DEFAULT_PATH,
	};
	int status = cmd_parse(cmd, argc, argv, take_option, &run);

	run.argv = argv + optind;
	if (status == CMD_GO_ON) {
		status = check(cmd, &run);
		if (!status)
			status = name_command(&run);
		if (!status)
			status = run_on_devices(&run);
	}
	free(run.command);
	images_fini(&run.images);
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
