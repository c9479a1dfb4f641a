// SPDX-License-Identifier: MIT
/* .debug_cu_index, word by word. */
#include "unit.h"

#include "dwarf/unit-index.h"

#include <errno.h>
#include <string.h>

#define ID 0x1122334455667789u

/* Of version 5: two columns, two rows, four slots; the first that ID is looked for in is taken. */
static const uint32_t words[] = {
	5,
	2,
	2,
	4,
	/* Ids by slot, rows by slot. */
	0,
	0,
	5,
	0,
	0x55667789,
	0x11223344,
	0,
	0,
	0,
	1,
	2,
	0,
	/* DIEs and range lists; offsets, sizes. */
	1,
	8,
	0,
	10,
	100,
	110,
	7,
	8,
	70,
	80,
};

static void an_id_is_found_behind_another(void **state)
{
	const struct kcov_dwarf_section index = { (const uint8_t *)words, sizeof(words) };
	struct kcov_unit_pieces pieces;

	(void)state;
	assert_int_equal(kcov_unit_index_find(&index, ID, &pieces), 0);
	assert_int_equal(pieces.version, 5);
	assert_int_equal(pieces.dies.offset, 100);
	assert_int_equal(pieces.dies.size, 70);
	assert_int_equal(pieces.range_lists.offset, 110);
	assert_int_equal(pieces.range_lists.size, 80);
	assert_int_equal(pieces.abbreviations.size, 0);
	assert_int_equal(kcov_unit_index_find(&index, ID + 2, &pieces), -ENOENT);
}

#define N_WORDS (sizeof(words) / sizeof(*words))

/* Let a slot have an id and a row. */
static void set_slot(uint32_t *at, size_t slot, uint64_t id, uint32_t row)
{
	at[4 + 2 * slot] = (uint32_t)id;
	at[5 + 2 * slot] = (uint32_t)(id >> 32);
	at[12 + slot] = row;
}

/* The upper half of an id says how far its next slot is: here 3, and 1 leads to a free one. */
static void an_id_is_found_by_its_own_step(void **state)
{
	const uint64_t id = 0x1122334755667789u;
	uint32_t at[N_WORDS];
	const struct kcov_dwarf_section index = { (const uint8_t *)at, sizeof(at) };
	struct kcov_unit_pieces pieces;

	(void)state;
	memcpy(at, words, sizeof(at));
	set_slot(at, 0, id, 2);
	set_slot(at, 2, 0, 0);
	assert_int_equal(kcov_unit_index_find(&index, id, &pieces), 0);
	assert_int_equal(pieces.dies.size, 70);
}

static void an_id_is_not_in_a_full_table_of_others(void **state)
{
	uint32_t at[N_WORDS];
	const struct kcov_dwarf_section index = { (const uint8_t *)at, sizeof(at) };
	struct kcov_unit_pieces pieces;

	(void)state;
	memcpy(at, words, sizeof(at));
	for (size_t i = 0; i < 4; i++)
		set_slot(at, i, i + 1, 1);
	assert_int_equal(kcov_unit_index_find(&index, ID, &pieces), -ENOENT);
}

static void an_index_that_is_cut_is_damage(void **state)
{
	struct kcov_unit_pieces pieces;

	(void)state;
	for (size_t n = 0; n < sizeof(words); n++) {
		const struct kcov_dwarf_section index = { (const uint8_t *)words, n };

		assert_int_equal(kcov_unit_index_find(&index, ID, &pieces), -EBADMSG);
	}
}

static void assert_damage(size_t word, uint32_t value)
{
	uint32_t damaged[N_WORDS];
	const struct kcov_dwarf_section index = { (const uint8_t *)damaged, sizeof(damaged) };
	struct kcov_unit_pieces pieces;

	for (size_t i = 0; i < N_WORDS; i++)
		damaged[i] = i == word ? value : words[i];
	assert_int_equal(kcov_unit_index_find(&index, ID, &pieces), -EBADMSG);
}

static void numbers_that_cannot_be_are_damage(void **state)
{
	(void)state;
	/* The version, columns, rows, slots that are no power of two, and a row that is not there.
	 */
	assert_damage(0, 3);
	assert_damage(1, UINT32_MAX);
	assert_damage(2, UINT32_MAX);
	assert_damage(3, 3);
	assert_damage(14, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_found_behind_another),
		cmocka_unit_test(an_id_is_found_by_its_own_step),
		cmocka_unit_test(an_id_is_not_in_a_full_table_of_others),
		cmocka_unit_test(an_index_that_is_cut_is_damage),
		cmocka_unit_test(numbers_that_cannot_be_are_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
