// SPDX-License-Identifier: MIT
/* Which function's parameters are those of a call, by the names that programs know. */
#include "unit.h"

#include "coverage/parameters.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>

/* Played: the symbolizer's are tested in test-syscalls. */
static const struct kcov_syscall known[] = {
	{ "newstat", false, 2, { { "filename", "const char *", 8, KCOV_PARAMETER_CONST_CHARS } } },
	{ "open", false, 3, { { 0 } } },
	{ "stat", false, 1, { { 0 } } },
	{ "umount", false, 2, { { 0 } } },
	{ "open", true, 4, { { 0 } } },
	{ "sendfile64", false, 5, { { 0 } } },
	{ "sendfile", true, 6, { { 0 } } },
};

enum {
	N_KNOWN = sizeof(known) / sizeof(known[0]),
};

static int failure;

int kcov_symbolizer_syscalls(const struct kcov_symbolizer *symbolizer, size_t first,
			     struct kcov_syscall *ret, size_t room)
{
	(void)symbolizer;
	(void)room;
	if (failure)
		return failure;
	if (first >= N_KNOWN)
		return 0;
	memcpy(ret, known + first, (N_KNOWN - first) * sizeof(*ret));
	return (int)(N_KNOWN - first);
}

static unsigned int count(struct parameters *parameters, uint32_t arch, const char *name)
{
	const struct kcov_syscall *found = parameters_find(parameters, arch, name);

	return found ? found->n : 0;
}

static void calls_are_found_by_the_names_of_programs(void **state)
{
	const struct kcov_symbolizer *symbolizer = (void *)known;
	struct parameters parameters;

	(void)state;
	assert_int_equal(parameters_init(symbolizer, &parameters), 0);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(count(&parameters, AUDIT_ARCH_X86_64, "stat"), 2);
		assert_int_equal(count(&parameters, AUDIT_ARCH_X86_64, "open"), 3);
		assert_int_equal(count(&parameters, AUDIT_ARCH_X86_64, "umount2"), 2);
		assert_int_equal(count(&parameters, AUDIT_ARCH_X86_64, "sendfile"), 5);
		assert_int_equal(count(&parameters, AUDIT_ARCH_I386, "open"), 4);
		assert_int_equal(count(&parameters, AUDIT_ARCH_I386, "sendfile"), 6);
		assert_int_equal(count(&parameters, AUDIT_ARCH_I386, "sendfile64"), 5);
		assert_int_equal(count(&parameters, AUDIT_ARCH_I386, "oldstat"), 1);
		assert_int_equal(count(&parameters, AUDIT_ARCH_AARCH64, "open"), 3);
	}
	assert_string_equal(
		parameters_find(&parameters, AUDIT_ARCH_X86_64, "stat")->parameters[0].name,
		"filename");
	parameters_fini(&parameters);
}

static void others_are_not_known(void **state)
{
	const struct kcov_symbolizer *symbolizer = (void *)known;
	struct parameters parameters;

	(void)state;
	assert_int_equal(parameters_init(symbolizer, &parameters), 0);
	assert_null(parameters_find(&parameters, AUDIT_ARCH_X86_64, "newstat"));
	assert_null(parameters_find(&parameters, AUDIT_ARCH_X86_64, "zzz"));
	assert_null(parameters_find(&parameters, AUDIT_ARCH_X86_64, ""));
	assert_null(parameters_find(&parameters, AUDIT_ARCH_X86_64, NULL));
	assert_null(parameters_find(&parameters, AUDIT_ARCH_PPC64, "open"));
	parameters_fini(&parameters);
}

static void without_an_image_nothing_is_known(void **state)
{
	const struct kcov_symbolizer *symbolizer = (void *)known;
	struct parameters parameters;

	(void)state;
	failure = -ENODATA;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(parameters_init(i ? symbolizer : NULL, &parameters), 0);
		assert_null(parameters_find(&parameters, AUDIT_ARCH_X86_64, "open"));
		parameters_fini(&parameters);
	}
	failure = 0;
}

static void lengths_are_known_by_their_names(void **state)
{
	static const char *const lengths[] = { "count", "len", "size", "msg_len", "plen", "_size" };
	static const char *const others[] = { "length", "lens", "counter", "fd", "flags" };
	struct kcov_parameter parameter = { .kind = KCOV_PARAMETER_UNSIGNED };

	(void)state;
	assert_false(parameter_is_length(&parameter));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		parameter.name = lengths[i];
		assert_true(parameter_is_length(&parameter));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		parameter.name = others[i];
		assert_false(parameter_is_length(&parameter));
	}
	/* As getsockopt() has it. */
	parameter = (struct kcov_parameter){ .name = "len", .kind = KCOV_PARAMETER_POINTER };
	assert_false(parameter_is_length(&parameter));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_found_by_the_names_of_programs),
		cmocka_unit_test(others_are_not_known),
		cmocka_unit_test(without_an_image_nothing_is_known),
		cmocka_unit_test(lengths_are_known_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
