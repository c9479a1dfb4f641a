// SPDX-License-Identifier: MIT
/* What kcovctl symbolize prints of names that are like no other. */
#include "unit.h"

#include "render/location.h"

#include <stdlib.h>
#include <string.h>

static void assert_written(location_writer *write, const struct located_one *one,
			   const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	write(one, 1, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void assert_json_function(const char *function, const char *expected)
{
	const struct kcov_location location = { .image = "a", .symbol = "b", .symbol_offset = 7 };
	const struct kcov_frame frame = { .function = function };
	const struct located_one one = { 0x12, &location, &frame, 1 };
	char *whole = NULL;

	assert_true(asprintf(&whole,
			     "{\"address\":\"0x0000000000000012\",\"image\":\"a\",\"symbol\":\"b\","
			     "\"symbol_offset\":7,\"frames\":[{\"function\":\"%s\"}]}\n",
			     expected) > 0);
	assert_written(location_write_json, &one, whole);
	free(whole);
}

static void strings_are_json_whatever_is_in_them(void **state)
{
	static const char *const pairs[][2] = {
		{ "a\"b\\c", "a\\\"b\\\\c" },
		{ "tab\tline\nbell\a\x7f", "tab\\u0009line\\u000abell\\u0007\\u007f" },
		/* UTF-8 of two, three and four bytes, the first and the last of each. */
		{ "\xc2\x80\xdf\xbf", "\xc2\x80\xdf\xbf" },
		{ "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf",
		  "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf" },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
		/* What looks like it and is not: alone, cut, too long, half a pair, too large. */
		{ "\x80", "\\ufffd" },
		{ "\xc2", "\\ufffd" },
		{ "\xe0\xa0", "\\ufffd\\ufffd" },
		{ "\xc1\xbf", "\\ufffd\\ufffd" },
		{ "\xe0\x9f\xbf", "\\ufffd\\ufffd\\ufffd" },
		{ "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd" },
		{ "\xf0\x8f\xbf\xbf", "\\ufffd\\ufffd\\ufffd\\ufffd" },
		{ "\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd" },
		{ "\xf5\xff", "\\ufffd\\ufffd" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		assert_json_function(pairs[i][0], pairs[i][1]);
}

static void what_is_not_known_has_its_signs(void **state)
{
	const struct kcov_location location = { 0 };
	const struct kcov_frame frames[] = {
		{ .function = "f" },
		{ .path = "/p", .file = "p" },
		{ .function = "g", .path = "/p", .file = "p", .line = UINT32_MAX, .column = 3 },
	};
	const struct located_one none = { UINT64_MAX, &location, NULL, 0 };
	const struct located_one three = { 0, &location, frames, 3 };

	(void)state;
	assert_written(location_write_lines, &none, "0xffffffffffffffff\n??\n??:0\n");
	assert_written(location_write_pretty, &none, "0xffffffffffffffff: ?? at ??:0\n");
	assert_written(location_write_json, &none,
		       "{\"address\":\"0xffffffffffffffff\",\"frames\":[]}\n");
	assert_written(location_write_lines, &three,
		       "0x0000000000000000\nf\n??:0\n??\n/p:?\ng\n/p:4294967295\n");
	assert_written(location_write_pretty, &three,
		       "0x0000000000000000: f at ??:0\n (inlined by) ?? at /p:?\n"
		       " (inlined by) g at /p:4294967295\n");
	assert_written(location_write_json, &three,
		       "{\"address\":\"0x0000000000000000\",\"frames\":["
		       "{\"function\":\"f\"},"
		       "{\"file\":\"p\",\"path\":\"/p\"},"
		       "{\"line\":4294967295,\"column\":3,\"function\":\"g\","
		       "\"file\":\"p\",\"path\":\"/p\"}]}\n");
}

/* What was asked for as a symbol begins with it, whether that is known or not. */
static void a_symbol_is_written_as_it_was_asked_for(void **state)
{
	const struct kcov_location location = { .image = "m", .symbol = "f" };
	const struct kcov_frame frame = { .function = "f" };
	struct located_one one = { 0x12, &location, &frame, 1, .asked = "f+0x2 [m]" };

	(void)state;
	assert_written(location_write_lines, &one, "f+0x2 [m]\nf\n?\?:0\n");
	assert_written(location_write_pretty, &one, "f+0x2 [m]: f at ?\?:0\n");
	assert_written(
		location_write_json, &one,
		"{\"asked\":\"f+0x2 [m]\",\"address\":\"0x0000000000000012\",\"image\":\"m\","
		"\"symbol\":\"f\",\"symbol_offset\":0,\"frames\":[{"
		"\"function\":\"f\"}]}\n");
	one = (struct located_one){ .location = &(struct kcov_location){ 0 },
				    .asked = "g+0x2",
				    .is_nowhere = true };
	assert_written(location_write_json, &one, "{\"asked\":\"g+0x2\",\"frames\":[]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_json_whatever_is_in_them),
		cmocka_unit_test(a_symbol_is_written_as_it_was_asked_for),
		cmocka_unit_test(what_is_not_known_has_its_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
