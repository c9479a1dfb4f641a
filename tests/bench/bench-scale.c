// SPDX-License-Identifier: MIT
// bench-scale: what kcovctl does for each event and each task, with 100 tasks about and with
// 100,000: it must cost the same, or a run with many tasks takes the square of its time.
#include "coverage/streams.h"
#include "trace/devices.h"
#include "trace/events.h"
#include "trace/tasks.h"

#include "rounds.h"

#include <stdio.h>
#include <string.h>

enum {
	FEW = 100,
	MANY = 100000,
	/* In one round. */
	TIMES = 1000,
};

static struct tasks tasks;
static struct devices devices;
static struct streams streams = { .words = 1 };
/* Of those that come and go while they are measured. */
static pid_t next_tid;

static void fail(const char *what)
{
	fprintf(stderr, "bench-scale: %s\n", what);
	exit(1);
}

static struct task *add_task(void)
{
	struct task *task = tasks_add(&tasks, ++next_tid);

	if (!task)
		fail("no memory");
	tasks_join(&tasks, task, 1);
	return task;
}

/* A thread of the process that all are of is born, found and dies. */
static void come_and_go(void)
{
	struct task *task = add_task();

	tasks_remove(&tasks, tasks_find(&tasks, task->tid));
}

static void take_and_give(void)
{
	struct device *device;

	if (devices_take(&devices, 0, &device))
		fail("no device");
	devices_give(&devices, device);
}

/* A task that is new records something, twice. */
static void record(void)
{
	static const uint64_t pcs[] = { 1, 2, 3, 4 };
	struct stream *stream = NULL;

	for (int i = 0; i < 2; i++)
		if (streams_add(&streams, &stream, 1, ++next_tid % 7, pcs, 4, 0))
			fail("no memory");
	/* So that there are as many as before. */
	free(stream->at);
	free(stream);
	streams.n--;
}

static const struct {
	const char *name;
	void (*once)(void);
} works[] = {
	{ "a task comes and goes", come_and_go },
	{ "a device is taken and given back", take_and_give },
	{ "a task records into a stream", record },
};

enum {
	N_WORKS = sizeof(works) / sizeof(works[0]),
};

static double measure(void (*once)(void))
{
	double times[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		const double begin = now_ns();

		for (int i = 0; i < TIMES; i++)
			once();
		times[round] = (now_ns() - begin) / (double)TIMES;
	}
	return median(times);
}

static void fill(size_t n, struct device *all)
{
	static const uint64_t pc = 1;

	while (tasks.n < n)
		add_task();
	while (streams.n < n) {
		struct stream *stream = NULL;

		if (streams_add(&streams, &stream, 1, 1, &pc, 1, 0))
			fail("no memory");
	}
	while (devices.n < n)
		devices_give(&devices, &all[devices.n++]);
}

int main(void)
{
	struct device *all = calloc(MANY, sizeof(*all));
	double few[N_WORKS];

	if (!all)
		fail("no memory");
	next_tid = 1;
	fill(FEW, all);
	for (size_t i = 0; i < N_WORKS; i++)
		few[i] = measure(works[i].once);
	fill(MANY, all);
	printf("%-34s %9s %9s %7s\n", "ns, beside tasks:", "100", "100,000", "ratio");
	for (size_t i = 0; i < N_WORKS; i++) {
		const double many = measure(works[i].once);

		printf("  %-32s %9.1f %9.1f %7.2f\n", works[i].name, few[i], many, many / few[i]);
	}
	devices.all = NULL;
	tasks_fini(&tasks);
	streams_fini(&streams);
	free(all);
	return 0;
}
