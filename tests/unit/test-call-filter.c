// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "syscalls/call-program.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define X32_BIT 0x40000000
#define SKIP_UNLESS_X86_64()                                                                       \
	do {                                                                                       \
		if (seccomp_arch_native() != SCMP_ARCH_X86_64)                                     \
			skip_because("this machine has one ABI for the filter");                   \
	} while (0)

static struct call_filter parse(const char *text)
{
	struct call_filter filter;
	char why[512] = "";

	if (call_filter_parse(text, why, sizeof(why), &filter))
		fail_msg("%s: %s", text, why);
	return filter;
}

static bool native_has(const struct call_filter *filter, long number)
{
	return call_filter_has(filter, seccomp_arch_native(), (uint64_t)number);
}

/* The line that says what is wrong with an expression. */
static const char *refused(const char *text)
{
	static char why[512];
	struct call_filter filter = { .n_abis = 42 };

	*why = '\0';
	assert_int_equal(call_filter_parse(text, why, sizeof(why), &filter), -EINVAL);
	assert_int_equal(filter.n_abis, 42);
	assert_null(strchr(why, '\n'));
	return why;
}

/* What a kernel would answer: the few instructions that there are in such a program. */
static uint32_t run(const struct sock_fprog *program, uint32_t arch, uint32_t number,
		    uint64_t flags)
{
	const struct seccomp_data data = { .arch = arch, .nr = (int)number, .args = { flags } };
	uint32_t a = 0;

	for (size_t pc = 0; pc < program->len; pc++) {
		const struct sock_filter *at = &program->filter[pc];

		if (at->code == (BPF_LD | BPF_W | BPF_ABS))
			memcpy(&a, (const char *)&data + at->k, sizeof(a));
		else if (at->code == (BPF_JMP | BPF_JA))
			pc += at->k;
		else if (at->code == (BPF_JMP | BPF_JGE | BPF_K))
			pc += a >= at->k ? at->jt : at->jf;
		else if (at->code == (BPF_JMP | BPF_JEQ | BPF_K))
			pc += a == at->k ? at->jt : at->jf;
		else if (at->code == (BPF_JMP | BPF_JSET | BPF_K))
			pc += a & at->k ? at->jt : at->jf;
		else if (at->code == (BPF_RET | BPF_K))
			return at->k;
		else
			fail_msg("instruction %zu is %#x", pc, at->code);
	}
	fail_msg("there is no end to it");
	return 0;
}

/* The number of clone, or of clone3 whatever the flags are, of x32 too. */
static bool makes_untraced(uint32_t arch, uint32_t number, uint64_t flags)
{
	const uint32_t plain = arch == AUDIT_ARCH_X86_64 ? number & 0xbfffffff : number;
	const uint32_t clone = arch == AUDIT_ARCH_X86_64 ? 56 : arch == AUDIT_ARCH_I386 ? 120 : 220;

	return plain == 435 || (plain == clone && flags & CLONE_UNTRACED);
}

static void compare_flags(const struct call_filter *filter, const struct sock_fprog *program,
			  uint32_t number, uint64_t flags)
{
	const uint32_t archs[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64,
				   seccomp_arch_native() };

	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++) {
		const bool stops = call_filter_has(filter, archs[i], number) ||
				   makes_untraced(archs[i], number, flags);
		const uint32_t verdict = stops ? SECCOMP_RET_TRACE : SECCOMP_RET_ALLOW;

		if (run(program, archs[i], number, flags) != verdict)
			fail_msg("call %u of %#x: not %#x", number, archs[i], verdict);
	}
}

static void compare(const struct call_filter *filter, const struct sock_fprog *program,
		    uint32_t number)
{
	compare_flags(filter, program, number, 0);
	compare_flags(filter, program, number, UINT64_MAX & ~(uint64_t)CLONE_UNTRACED);
	compare_flags(filter, program, number, CLONE_UNTRACED | SIGCHLD);
}

