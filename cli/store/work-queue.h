/* SPDX-License-Identifier: MIT */
/*
 * What a run hands to the thread that writes its recording: events and pieces of records, copied,
 * so that no task waits for the disk, until so many bytes wait that the run has to.
 */
#ifndef KCOVCTL_WORK_QUEUE_H
#define KCOVCTL_WORK_QUEUE_H

#include "../coverage/event.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum work_kind {
	/* Records of a whole run. */
	WORK_RECORDS,
	WORK_EVENT,
	/* Modules came or went. */
	WORK_MODULES,
};

struct work {
	struct work *next;
	/* In bytes, with all that follows. */
	size_t size;
	enum work_kind kind;
	/* Of WORK_RECORDS: what the sink keeps with the task. */
	void *stream;
	/* Its records, handles and texts are copies, behind this. */
	struct event event;
	uint64_t words[];
};

struct work_queue {
	pthread_mutex_t lock;
	pthread_cond_t has_work;
	pthread_cond_t has_room;
	struct work *first;
	struct work **last;
	size_t bytes;
	bool is_over;
	/* What was taken last is being worked on. */
	bool is_busy;
};

/* 0 or -errno. */
int work_queue_init(struct work_queue *queue);

/* event may be NULL. 0 or -ENOMEM. */
int work_queue_put(struct work_queue *queue, enum work_kind kind, void *stream,
		   const struct event *event);

/* There will be no more. */
void work_queue_close(struct work_queue *queue);

/*
 * All there is, linked by next, to be freed one by one. It waits if there is nothing, until *until
 * by CLOCK_MONOTONIC. NULL: nothing came until then, or *is_over is true.
 */
struct work *work_queue_take(struct work_queue *queue, const struct timespec *until, bool *is_over);

/* Wait until all that was put is done with. */
void work_queue_wait(struct work_queue *queue);

/* Whether nothing waits to be taken. */
bool work_queue_is_empty(struct work_queue *queue);

void work_queue_fini(struct work_queue *queue);

#endif
