// SPDX-License-Identifier: MIT
#include "range-list.h"

#include "dwarf-bytes.h"

#include <dwarf.h>
#include <errno.h>

bool kcov_address_find(const struct kcov_dwarf_section *addresses, uint64_t number, uint64_t *ret)
{
	if (number >= addresses->n / 8)
		return false;
	*ret = kcov_load_u64(addresses->at + 8 * (size_t)number);
	return true;
}

static uint64_t read_indexed(struct kcov_range_list *list)
{
	uint64_t address = 0;

	if (!kcov_address_find(&list->addresses, kcov_read_uleb(&list->reader), &address))
		list->reader.failed = true;
	return address;
}

/* DWARF 4: pairs of words, both 0 at the end; all ones: the other is the base from here on. */
static int next_old(struct kcov_range_list *list, uint64_t *low, uint64_t *high)
{
	for (;;) {
		list->n_entries++;
		*low = kcov_read_fixed(&list->reader, 8);
		*high = kcov_read_fixed(&list->reader, 8);
		if (list->reader.failed)
			return -EBADMSG;
		if (*low != UINT64_MAX)
			break;
		list->base = *high;
	}
	if (!*low && !*high)
		return 0;
	*low += list->base;
	*high += list->base;
	return 1;
}

/* Whether it is a range, and not the end or a base. */
static bool read_entry(struct kcov_range_list *list, uint8_t kind, uint64_t *low, uint64_t *high)
{
	struct kcov_reader *reader = &list->reader;

	switch (kind) {
	case DW_RLE_base_addressx:
		list->base = read_indexed(list);
		return false;
	case DW_RLE_base_address:
		list->base = kcov_read_fixed(reader, 8);
		return false;
	case DW_RLE_startx_endx:
		*low = read_indexed(list);
		*high = read_indexed(list);
		return true;
	case DW_RLE_startx_length:
		*low = read_indexed(list);
		*high = *low + kcov_read_uleb(reader);
		return true;
	case DW_RLE_offset_pair:
		*low = list->base + kcov_read_uleb(reader);
		*high = list->base + kcov_read_uleb(reader);
		return true;
	case DW_RLE_start_end:
		*low = kcov_read_fixed(reader, 8);
		*high = kcov_read_fixed(reader, 8);
		return true;
	case DW_RLE_start_length:
		*low = kcov_read_fixed(reader, 8);
		*high = *low + kcov_read_uleb(reader);
		return true;
	default:
		reader->failed = true;
		return false;
	}
}

int kcov_range_list_next(struct kcov_range_list *list, uint64_t *low, uint64_t *high)
{
	if (list->version < 5)
		return next_old(list, low, high);
	for (;;) {
		const uint8_t kind = kcov_read_byte(&list->reader);
		bool is_range;

		list->n_entries++;
		if (kind == DW_RLE_end_of_list && !list->reader.failed)
			return 0;
		is_range = read_entry(list, kind, low, high);
		if (list->reader.failed)
			return -EBADMSG;
		if (is_range)
			return 1;
	}
}
