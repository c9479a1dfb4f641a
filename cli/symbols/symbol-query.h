/* SPDX-License-Identifier: MIT */
/* What a symbol in a text means by the images that a symbolizer knows. */
#ifndef KCOVCTL_SYMBOL_QUERY_H
#define KCOVCTL_SYMBOL_QUERY_H

#include "symbol-text.h"

#include <kcov/symbolize.h>

enum symbol_verdict {
	SYMBOL_FOUND,
	/* Several answer: none is known to be meant. */
	SYMBOL_IS_AMBIGUOUS,
	/* No such image. */
	SYMBOL_HAS_NO_IMAGE,
	/* The image has another build-id. */
	SYMBOL_OF_OTHER_BUILD,
	/* The image has no such symbol. */
	SYMBOL_IS_UNKNOWN,
	/* None of that name has this size. */
	SYMBOL_HAS_OTHER_SIZE,
	/* The offset is not in the symbol. */
	SYMBOL_ENDS_BEFORE,
};

/* How the offset is meant. */
enum symbol_place {
	/* What lies there. */
	SYMBOL_EXACT,
	/* What lies there, which may be the end of the symbol. */
	SYMBOL_EXACT_OR_END,
	/* The call that returns there: the byte before. */
	SYMBOL_RETURN,
};

/* { 0 } to begin with; freed by symbol_query_fini(). */
struct symbol_query {
	/* The symbols that are meant; for how many of them at has room. */
	struct kcov_symbol_range *at;
	size_t n;
	size_t room;
	enum symbol_verdict verdict;
	/* Of the last one that was ruled out. */
	uint64_t other_size;
};

void symbol_query_fini(struct symbol_query *query);

/*
 * Find a symbol. One that names no image is vmlinux's if that has it; else, and only if all_images
 * is set, any other's. Returns 0, and a verdict, or an error of kcov_symbolizer_symbols().
 */
int symbol_query_find(struct symbol_query *query, const struct kcov_symbolizer *symbolizer,
		      const struct symbol_text *text, enum symbol_place place, bool all_images);

/*
 * Look up one of those that were found. 0, or an error of kcov_symbolizer_lookup_offset(); what is
 * in no text has no image.
 */
int symbol_query_look_up(const struct symbol_query *query, size_t i,
			 const struct kcov_symbolizer *symbolizer, const struct symbol_text *text,
			 enum symbol_place place, struct kcov_location *ret);

enum {
	SYMBOL_WHY_SIZE = 2 * SYMBOL_TEXT_MAX + 200,
};

/* What is to be told of a verdict that is not SYMBOL_FOUND; one line without an end. */
void symbol_query_why(const struct symbol_query *query, const struct symbol_text *text,
		      const struct kcov_symbolizer *symbolizer, char ret[SYMBOL_WHY_SIZE]);

#endif