/* The program and the filter agree on every number that is of interest. */
static void program_agrees(const struct call_filter *filter)
{
	static const uint32_t others[] = { 100000,     X32_BIT - 1, X32_BIT + 100000,
					   0x7fffffff, 0x80000000,  0xffffffff };
	struct sock_fprog program;

	assert_int_equal(call_program_make(filter, &program), 0);
	for (uint32_t number = 0; number < CALL_FILTER_NUMBERS + 10; number++) {
		compare(filter, &program, number);
		compare(filter, &program, X32_BIT + number);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		compare(filter, &program, others[i]);
	call_program_free(&program);
	assert_null(program.filter);
}

static void names_and_numbers_are_wanted(void **state)
{
	const struct call_filter filter = parse("trace=read,write,447,639");

	(void)state;
	assert_true(native_has(&filter, SYS_read));
	assert_true(native_has(&filter, SYS_write));
	assert_true(native_has(&filter, 447));
	assert_true(native_has(&filter, CALL_FILTER_NUMBERS - 1));
	assert_false(native_has(&filter, SYS_close));
	assert_false(native_has(&filter, CALL_FILTER_NUMBERS));
	assert_false(native_has(&filter, -1));
}

static void the_qualifier_may_be_left_out(void **state)
{
	const struct call_filter want = parse("trace=read,%signal");
	const struct call_filter none = parse("read,%signal"), brief = parse("t=read,%signal");

	(void)state;
	assert_memory_equal(&none, &want, sizeof(want));
	assert_memory_equal(&brief, &want, sizeof(want));
}

static void an_exclamation_mark_negates_the_whole_list(void **state)
{
	const struct call_filter filter = parse("trace=!read,write");
	const struct call_filter twice = parse("!!read");

	(void)state;
	assert_false(native_has(&filter, SYS_read));
	assert_false(native_has(&filter, SYS_write));
	assert_true(native_has(&filter, SYS_close));
	assert_true(native_has(&filter, CALL_FILTER_NUMBERS));
	assert_true(native_has(&filter, -1));
	assert_true(native_has(&twice, SYS_read));
	assert_false(native_has(&twice, SYS_write));
}

static void all_and_none_are_each_others_negation(void **state)
{
	const struct call_filter zero = { 0 }, all = parse("all"), none = parse("trace=none");
	const struct call_filter not_none = parse("!none"), not_all = parse("!all");
	const struct call_filter and_all = parse("read,all");
	const long numbers[] = { 0, 1, 200, CALL_FILTER_NUMBERS - 1, CALL_FILTER_NUMBERS, 1 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_true(native_has(&zero, numbers[i]));
		assert_true(native_has(&all, numbers[i]));
		assert_true(native_has(&not_none, numbers[i]));
		assert_true(native_has(&and_all, numbers[i]));
		assert_false(native_has(&none, numbers[i]));
		assert_false(native_has(&not_all, numbers[i]));
	}
}

static void what_may_be_unknown_is_left_out(void **state)
{
	const struct call_filter filter = parse("?foo,read,?%foo,?9999,?close,,?");

	(void)state;
	assert_true(native_has(&filter, SYS_read));
	assert_true(native_has(&filter, SYS_close));
	assert_false(native_has(&filter, SYS_write));
}

static void what_is_unknown_is_named(void **state)
{
	(void)state;
	assert_string_equal(refused("read,foo"), "there is no system call 'foo'");
	assert_string_equal(refused("read,!close"), "there is no system call '!close'");
	assert_string_equal(refused("signal=SIGIO"), "there is no system call 'signal=SIGIO'");
	assert_string_equal(refused("read,none"), "there is no system call 'none'");
	assert_string_equal(refused("READ"), "there is no system call 'READ'");
	assert_string_equal(refused("file"),
			    "there is no system call 'file'; the class is '%file'");
	assert_string_equal(refused("9999"),
			    "there is no system call '9999'; a number is decimal, up to 639");
	assert_non_null(strstr(refused("640"), "'640'"));
	assert_non_null(strstr(refused("0x10"), "'0x10'"));
	assert_non_null(strstr(refused("-1"), "'-1'"));
	assert_non_null(strstr(refused("99999999999999999999"), "'99999999999999999999'"));
}

static void the_classes_are_told_to_who_names_none(void **state)
{
	const char *why = refused("%foo");

	(void)state;
	assert_ptr_equal(strstr(why, "there is no class '%foo'; there are %clock %creds "), why);
	assert_string_equal(why + strlen(why) - strlen(" %%stat %%statfs"), " %%stat %%statfs");
}

static void a_pattern_wants_the_names_that_it_matches(void **state)
{
	const struct call_filter filter = parse("/^open(at)?$,/^pre");

	(void)state;
	assert_true(native_has(&filter, SYS_openat));
	assert_true(native_has(&filter, SYS_preadv));
	assert_false(native_has(&filter, SYS_openat2));
	assert_false(native_has(&filter, SYS_read));
	assert_string_equal(refused("/^nothing"), "the name of no system call matches '/^nothing'");
	assert_string_equal(refused("/(ab"),
			    "'/(ab' is no extended regular expression of up to 60 characters, with "
			    "up to 4 +, and without { and \\");
	parse("/^r+e+a+d+$");
	refused("/^r+e+a+d++$");
	refused("/a{9}");
	refused("/(a)\\1");
	refused("/");
	parse("/123456789.123456789.123456789.123456789.123456789.|x123|read");
	refused("/123456789.123456789.123456789.123456789.123456789.|x1234|read");
}

/* Whether a filter has names as it has their numbers. */
static void names_are_wanted_as_calls_are(const char *text)
{
	const struct call_filter filter = parse(text);

	for (int number = 0; number < 500; number++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);

		if (name)
			assert_int_equal(call_filter_has_name(&filter, name),
					 native_has(&filter, number));
		free(name);
	}
}

