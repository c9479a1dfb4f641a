/* SPDX-License-Identifier: MIT */
/*
 * Names that a recording has rows for: of files by their image, of functions by their file. They
 * are read at once when something is added to it: an index of them would take a tenth of the file,
 * and a tenth of the time that recording takes.
 */
#ifndef KCOVCTL_STORED_NAMES_H
#define KCOVCTL_STORED_NAMES_H

#include <sqlite3.h>
#include <stddef.h>

struct stored_names {
	/* In the order of what they are within, and of themselves. */
	struct stored_name {
		sqlite3_int64 within;
		char *name;
		sqlite3_int64 row;
	} * at;
	size_t n;
	size_t room;
};

/* sql: "SELECT within, name, id FROM ...". A result code of SQLite. */
int stored_names_read(struct stored_names *names, sqlite3 *db, const char *sql);

/* The row; 0: there is none. */
sqlite3_int64 stored_names_find(const struct stored_names *names, sqlite3_int64 within,
				const char *name);

void stored_names_fini(struct stored_names *names);

#endif
