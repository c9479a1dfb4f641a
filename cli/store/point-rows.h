/* SPDX-License-Identifier: MIT */
/*
 * From the addresses that KCOV records to the rows of a recording: points, the images, files and
 * functions that they are in, and what is inlined there. For one thread.
 */
#ifndef KCOVCTL_POINT_ROWS_H
#define KCOVCTL_POINT_ROWS_H

#include "../base/map.h"
#include "../coverage/frames.h"
#include "batch.h"
#include "recording.h"
#include "source-rows.h"

#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stdint.h>

/* An image that something was hit in. */
struct stored_image {
	sqlite3_int64 row;
	/* Its name, and its build-id; NULL: it stands for what is in no image. */
	const char *name;
	uint8_t build_id[64];
	size_t build_id_size;
	/* What it is known by: the build-id as text, or what stands for that. */
	char *id;
	/* Its number in a block of records; which block. */
	uint32_t number;
	sqlite3_int64 block;
	/* Whether the run's rows say where it lies. */
	bool has_placement;
};

struct stored_point {
	/* Of its row, from 0, in the order in which they were seen. */
	uint32_t number;
	/* One of point_rows.images. */
	uint32_t image;
	uint64_t offset;
	/* 0: it is in no image that is known so far, and has none yet. */
	sqlite3_int64 row;
	/* The system call that begins here; NULL: none does. */
	const char *call;
	bool is_of_kernel;
	/* It is a coverage point of PCs, and none of .init. */
	bool counts;
	unsigned int round;
};

enum {
	N_POINT_STATEMENTS = 5,
};

struct point_rows {
	const struct recording *recording;
	const struct kcov_symbolizer *symbolizer;
	/* Whose addresses those are that are in no image. */
	const char *boot;
	/* The run's row. */
	sqlite3_int64 run;
	/* Whether what is inlined is kept. */
	bool with_frames;
	/* There was nothing in the recording: what was not seen here is not there. */
	bool is_new;
	struct {
		struct stored_image *at;
		size_t n;
		size_t room;
	} images;
	/* By address. */
	struct map points;
	/* By row: the point's number, and one. */
	struct map numbers;
	/* Texts that rows to be written have. */
	struct {
		char **at;
		size_t n;
		size_t room;
	} texts;
	/* By number. */
	struct {
		struct point_row {
			/* 0: it has none. */
			sqlite3_int64 row;
			/* It is a coverage point of PCs, and none of .init. */
			bool counts;
			/* As a stored_point has them; without a row, the address. */
			uint32_t image;
			uint64_t offset;
		} * at;
		size_t n;
		size_t room;
	} rows;
	struct source_rows sources;
	struct frames frames;
	/* How often modules came or went. */
	unsigned int round;
	/* No other image will be known. */
	bool is_final;
	/* Of addresses that are in no image; 0: there were none until now. */
	sqlite3_int64 last_unknown;
	/* What is to be written. */
	struct batch new_points;
	sqlite3_stmt *statements[N_POINT_STATEMENTS];
	/* Why the last one could not be had: a result code of SQLite, or 0. */
	int code;
};

/* A result code of SQLite. */
int point_rows_init(struct point_rows *rows, const struct recording *recording,
		    const struct kcov_symbolizer *symbolizer, const char *boot, sqlite3_int64 run);

/*
 * What KCOV records behind an address. It stays until point_rows_fini(). NULL: no memory, or it
 * cannot be looked up or written.
 */
const struct stored_point *point_rows_get(struct point_rows *rows, uint64_t address);

/*
 * The image that a point is in, or, of one that has no row, that of what is in none. It stays where
 * it is until another point is asked for. 0 or -errno.
 */
int point_rows_image(struct point_rows *rows, const struct stored_point *point,
		     struct stored_image **ret);

/* Modules came or went: what is in them is looked up again. */
void point_rows_forget_modules(struct point_rows *rows);

/*
 * Look for those that were in no image: a module may be known by now. is_final: those that are in
 * none then have rows as such. moved() is called for each that turns out to be a point that has a
 * number already, which is the one to go on with. A result code of SQLite.
 */
int point_rows_resolve(struct point_rows *rows, bool is_final,
		       int (*moved)(void *context, uint32_t from, uint32_t to), void *context);

/*
 * Write files and functions that are new, if there are many, while nothing else is to be done:
 * their rows come in the order of their ids whenever they do. As below.
 */
int point_rows_write_names(struct point_rows *rows);

/* Write what is new. A result code of SQLite. */
int point_rows_write(struct point_rows *rows);

void point_rows_fini(struct point_rows *rows);

#endif
