/* SPDX-License-Identifier: MIT */
/* What one run recorded, or one event of it, as it is to be written down. */
#ifndef KCOVCTL_REPORT_H
#define KCOVCTL_REPORT_H

#include "event.h"
#include "places.h"
#include "totals.h"

#include <kcov/kcov.h>
#include <sys/types.h>

/* All calls of one name, of a report that is about those alone. */
struct report_call {
	/* "" for what came before a task's first call. */
	const char *name;
	uint64_t calls;
	/* They are no calls, but ends of tasks. */
	bool is_end;
};

struct denominators;

struct report {
	/* The command's name, and its first thread. */
	const char *command;
	pid_t pid;
	struct kcov_records records;
	/* How often each came; NULL: once, since they are in the order in which they came. */
	const uint64_t *hits;
	/* What it is about, alone; both NULL: a whole run. */
	const struct event *event;
	const struct report_call *call;
	/* Of a whole run; NULL: nothing is said of them here. */
	const struct totals *totals;
	/* Bits of enum kcov_drain_doubt. */
	unsigned int drain_doubts;
	/* Others collected it: whether it is all is not known. */
	bool is_of_others;
	/* It ends where a recording became too large. */
	bool is_cut;
	/* In entries of the mode. */
	size_t capacity;
	/* What is known of addresses, for the formats that show more than those. */
	struct places *places;
	/* For counting the coverage points that there are, besides those that ran; NULL: none are.
	 */
	struct denominators *denominators;
};

/* Of one event. */
struct report report_of(const struct report *common, const struct event *event);

/* Of entries, and of what was recorded, which is more if they are counted. */
size_t report_count(const struct report *report);
uint64_t report_total(const struct report *report);
uint64_t report_hits(const struct report *report, size_t index);

/* Of what a remote device recorded, enum kcov_doubt; 0 of all else. */
unsigned int report_remote_doubts(const struct report *report);

/* Whether it is of PCs; of comparisons; of what a remote device recorded. */
bool report_is_of_pcs(const struct report *report);
bool report_is_of_cmps(const struct report *report);
bool report_is_remote(const struct report *report);

/* Whether nothing speaks against it that these are all records. */
bool report_is_complete(const struct report *report);

/* The address of an entry as it was recorded: a return address, in all modes. */
uint64_t report_address(const struct report *report, size_t index);

/*
 * A comparison, or false: the buffer holds something else there (user space wrote
 * to it). Such entries are left out and counted.
 */
bool report_cmp(const struct report *report, size_t index, struct kcov_cmp *ret);

/* Whether an entry is a record: whether a comparison, if it is to be one. */
bool report_has(const struct report *report, size_t index);

/* How many records are none. */
uint64_t report_count_damaged(const struct report *report);

#endif
