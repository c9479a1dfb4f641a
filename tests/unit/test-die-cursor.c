// SPDX-License-Identifier: MIT
/* DIEs, byte by byte; what compilers make of them is in test-flatten.c. */
#include "unit.h"

#include "dwarf/die-cursor.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A unit under way, and the abbreviations that it has. */
struct maker {
	unsigned int version;
	unsigned int offset_size;
	struct kcov_bytes abbreviations;
	struct kcov_bytes dies;
	/* Where the first DIE is. */
	size_t first;
};

static void put(struct kcov_bytes *bytes, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		kcov_bytes_add(bytes, &byte, 1);
	}
}

/* Other bytes before the unit, so that what counts from it counts not from the section. */
#define BEFORE 5u

static void begin(struct maker *maker, unsigned int version, unsigned int offset_size)
{
	*maker = (struct maker){ .version = version, .offset_size = offset_size };
	put(&maker->abbreviations, 0, 1);
	put(&maker->dies, 0, BEFORE);
	if (offset_size == 8)
		put(&maker->dies, UINT32_MAX, 4);
	put(&maker->dies, 0, offset_size);
	put(&maker->dies, version, 2);
	if (version == 5) {
		put(&maker->dies, DW_UT_compile, 1);
		put(&maker->dies, 8, 1);
		put(&maker->dies, 1, offset_size);
	} else {
		put(&maker->dies, 1, offset_size);
		put(&maker->dies, 8, 1);
	}
	maker->first = maker->dies.n;
}

/* Its attributes follow, and put(…, 0, 2). */
static void put_abbreviation(struct maker *maker, uint32_t code, uint32_t tag, bool has_children)
{
	kcov_bytes_add_number(&maker->abbreviations, code);
	kcov_bytes_add_number(&maker->abbreviations, tag);
	put(&maker->abbreviations, has_children, 1);
}

static void put_attribute(struct maker *maker, uint32_t name, uint32_t form)
{
	kcov_bytes_add_number(&maker->abbreviations, name);
	kcov_bytes_add_number(&maker->abbreviations, form);
	if (form == DW_FORM_implicit_const)
		put(&maker->abbreviations, 0x7f, 1);
}

/* The length, and the end of the abbreviations. */
static void end(struct maker *maker)
{
	const unsigned int before = maker->offset_size == 8 ? 12 : 4;
	const uint64_t length = maker->dies.n - BEFORE - before;

	for (unsigned int i = 0; i < maker->offset_size; i++)
		maker->dies.at[BEFORE + before - maker->offset_size + i] =
			(uint8_t)(length >> 8 * i);
	put(&maker->abbreviations, 0, 1);
}

static void maker_fini(struct maker *maker)
{
	kcov_bytes_fini(&maker->abbreviations);
	kcov_bytes_fini(&maker->dies);
}

static struct kcov_dwarf_sections sections_of(const struct maker *maker)
{
	return (struct kcov_dwarf_sections){
		.dies = { maker->dies.at, maker->dies.n },
		.abbreviations = { maker->abbreviations.at, maker->abbreviations.n },
	};
}

/* Of all that is opened; freed by who opened it. */
static struct kcov_die_shapes shapes;

static struct kcov_dies open_unit(const struct maker *maker)
{
	struct kcov_dwarf_sections sections = sections_of(maker);
	struct kcov_dies dies;
	const char *cause = NULL;

	assert_int_equal(kcov_dies_open(&sections, &shapes, BEFORE, maker->first, &cause, &dies),
			 0);
	assert_null(cause);
	return dies;
}

static struct kcov_dies_one next(struct kcov_dies *dies)
{
	struct kcov_dies_one one;
	const char *cause = NULL;

	assert_int_equal(kcov_dies_next(dies, &cause, &one), 0);
	return one;
}

/* A form, and something that it could be followed by. */
struct sample {
	uint32_t form;
	uint8_t n;
	uint8_t bytes[18];
};

