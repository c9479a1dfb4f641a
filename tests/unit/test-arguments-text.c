// SPDX-License-Identifier: MIT
#include "unit.h"

#include "render/arguments-text.h"

#include <linux/audit.h>
#include <stdlib.h>

static const struct kcov_syscall openat_call = {
	"openat",
	false,
	4,
	{ { "dfd", "int", 4, KCOV_PARAMETER_SIGNED },
	  { "filename", "const char *", 8, KCOV_PARAMETER_CONST_CHARS },
	  { "flags", "int", 4, KCOV_PARAMETER_SIGNED },
	  { "mode", "umode_t", 2, KCOV_PARAMETER_UNSIGNED } },
};

static const struct kcov_syscall odd_call = {
	"odd",
	false,
	4,
	{ { NULL, "long int", 8, KCOV_PARAMETER_SIGNED },
	  { "size", "size_t", 8, KCOV_PARAMETER_UNSIGNED },
	  { "where", "void *", 8, KCOV_PARAMETER_POINTER },
	  { "mask", "u64", 8, KCOV_PARAMETER_UNSIGNED } },
};

static void assert_text(const struct event *event, const char *expected)
{
	char room[512];
	FILE *out = fmemopen(room, sizeof(room), "w");

	assert_non_null(out);
	for (unsigned int i = 0; i < arguments_count(event); i++) {
		fputs(i ? ", " : "", out);
		argument_write(event, i, out);
	}
	fputc('\0', out);
	fclose(out);
	assert_string_equal(room, expected);
}

static void assert_json(const struct event *event, const char *expected)
{
	char room[1024], buffer[64];
	FILE *out = fmemopen(room, sizeof(room), "w");
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };

	assert_non_null(out);
	arguments_put_json(event, &text);
	text_flush(&text);
	fputc('\0', out);
	fclose(out);
	assert_string_equal(room, expected);
}

static void numbers_are_those_of_their_types(void **state)
{
	const struct event event = { .arch = AUDIT_ARCH_X86_64,
				     .args = { 0xffffff9c, 0x7f00, 0xdead00080000, 0xffff01a4 },
				     .syscall = &openat_call };
	const struct event odd = { .arch = AUDIT_ARCH_X86_64,
				   .args = { UINT64_MAX, 1u << 20, 0, 0x12 },
				   .syscall = &odd_call },
			   more = { .arch = AUDIT_ARCH_X86_64,
				    .args = { 5, UINT64_MAX, 0x10, 0 },
				    .syscall = &odd_call };

	(void)state;
	assert_text(&event, "dfd=-100, filename=0x7f00, flags=0x80000, mode=0644");
	assert_text(&odd, "-1, size=1048576, where=NULL, mask=0x12");
	assert_text(&more, "5, size=0xffffffffffffffff, where=0x10, mask=0x0");
	assert_json(
		&event,
		",\"args\":[\"0xffffff9c\",\"0x7f00\",\"0xdead00080000\",\"0xffff01a4\","
		"\"0x0\",\"0x0\"],\"named\":["
		"{\"name\":\"dfd\",\"type\":\"int\",\"size\":4,\"kind\":\"signed\",\"value\":-100},"
		"{\"name\":\"filename\",\"type\":\"const char *\",\"size\":8,\"kind\":\"const chars\",\"value\":\"0x7f00\"},"
		"{\"name\":\"flags\",\"type\":\"int\",\"size\":4,\"kind\":\"signed\",\"value\":524288},"
		"{\"name\":\"mode\",\"type\":\"umode_t\",\"size\":2,\"kind\":\"unsigned\",\"value\":420}]");
	assert_json(
		&more,
		",\"args\":[\"0x5\",\"0xffffffffffffffff\",\"0x10\",\"0x0\",\"0x0\",\"0x0\"],"
		"\"named\":[{\"name\":\"\",\"type\":\"long int\",\"size\":8,\"kind\":\"signed\",\"value\":5},"
		"{\"name\":\"size\",\"type\":\"size_t\",\"size\":8,\"kind\":\"unsigned\",\"value\":18446744073709551615},"
		"{\"name\":\"where\",\"type\":\"void *\",\"size\":8,\"kind\":\"pointer\",\"value\":\"0x10\"},"
		"{\"name\":\"mask\",\"type\":\"u64\",\"size\":8,\"kind\":\"unsigned\",\"value\":0}]");
}

static void a_register_of_a_32_bit_program_has_32_bits(void **state)
{
	const struct event event = { .arch = AUDIT_ARCH_I386,
				     .args = { 0xffffffff, 0xfffffff0, 0x1ffffffff, 0x12 },
				     .syscall = &odd_call };

	(void)state;
	assert_text(&event, "-1, size=4294967280, where=0xffffffff, mask=0x12");
}

static void texts_are_as_c_has_them(void **state)
{
	static const char bytes[] = "a\"\\\t\n\v\f\r\x01\x01"
				    "1\x7f\xc3\xa4";
	const struct event_text text = {
		.position = 1, .at = bytes, .n = sizeof(bytes) - 1, .is_string = true
	};
	const struct event_text cut = { .position = 1, .at = "\0b", .n = 2, .is_cut = true };
	struct event event = { .arch = AUDIT_ARCH_X86_64,
			       .args = { 3, 0x7f00 },
			       .syscall = &openat_call,
			       .texts = &text,
			       .n_texts = 1 };

	(void)state;
	assert_text(&event, "dfd=3, filename=\"a\\\"\\\\\\t\\n\\v\\f\\r\\1\\0011\\177\\303\\244\", "
			    "flags=0x0, mode=0");
	event.texts = &cut;
	assert_text(&event, "dfd=3, filename=\"\\0b\"..., flags=0x0, mode=0");
	assert_json(
		&event,
		",\"args\":[\"0x3\",\"0x7f00\",\"0x0\",\"0x0\",\"0x0\",\"0x0\"],\"named\":["
		"{\"name\":\"dfd\",\"type\":\"int\",\"size\":4,\"kind\":\"signed\",\"value\":3},"
		"{\"name\":\"filename\",\"type\":\"const char *\",\"size\":8,\"kind\":\"const chars\",\"value\":\"0x7f00\","
		"\"text\":\"\\u0000b\",\"cut\":true},"
		"{\"name\":\"flags\",\"type\":\"int\",\"size\":4,\"kind\":\"signed\",\"value\":0},"
		"{\"name\":\"mode\",\"type\":\"umode_t\",\"size\":2,\"kind\":\"unsigned\",\"value\":0}]");
}

static void without_names_there_are_six_numbers(void **state)
{
	const struct event event = { .args = { 1, 2, 3, 4, 5, 6 } };

	(void)state;
	assert_text(&event, "0x1, 0x2, 0x3, 0x4, 0x5, 0x6");
	assert_json(&event, ",\"args\":[\"0x1\",\"0x2\",\"0x3\",\"0x4\",\"0x5\",\"0x6\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_their_types),
		cmocka_unit_test(a_register_of_a_32_bit_program_has_32_bits),
		cmocka_unit_test(texts_are_as_c_has_them),
		cmocka_unit_test(without_names_there_are_six_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
