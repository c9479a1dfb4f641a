// SPDX-License-Identifier: MIT
#include "unit.h"

#include "text/errno-names.h"

#include <errno.h>

static void names_and_numbers_are_known(void **state)
{
	(void)state;
	assert_int_equal(errno_of_name("EPERM"), EPERM);
	assert_int_equal(errno_of_name("EISDIR"), EISDIR);
	assert_int_equal(errno_of_name("EHWPOISON"), EHWPOISON);
	assert_int_equal(errno_of_name("21"), EISDIR);
	assert_int_equal(errno_of_name("4095"), 4095);
}

static void other_names_are_known(void **state)
{
	(void)state;
	assert_int_equal(errno_of_name("EWOULDBLOCK"), EAGAIN);
	assert_int_equal(errno_of_name("ENOTSUP"), EOPNOTSUPP);
	assert_int_equal(errno_of_name("ERESTARTSYS"), 512);
}

static void all_else_is_none(void **state)
{
	static const char *const wrong[] = { "",       "0",  "4096",
					     "-2",     "2x", "EISDI",
					     "eisdir", " 2", "99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(errno_of_name(wrong[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers_are_known),
		cmocka_unit_test(other_names_are_known),
		cmocka_unit_test(all_else_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