static void names_alone_tell_what_is_wanted(void **state)
{
	static const struct call_filter every;
	const struct call_filter named = parse("fstat"), numbered = parse("11,470"),
				 negated = parse("!read,470");

	(void)state;
	assert_true(call_filter_has_name(&every, "read"));
	names_are_wanted_as_calls_are("fstat,%network,?nothing");
	names_are_wanted_as_calls_are("!%file,read");
	names_are_wanted_as_calls_are("11,59,63");
	assert_false(call_filter_has_name(&named, "newfstat"));
	assert_true(call_filter_has_name(&numbered, "syscall_470"));
	assert_false(call_filter_has_name(&numbered, "syscall_471"));
	assert_false(call_filter_has_name(&numbered, "syscall_"));
	assert_false(call_filter_has_name(&negated, "syscall_470"));
	assert_true(call_filter_has_name(&negated, "syscall_471"));
	assert_true(call_filter_has_name(&negated, "of another machine"));
}

/* What has other numbers in other ABIs is one call all the same. */
static void names_of_other_abis_are_known(void **state)
{
	const struct call_filter numbered = parse("11"), named = parse("socketcall,/^old");

	(void)state;
	SKIP_UNLESS_X86_64();
	/* i386's execve has that number, too. */
	assert_true(call_filter_has_name(&numbered, "munmap"));
	assert_false(call_filter_has_name(&numbered, "execve"));
	assert_true(call_filter_has_name(&named, "socketcall"));
	assert_true(call_filter_has_name(&named, "oldolduname"));
}

static void an_empty_list_is_refused(void **state)
{
	static const char *const empty[] = { "", "trace=", ",", "!", "trace=!," };

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		assert_string_equal(refused(empty[i]), "no system call is named");
}

