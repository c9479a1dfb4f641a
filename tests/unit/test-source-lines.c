// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "coverage/source-functions.h"

#include <errno.h>
#include <string.h>

enum {
	/* What tells copies apart. */
	ONE = 1,
	OTHER = 2,
};

/* A level of a chain: a function of a file, and its line. */
struct level {
	const char *file;
	const char *function;
	uint32_t line;
	uint32_t column;
};

/* The innermost first. */
static int add(struct source_lines *lines, uint64_t copy, uint64_t hits, const struct level *levels,
	       size_t n)
{
	struct source_frame frames[4];

	for (size_t i = 0; i < n; i++) {
		frames[i] = (struct source_frame){
			.function = source_lines_function(lines, levels[i].file, levels[i].file,
							  levels[i].function),
			.line = levels[i].line,
			.column = levels[i].column,
		};
		if (!frames[i].function)
			return -ENOMEM;
	}
	return source_lines_add(lines, copy, frames, n, hits);
}

#define ADD(lines, copy, hits, ...)                                                                \
	assert_int_equal(                                                                          \
		add(lines, copy, hits, (const struct level[]){ __VA_ARGS__ },                      \
		    sizeof((const struct level[]){ __VA_ARGS__ }) / sizeof(struct level)),         \
		0)

/* UINT64_MAX: there is no such line. */
static uint64_t hits_of(const struct source_lines *lines, const char *file, uint32_t line)
{
	for (size_t i = 0; i < lines->lines.n; i++)
		if (strcmp(lines->lines.at[i].file->path, file) == 0 &&
		    lines->lines.at[i].line == line)
			return lines->lines.at[i].hits;
	return UINT64_MAX;
}

/* Of the functions that a file has; NULL: it has none of that name. */
static const struct source_function *find(const struct source_lines *lines, const char *path,
					  const char *name)
{
	for (size_t i = 0; i < lines->files.n; i++) {
		const struct source_file *file = lines->files.at[i];

		for (size_t j = 0; j < file->n_functions && strcmp(file->path, path) == 0; j++)
			if (strcmp(lines->functions.at[file->functions + j]->name, name) == 0)
				return lines->functions.at[file->functions + j];
	}
	return NULL;
}

static void fini(struct source_lines *lines)
{
	source_lines_fini(lines);
	assert_int_equal(alloc_live(), 0);
}

static void of_a_copy_the_most_counts(void **state)
{
	struct source_lines lines = { 0 };

	(void)state;
	ADD(&lines, ONE, 3, { "a.c", "f", 10, 1 });
	ADD(&lines, ONE, 5, { "a.c", "f", 10, 7 });
	ADD(&lines, ONE, 4, { "a.c", "f", 10, 9 });
	ADD(&lines, ONE, 0, { "a.c", "f", 11, 1 });
	ADD(&lines, ONE, 7, { "a.c", "f", 0, 1 });
	source_functions_finish(&lines);
	assert_int_equal(hits_of(&lines, "a.c", 10), 5);
	assert_int_equal(hits_of(&lines, "a.c", 11), 0);
	assert_int_equal(lines.lines.n, 2);
	assert_int_equal(find(&lines, "a.c", "f")->line, 10);
	assert_int_equal(find(&lines, "a.c", "f")->hits, 5);
	fini(&lines);
}

