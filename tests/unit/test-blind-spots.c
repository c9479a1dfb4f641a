// SPDX-License-Identifier: MIT
#include "unit.h"

#include "render/header.h"

#include <stdlib.h>

static char *written(const struct blind_spots *blind)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	report_write_blind_spots(blind, out);
	fclose(out);
	return text;
}

static void says(const struct blind_spots *blind, const char *want)
{
	char *text = written(blind);

	assert_string_equal(text, want);
	free(text);
}

static void nothing_is_said_of_nothing(void **state)
{
	struct blind_spots blind = { 0 };

	(void)state;
	blind_spots_add(&blind, "read", 7);
	says(&blind, "");
}

static void what_is_not_seen_is_said(void **state)
{
	struct blind_spots blind = { 0 };

	(void)state;
	blind_spots_add(&blind, "ptrace", 2);
	says(&blind, "# ptrace was called 2 times: nobody else can trace what is followed here\n");
	blind = (struct blind_spots){ .knows_results = true, .ptrace = 3 };
	says(&blind, "# ptrace was refused 3 times: nobody else can trace what is followed here\n");
	blind = (struct blind_spots){ 0 };
	blind_spots_add(&blind, "io_uring_setup", 1);
	says(&blind, "# 1 io_urings were set up: what the kernel's workers ran for them is not "
		     "recorded without -r common, nor before Linux 7.3\n");
	blind.has_common = true;
	says(&blind, "# 1 io_urings were set up: what the kernel's workers ran for them is in the "
		     "remote part if the kernel records it, as from Linux 7.3 on\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said_of_nothing),
		cmocka_unit_test(what_is_not_seen_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
