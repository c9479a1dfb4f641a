/* SPDX-License-Identifier: MIT */
/* All points of a recording, by small numbers, to find those that its blocks name. */
#ifndef KCOVCTL_KNOWN_POINTS_H
#define KCOVCTL_KNOWN_POINTS_H

#include "../base/map.h"
#include "recording.h"

#include <stdbool.h>
#include <stdint.h>

struct known_point {
	sqlite3_int64 row;
	/* The system call that begins here, one of known_points.calls; NULL: none does. */
	const char *call;
	/* It is a coverage point of PCs, and none of .init. */
	bool counts;
};

struct known_image {
	sqlite3_int64 row;
	/* What blocks know it by. */
	char *id;
	/* By offset: the number of the point, and one. */
	struct map points;
};

struct known_points {
	struct {
		struct known_image *at;
		size_t n;
		size_t room;
	} images;
	/* By number. */
	struct known_point *at;
	size_t n;
	size_t room;
	struct {
		char **at;
		size_t n;
		size_t room;
	} calls;
};

/* A result code of SQLite. */
int known_points_read(const struct recording *recording, struct known_points *ret);

/* NULL: there is none of that id. */
const struct known_image *known_points_image(const struct known_points *points, const void *id,
					     size_t size);

void known_points_fini(struct known_points *points);

#endif
