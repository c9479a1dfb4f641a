// SPDX-License-Identifier: MIT
#include "recording.h"

#include "../text/error.h"
#include "page-sums.h"
#include "recover.h"
#include "rows.h"
#include "schema.h"
#include "writer-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int recording_run(const struct recording *recording, const char *sql)
{
	return sqlite3_exec(recording->db, sql, NULL, NULL, NULL);
}

void recording_tell_of(const struct recording *recording, const char *name, const char *path,
		       const char *what)
{
	const int code = sqlite3_extended_errcode(recording->db);
	const char *why = sqlite3_errmsg(recording->db);
	struct page_damage damage;
	const bool is_damaged = page_sums_damage(recording->db, name, &damage);

	if (is_damaged && damage.is_newer)
		error_tell("cannot %s %s: it was copied while kcovctl wrote into it: copy it with "
			   "its -wal, or when kcovctl has ended",
			   what, path);
	else if (is_damaged)
		error_tell("cannot %s %s: it is damaged: page %" PRIu32
			   "%s is not as it was written",
			   what, path, damage.page, damage.in_wal ? " of its -wal" : "");
	else if (code == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_IOERR)
		error_tell("cannot %s %s: %s: %s", what, path, why,
			   strerror(sqlite3_system_errno(recording->db)));
	else
		error_tell("cannot %s %s: %s", what, path, why);
}

void recording_tell(const struct recording *recording, const char *what)
{
	recording_tell_of(recording, "main", recording->path, what);
}

int recording_cannot_read(const struct recording *recording, int err, const char *what)
{
	if (err >= 0)
		recording_tell(recording, "read");
	else if (err == -ENOMEM)
		error_tell("out of memory");
	else
		error_tell("cannot read %s: it is damaged: %s", recording->path, what);
	return -1;
}

static int fail(struct recording *recording, const char *what)
{
	recording_tell(recording, what);
	recording_close(recording);
	return -1;
}

static int refuse(struct recording *recording, const char *why)
{
	error_tell("%s: %s", recording->path, why);
	recording_close(recording);
	return -1;
}

/*
 * Before anything else is asked of SQLite, and before there are threads. glibc gives a thread a
 * heap of its own, which grows by a system call for every few pages: all take from the first one,
 * and that grows by much at a time.
 */
static void configure(void)
{
	static bool is_done;

	if (!is_done) {
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
#ifdef M_ARENA_MAX
		mallopt(M_ARENA_MAX, 1);
		mallopt(M_TOP_PAD, 1 << 20);
		mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
	}
	is_done = true;
}

