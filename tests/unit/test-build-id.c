// SPDX-License-Identifier: MIT
#include "unit.h"

#include "image/build-id.h"

#include <errno.h>
#include <string.h>

/* A note of another name, then a build-id of two bytes. */
static const uint8_t notes[] = {
	6, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 'L', 'i', 'n', 'u', 'x', 0, 0,    0,    9, 0,
	0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0,   0,   'G', 'N', 'U', 0, 0xab, 0x0c, 0, 0,
};

static void build_id_is_found_behind_other_notes(void **state)
{
	char hex[KCOV_BUILD_ID_HEX_SIZE];
	struct kcov_build_id id;

	(void)state;
	assert_int_equal(kcov_build_id_parse(notes, sizeof(notes), &id), 0);
	assert_string_equal(kcov_build_id_format(&id, hex), "ab0c");
}

static void last_note_needs_no_padding(void **state)
{
	struct kcov_build_id id;

	(void)state;
	assert_int_equal(kcov_build_id_parse(notes, sizeof(notes) - 2, &id), 0);
	assert_int_equal(id.n, 2);
}

static void notes_cut_off_anywhere_have_none(void **state)
{
	struct kcov_build_id id = { .n = 42 };

	(void)state;
	for (size_t n = 0; n < sizeof(notes) - 2; n++)
		assert_int_equal(kcov_build_id_parse(notes, n, &id), -ENODATA);
	assert_int_equal(id.n, 42);
}

static void sizes_that_cannot_be_are_no_build_id(void **state)
{
	uint8_t damaged[sizeof(notes)];
	struct kcov_build_id id;

	(void)state;
	for (size_t at = 0; at < 8; at++) {
		memcpy(damaged, notes, sizeof(notes));
		damaged[at] = 0xff;
		assert_int_equal(kcov_build_id_parse(damaged, sizeof(damaged), &id), -ENODATA);
	}
	memcpy(damaged, notes, sizeof(notes));
	damaged[28] = 0;
	assert_int_equal(kcov_build_id_parse(damaged, sizeof(damaged), &id), -ENODATA);
}

static void build_ids_are_equal_if_all_of_them_is(void **state)
{
	const struct kcov_build_id a = { { 1, 2 }, 2 }, b = { { 1, 3 }, 2 }, c = { { 1, 2, 0 }, 3 };

	(void)state;
	assert_true(kcov_build_id_equal(&a, &a));
	assert_false(kcov_build_id_equal(&a, &b));
	assert_false(kcov_build_id_equal(&a, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(build_id_is_found_behind_other_notes),
		cmocka_unit_test(last_note_needs_no_padding),
		cmocka_unit_test(notes_cut_off_anywhere_have_none),
		cmocka_unit_test(sizes_that_cannot_be_are_no_build_id),
		cmocka_unit_test(build_ids_are_equal_if_all_of_them_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
