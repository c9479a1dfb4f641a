// SPDX-License-Identifier: MIT
#include "watched-files.h"

#include "store/wal-damage.h"

#include <errno.h>

enum {
	FLIPS = 300,
	SEED = 20261130,
};

static char directory[] = "/tmp/wal-damage-XXXXXX";

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

/* Whether the last copy of a WAL is damaged, as far as can be known. */
static bool is_told(void)
{
	struct wal_damage damage;
	int ret = wal_damage_find("copy-wal", &damage);

	assert_in_range(ret, 0, 1);
	if (ret)
		assert_true(damage.n >= damage.frame);
	return ret;
}

/* But for the last transaction's last frame, with which what is lost was written last. */
static void a_flipped_bit_that_loses_transactions_is_told(void **state)
{
	uint64_t right[TRANSACTIONS + 1], random = SEED;
	sqlite3 *db = create_wal("full", right);
	struct content content = load("full"), wal = load("full-wal");
	int lost[TRANSACTIONS + 1] = { 0 };

	(void)state;
	for (int i = 0; i < FLIPS; i++) {
		/* Some of the WAL's header and of the first frame's. */
		const size_t bit = next_random(&random) % (i % 10 ? 8 * wal.n : 56 * 8);
		int n;

		flip(&wal, bit);
		save("copy-wal", &wal);
		if (is_told()) {
			n = transactions(&content, &wal, right);
			assert_in_range(n, 0, TRANSACTIONS - 1);
			lost[TRANSACTIONS - n]++;
		} else {
			assert_true(bit / 8 >= wal.n - FRAME);
			assert_int_equal(transactions(&content, &wal, right), TRANSACTIONS - 1);
		}
		flip(&wal, bit);
	}
	print_message("seed %d: of %d flips", SEED, FLIPS);
	for (int i = 1; i <= TRANSACTIONS; i++)
		print_message(" %d lose %d", lost[i], i);
	print_message(" of %d transactions and are told\n", TRANSACTIONS);
	assert_true(lost[TRANSACTIONS] > 0);
	close_database(db);
	free(content.at);
	free(wal.at);
}

/* The one whose bytes of the salt are damaged in the header, and those of another machine. */
static void a_damaged_header_is_told(void **state)
{
	uint64_t right[TRANSACTIONS + 1];
	sqlite3 *db = create_wal("full", right);
	struct content wal = load("full-wal");
	struct wal_damage damage;

	(void)state;
	for (size_t bit = 0; bit < 32 * 8; bit++) {
		flip(&wal, bit);
		save("copy-wal", &wal);
		assert_int_equal(wal_damage_find("copy-wal", &damage), 1);
		assert_int_equal(damage.frame, 0);
		assert_int_equal(damage.n, (wal.n - 32) / FRAME);
		flip(&wal, bit);
	}
	close_database(db);
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
		int n;

		save("copy-wal", &wal);
		assert_false(is_told());
		n = transactions(&content, &wal, right);
		assert_in_range(n, 0, last);
		last = n;
		wal.n -= 20001;
	}
	assert_int_equal(last, 0);
	close_database(db);
	free(content.at);
	free(wal.at);
}

static int n_seen;

static void see(enum watched what)
{
	struct content wal;

	if (what != WATCHED_WAL)
		return;
	wal = load("full-wal");
	save("copy-wal", &wal);
	assert_false(is_told());
	free(wal.at);
	n_seen++;
}

/*
 * Transactions that are larger than SQLite's cache, so that it writes pages before they end, and
 * again; some of them are given up; and one that goes on where the WAL began, over old frames.
 */
static void what_a_killed_process_leaves_is_not_damaged(void **state)
{
	sqlite3 *db = create("full"), *reader;

	(void)state;
	add_rows(db, 1, 300);
	run(db, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = 3");
	watch = see;
	add_rows(db, 100, 100);
	run(db, "BEGIN; UPDATE hit SET hits = hits + 1; UPDATE hit SET hits = hits + 1; ROLLBACK");
	run(db, "BEGIN; SAVEPOINT s; UPDATE hit SET hits = hits + 2; ROLLBACK TO s; COMMIT");
	add_rows(db, 101, 30);
	run(db, "PRAGMA wal_checkpoint(RESTART)");
	add_rows(db, 102, 30);
	run(db, "BEGIN; UPDATE hit SET hits = hits + 1");
	reader = open_with_sums("full");
	right_answers(reader);
	close_database(reader);
	run(db, "ROLLBACK");
	watch = NULL;
	assert_true(n_seen > 100);
	print_message("%d moments\n", n_seen);
	close_database(db);
}

static void there_need_not_be_a_wal(void **state)
{
	struct wal_damage damage;

	(void)state;
	assert_int_equal(wal_damage_find("nothing-wal", &damage), 0);
	assert_int_equal(wal_damage_find(".", &damage), -EIO);
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
		cmocka_unit_test(a_flipped_bit_that_loses_transactions_is_told),
		cmocka_unit_test(a_damaged_header_is_told),
		cmocka_unit_test(a_wal_that_is_cut_loses_whole_transactions),
		cmocka_unit_test(what_a_killed_process_leaves_is_not_damaged),
		cmocka_unit_test(there_need_not_be_a_wal),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
