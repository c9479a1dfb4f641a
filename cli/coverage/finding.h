/* SPDX-License-Identifier: MIT */
/* Why a call failed, as far as its way through the kernel says it. */
#ifndef KCOVCTL_FINDING_H
#define KCOVCTL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum finding_verdict {
	VERDICT_UNKNOWN,
	/* A condition in code that was followed. */
	VERDICT_CHECK,
	/* A function without coverage points. */
	VERDICT_UNINSTRUMENTED,
	/* A fault, in a copy from or to the program. */
	VERDICT_PROCESSOR,
	/* It had been stored before the call. */
	VERDICT_MEMORY,
};

/* What speaks against it: bits. */
enum finding_doubt {
	/* The thread was lost on the way. */
	DOUBT_GAP = 1 << 0,
	/* Otherwise it would have been another error, or it is a guess. */
	DOUBT_WEAK = 1 << 1,
	/* Other conditions could have led elsewhere, too. */
	DOUBT_SEVERAL = 1 << 2,
	/* The end of the call is missing. */
	DOUBT_INCOMPLETE = 1 << 3,
	/* A caller replaced the error. */
	DOUBT_CONVERTED = 1 << 4,
};

enum finding_role {
	ROLE_CHECK,
	/* What a callee returned, which the check was of; why it did. */
	ROLE_CAUSE,
	/* Where a caller replaced one error by another. */
	ROLE_CONVERSION,
	/* Where the error was written. */
	ROLE_VALUE,
	/* Of a function without coverage points. */
	ROLE_CALL,
	ROLE_CALLER,
};

enum {
	FINDING_MAX = 12,
};

struct finding_candidate {
	enum finding_role role;
	/* Of the instruction, in the image. */
	uint64_t address;
};

struct finding {
	enum finding_verdict verdict;
	bool is_sure;
	/* Bits of enum finding_doubt. */
	unsigned int doubts;
	/* The best first. */
	struct finding_candidate candidates[FINDING_MAX];
	size_t n_candidates;
	/* Of VERDICT_UNINSTRUMENTED: the function; 0: it is not known. */
	uint64_t callee;
	/* It ran in code that is not in the image: in a module, say. */
	bool is_elsewhere;
	/* Call sites, from the deciding function outwards. */
	struct {
		uint64_t *at;
		size_t n, room;
	} callers;
	/* Where the thread was lost: which PC, and where that is. */
	struct {
		struct finding_gap {
			uint32_t pc;
			uint64_t address;
		} * at;
		size_t n, room;
	} gaps;
};

/* "check", "conversion" and so on. */
const char *finding_verdict_name(enum finding_verdict verdict);
const char *finding_role_name(enum finding_role role);

/* The name of a doubt; NULL: it is none of the bits. */
const char *finding_doubt_name(unsigned int doubt);

void finding_fini(struct finding *finding);

#endif
