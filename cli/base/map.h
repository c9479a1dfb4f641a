/* SPDX-License-Identifier: MIT */
/* Values that are found by a key, which is a number. */
#ifndef KCOVCTL_MAP_H
#define KCOVCTL_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t key;
	/* NULL: the slot is free. */
	void *value;
};

/* All zeros: there is nothing in it. */
struct map {
	/* Open addressing: a power of two of them, of which half are used if there is memory. */
	struct map_slot *slots;
	size_t n_slots;
	size_t n;
};

/* Where a key is, or would be; there are slots. */
static inline struct map_slot *map_slot_of(const struct map *map, uint64_t key)
{
	/*
	 * Neighbours stay neighbours, as ids that are given one after the other do, so that they
	 * are in the processor's caches. Fibonacci hashing: the upper bits of the product are the
	 * good ones.
	 */
	const uint64_t hash = (key >> 4) * 0x9e3779b97f4a7c15 >> 32 << 4 | (key & 15);
	size_t slot = (size_t)hash & (map->n_slots - 1);

	while (map->slots[slot].value && map->slots[slot].key != key)
		slot = (slot + 1) & (map->n_slots - 1);
	return &map->slots[slot];
}

/* NULL: there is none. */
static inline void *map_get(const struct map *map, uint64_t key)
{
	return map->n_slots ? map_slot_of(map, key)->value : NULL;
}

/*
 * A value, not NULL, in the place of the one that it may have. 0, or -ENOMEM, which does not happen
 * where a key was removed since the last one was put.
 */
int map_put(struct map *map, uint64_t key, void *value);

/* Returns the value that it had, or NULL. */
void *map_remove(struct map *map, uint64_t key);

/* The values from *slot on, which is 0 to begin with; NULL: there are no more. */
void *map_next(const struct map *map, size_t *slot);

/* What the values are stays. It is empty then, to be used again or not. */
void map_fini(struct map *map);

#endif
