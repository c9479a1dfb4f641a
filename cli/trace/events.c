// SPDX-License-Identifier: MIT
#include "events.h"

#include <stdlib.h>
#include <string.h>

/* What was recorded: in the buffer, which is emptied next and may be changed. */
struct segment {
	uint64_t *records;
	size_t n;
	bool is_full;
};

static size_t words_of(const struct events *events)
{
	return kcov_record_kind(events->mode)->words;
}

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

/* Room for n records more among those that are held. */
static bool make_room(struct task *task, size_t n, size_t words)
{
	const size_t needed = task->n_held + n;
	size_t room = task->room_held ? task->room_held : 1;
	uint64_t *held;

	while (room < needed)
		room *= 2;
	if (room == task->room_held)
		return true;
	held = reallocarray(task->held, room * words, sizeof(*held));
	if (!held)
		return false;
	task->held = held;
	task->room_held = room;
	return true;
}

void events_hold(struct events *events, struct task *task)
{
	const size_t words = words_of(events);
	struct segment segment;

	if (!task->device)
		return;
	segment = read_segment(events, task);
	if (make_room(task, segment.n, words)) {
		memcpy(task->held + task->n_held * words, segment.records,
		       segment.n * words * sizeof(*task->held));
		task->n_held += segment.n;
	} else {
		task->is_held_full = true;
	}
	task->is_held_full |= segment.is_full;
	kcov_reset(task->device->kcov);
}

void events_forget(struct task *task)
{
	task->n_held = 0;
	task->is_held_full = false;
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

void events_tell(struct events *events, struct task *task, struct event *event)
{
	struct segment segment = { 0 };

	if (task->device && task->n_held) {
		events_hold(events, task);
		segment = (struct segment){ task->held, task->n_held, false };
	} else if (task->device) {
		segment = read_segment(events, task);
	}
	segment.is_full |= task->is_held_full;
	event->records = (struct kcov_records){ .kind = kcov_record_kind(events->mode),
						.records = segment.records,
						.count = segment.n,
						.full = segment.is_full };
	event->is_covered = task->device;
	event->pid = task->pid;
	event->tid = task->tid;
	event->start = task->start;
	if (event->kind != EVENT_BETWEEN || segment.n || segment.is_full) {
		count(events->totals, event);
		if (!events->err)
			events->err = events->sink->event(events->sink->context, event);
	}
	events_forget(task);
}

void events_set_call(struct events *events, const struct task *task, struct event *event)
{
	event->has_call = true;
	event->arch = task->entry.arch;
	event->number = task->entry.entry.nr;
	event->arch_name = calls_arch_name(event->arch);
	event->name = calls_name(events->names, event->arch, event->number);
	memcpy(event->args, task->entry.entry.args, sizeof(event->args));
}
