// SPDX-License-Identifier: MIT
#include "unit.h"

#include "trace/code.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

/* Nowhere else in this process, unless it is copied. */
static const uint8_t odd[] = { 0xd1, 0x5e, 0xa5, 0xed, 0xf0, 0x0d, 0xca, 0xfe,
			       0x13, 0x37, 0xab, 0xad, 0x1d, 0xea, 0x0b, 0xee };

enum {
	PAGES = 16,
	/* Two looks at a mapping are needed to come to its end. */
	AT = 50000,
};

static uint8_t *map_code(int protection)
{
	uint8_t *code = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(code != MAP_FAILED);
	memcpy(code + AT, odd, sizeof(odd));
	assert_int_equal(mprotect(code, PAGES * 4096, protection), 0);
	return code;
}

static void what_is_executable_is_found(void **state)
{
	uint8_t *code = map_code(PROT_READ | PROT_EXEC);
	uint64_t at;

	(void)state;
	assert_int_equal(code_find(getpid(), odd, sizeof(odd), 1, &at), 0);
	assert_int_equal(at, (uint64_t)(uintptr_t)code + AT);
	assert_int_equal(code_find(getpid(), odd + 1, sizeof(odd) - 1, 1, &at), 0);
	assert_int_equal(at, (uint64_t)(uintptr_t)code + AT + 1);
	munmap(code, PAGES * 4096);
}

static void only_multiples_of_the_alignment_are_found(void **state)
{
	uint8_t *code = map_code(PROT_READ | PROT_EXEC);
	uint64_t at;

	(void)state;
	assert_int_equal(code_find(getpid(), odd, sizeof(odd), 4, &at), 0);
	assert_int_equal(at, (uint64_t)(uintptr_t)code + AT);
	assert_int_equal(code_find(getpid(), odd + 1, sizeof(odd) - 1, 4, &at), -ENOEXEC);
	munmap(code, PAGES * 4096);
}

static void data_are_no_code(void **state)
{
	uint8_t *code = map_code(PROT_READ);
	uint64_t at;

	(void)state;
	assert_int_equal(code_find(getpid(), odd, sizeof(odd), 1, &at), -ENOEXEC);
	munmap(code, PAGES * 4096);
}

static void the_vdso_comes_first(void **state)
{
	const uintptr_t vdso = getauxval(AT_SYSINFO_EHDR);
	static const uint8_t ret[] = { 0xc3 };
	uint64_t at;

	(void)state;
	if (!vdso)
		skip();
	assert_int_equal(code_find(getpid(), ret, sizeof(ret), 1, &at), 0);
	assert_in_range(at, vdso, vdso + 4 * 4096);
}

static void a_process_that_is_gone_has_no_code(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(code_find(0x7ffffff0, odd, sizeof(odd), 1, &at), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_executable_is_found),
		cmocka_unit_test(only_multiples_of_the_alignment_are_found),
		cmocka_unit_test(data_are_no_code),
		cmocka_unit_test(the_vdso_comes_first),
		cmocka_unit_test(a_process_that_is_gone_has_no_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
