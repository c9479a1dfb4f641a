// SPDX-License-Identifier: MIT
#include "attach.h"

#include "hand-over.h"
#include "inject.h"

#include <errno.h>
#include <linux/kcov.h>
#include <string.h>
#include <sys/ioctl.h>

static int say(struct attach_outcome *outcome, const char *what, int error)
{
	/* The first one is the cause. */
	if (error && !outcome->error) {
		outcome->what = what;
		outcome->why = error == -ESRCH       ? "it was killed"
			       : error == -ETIMEDOUT ? "it does not run, as who is frozen "
						       "(cgroup.freeze)"
						     : strerrordesc_np(-error);
		outcome->error = error;
	}
	return error;
}

static int say_stop(struct attach_outcome *outcome, int error)
{
	say(outcome, "let it do system calls", error);
	if (error == -ENOEXEC)
		outcome->why = "it has no instruction that does any";
	else if (error == -EACCES)
		outcome->why = "its seccomp filter is in the way, and the kernel does not let us "
			       "suspend it (CONFIG_CHECKPOINT_RESTORE, CAP_SYS_ADMIN)";
	return error;
}

static void say_result(struct attach_outcome *outcome, bool is_enable, int error)
{
	if (outcome->error || !error)
		return;
	outcome->what = is_enable ? "enable coverage in it" : "disable coverage in it";
	outcome->why = kcov_strerror(is_enable ? KCOV_CALL_ENABLE : KCOV_CALL_DISABLE, error);
	outcome->error = error;
}

static int close_in_task(struct inject *inject, const struct handed *handed)
{
	int low = handed->fd, high = handed->other_fd, err;

	if (low > high) {
		low = handed->other_fd;
		high = handed->fd;
	}
	if (low < 0)
		low = high;
	if (high < 0)
		return 0;
	if (high - low > 1) {
		err = inject_close(inject, low, low);
		if (err)
			return err;
		low = high;
	}
	return inject_close(inject, low, high);
}

/* Have a task that can be made to do calls ask something of the device. */
static int ask(struct inject *inject, const struct attach_task *task, const struct kcov *kcov,
	       const uint64_t request[2], struct attach_outcome *outcome)
{
	struct handed handed;
	int err = hand_over(inject, task->pid, kcov_fd(kcov), &handed);
	long result = 0;

	if (!err)
		err = inject_call(
			inject, inject->abi->ioctl,
			(const uint64_t[6]){ (uint64_t)handed.fd, request[0], request[1] },
			&result);
	say(outcome, "hand it the device", err);
	say_result(outcome, request[0] == KCOV_ENABLE, (int)result);
	/* Of those that it got, if it got one only. */
	return say(outcome, "close descriptors in it",
		   inject->is_lost ? 0 : close_in_task(inject, &handed));
}

static int inject_request(const struct attach_task *task, const struct kcov *kcov,
			  const uint64_t request[2], struct attach_outcome *ret)
{
	struct attach_outcome outcome = { 0 };
	struct inject inject;
	int err = inject_begin(task->tid, task->options, task->is_group_stop, &inject);

	*ret = outcome;
	if (err)
		return say_stop(ret, err);
	err = ask(&inject, task, kcov, request, &outcome);
	if (!inject.is_lost)
		say(&outcome, "let it go on", inject_end(&inject));
	outcome.has_moved = true;
	outcome.is_stuck = inject.is_stuck;
	outcome.is_lost = inject.is_lost;
	outcome.is_dying = inject.is_dying;
	outcome.is_gone = inject.is_gone;
	outcome.status = inject.status;
	*ret = outcome;
	return outcome.error;
}

int attach(const struct attach_task *task, const struct kcov *kcov, enum kcov_mode mode,
	   struct attach_outcome *ret)
{
	return inject_request(task, kcov, (const uint64_t[2]){ KCOV_ENABLE, mode }, ret);
}

int detach(const struct attach_task *task, const struct kcov *kcov, struct attach_outcome *ret)
{
	return inject_request(task, kcov, (const uint64_t[2]){ KCOV_DISABLE, 0 }, ret);
}
