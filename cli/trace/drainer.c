// SPDX-License-Identifier: MIT
#include "drainer.h"

#include "../base/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
	/* How long nobody is looked after, by what there was the last time. */
	SHORT_US = 50,
	LONG_US = 2000,
};

/* As many words as one look at any device can need. */
static int make_room(struct drainer *drainer)
{
	const size_t records = drainer->devices->largest + KCOV_DRAIN_SLACK + FEED_HELD;
	uint64_t *room;

	if (records <= drainer->n_room)
		return 0;
	room = reallocarray(drainer->room, records * drainer->kind->words, sizeof(*room));
	if (!room)
		return -ENOMEM;
	drainer->room = room;
	drainer->n_room = records;
	return 0;
}

static int hand_on(const struct drainer *drainer, struct task *task, const struct feed_part *part,
		   unsigned int doubts)
{
	const struct sink *sink = drainer->opts->sink;
	const struct kcov_record_kind *kind = drainer->kind;
	struct event piece = {
		.kind = EVENT_TASK,
		.pid = task->pid,
		.tid = task->tid,
		.is_covered = true,
		.records = { .kind = kind,
			     .records = drainer->room + part->first * kind->words,
			     .count = part->n },
		.doubts = doubts,
	};

	memcpy(piece.comm, task->comm, sizeof(piece.comm));
	return sink->records(sink->context, &task->stream, &piece);
}

/* How many records there were. */
static size_t drain(struct drainer *drainer, struct task *task, bool is_stopped)
{
	const struct drainer_opts *opts = drainer->opts;
	const size_t words = drainer->kind->words;
	struct device *device = task->device;
	uint64_t *fresh = drainer->room + task->feed.n_held * words;
	struct kcov_drained drained;
	struct feed_part part;

	feed_begin(&task->feed, drainer->room);
	/* It was tried when the device was opened. */
	if (kcov_drain(device->kcov, opts->mode, &device->drain, fresh,
		       (device->capacity + KCOV_DRAIN_SLACK) * words, &drained))
		return 0;
	task->doubts |= drained.doubts;
	part = feed_end(&task->feed, opts->noise, is_stopped, drainer->room, drained.count);
	if ((part.n || drained.doubts) && !drainer->err)
		drainer->err = hand_on(drainer, task, &part, drained.doubts);
	return drained.count;
}

/* The part of a device that was in use, at most, in 1/256. */
static size_t drain_all(struct drainer *drainer)
{
	size_t most = 0;

	for (struct task *task = drainer->tasks; task; task = task->next_drained) {
		const size_t n = drain(drainer, task, false);
		const size_t part = n * 256 / task->device->capacity;

		if (part > most)
			most = part;
	}
	return most;
}

static void rest(unsigned int us)
{
	nanosleep(&(const struct timespec){ .tv_nsec = us * 1000L }, NULL);
}

static void *run(void *context)
{
	struct drainer *drainer = context;
	unsigned int us = SHORT_US;
	bool is_over = false;

	/* What it comes too late for is lost. */
	setpriority(PRIO_PROCESS, 0, -20);
	while (!is_over) {
		size_t part;

		pthread_mutex_lock(&drainer->lock);
		part = drain_all(drainer);
		is_over = drainer->is_over;
		pthread_mutex_unlock(&drainer->lock);
		/* So that a device is a quarter full at most. */
		us = part > 32 ? us / 2 : part < 8 ? us * 2 : us;
		us = us < SHORT_US ? SHORT_US : us > LONG_US ? LONG_US : us;
		if (part < 64)
			rest(us);
	}
	return NULL;
}

int drainer_start(struct drainer *drainer, const struct drainer_opts *opts, struct devices *devices)
{
	int err;

	*drainer = (struct drainer){ .opts = opts,
				     .devices = devices,
				     .kind = kcov_record_kind(opts->mode) };
	err = -pthread_mutex_init(&drainer->lock, NULL);
	if (err)
		return err;
	err = worker_start(&drainer->thread, run, drainer);
	if (err)
		pthread_mutex_destroy(&drainer->lock);
	return err;
}

/* What is in a device is nobody's. */
static void empty(struct drainer *drainer, struct device *device)
{
	struct kcov_drained drained;

	kcov_drain(device->kcov, drainer->opts->mode, &device->drain, drainer->room,
		   (device->capacity + KCOV_DRAIN_SLACK) * drainer->kind->words, &drained);
}

int drainer_add(struct drainer *drainer, struct task *task)
{
	int err = feed_init(&task->feed, drainer->kind);

	pthread_mutex_lock(&drainer->lock);
	if (!err)
		err = make_room(drainer);
	if (!err) {
		empty(drainer, task->device);
		task->is_drained = true;
		task->next_drained = drainer->tasks;
		task->previous_drained = NULL;
		if (drainer->tasks)
			drainer->tasks->previous_drained = task;
		drainer->tasks = task;
	}
	pthread_mutex_unlock(&drainer->lock);
	return err;
}

void drainer_at_stop(struct drainer *drainer, struct task *task)
{
	pthread_mutex_lock(&drainer->lock);
	if (task->is_drained)
		drain(drainer, task, true);
	pthread_mutex_unlock(&drainer->lock);
}

void drainer_remove(struct drainer *drainer, struct task *task)
{
	pthread_mutex_lock(&drainer->lock);
	if (task->is_drained) {
		task->is_drained = false;
		if (task->previous_drained)
			task->previous_drained->next_drained = task->next_drained;
		else
			drainer->tasks = task->next_drained;
		if (task->next_drained)
			task->next_drained->previous_drained = task->previous_drained;
		drain(drainer, task, true);
	}
	pthread_mutex_unlock(&drainer->lock);
}

void drainer_tell(struct drainer *drainer, const struct event *event)
{
	const struct sink *sink = drainer->opts->sink;

	pthread_mutex_lock(&drainer->lock);
	if (!drainer->err)
		drainer->err = sink->event(sink->context, event);
	pthread_mutex_unlock(&drainer->lock);
}

int drainer_stop(struct drainer *drainer)
{
	pthread_mutex_lock(&drainer->lock);
	drainer->is_over = true;
	pthread_mutex_unlock(&drainer->lock);
	pthread_join(drainer->thread, NULL);
	pthread_mutex_destroy(&drainer->lock);
	free(drainer->room);
	return drainer->err;
}
