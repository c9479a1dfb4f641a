// SPDX-License-Identifier: MIT
/*
 * libseccomp, which kcovctl uses for the names of calls, can write such a program, too, but not
 * this one. Its rules take the native number of a call and find the number of another ABI by name.
 * For x32 and i386, a number without a name fails with -EFAULT: with 2.5.4, "-e 457" would lose
 * statmount of 32-bit programs; with 2.6.0, "-e 469" would lose file_setattr. And its rule for
 * i386's connect also decides about socketcall(SYS_CONNECT), which "-e !connect" would then lose.
 */
#include "call-program.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* A jump on a condition counts its way in eight bits. */
	MAX_BRANCH = 255,
	/* The lower half of the first argument. */
	FLAGS_OFFSET = offsetof(struct seccomp_data, args) +
		       (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0),
	/* Each bitmap at its worst, and between any two and after the last, the others. */
	MAX_SPANS = CALL_FILTER_ABIS * (CALL_FILTER_NUMBERS + 1),
};

/* A tree over n spans has n leaves and n - 1 branches; few of those are long ones. */
_Static_assert(MAX_SPANS * 2 + 128 <= BPF_MAXINSNS, "every filter fits into a program");

/* Numbers from one on, up to where the next span begins. */
struct span {
	uint32_t from;
	enum verdict {
		ALLOW,
		TRACE,
		/* What CLONE_UNTRACED is in. */
		TRACE_UNTRACED,
	} verdict;
};

struct spans {
	size_t n;
	struct span spans[MAX_SPANS];
};

static void put_span(struct spans *spans, uint32_t from, enum verdict verdict)
{
	if (!spans->n || spans->spans[spans->n - 1].verdict != verdict)
		spans->spans[spans->n++] = (struct span){ .from = from, .verdict = verdict };
}

/* Of calls that make tasks: those whose flags can be looked at, and those whose cannot. */
struct makers {
	struct call_filter clone;
	struct call_filter clone3;
};

static enum verdict verdict_of(const struct call_filter *wanted, const struct makers *makers,
			       uint32_t audit_arch, uint32_t number)
{
	if (call_filter_has(wanted, audit_arch, number) ||
	    call_filter_has(&makers->clone3, audit_arch, number))
		return TRACE;
	return call_filter_has(&makers->clone, audit_arch, number) ? TRACE_UNTRACED : ALLOW;
}

/* All numbers of an architecture, in order. */
static void list_spans(const struct call_filter *filter, const struct makers *makers,
		       uint32_t audit_arch, struct spans *ret)
{
	ret->n = 0;
	for (unsigned int i = 0; i < filter->n_abis; i++) {
		const struct call_filter_abi *abi = &filter->abis[i];

		if (abi->audit_arch != audit_arch)
			continue;
		for (uint32_t at = 0; at < CALL_FILTER_NUMBERS; at++)
			put_span(ret, abi->base + at,
				 verdict_of(filter, makers, audit_arch, abi->base + at));
		put_span(ret, abi->base + CALL_FILTER_NUMBERS, filter->others ? TRACE : ALLOW);
	}
}

/* Written from its end to its beginning: a jump is known when it is written. */
struct program {
	size_t first;
	struct sock_filter code[BPF_MAXINSNS];
	/* Of the architecture that is being written. */
	struct spans spans;
};

static void put(struct program *program, struct sock_filter instruction)
{
	program->code[--program->first] = instruction;
}

static void put_load(struct program *program, size_t offset)
{
	put(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void put_return(struct program *program, enum verdict verdict)
{
	const uint32_t allow = SECCOMP_RET_ALLOW, trace = SECCOMP_RET_TRACE;

	put(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict ? trace : allow));
	if (verdict != TRACE_UNTRACED)
		return;
	put(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, allow));
	put(program,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_UNTRACED, 1, 0));
	put_load(program, FLAGS_OFFSET);
}

/* Over what was written since there had been after, if the comparison holds, or else if not. */
static void put_branch(struct program *program, uint16_t compare, uint32_t k, size_t after)
{
	const size_t over = after - program->first;
	const uint16_t code = BPF_JMP | BPF_K | compare;

	if (over <= MAX_BRANCH) {
		put(program, (struct sock_filter)BPF_JUMP(code, k, (uint8_t)over, 0));
		return;
	}
	put(program, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)over));
	put(program, (struct sock_filter)BPF_JUMP(code, k, 0, 1));
}

/* A binary search. */
static void put_tree(struct program *program, const struct span *spans, size_t n)
{
	const size_t half = n / 2;
	size_t upper;

	if (n == 1) {
		put_return(program, spans[0].verdict);
		return;
	}
	put_tree(program, spans + half, n - half);
	upper = program->first;
	put_tree(program, spans, half);
	put_branch(program, BPF_JGE, spans[half].from, upper);
}

/* Where the calls of each architecture are looked up. */
static void put_archs(struct program *program, const struct call_filter *filter,
		      const struct makers *makers, size_t *starts)
{
	for (unsigned int i = 0; i < filter->n_abis; i++) {
		/* x32 is among the numbers of x86-64. */
		if (filter->abis[i].base)
			continue;
		list_spans(filter, makers, filter->abis[i].audit_arch, &program->spans);
		put_tree(program, program->spans.spans, program->spans.n);
		put_load(program, offsetof(struct seccomp_data, nr));
		starts[i] = program->first;
	}
}

/* The machine's own first. */
static void put_dispatch(struct program *program, const struct call_filter *filter,
			 const size_t *starts)
{
	put_return(program, TRACE);
	for (unsigned int i = filter->n_abis; i-- > 0;)
		if (!filter->abis[i].base)
			put_branch(program, BPF_JEQ, filter->abis[i].audit_arch, starts[i]);
	put_load(program, offsetof(struct seccomp_data, arch));
}

int call_program_make(const struct call_filter *filter, struct sock_fprog *ret)
{
	struct program *program = malloc(sizeof(*program));
	size_t starts[CALL_FILTER_ABIS], len;
	struct makers makers;
	struct sock_filter *code;
	char why[512];

	if (!program)
		return -ENOMEM;
	call_filter_parse("?clone", why, sizeof(why), &makers.clone);
	call_filter_parse("?clone3", why, sizeof(why), &makers.clone3);
	program->first = BPF_MAXINSNS;
	put_archs(program, filter, &makers, starts);
	put_dispatch(program, filter, starts);
	len = BPF_MAXINSNS - program->first;
	code = malloc(len * sizeof(*code));
	if (code) {
		memcpy(code, program->code + program->first, len * sizeof(*code));
		*ret = (struct sock_fprog){ .len = (unsigned short)len, .filter = code };
	}
	free(program);
	return code ? 0 : -ENOMEM;
}

void call_program_free(struct sock_fprog *program)
{
	free(program->filter);
	*program = (struct sock_fprog){ 0 };
}
