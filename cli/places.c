// SPDX-License-Identifier: MIT
#include "places.h"

#include <stdlib.h>
#include <string.h>

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

static void free_place(struct place *place)
{
	if (place)
		free(place->text);
	free(place);
}

void places_forget_modules(struct places *places)
{
	struct place **slots = places->slots;
	const size_t n_slots = places->n_slots;

	/* Without memory for a table of the rest, all of them are looked up again. */
	places->slots = n_slots ? calloc(n_slots, sizeof(struct place *)) : NULL;
	if (!places->slots)
		places->n_slots = 0;
	places->n = 0;
	for (size_t i = 0; i < n_slots; i++) {
		const char *image = slots[i] ? slots[i]->location.image : NULL;

		if (places->slots && image && strcmp(image, "vmlinux") == 0) {
			*find(places, slots[i]->address) = slots[i];
			places->n++;
		} else {
			free_place(slots[i]);
		}
	}
	free(slots);
}

void places_fini(struct places *places)
{
	for (size_t i = 0; i < places->n_slots; i++)
		free_place(places->slots[i]);
	free(places->slots);
}
