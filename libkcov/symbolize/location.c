// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "base/export.h"
#include "image/machine.h"
#include "symbolizer.h"

#include <errno.h>
#include <string.h>

/* What addresses are looked up of: the kernel itself, or its modules too. */
enum whose {
	OF_KERNEL,
	OF_ALL,
};

int kcov_locate_in_index(const struct kcov_index *index, const struct kcov_place *place,
			 uint64_t address, struct kcov_location *location)
{
	struct kcov_index_symbol symbol;
	int rc = kcov_index_symbol(index, place, &symbol);

	if (rc < 0)
		return rc;
	location->symbol = symbol.name;
	if (symbol.name)
		location->symbol_offset = address - symbol.address;
	location->symbol_size = symbol.size;
	location->place.index = index;
	location->place.address = address;
	location->place.scope = place->scope;
	location->place.file = place->file;
	location->place.line = place->line;
	location->place.column = place->column;
	location->is_unanswered = kcov_index_is_unanswered(index, place, address);
	return 0;
}

/* Where there is no index; false: no symbol is there. */
static bool locate_in_symbols(const struct kcov_known_image *image, struct kcov_location *location)
{
	const uint64_t address = location->address + image->kaslr_offset;
	const struct kcov_kallsym *symbol = kcov_kallsyms_find(image->symbols, address);

	if (!symbol)
		return false;
	location->image = image->name;
	location->offset = address - image->base;
	location->symbol = symbol->name;
	location->symbol_offset = address - symbol->address;
	return true;
}

static int locate_in_module(struct kcov_kernel *kernel, struct kcov_location *location)
{
	struct kcov_kernel_place found;
	struct kcov_place place;
	int rc = kcov_kernel_find(kernel, location->address, &found);

	if (rc < 0)
		return rc;
	location->image = found.module;
	location->offset = found.offset;
	location->symbol = found.symbol;
	location->symbol_offset = found.symbol_offset;
	location->is_disputed = found.is_disputed;
	if (!found.index)
		return 0;
	rc = kcov_index_find(found.index, found.address, &place);
	return rc < 0 ? rc : kcov_locate_in_index(found.index, &place, found.address, location);
}

/* image_address is what the address is in the image. */
static int locate(const struct kcov_symbolizer *symbolizer, enum whose whose, uint64_t address,
		  uint64_t image_address, const struct kcov_place *place, struct kcov_location *ret)
{
	const struct kcov_known_image *first = &symbolizer->first;
	struct kcov_location location = { .address = address };
	int rc = 0;

	if (place->is_text) {
		location.image = first->name;
		location.offset =
			first->placement == KCOV_PLACED_BY_OFFSET ? address : address - first->base;
		rc = kcov_locate_in_index(first->index, place, image_address, &location);
		kcov_index_ready(first->index, place);
	} else if (!(first->symbols && locate_in_symbols(first, &location)) && whose == OF_ALL) {
		rc = locate_in_module(symbolizer->kernel, &location);
	}
	if (rc == 0)
		*ret = location;
	return rc;
}

/* Addresses of a module by itself are offsets; what none is becomes an address of no text. */
static const uint64_t *image_addresses(const struct kcov_known_image *image,
				       const uint64_t *addresses, size_t n, uint64_t *room)
{
	if (image->placement != KCOV_PLACED_BY_OFFSET)
		return addresses;
	for (size_t i = 0; i < n; i++) {
		room[i] = UINT64_MAX;
		kcov_index_from_offset(image->index, addresses[i], &room[i]);
	}
	return room;
}

