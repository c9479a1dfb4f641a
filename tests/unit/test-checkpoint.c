// SPDX-License-Identifier: MIT
#include "watched-files.h"

#include "store/before-images.h"
#include "store/page-stamp.h"

#include <errno.h>

enum {
	SEED = 20261130,
	CHECKPOINTS = 4,
	COPIES = 400,
};

static char directory[] = "/tmp/checkpoint-XXXXXX";

/* What is right after so many checkpoints, and how many have begun. */
static uint64_t right[CHECKPOINTS + 1];
static int n_begun;

/* What the file was at each moment. */
static struct {
	struct content at[8000];
	size_t n;
} moments;

static int restore(const char *path)
{
	int fd = open(path, O_RDWR), err;

	assert_true(fd >= 0);
	err = before_images_restore(fd);
	if (!err)
		assert_int_equal(before_images_find(fd), 0);
	close(fd);
	return err;
}

static int number_of(uint64_t got)
{
	int n = CHECKPOINTS;

	while (n >= 0 && right[n] != got)
		n--;
	assert_true(n >= 0);
	return n;
}

/* Which of them a copy has, without its WAL; -1: it is refused. */
static int read_copy(void)
{
	sqlite3 *db;
	uint64_t got;
	int rc, err = restore("copy");

	if (err) {
		assert_int_equal(err, -EBADMSG);
		return -1;
	}
	db = open_with_sums("copy");
	rc = answers(db, &got);
	if (rc != SQLITE_OK)
		assert_int_equal(rc, SQLITE_IOERR_DATA);
	else
		assert_integrity(db);
	close_database(db);
	return rc == SQLITE_OK ? number_of(got) : -1;
}

static int read_copy_of(const struct content *content)
{
	remove_database("copy");
	save("copy", content);
	return read_copy();
}

static void keep_moment(enum watched what)
{
	if (what != WATCHED_DATABASE)
		return;
	assert_true(moments.n < sizeof(moments.at) / sizeof(moments.at[0]));
	moments.at[moments.n++] = load("full");
}

static void free_moments(void)
{
	while (moments.n)
		free(moments.at[--moments.n].at);
}