/* In the 32-bit format, addresses of 8 bytes; 0x80 goes on where it is a number. */
static const struct sample samples[] = {
	{ DW_FORM_addr, 8, { 1 } },
	{ DW_FORM_block2, 5, { 3, 0, 9, 9, 9 } },
	{ DW_FORM_block4, 6, { 2, 0, 0, 0, 9, 9 } },
	{ DW_FORM_data2, 2, { 1 } },
	{ DW_FORM_data4, 4, { 1 } },
	{ DW_FORM_data8, 8, { 1 } },
	{ DW_FORM_string, 3, { 'a', 'b', 0 } },
	{ DW_FORM_string, 1, { 0 } },
	{ DW_FORM_block, 4, { 3, 9, 9, 9 } },
	{ DW_FORM_block1, 3, { 2, 9, 9 } },
	{ DW_FORM_data1, 1, { 1 } },
	{ DW_FORM_flag, 1, { 1 } },
	{ DW_FORM_sdata, 3, { 0x80, 0x80, 0x7f } },
	{ DW_FORM_strp, 4, { 1 } },
	{ DW_FORM_udata, 2, { 0x80, 1 } },
	{ DW_FORM_ref_addr, 4, { 1 } },
	{ DW_FORM_ref1, 1, { 1 } },
	{ DW_FORM_ref2, 2, { 1 } },
	{ DW_FORM_ref4, 4, { 1 } },
	{ DW_FORM_ref8, 8, { 1 } },
	{ DW_FORM_ref_udata, 2, { 0x80, 1 } },
	{ DW_FORM_indirect, 3, { DW_FORM_data2, 1, 0 } },
	{ DW_FORM_indirect, 3, { DW_FORM_block1, 1, 9 } },
	{ DW_FORM_sec_offset, 4, { 1 } },
	{ DW_FORM_exprloc, 2, { 1, 9 } },
	{ DW_FORM_flag_present, 0, { 0 } },
	{ DW_FORM_strx, 2, { 0x80, 1 } },
	{ DW_FORM_addrx, 1, { 1 } },
	{ DW_FORM_ref_sup4, 4, { 1 } },
	{ DW_FORM_strp_sup, 4, { 1 } },
	{ DW_FORM_data16, 16, { 1 } },
	{ DW_FORM_line_strp, 4, { 1 } },
	{ DW_FORM_ref_sig8, 8, { 1 } },
	{ DW_FORM_implicit_const, 0, { 0 } },
	{ DW_FORM_loclistx, 2, { 0x80, 1 } },
	{ DW_FORM_rnglistx, 1, { 1 } },
	{ DW_FORM_ref_sup8, 8, { 1 } },
	{ DW_FORM_strx1, 1, { 1 } },
	{ DW_FORM_strx2, 2, { 1 } },
	{ DW_FORM_strx3, 3, { 1 } },
	{ DW_FORM_strx4, 4, { 1 } },
	{ DW_FORM_addrx1, 1, { 1 } },
	{ DW_FORM_addrx2, 2, { 1 } },
	{ DW_FORM_addrx3, 3, { 1 } },
	{ DW_FORM_addrx4, 4, { 1 } },
	{ DW_FORM_GNU_addr_index, 1, { 1 } },
	{ DW_FORM_GNU_str_index, 1, { 1 } },
	{ DW_FORM_GNU_ref_alt, 4, { 1 } },
	{ DW_FORM_GNU_strp_alt, 4, { 1 } },
};

#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

/* The unit's own DIE with each form, so many times that what is fixed adds up; and a child. */
static void make_all_forms(struct maker *maker)
{
	begin(maker, 4, 4);
	put_abbreviation(maker, 1, DW_TAG_compile_unit, true);
	for (size_t i = 0; i < 3 * SAMPLES; i++)
		put_attribute(maker, DW_AT_name, samples[i / 3].form);
	put(&maker->abbreviations, 0, 2);
	put_abbreviation(maker, 2, DW_TAG_subprogram, false);
	put_attribute(maker, DW_AT_low_pc, DW_FORM_data16);
	for (int i = 0; i < 40; i++)
		put_attribute(maker, DW_AT_name, DW_FORM_data8);
	put(&maker->abbreviations, 0, 2);
	put(&maker->dies, 1, 1);
	for (size_t i = 0; i < 3 * SAMPLES; i++)
		kcov_bytes_add(&maker->dies, samples[i / 3].bytes, samples[i / 3].n);
	put(&maker->dies, 2, 1);
	for (int i = 0; i < 42; i++)
		put(&maker->dies, 0, 8);
	put(&maker->dies, 0, 1);
	end(maker);
}

