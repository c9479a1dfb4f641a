// SPDX-License-Identifier: MIT
/* What system calls take, by the DWARF of the functions that implement them. */
#include "kernel-fixture.h"

#include <errno.h>

/* As SYSCALL_DEFINE() makes them: inlined into what has the call's entry, or not. */
static const char source[] =
	"typedef unsigned short umode_t;\n"
	"typedef umode_t again_t;\n"
	"enum what { FIRST, SECOND };\n"
	"struct iovec;\n"
	"union either { int a; long b; };\n"
	"volatile long sink;\n"
	"#define INLINE static inline __attribute__((always_inline))\n"
	"INLINE long __do_sys_open(int dfd, const char *filename, volatile int flags, again_t mode)\n"
	"{\n"
	"	sink += dfd + flags + mode + *filename;\n"
	"	return sink;\n"
	"}\n"
	"long __x64_sys_open(const long *regs)\n"
	"{\n"
	"	return __do_sys_open((int)regs[0], (const char *)regs[1], (int)regs[2], 0);\n"
	"}\n"
	"long __ia32_sys_open(const int *regs)\n"
	"{\n"
	"	return __do_sys_open(regs[0], (const char *)(long)regs[1], regs[2], 1);\n"
	"}\n"
	"__attribute__((noinline)) long __do_sys_many(unsigned long a, char *restrict b,\n"
	"	const void *c, struct iovec *const *d, enum what e, void (*f)(int))\n"
	"{\n"
	"	f((int)e);\n"
	"	return sink += (long)a + *b + (long)c + (long)d;\n"
	"}\n"
	"long __do_sys_nothing(void) { return sink--; }\n"
	"long __do_sys_odd(_Bool yes, union either *where, signed char c, double d)\n"
	"{\n"
	"	where->a = yes;\n"
	"	return sink += c + (long)d;\n"
	"}\n"
	"long __do_compat_sys_open(int dfd, const unsigned char *filename)\n"
	"{\n"
	"	return sink += dfd + *filename;\n"
	"}\n"
	"long my__do_sys_other(int no) { return no; }\n"
	"long __do_sys_(int no) { return no; }\n";

static void link_calls(const char *flags)
{
	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	fixture_write("calls.c", source);
	assert_int_equal(fixture_sh("%s -O2 -fno-asynchronous-unwind-tables %s -c calls.c",
				    fixture_compiler(), flags),
			 0);
	fixture_link("-Wl,--section-start=.text=0xffffffff81000000 calls.o");
}

static struct kcov_symbolizer *open_image(void)
{
	struct kcov_symbolizer *symbolizer = NULL;

	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	return symbolizer;
}

#define SIGNED KCOV_PARAMETER_SIGNED
#define UNSIGNED KCOV_PARAMETER_UNSIGNED
#define POINTER KCOV_PARAMETER_POINTER

static const struct kcov_syscall expected[] = {
	{ "many",
	  false,
	  6,
	  { { "a", "long unsigned int", 8, UNSIGNED },
	    { "b", "char *", 8, KCOV_PARAMETER_CHARS },
	    { "c", "const void *", 8, POINTER },
	    { "d", "struct iovec *const *", 8, POINTER },
	    { "e", "enum what", 4, UNSIGNED },
	    { "f", "function *", 8, POINTER } } },
	{ "nothing", false, 0, { { 0 } } },
	{ "odd",
	  false,
	  4,
	  { { "yes", "_Bool", 1, UNSIGNED },
	    { "where", "union either *", 8, POINTER },
	    { "c", "signed char", 1, SIGNED },
	    { "d", "double", 8, KCOV_PARAMETER_OTHER } } },
	{ "open",
	  false,
	  4,
	  { { "dfd", "int", 4, SIGNED },
	    { "filename", "const char *", 8, KCOV_PARAMETER_CONST_CHARS },
	    { "flags", "volatile int", 4, SIGNED },
	    { "mode", "again_t", 2, UNSIGNED } } },
	{ "open",
	  true,
	  2,
	  { { "dfd", "int", 4, SIGNED },
	    { "filename", "const unsigned char *", 8, KCOV_PARAMETER_CONST_CHARS } } },
};

enum {
	N_EXPECTED = sizeof(expected) / sizeof(expected[0]),
};

/* Compilers do not agree on how they call those of C. */
static const char *plain_type(const char *type)
{
	return strcmp(type, "unsigned long") == 0 ? "long unsigned int" : type;
}

static void assert_call(const struct kcov_syscall *call, const struct kcov_syscall *wanted)
{
	assert_string_equal(call->name, wanted->name);
	assert_int_equal(call->is_compat, wanted->is_compat);
	assert_int_equal(call->n, wanted->n);
	for (unsigned int i = 0; i < call->n; i++) {
		assert_string_equal(call->parameters[i].name, wanted->parameters[i].name);
		assert_string_equal(plain_type(call->parameters[i].type),
				    wanted->parameters[i].type);
		assert_int_equal(call->parameters[i].size, wanted->parameters[i].size);
		assert_int_equal(call->parameters[i].kind, wanted->parameters[i].kind);
	}
}

static void assert_calls(const struct kcov_symbolizer *symbolizer)
{
	struct kcov_syscall calls[N_EXPECTED + 1], one;

	assert_int_equal(kcov_symbolizer_syscalls(symbolizer, 0, calls, N_EXPECTED + 1),
			 N_EXPECTED);
	for (size_t i = 0; i < N_EXPECTED; i++) {
		assert_call(&calls[i], &expected[i]);
		assert_int_equal(kcov_symbolizer_syscalls(symbolizer, i, &one, 1), 1);
		assert_call(&one, &expected[i]);
	}
	assert_int_equal(kcov_symbolizer_syscalls(symbolizer, N_EXPECTED, &one, 1), 0);
	assert_int_equal(kcov_symbolizer_syscalls(symbolizer, SIZE_MAX, &one, 1), 0);
	assert_int_equal(kcov_symbolizer_syscalls(symbolizer, 0, NULL, 0), 0);
}

static void calls_have_their_parameters(void **state)
{
	static const char *const flags[] = { "-gdwarf-4", "-gdwarf-5", "-gdwarf-4 -gsplit-dwarf",
					     "-gdwarf-5 -gsplit-dwarf" };

	(void)state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct kcov_symbolizer *symbolizer;

		link_calls(flags[i]);
		symbolizer = open_image();
		assert_calls(symbolizer);
		kcov_symbolizer_close(symbolizer);
	}
}

static void two_units_have_a_call_once(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	link_calls("-g");
	assert_int_equal(fixture_sh("objcopy --keep-global-symbol=nothing calls.o more.o"), 0);
	fixture_link("-Wl,--section-start=.text=0xffffffff81000000 calls.o more.o");
	symbolizer = open_image();
	assert_calls(symbolizer);
	kcov_symbolizer_close(symbolizer);
}

static void without_dwarf_it_is_enodata(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_syscall call = { .n = 42 };

	(void)state;
	make_kernel();
	symbolizer = open_image();
	assert_int_equal(kcov_symbolizer_syscalls(symbolizer, 0, &call, 1), 0);
	kcov_symbolizer_close(symbolizer);
	symbolizer = open_kernel(NULL);
	assert_int_equal(kcov_symbolizer_syscalls(symbolizer, 0, &call, 1), -ENODATA);
	assert_int_equal(call.n, 42);
	kcov_symbolizer_close(symbolizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(calls_have_their_parameters, setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(two_units_have_a_call_once, setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(without_dwarf_it_is_enodata, setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
