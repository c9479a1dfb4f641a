// SPDX-License-Identifier: MIT
/* What arguments point to is read out of a process: here, out of this one. */
#include "unit.h"

#include "trace/arguments.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	PAGE = 4096,
};

#define STRING                                                                                     \
	{                                                                                          \
		"path", "const char *", 8, KCOV_PARAMETER_CONST_CHARS                              \
	}
#define COUNT                                                                                      \
	{                                                                                          \
		"count", "int", 4, KCOV_PARAMETER_SIGNED                                           \
	}
#define CHARS                                                                                      \
	{                                                                                          \
		"name", "char *", 8, KCOV_PARAMETER_CHARS                                          \
	}

static uint64_t at(const void *pointer)
{
	return (uintptr_t)pointer;
}

/* Two pages, the second of which nobody can read. */
static char *map_pages(void)
{
	char *pages =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(pages != MAP_FAILED);
	assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
	return pages;
}

static void strings_are_read_to_their_ends(void **state)
{
	static const struct kcov_syscall call = { "rename", false, 3, { STRING, COUNT, STRING } };
	const struct kcov_syscall link = { "link", false, 2, { STRING, STRING } };
	struct arguments arguments = { 0 };
	char *pages = map_pages(), *last = pages + PAGE - 4;

	(void)state;
	strcpy(last, "end");
	arguments_read(&arguments, getpid(), &link, (uint64_t[6]){ at("first"), at(last) });
	assert_int_equal(arguments.n, 2);
	assert_string_equal(arguments.texts[0].at, "first");
	assert_int_equal(arguments.texts[0].n, 5);
	assert_int_equal(arguments.texts[0].position, 0);
	assert_true(arguments.texts[0].is_string);
	assert_false(arguments.texts[0].is_cut);
	assert_string_equal(arguments.texts[1].at, "end");
	/* The next call has none of them. */
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ 0, 0, at("") });
	assert_int_equal(arguments.n, 1);
	assert_int_equal(arguments.texts[0].position, 2);
	assert_int_equal(arguments.texts[0].n, 0);
	arguments_read(&arguments, getpid(), NULL, (uint64_t[6]){ at("no") });
	assert_int_equal(arguments.n, 0);
	arguments_fini(&arguments);
	munmap(pages, 2 * PAGE);
}

static void a_bad_pointer_is_left_out(void **state)
{
	static const struct kcov_syscall call = { "link", false, 2, { STRING, STRING } };
	struct arguments arguments = { 0 };
	char *pages = map_pages();

	(void)state;
	/* It begins well, and goes on where nobody can read. */
	memset(pages, 'a', PAGE);
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ at(pages + 8), at("good") });
	assert_int_equal(arguments.n, 1);
	assert_int_equal(arguments.texts[0].position, 1);
	assert_string_equal(arguments.texts[0].at, "good");
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ 1, UINT64_MAX });
	assert_int_equal(arguments.n, 0);
	arguments_fini(&arguments);
	munmap(pages, 2 * PAGE);
}

static void what_is_long_is_cut(void **state)
{
	static const struct kcov_syscall call = { "chdir", false, 1, { STRING } };
	struct arguments arguments = { 0 };
	char *text = malloc(3 * PAGE);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 3 * PAGE);
	text[3 * PAGE - 1] = '\0';
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ at(text) });
	assert_int_equal(arguments.texts[0].n, ARGUMENTS_MAX_STRING);
	assert_true(arguments.texts[0].is_cut);
	assert_int_equal(arguments.texts[0].at[ARGUMENTS_MAX_STRING], '\0');
	/* A path is as long as that with its NUL. */
	text[ARGUMENTS_MAX_STRING - 1] = '\0';
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ at(text) });
	assert_int_equal(arguments.texts[0].n, ARGUMENTS_MAX_STRING - 1);
	assert_false(arguments.texts[0].is_cut);
	arguments_fini(&arguments);
	free(text);
}

static void data_are_as_long_as_is_said(void **state)
{
	static const struct kcov_syscall call = { "write", false, 3, { COUNT, STRING, COUNT } };
	static const char data[] = "a\0b and so on, for more than thirty-two bytes";
	const uint64_t garbage = 0xdeadbeef00000000;
	struct arguments arguments = { 0 };

	(void)state;
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ 1, at(data), garbage | 3 });
	assert_int_equal(arguments.n, 1);
	assert_int_equal(arguments.texts[0].n, 3);
	assert_memory_equal(arguments.texts[0].at, "a\0b", 4);
	assert_false(arguments.texts[0].is_string);
	assert_false(arguments.texts[0].is_cut);
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ 1, at(data), 32 });
	assert_false(arguments.texts[0].is_cut);
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ 1, at(data), 33 });
	assert_int_equal(arguments.texts[0].n, ARGUMENTS_MAX_DATA);
	assert_true(arguments.texts[0].is_cut);
	arguments_read(&arguments, getpid(), &call, (uint64_t[6]){ 1, at(data), 0 });
	assert_int_equal(arguments.texts[0].n, 0);
	arguments_fini(&arguments);
}

/* What a call writes to is not there yet. */
static void what_is_written_to_is_not_read(void **state)
{
	static const struct kcov_syscall read = { "read", false, 1, { CHARS } },
					 mount = { "mount", false, 1, { CHARS } };
	struct arguments arguments = { 0 };

	(void)state;
	arguments_read(&arguments, getpid(), &read, (uint64_t[6]){ at("before") });
	assert_int_equal(arguments.n, 0);
	arguments_read(&arguments, getpid(), &mount, (uint64_t[6]){ at("/dev/sda") });
	assert_int_equal(arguments.n, 1);
	arguments_fini(&arguments);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_read_to_their_ends),
		cmocka_unit_test(a_bad_pointer_is_left_out),
		cmocka_unit_test(what_is_long_is_cut),
		cmocka_unit_test(data_are_as_long_as_is_said),
		cmocka_unit_test(what_is_written_to_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
