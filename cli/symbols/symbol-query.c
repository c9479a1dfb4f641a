// SPDX-License-Identifier: MIT
#include "symbol-query.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text of a module ends with a page, of up to 64 KiB, where its last symbol does. */
#define PAGE_MAX 0x10000u

void symbol_query_fini(struct symbol_query *query)
{
	free(query->at);
}

/* All of the name in an image, or in all. How many, or an error. */
static int read_ranges(struct symbol_query *query, const struct kcov_symbolizer *symbolizer,
		       const char *image, const char *name)
{
	int n = kcov_symbolizer_symbols(symbolizer, image, name, query->at, query->room);

	if (n > 0 && (size_t)n > query->room) {
		struct kcov_symbol_range *at = reallocarray(query->at, (size_t)n, sizeof(*at));

		if (!at)
			return -ENOMEM;
		query->at = at;
		query->room = (size_t)n;
		n = kcov_symbolizer_symbols(symbolizer, image, name, at, query->room);
		/* A module was loaded just now. */
		n = n > (int)query->room ? (int)query->room : n;
	}
	return n;
}

static int search(struct symbol_query *query, const struct kcov_symbolizer *symbolizer,
		  const struct symbol_text *text, bool all_images)
{
	int n;

	if (*text->image)
		return read_ranges(query, symbolizer, text->image, text->name);
	n = read_ranges(query, symbolizer, "vmlinux", text->name);
	/* A module by itself is no vmlinux. */
	if (n == -ENOENT || (n == 0 && all_images))
		n = read_ranges(query, symbolizer, NULL, text->name);
	return n;
}

static bool is_build(const struct kcov_symbol_range *range, const char *id)
{
	const struct kcov_image_offset *begin = &range->begin;

	if (strlen(id) > 2 * begin->build_id_size)
		return false;
	for (size_t i = 0; id[i]; i++) {
		const unsigned int byte = begin->build_id[i / 2];

		if ("0123456789abcdef"[i % 2 ? byte & 15 : byte >> 4] !=
		    tolower((unsigned char)id[i]))
			return false;
	}
	return true;
}

static bool has_size(const struct kcov_symbol_range *range, uint64_t size)
{
	return size == range->extent || (range->size && size == range->size) ||
	       (range->is_last && size > range->extent && size - range->extent < PAGE_MAX);
}

/* What the kernel calls its size. */
static uint64_t size_of(const struct kcov_symbol_range *range)
{
	return range->extent > range->size ? range->extent : range->size;
}

static enum symbol_verdict judge(const struct kcov_symbol_range *range,
				 const struct symbol_text *text, enum symbol_place place)
{
	const uint64_t size = size_of(range);

	if (*text->id && !is_build(range, text->id))
		return SYMBOL_OF_OTHER_BUILD;
	if (text->has_size && !has_size(range, text->size))
		return SYMBOL_HAS_OTHER_SIZE;
	if (text->offset > size || (text->offset == size && place == SYMBOL_EXACT))
		return SYMBOL_ENDS_BEFORE;
	return SYMBOL_FOUND;
}

static bool is_same(const struct kcov_symbol_range *a, const struct kcov_symbol_range *b)
{
	return strcmp(a->begin.image, b->begin.image) == 0 &&
	       (a->has_offset ? a->begin.offset == b->begin.offset : a->pc == b->pc);
}

/* Keep what may be meant. */
static void sift(struct symbol_query *query, size_t n, const struct symbol_text *text,
		 enum symbol_place place)
{
	enum symbol_verdict verdict = SYMBOL_IS_UNKNOWN, each;

	query->n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct kcov_symbol_range range = query->at[i];

		each = judge(&range, text, place);
		/* The one that came closest is told. */
		if (each != SYMBOL_FOUND && (verdict == SYMBOL_IS_UNKNOWN || each > verdict)) {
			verdict = each;
			query->other_size = size_of(&range);
		}
		if (each == SYMBOL_FOUND &&
		    (!query->n || !is_same(&range, &query->at[query->n - 1])))
			query->at[query->n++] = range;
	}
	query->verdict = query->n > 1 ? SYMBOL_IS_AMBIGUOUS : query->n ? SYMBOL_FOUND : verdict;
}

int symbol_query_find(struct symbol_query *query, const struct kcov_symbolizer *symbolizer,
		      const struct symbol_text *text, enum symbol_place place, bool all_images)
{
	int n = search(query, symbolizer, text, all_images);

	query->n = 0;
	query->verdict = SYMBOL_HAS_NO_IMAGE;
	if (n < 0)
		return n == -ENOENT ? 0 : n;
	sift(query, (size_t)n, text, place);
	return 0;
}

int symbol_query_look_up(const struct symbol_query *query, size_t i,
			 const struct kcov_symbolizer *symbolizer, const struct symbol_text *text,
			 enum symbol_place place, struct kcov_location *ret)
{
	const struct kcov_symbol_range *range = &query->at[i];
	const uint64_t offset = text->offset - (place == SYMBOL_RETURN);
	struct kcov_image_offset at = range->begin;
	uint64_t pc = range->pc + offset;
	int err;

	if (!range->has_offset)
		return kcov_symbolizer_lookup(symbolizer, &pc, 1, NULL, ret);
	at.offset += offset;
	err = kcov_symbolizer_lookup_offset(symbolizer, &at, ret);
	if (err == -ERANGE) {
		*ret = (struct kcov_location){ .address = pc };
		err = 0;
	}
	return err;
}

void symbol_query_why(const struct symbol_query *query, const struct symbol_text *text,
		      const struct kcov_symbolizer *symbolizer, char ret[SYMBOL_WHY_SIZE])
{
	const char *image = *text->image ? text->image : kcov_symbolizer_path(symbolizer);
	int n = snprintf(ret, SYMBOL_WHY_SIZE, "%.*s: ", (int)(text->end - text->begin),
			 text->begin);
	char *at = ret + n;
	const size_t room = SYMBOL_WHY_SIZE - (size_t)n;

	switch (query->verdict) {
	case SYMBOL_FOUND:
		break;
	case SYMBOL_IS_AMBIGUOUS:
		snprintf(at, room, "%zu symbols of that name%s: all are shown", query->n,
			 text->has_size ? " and size"
					: "; a size behind it (/0x…) tells them apart");
		break;
	case SYMBOL_HAS_NO_IMAGE:
		snprintf(at, room, "no image of %s: not loaded, and not given (--module)", image);
		break;
	case SYMBOL_OF_OTHER_BUILD:
		snprintf(at, room, "%s has another build-id: not the file of this very build",
			 image);
		break;
	case SYMBOL_IS_UNKNOWN:
		snprintf(at, room, "no symbol of that name in the text of %s", image);
		break;
	case SYMBOL_HAS_OTHER_SIZE:
		snprintf(at, room,
			 "size mismatch: %s has 0x%" PRIx64 " bytes in %s: is that another build?",
			 text->name, query->other_size, image);
		break;
	case SYMBOL_ENDS_BEFORE:
		snprintf(at, room, "offset beyond the symbol: %s has 0x%" PRIx64 " bytes in %s%s",
			 text->name, query->other_size, image,
			 text->offset == query->other_size ? " (a return address? give --return)"
							   : "");
		break;
	}
}