static void a_word_of_any_length_is_refused(void **state)
{
	char word[5000], why[16];
	struct call_filter filter;

	(void)state;
	memset(word, 'a', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	assert_true(strlen(refused(word)) < 128);
	assert_int_equal(call_filter_parse(word, why, sizeof(why), &filter), -EINVAL);
	assert_string_equal(why, "there is no sys");
}

static void a_class_has_its_calls_and_no_others(void **state)
{
	static const struct {
		const char *class;
		long in, out;
	} cases[] = {
		{ "%clock", SYS_clock_gettime, SYS_nanosleep },
		{ "%creds", SYS_getuid, SYS_getpid },
		{ "%desc", SYS_read, SYS_mount },
		{ "%file", SYS_openat, SYS_read },
		{ "%fstat", SYS_statx, SYS_statfs },
		{ "%fstatfs", SYS_fstatfs, SYS_statfs },
		{ "%ipc", SYS_shmget, SYS_mq_open },
		{ "%memory", SYS_munmap, SYS_read },
		{ "%net", SYS_sendto, SYS_read },
		{ "%network", SYS_sendto, SYS_read },
		{ "%process", SYS_execve, SYS_prctl },
		{ "%pure", SYS_getpid, SYS_getpgid },
		{ "%signal", SYS_rt_sigaction, SYS_read },
		{ "%statfs", SYS_statfs, SYS_fstatfs },
		{ "%%stat", SYS_statx, SYS_statfs },
		{ "%%statfs", SYS_fstatfs, SYS_fstat },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct call_filter filter = parse(cases[i].class);

		assert_true(native_has(&filter, cases[i].in));
		assert_false(native_has(&filter, cases[i].out));
	}
}

static void a_name_counts_in_every_abi(void **state)
{
	const struct call_filter filter = parse("read,stat64,%lstat"), network = parse("%network");

	(void)state;
	SKIP_UNLESS_X86_64();
	assert_true(call_filter_has(&filter, AUDIT_ARCH_X86_64, 0));
	assert_true(call_filter_has(&filter, AUDIT_ARCH_X86_64, X32_BIT));
	assert_true(call_filter_has(&filter, AUDIT_ARCH_I386, 3));
	assert_false(call_filter_has(&filter, AUDIT_ARCH_I386, 0));
	assert_false(call_filter_has(&filter, AUDIT_ARCH_X86_64, 3));
	assert_false(call_filter_has(&filter, AUDIT_ARCH_X86_64, X32_BIT + 3));
	/* Calls that only i386 has. */
	assert_true(call_filter_has(&filter, AUDIT_ARCH_I386, 195));
	assert_false(call_filter_has(&filter, AUDIT_ARCH_X86_64, 195));
	assert_true(call_filter_has(&network, AUDIT_ARCH_I386, 102));
	assert_true(call_filter_has(&network, AUDIT_ARCH_I386, 362));
}

/* A name that is shown can be asked for: i386's connect, which libseccomp hides, too. */
static void every_name_is_found_by_its_number(void **state)
{
	const struct call_filter abis = parse("none");

	(void)state;
	for (unsigned int i = 0; i < abis.n_abis; i++) {
		const uint32_t arch = abis.abis[i].audit_arch, base = abis.abis[i].base;

		for (uint32_t number = base; number < base + CALL_FILTER_NUMBERS; number++) {
			char *name = seccomp_syscall_resolve_num_arch(base ? SCMP_ARCH_X32 : arch,
								      (int)number);
			struct call_filter filter = { 0 };

			if (!name)
				continue;
			filter = parse(name);
			free(name);
			assert_true(call_filter_has(&filter, arch, number));
		}
	}
}

static void an_unknown_architecture_is_wanted(void **state)
{
	const struct call_filter filter = parse("none");

	(void)state;
	assert_true(call_filter_has(&filter, 0x1234, 0));
	assert_true(call_filter_has(&filter, 0, UINT64_MAX));
}

static void the_program_says_what_the_filter_says(void **state)
{
	static const char *const texts[] = { "none", "all",    "read",        "!read",
					     "0",    "639",    "!0,639",      "%file,%network",
					     "%ipc", "!%desc", "read,?foo,13" };
	const struct call_filter zero = { 0 };

	(void)state;
	program_agrees(&zero);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct call_filter filter = parse(texts[i]);

		program_agrees(&filter);
	}
}