static void each_form_is_as_long_as_it_is(void **state)
{
	struct maker maker;
	struct kcov_dies dies;
	struct kcov_dies_one one;
	uint64_t behind;

	(void)state;
	make_all_forms(&maker);
	dies = open_unit(&maker);

	one = next(&dies);
	assert_int_equal(one.offset, maker.first);
	assert_int_equal(one.shape->tag, DW_TAG_compile_unit);
	assert_true(one.shape->has_children);
	assert_false(one.shape->has_addresses);
	behind = maker.first + 1;
	for (size_t i = 0; i < SAMPLES; i++)
		behind += 3ul * samples[i].n;
	one = next(&dies);
	assert_int_equal(one.offset, behind);
	assert_int_equal(one.shape->tag, DW_TAG_subprogram);
	assert_false(one.shape->has_children);
	assert_true(one.shape->has_addresses);
	one = next(&dies);
	assert_null(one.shape);
	assert_int_equal(one.offset, maker.dies.n - 1);
	/* Behind the end there is nothing more. */
	assert_null(next(&dies).shape);
	assert_null(next(&dies).shape);
	kcov_die_shapes_fini(&shapes);
	maker_fini(&maker);
}

static void what_depends_on_the_unit_is_as_long_as_it_says(void **state)
{
	static const struct {
		unsigned int version;
		unsigned int offset_size;
		uint32_t form;
		unsigned int n;
	} cases[] = {
		{ 2, 4, DW_FORM_ref_addr, 8 },       { 3, 4, DW_FORM_ref_addr, 4 },
		{ 3, 8, DW_FORM_ref_addr, 8 },       { 5, 4, DW_FORM_strp, 4 },
		{ 5, 8, DW_FORM_strp, 8 },           { 4, 8, DW_FORM_sec_offset, 8 },
		{ 5, 8, DW_FORM_line_strp, 8 },      { 5, 8, DW_FORM_GNU_strp_alt, 8 },
		{ 5, 4, DW_FORM_implicit_const, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct maker maker;
		struct kcov_dies dies;

		begin(&maker, cases[i].version, cases[i].offset_size);
		put_abbreviation(&maker, 1, DW_TAG_compile_unit, false);
		put_attribute(&maker, DW_AT_name, cases[i].form);
		put(&maker.abbreviations, 0, 2);
		put(&maker.dies, 1, 1);
		put(&maker.dies, 0, cases[i].n);
		put(&maker.dies, 1, 1);
		put(&maker.dies, 0, cases[i].n);
		end(&maker);
		dies = open_unit(&maker);
		assert_int_equal(next(&dies).offset, maker.first);
		assert_int_equal(next(&dies).offset, maker.first + 1 + cases[i].n);
		assert_ptr_equal(dies.reader.at, dies.reader.end);
		kcov_die_shapes_fini(&shapes);
		maker_fini(&maker);
	}
}

/* A structure of two members and one in the first, with or without siblings; and what follows. */
static void make_nested(struct maker *maker, uint32_t form)
{
	size_t at;

	begin(maker, 5, 4);
	put_abbreviation(maker, 70000, DW_TAG_structure_type, true);
	if (form)
		put_attribute(maker, DW_AT_sibling, form);
	put(&maker->abbreviations, 0, 2);
	put_abbreviation(maker, 3, DW_TAG_member, false);
	put(&maker->abbreviations, 0, 2);
	kcov_bytes_add_number(&maker->dies, 70000);
	at = maker->dies.n;
	if (form)
		put(&maker->dies, 0, 1);
	put(&maker->dies, 3, 1);
	kcov_bytes_add_number(&maker->dies, 70000);
	if (form)
		put(&maker->dies, 0, 1);
	put(&maker->dies, 3, 1);
	put(&maker->dies, 0, 2);
	if (form)
		maker->dies.at[at] = (uint8_t)(maker->dies.n - BEFORE);
	put(&maker->dies, 3, 1);
	end(maker);
}

static void children_are_skipped_with_siblings_and_without(void **state)
{
	const uint32_t forms[] = { 0, DW_FORM_ref1, DW_FORM_ref_udata };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct maker maker;
		struct kcov_dies dies;
		struct kcov_dies_one one;
		const char *cause = NULL;

		make_nested(&maker, forms[i]);
		dies = open_unit(&maker);
		one = next(&dies);
		assert_int_equal(one.shape->code, 70000);
		assert_int_equal(one.sibling != NULL, forms[i] != 0);
		assert_int_equal(kcov_dies_skip_children(&dies, &one, &cause), 0);
		one = next(&dies);
		assert_int_equal(one.offset, maker.dies.n - 1);
		assert_int_equal(one.shape->code, 3);
		/* It has none. */
		assert_int_equal(kcov_dies_skip_children(&dies, &one, &cause), 0);
		assert_null(next(&dies).shape);
		kcov_die_shapes_fini(&shapes);
		maker_fini(&maker);
	}
}

