// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "syscalls/calls.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#define X32_BIT 0x40000000

/* How often libseccomp was asked for a name. */
static unsigned int asked;

char *__real_seccomp_syscall_resolve_num_arch(uint32_t arch, int number);
char *__wrap_seccomp_syscall_resolve_num_arch(uint32_t arch, int number);

char *__wrap_seccomp_syscall_resolve_num_arch(uint32_t arch, int number)
{
	asked++;
	return __real_seccomp_syscall_resolve_num_arch(arch, number);
}

static void a_number_means_what_its_architecture_says(void **state)
{
	struct calls calls = { 0 };

	(void)state;
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_X86_64, 0), "read");
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_X86_64, 3), "close");
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_I386, 3), "read");
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_I386, 102), "socketcall");
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_AARCH64, 63), "read");
	calls_fini(&calls);
}

static void x32_is_a_bit_in_the_number(void **state)
{
	struct calls calls = { 0 };

	(void)state;
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_X86_64, X32_BIT), "read");
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_X86_64, X32_BIT + 520), "execve");
	assert_null(calls_name(&calls, AUDIT_ARCH_X86_64, 520));
	assert_null(calls_name(&calls, AUDIT_ARCH_AARCH64, X32_BIT + 63));
	calls_fini(&calls);
}

static void what_is_no_call_has_no_name(void **state)
{
	static const uint64_t numbers[] = { 100000, INT32_MAX, UINT32_MAX, UINT64_C(1) << 32,
					    UINT64_MAX };
	struct calls calls = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		assert_null(calls_name(&calls, AUDIT_ARCH_X86_64, numbers[i]));
	assert_null(calls_name(&calls, 0, 0));
	assert_null(calls_name(&calls, 0x1234, 0));
	calls_fini(&calls);
}

static void libseccomp_is_asked_once(void **state)
{
	struct calls calls = { 0 };
	const char *name = calls_name(&calls, AUDIT_ARCH_X86_64, 1);

	(void)state;
	assert_null(calls_name(&calls, AUDIT_ARCH_X86_64, 100000));
	asked = 0;
	alloc_fail_at(1);
	assert_ptr_equal(calls_name(&calls, AUDIT_ARCH_X86_64, 1), name);
	assert_null(calls_name(&calls, AUDIT_ARCH_X86_64, 100000));
	assert_false(alloc_failed());
	assert_int_equal(asked, 0);
	calls_fini(&calls);
}

static void names_stay_where_they_are(void **state)
{
	static const uint32_t archs[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64 };
	struct calls calls = { 0 };
	const char *first = calls_name(&calls, AUDIT_ARCH_X86_64, 0);

	(void)state;
	for (int number = 0; number < 600; number++) {
		for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++) {
			char *want = __real_seccomp_syscall_resolve_num_arch(archs[i], number);
			const char *name = calls_name(&calls, archs[i], (uint64_t)number);

			assert_int_equal(!name, !want);
			if (name)
				assert_string_equal(name, want);
			free(want);
		}
	}
	assert_ptr_equal(calls_name(&calls, AUDIT_ARCH_X86_64, 0), first);
	calls_fini(&calls);
}

static void trying_every_number_does_not_fill_the_memory(void **state)
{
	struct calls calls = { 0 };

	(void)state;
	for (uint64_t number = 1000; number < 30000; number++)
		assert_null(calls_name(&calls, AUDIT_ARCH_X86_64, number));
	assert_true(calls.names.n_slots <= 16384);
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_X86_64, 0), "read");
	calls_fini(&calls);
	assert_int_equal(calls.names.n_slots, 0);
}

static void without_memory_there_is_no_name_for_once(void **state)
{
	struct calls calls = { 0 };

	(void)state;
	alloc_fail_at(1);
	assert_null(calls_name(&calls, AUDIT_ARCH_X86_64, 0));
	assert_true(alloc_failed());
	assert_string_equal(calls_name(&calls, AUDIT_ARCH_X86_64, 0), "read");
	calls_fini(&calls);
}

static void architectures_have_names(void **state)
{
	(void)state;
	assert_string_equal(calls_arch_name(AUDIT_ARCH_X86_64), "x86_64");
	assert_string_equal(calls_arch_name(AUDIT_ARCH_I386), "i386");
	assert_string_equal(calls_arch_name(AUDIT_ARCH_AARCH64), "aarch64");
	assert_null(calls_arch_name(0));
	assert_null(calls_arch_name(0x1234));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_means_what_its_architecture_says),
		cmocka_unit_test(x32_is_a_bit_in_the_number),
		cmocka_unit_test(what_is_no_call_has_no_name),
		cmocka_unit_test(libseccomp_is_asked_once),
		cmocka_unit_test(names_stay_where_they_are),
		cmocka_unit_test(trying_every_number_does_not_fill_the_memory),
		cmocka_unit_test(without_memory_there_is_no_name_for_once),
		cmocka_unit_test(architectures_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
