// SPDX-License-Identifier: MIT
#include "locations.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_ROOM 1024u

void kcov_locations_fini(struct kcov_locations *locations)
{
	free(locations->slots);
	*locations = (struct kcov_locations){};
}

/* The slot that has an address, or is free for it. There is always a free one. */
static struct kcov_location *slot_of(struct kcov_location *slots, size_t room, uint64_t address)
{
	/* Fibonacci hashing; room is a power of 2. */
	size_t i = (size_t)((address * 0x9e3779b97f4a7c15u) >> 32) & (room - 1);

	while (slots[i].image && slots[i].address != address)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

const struct kcov_location *kcov_locations_find(const struct kcov_locations *locations,
						uint64_t address)
{
	const struct kcov_location *slot;

	if (!locations->room)
		return NULL;
	slot = slot_of(locations->slots, locations->room, address);
	return slot->image ? slot : NULL;
}

static int locations_grow(struct kcov_locations *locations)
{
	size_t room = locations->room ? locations->room * 2 : FIRST_ROOM;
	struct kcov_location *slots = calloc(room, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < locations->room; i++) {
		if (locations->slots[i].image)
			*slot_of(slots, room, locations->slots[i].address) = locations->slots[i];
	}
	free(locations->slots);
	locations->slots = slots;
	locations->room = room;
	return 0;
}

int kcov_locations_add(struct kcov_locations *locations, const struct kcov_location *location)
{
	if (locations->n >= locations->room / 2) {
		int rc = locations_grow(locations);

		if (rc < 0)
			return rc;
	}
	*slot_of(locations->slots, locations->room, location->address) = *location;
	locations->n++;
	return 0;
}