static int open_db(struct recording *recording, int flags)
{
	const char *path = recording->path;

	configure();
	/* To what is in memory others are attached. */
	if (!path)
		flags |= SQLITE_OPEN_URI;
	if (page_sums_register() ||
	    sqlite3_open_v2(path ? path : ":memory:", &recording->db,
			    flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX,
			    path ? PAGE_SUMS_VFS : NULL))
		return -1;
	/* Somebody else's views, triggers and functions in them are not for us. */
	sqlite3_db_config(recording->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(recording->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(recording->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_busy_timeout(recording->db, 2000);
	return 0;
}

/* Whether kcovctl was killed before there were tables. 1, 0, or -1, told. */
static int is_empty(struct recording *recording)
{
	sqlite3_int64 n;

	if (rows_get_number(recording->db, "SELECT count(*) FROM sqlite_schema", &n))
		return fail(recording, "read");
	return !n;
}

/* Whether one of our tables is one, with no column that is computed. SQLITE_ROW, and *ret is that;
 * SQLITE_DONE: it is not there; or another result code. */
static int check_table(const struct recording *recording, const char *name, sqlite3_int64 *ret)
{
	return rows_get_once(recording->db,
			     "SELECT type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND NOT "
			     "EXISTS (SELECT 1 FROM pragma_table_xinfo(?1) WHERE hidden <> 0) "
			     "FROM sqlite_schema WHERE name = ?1",
			     ret, "t", name);
}

/* 0 or -1, told. */
static int check_tables(struct recording *recording)
{
	sqlite3_int64 is_right = 1;
	int code = SQLITE_ROW;

	for (const char *const *name = schema_names; *name && is_right; name++) {
		code = check_table(recording, *name, &is_right);
		if (code != SQLITE_ROW)
			break;
	}
	for (const struct schema_table *table = schema_added;
	     table->name && is_right && code == SQLITE_ROW; table++) {
		code = check_table(recording, table->name, &is_right);
		code = code == SQLITE_DONE ? SQLITE_ROW : code;
	}
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return fail(recording, "read");
	if (code == SQLITE_DONE || !is_right)
		return refuse(recording, "no recording: its tables are not what kcovctl makes");
	return 0;
}

static uint32_t read_be32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/*
 * Whether a file is a recording of a version that is known, by the header that each database of
 * SQLite begins with: other databases have no sums, and would be called damaged. 0 or -1, told.
 */
static int check_header(const char *path, const char *what)
{
	unsigned char header[100] = { 0 };
	FILE *file = fopen(path, "re");
	int err = -1;
	size_t n;

	if (!file) {
		error_tell("cannot %s %s: %m%s", what, path,
			   errno == ENOENT ? ": kcovctl record makes recordings" : "");
		return -1;
	}
	n = fread(header, 1, sizeof(header), file);
	if (ferror(file))
		error_tell("cannot read %s: %m", path);
	else if (n < sizeof(header) || memcmp(header, "SQLite format 3", 16) != 0 ||
		 read_be32(header + 68) != SCHEMA_APPLICATION)
		error_tell("%s: no recording: kcovctl record makes them", path);
	else if (read_be32(header + 60) / 1000 > SCHEMA_VERSION / 1000)
		error_tell("%s: made by a newer kcovctl, which is needed to read it", path);
	else
		err = 0;
	fclose(file);
	return err;
}

/* For reading, what it has itself must not be hidden. */
static bool is_hidden(const struct recording *recording, const char *name, const char *kind)
{
	sqlite3_int64 is_right;

	return *kind && check_table(recording, name, &is_right) == SQLITE_ROW;
}

/* What an older recording lacks, empty. kind: "" or "TEMP ". */
static int add_tables(const struct recording *recording, const char *kind)
{
	int code = SQLITE_OK;

	for (const struct schema_table *table = schema_added; table->name && !code; table++) {
		char *sql;

		if (is_hidden(recording, table->name, kind))
			continue;
		sql = sqlite3_mprintf(table->sql, kind);
		code = sql ? recording_run(recording, sql) : SQLITE_NOMEM;
		sqlite3_free(sql);
	}
	return code;
}

/* kind: "" or "TEMP ". */
static int make_views(const struct recording *recording, const char *kind)
{
	int code = SQLITE_OK;

	for (const char *const *view = schema_views; *view && !code; view++) {
		char *sql = sqlite3_mprintf(*view, kind);

		code = sql ? recording_run(recording, sql) : SQLITE_NOMEM;
		sqlite3_free(sql);
	}
	return code;
}

int recording_read_too(const struct recording *recording)
{
	/* In memory it has no others. */
	if (!recording->path || !make_views(recording, "TEMP "))
		return 0;
	recording_tell(recording, "read");
	return -1;
}

/* Before SQLite has locks of the file, which closing any descriptor of it drops. */
static int recover_to_read(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), err;

	if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EROFS))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_tell("cannot open %s: %m", path);
		return -1;
	}
	err = recover(path, fd, false);
	close(fd);
	return err;
}

int recording_open(const char *path, struct recording *ret)
{
	int empty;

	*ret = (struct recording){ .path = path, .lock = -1 };
	if (check_header(path, "open") || recover_to_read(path))
		return -1;
	if (open_db(ret, SQLITE_OPEN_READONLY))
		return fail(ret, "open");
	empty = is_empty(ret);
	if (empty > 0)
		return refuse(ret, "no run has begun in it: kcovctl was killed before that");
	if (empty < 0 || check_tables(ret))
		return -1;
	/* What is chosen of it needs no directory for temporary files. */
	if (recording_run(ret, "PRAGMA temp_store = MEMORY") || add_tables(ret, "TEMP ") ||
	    make_views(ret, "TEMP "))
		return fail(ret, "read");
	return 0;
}

static int lock(struct recording *recording)
{
	int err;

	recording->lock = open(recording->path, O_RDWR | O_CLOEXEC);
	if (recording->lock < 0) {
		error_tell("cannot open %s: %m", recording->path);
		recording_close(recording);
		return -1;
	}
	err = writer_lock_take(recording->lock);
	if (!err)
		return 0;
	if (err == -EAGAIN)
		error_tell("%s: another kcovctl is recording into it", recording->path);
	else
		error_tell("cannot lock %s: %s", recording->path, strerror(-err));
	recording_close(recording);
	return -1;
}

static int prepare_to_write(const struct recording *recording)
{
	/* A second's worth goes to the file at once: recording_checkpoint(). */
	return recording_run(recording, "PRAGMA journal_mode = WAL;"
					"PRAGMA wal_autocheckpoint = 0;"
					"PRAGMA synchronous = NORMAL;"
					"PRAGMA temp_store = MEMORY;"
					"PRAGMA cache_size = -65536");
}

