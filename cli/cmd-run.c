// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "run/session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void describe_symbolize(char *room, size_t size)
{
	char names[128];

	formats_name(FORMAT_FRAMES, "or", names, sizeof(names));
	snprintf(room, size, "with -f %s: functions and lines, too", names);
}

static const struct cmd_option options[] = {
	{ 'm', "mode", "MODE", "what to record", cmd_describe_modes },
	{ 'f', "format", "FORMAT", NULL, describe_formats },
	{ 'o', "output", "FILE", "write the report to FILE, not to standard error" },
	{ 'S', "per-syscall", NULL, "a block for each system call, in their order" },
	{ KEY_BY_SYSCALL, "by-syscall", NULL, "a block for all calls of a name" },
	{ 'e', "expr", "EXPR", "only these calls, as strace's -e: trace=open,%network,!read" },
	{ KEY_SECCOMP_BPF, "seccomp-bpf", NULL, "with -e: stop at no other calls" },
	{ KEY_SYMBOLIZE, "symbolize", NULL, NULL, describe_symbolize },
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
	if (!run_can_follow()) {
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

static int refuse_filter(const struct cmd *cmd)
{
	char names[256];

	formats_name(FORMAT_CALLS, "or", names, sizeof(names));
	return cmd_usage_error(cmd, "-e needs --per-syscall or -f %s", names);
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
	if (run->has_filter && !run_is_by_call(run))
		return refuse_filter(cmd);
	if (run->by_seccomp && !run->has_filter)
		return cmd_usage_error(cmd, "--seccomp-bpf needs -e");
	if (run->by_seccomp && run->no_follow)
		return cmd_usage_error(cmd,
				       "--seccomp-bpf or --no-follow: children have the filter, "
				       "and fail where nobody follows them");
	return run->is_fast || run_can_follow() ? 0 : fall_back(run);
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
			status = session_run(&run);
	}
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
