// SPDX-License-Identifier: MIT
#include "export.h"
#include "symbolizer.h"

#include <errno.h>
#include <string.h>

static void set_image(const char *name, const struct kcov_build_id *id,
		      struct kcov_image_offset *ret)
{
	*ret = (struct kcov_image_offset){ .image = name, .build_id_size = id->n };
	memcpy(ret->build_id, id->bytes, id->n);
}

void kcov_image_offset_init(const struct kcov_known_image *image, struct kcov_image_offset *ret)
{
	set_image(image->name, image->id, ret);
}

static bool is_same_build(const struct kcov_image_offset *at, const struct kcov_build_id *id)
{
	return !at->build_id_size ||
	       (at->build_id_size == id->n && memcmp(at->build_id, id->bytes, id->n) == 0);
}

/* What is found of a place, by images that are visited. */
struct place {
	const struct kcov_image_offset *at;
	/* Why it is not found; 0: it is. */
	int rc;
	/* NULL: the symbols of its image are all there is. */
	const char *name;
	const struct kcov_index *index;
	uint64_t address;
	bool has_pc;
	uint64_t pc;
	/* From where the image begins in memory. */
	uint64_t offset;
};

/* The kernel itself, of which only symbols are known. */
static void find_in_kernel(const struct kcov_known_image *image, struct place *place)
{
	place->pc = image->base - image->kaslr_offset + place->at->offset;
	place->has_pc = true;
	place->offset = place->at->offset;
}

static void find_in_index(const struct kcov_known_image *image, struct place *place)
{
	place->has_pc = kcov_known_image_pc(image, place->address, &place->pc);
	place->offset = place->at->offset;
	if (place->has_pc && image->placement == KCOV_PLACED_BY_KERNEL)
		place->offset = place->pc + image->kaslr_offset - image->base;
}

static int find_place(void *context, const struct kcov_known_image *image)
{
	struct place *place = context;

	if (!is_same_build(place->at, image->id))
		return 0;
	place->name = image->name;
	place->index = image->index;
	if (!image->index && strcmp(image->name, "vmlinux") == 0) {
		find_in_kernel(image, place);
		place->rc = 0;
	} else if (!image->index) {
		place->rc = -ENODATA;
	} else if (kcov_index_from_offset(image->index, place->at->offset, &place->address)) {
		find_in_index(image, place);
		place->rc = 0;
	} else {
		place->rc = -ERANGE;
	}
	return place->rc == 0;
}

static int place_find(const struct kcov_symbolizer *symbolizer, const struct kcov_image_offset *at,
		      struct place *ret)
{
	int rc;

	*ret = (struct place){ .at = at, .rc = -ENOENT };
	if (at->build_id_size > sizeof(at->build_id) || (!at->image && !at->build_id_size))
		return -ENOENT;
	rc = kcov_symbolizer_visit(symbolizer, at->image, find_place, ret);
	return rc < 0 ? rc : ret->rc;
}

KCOV_PUBLIC int kcov_symbolizer_to_pc(const struct kcov_symbolizer *symbolizer,
				      const struct kcov_image_offset *at, uint64_t *ret)
{
	struct place place;
	int rc = place_find(symbolizer, at, &place);

	if (rc < 0)
		return rc;
	if (!place.has_pc)
		return -ENODATA;
	*ret = place.pc;
	return 0;
}

KCOV_PUBLIC int kcov_symbolizer_lookup_offset(const struct kcov_symbolizer *symbolizer,
					      const struct kcov_image_offset *at,
					      struct kcov_location *ret)
{
	struct kcov_location location;
	struct kcov_place in_index;
	struct place place;
	int rc = place_find(symbolizer, at, &place);

	if (rc == 0 && !place.index)
		return kcov_symbolizer_lookup(symbolizer, &place.pc, 1, NULL, ret);
	if (rc == 0)
		rc = kcov_index_find(place.index, place.address, &in_index);
	if (rc < 0)
		return rc;
	location = (struct kcov_location){
		.address = place.has_pc ? place.pc : at->offset,
		.image = place.name,
		.offset = place.offset,
	};
	rc = kcov_locate_in_index(place.index, &in_index, place.address, &location);
	if (rc == 0)
		*ret = location;
	return rc;
}

/* In the image that the symbolizer was opened for; false: it is not in there. */
static bool offset_in_own(const struct kcov_symbolizer *symbolizer, uint64_t pc,
			  struct kcov_image_offset *ret)
{
	const struct kcov_index *index = symbolizer->index ? &symbolizer->index->index : NULL;
	uint64_t offset = pc, address;

	if (!index || !(symbolizer->module ? kcov_index_from_offset(index, pc, &address)
					   : kcov_index_to_offset(index, pc, &offset)))
		return false;
	set_image(kcov_symbolizer_name(symbolizer), &index->build_id, ret);
	ret->offset = offset;
	return true;
}

/* Of the kernel itself, of which only symbols are known. */
static int own_build_id(void *context, const struct kcov_known_image *image)
{
	kcov_image_offset_init(image, context);
	return 0;
}

KCOV_PUBLIC int kcov_symbolizer_to_offset(const struct kcov_symbolizer *symbolizer, uint64_t pc,
					  struct kcov_image_offset *ret)
{
	struct kcov_kernel_place place = { 0 };
	struct kcov_image_offset at = { 0 };
	int rc = 0;

	if (offset_in_own(symbolizer, pc, ret))
		return 0;
	if (symbolizer->kernel)
		rc = kcov_kernel_find(symbolizer->kernel, pc, &place);
	if (rc < 0 || !place.module)
		return rc < 0 ? rc : -ENOENT;
	if (place.index) {
		set_image(place.module, &place.index->build_id, &at);
		rc = kcov_index_to_offset(place.index, place.address, &at.offset) ? 0 : -ENOENT;
	} else if (strcmp(place.module, "vmlinux") == 0) {
		rc = kcov_symbolizer_visit(symbolizer, place.module, own_build_id, &at);
		at.offset = place.offset;
	} else {
		rc = -ENODATA;
	}
	if (rc == 0)
		*ret = at;
	return rc;
}

/* Coverage points that are read at once. */
#define POINTS_AT_ONCE 64

/*
 * The sections of a module lie in the order of their headers, as offsets do. A point is behind its
 * call, and so behind the section's end at most.
 */
int kcov_points_by_offset(const struct kcov_index *index, enum kcov_point kind, uint64_t offset,
			  uint64_t *ret, size_t room)
{
	uint64_t some[POINTS_AT_ONCE], from = index->base;
	size_t n = 0;
	int n_some;

	do {
		n_some = kcov_index_points(index, kind, from, some, POINTS_AT_ONCE);
		for (int i = 0; n < room && i < n_some; i++) {
			from = some[i] + 1;
			if (kcov_index_to_offset(index, some[i] - 1, &ret[n]) && ++ret[n] >= offset)
				n++;
		}
	} while (n < room && n_some == POINTS_AT_ONCE);
	return n_some < 0 ? n_some : (int)n;
}
