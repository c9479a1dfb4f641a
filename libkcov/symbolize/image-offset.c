// SPDX-License-Identifier: MIT
#include "base/export.h"
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

static void place_in_image(const struct kcov_known_image *image, struct place *place)
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
	if (!kcov_known_image_has_offsets(image)) {
		place->rc = -ENODATA;
	} else if (kcov_known_image_from_offset(image, place->at->offset, &place->address)) {
		place_in_image(image, place);
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

KCOV_PUBLIC int kcov_symbolizer_to_offset(const struct kcov_symbolizer *symbolizer, uint64_t pc,
					  struct kcov_image_offset *ret)
{
	struct kcov_kernel_place place;
	struct kcov_image_offset at;
	int rc;

	kcov_image_offset_init(&symbolizer->first, &at);
	if (kcov_known_image_to_offset(&symbolizer->first, pc, &at.offset)) {
		*ret = at;
		return 0;
	}
	rc = kcov_kernel_find(symbolizer->kernel, pc, &place);
	if (rc < 0 || !place.module)
		return rc < 0 ? rc : -ENOENT;
	if (!place.index)
		return -ENODATA;
	set_image(place.module, &place.index->build_id, &at);
	if (!kcov_index_to_offset(place.index, place.address, &at.offset))
		return -ENOENT;
	*ret = at;
	return 0;
}
