// SPDX-License-Identifier: MIT
#include "unit.h"

#include "image/machine.h"

#include <elf.h>
#include <kcov/symbolize.h>
#include <stdlib.h>

static void entries_of_system_calls_have_a_prefix(void **state)
{
	static const char *const entries[] = {
		"__x64_sys_openat",         "__ia32_sys_openat",       "__ia32_compat_sys_openat",
		"__x32_compat_sys_openat",  "__x64_compat_sys_openat", "__arm64_sys_openat",
		"__arm64_compat_sys_openat"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		assert_string_equal(kcov_syscall_of(entries[i]), "openat");
}

static void other_functions_are_entries_of_none(void **state)
{
	static const char *const others[] = { "",
					      "do_sys_openat2",
					      "sys_openat",
					      "__x64_sys",
					      "__x64_sys_openat.cold",
					      "my__x64_sys_openat",
					      "__se_sys_read" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_null(kcov_syscall_of(others[i]));
	assert_null(kcov_syscall_of(NULL));
}

static void machines_are_known_by_both_of_their_names(void **state)
{
	(void)state;
	assert_ptr_equal(kcov_machine_of_uname("x86_64"), kcov_machine_of_elf(EM_X86_64));
	assert_ptr_equal(kcov_machine_of_uname("aarch64"), kcov_machine_of_elf(EM_AARCH64));
	assert_null(kcov_machine_of_uname("s390x"));
	assert_string_equal(kcov_machine_of_elf(EM_S390)->name, "s390");
	assert_string_equal(kcov_machine_of_elf(0x7777)->name, "another machine");
	assert_null(kcov_machine_of_elf(0x7777)->uname);
}

static void machines_that_are_read_are_listed(void **state)
{
	char *names = kcov_machines_read();

	(void)state;
	assert_string_equal(names, "x86-64 and AArch64");
	free(names);
}

/* Each begins where it was looked for, or behind, and none that is cut is found. */
static void calls_are_found_as_long_as_they_are_whole(void **state)
{
	static const uint8_t x86[] = { 0x90, 0xe8, 0x10, 0, 0, 0 },
			     arm64[] = { 0x1f, 0x20, 0x03, 0xd5, 0xfe, 0xff, 0xff, 0x97 };
	const struct kcov_call_code *call = &kcov_machine_of_elf(EM_X86_64)->call;
	int64_t distance;

	(void)state;
	assert_ptr_equal(call->find(x86, x86 + sizeof(x86), &distance), x86 + 1);
	assert_int_equal(distance, 5 + 0x10);
	assert_null(call->find(x86, x86 + sizeof(x86) - 1, &distance));
	assert_null(call->find(x86, x86 + 1, &distance));

	call = &kcov_machine_of_elf(EM_AARCH64)->call;
	assert_ptr_equal(call->find(arm64, arm64 + sizeof(arm64), &distance), arm64 + 4);
	assert_int_equal(distance, -8);
	assert_null(call->find(arm64, arm64 + sizeof(arm64) - 1, &distance));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_of_system_calls_have_a_prefix),
		cmocka_unit_test(other_functions_are_entries_of_none),
		cmocka_unit_test(machines_are_known_by_both_of_their_names),
		cmocka_unit_test(machines_that_are_read_are_listed),
		cmocka_unit_test(calls_are_found_as_long_as_they_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
