// SPDX-License-Identifier: MIT
#include "places.h"

#include "unanswered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* What is in no image may be anything that somebody wrote into a buffer. */
	MAX_UNKNOWN = 1 << 16,
};

int places_look_up(struct places *places, uint64_t address, struct kcov_location *ret)
{
	const uint64_t before = address - 1;

	if (!places->symbolizer)
		return 0;
	kcov_symbolize_error_free(places->error);
	places->error = NULL;
	return (places->is_kernel_only ? kcov_symbolizer_lookup_kernel : kcov_symbolizer_lookup)(
		places->symbolizer, &before, 1, &places->error, ret);
}

static void free_place(struct place *place)
{
	free((void *)place->frames);
	free(place->text);
	free(place);
}

/* Nothing is known of it yet. 0 or -errno. */
static int make(struct places *places, struct place *place)
{
	int err = places_look_up(places, place->address, &place->location);

	if (!err && places->make)
		err = places->make(places->context, place);
	place->round = places->round;
	place->is_of_kernel =
		place->location.image && strcmp(place->location.image, "vmlinux") == 0;
	places->n_unknown += !place->location.image;
	return err;
}

static struct place *add(struct places *places, uint64_t address)
{
	struct place *place = calloc(1, sizeof(*place));

	places->err = -ENOMEM;
	if (!place)
		return NULL;
	place->address = address;
	places->err = make(places, place);
	if (!places->err)
		places->err = map_put(&places->map, address, place);
	if (!places->err)
		return place;
	places->n_unknown -= !place->location.image;
	free_place(place);
	return NULL;
}

/* In its place. */
static struct place *renew(struct places *places, struct place *place)
{
	free((void *)place->frames);
	free(place->text);
	places->n_unknown -= !place->location.image;
	*place = (struct place){ .address = place->address };
	places->err = make(places, place);
	/* It is tried again. */
	if (places->err)
		place->round--;
	return places->err ? NULL : place;
}

struct place *places_get(struct places *places, uint64_t address)
{
	struct place *place = map_get(&places->map, address);

	if (!place)
		return add(places, address);
	if (!place->is_of_kernel && place->round != places->round)
		return renew(places, place);
	return place;
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
	copy = n ? calloc((size_t)n, sizeof(*copy)) : NULL;
	if (n && !copy)
		return -ENOMEM;
	if (n)
		memcpy(copy, places->frames.at, (size_t)n * sizeof(*copy));
	place->frames = copy;
	place->n_frames = (size_t)n;
	place->kind = (enum pc_kind)kind;
	place->is_described = true;
	return 0;
}

static void forget_unknown(struct places *places)
{
	struct place *place;

	for (size_t at = 0; (place = map_next(&places->map, &at));) {
		if (place->location.image)
			continue;
		/* Another one may be in its slot now. */
		at--;
		map_remove(&places->map, place->address);
		free_place(place);
	}
	places->n_unknown = 0;
}

void places_forget_modules(struct places *places)
{
	places->round++;
	if (places->n_unknown > MAX_UNKNOWN)
		forget_unknown(places);
}

struct symbol_source places_source(const struct places *places)
{
	const struct kcov_symbolizer *symbolizer = places->symbolizer;

	if (places->source)
		return *places->source;
	return (struct symbol_source){
		.path = kcov_symbolizer_path(symbolizer),
		.has_lines = kcov_symbolizer_source(symbolizer) == KCOV_SYMBOLIZER_DWARF,
		.is_of_clang = kcov_symbolizer_build(symbolizer, NULL) & KCOV_BUILD_CLANG,
	};
}

char *places_describe_unanswered(const struct places *places)
{
	if (!places->source)
		return unanswered_describe(places->symbolizer);
	return places->source->unanswered ? strdup(places->source->unanswered) : NULL;
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