/* All at once: there are all tables or none. */
static int make_tables(const struct recording *recording)
{
	int code = recording_run(recording, "BEGIN");

	if (!code)
		code = recording_run(recording, schema_tables);
	if (!code)
		code = add_tables(recording, "");
	/* What is in memory is asked as one that was opened is. */
	if (!code)
		code = make_views(recording, recording->path ? "" : "TEMP ");
	return code ? code : recording_run(recording, "COMMIT");
}

/* What a newer kcovctl has more than the one that made it. */
static int bring_up_to_date(const struct recording *recording)
{
	int code = add_tables(recording, "");

	return code ? code : make_views(recording, "");
}

int recording_append(const char *path, struct recording *ret)
{
	int empty;

	*ret = (struct recording){ .path = path, .lock = -1 };
	if (check_header(path, "append to") || lock(ret))
		return -1;
	if (recover(path, ret->lock, true)) {
		recording_close(ret);
		return -1;
	}
	if (open_db(ret, SQLITE_OPEN_READWRITE))
		return fail(ret, "open");
	empty = is_empty(ret);
	if (empty < 0 || (!empty && check_tables(ret)))
		return -1;
	if (prepare_to_write(ret) || (empty ? make_tables(ret) : bring_up_to_date(ret)))
		return fail(ret, "write");
	return 0;
}

/* A file that says what it is as soon as there is something in it, in one page. */
static int make_file(const struct recording *recording)
{
	char sql[192];
	int code = page_sums_prepare(recording->db);

	/* Until there is a log, there is nothing that could be lost. */
	snprintf(sql, sizeof(sql),
		 "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN;"
		 "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
		 SCHEMA_APPLICATION, SCHEMA_VERSION);
	return code ? code : recording_run(recording, sql);
}

static int make(const struct recording *recording)
{
	int code = recording->path ? make_file(recording) : SQLITE_OK;

	if (!code)
		code = prepare_to_write(recording);
	return code ? code : make_tables(recording);
}

/* What is in its write-ahead log is in the recording then. 0 or -1, told. */
static int empty_log(const char *path)
{
	struct recording recording;
	int err;

	if (recording_append(path, &recording))
		return -1;
	err = recording_checkpoint(&recording) ? -1 : 0;
	if (err)
		recording_tell(&recording, "read");
	recording_close(&recording);
	return err;
}

/* One that has no write-ahead log: nobody writes it, and it is as a checkpoint left it. */
static int look_at(const char *path)
{
	struct recording recording = { .path = path, .lock = -1 };
	int err;

	if (check_header(path, "append to") || lock(&recording))
		return -1;
	err = recover(path, recording.lock, true);
	recording_close(&recording);
	return err;
}

/* With all that is in its write-ahead log, which does not go with it. 0 or -1, told. */
static int put_away(const char *path)
{
	int err, has_log;
	char *name;

	if (access(path, F_OK))
		return 0;
	has_log = recover_has_wal(path);
	if (has_log < 0)
		return -1;
	err = has_log ? empty_log(path) : look_at(path);
	if (err)
		return err;
	if (asprintf(&name, "%s.old", path) < 0) {
		error_tell("cannot rename %s: %m", path);
		return -1;
	}
	err = rename(path, name);
	if (err)
		error_tell("cannot rename %s to %s: %m", path, name);
	free(name);
	return err;
}

int recording_create(const char *path, struct recording *ret)
{
	*ret = (struct recording){ .path = path, .lock = -1 };
	if (path && put_away(path))
		return -1;
	if (open_db(ret, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) || make(ret))
		return fail(ret, "make");
	return path ? lock(ret) : 0;
}

/*
 * TRUNCATE, so that what is left of the log cannot be taken for what comes next. While somebody
 * reads what was there before, it has to wait, or stays in the log.
 */
int recording_checkpoint(const struct recording *recording)
{
	int code = sqlite3_wal_checkpoint_v2(recording->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
					     NULL);

	return (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED ? SQLITE_OK : code;
}

void recording_close(struct recording *recording)
{
	/* One that nobody writes needs no file beside it, and so no directory that it could have
	 * one in. Another one may read it: then it stays as it is. Only one page is written for
	 * that, which needs no journal on the disk. */
	if (recording->db && recording->lock >= 0)
		recording_run(recording, "PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY");
	sqlite3_close(recording->db);
	recording->db = NULL;
	/* Last: closing any descriptor of a file drops the locks that SQLite has of it. */
	if (recording->lock >= 0)
		close(recording->lock);
	recording->lock = -1;
}
