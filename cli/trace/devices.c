// SPDX-License-Identifier: MIT
#include "devices.h"

#include <errno.h>
#include <stdlib.h>

enum {
	/* Of so many tasks at once, few do much. */
	MANY = 32,
	SHRINK = 8,
};

static int open_device(struct devices *devices, size_t capacity, struct device *device)
{
	struct kcov_opts opts = devices->opts;
	int err;

	if (devices->may_shrink && devices->n >= MANY)
		opts.capacity /= SHRINK;
	if (opts.capacity < capacity)
		opts.capacity = capacity;
	err = kcov_open(&opts, &device->kcov);
	if (err)
		return err;
	device->capacity = kcov_capacity(device->kcov, opts.mode);
	if (devices->is_drained)
		err = kcov_drain_init(device->kcov, &device->drain);
	if (err)
		kcov_close(device->kcov);
	return err;
}

static int add(struct devices *devices, size_t capacity, struct device **ret)
{
	struct device *device = calloc(1, sizeof(*device));
	int err = device ? open_device(devices, capacity, device) : -ENOMEM;

	if (err) {
		free(device);
		return err;
	}
	device->next = devices->all;
	devices->all = device;
	devices->n++;
	if (devices->largest < device->capacity)
		devices->largest = device->capacity;
	*ret = device;
	return 0;
}

int devices_take(struct devices *devices, size_t capacity, struct device **ret)
{
	for (struct device **link = &devices->free; *link; link = &(*link)->next_free) {
		if ((*link)->capacity < capacity)
			continue;
		*ret = *link;
		*link = (*ret)->next_free;
		return 0;
	}
	return add(devices, capacity, ret);
}

void devices_give(struct devices *devices, struct device *device)
{
	device->next_free = devices->free;
	devices->free = device;
}

void devices_fini(struct devices *devices)
{
	while (devices->all) {
		struct device *device = devices->all;

		devices->all = device->next;
		kcov_close(device->kcov);
		free(device);
	}
	devices->free = NULL;
}