/* Install a program; 0 if it took getppid() and left getpgrp() alone. */
static int child(const struct sock_fprog *program)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program))
		return 2;
	/* RET_TRACE without a tracer is ENOSYS. */
	if (syscall(SYS_getppid) != -1 || errno != ENOSYS)
		return 1;
	return syscall(SYS_getpgid, 0) > 0 ? 0 : 1;
}

static void kernel_agrees(const char *text)
{
	const struct call_filter filter = parse(text);
	struct sock_fprog program;
	int status;
	pid_t pid;

	assert_int_equal(call_program_make(&filter, &program), 0);
	pid = fork();
	assert_true(pid >= 0);
	/* Not _exit(): the address sanitizer makes calls there, which the program may take. */
	if (!pid)
		syscall(SYS_exit_group, child(&program));
	call_program_free(&program);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		skip_because("no seccomp filters here");
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void the_kernel_takes_the_program(void **state)
{
	(void)state;
	kernel_agrees("getppid");
	kernel_agrees("%pure");
	kernel_agrees("!getpgid,exit_group");
}

/* Every second number: as many spans as there can be. */
static void the_longest_program_fits_into_the_kernel(void **state)
{
	char text[4 * CALL_FILTER_NUMBERS] = "";
	struct call_filter filter;
	struct sock_fprog program;
	size_t len = 0;

	(void)state;
	for (int number = SYS_getppid % 2; number < CALL_FILTER_NUMBERS; number += 2)
		if (number != SYS_getpgid && number != SYS_exit_group)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%d,", number);
	filter = parse(text);
	program_agrees(&filter);
	assert_int_equal(call_program_make(&filter, &program), 0);
	assert_in_range(program.len, CALL_FILTER_NUMBERS, BPF_MAXINSNS);
	call_program_free(&program);
	kernel_agrees(text);
}

static void without_memory_there_is_no_program(void **state)
{
	const struct call_filter filter = parse("read");
	const size_t live = alloc_live();
	struct sock_fprog program = { .len = 42 };
	size_t n = 0;
	int r;

	(void)state;
	do {
		alloc_fail_at(++n);
		r = call_program_make(&filter, &program);
		assert_int_equal(r, alloc_failed() ? -ENOMEM : 0);
		assert_true(!r || program.len == 42);
	} while (r);
	assert_int_equal(n, 3);
	assert_int_equal(alloc_live(), live + 1);
	call_program_free(&program);
	assert_int_equal(alloc_live(), live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers_are_wanted),
		cmocka_unit_test(the_qualifier_may_be_left_out),
		cmocka_unit_test(an_exclamation_mark_negates_the_whole_list),
		cmocka_unit_test(all_and_none_are_each_others_negation),
		cmocka_unit_test(what_may_be_unknown_is_left_out),
		cmocka_unit_test(what_is_unknown_is_named),
		cmocka_unit_test(the_classes_are_told_to_who_names_none),
		cmocka_unit_test(a_pattern_wants_the_names_that_it_matches),
		cmocka_unit_test(names_alone_tell_what_is_wanted),
		cmocka_unit_test(names_of_other_abis_are_known),
		cmocka_unit_test(an_empty_list_is_refused),
		cmocka_unit_test(a_word_of_any_length_is_refused),
		cmocka_unit_test(a_class_has_its_calls_and_no_others),
		cmocka_unit_test(a_name_counts_in_every_abi),
		cmocka_unit_test(every_name_is_found_by_its_number),
		cmocka_unit_test(an_unknown_architecture_is_wanted),
		cmocka_unit_test(the_program_says_what_the_filter_says),
		cmocka_unit_test(the_kernel_takes_the_program),
		cmocka_unit_test(the_longest_program_fits_into_the_kernel),
		cmocka_unit_test(without_memory_there_is_no_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
