// SPDX-License-Identifier: MIT
#include "sums-fixture.h"

#include "store/page-stamp.h"

#include <sys/wait.h>

enum {
	FLIPS = 300,
	SEED = 20261130,
};

static char directory[] = "/tmp/page-sums-XXXXXX";

/* By the file below SQLite, so that those are read, too, that nothing refers to. */
static void assert_every_page_has_its_sum(sqlite3 *db)
{
	unsigned char page[PAGE_SUMS_PAGE_SIZE];
	const unsigned char *tail = page + PAGE_SUMS_PAGE_SIZE - PAGE_SUMS_RESERVED;
	sqlite3_file *file;
	sqlite3_int64 size;

	assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file),
			 SQLITE_OK);
	assert_int_equal(file->pMethods->xFileSize(file, &size), SQLITE_OK);
	assert_true(size > 0);
	assert_int_equal(size % PAGE_SUMS_PAGE_SIZE, 0);
	for (sqlite3_int64 at = 0; at < size; at += PAGE_SUMS_PAGE_SIZE) {
		assert_int_equal(file->pMethods->xRead(file, page, sizeof(page), at), SQLITE_OK);
		assert_int_not_equal(page_stamp_get(tail, (uint32_t)(at / PAGE_SUMS_PAGE_SIZE) + 1),
				     PAGE_STAMP_UNKNOWN);
	}
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
	uint64_t random = SEED, right;
	struct content content = load_full(&right);
	int found = 0;

	(void)state;
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
	uint64_t right;
	struct content content = load_full(&right);

	(void)state;
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
	uint64_t right;
	struct content content = load_full(&right);

	(void)state;
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
