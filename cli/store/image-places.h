/* SPDX-License-Identifier: MIT */
/* Where images lay in a run: from offsets, which a recording has, to addresses, and back. */
#ifndef KCOVCTL_IMAGE_PLACES_H
#define KCOVCTL_IMAGE_PLACES_H

#include "../base/map.h"
#include "recording.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct placed_image {
	sqlite3_int64 row;
	/* What it is known by in blocks; its name. */
	char *id;
	char *name;
	/* It stands for what is in no image: an offset is the address. */
	bool is_unknown;
	/* From an offset on: the address there, and where the image begins; ascending. */
	struct {
		struct image_place {
			uint64_t offset;
			uint64_t address;
			uint64_t base;
		} * at;
		size_t n;
		size_t room;
	} places;
};

struct image_places {
	struct {
		struct placed_image *at;
		size_t n;
		size_t room;
	} images;
};

/* A result code of SQLite: SQLITE_OK, or one for which the caller tells. */
int image_places_read(struct image_places *places, const struct recording *recording,
		      sqlite3_int64 run);

/* By what it is known by in blocks. NULL: there is none. */
const struct placed_image *image_places_find(const struct image_places *places, const void *id,
					     size_t size);

/* Where an offset is, or the first place if it is before all; NULL: that is not known. */
const struct image_place *placed_image_at(const struct placed_image *image, uint64_t offset);

void image_places_fini(struct image_places *places);

#endif
