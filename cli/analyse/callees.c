// SPDX-License-Identifier: MIT
#include "callees.h"

#include "../base/array.h"

#include <stdlib.h>

enum {
	/* Functions that are looked into for one. */
	MAX_FUNCTIONS = 4096,
};

struct functions {
	struct code_function **at;
	size_t n, room;
};

static int add(struct functions *functions, struct map *seen, struct code_function *function)
{
	if (map_get(seen, function->begin))
		return 0;
	if (!array_reserve(functions, 1) || map_put(seen, function->begin, function))
		return -1;
	functions->at[functions->n++] = function;
	return 0;
}

/* Those with points are where it ends. */
static int add_callees(struct code_blocks *blocks, const struct code_function *of,
		       struct functions *ways, struct functions *reached, struct map *seen)
{
	size_t size, at = 0;
	const uint8_t *bytes = code_image_bytes(blocks->image, of->begin, &size);
	uint64_t target;
	int err = 0;

	if (bytes && size > of->end - of->begin)
		size = of->end - of->begin;
	while (bytes && !err && blocks->machine->find_call(bytes, size, of->begin, &at, &target)) {
		struct code_function *callee = code_image_function(blocks->image, target);

		if (callee && callee->begin == target)
			err = add(code_blocks_has_points(blocks, callee) ? reached : ways, seen,
				  callee);
	}
	return err;
}

static struct functions *find(struct code_blocks *blocks, struct code_function *function)
{
	struct functions *reached = calloc(1, sizeof(*reached));
	struct functions ways = { 0 };
	struct map seen = { 0 };
	int err = reached ? add(&ways, &seen, function) : -1;

	for (size_t i = 0; i < ways.n && i < MAX_FUNCTIONS && !err; i++)
		err = add_callees(blocks, ways.at[i], &ways, reached, &seen);
	map_fini(&seen);
	free(ways.at);
	return reached;
}

bool callees_reach(struct code_blocks *blocks, struct code_function *function,
		   const struct code_function *wanted)
{
	const struct functions *reached;

	if (!function->callees)
		function->callees = find(blocks, function);
	reached = function->callees;
	for (size_t i = 0; reached && i < reached->n; i++)
		if (reached->at[i] == wanted)
			return true;
	return false;
}

void callees_free(struct code_image *image)
{
	for (size_t i = 0; i < image->functions.n; i++) {
		struct functions *reached = image->functions.at[i].callees;

		if (reached)
			free(reached->at);
		free(reached);
		image->functions.at[i].callees = NULL;
	}
}
