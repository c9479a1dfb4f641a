/* SPDX-License-Identifier: MIT */
/* kcov devices for tasks that come and go: who dies leaves one for the next. */
#ifndef KCOVCTL_DEVICES_H
#define KCOVCTL_DEVICES_H

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>

struct device {
	struct kcov *kcov;
	/* In entries of the mode. */
	size_t capacity;
	/* Where the records were taken out up to; only if devices.is_drained. */
	struct kcov_drain drain;
	struct device *next;
	struct device *next_free;
};

struct devices {
	/* Of which capacity is the least that is opened. */
	struct kcov_opts opts;
	/* Whether they are emptied while tasks record. */
	bool is_drained;
	/* Whether those that come after many others may be smaller. */
	bool may_shrink;
	struct device *all;
	struct device *free;
	size_t n;
	/* The largest capacity that is open. */
	size_t largest;
};

/* One of at least a capacity that nobody records into. Returns 0 or the errors of kcov_open(). */
int devices_take(struct devices *devices, size_t capacity, struct device **ret);

/* Its task is dead, or does not record into it any more. */
void devices_give(struct devices *devices, struct device *device);

void devices_fini(struct devices *devices);

#endif
