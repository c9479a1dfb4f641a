/* SPDX-License-Identifier: MIT */
/* Which system calls are wanted, in strace's words. */
#ifndef KCOVCTL_CALL_FILTER_H
#define KCOVCTL_CALL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Linux was at 470 in 2025; x32 has its own from 512 to 547. */
	CALL_FILTER_NUMBERS = 640,
	CALL_FILTER_ABIS = 3,
};

/*
 * A value: to be copied, and nothing to be freed. All zeros wants every call, as strace does
 * without -e.
 */
struct call_filter {
	unsigned int n_abis;
	/* Whether numbers are wanted that are above the bitmaps. */
	bool others;
	/* The machine's own; on x86-64, x32 and i386 as well. */
	struct call_filter_abi {
		uint32_t audit_arch;
		/* The first number: x32's bit, or 0. */
		uint32_t base;
		uint64_t wanted[CALL_FILTER_NUMBERS / 64];
	} abis[CALL_FILTER_ABIS];
};

/*
 * The argument of an option -e: [trace=][!]word[,word]... or [trace=][!]none, where a word is
 * the name of a call, its number (in every ABI), "all", a class such as %file, or / and a regular
 * expression that a part of the name matches; with ? in front, it may be unknown. ! wants what is
 * not in the list. Several options do not add up: the last one is what counts, as with strace, so
 * parse each into the same filter.
 *
 * A name stands for the call of that name in each ABI that has it. i386's socketcall and ipc
 * are calls of their own and in %network and %ipc: "connect" is not also socketcall, which
 * 32-bit programs may use for it.
 *
 * 0, or -EINVAL and a line without a newline in why; 512 bytes hold every one.
 */
int call_filter_parse(const char *text, char *why, size_t why_size, struct call_filter *ret);

/*
 * The architecture and the number are what PTRACE_GET_SYSCALL_INFO says. The calls of an
 * architecture that the filter knows nothing about are wanted.
 */
bool call_filter_has(const struct call_filter *filter, uint32_t audit_arch, uint64_t number);

/*
 * The same of a call of which only the name is known. The first ABI that has such a call decides,
 * which differs from the others by numbers alone: what is wanted by its number is wanted as the
 * machine's own call of that number.
 */
bool call_filter_has_name(const struct call_filter *filter, const char *name);

#endif
