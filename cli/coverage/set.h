/* SPDX-License-Identifier: MIT */
/* What a run's events add up to, whichever way they are wanted. */
#ifndef KCOVCTL_SET_H
#define KCOVCTL_SET_H

#include "by-syscall.h"
#include "sink.h"
#include "streams.h"
#include "tally.h"

struct set {
	/* Each kind of record in it is of one mode. */
	enum kcov_mode mode;
	/* Cut where system calls begin, as these places say; NULL: it is not. */
	struct places *places;
	/* Whether all records are kept in their order, by task. Else they are counted. */
	bool is_ordered;
	struct streams streams;
	struct tally tally;
	struct by_syscall by_syscall;
	/* Of all of it: bits of enum kcov_drain_doubt; whether a buffer had no room for the rest.
	 */
	unsigned int doubts;
	bool is_full;
};

/* It is of records alone, which are listed and sorted when the end has been told. */
struct sink set_sink(struct set *set);

void set_fini(struct set *set);

#endif