static int read_all(const struct maker *maker, const char **cause)
{
	struct kcov_dwarf_sections sections = sections_of(maker);
	struct kcov_dies_one one;
	struct kcov_dies dies;
	int rc = kcov_dies_open(&sections, &shapes, BEFORE, maker->first, cause, &dies);

	while (rc == 0) {
		rc = kcov_dies_next(&dies, cause, &one);
		if (rc == 0 && !one.shape && dies.reader.at == dies.reader.end)
			break;
	}
	kcov_die_shapes_fini(&shapes);
	return rc;
}

/* Exactly as long, so that a sanitizer sees what is read beyond. */
static struct kcov_bytes cut(const struct kcov_bytes *bytes, size_t n)
{
	struct kcov_bytes copy = { .at = malloc(n + !n), .n = n };

	assert_non_null(copy.at);
	memcpy(copy.at, bytes->at, n);
	return copy;
}

static void what_is_cut_is_damage(void **state)
{
	struct maker maker;

	(void)state;
	make_all_forms(&maker);
	for (size_t n = 0; n < maker.abbreviations.n; n++) {
		struct maker shorter = maker;
		const char *cause = NULL;

		shorter.abbreviations = cut(&maker.abbreviations, n);
		assert_int_equal(read_all(&shorter, &cause), -EBADMSG);
		assert_non_null(cause);
		kcov_bytes_fini(&shorter.abbreviations);
	}
	for (size_t n = BEFORE; n < maker.dies.n; n++) {
		struct maker shorter = maker;
		const char *cause = NULL;

		shorter.dies = cut(&maker.dies, n);
		assert_int_equal(read_all(&shorter, &cause), -EBADMSG);
		assert_non_null(cause);
		kcov_bytes_fini(&shorter.dies);
	}
	maker_fini(&maker);
}

static uint32_t seed = 3;

static uint32_t any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void damage_is_damage_or_something_else(void **state)
{
	struct maker maker, nested;
	int failed = 0;

	(void)state;
	make_all_forms(&maker);
	make_nested(&nested, DW_FORM_ref1);
	for (int i = 0; i < 20000; i++) {
		struct maker damaged = i % 2 ? maker : nested;
		const char *cause = NULL;

		damaged.abbreviations = cut(&damaged.abbreviations, damaged.abbreviations.n);
		damaged.dies = cut(&damaged.dies, damaged.dies.n);
		damaged.abbreviations.at[any() % damaged.abbreviations.n] = (uint8_t)any();
		damaged.dies.at[any() % damaged.dies.n] = (uint8_t)any();
		if (read_all(&damaged, &cause) < 0) {
			assert_non_null(cause);
			failed++;
		}
		maker_fini(&damaged);
	}
	assert_true(failed > 1000);
	maker_fini(&maker);
	maker_fini(&nested);
}

