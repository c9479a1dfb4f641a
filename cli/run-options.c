// SPDX-License-Identifier: MIT
#include "run-options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

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

int run_options_take(const struct cmd *cmd, int key, const char *arg, struct run *run)
{
	switch (key) {
	case 'm':
		return cmd_take_mode(cmd, arg, &run->mode);
	case 'c':
		if (!parse_capacity(arg, &run->capacity))
			return cmd_usage_error(
				cmd, "not a capacity: %s: a number of entries, as 64K", arg);
		break;
	case 'r':
		return take_remote(cmd, run, arg);
	case 'd':
		run->device = arg;
		break;
	case 'S':
		run->per_syscall = true;
		break;
	case 'e':
		return take_filter(cmd, arg, run);
	case KEY_ATTACH:
		return take_pid(cmd, arg, run);
	case KEY_SECCOMP_BPF:
		run->by_seccomp = true;
		break;
	case KEY_RAW_ARGS:
		run->with_raw_args = true;
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

bool run_options_see_calls(const struct run *run)
{
	return run->by_syscall || run->per_syscall || run->has_filter || run->with_frames ||
	       run->with_raw_args;
}

/* 0, or the status to exit with: what --fast refuses is refused here, too. */
static int fall_back(struct run *run)
{
	if (run_options_see_calls(run)) {
		error_tell("tasks cannot be followed on this architecture, as --per-syscall, "
			   "--by-syscall, -e and --symbolize have to: do without them");
		return EXIT_RUN_FAILED;
	}
	error_tell("tasks cannot be followed on this architecture: the first thread only, as with "
		   "--fast");
	run->is_fast = true;
	return 0;
}

int run_options_check(const struct cmd *cmd, const struct run *run)
{
	if (!run->pid && !run->argv[0])
		return cmd_usage_error(cmd, "which command is to run?");
	return run->pid ? check_attach(cmd, run) : 0;
}

int run_options_check_calls(const struct cmd *cmd, struct run *run, const char *other)
{
	if (run->is_fast && run_options_see_calls(run))
		return cmd_usage_error(cmd, "--fast does not see system calls");
	if (run->has_filter && !run_is_by_call(run))
		return cmd_usage_error(cmd, "-e needs --per-syscall%s", other);
	if (run->with_raw_args && !run_is_by_call(run))
		return cmd_usage_error(cmd, "--raw-args needs --per-syscall%s", other);
	if (run->by_seccomp && !run->has_filter)
		return cmd_usage_error(cmd, "--seccomp-bpf needs -e");
	if (run->by_seccomp && run->no_follow)
		return cmd_usage_error(cmd,
				       "--seccomp-bpf or --no-follow: children have the filter, "
				       "and fail where nobody follows them");
	return run->is_fast || run_can_follow() ? 0 : fall_back(run);
}
