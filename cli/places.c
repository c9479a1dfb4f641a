// SPDX-License-Identifier: MIT
#include "places.h"

#include <stdlib.h>

enum {
	FIRST_SLOTS = 1 << 14,
};

static size_t slot_of(const struct places *places, uint64_t address)
{
	/* Fibonacci hashing: the upper bits of the product are the good ones. */
	return (size_t)((address * 0x9e3779b97f4a7c15) >> 32) & (places->n_slots - 1);
}

static struct place **find(const struct places *places, uint64_t address)
{
	size_t slot = slot_of(places, address);

	while (places->slots[slot] && places->slots[slot]->address != address)
		slot = (slot + 1) & (places->n_slots - 1);
	return &places->slots[slot];
}

static int grow(struct places *places)
{
	struct places larger = { .n_slots = places->n_slots ? 2 * places->n_slots : FIRST_SLOTS };

	larger.slots = calloc(larger.n_slots, sizeof(struct place *));
	if (!larger.slots)
		return -1;
	for (size_t i = 0; i < places->n_slots; i++)
		if (places->slots[i])
			*find(&larger, places->slots[i]->address) = places->slots[i];
	free(places->slots);
	places->slots = larger.slots;
	places->n_slots = larger.n_slots;
	return 0;
}

static int look_up(const struct places *places, struct place *place)
{
	const uint64_t before = place->address - 1;

	if (!places->symbolizer)
		return 0;
	return (places->is_kernel_only ? kcov_symbolizer_lookup_kernel : kcov_symbolizer_lookup)(
		places->symbolizer, &before, 1, NULL, &place->location);
}

static struct place *make(struct places *places, uint64_t address)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return NULL;
	place->address = address;
	if (look_up(places, place) || places->make(places->context, place)) {
		free(place->text);
		free(place);
		return NULL;
	}
	return place;
}

struct place *places_get(struct places *places, uint64_t address)
{
	struct place **at;

	if (2 * places->n >= places->n_slots && grow(places))
		return NULL;
	at = find(places, address);
	if (!*at) {
		*at = make(places, address);
		places->n += !!*at;
	}
	return *at;
}

void places_fini(struct places *places)
{
	for (size_t i = 0; i < places->n_slots; i++) {
		if (places->slots[i]) {
			free(places->slots[i]->text);
			free(places->slots[i]);
		}
	}
	free(places->slots);
}
