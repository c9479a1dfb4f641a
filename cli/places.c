// SPDX-License-Identifier: MIT
#include "places.h"

#include <stdlib.h>
#include <string.h>

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

static void free_place(struct place *place)
{
	free(place->text);
	free(place);
}

struct place *places_get(struct places *places, uint64_t address)
{
	struct place *place = map_get(&places->map, address);

	if (place)
		return place;
	place = make(places, address);
	if (place && map_put(&places->map, address, place)) {
		free_place(place);
		return NULL;
	}
	return place;
}

void places_forget_modules(struct places *places)
{
	struct map all = places->map;
	struct place *place;
	size_t at = 0;

	places->map = (struct map){ 0 };
	while ((place = map_next(&all, &at))) {
		const char *image = place->location.image;

		/* Without memory for a map of the rest, they are looked up again. */
		if (!image || strcmp(image, "vmlinux") != 0 ||
		    map_put(&places->map, place->address, place))
			free_place(place);
	}
	map_fini(&all);
}

void places_fini(struct places *places)
{
	struct place *place;
	size_t at = 0;

	while ((place = map_next(&places->map, &at)))
		free_place(place);
	map_fini(&places->map);
}
