/* SPDX-License-Identifier: MIT */
/* Files and functions of images as rows: those that are known of an image, and those that ran. */
#ifndef KCOVCTL_SOURCE_ROWS_H
#define KCOVCTL_SOURCE_ROWS_H

#include "../base/map.h"
#include "batch.h"
#include "recording.h"
#include "source-trees.h"
#include "stored-names.h"

#include <kcov/symbolize.h>
#include <stdbool.h>

/* A row that has a name: of a file in an image, or of a function in a file. */
struct named_row {
	/* Another one of the same key. */
	struct named_row *next;
	sqlite3_int64 within;
	const char *name;
	sqlite3_int64 row;
	/* Of a function: whether all its points are of .init. */
	bool is_init;
};

struct source_rows {
	const struct recording *recording;
	/* By their image and path; by their file and the name of a frame. */
	struct map files;
	struct map functions;
	/* Those that were in the recording already. */
	struct stored_names stored_files;
	struct stored_names stored_functions;
	/* The trees that their sources are in. */
	struct source_trees trees;
	/* The last rows that there are. */
	sqlite3_int64 last_file;
	sqlite3_int64 last_function;
	/* What is to be written. */
	struct batch new_files;
	struct batch new_functions;
};

/* What returns int returns a result code of SQLite. */
int source_rows_init(struct source_rows *rows, const struct recording *recording);

/* A new image, which has a row: all of its files, with what they have, and what it has in all. */
int source_rows_add_image(struct source_rows *rows, sqlite3_int64 image,
			  const struct kcov_location *location);

/* The function that a frame of the location is of. It stays as long as rows. */
int source_rows_function(struct source_rows *rows, sqlite3_int64 image,
			 const struct kcov_location *location, const struct kcov_frame *frame,
			 struct named_row **ret);

/*
 * Write what is new, or only if there is much of it, while nothing else is to be done: it comes in
 * the order of its ids whenever it does.
 */
int source_rows_write(struct source_rows *rows);
int source_rows_write_many(struct source_rows *rows);

void source_rows_fini(struct source_rows *rows);

#endif
