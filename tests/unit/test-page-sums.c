// SPDX-License-Identifier: MIT
#include "unit.h"

#include "store/page-sums.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FLIPS = 300,
	SEED = 20261130,
	ROWS = 3000,
	TRANSACTIONS = 6,
	FRAME = 24 + PAGE_SUMS_PAGE_SIZE,
};

static char directory[] = "/tmp/page-sums-XXXXXX";

/* A file's bytes. */
struct content {
	unsigned char *at;
	size_t n;
};

static struct content load(const char *path)
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

static void save(const char *path, const struct content *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content->at, content->n), content->n);
	close(fd);
}

static void flip(struct content *content, size_t bit)
{
	content->at[bit / 8] ^= (unsigned char)(1 << bit % 8);
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return *state >> 16;
}

static void remove_database(const char *path)
{
	char name[64];

	unlink(path);
	snprintf(name, sizeof(name), "%s-wal", path);
	unlink(name);
	snprintf(name, sizeof(name), "%s-shm", path);
	unlink(name);
}

static sqlite3 *open_by(const char *vfs, const char *path)
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

static sqlite3 *open_with_sums(const char *path)
{
	return open_by(PAGE_SUMS_VFS, path);
}

static void run(sqlite3 *db, const char *sql)
{
	char *error = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
}

static void close_database(sqlite3 *db)
{
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void add_to(uint64_t *hash, const void *value, size_t n)
{
	const unsigned char *bytes = value;

	for (size_t i = 0; i < n; i++)
		*hash = (*hash ^ bytes[i]) * 0x100000001b3;
}

/* Into a hash of all that a query answers; returns what ended it. */
static int answer(sqlite3 *db, const char *sql, uint64_t *hash)
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

static int answers(sqlite3 *db, uint64_t *ret)
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

static uint64_t right_answers(sqlite3 *db)
{
	uint64_t ret;

	assert_int_equal(answers(db, &ret), SQLITE_OK);
	return ret;
}

static void assert_integrity(sqlite3 *db)
{
	sqlite3_stmt *query;

	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &query, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(query), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(query, 0), "ok");
	sqlite3_finalize(query);
}

/* By the file below SQLite, so that those are read, too, that nothing refers to. */
static void assert_every_page_has_its_sum(sqlite3 *db)
{
	static const unsigned char zeros[8];
	unsigned char page[PAGE_SUMS_PAGE_SIZE];
	sqlite3_file *file;
	sqlite3_int64 size;

	assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file),
			 SQLITE_OK);
	assert_int_equal(file->pMethods->xFileSize(file, &size), SQLITE_OK);
	assert_true(size > 0);
	assert_int_equal(size % PAGE_SUMS_PAGE_SIZE, 0);
	for (sqlite3_int64 at = 0; at < size; at += PAGE_SUMS_PAGE_SIZE) {
		assert_int_equal(file->pMethods->xRead(file, page, sizeof(page), at), SQLITE_OK);
		/* And nothing behind it. */
		assert_memory_equal(page + sizeof(page) - 8, zeros, 8);
	}
}

static void add_rows(sqlite3 *db, int run_id, int rows)
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

static sqlite3 *create(const char *path)
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
static sqlite3 *create_full(const char *path)
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

static void what_was_written_is_read(void **state)
{
	sqlite3 *db = create_full("full");
	const uint64_t right = right_answers(db);
	struct page_damage damage;

	(void)state;
	close_database(db);
	db = open_with_sums("full");
	assert_integrity(db);
	assert_every_page_has_its_sum(db);
	assert_true(right_answers(db) == right);
	assert_false(page_sums_damage(db, "main", &damage));
	close_database(db);
	/* As the shell of SQLite does. */
	db = open_by(NULL, "full");
	assert_integrity(db);
	assert_true(right_answers(db) == right);
	assert_false(page_sums_damage(db, "main", &damage));
	close_database(db);
}

