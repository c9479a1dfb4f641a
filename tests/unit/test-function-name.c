// SPDX-License-Identifier: MIT
#include "unit.h"

#include "image/function-name.h"

#include <elf.h>
#include <string.h>

static void assert_folded(uint16_t machine, const char *name, const char *expected)
{
	struct kcov_text folded;
	bool is_other = kcov_function_name_fold(kcov_machine_of_elf(machine), name, &folded);

	if (!kcov_text_is(folded, expected))
		fail_msg("%s becomes %.*s, not %s", name, (int)folded.n, folded.at, expected);
	assert_int_equal(is_other, strcmp(name, expected) != 0);
}

static void what_compilers_append_is_cut(void **state)
{
	(void)state;
	assert_folded(EM_X86_64, "f.isra.0", "f");
	assert_folded(EM_X86_64, "f.part.1", "f");
	assert_folded(EM_X86_64, "f.constprop.2", "f");
	assert_folded(EM_X86_64, "f.cold", "f");
	assert_folded(EM_X86_64, "f.cold.3", "f");
	assert_folded(EM_X86_64, "f.llvm.12345678901234567890123", "f");
	assert_folded(EM_X86_64, "f.specialized.1", "f");
	assert_folded(EM_X86_64, "f.constprop.0.isra.0.cold", "f");
}

static void what_a_name_is_made_of_is_kept(void **state)
{
	static const char *const names[] = {
		"f",     "",         ".cold",    ".isra.0", "f.",      "f..",  "f.0",
		"f.str", "f.colder", "f.cold.x", "f.1.2",   "f.isra.", "cold", "k::{impl#0}::new",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_folded(EM_X86_64, names[i], names[i]);
	assert_folded(EM_X86_64, "f.cold.str.cold", "f.cold.str");
	assert_folded(EM_X86_64, ".cold.cold", ".cold");
}

static void functions_of_a_system_call_are_one(void **state)
{
	static const char *const calls[] = { "__x64_sys_open", "__ia32_sys_open", "__se_sys_open",
					     "__do_sys_open", "__do_sys_open.isra.0.cold" },
				 *const compat_calls[] = {
					 "__ia32_compat_sys_open", "__x32_compat_sys_open",
					 "__x64_compat_sys_open",  "__se_compat_sys_open",
					 "__do_compat_sys_open",
				 };

	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		assert_folded(EM_X86_64, calls[i], "sys_open");
	for (size_t i = 0; i < sizeof(compat_calls) / sizeof(*compat_calls); i++)
		assert_folded(EM_X86_64, compat_calls[i], "compat_sys_open");
	assert_folded(EM_AARCH64, "__arm64_sys_open", "sys_open");
	assert_folded(EM_AARCH64, "__arm64_compat_sys_open", "compat_sys_open");
	assert_folded(EM_AARCH64, "__se_sys_open", "sys_open");
}

static void other_functions_are_no_system_calls(void **state)
{
	static const char *const names[] = { "sys_open", "__sys_open",       "__x64_sys_",
					     "__do_sys", "my__x64_sys_open", "__arm64_sys_open",
					     "_" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_folded(EM_X86_64, names[i], names[i]);
	assert_folded(EM_AARCH64, "__x64_sys_open", "__x64_sys_open");
	/* Whose own prefixes are not known. */
	assert_folded(EM_S390, "__s390x_sys_open", "__s390x_sys_open");
	assert_folded(EM_S390, "__do_sys_open", "sys_open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_compilers_append_is_cut),
		cmocka_unit_test(what_a_name_is_made_of_is_kept),
		cmocka_unit_test(functions_of_a_system_call_are_one),
		cmocka_unit_test(other_functions_are_no_system_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
