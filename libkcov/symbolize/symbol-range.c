// SPDX-License-Identifier: MIT
#include "base/export.h"
#include "symbolizer.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* What is found in the images that are visited. */
struct search {
	const char *name;
	struct kcov_symbol_range *ret;
	size_t room;
	size_t n;
	/* Whether there is such an image. */
	bool has_image;
};

/* The next one, or somewhere to write what there is no room for. */
static struct kcov_symbol_range *next_range(struct search *search, struct kcov_symbol_range *beyond)
{
	struct kcov_symbol_range *range =
		search->n < search->room ? &search->ret[search->n] : beyond;

	search->n += search->n < INT_MAX;
	return range;
}

static int add_named(struct search *search, const struct kcov_known_image *image,
		     const struct kcov_index_named *named)
{
	struct kcov_symbol_range beyond, *range = next_range(search, &beyond);

	*range = (struct kcov_symbol_range){
		.name = named->name,
		.has_offset = true,
		.size = named->size,
		.extent = named->extent,
		.is_last = named->is_last,
	};
	kcov_image_offset_init(image, &range->begin);
	if (!kcov_index_to_offset(image->index, named->address, &range->begin.offset))
		return -EBADMSG;
	range->has_pc = kcov_known_image_pc(image, named->address, &range->pc);
	return 0;
}

/* A section of that name, which goes on to its end. */
static int search_sections(struct search *search, const struct kcov_known_image *image)
{
	struct kcov_index_named section = { .is_last = true };
	uint64_t low;

	if (!kcov_index_section(image->index, search->name, &section.address, &section.size) ||
	    !kcov_index_section_of(image->index, section.address, &section.name, &low,
				   &section.extent))
		return 0;
	return add_named(search, image, &section);
}

static int search_index(struct search *search, const struct kcov_known_image *image)
{
	struct kcov_index_named named;
	size_t i = 0;
	int rc;

	while ((rc = kcov_index_named(image->index, search->name, i, &named)) > 0) {
		rc = add_named(search, image, &named);
		if (rc < 0)
			return rc;
		i++;
	}
	return rc == 0 && !i ? search_sections(search, image) : rc;
}

static void add_kallsym(struct search *search, const struct kcov_known_image *image, size_t i)
{
	struct kcov_symbol_range beyond, *range = next_range(search, &beyond);
	const struct kcov_kallsyms *symbols = image->symbols;
	const struct kcov_kallsym *symbol = &symbols->at[i];
	size_t next = KCOV_COUNT_UP_TO(symbols->at, symbols->n, address, symbol->address);
	uint64_t end = symbol->module->end;

	*range = (struct kcov_symbol_range){
		.name = symbol->name,
		.pc = symbol->address - image->kaslr_offset,
		.has_pc = true,
		.has_offset = kcov_known_image_has_offsets(image),
		.is_last = next == symbols->n || symbols->at[next].address > end,
	};
	range->extent = (range->is_last ? end : symbols->at[next].address) - symbol->address;
	kcov_image_offset_init(image, &range->begin);
	if (range->has_offset)
		range->begin.offset = symbol->address - image->base;
}

static void search_kallsyms(struct search *search, const struct kcov_known_image *image)
{
	const struct kcov_kallsyms *symbols = image->symbols;

	for (size_t i = 0; symbols && i < symbols->n; i++) {
		const struct kcov_kallsym *symbol = &symbols->at[i];

		if (symbol->name && strcmp(symbol->name, search->name) == 0 &&
		    strcmp(symbol->module->name, image->name) == 0)
			add_kallsym(search, image, i);
	}
}

static int search_image(void *context, const struct kcov_known_image *image)
{
	struct search *search = context;

	search->has_image = true;
	if (image->index)
		return search_index(search, image);
	search_kallsyms(search, image);
	return 0;
}

KCOV_PUBLIC int kcov_symbolizer_symbols(const struct kcov_symbolizer *symbolizer, const char *image,
					const char *name, struct kcov_symbol_range *ret,
					size_t room)
{
	struct search search = { .name = name, .ret = ret, .room = room };
	int rc = kcov_symbolizer_visit(symbolizer, image, search_image, &search);

	if (rc < 0)
		return rc;
	return search.has_image ? (int)search.n : -ENOENT;
}