/* Opens it and asks it all; whether the answers are right, and each error is of the right page. */
static bool is_found(const char *path, const char *before, uint64_t right, size_t at)
{
	sqlite3 *db = open_with_sums(path);
	struct page_damage damage;
	uint64_t got;
	int rc;

	run(db, before);
	rc = answers(db, &got);
	if (rc == SQLITE_OK) {
		assert_true(got == right);
		assert_false(page_sums_damage(db, "main", &damage));
	} else {
		assert_int_equal(rc, SQLITE_IOERR_DATA);
		assert_true(page_sums_damage(db, "main", &damage));
		assert_int_equal(damage.page, at / PAGE_SUMS_PAGE_SIZE + 1);
		assert_int_equal(damage.offset, at / PAGE_SUMS_PAGE_SIZE * PAGE_SUMS_PAGE_SIZE);
		assert_false(damage.in_wal);
	}
	close_database(db);
	return rc != SQLITE_OK;
}

static void a_flipped_bit_is_an_error(void **state)
{
	sqlite3 *db = create_full("full");
	const uint64_t right = right_answers(db);
	uint64_t random = SEED;
	struct content content;
	int found = 0;

	(void)state;
	close_database(db);
	content = load("full");
	for (int i = 0; i < FLIPS; i++) {
		const size_t bit = next_random(&random) % (8 * content.n);

		flip(&content, bit);
		remove_database("flipped");
		save("flipped", &content);
		found += is_found("flipped", i % 2 ? "" : "PRAGMA mmap_size = 100000000", right,
				  bit / 8);
		flip(&content, bit);
	}
	print_message("seed %d: %d of %d flips found, the others change nothing\n", SEED, found,
		      FLIPS);
	/* But for pages that are free, and what balances the WAL. */
	assert_true(found > FLIPS * 9 / 10);
	free(content.at);
}

/* On which it depends how the rest is read. */
static void a_flipped_bit_of_the_header_is_an_error(void **state)
{
	sqlite3 *db = create_full("full");
	const uint64_t right = right_answers(db);
	struct content content;

	(void)state;
	close_database(db);
	content = load("full");
	for (size_t bit = 0; bit < 100 * 8; bit++) {
		flip(&content, bit);
		remove_database("flipped");
		save("flipped", &content);
		assert_true(is_found("flipped", "", right, bit / 8));
		flip(&content, bit);
	}
	free(content.at);
}

static void a_page_in_anothers_place_is_an_error(void **state)
{
	unsigned char page[PAGE_SUMS_PAGE_SIZE];
	sqlite3 *db = create_full("full");
	const uint64_t right = right_answers(db);
	struct content content;

	(void)state;
	close_database(db);
	content = load("full");
	memcpy(page, content.at + 4 * sizeof(page), sizeof(page));
	memcpy(content.at + 4 * sizeof(page), content.at + 9 * sizeof(page), sizeof(page));
	save("swapped", &content);
	assert_true(is_found("swapped", "", right, 4 * sizeof(page)));
	free(content.at);
}

static void a_page_that_is_cut_is_an_error(void **state)
{
	static const size_t cuts[] = { 1, 8, 16, 17, 4096, PAGE_SUMS_PAGE_SIZE - 1 };
	sqlite3 *db = create("full");
	struct content content;
	uint64_t right;

	(void)state;
	/* So that there is no free page at its end. */
	add_rows(db, 1, 100);
	right = right_answers(db);
	close_database(db);
	content = load("full");
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		content.n -= cuts[i];
		remove_database("cut");
		save("cut", &content);
		assert_true(is_found("cut", "", right, content.n));
		content.n += cuts[i];
	}
	free(content.at);
}

