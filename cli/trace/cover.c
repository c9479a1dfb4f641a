// SPDX-License-Identifier: MIT
#include "cover.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum {
	/* Of what fills its buffer, the next one is larger, up to so many entries. */
	MAX_CAPACITY = 1 << 24,
};

void cover_fail(struct cover *cover, const struct task *task, const char *what, const char *why)
{
	const struct event event = { .kind = EVENT_NOT_COVERED,
				     .pid = task->pid,
				     .tid = task->tid,
				     .what = what,
				     .why = why };

	cover->totals->not_covered++;
	if (cover->drainer)
		drainer_tell(cover->drainer, &event);
	else
		events_pass(cover->events, &event);
}

void cover_miss(struct cover *cover, const struct task *task, const char *what, const char *why)
{
	cover->totals->tasks++;
	cover_fail(cover, task, what, why);
}

void cover_leave(struct cover *cover, const struct task *task, const char *what, const char *why)
{
	struct totals *totals = cover->totals;

	if (totals->left++)
		return;
	totals->first_left.tid = task->tid;
	totals->first_left.what = what;
	totals->first_left.why = why;
}

static struct attach_task describe(const struct cover *cover, const struct task *task,
				   bool is_group_stop)
{
	return (struct attach_task){ .tid = task->tid,
				     .pid = task->pid,
				     .options = cover->options,
				     .is_group_stop = is_group_stop };
}

static int begin_records(struct cover *cover, struct task *task)
{
	clock_gettime(CLOCK_REALTIME, &task->start);
	if (cover->drainer)
		return drainer_add(cover->drainer, task);
	return kcov_reset(task->device->kcov);
}

void cover_begin(struct cover *cover, struct task *task)
{
	int err = begin_records(cover, task);

	if (err)
		cover_fail(cover, task, "make room for its records", strerrordesc_np(-err));
}

/* What is left of it is taken out. */
static void end_stream(struct cover *cover, struct task *task)
{
	drainer_remove(cover->drainer, task);
	if (task->doubts & KCOV_DRAIN_FULL)
		cover->totals->full++;
	else if (task->doubts)
		cover->totals->uncertain++;
	task->doubts = 0;
}

void cover_end(struct cover *cover, struct task *task)
{
	struct device *device = task->device;

	if (!device)
		return;
	if (cover->drainer)
		end_stream(cover, task);
	task->device = NULL;
	devices_give(cover->devices, device);
}

void cover_task(struct cover *cover, struct task *task, size_t capacity, bool is_group_stop,
		struct attach_outcome *ret)
{
	const struct attach_task at = describe(cover, task, is_group_stop);
	struct device *device;
	int err = devices_take(cover->devices, capacity, &device);

	*ret = (struct attach_outcome){ .what = "open a device for it",
					.why = kcov_strerror(KCOV_CALL_OPEN, err),
					.error = err };
	if (!err)
		err = attach(&at, device->kcov, cover->mode, ret);
	else
		device = NULL;
	if (!err) {
		task->device = device;
		err = begin_records(cover, task);
		ret->what = "make room for its records";
		ret->why = strerrordesc_np(-err);
	}
	if (!err)
		return;
	task->device = NULL;
	/* It is the task's until that dies, if it got as far as that. */
	if (device && ret->error && !ret->is_stuck &&
	    (!ret->is_lost || ret->is_dying || ret->is_gone))
		devices_give(cover->devices, device);
	cover_fail(cover, task, ret->what, ret->why);
}

bool cover_grow(struct cover *cover, struct task *task, struct attach_outcome *ret)
{
	const size_t capacity = 4 * task->device->capacity;
	const struct attach_task at = describe(cover, task, false);
	struct device *larger;

	/* Unless there is one, the task keeps what it has. */
	if (capacity > MAX_CAPACITY || devices_take(cover->devices, capacity, &larger))
		return false;
	devices_give(cover->devices, larger);
	if (detach(&at, task->device->kcov, ret))
		return ret->is_gone || ret->is_dying;
	cover_end(cover, task);
	cover_task(cover, task, capacity, false, ret);
	return true;
}

bool cover_stop(struct cover *cover, struct task *task, bool is_group_stop,
		struct attach_outcome *ret)
{
	const struct attach_task at = describe(cover, task, is_group_stop);

	if (!task->device)
		return false;
	if (cover->drainer)
		end_stream(cover, task);
	if (!detach(&at, task->device->kcov, ret))
		return false;
	if (ret->is_gone || ret->is_dying)
		return true;
	/* Who was killed will say so. */
	if (!ret->is_lost)
		cover_leave(cover, task, ret->what, ret->why);
	return false;
}
