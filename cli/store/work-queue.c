// SPDX-License-Identifier: MIT
#include "work-queue.h"

#include "../coverage/event-texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_BYTES = 64 << 20,
};

int work_queue_init(struct work_queue *queue)
{
	pthread_condattr_t attr;
	int err;

	*queue = (struct work_queue){ 0 };
	queue->last = &queue->first;
	err = -pthread_condattr_init(&attr);
	if (err)
		return err;
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	/* Of these, glibc's have nothing to fail with. */
	pthread_cond_init(&queue->has_work, &attr);
	pthread_cond_init(&queue->has_room, NULL);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_destroy(&attr);
	return 0;
}

static struct work *make(enum work_kind kind, void *stream, const struct event *event)
{
	const struct event nothing = { 0 }, *from = event ? event : &nothing;
	const size_t n = from->records.kind ? from->records.count * from->records.kind->words : 0;
	const size_t size = sizeof(struct work) + (n + from->n_handles) * sizeof(uint64_t) +
			    event_texts_size(from);
	struct work *work = malloc(size);

	if (!work)
		return NULL;
	*work = (struct work){ .size = size, .kind = kind, .stream = stream, .event = *from };
	if (n)
		memcpy(work->words, from->records.records, n * sizeof(uint64_t));
	work->event.records.records = work->words;
	if (from->n_handles)
		memcpy(work->words + n, from->handles, from->n_handles * sizeof(uint64_t));
	work->event.handles = work->words + n;
	event_texts_copy(from, work->words + n + from->n_handles, &work->event);
	return work;
}

int work_queue_put(struct work_queue *queue, enum work_kind kind, void *stream,
		   const struct event *event)
{
	struct work *work = make(kind, stream, event);

	if (!work)
		return -ENOMEM;
	pthread_mutex_lock(&queue->lock);
	while (queue->bytes > MAX_BYTES)
		pthread_cond_wait(&queue->has_room, &queue->lock);
	*queue->last = work;
	queue->last = &work->next;
	queue->bytes += work->size;
	pthread_cond_signal(&queue->has_work);
	pthread_mutex_unlock(&queue->lock);
	return 0;
}

void work_queue_close(struct work_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_over = true;
	pthread_cond_signal(&queue->has_work);
	pthread_mutex_unlock(&queue->lock);
}

struct work *work_queue_take(struct work_queue *queue, const struct timespec *until, bool *is_over)
{
	struct work *ret;
	int err = 0;

	pthread_mutex_lock(&queue->lock);
	queue->is_busy = false;
	pthread_cond_broadcast(&queue->has_room);
	while (!queue->first && !queue->is_over && !err)
		err = pthread_cond_timedwait(&queue->has_work, &queue->lock, until);
	ret = queue->first;
	queue->first = NULL;
	queue->last = &queue->first;
	queue->bytes = 0;
	*is_over = !ret && queue->is_over;
	queue->is_busy = ret;
	pthread_cond_broadcast(&queue->has_room);
	pthread_mutex_unlock(&queue->lock);
	return ret;
}

void work_queue_wait(struct work_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->first || queue->is_busy)
		pthread_cond_wait(&queue->has_room, &queue->lock);
	pthread_mutex_unlock(&queue->lock);
}

bool work_queue_is_empty(struct work_queue *queue)
{
	bool ret;

	pthread_mutex_lock(&queue->lock);
	ret = !queue->first;
	pthread_mutex_unlock(&queue->lock);
	return ret;
}

void work_queue_fini(struct work_queue *queue)
{
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->has_work);
	pthread_cond_destroy(&queue->has_room);
}
