// SPDX-License-Identifier: MIT
#include "index-words.h"

#include <string.h>

/* A section of text: where it lies, and where in the space of offsets. */
struct section {
	uint64_t low;
	uint64_t size;
	uint64_t offset;
	/* NULL: damaged. */
	const char *name;
};

/* False: there are not so many. */
static bool read_section(const struct kcov_index *index, size_t i, struct section *ret)
{
	const size_t at = i * KCOV_INDEX_TEXT_WORDS;
	uint32_t low, high;

	if (at + KCOV_INDEX_TEXT_WORDS > words(index, KCOV_INDEX_TEXT))
		return false;
	low = word(index, KCOV_INDEX_TEXT, at);
	high = word(index, KCOV_INDEX_TEXT, at + 1);
	ret->low = index->base + low;
	ret->size = high > low ? high - low : 0;
	ret->name = text_at(index, word(index, KCOV_INDEX_TEXT, at + 2));
	ret->offset = index->base - index->start + word(index, KCOV_INDEX_TEXT, at + 3);
	return true;
}

bool kcov_index_section(const struct kcov_index *index, const char *name, uint64_t *ret,
			uint64_t *ret_size)
{
	struct section section;

	for (size_t i = 0; read_section(index, i, &section); i++) {
		if (section.name && strcmp(section.name, name) == 0) {
			*ret = section.low;
			*ret_size = section.size;
			return true;
		}
	}
	return false;
}

bool kcov_index_section_of(const struct kcov_index *index, uint64_t address, const char **ret,
			   uint64_t *ret_low, uint64_t *ret_size)
{
	struct section section;

	for (size_t i = 0; read_section(index, i, &section); i++) {
		if (section.name && address - section.low < section.size) {
			*ret = section.name;
			*ret_low = section.low;
			*ret_size = section.size;
			return true;
		}
	}
	return false;
}

bool kcov_index_to_offset(const struct kcov_index *index, uint64_t address, uint64_t *ret)
{
	struct section section;

	for (size_t i = 0; read_section(index, i, &section); i++) {
		if (address - section.low < section.size) {
			*ret = section.offset + (address - section.low);
			return true;
		}
	}
	return false;
}

bool kcov_index_from_offset(const struct kcov_index *index, uint64_t offset, uint64_t *ret)
{
	struct section section;

	for (size_t i = 0; read_section(index, i, &section); i++) {
		if (offset - section.offset < section.size) {
			*ret = section.low + (offset - section.offset);
			return true;
		}
	}
	return false;
}
