// SPDX-License-Identifier: MIT
#include "map.h"

#include <errno.h>
#include <stdlib.h>

enum {
	FIRST_SLOTS = 64,
};

static int grow(struct map *map)
{
	struct map larger = { .n_slots = map->n_slots ? 2 * map->n_slots : FIRST_SLOTS,
			      .n = map->n };

	larger.slots = calloc(larger.n_slots, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < map->n_slots; i++)
		if (map->slots[i].value)
			*map_slot_of(&larger, map->slots[i].key) = map->slots[i];
	free(map->slots);
	*map = larger;
	return 0;
}

int map_put(struct map *map, uint64_t key, void *value)
{
	struct map_slot *slot;

	/* Without memory it is slower, up to the last free slot, which ends each search. */
	if (2 * map->n >= map->n_slots && grow(map) && map->n + 1 >= map->n_slots)
		return -ENOMEM;
	slot = map_slot_of(map, key);
	map->n += !slot->value;
	*slot = (struct map_slot){ key, value };
	return 0;
}

void *map_remove(struct map *map, uint64_t key)
{
	struct map_slot *slot = map->n_slots ? map_slot_of(map, key) : NULL;
	void *value = slot ? slot->value : NULL;

	if (!value)
		return NULL;
	slot->value = NULL;
	map->n--;
	/* Those that were put behind it since it was taken may belong there now. */
	for (size_t i = (size_t)(slot - map->slots + 1) & (map->n_slots - 1); map->slots[i].value;
	     i = (i + 1) & (map->n_slots - 1)) {
		const struct map_slot moved = map->slots[i];

		map->slots[i].value = NULL;
		*map_slot_of(map, moved.key) = moved;
	}
	return value;
}

void *map_next(const struct map *map, size_t *slot)
{
	while (*slot < map->n_slots) {
		void *value = map->slots[(*slot)++].value;

		if (value)
			return value;
	}
	return NULL;
}

void map_fini(struct map *map)
{
	free(map->slots);
	*map = (struct map){ 0 };
}