/* Those before one that fails are located. */
static int locate_some(const struct kcov_symbolizer *symbolizer, enum whose whose,
		       const uint64_t *addresses, size_t n, struct kcov_location *ret)
{
	const struct kcov_index *index = symbolizer->first.index;
	struct kcov_index_seek seeks[KCOV_INDEX_TOGETHER];
	struct kcov_place places[KCOV_INDEX_TOGETHER] = { 0 };
	uint64_t room[KCOV_INDEX_TOGETHER];
	const uint64_t *in_image = image_addresses(&symbolizer->first, addresses, n, room);
	int read_rc = 0;
	size_t n_read = n;

	if (index)
		kcov_index_seek(index, in_image, n, seeks);
	for (size_t i = 0; index && i < n_read; i++) {
		read_rc = kcov_index_read(index, &seeks[i], &places[i]);
		if (read_rc < 0)
			n_read = i;
	}
	for (size_t i = 0; i < n_read; i++) {
		int rc = locate(symbolizer, whose, addresses[i], in_image[i], &places[i], &ret[i]);

		if (rc < 0)
			return rc;
	}
	return read_rc;
}

static int look_up(const struct kcov_symbolizer *symbolizer, enum whose whose,
		   const uint64_t *addresses, size_t n, struct kcov_symbolize_error **error,
		   struct kcov_location *ret)
{
	for (size_t i = 0; i < n; i += KCOV_INDEX_TOGETHER) {
		int rc = locate_some(symbolizer, whose, addresses + i,
				     n - i < KCOV_INDEX_TOGETHER ? n - i : KCOV_INDEX_TOGETHER,
				     ret + i);

		if (rc < 0)
			return kcov_error_set(error, rc, "%s: %s", symbolizer->path,
					      rc == -EBADMSG ? "its index is damaged"
							     : strerror(-rc));
	}
	return 0;
}

KCOV_PUBLIC int kcov_symbolizer_lookup(const struct kcov_symbolizer *symbolizer,
				       const uint64_t *addresses, size_t n,
				       struct kcov_symbolize_error **error,
				       struct kcov_location *ret)
{
	return look_up(symbolizer, OF_ALL, addresses, n, error, ret);
}

KCOV_PUBLIC int kcov_symbolizer_lookup_kernel(const struct kcov_symbolizer *symbolizer,
					      const uint64_t *addresses, size_t n,
					      struct kcov_symbolize_error **error,
					      struct kcov_location *ret)
{
	return look_up(symbolizer, OF_KERNEL, addresses, n, error, ret);
}

/* Where DWARF has nothing. */
static int symbol_frame(const struct kcov_location *location, struct kcov_frame *ret)
{
	if (!location->symbol)
		return 0;
	*ret = (struct kcov_frame){ .function = location->symbol };
	return 1;
}

/* Those that there is no room for are written to beyond, one after the other. */
static int read_frames(const struct kcov_location *location, struct kcov_frame *ret, size_t room,
		       struct kcov_frame *beyond)
{
	struct kcov_place place = {
		.scope = location->place.scope,
		.file = location->place.file,
		.line = location->place.line,
		.column = location->place.column,
	};
	bool more = true;
	int n = 0;

	if (!place.scope && !place.file)
		return symbol_frame(location, room ? ret : beyond);
	for (; more; n++) {
		struct kcov_frame *frame = (size_t)n < room ? &ret[n] : beyond;
		int rc = kcov_index_frame(location->place.index, &place, &more, frame);

		if (rc < 0)
			return rc;
		/* A line that is in no function of DWARF's, or in one without a name. */
		if (!more && !frame->function)
			frame->function = location->symbol;
	}
	return n;
}

KCOV_PUBLIC int kcov_location_frames(const struct kcov_location *location, struct kcov_frame *ret,
				     size_t room)
{
	struct kcov_frame beyond;

	return read_frames(location, ret, room, &beyond);
}

int kcov_outermost_frame(const struct kcov_location *location, struct kcov_frame *ret)
{
	*ret = (struct kcov_frame){};
	return read_frames(location, NULL, 0, ret);
}

KCOV_PUBLIC int kcov_location_point(const struct kcov_location *location)
{
	if (!location->place.index)
		return KCOV_POINT_UNKNOWN;
	return kcov_index_point(location->place.index, location->place.address + 1);
}

KCOV_PUBLIC int kcov_location_call_site(const struct kcov_location *location)
{
	const struct kcov_index *index = location->place.index;

	if (!index)
		return KCOV_POINT_UNKNOWN;
	return kcov_index_point(index, location->place.address + 1 +
					       kcov_machine_of_elf(index->machine)->call.size);
}