/* A page that is written in part, over an older one. */
static void a_page_that_is_half_another_is_an_error(void **state)
{
	sqlite3 *db = create_full("full");
	struct content old = load("full"), new;
	uint64_t right;
	size_t changed = 0;

	(void)state;
	add_rows(db, 20, 100);
	right = right_answers(db);
	close_database(db);
	new = load("full");
	for (size_t at = 0; at < old.n; at += PAGE_SUMS_PAGE_SIZE) {
		if (!memcmp(old.at + at, new.at + at, 4096) ||
		    !memcmp(old.at + at + 4096, new.at + at + 4096, 4096 - PAGE_SUMS_RESERVED))
			continue;
		for (size_t i = 0; i < 4096; i++) {
			const unsigned char byte = new.at[at + i];

			new.at[at + i] = old.at[at + i];
			old.at[at + i] = byte;
		}
		remove_database("half");
		save("half", &new);
		assert_true(is_found("half", "", right, at));
		memcpy(new.at + at, old.at + at, 4096);
		changed++;
	}
	assert_true(changed > 0);
	free(old.at);
	free(new.at);
}

/*
 * A few transactions that are in the WAL alone, the first of which wrote pages twice; right[i] is
 * what is right after i of them.
 */
static sqlite3 *create_wal(const char *path, uint64_t right[TRANSACTIONS + 1])
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

static void a_wal_is_recovered(void **state)
{
	uint64_t right[TRANSACTIONS + 1];
	sqlite3 *db = create_wal("full", right);
	struct content content = load("full"), wal = load("full-wal");

	(void)state;
	assert_true((wal.n - 32) / FRAME > 50);
	for (int i = 0; i < 2; i++) {
		sqlite3 *copy;

		remove_database("copy");
		save("copy", &content);
		save("copy-wal", &wal);
		/* The other one is as SQLite's shell. */
		copy = open_by(i ? NULL : PAGE_SUMS_VFS, "copy");
		assert_integrity(copy);
		assert_true(right_answers(copy) == right[TRANSACTIONS]);
		close_database(copy);
	}
	close_database(db);
	db = open_with_sums("full");
	assert_every_page_has_its_sum(db);
	assert_true(right_answers(db) == right[TRANSACTIONS]);
	close_database(db);
	free(content.at);
	free(wal.at);
}

/* Opens both copies; returns how many of the transactions are there, -1: an error. */
static int transactions(const struct content *content, const struct content *wal,
			const uint64_t right[TRANSACTIONS + 1])
{
	int rc, n = TRANSACTIONS;
	sqlite3 *db;
	uint64_t got;

	remove_database("copy");
	save("copy", content);
	save("copy-wal", wal);
	db = open_with_sums("copy");
	rc = answers(db, &got);
	close_database(db);
	if (rc != SQLITE_OK)
		return -1;
	while (n >= 0 && right[n] != got)
		n--;
	assert_true(n >= 0);
	return n;
}

/* Where SQLite pads a WAL up to a sector of the disk, it writes a page in two parts. */
static void a_wal_is_not_padded(void **state)
{
	struct content wal;
	sqlite3 *db;

	(void)state;
	close_database(create("full"));
	assert_int_equal(sqlite3_open_v2("file:full?psow=0", &db,
					 SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, PAGE_SUMS_VFS),
			 SQLITE_OK);
	run(db, "PRAGMA synchronous = FULL; INSERT INTO block VALUES(1, x'01')");
	wal = load("full-wal");
	assert_int_equal(wal.n, 32 + FRAME);
	close_database(db);
	free(wal.at);
}

static void a_flipped_bit_of_a_wal_ends_it(void **state)
{
	uint64_t right[TRANSACTIONS + 1], random = SEED;
	sqlite3 *db = create_wal("full", right);
	struct content content = load("full"), wal = load("full-wal");
	int found[TRANSACTIONS + 2] = { 0 };

	(void)state;
	for (int i = 0; i < FLIPS; i++) {
		/* Some of the WAL's header and of the first frame's. */
		const size_t bit = next_random(&random) % (i % 10 ? 8 * wal.n : 56 * 8);

		flip(&wal, bit);
		found[transactions(&content, &wal, right) + 1]++;
		flip(&wal, bit);
	}
	print_message("seed %d: after %d flips", SEED, FLIPS);
	for (int i = 0; i <= TRANSACTIONS; i++)
		print_message(" %d have %d", found[i + 1], i);
	print_message(" of %d transactions, %d are errors\n", TRANSACTIONS, found[0]);
	assert_int_equal(found[0], 0);
	assert_true(found[1] > 0);
	close_database(db);
	free(content.at);
	free(wal.at);
}

