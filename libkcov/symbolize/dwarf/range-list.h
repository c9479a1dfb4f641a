/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_RANGE_LIST_H
#define KCOV_SYMBOLIZE_RANGE_LIST_H

#include "../base/bytes.h"
#include "dwarf-sections.h"

/* A list of address ranges as it lies in a section, of DWARF 4 or of DWARF 5. */
struct kcov_range_list {
	struct kcov_reader reader;
	/* Of DWARF. */
	unsigned int version;
	/* What offsets count from. */
	uint64_t base;
	/* How many entries were read; some are no ranges. */
	size_t n_entries;
	/* Addresses by number. */
	struct kcov_dwarf_section addresses;
};

/*
 * The next range, which may be empty. Returns 1, 0: there are no more, or -EBADMSG: it is cut, or
 * of a kind that is not known.
 */
int kcov_range_list_next(struct kcov_range_list *list, uint64_t *low, uint64_t *high);

/* An address by its number. Whether there is one. */
bool kcov_address_find(const struct kcov_dwarf_section *addresses, uint64_t number, uint64_t *ret);

#endif
