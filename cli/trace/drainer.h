/* SPDX-License-Identifier: MIT */
/* A thread that empties the devices of tasks while they run. */
#ifndef KCOVCTL_DRAINER_H
#define KCOVCTL_DRAINER_H

#include "../coverage/sink.h"
#include "devices.h"
#include "noise.h"
#include "tasks.h"

#include <pthread.h>

struct drainer_opts {
	enum kcov_mode mode;
	/* May be NULL. */
	const struct noise *noise;
	const struct sink *sink;
};

struct drainer {
	const struct drainer_opts *opts;
	struct devices *devices;
	pthread_t thread;
	pthread_mutex_t lock;
	struct task *tasks;
	/* Of so many records. */
	uint64_t *room;
	size_t n_room;
	const struct kcov_record_kind *kind;
	bool is_over;
	int err;
};

/* 0 or -errno. */
int drainer_start(struct drainer *drainer, const struct drainer_opts *opts,
		  struct devices *devices);

/*
 * From now on, a task's device is emptied. It is in a ptrace stop, and what it recorded so far is
 * not wanted. 0 or -ENOMEM.
 */
int drainer_add(struct drainer *drainer, struct task *task);

/* It is in a ptrace stop. Of what was not added, or not with success, this does nothing. */
void drainer_at_stop(struct drainer *drainer, struct task *task);

/* It stopped for good: there is nothing more to come. As above. */
void drainer_remove(struct drainer *drainer, struct task *task);

/* An event that is none of its tasks' records, for the sink that those go to. */
void drainer_tell(struct drainer *drainer, const struct event *event);

/* Returns 0 or what failed on the way. */
int drainer_stop(struct drainer *drainer);

#endif
