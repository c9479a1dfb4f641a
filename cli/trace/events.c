// SPDX-License-Identifier: MIT
#include "events.h"

#include "../base/array.h"

#include <string.h>

/* What was recorded: in the buffer, which is emptied next and may be changed. */
struct segment {
	uint64_t *records;
	size_t n;
	bool is_full;
};

static struct segment read_buffer(const struct events *events, const struct task *task)
{
	struct kcov_records records;

	if (kcov_records(task->device->kcov, events->mode, &records))
		return (struct segment){ 0 };
	return (struct segment){ (uint64_t *)records.records, records.count, records.full };
}

size_t events_count(const struct events *events, const struct task *task)
{
	return read_buffer(events, task).n;
}

/* Since the last stop, without what ptrace ran. */
static struct segment read_segment(const struct events *events, const struct task *task)
{
	const struct noise *noise = events->noise;
	const struct kcov_record_kind *kind = kcov_record_kind(events->mode);
	struct segment segment = read_buffer(events, task);
	size_t head;

	if (!noise)
		return segment;
	head = noise_head(noise, segment.records, segment.n);
	segment.records += head * kind->words;
	segment.n -= head;
	/* The way into the stop is behind what there was room for. */
	if (!segment.is_full)
		segment.n = noise_cut_tail(noise, segment.records, segment.n);
	return segment;
}

void events_hold(struct events *events, struct task *task)
{
	const size_t words = kcov_record_kind(events->mode)->words;
	struct held *held = &task->held;
	struct segment segment;

	if (!task->device)
		return;
	segment = read_segment(events, task);
	if (array_reserve_sized(held, segment.n, words * sizeof(*held->at))) {
		memcpy(held->at + held->n * words, segment.records,
		       segment.n * words * sizeof(*held->at));
		held->n += segment.n;
	} else {
		held->is_full = true;
	}
	held->is_full |= segment.is_full;
	kcov_reset(task->device->kcov);
}

void events_forget(struct task *task)
{
	task->held.n = 0;
	task->held.is_full = false;
	if (task->device)
		kcov_reset(task->device->kcov);
	clock_gettime(CLOCK_REALTIME, &task->start);
}

static void count(struct totals *totals, const struct event *event)
{
	totals->calls += event->kind == EVENT_CALL;
	totals->between += event->kind == EVENT_BETWEEN;
	totals->exits += event->kind == EVENT_EXIT;
	totals->full_events += event->records.full;
}

void events_pass(struct events *events, const struct event *event)
{
	if (!events->err)
		events->err = events->sink->event(events->sink->context, event);
}

void events_tell(struct events *events, struct task *task, struct event *event)
{
	struct segment segment = { 0 };

	if (task->device && task->held.n) {
		events_hold(events, task);
		segment = (struct segment){ task->held.at, task->held.n, false };
	} else if (task->device) {
		segment = read_segment(events, task);
	}
	segment.is_full |= task->held.is_full;
	event->records = (struct kcov_records){ .kind = kcov_record_kind(events->mode),
						.records = segment.records,
						.count = segment.n,
						.full = segment.is_full };
	event->is_covered = task->device;
	event->pid = task->pid;
	event->tid = task->tid;
	event->start = task->start;
	memcpy(event->comm, task->comm, sizeof(event->comm));
	if (event->kind != EVENT_BETWEEN || segment.n || segment.is_full) {
		count(events->totals, event);
		events_pass(events, event);
	}
	events_forget(task);
}

void events_enter_call(struct events *events, struct task *task,
		       const struct __ptrace_syscall_info *info)
{
	const char *name;

	task->entry = *info;
	task->is_in_call = true;
	task->syscall = NULL;
	if (!events || !events->parameters)
		return;
	name = calls_name(events->names, info->arch, info->entry.nr);
	task->syscall = parameters_find(events->parameters, info->arch, name);
	arguments_read(&task->arguments, task->tid, task->syscall, task->entry.entry.args);
}

void events_set_call(struct events *events, const struct task *task, struct event *event)
{
	event->has_call = true;
	event->arch = task->entry.arch;
	event->number = task->entry.entry.nr;
	event->arch_name = calls_arch_name(event->arch);
	event->name = calls_name(events->names, event->arch, event->number);
	memcpy(event->args, task->entry.entry.args, sizeof(event->args));
	event->syscall = task->syscall;
	event->texts = task->arguments.texts;
	event->n_texts = task->syscall ? task->arguments.n : 0;
}