static void a_wal_that_is_cut_loses_whole_transactions(void **state)
{
	uint64_t right[TRANSACTIONS + 1];
	sqlite3 *db = create_wal("full", right);
	struct content content = load("full"), wal = load("full-wal");
	int last = TRANSACTIONS;

	(void)state;
	while (wal.n > 40000) {
		const int n = transactions(&content, &wal, right);

		assert_in_range(n, 0, last);
		last = n;
		wal.n -= 20001;
	}
	assert_int_equal(last, 0);
	close_database(db);
	free(content.at);
	free(wal.at);
}

/* No recovery reads it before us. */
static void a_flipped_bit_of_a_wal_in_use_is_an_error(void **state)
{
	uint64_t right[TRANSACTIONS + 1], random = SEED, got;
	sqlite3 *db = create_wal("full", right);
	struct content wal = load("full-wal");
	int fd = open("full-wal", O_WRONLY), found = 0;

	(void)state;
	for (int i = 0; i < FLIPS; i++) {
		const size_t at = 32 + next_random(&random) % (wal.n - 32);
		const unsigned char byte = wal.at[at] ^ (unsigned char)(1 << i % 8);
		sqlite3 *reader = open_with_sums("full");
		struct page_damage damage;
		int rc;

		assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
		rc = answers(reader, &got);
		assert_int_equal(page_sums_damage(reader, "main", &damage), rc != SQLITE_OK);
		if (rc == SQLITE_OK) {
			assert_true(got == right[TRANSACTIONS]);
		} else {
			assert_int_equal(rc, SQLITE_IOERR_DATA);
			assert_true(damage.in_wal);
			assert_int_equal(damage.offset, 32 + (at - 32) / FRAME * FRAME + 24);
			found++;
		}
		assert_int_equal(pwrite(fd, &wal.at[at], 1, (off_t)at), 1);
		close_database(reader);
	}
	print_message("seed %d: %d of %d flips found\n", SEED, found, FLIPS);
	/* Most frames are of pages that a later one has, too. */
	assert_true(found > FLIPS / 10);
	assert_true(right_answers(db) == right[TRANSACTIONS]);
	close_database(db);
	close(fd);
	free(wal.at);
}

/* It would give damaged bytes a right sum. */
static void a_checkpoint_copies_no_damaged_page(void **state)
{
	uint64_t right[TRANSACTIONS + 1];
	sqlite3 *db = create_wal("full", right);
	struct content wal = load("full-wal");
	size_t last = 32 + (wal.n - 32) / FRAME * FRAME - FRAME + 24 + 100;
	struct page_damage damage;

	(void)state;
	flip(&wal, 8 * last);
	save("full-wal", &wal);
	assert_int_equal(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
			 SQLITE_IOERR_DATA);
	assert_true(page_sums_damage(db, "main", &damage));
	assert_true(damage.in_wal);
	flip(&wal, 8 * last);
	save("full-wal", &wal);
	run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	close_database(db);
	db = open_with_sums("full");
	assert_true(right_answers(db) == right[TRANSACTIONS]);
	close_database(db);
	free(wal.at);
}

/* What a transaction wrote and freed, unless SQLite overwrites what is deleted, as Debian's does.
 */
