// SPDX-License-Identifier: MIT
#include "image-lines.h"

#include "../base/array.h"
#include "../base/hash.h"
#include "all-points.h"
#include "frames.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	/* Points that are looked up at a time. */
	PIECE = 64,
	/* Bits of an offset in a number that tells copies apart. */
	OFFSET_BITS = 40,
};

/* A function as frames have it, whose texts are at one address each in an index. */
struct known_function {
	const char *name;
	const char *path;
	struct source_function *function;
	/* All its points are of .init. */
	bool is_init;
	struct known_function *next;
};

struct walk {
	const struct image_lines *image;
	struct source_lines *lines;
	struct map functions;
	struct frames frames;
	struct {
		struct source_frame *at;
		size_t n, room;
	} chain;
	/* The symbol that was seen last, and the copy that it is. */
	const char *symbol;
	uint64_t symbol_start;
	uint64_t copy;
	/* How many of the points that ran came. */
	size_t ran;
};

static struct known_function *add_function(struct walk *walk, uint64_t key,
					   const struct kcov_location *location,
					   const struct kcov_frame *frame)
{
	struct known_function *known = calloc(1, sizeof(*known));
	struct kcov_function function;

	if (!known)
		return NULL;
	/* Nothing is known of it then. */
	if (kcov_location_function(location, frame, &function))
		function = (struct kcov_function){ .name = frame->function };
	*known = (struct known_function){
		.name = frame->function,
		.path = frame->path,
		.function =
			source_lines_function(walk->lines, frame->path, frame->file, function.name),
		.is_init = !function.points && function.init_points,
		.next = map_get(&walk->functions, key),
	};
	if (known->function && !map_put(&walk->functions, key, known))
		return known;
	free(known);
	return NULL;
}

static struct known_function *find_function(struct walk *walk, const struct kcov_location *location,
					    const struct kcov_frame *frame)
{
	const uint64_t key = hash_number(hash_number(HASH_EMPTY, (uintptr_t)frame->function),
					 (uintptr_t)frame->path);
	struct known_function *known = map_get(&walk->functions, key);

	while (known && (known->name != frame->function || known->path != frame->path))
		known = known->next;
	return known ? known : add_function(walk, key, location, frame);
}

/*
 * Where the function begins that a part was moved out of, "look" of "look.cold"; false: there is
 * none, or more than one.
 */
static bool find_whole(const struct image_lines *image, const char *part, uint64_t *ret)
{
	const char *cold = strstr(part, ".cold");
	struct kcov_symbol_range whole;
	char name[256];

	if (!cold || (size_t)(cold - part) >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(cold - part), part);
	if (kcov_symbolizer_symbols(image->symbolizer, image->image, name, &whole, 1) != 1)
		return false;
	*ret = whole.begin.offset;
	return whole.has_offset;
}

/* Which copy of a real function it is: of a header's function each unit may have one. */
static void find_copy(struct walk *walk, const struct kcov_location *location, uint64_t offset)
{
	const uint64_t start = offset - location->symbol_offset;
	uint64_t whole = start;

	if (walk->symbol && walk->symbol == location->symbol && walk->symbol_start == start)
		return;
	walk->symbol = location->symbol;
	walk->symbol_start = start;
	if (location->symbol)
		find_whole(walk->image, location->symbol, &whole);
	walk->copy =
		walk->image->number << OFFSET_BITS | (whole & ((UINT64_C(1) << OFFSET_BITS) - 1));
}

/* How often the point behind a place ran. */
static int find_hits(struct walk *walk, const struct kcov_location *location, uint64_t *ret)
{
	struct kcov_image_offset at;
	const struct point_hit *hit;
	int err = kcov_symbolizer_to_offset(walk->image->symbolizer, location->address, &at);

	if (err)
		return err;
	hit = point_hits_find(walk->image->hits, at.offset + 1);
	*ret = hit ? hit->hits : 0;
	walk->ran += hit != NULL;
	find_copy(walk, location, at.offset);
	return 0;
}

/* is_init: of the real function, the last one. */
static int make_chain(struct walk *walk, const struct kcov_location *location, bool *is_init)
{
	int n;

	walk->frames.n = 0;
	n = frames_add(&walk->frames, location);
	if (n < 0)
		return n;
	walk->chain.n = 0;
	*is_init = false;
	if (!array_reserve(&walk->chain, (size_t)n))
		return -ENOMEM;
	for (size_t i = 0; i < walk->frames.n; i++) {
		const struct kcov_frame *frame = &walk->frames.at[i];
		const struct known_function *known = find_function(walk, location, frame);

		if (!known)
			return -ENOMEM;
		*is_init = known->is_init;
		walk->chain.at[walk->chain.n++] = (struct source_frame){
			.function = known->function, .line = frame->line, .column = frame->column
		};
	}
	return 0;
}

/* Where .init of a module was, another one may lie. */
static bool is_of_image(const struct walk *walk, const struct kcov_location *location)
{
	const char *wanted = walk->image->image;

	return location->image && (!wanted || strcmp(location->image, wanted) == 0);
}

static int add_point(struct walk *walk, const struct kcov_location *location)
{
	uint64_t hits = 0;
	bool is_init;
	int err;

	if (!is_of_image(walk, location))
		return 0;
	err = make_chain(walk, location, &is_init);

	if (err || is_init)
		return err;
	err = find_hits(walk, location, &hits);
	return err ? err
		   : source_lines_add(walk->lines, walk->copy, walk->chain.at, walk->chain.n, hits);
}

static int take(void *context, const uint64_t *pcs, size_t n)
{
	struct walk *walk = context;
	struct kcov_location locations[PIECE];
	uint64_t before[PIECE];
	int err = 0;

	while (n && !err) {
		const size_t piece = n < PIECE ? n : PIECE;

		for (size_t i = 0; i < piece; i++)
			before[i] = pcs[i] - 1;
		err = kcov_symbolizer_lookup(walk->image->symbolizer, before, piece, NULL,
					     locations);
		for (size_t i = 0; i < piece && !err; i++)
			err = add_point(walk, &locations[i]);
		pcs += piece;
		n -= piece;
	}
	return err;
}

static void free_functions(struct map *functions)
{
	struct known_function *known, *next;
	size_t at = 0;

	while ((known = map_next(functions, &at))) {
		for (; known; known = next) {
			next = known->next;
			free(known);
		}
	}
	map_fini(functions);
}

int image_lines_add(const struct image_lines *image, struct source_lines *lines, size_t *ret)
{
	struct walk walk = { .image = image, .lines = lines };
	int err = all_points(image->symbolizer, image->image, KCOV_POINT_PC, take, &walk);

	free_functions(&walk.functions);
	free(walk.frames.at);
	free(walk.chain.at);
	if (!err)
		*ret = walk.ran;
	return err;
}