static void copies_add_up(void **state)
{
	struct source_lines lines = { 0 };

	(void)state;
	/* Two on one line, another elsewhere in the function, and one in another function. */
	ADD(&lines, ONE, 1, { "h.h", "g", 2, 1 }, { "a.c", "f", 10, 4 });
	ADD(&lines, ONE, 2, { "h.h", "g", 2, 1 }, { "a.c", "f", 10, 8 });
	ADD(&lines, ONE, 4, { "h.h", "g", 2, 1 }, { "a.c", "f", 12, 4 });
	ADD(&lines, OTHER, 8, { "h.h", "g", 2, 1 }, { "a.c", "e", 20, 4 });
	/* As a real function, twice. */
	ADD(&lines, 3, 16, { "h.h", "g", 2, 1 });
	ADD(&lines, 4, 32, { "h.h", "g", 2, 1 });
	/* Inlined into what is inlined. */
	ADD(&lines, ONE, 64, { "h.h", "g", 2, 1 }, { "h.h", "i", 5, 4 }, { "a.c", "f", 10, 4 });
	ADD(&lines, ONE, 128, { "h.h", "g", 2, 1 }, { "h.h", "i", 5, 4 }, { "a.c", "f", 13, 4 });
	source_functions_finish(&lines);
	assert_int_equal(hits_of(&lines, "h.h", 2), 255);
	assert_int_equal(hits_of(&lines, "h.h", 5), 64 + 128);
	/* That is one copy. */
	assert_int_equal(hits_of(&lines, "a.c", 10), 64);
	fini(&lines);
}

static void sums_do_not_wrap_around(void **state)
{
	struct source_lines lines = { 0 };

	(void)state;
	ADD(&lines, ONE, UINT64_MAX - 1, { "a.c", "f", 10, 1 });
	ADD(&lines, OTHER, UINT64_MAX - 1, { "a.c", "f", 10, 1 });
	source_functions_finish(&lines);
	assert_int_equal(hits_of(&lines, "a.c", 10), UINT64_MAX);
	fini(&lines);
}

static void files_and_what_they_have_are_sorted(void **state)
{
	struct source_lines lines = { 0 };
	const struct source_file *file;

	(void)state;
	ADD(&lines, ONE, 0, { "b.c", "f", 3, 1 });
	ADD(&lines, 3, 0, { "a.c", "z", 7, 1 });
	ADD(&lines, 4, 0, { "a.c", "y", 7, 1 });
	ADD(&lines, OTHER, 2, { "a.c", "x", 5, 1 });
	source_functions_finish(&lines);
	file = lines.files.at[0];
	assert_string_equal(file->path, "a.c");
	assert_int_equal(file->n_lines, 2);
	assert_int_equal(lines.lines.at[file->lines].line, 5);
	assert_int_equal(lines.lines.at[file->lines + 1].line, 7);
	assert_int_equal(file->n_functions, 3);
	assert_string_equal(lines.functions.at[file->functions]->name, "x");
	assert_string_equal(lines.functions.at[file->functions + 1]->name, "y");
	assert_string_equal(lines.files.at[1]->path, "b.c");
	fini(&lines);
}

/* A line of f() that DWARF has behind the beginning of g() is of g() for whoever reads it. */
static void a_function_goes_to_the_next_one(void **state)
{
	struct source_lines lines = { 0 };

	(void)state;
	ADD(&lines, ONE, 0, { "a.c", "f", 10, 1 });
	ADD(&lines, ONE, 6, { "a.c", "f", 25, 1 });
	ADD(&lines, OTHER, 0, { "a.c", "g", 20, 1 });
	/* A macro defines both; one runs. */
	ADD(&lines, 3, 0, { "a.c", "h", 30, 1 });
	ADD(&lines, 4, 7, { "a.c", "i", 30, 1 });
	source_functions_finish(&lines);
	assert_int_equal(find(&lines, "a.c", "f")->hits, 0);
	assert_int_equal(find(&lines, "a.c", "g")->hits, 6);
	assert_int_equal(find(&lines, "a.c", "h")->hits, 7);
	assert_int_equal(find(&lines, "a.c", "i")->hits, 7);
	fini(&lines);
}

