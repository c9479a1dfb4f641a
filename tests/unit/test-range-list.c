// SPDX-License-Identifier: MIT
/* Lists of address ranges, byte by byte; what compilers make of them is in tests/cli/test-split. */
#include "unit.h"

#include "dwarf/range-list.h"

#include <dwarf.h>
#include <errno.h>

#define WORD(low_) (low_), 0x80, 0, 0, 0, 0, 0, 0
#define BASE 0x1000u

static const uint8_t addresses[] = { WORD(0x10), WORD(0x20), WORD(0x30) };

static struct kcov_range_list list_of(unsigned int version, const uint8_t *at, size_t n)
{
	return (struct kcov_range_list){
		.reader = { .at = at, .end = at + n },
		.version = version,
		.base = BASE,
		.addresses = { addresses, sizeof(addresses) },
	};
}

/* One range, and no more; any list that is shorter is cut. */
static void assert_one(unsigned int version, const uint8_t *at, size_t n, uint64_t want_low,
		       uint64_t want_high, size_t entries)
{
	struct kcov_range_list list = list_of(version, at, n);
	uint64_t low, high;

	assert_int_equal(kcov_range_list_next(&list, &low, &high), 1);
	assert_int_equal(low, want_low);
	assert_int_equal(high, want_high);
	assert_int_equal(kcov_range_list_next(&list, &low, &high), 0);
	assert_int_equal(list.n_entries, entries);
	assert_ptr_equal(list.reader.at, at + n);
	for (size_t cut = 0; cut < n; cut++) {
		int rc;

		list = list_of(version, at, cut);
		while ((rc = kcov_range_list_next(&list, &low, &high)) > 0)
			;
		assert_int_equal(rc, -EBADMSG);
	}
}

#define ASSERT_ONE(version_, low_, high_, entries_, ...)                                           \
	do {                                                                                       \
		static const uint8_t at[] = { __VA_ARGS__ };                                       \
                                                                                                   \
		assert_one(version_, at, sizeof(at), low_, high_, entries_);                       \
	} while (0)

static void ranges_are_given_by_addresses(void **state)
{
	(void)state;
	ASSERT_ONE(5, 0x8001, 0x8081, 2, DW_RLE_start_end, WORD(1), WORD(0x81), 0);
	ASSERT_ONE(5, 0x8001, 0x8101, 2, DW_RLE_start_length, WORD(1), 0x80, 2, 0);
}

static void ranges_are_given_by_numbers_of_addresses(void **state)
{
	(void)state;
	ASSERT_ONE(5, 0x8020, 0x8030, 2, DW_RLE_startx_endx, 1, 2, 0);
	ASSERT_ONE(5, 0x8020, 0x8027, 2, DW_RLE_startx_length, 1, 7, 0);
}

static void offsets_count_from_the_base(void **state)
{
	(void)state;
	ASSERT_ONE(5, BASE + 3, BASE + 5, 2, DW_RLE_offset_pair, 3, 5, 0);
	ASSERT_ONE(5, 0x8043, 0x8045, 3, DW_RLE_base_address, WORD(0x40), DW_RLE_offset_pair, 3, 5,
		   0);
	ASSERT_ONE(5, 0x8033, 0x8035, 3, DW_RLE_base_addressx, 2, DW_RLE_offset_pair, 3, 5, 0);
}

#define ALL_ONES 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
#define NONE 0, 0, 0, 0, 0, 0, 0, 0

static void pairs_of_dwarf_4_count_from_the_base(void **state)
{
	(void)state;
	ASSERT_ONE(4, BASE + 0x8003, BASE + 0x8005, 2, WORD(3), WORD(5), NONE, NONE);
	ASSERT_ONE(4, 0x8040 + 0x8003, 0x8040 + 0x8005, 3, ALL_ONES, WORD(0x40), WORD(3), WORD(5),
		   NONE, NONE);
	/* It ends where both are 0. */
	ASSERT_ONE(4, BASE, BASE + 0x8005, 2, NONE, WORD(5), NONE, NONE);
}

static void what_is_not_known_or_not_there_is_damage(void **state)
{
	static const uint8_t lists[][3] = {
		{ DW_RLE_start_length + 1, 0, 0 },
		{ DW_RLE_startx_endx, 3, 0 },
		{ DW_RLE_base_addressx, 3, 0 },
	};
	uint64_t low, high;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct kcov_range_list list = list_of(5, lists[i], sizeof(lists[i]));

		assert_int_equal(kcov_range_list_next(&list, &low, &high), -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_given_by_addresses),
		cmocka_unit_test(ranges_are_given_by_numbers_of_addresses),
		cmocka_unit_test(offsets_count_from_the_base),
		cmocka_unit_test(pairs_of_dwarf_4_count_from_the_base),
		cmocka_unit_test(what_is_not_known_or_not_there_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
