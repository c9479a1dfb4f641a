/* SPDX-License-Identifier: MIT */
/*
 * What a recording knows of addresses of a run, as a symbolizer would know it: functions, lines,
 * and what is inlined there.
 */
#ifndef KCOVCTL_STORED_PLACES_H
#define KCOVCTL_STORED_PLACES_H

#include "../coverage/places.h"
#include "image-places.h"

struct stored_places {
	const struct recording *recording;
	struct image_places images;
	/* By address: where it is, of those that were met. */
	struct map places;
	/* By row: those of the recording. */
	struct map functions;
	struct map files;
	/* Addresses of which it is not known which of two modules lay there. */
	struct map disputed;
	/* By row. */
	sqlite3_stmt *find;
	/* Symbols of places without lines. */
	struct {
		char **at;
		size_t n;
		size_t room;
	} texts;
};

/* Of a run. A result code of SQLite; stored_places_fini() in any case. */
int stored_places_init(struct stored_places *stored, const struct recording *recording,
		       sqlite3_int64 run);

/* An address that is met, and is so far into an image. 0 or -ENOMEM. */
int stored_places_meet(struct stored_places *stored, const struct placed_image *image,
		       uint64_t offset, uint64_t address);

/*
 * As places.make: what is known of an address that was met. Its text, if it has one, is the name of
 * the system call that begins there. What it points to holds until stored_places_fini(). 0,
 * -ENOMEM, -EBADMSG (the recording is damaged) or -EIO (it cannot be read).
 */
int stored_places_make(struct stored_places *stored, struct place *place);

void stored_places_fini(struct stored_places *stored);

#endif
