// SPDX-License-Identifier: MIT
#include "places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What was recorded is a return address: the call before it is what ran there. */
static int look_up(struct places *places, struct place *place)
{
	const uint64_t before = place->address - 1;

	if (!places->symbolizer)
		return 0;
	kcov_symbolize_error_free(places->error);
	places->error = NULL;
	return (places->is_kernel_only ? kcov_symbolizer_lookup_kernel : kcov_symbolizer_lookup)(
		places->symbolizer, &before, 1, &places->error, &place->location);
}

static void free_place(struct place *place)
{
	free((void *)place->frames);
	free(place->text);
	free(place);
}

/* 0 or -errno. */
static int make(struct places *places, struct place *place)
{
	int err = look_up(places, place);

	if (!err && places->make)
		err = places->make(places->context, place);
	return err ? err : map_put(&places->map, place->address, place);
}

struct place *places_get(struct places *places, uint64_t address)
{
	struct place *place = map_get(&places->map, address);

	if (place)
		return place;
	place = calloc(1, sizeof(*place));
	places->err = -ENOMEM;
	if (!place)
		return NULL;
	place->address = address;
	places->err = make(places, place);
	if (!places->err)
		return place;
	free_place(place);
	return NULL;
}

int places_describe(struct places *places, struct place *place)
{
	struct kcov_frame *copy;
	int n, kind;

	if (place->is_described)
		return 0;
	places->frames.n = 0;
	n = frames_add(&places->frames, &place->location);
	kind = n < 0 ? n : pc_kind_of(&place->location);
	if (kind < 0)
		return kind;
	copy = calloc((size_t)n + 1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	if (n)
		memcpy(copy, places->frames.at, (size_t)n * sizeof(*copy));
	place->frames = copy;
	place->n_frames = (size_t)n;
	place->kind = (enum pc_kind)kind;
	place->is_described = true;
	return 0;
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
	free(places->frames.at);
	places->frames = (struct frames){ 0 };
	kcov_symbolize_error_free(places->error);
	places->error = NULL;
}
