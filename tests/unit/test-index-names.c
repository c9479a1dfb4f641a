// SPDX-License-Identifier: MIT
/* Symbols by name, and text by section and offset, in an index. */
#include "unit.h"

#include "base/bytes.h"
#include "index/index-write.h"
#include "index/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BASE 0x10000u

/* A module of two sections, which lie farther apart than their offsets, and its symbols. */
static struct kcov_flat make_flat(void)
{
	static const struct kcov_flat_symbol symbols[] = {
		{ 0x00, 0x20, 0 },  { 0x40, 0, 0 },      { 0x40, 0x10, 0 },  { 0x100, 0x8, 0 },
		{ 0x1000, 0x4, 0 }, { 0x1010, 0x10, 0 }, { 0x2000, 0x8, 0 },
	};
	static const char *const names[] = {
		"open", "alias", "read", "open", "read", "open", "lost"
	};
	struct kcov_flat flat = { .machine = 62, .base = BASE, .start = BASE };

	*KCOV_TABLE_ADD(&flat.text) = (struct kcov_flat_text){ 0, 0x180, .offset = 0 };
	*KCOV_TABLE_ADD(&flat.text) = (struct kcov_flat_text){ 0x1000, 0x1040, .offset = 0x200 };
	assert_int_equal(kcov_flat_intern(&flat, ".text", &flat.text.at[0].name), 0);
	assert_int_equal(kcov_flat_intern(&flat, ".init.text", &flat.text.at[1].name), 0);
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		struct kcov_flat_symbol *symbol = KCOV_TABLE_ADD(&flat.symbols);

		*symbol = symbols[i];
		assert_int_equal(kcov_flat_intern(&flat, names[i], &symbol->name), 0);
	}
	return flat;
}

struct opened {
	struct kcov_bytes bytes;
	struct kcov_index index;
};

static struct opened open_flat(void)
{
	struct kcov_flat flat = make_flat();
	struct opened opened = {};

	assert_int_equal(kcov_index_write(&flat, &opened.bytes), 0);
	assert_int_equal(kcov_index_open(opened.bytes.at, opened.bytes.n, &opened.index), 0);
	kcov_flat_fini(&flat);
	return opened;
}

static void assert_named(const struct opened *opened, const char *name, size_t i, uint64_t low,
			 uint64_t size, uint64_t extent, bool is_last)
{
	struct kcov_index_named named;

	assert_int_equal(kcov_index_named(&opened->index, name, i, &named), 1);
	assert_string_equal(named.name, name);
	assert_int_equal(named.address, BASE + low);
	assert_int_equal(named.size, size);
	assert_int_equal(named.extent, extent);
	assert_int_equal(named.is_last, is_last);
}

static void all_symbols_of_a_name_are_found_by_address(void **state)
{
	struct opened opened = open_flat();

	(void)state;
	assert_named(&opened, "open", 0, 0x00, 0x20, 0x40, false);
	assert_named(&opened, "open", 1, 0x100, 0x8, 0x80, true);
	assert_named(&opened, "open", 2, 0x1010, 0x10, 0x30, true);
	/* The next one is not the one at the same address. */
	assert_named(&opened, "alias", 0, 0x40, 0, 0xc0, false);
	assert_named(&opened, "read", 0, 0x40, 0x10, 0xc0, false);
	assert_named(&opened, "read", 1, 0x1000, 0x4, 0x10, false);
	kcov_bytes_fini(&opened.bytes);
}

static void other_names_are_none(void **state)
{
	static const char *const names[] = { "", "a", "opem", "opened", "zzz" };
	struct opened opened = open_flat();
	struct kcov_index_named named = { .size = 42 };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(kcov_index_named(&opened.index, names[i], 0, &named), 0);
	assert_int_equal(kcov_index_named(&opened.index, "open", 3, &named), 0);
	assert_int_equal(kcov_index_named(&opened.index, "read", 2, &named), 0);
	assert_int_equal(kcov_index_named(&opened.index, "read", SIZE_MAX, &named), 0);
	assert_int_equal(named.size, 42);
	kcov_bytes_fini(&opened.bytes);
}

static void a_symbol_in_no_section_is_ebadmsg(void **state)
{
	struct opened opened = open_flat();
	struct kcov_index_named named;

	(void)state;
	assert_int_equal(kcov_index_named(&opened.index, "lost", 0, &named), -EBADMSG);
	kcov_bytes_fini(&opened.bytes);
}

static void offsets_go_to_addresses_and_back(void **state)
{
	static const uint64_t pairs[][2] = {
		{ 0, 0 }, { 0x17f, 0x17f }, { 0x1000, 0x200 }, { 0x103f, 0x23f }
	};
	static const uint64_t no_addresses[] = { 0x180, 0xfff, 0x1040, UINT64_MAX - BASE };
	static const uint64_t no_offsets[] = { 0x180, 0x1ff, 0x240, UINT64_MAX };
	struct opened opened = open_flat();
	uint64_t found = 42;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(kcov_index_to_offset(&opened.index, BASE + pairs[i][0], &found));
		assert_int_equal(found, pairs[i][1]);
		assert_true(kcov_index_from_offset(&opened.index, pairs[i][1], &found));
		assert_int_equal(found, BASE + pairs[i][0]);
	}
	for (size_t i = 0; i < 4; i++) {
		assert_false(kcov_index_to_offset(&opened.index, BASE + no_addresses[i], &found));
		assert_false(kcov_index_from_offset(&opened.index, no_offsets[i], &found));
	}
	assert_int_equal(found, BASE + 0x103f);
	kcov_bytes_fini(&opened.bytes);
}

/* Of vmlinux, whose lowest text need not be _text. */
static void offsets_of_what_is_linked_count_from_the_start(void **state)
{
	struct opened opened = open_flat();
	uint64_t offset, address;

	(void)state;
	opened.index.start = BASE + 0x10;
	assert_true(kcov_index_to_offset(&opened.index, BASE + 0x18, &offset));
	assert_int_equal(offset, 8);
	assert_true(kcov_index_to_offset(&opened.index, BASE, &offset));
	assert_int_equal(offset, (uint64_t)-0x10);
	assert_true(kcov_index_from_offset(&opened.index, offset, &address));
	assert_int_equal(address, BASE);
	kcov_bytes_fini(&opened.bytes);
}

static void sections_are_found_by_address(void **state)
{
	struct opened opened = open_flat();
	uint64_t low, size;
	const char *name;

	(void)state;
	assert_true(kcov_index_section_of(&opened.index, BASE + 0x1001, &name, &low, &size));
	assert_string_equal(name, ".init.text");
	assert_int_equal(low, BASE + 0x1000);
	assert_int_equal(size, 0x40);
	assert_false(kcov_index_section_of(&opened.index, BASE + 0x180, &name, &low, &size));
	kcov_bytes_fini(&opened.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_symbols_of_a_name_are_found_by_address),
		cmocka_unit_test(other_names_are_none),
		cmocka_unit_test(a_symbol_in_no_section_is_ebadmsg),
		cmocka_unit_test(offsets_go_to_addresses_and_back),
		cmocka_unit_test(offsets_of_what_is_linked_count_from_the_start),
		cmocka_unit_test(sections_are_found_by_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
