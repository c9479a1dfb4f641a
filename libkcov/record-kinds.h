/* SPDX-License-Identifier: MIT */
/* What the records of each mode are made of: all that the rest knows of that. */
#ifndef KCOV_RECORD_KINDS_H
#define KCOV_RECORD_KINDS_H

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>

/* By mode. In each file that uses it, so that what is known there is a constant. */
static const struct kcov_record_kind kcov_record_kinds[] = {
	[KCOV_MODE_PC] = { .name = "pc", .mode = KCOV_MODE_PC, .words = 1, .address = 0 },
	[KCOV_MODE_CMP] = { .name = "cmp",
			    .mode = KCOV_MODE_CMP,
			    .words = KCOV_CMP_WORDS,
			    .address = 3 },
};

static inline bool kcov_is_mode(enum kcov_mode mode)
{
	return (size_t)mode < sizeof(kcov_record_kinds) / sizeof(kcov_record_kinds[0]);
}

/* Of a record; 1 for no mode. */
static inline size_t kcov_record_words(enum kcov_mode mode)
{
	return kcov_is_mode(mode) ? kcov_record_kinds[mode].words : 1;
}

/* How many records of a mode fit behind the count in so many words; 0 for no mode. */
static inline size_t kcov_words_to_entries(size_t words, enum kcov_mode mode)
{
	const size_t n = kcov_record_words(mode);

	if (!words || !kcov_is_mode(mode))
		return 0;
	/* Fuzzers ask for PCs after each program: they need no division. */
	return n == 1 ? words - 1 : (words - 1) / n;
}

#endif