static void checkpoint(sqlite3 *db)
{
	run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/* Some that write over pages and add pages; one that adds none, and does not write page 1. */
static sqlite3 *make_checkpoints(void)
{
	sqlite3 *db = create_full("full");

	right[0] = right_answers(db);
	for (n_begun = 1; n_begun <= CHECKPOINTS; n_begun++) {
		if (n_begun == 3)
			run(db, "UPDATE hit SET hits = hits + 1 WHERE point % 30 = 7");
		else
			add_rows(db, 100 + n_begun, 200);
		right[n_begun] = right_answers(db);
		watch = keep_moment;
		checkpoint(db);
		watch = NULL;
	}
	return db;
}

static void a_copy_at_any_moment_has_all_of_a_checkpoint_or_nothing(void **state)
{
	sqlite3 *db = make_checkpoints();
	int last = 0, seen[CHECKPOINTS + 1] = { 0 };

	(void)state;
	close_database(db);
	for (size_t i = 0; i < moments.n; i++) {
		const int n = read_copy_of(&moments.at[i]);

		assert_in_range(n, last, CHECKPOINTS);
		last = n;
		seen[n]++;
	}
	assert_int_equal(last, CHECKPOINTS);
	for (int i = 0; i < CHECKPOINTS; i++)
		assert_true(seen[i] > 4);
	print_message("%zu moments\n", moments.n);
	free_moments();
}

/* Begins of some moments, each of one that is later, as who reads a file slowly has them. */
static struct content copy_over_time(uint64_t *random)
{
	const size_t parts = 2 + next_random(random) % 4;
	struct content ret = { malloc(1 << 24), 0 };
	size_t moment = 0;

	assert_non_null(ret.at);
	for (size_t i = 0; i < parts; i++) {
		const struct content *from;
		size_t end;

		moment +=
			next_random(random) % ((moments.n - moment + parts - i - 1) / (parts - i));
		from = &moments.at[moment];
		end = i + 1 == parts ? from->n : next_random(random) % (from->n / 4096) * 4096;
		if (end <= ret.n)
			continue;
		memcpy(ret.at + ret.n, from->at + ret.n, end - ret.n);
		ret.n = end;
	}
	return ret;
}

static void a_copy_that_is_made_over_time_is_right_or_refused(void **state)
{
	sqlite3 *db = make_checkpoints();
	int seen[CHECKPOINTS + 2] = { 0 };
	uint64_t random = SEED;

	(void)state;
	close_database(db);
	for (int i = 0; i < COPIES; i++) {
		struct content copy = copy_over_time(&random);

		seen[read_copy_of(&copy) + 1]++;
		free(copy.at);
	}
	print_message("seed %d: of %d copies %d are refused\n", SEED, COPIES, seen[0]);
	assert_in_range(seen[0], 1, COPIES - 1);
	free_moments();
}

static void a_wal_that_is_there_goes_on_from_what_was(void **state)
{
	sqlite3 *db = create_full("full");
	struct content wal;

	(void)state;
	add_rows(db, 100, 200);
	right[0] = right_answers(db);
	wal = load("full-wal");
	watch = keep_moment;
	checkpoint(db);
	watch = NULL;
	close_database(db);
	for (size_t i = 0; i < moments.n; i++) {
		remove_database("copy");
		save("copy", &moments.at[i]);
		save("copy-wal", &wal);
		assert_int_equal(read_copy(), 0);
	}
	free(wal.at);
	free_moments();
}

static void a_checkpoint_that_fails_is_made_again(void **state)
{
	int n = 0, is_made = 0;

	(void)state;
	for (; !is_made; n++) {
		sqlite3 *db = create_full("full");
		struct content content;

		right[0] = right_answers(db);
		add_rows(db, 100, 100);
		right[1] = right_answers(db);
		writes_left = n;
		is_made = sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) ==
			  SQLITE_OK;
		content = load("full");
		assert_int_equal(read_copy_of(&content), is_made);
		free(content.at);
		writes_left = -1;
		assert_true(right_answers(db) == right[1]);
		checkpoint(db);
		content = load("full");
		assert_int_equal(content.n % PAGE_SUMS_PAGE_SIZE, 0);
		assert_int_equal(read_copy_of(&content), 1);
		free(content.at);
		close_database(db);
	}
	assert_true(n > 20);
}

static void beside_a_reader_nothing_is_written(void **state)
{
	sqlite3 *db = create_full("full"), *reader = open_with_sums("full");
	struct content before = load("full"), after;

	(void)state;
	add_rows(db, 100, 100);
	run(reader, "BEGIN");
	right_answers(reader);
	add_rows(db, 101, 100);
	sqlite3_busy_timeout(db, 20);
	assert_int_equal(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
			 SQLITE_OK);
	after = load("full");
	assert_int_equal(after.n, before.n);
	assert_memory_equal(after.at, before.at, after.n);
	free(after.at);
	/* One that has no reader in its way comes to its end. */
	run(reader, "COMMIT");
	right[0] = right_answers(db);
	checkpoint(db);
	after = load("full");
	assert_int_equal(read_copy_of(&after), 0);
	close_database(reader);
	close_database(db);
	free(before.at);
	free(after.at);
}

/* The shell of SQLite, say: it reads what a kcovctl left that was killed, and makes its checkpoint.
 */
