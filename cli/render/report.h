/* SPDX-License-Identifier: MIT */
/*
 * What one run recorded, and the ways to write it down. A writer returns 0 or
 * -errno; whether the stream took everything is for the caller to check.
 */
#ifndef KCOVCTL_REPORT_H
#define KCOVCTL_REPORT_H

#include <kcov/kcov.h>
#include <kcov/symbolize.h>
#include <stdio.h>
#include <sys/types.h>

struct report {
	/* The command's name, and its first thread, the one that was covered. */
	const char *command;
	pid_t pid;
	enum kcov_mode mode;
	/* One of them, by mode. */
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;
	/* In entries of the mode. */
	size_t capacity;
	/*
	 * Of remote records: the handles that they came by, and enum kcov_doubt. NULL
	 * for what the command ran itself.
	 */
	const uint64_t *handles;
	size_t n_handles;
	unsigned int doubts;
	/* NULL for the formats that show addresses only. */
	struct kcov_symbolizer *symbolizer;
	/* Whether to count the coverage points that there are, besides those that ran. */
	bool with_points;
	/* What failed in the symbolizer, for a writer that returns an error. */
	struct kcov_symbolize_error *error;
};

struct report_format {
	const char *name;
	bool needs_symbols;
	int (*write)(struct report *report, FILE *out);
};

/* Ends with one without a name; the first is the default. */
extern const struct report_format report_formats[];

int report_write_functions(struct report *report, FILE *out);
int report_write_trace(struct report *report, FILE *out);
int report_write_raw(struct report *report, FILE *out);
int report_write_json(struct report *report, FILE *out);

size_t report_count(const struct report *report);
bool report_is_full(const struct report *report);

/* Whether nothing speaks against it that these are all records. */
bool report_is_complete(const struct report *report);

/* The address of an entry as it was recorded: a return address, in both modes. */
uint64_t report_address(const struct report *report, size_t index);

/*
 * A comparison, or false: the buffer holds something else there (user space wrote
 * to it). Such entries are left out and counted.
 */
bool report_cmp(const struct report *report, size_t index, struct kcov_cmp *ret);

size_t report_count_damaged(const struct report *report);

/* "complete" or what speaks against it, and what to do about it. */
void report_write_completeness(const struct report *report, FILE *out);

/* The lines that the text formats begin with. */
struct located;
void report_write_header(const struct report *report, const struct located *located, FILE *out);

#endif