static void free_pages_have_a_sum(void **state)
{
	sqlite3 *db = create("full");

	(void)state;
	run(db, "PRAGMA secure_delete = OFF; PRAGMA cache_size = 20; BEGIN;"
		"INSERT INTO block VALUES(1, zeroblob(500000)), (2, zeroblob(500000));"
		"DELETE FROM block WHERE id = 1; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
	assert_every_page_has_its_sum(db);
	run(db,
	    "BEGIN; INSERT INTO block VALUES(3, zeroblob(900000)); DELETE FROM block WHERE id = 3;"
	    "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
	assert_every_page_has_its_sum(db);
	run(db, "INSERT INTO block VALUES(4, zeroblob(900000)); VACUUM");
	assert_integrity(db);
	close_database(db);
	db = open_with_sums("full");
	assert_every_page_has_its_sum(db);
	close_database(db);
}

/* SQLite never does that. */
static void a_part_of_a_page_is_not_written(void **state)
{
	static const unsigned char bytes[2 * PAGE_SUMS_PAGE_SIZE];
	sqlite3 *db = create("full");
	sqlite3_file *file;

	(void)state;
	assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file),
			 SQLITE_OK);
	assert_int_equal(file->pMethods->xWrite(file, bytes, 4096, PAGE_SUMS_PAGE_SIZE),
			 SQLITE_IOERR_WRITE);
	assert_int_equal(file->pMethods->xWrite(file, bytes, sizeof(bytes), PAGE_SUMS_PAGE_SIZE),
			 SQLITE_IOERR_WRITE);
	assert_int_equal(file->pMethods->xWrite(file, bytes, PAGE_SUMS_PAGE_SIZE, 4096),
			 SQLITE_IOERR_WRITE);
	close_database(db);
}

/* As SQLite 3.45 to 3.47 read long values; each part is right, or an error if its page is damaged.
 */
static void parts_of_pages_are_verified(void **state)
{
	unsigned char part[3 * PAGE_SUMS_PAGE_SIZE];
	struct content content;
	sqlite3_file *file;
	sqlite3 *db;

	(void)state;
	close_database(create_full("full"));
	content = load("full");
	flip(&content, 8 * (5 * PAGE_SUMS_PAGE_SIZE + 3000));
	save("flipped", &content);
	db = open_with_sums("flipped");
	assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file),
			 SQLITE_OK);
	for (size_t at = 0; at < 5 * PAGE_SUMS_PAGE_SIZE; at += 4001)
		for (size_t n = 1; n < sizeof(part); n += 5003) {
			const int rc = file->pMethods->xRead(file, part, (int)n, (sqlite3_int64)at);

			assert_int_equal(rc, at + n > 5 * PAGE_SUMS_PAGE_SIZE ? SQLITE_IOERR_DATA
									      : SQLITE_OK);
			if (rc == SQLITE_OK)
				assert_memory_equal(part, content.at + at, n);
		}
	/* Behind the end there are zeros. */
	memset(part, 1, sizeof(part));
	assert_int_equal(file->pMethods->xRead(file, part, 9000, (sqlite3_int64)content.n - 800),
			 SQLITE_IOERR_SHORT_READ);
	assert_memory_equal(part, content.at + content.n - 800, 800);
	for (size_t i = 800; i < 9000; i++)
		assert_int_equal(part[i], 0);
	close_database(db);
	free(content.at);
}

static void a_database_without_room_for_sums_is_not_written(void **state)
{
	static const char *const sizes[] = { "PRAGMA page_size = 4096", "PRAGMA page_size = 8192",
					     "PRAGMA page_size = 16384" };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		sqlite3 *db;

		remove_database("other");
		db = open_with_sums("other");
		run(db, sizes[i]);
		assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a)", NULL, NULL, NULL),
				 SQLITE_IOERR_WRITE);
		close_database(db);
	}
}

static void what_others_write_is_damage(void **state)
{
	sqlite3 *db = create_full("full");
	struct page_damage damage;
	uint64_t got;

	(void)state;
	close_database(db);
	db = open_by(NULL, "full");
	run(db, "UPDATE hit SET hits = 0");
	close_database(db);
	db = open_with_sums("full");
	assert_int_equal(answers(db, &got), SQLITE_IOERR_DATA);
	assert_true(page_sums_damage(db, "main", &damage));
	close_database(db);
}