static void others_make_checkpoints_too(void **state)
{
	uint64_t of_wal[TRANSACTIONS + 1];
	sqlite3 *db = create_wal("full", of_wal), *other;
	struct content content = load("full"), wal = load("full-wal");

	(void)state;
	close_database(db);
	remove_database("full");
	save("full", &content);
	save("full-wal", &wal);
	other = open_by("watched", "full");
	assert_true(right_answers(other) == of_wal[TRANSACTIONS]);
	close_database(other);
	db = open_with_sums("full");
	right[0] = right_answers(db);
	assert_true(right[0] == of_wal[TRANSACTIONS]);
	assert_integrity(db);
	add_rows(db, 200, 100);
	right[1] = right_answers(db);
	watch = keep_moment;
	checkpoint(db);
	watch = NULL;
	close_database(db);
	for (size_t i = 0; i < moments.n; i++)
		assert_in_range(read_copy_of(&moments.at[i]), 0, 1);
	free_moments();
	free(content.at);
	free(wal.at);
}

/* The next moment at which an image was written, and its page is still as it was. */
static struct content *find_image(size_t moment)
{
	while (moments.at[moment + 1].n <= moments.at[moment].n ||
	       moments.at[moment + 2].n != moments.at[moment + 1].n)
		assert_true(++moment + 2 < moments.n);
	return &moments.at[moment + 1];
}

/* The last ones: without the last, pages that have a later stamp are told. */
static void images_that_are_damaged_are_told(void **state)
{
	uint64_t random = SEED;
	struct content *half;

	(void)state;
	close_database(make_checkpoints());
	half = find_image(moments.n * 7 / 8);
	assert_int_equal(read_copy_of(half), CHECKPOINTS - 1);
	for (int i = 0; i < COPIES / 4; i++) {
		const size_t bit = next_random(&random) % (8 * 4 * BEFORE_IMAGE_SIZE);
		const size_t at = 8 * (half->n - 5 * BEFORE_IMAGE_SIZE) + bit;

		flip(half, at);
		assert_int_equal(read_copy_of(half), -1);
		flip(half, at);
	}
	free_moments();
}

static void an_image_that_was_being_written_does_not_count(void **state)
{
	struct content *last;
	size_t end;

	(void)state;
	close_database(make_checkpoints());
	last = find_image(moments.n / 8);
	for (end = last->n; last->n > end - BEFORE_IMAGE_SIZE; last->n -= 97)
		assert_int_equal(read_copy_of(last), 0);
	free_moments();
}

static void a_stamp_is_of_one_page_as_it_was_written(void **state)
{
	uint8_t tail[PAGE_SUMS_RESERVED] = "a sum...", was[PAGE_SUMS_RESERVED];

	(void)state;
	assert_int_equal(page_stamp_get(tail, 7), 0);
	page_stamp_put(tail, 7, 12345);
	assert_int_equal(page_stamp_get(tail, 7), 12345);
	assert_int_equal(page_stamp_get(tail, 8), PAGE_STAMP_UNKNOWN);
	for (size_t bit = 0; bit < 8 * sizeof(tail); bit++) {
		memcpy(was, tail, sizeof(tail));
		tail[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(page_stamp_get(tail, 7), PAGE_STAMP_UNKNOWN);
		memcpy(tail, was, sizeof(tail));
	}
	page_stamp_put(tail, 7, PAGE_STAMP_UNKNOWN);
	assert_int_equal(page_stamp_get(tail, 7), PAGE_STAMP_UNKNOWN);
}

static int begin(void **state)
{
	(void)state;
	return begin_watched(directory);
}

static int end(void **state)
{
	(void)state;
	return end_watched(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_at_any_moment_has_all_of_a_checkpoint_or_nothing),
		cmocka_unit_test(a_copy_that_is_made_over_time_is_right_or_refused),
		cmocka_unit_test(a_wal_that_is_there_goes_on_from_what_was),
		cmocka_unit_test(a_checkpoint_that_fails_is_made_again),
		cmocka_unit_test(beside_a_reader_nothing_is_written),
		cmocka_unit_test(others_make_checkpoints_too),
		cmocka_unit_test(images_that_are_damaged_are_told),
		cmocka_unit_test(an_image_that_was_being_written_does_not_count),
		cmocka_unit_test(a_stamp_is_of_one_page_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
