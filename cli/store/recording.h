/* SPDX-License-Identifier: MIT */
/*
 * A recording: a file that is an SQLite database. Whoever opens one may have it from somebody else:
 * nothing in it is run, and what it is not is told.
 */
#ifndef KCOVCTL_RECORDING_H
#define KCOVCTL_RECORDING_H

#include <sqlite3.h>
#include <stdbool.h>

#define RECORDING_DEFAULT "kcov.db"

struct recording {
	sqlite3 *db;
	/* As it was given. */
	const char *path;
	/* Held while it is written; -1: it is not. */
	int lock;
};

/*
 * Make one. What is there of that path becomes path.old if it is a recording, with all that it has.
 * path may be NULL: in memory, for this process. 0, or -1, and why was told.
 */
int recording_create(const char *path, struct recording *ret);

/* To add to one. As above. */
int recording_append(const char *path, struct recording *ret);

/* To read it, with the views. As above. */
int recording_open(const char *path, struct recording *ret);

/* One that is written can be asked as one that is read, from then on. 0, or -1, and why was told.
 */
int recording_read_too(const struct recording *recording);

/* SQL that returns no rows. A result code of SQLite. */
int recording_run(const struct recording *recording, const char *sql);

/*
 * What was written until now stays, whatever happens from now on, unless somebody reads it right
 * now: then it needs its -wal for that. A result code of SQLite.
 */
int recording_checkpoint(const struct recording *recording);

/* Why the last thing that was done with it failed, told in one line: "cannot WHAT PATH: ...". */
void recording_tell(const struct recording *recording, const char *what);

/* The same of another file that is attached by a name. */
void recording_tell_of(const struct recording *recording, const char *name, const char *path,
		       const char *what);

/*
 * Why it cannot be read: err is a result code of SQLite, for recording_tell(), -ENOMEM, or anything
 * else that is negative: it is damaged, and what says how. Returns -1.
 */
int recording_cannot_read(const struct recording *recording, int err, const char *what);

void recording_close(struct recording *recording);

#endif