static int write_pairs(void)
{
	sqlite3 *db = open_with_sums("pairs");

	run(db, "PRAGMA wal_autocheckpoint = 5; PRAGMA synchronous = OFF");
	for (int i = 1; i <= 200; i++) {
		char *sql = sqlite3_mprintf(
			"INSERT INTO block VALUES(%d, zeroblob(%d)), (%d, zeroblob(%d))", 2 * i,
			50 * i, 2 * i + 1, 9000);

		run(db, sql);
		sqlite3_free(sql);
	}
	close_database(db);
	return 0;
}

static int read_pairs(sqlite3 *db)
{
	sqlite3_stmt *query;
	int pairs;

	assert_int_equal(
		sqlite3_prepare_v2(db, "SELECT count(*), sum(length(data)) FROM block WHERE id > 1",
				   -1, &query, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(query), SQLITE_ROW);
	pairs = sqlite3_column_int(query, 0) / 2;
	assert_int_equal(sqlite3_column_int(query, 0) % 2, 0);
	assert_int_equal(sqlite3_column_int(query, 1), 25 * pairs * (pairs + 1) + 9000 * pairs);
	sqlite3_finalize(query);
	return pairs;
}

static void another_process_reads_what_one_writes(void **state)
{
	int status = 1, reads = 0;
	sqlite3 *db;
	pid_t child;

	(void)state;
	close_database(create("pairs"));
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(write_pairs());
	db = open_with_sums("pairs");
	while (waitpid(child, &status, WNOHANG) == 0) {
		read_pairs(db);
		/* And one whose cache is empty. */
		close_database(db);
		db = open_with_sums("pairs");
		reads++;
	}
	assert_int_equal(status, 0);
	assert_int_equal(read_pairs(db), 200);
	/* A checkpoint beside a reader leaves out pages that a later frame has. */
	run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_every_page_has_its_sum(db);
	close_database(db);
	print_message("%d reads beside it\n", reads);
}

static void registering_again_changes_nothing(void **state)
{
	const sqlite3_vfs *vfs = sqlite3_vfs_find(PAGE_SUMS_VFS);

	(void)state;
	assert_int_equal(page_sums_register(), SQLITE_OK);
	assert_ptr_equal(sqlite3_vfs_find(PAGE_SUMS_VFS), vfs);
	assert_ptr_not_equal(sqlite3_vfs_find(NULL), vfs);
}

static int begin(void **state)
{
	(void)state;
	return !mkdtemp(directory) || chdir(directory) || page_sums_register();
}

static int end(void **state)
{
	static const char *const made[] = { "full", "flipped", "swapped", "cut",
					    "half", "copy",    "other",   "pairs" };

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		remove_database(made[i]);
	return chdir("/") || rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(a_flipped_bit_is_an_error),
		cmocka_unit_test(a_flipped_bit_of_the_header_is_an_error),
		cmocka_unit_test(a_page_in_anothers_place_is_an_error),
		cmocka_unit_test(a_page_that_is_cut_is_an_error),
		cmocka_unit_test(a_page_that_is_half_another_is_an_error),
		cmocka_unit_test(a_wal_is_recovered),
		cmocka_unit_test(a_wal_is_not_padded),
		cmocka_unit_test(a_flipped_bit_of_a_wal_ends_it),
		cmocka_unit_test(a_wal_that_is_cut_loses_whole_transactions),
		cmocka_unit_test(a_flipped_bit_of_a_wal_in_use_is_an_error),
		cmocka_unit_test(a_checkpoint_copies_no_damaged_page),
		cmocka_unit_test(free_pages_have_a_sum),
		cmocka_unit_test(a_part_of_a_page_is_not_written),
		cmocka_unit_test(parts_of_pages_are_verified),
		cmocka_unit_test(a_database_without_room_for_sums_is_not_written),
		cmocka_unit_test(what_others_write_is_damage),
		cmocka_unit_test(another_process_reads_what_one_writes),
		cmocka_unit_test(registering_again_changes_nothing),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