/* As after full LTO. */
static void one_table_can_be_of_any_number_of_units(void **state)
{
	struct kcov_dwarf_sections sections;
	struct kcov_dies dies;
	struct maker maker;
	const char *cause = NULL;

	(void)state;
	make_all_forms(&maker);
	sections = sections_of(&maker);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(
			kcov_dies_open(&sections, &shapes, BEFORE, maker.first, &cause, &dies), 0);
	kcov_die_shapes_fini(&shapes);
	maker_fini(&maker);
}

/* Each begins somewhere else in the same table. */
static void tables_in_one_another_are_damage(void **state)
{
	struct kcov_dwarf_sections sections;
	struct kcov_dies dies;
	struct maker maker;
	const char *cause = NULL;
	int rc = 0, n = 0;

	(void)state;
	begin(&maker, 4, 4);
	for (uint32_t i = 1; i < 128; i++) {
		put_abbreviation(&maker, i, DW_TAG_compile_unit, false);
		put(&maker.abbreviations, 0, 2);
	}
	put(&maker.dies, 1, 1);
	end(&maker);
	sections = sections_of(&maker);
	for (; rc == 0 && n < 120; n++) {
		/* Where the abbreviations begin is behind the length and the version. */
		maker.dies.at[BEFORE + 6] = (uint8_t)(1 + 5 * (n % 40));
		kcov_die_shapes_fini(&shapes);
		rc = kcov_dies_open(&sections, &shapes, BEFORE, maker.first, &cause, &dies);
	}
	assert_int_equal(rc, -EBADMSG);
	assert_string_equal(cause, "too many abbreviations");
	assert_true(n > 10);
	kcov_die_shapes_fini(&shapes);
	maker_fini(&maker);
}

/* Which is looked for in each DIE: with so many, not one by one. */
static void codes_need_not_begin_at_1(void **state)
{
	const uint32_t n = 50000;
	struct maker maker;
	struct kcov_dies dies;

	(void)state;
	begin(&maker, 5, 4);
	for (uint32_t i = 0; i < n; i++) {
		put_abbreviation(&maker, 2 + (i * 7 + 3) % n, 1 + i % 100, false);
		put(&maker.abbreviations, 0, 2);
	}
	for (uint32_t i = 0; i < n; i++)
		kcov_bytes_add_number(&maker.dies, 2 + (i * 7 + 3) % n);
	end(&maker);
	dies = open_unit(&maker);
	for (uint32_t i = 0; i < n; i++) {
		struct kcov_dies_one one = next(&dies);

		assert_int_equal(one.shape->code, 2 + (i * 7 + 3) % n);
		assert_int_equal(one.shape->tag, 1 + i % 100);
	}
	kcov_die_shapes_fini(&shapes);
	maker_fini(&maker);
}

static void a_form_that_is_not_known_matters_where_it_is_met(void **state)
{
	struct kcov_dies_one one;
	struct maker maker;
	struct kcov_dies dies;
	const char *cause = NULL;

	(void)state;
	begin(&maker, 5, 4);
	put_abbreviation(&maker, 1, DW_TAG_compile_unit, true);
	put(&maker.abbreviations, 0, 2);
	put_abbreviation(&maker, 2, DW_TAG_subprogram, false);
	put_attribute(&maker, DW_AT_name, 0x7777);
	put(&maker.abbreviations, 0, 2);
	put(&maker.dies, 1, 1);
	put(&maker.dies, 2, 1);
	put(&maker.dies, 0, 1);
	end(&maker);
	dies = open_unit(&maker);
	next(&dies);
	assert_int_equal(kcov_dies_next(&dies, &cause, &one), -EBADMSG);
	assert_non_null(cause);
	kcov_die_shapes_fini(&shapes);
	maker_fini(&maker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_is_as_long_as_it_is),
		cmocka_unit_test(what_depends_on_the_unit_is_as_long_as_it_says),
		cmocka_unit_test(children_are_skipped_with_siblings_and_without),
		cmocka_unit_test(what_is_cut_is_damage),
		cmocka_unit_test(damage_is_damage_or_something_else),
		cmocka_unit_test(one_table_can_be_of_any_number_of_units),
		cmocka_unit_test(tables_in_one_another_are_damage),
		cmocka_unit_test(codes_need_not_begin_at_1),
		cmocka_unit_test(a_form_that_is_not_known_matters_where_it_is_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