static void functions_are_where_they_are_at_home(void **state)
{
	struct source_lines lines = { 0 };

	(void)state;
	/* One point of a real function has a line of what it calls. */
	ADD(&lines, ONE, 1, { "a.c", "f", 10, 1 });
	ADD(&lines, ONE, 1, { "h.h", "f", 77, 1 });
	ADD(&lines, ONE, 1, { "a.c", "f", 12, 1 });
	/* A header's function is inlined, and once it has a line of the caller. */
	ADD(&lines, ONE, 1, { "h.h", "next", 2, 1 }, { "a.c", "f", 12, 1 });
	ADD(&lines, ONE, 1, { "h.h", "next", 3, 1 }, { "a.c", "f", 12, 1 });
	ADD(&lines, ONE, 1, { "a.c", "next", 13, 1 }, { "a.c", "f", 13, 1 });
	/* A file's own is inlined, and once it has a line of a header; another file has one, too.
	 */
	ADD(&lines, ONE, 1, { "a.c", "own", 5, 1 }, { "a.c", "f", 14, 1 });
	ADD(&lines, ONE, 1, { "a.c", "own", 6, 1 }, { "a.c", "f", 14, 1 });
	ADD(&lines, ONE, 1, { "h.h", "own", 80, 1 }, { "a.c", "f", 14, 1 });
	ADD(&lines, OTHER, 1, { "b.c", "own", 8, 1 }, { "b.c", "e", 9, 1 });
	ADD(&lines, OTHER, 1, { "b.c", "own", 9, 1 }, { "b.c", "e", 9, 1 });
	source_functions_finish(&lines);
	assert_non_null(find(&lines, "a.c", "f"));
	assert_null(find(&lines, "h.h", "f"));
	assert_non_null(find(&lines, "h.h", "next"));
	assert_null(find(&lines, "a.c", "next"));
	assert_non_null(find(&lines, "a.c", "own"));
	assert_null(find(&lines, "h.h", "own"));
	assert_non_null(find(&lines, "b.c", "own"));
	/* The lines are there all the same. */
	assert_int_equal(hits_of(&lines, "h.h", 77), 1);
	assert_int_equal(hits_of(&lines, "a.c", 13), 1);
	fini(&lines);
}

static bool is_no_header(void *context, const char *file)
{
	assert_ptr_equal(context, &is_no_header);
	return !strstr(file, ".h");
}

static void files_can_be_left_out(void **state)
{
	struct source_lines lines = { .is_wanted = is_no_header, .context = &is_no_header };

	(void)state;
	ADD(&lines, ONE, 3, { "h.h", "g", 2, 1 }, { "a.c", "f", 10, 4 });
	ADD(&lines, ONE, 4, { NULL, NULL, 2, 1 }, { "a.c", "f", 11, 4 });
	source_functions_finish(&lines);
	assert_int_equal(lines.lines.n, 2);
	assert_int_equal(hits_of(&lines, "a.c", 10), 3);
	assert_null(find(&lines, "h.h", "g"));
	fini(&lines);
}

static void without_memory_it_is_enomem(void **state)
{
	const struct level levels[] = { { "h.h", "g", 2, 1 }, { "a.c", "f", 10, 4 } };
	size_t nth = 1;

	(void)state;
	for (;; nth++) {
		struct source_lines lines = { 0 };
		int err;

		alloc_fail_at(nth);
		err = add(&lines, ONE, 3, levels, 2);
		if (!alloc_failed())
			assert_int_equal(err, 0);
		else
			/* A larger map may be done without. */
			assert_true(err == 0 || err == -ENOMEM);
		source_functions_finish(&lines);
		fini(&lines);
		if (!alloc_failed())
			break;
	}
	assert_true(nth > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_copy_the_most_counts),
		cmocka_unit_test(copies_add_up),
		cmocka_unit_test(sums_do_not_wrap_around),
		cmocka_unit_test(files_and_what_they_have_are_sorted),
		cmocka_unit_test(a_function_goes_to_the_next_one),
		cmocka_unit_test(functions_are_where_they_are_at_home),
		cmocka_unit_test(files_can_be_left_out),
		cmocka_unit_test(without_memory_it_is_enomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
