/* SPDX-License-Identifier: MIT */
#ifndef KCOV_TESTS_SUMS_FIXTURE_H
#define KCOV_TESTS_SUMS_FIXTURE_H

#include "unit.h"

#include "store/page-sums.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A database whose pages have sums, in the directory that the test is in, and copies of its files.
 */

enum {
	ROWS = 3000,
	TRANSACTIONS = 6,
	FRAME = 24 + PAGE_SUMS_PAGE_SIZE,
};

/* A file's bytes. */
struct content {
	unsigned char *at;
	size_t n;
};

static inline struct content load(const char *path)
{
	struct content content = { 0 };
	struct stat st;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	content.n = (size_t)st.st_size;
	content.at = malloc(content.n + 1);
	assert_non_null(content.at);
	assert_int_equal(read(fd, content.at, content.n), content.n);
	close(fd);
	return content;
}

static inline void save(const char *path, const struct content *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content->at, content->n), content->n);
	close(fd);
}

static inline void flip(struct content *content, size_t bit)
{
	content->at[bit / 8] ^= (unsigned char)(1 << bit % 8);
}

static inline uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return *state >> 16;
}

static inline void remove_database(const char *path)
{
	char name[64];

	unlink(path);
	snprintf(name, sizeof(name), "%s-wal", path);
	unlink(name);
	snprintf(name, sizeof(name), "%s-shm", path);
	unlink(name);
}

static inline sqlite3 *open_by(const char *vfs, const char *path)
{
	sqlite3 *db;

	assert_int_equal(
		sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs),
		SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
	sqlite3_extended_result_codes(db, 1);
	return db;
}

static inline sqlite3 *open_with_sums(const char *path)
{
	return open_by(PAGE_SUMS_VFS, path);
}

static inline void run(sqlite3 *db, const char *sql)
{
	char *error = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
}

static inline void close_database(sqlite3 *db)
{
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline void add_to(uint64_t *hash, const void *value, size_t n)
{
	const unsigned char *bytes = value;

	for (size_t i = 0; i < n; i++)
		*hash = (*hash ^ bytes[i]) * 0x100000001b3;
}

/* Into a hash of all that a query answers; returns what ended it. */
static inline int answer(sqlite3 *db, const char *sql, uint64_t *hash)
{
	sqlite3_stmt *query;
	int rc = sqlite3_prepare_v2(db, sql, -1, &query, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(query)) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(query); i++)
			add_to(hash, sqlite3_column_blob(query, i),
			       (size_t)sqlite3_column_bytes(query, i));
	sqlite3_finalize(query);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static inline int answers(sqlite3 *db, uint64_t *ret)
{
	static const char *const queries[] = {
		"SELECT * FROM hit ORDER BY run, point",
		"SELECT sum(hits), count(*), max(name) FROM hit",
		"SELECT name FROM hit ORDER BY name",
		"SELECT id, data FROM block",
	};
	int rc = SQLITE_OK;

	*ret = 0xcbf29ce484222325;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]) && rc == SQLITE_OK; i++)
		rc = answer(db, queries[i], ret);
	return rc;
}

static inline uint64_t right_answers(sqlite3 *db)
{
	uint64_t ret;

	assert_int_equal(answers(db, &ret), SQLITE_OK);
	return ret;
}

static inline void assert_integrity(sqlite3 *db)
{
	sqlite3_stmt *query;

	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &query, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(query), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(query, 0), "ok");
	sqlite3_finalize(query);
}

static inline void add_rows(sqlite3 *db, int run_id, int rows)
{
	char *sql = sqlite3_mprintf(
		"BEGIN;"
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		" INSERT INTO hit SELECT %d, i, i * 7919 %% 1000003, 'name ' || (i * 31 %% 977) FROM n;"
		"UPDATE hit SET hits = hits + 1 WHERE point %% 50 = 0;"
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
		" INSERT INTO block(data) SELECT CAST(replace(printf('%%5000d', i * %d), ' ', 'data-')"
		"  AS BLOB) FROM n;"
		"COMMIT",
		rows, run_id, run_id);

	run(db, sql);
	sqlite3_free(sql);
}

static inline sqlite3 *create(const char *path)
{
	sqlite3 *db;

	remove_database(path);
	db = open_with_sums(path);
	assert_int_equal(page_sums_prepare(db), SQLITE_OK);
	run(db, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
		"CREATE TABLE hit(run INTEGER, point INTEGER, hits INTEGER, name TEXT,"
		" PRIMARY KEY(run, point)) STRICT, WITHOUT ROWID;"
		"CREATE INDEX hit_name ON hit(name);"
		"CREATE TABLE block(id INTEGER PRIMARY KEY, data BLOB) STRICT");
	return db;
}

/* Some transactions, checkpoints between them, of each kind. */
static inline sqlite3 *create_full(const char *path)
{
	static const char *const checkpoints[] = { "PASSIVE", "FULL", "RESTART", "TRUNCATE" };
	sqlite3 *db = create(path);

	for (int i = 0; i < 4; i++) {
		char sql[64];

		add_rows(db, i, ROWS / 4);
		add_rows(db, 10 + i, 10);
		snprintf(sql, sizeof(sql), "PRAGMA wal_checkpoint(%s)", checkpoints[i]);
		run(db, sql);
	}
	return db;
}

/* The file of such a database that is closed; *right is what its answers are. */
static inline struct content load_full(uint64_t *right)
{
	sqlite3 *db = create_full("full");

	*right = right_answers(db);
	close_database(db);
	return load("full");
}

/*
 * A few transactions that are in the WAL alone, the first of which wrote pages twice; right[i] is
 * what is right after i of them.
 */
static inline sqlite3 *create_wal(const char *path, uint64_t right[TRANSACTIONS + 1])
{
	sqlite3 *db = create_full(path);

	right[0] = right_answers(db);
	for (int i = 0; i < TRANSACTIONS; i++) {
		/* Too little for the first, so that frames are written before it ends, and again.
		 */
		run(db, i == 0 ? "PRAGMA cache_size = 3" : "PRAGMA cache_size = 100");
		add_rows(db, 100 + i, i == 0 ? 500 : 20);
		right[i + 1] = right_answers(db);
	}
	return db;
}

#endif
