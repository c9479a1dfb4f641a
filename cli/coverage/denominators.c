// SPDX-License-Identifier: MIT
#include "denominators.h"

#include "../base/hash.h"
#include "all-points.h"
#include "frames.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Those of a function, or of one of its lines. */
struct point_count {
	const char *image;
	const char *file;
	const char *function;
	/* NO_LINE: of the function. */
	uint64_t line;
	size_t n;
	/* Of the same hash. */
	struct point_count *next;
};

/* More than any is. */
#define NO_LINE UINT64_MAX

/* Of all but the line. */
static uint64_t hash_function(const struct point_count *of)
{
	return hash_text(hash_text(hash_text(HASH_EMPTY, of->image), of->file), of->function);
}

static uint64_t hash_line(uint64_t function, uint64_t line)
{
	return function ^ (line + 1) * 0x9e3779b97f4a7c15;
}

/* An index has most of them once. */
static bool is_same_text(const char *a, const char *b)
{
	return a == b || strcmp(a, b) == 0;
}

static struct point_count *find(struct point_count *count, const struct point_count *of)
{
	while (count &&
	       (count->line != of->line || !is_same_text(count->function, of->function) ||
		!is_same_text(count->file, of->file) || !is_same_text(count->image, of->image)))
		count = count->next;
	return count;
}

/* One more. */
static int count_one(struct point_counts *counts, uint64_t hash, const struct point_count *of)
{
	struct point_count *first = map_get(&counts->map, hash), *count = find(first, of);

	if (!count) {
		count = malloc(sizeof(*count));
		if (!count)
			return -ENOMEM;
		*count = *of;
		count->next = first;
		if (map_put(&counts->map, hash, count)) {
			free(count);
			return -ENOMEM;
		}
	}
	count->n++;
	return 0;
}

static void counts_fini(struct point_counts *counts)
{
	struct point_count *count;
	size_t at = 0;

	while ((count = map_next(&counts->map, &at))) {
		while (count) {
			struct point_count *next = count->next;

			free(count);
			count = next;
		}
	}
	map_fini(&counts->map);
}

/* Neighbours are of one function, mostly: its hash is made once. */
struct hashed {
	struct point_count of;
	uint64_t hash;
};

enum {
	HASHED = 256,
};

struct counting {
	struct places *places;
	struct point_counts *counts;
	struct frames frames;
	struct hashed hashed[HASHED];
};

static uint64_t hash_once(struct counting *counting, const struct point_count *of)
{
	const uintptr_t mix = (uintptr_t)of->function * 31 + (uintptr_t)of->file;
	struct hashed *hashed = &counting->hashed[(mix ^ mix >> 8) % HASHED];

	if (hashed->of.function != of->function || hashed->of.file != of->file ||
	    hashed->of.image != of->image)
		*hashed = (struct hashed){ .of = *of, .hash = hash_function(of) };
	return hashed->hash;
}

static int count_place(struct counting *counting, const struct located_place *place)
{
	struct point_count of = { .image = place_image(place),
				  .file = place_file(place),
				  .function = place_function(place),
				  .line = NO_LINE };
	const uint64_t hash = hash_once(counting, &of);
	int err = count_one(counting->counts, hash_line(hash, NO_LINE), &of);

	of.line = place_line(place);
	return err ? err : count_one(counting->counts, hash_line(hash, of.line), &of);
}

/* A point counts in each function that is inlined there. */
static int count_point(struct counting *counting, uint64_t pc)
{
	struct place point = { .address = pc };
	const struct located_address at = { .place = &point };
	struct located_place place = { .at = &at };
	int n, err = places_look_up(counting->places, pc, &point.location);

	if (err)
		return err;
	counting->frames.n = 0;
	n = frames_add(&counting->frames, &point.location);
	if (n < 0)
		return n;
	point.frames = counting->frames.at;
	point.n_frames = (size_t)n;
	do
		err = count_place(counting, &place);
	while (!err && ++place.frame < point.n_frames);
	counting->counts->n++;
	return err;
}

static int take(void *context, const uint64_t *some, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = count_point(context, some[i]);
	return err;
}

static bool is_new(const struct located *ran, size_t i)
{
	const char *image = ran->at[i].place->location.image;

	if (!image)
		return false;
	/* They are sorted by address: what lies together is of one image, mostly. */
	while (i--) {
		const char *other = ran->at[i].place->location.image;

		if (other && is_same_text(other, image))
			return false;
	}
	return true;
}

/* What ran where, by the images' names, a line each, in the order of their addresses. */
static char *name_images(const struct located *ran)
{
	char *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < ran->n; i++)
		if (is_new(ran, i))
			fprintf(out, "%s\n", ran->at[i].place->location.image);
	if (fclose(out)) {
		free(names);
		return NULL;
	}
	return names;
}

static int count_images(const struct report *report, const struct located *ran,
			struct point_counts *ret)
{
	struct counting counting = { .places = report->places, .counts = ret };
	int err = 0;

	for (size_t i = 0; i < ran->n && !err; i++) {
		if (is_new(ran, i))
			err = all_points(counting.places->symbolizer,
					 ran->at[i].place->location.image,
					 points_kind(report->records.kind->mode), take, &counting);
		/* It is not known, or was unloaded meanwhile. */
		if (err == -ENODATA || err == -ENOENT)
			err = 0;
	}
	free(counting.frames.at);
	return err;
}

struct denominators_set {
	/* The images' names, a line each. */
	char *images;
	struct point_counts counts;
	struct denominators_set *next;
};

static void free_set(struct denominators_set *set)
{
	counts_fini(&set->counts);
	free(set->images);
	free(set);
}

/* Takes the names. */
static int add(const struct report *report, const struct located *ran, char *images,
	       const struct point_counts **ret)
{
	struct denominators_set *set = calloc(1, sizeof(*set));
	int err;

	if (!set) {
		free(images);
		return -ENOMEM;
	}
	set->images = images;
	err = count_images(report, ran, &set->counts);
	if (err) {
		free_set(set);
		return err;
	}
	set->next = report->denominators->sets;
	report->denominators->sets = set;
	*ret = &set->counts;
	return 0;
}

int denominators_get(const struct report *report, const struct located *ran,
		     const struct point_counts **ret)
{
	char *images = name_images(ran);

	if (!images)
		return -ENOMEM;
	for (const struct denominators_set *set = report->denominators->sets; set;
	     set = set->next) {
		if (strcmp(set->images, images) == 0) {
			free(images);
			*ret = &set->counts;
			return 0;
		}
	}
	return add(report, ran, images, ret);
}

size_t point_counts_of(const struct point_counts *counts, const struct located_place *place,
		       bool of_line)
{
	const struct point_count of = { .image = place_image(place),
					.file = place_file(place),
					.function = place_function(place),
					.line = of_line ? place_line(place) : NO_LINE };
	const struct point_count *count =
		find(map_get(&counts->map, hash_line(hash_function(&of), of.line)), &of);

	return count ? count->n : 0;
}

void denominators_fini(struct denominators *denominators)
{
	while (denominators->sets) {
		struct denominators_set *set = denominators->sets;

		denominators->sets = set->next;
		free_set(set);
	}
}
