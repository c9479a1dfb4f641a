// SPDX-License-Identifier: MIT
#include "flatten.h"

#include "../base/error.h"
#include "../base/pairs.h"
#include "../base/path.h"
#include "../base/task.h"
#include "../dwarf/die.h"
#include "../dwarf/read-dwarf.h"
#include "../image/build.h"
#include "../image/text-offsets.h"
#include "flat-syscalls.h"
#include "points.h"

#include <dwarf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* From the numbers of a unit to those of all; KCOV_FLAT_NONE: not met yet. */
struct numbers {
	uint32_t *scopes;
	uint32_t *files;
};

struct flattening {
	const struct kcov_image *image;
	Dwarf *handle;
	struct kcov_flat *flat;
	const char *source_root;
	const struct kcov_read_units *units;
	struct numbers *numbers;
	/* Paths while they are made. */
	struct kcov_arena arena;
	/* Where the path of each file is, and how much of it is skipped. */
	struct kcov_pairs files;
	/* Of the symbols of the image. */
	uint32_t *symbols;
	size_t next_symbol;
	/* What holds the address that was come to. */
	struct kcov_flat_span now;
};

static void flattening_fini(struct flattening *flattening)
{
	for (size_t i = 0; flattening->numbers && i < flattening->units->n; i++) {
		free(flattening->numbers[i].scopes);
		free(flattening->numbers[i].files);
	}
	free(flattening->numbers);
	free(flattening->symbols);
	kcov_pairs_fini(&flattening->files);
	kcov_arena_fini(&flattening->arena);
}

static int numbers_init(const struct kcov_unit *unit, struct numbers *numbers)
{
	if (numbers->scopes)
		return 0;
	numbers->scopes = kcov_table_of_none(unit->n_scopes);
	numbers->files = kcov_table_of_none(unit->files.n);
	return numbers->scopes && numbers->files ? 0 : -ENOMEM;
}

/* The number of a file with that path, of which skip bytes say where the tree is. */
static int number_path(struct flattening *flattening, const char *path, size_t skip, uint32_t *ret)
{
	struct kcov_flat *flat = flattening->flat;
	struct kcov_flat_file *added;
	uint32_t at;

	if (kcov_flat_intern(flat, path, &at) < 0 ||
	    kcov_pairs_number(&flattening->files, (struct kcov_pair){ at, (uint32_t)skip }, ret) <
		    0)
		return -ENOMEM;
	if (*ret < flat->files.n)
		return 0;
	added = KCOV_TABLE_ADD(&flat->files);
	if (!added)
		return -ENOMEM;
	*added = (struct kcov_flat_file){ .path = at, .skip = (uint32_t)skip };
	return 0;
}

/* A number that the line table does not have, or not by name, is of a line, and of no file. */
static int number_file(struct flattening *flattening, size_t i, uint32_t file, uint32_t *ret)
{
	const struct kcov_unit *unit = flattening->units->units[i];
	const struct kcov_line_file *known = file < unit->files.n ? &unit->files.at[file] : NULL;
	const char *path;
	uint32_t *number;
	size_t skip;

	*ret = KCOV_FLAT_NONE;
	if (!known || !known->name || !*known->name)
		return 0;
	number = &flattening->numbers[i].files[file];
	if (*number == KCOV_FLAT_NONE) {
		path = kcov_path_resolve(&flattening->arena, unit->directory, known->directory,
					 known->name);
		if (!path)
			return -ENOMEM;
		skip = (size_t)(kcov_path_shorten(path, unit->directory, flattening->source_root) -
				path);
		if (number_path(flattening, path, skip, number) < 0)
			return -ENOMEM;
	}
	*ret = *number;
	return 0;
}

/* Those that a scope is inlined into first; as deep as DIEs nest, which is bounded. */
static int number_scope(struct flattening *flattening, size_t i, uint32_t local, uint32_t *ret)
{
	const struct kcov_scope *scope = &flattening->units->units[i]->scopes[local];
	uint32_t *number = &flattening->numbers[i].scopes[local];
	struct kcov_flat_scope flat = { .name = KCOV_FLAT_NONE,
					.parent = KCOV_FLAT_NONE,
					.call_file = KCOV_FLAT_NONE,
					.call_line = scope->call.line,
					.call_column = scope->call.column },
			       *added;
	int rc = 0;

	*ret = *number;
	if (*number != KCOV_FLAT_NONE)
		return 0;
	if (scope->parent != KCOV_SCOPE_NONE) {
		rc = number_scope(flattening, i, scope->parent, &flat.parent);
		if (rc == 0)
			rc = number_file(flattening, i, scope->call.file, &flat.call_file);
	}
	if (rc == 0 && scope->name)
		rc = kcov_flat_intern(flattening->flat, scope->name, &flat.name);
	if (rc < 0)
		return rc;
	added = KCOV_TABLE_ADD(&flattening->flat->scopes);
	if (!added)
		return -ENOMEM;
	*added = flat;
	*ret = *number = (uint32_t)flattening->flat->scopes.n - 1;
	return 0;
}

/* From this address on, now holds. */
static int put(struct flattening *flattening, uint64_t address)
{
	struct kcov_flat *flat = flattening->flat;
	struct kcov_flat_span *now = &flattening->now, *last, *added;

	if (address < flat->base || address - flat->base > UINT32_MAX)
		return 0;
	now->low = (uint32_t)(address - flat->base);
	if (flat->spans.n && flat->spans.at[flat->spans.n - 1].low == now->low)
		flat->spans.n--;
	last = flat->spans.n ? &flat->spans.at[flat->spans.n - 1] : NULL;
	if (last && last->scope == now->scope && last->file == now->file &&
	    last->symbol == now->symbol && last->line == now->line && last->column == now->column)
		return 0;
	added = KCOV_TABLE_ADD(&flat->spans);
	if (!added)
		return -ENOMEM;
	*added = *now;
	return 0;
}

/* Let the symbols change that do up to, and including, an address. */
static int put_symbols(struct flattening *flattening, uint64_t until)
{
	const struct kcov_steps *steps = &flattening->image->symtab.by_address;

	for (; flattening->next_symbol < steps->n; flattening->next_symbol++) {
		const struct kcov_step *step = &steps->at[flattening->next_symbol];
		int rc;

		if (step->low > until)
			break;
		flattening->now.symbol =
			step->id == KCOV_STEP_NONE ? KCOV_FLAT_NONE : flattening->symbols[step->id];
		rc = put(flattening, step->low);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* span may be NULL: nothing is known. i is the unit's. */
static int put_span(struct flattening *flattening, size_t i, const struct kcov_span *span,
		    uint64_t address)
{
	uint32_t scope = KCOV_FLAT_NONE, file = KCOV_FLAT_NONE;
	int rc = put_symbols(flattening, address);

	if (rc == 0 && span && span->scope != KCOV_SCOPE_NONE)
		rc = number_scope(flattening, i, span->scope, &scope);
	if (rc == 0 && span && span->file != KCOV_FILE_NONE)
		rc = number_file(flattening, i, span->file, &file);
	if (rc < 0)
		return rc;
	flattening->now.scope = scope;
	flattening->now.file = file;
	flattening->now.line = span ? span->line : 0;
	flattening->now.column = span ? span->column : 0;
	return put(flattening, address);
}

/* What one unit says of a piece of text that is its own. */
static int put_piece(struct flattening *flattening, size_t i, uint64_t low, uint64_t high)
{
	const struct kcov_unit *unit = flattening->units->units[i];
	const struct kcov_span *span = kcov_unit_find(unit, low);
	const struct kcov_span *end = unit->spans + unit->n_spans;
	int rc = numbers_init(unit, &flattening->numbers[i]);

	if (rc == 0)
		rc = put_span(flattening, i, span, low);
	for (span = span ? span + 1 : unit->spans; rc == 0 && span < end && span->low < high;
	     span++)
		rc = put_span(flattening, i, span, span->low);
	return rc;
}

/* Its name, or where it is. */
static const char *unit_name(struct flattening *flattening, uint64_t offset, char *room,
			     size_t size)
{
	const char *name = NULL;
	Dwarf_Die die;

	if (dwarf_offdie(flattening->handle, offset, &die)) {
		name = kcov_die_string(&die, DW_AT_name);
		name = name ? name : kcov_skeleton_name(&die);
	}
	if (name && *name)
		return name;
	snprintf(room, size, "the unit at 0x%llx", (unsigned long long)offset);
	return room;
}

static int put_damaged(struct flattening *flattening, uint64_t offset, const char *cause)
{
	struct kcov_flat *flat = flattening->flat;
	struct kcov_flat_damaged damaged, *added;
	char room[40];

	if (kcov_flat_intern(flat, unit_name(flattening, offset, room, sizeof(room)),
			     &damaged.unit) < 0 ||
	    kcov_flat_intern(flat, cause, &damaged.cause) < 0)
		return -ENOMEM;
	added = KCOV_TABLE_ADD(&flat->damaged);
	if (!added)
		return -ENOMEM;
	*added = damaged;
	return 0;
}

/* That it is not known what is said of a piece of text. */
static int put_gap(struct flattening *flattening, uint64_t low, uint64_t high)
{
	struct kcov_flat *flat = flattening->flat;
	struct kcov_flat_gap *last = flat->gaps.n ? &flat->gaps.at[flat->gaps.n - 1] : NULL, *added;
	struct kcov_flat_gap gap;

	if (low < flat->base || low - flat->base > UINT32_MAX)
		return 0;
	gap.low = (uint32_t)(low - flat->base);
	gap.high = high - flat->base < UINT32_MAX ? (uint32_t)(high - flat->base) : UINT32_MAX;
	if (last && last->high == gap.low) {
		last->high = gap.high;
		return 0;
	}
	added = KCOV_TABLE_ADD(&flat->gaps);
	if (!added)
		return -ENOMEM;
	*added = gap;
	return 0;
}

/* What one unit says of a piece of text, if it can be read. */
static int put_unit(struct flattening *flattening, size_t i, uint64_t low, uint64_t high)
{
	int rc;

	if (flattening->units->units[i])
		return put_piece(flattening, i, low, high);
	rc = put_gap(flattening, low, high);
	return rc < 0 ? rc : put_span(flattening, i, NULL, low);
}

static int put_all_damaged(struct flattening *flattening, const struct kcov_unit_ranges *ranges)
{
	const struct kcov_read_units *units = flattening->units;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < units->n; i++) {
		if (!units->units[i])
			rc = put_damaged(flattening, units->offsets[i], units->causes[i]);
	}
	for (size_t i = 0; rc == 0 && i < ranges->damaged.n; i++)
		rc = put_damaged(flattening, ranges->damaged.at[i].offset,
				 ranges->damaged.at[i].cause);
	/* Theirs is somewhere in what no other unit has. */
	if (rc == 0 && ranges->damaged.n) {
		flattening->flat->gaps.n = 0;
		rc = put_gap(flattening, flattening->flat->base, UINT64_MAX);
	}
	return rc;
}

static int put_pieces(struct flattening *flattening, const struct kcov_steps *pieces)
{
	const struct kcov_read_units *units = flattening->units;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < pieces->n; i++) {
		uint64_t high = i + 1 < pieces->n ? pieces->at[i + 1].low : UINT64_MAX;
		size_t unit = kcov_read_units_find(units, pieces->at[i].id);

		if (unit < units->n)
			rc = put_unit(flattening, unit, pieces->at[i].low, high);
		else
			rc = put_span(flattening, 0, NULL, pieces->at[i].low);
	}
	return rc < 0 ? rc : put_symbols(flattening, UINT64_MAX);
}

static int put_section(const struct kcov_image *image, const struct kcov_range *range,
		       uint32_t offset, struct kcov_flat *flat)
{
	const char *name = kcov_image_section_name(image, range->id);
	struct kcov_flat_text *text;

	if (range->high - flat->base > UINT32_MAX)
		return -EFBIG;
	text = KCOV_TABLE_ADD(&flat->text);
	if (!text)
		return -ENOMEM;
	*text = (struct kcov_flat_text){
		.low = (uint32_t)(range->low - flat->base),
		.high = (uint32_t)(range->high - flat->base),
		.offset = offset,
	};
	return kcov_flat_intern(flat, name, &text->name);
}

static int put_text(const struct kcov_image *image, struct kcov_flat *flat)
{
	const struct kcov_ranges *ranges = &image->text.ranges;
	_cleanup_free_ uint32_t *offsets = reallocarray(NULL, ranges->n + 1, sizeof(*offsets));
	int rc = offsets ? kcov_text_offsets(image, offsets) : -ENOMEM;

	flat->machine = image->machine->elf;
	flat->build = kcov_build_read(image);
	flat->build_id = image->build_id;
	if (image->text.by_address.n)
		flat->base = image->text.by_address.at[0].low;
	flat->start = image->dwfl ? flat->base : image->start;
	for (size_t i = 0; rc == 0 && i < ranges->n; i++)
		rc = put_section(image, &ranges->at[i], offsets[i], flat);
	return rc;
}

/* Those that hold no address, since another one has their place, have a name all the same. */
static int put_all_symbols(struct flattening *flattening)
{
	const struct kcov_symtab *symtab = &flattening->image->symtab;
	struct kcov_flat *flat = flattening->flat;

	for (size_t i = 0; i < symtab->n; i++) {
		const struct kcov_symbol *symbol = &symtab->symbols[i];
		struct kcov_flat_symbol *added;
		uint32_t name;

		if (symbol->address < flat->base || symbol->address - flat->base > UINT32_MAX)
			continue;
		if (kcov_flat_intern(flat, symbol->name, &name) < 0)
			return -ENOMEM;
		added = KCOV_TABLE_ADD(&flat->symbols);
		if (!added)
			return -ENOMEM;
		*added = (struct kcov_flat_symbol){
			.low = (uint32_t)(symbol->address - flat->base),
			.size = symbol->size < UINT32_MAX ? (uint32_t)symbol->size : 0,
			.name = name,
		};
		flattening->symbols[i] = (uint32_t)flat->symbols.n - 1;
	}
	return 0;
}

struct points {
	const struct kcov_image *image;
	struct kcov_flat *flat;
};

static int read_points(void *context)
{
	struct points *points = context;

	return kcov_points_read(points->image, points->flat);
}

/* Text is decoded beside what DWARF says of it: neither needs the other. */
static int put_all(struct flattening *flattening, const struct kcov_steps *pieces)
{
	struct points points = { flattening->image, flattening->flat };
	struct kcov_task task = { .run = read_points, .context = &points };
	int rc, points_rc;

	kcov_task_start(&task, flattening->units->n_workers > 1);
	rc = put_pieces(flattening, pieces);
	points_rc = kcov_task_end(&task);
	return rc < 0 ? rc : points_rc;
}

static int put_files(struct kcov_flat *flat, const struct kcov_other_files *files)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < files->n; i++)
		rc = kcov_flat_add_other(flat, &files->at[i]);
	return rc;
}

static int put_others(struct kcov_flat *flat, const struct kcov_dwarf *dwarf)
{
	int rc = kcov_flat_add_other(flat, &dwarf->supplement.file);

	for (size_t i = 0; rc == 0 && i < dwarf->splits.n_packages; i++) {
		const struct kcov_split_package *package = &dwarf->splits.packages[i];
		const struct kcov_other_file file = { package->path, package->file.sum };

		rc = kcov_flat_add_other(flat, &file);
	}
	for (size_t i = 0; rc == 0 && i < dwarf->units.n; i++)
		rc = put_files(flat, &dwarf->units.others[i]);
	kcov_flat_unique_others(flat);
	return rc;
}

static int flatten(const struct kcov_image *image, const struct kcov_dwarf *dwarf,
		   struct kcov_flat *flat)
{
	_cleanup_(flattening_fini) struct flattening flattening = {
		.image = image,
		.handle = dwarf->handle,
		.flat = flat,
		.source_root = dwarf->source_root,
		.units = &dwarf->units,
		.numbers = calloc(dwarf->units.n + 1, sizeof(struct numbers)),
		.symbols = kcov_table_of_none(image->symtab.n),
		.now = { .scope = KCOV_FLAT_NONE,
			 .file = KCOV_FLAT_NONE,
			 .symbol = KCOV_FLAT_NONE },
	};
	int rc;

	if (!flattening.numbers || !flattening.symbols)
		return -ENOMEM;
	rc = put_text(image, flat);
	if (rc == 0)
		rc = put_others(flat, dwarf);
	if (rc == 0)
		rc = kcov_flat_add_syscalls(flat, &dwarf->units);
	if (rc == 0)
		rc = put_all_symbols(&flattening);
	if (rc == 0)
		rc = put_all(&flattening, &dwarf->pieces);
	return rc < 0 ? rc : put_all_damaged(&flattening, &dwarf->ranges);
}

int kcov_flatten(const struct kcov_image *image, struct kcov_symbolize_error **error,
		 struct kcov_flat *ret)
{
	_cleanup_(kcov_flat_fini) struct kcov_flat flat = {};
	_cleanup_(kcov_dwarf_fini) struct kcov_dwarf dwarf = {};
	int rc = kcov_dwarf_read(image, error, &dwarf);

	if (rc < 0)
		return rc;
	rc = flatten(image, &dwarf, &flat);
	if (rc == -ENOMEM)
		return kcov_error_set(error, rc, "%s", image->path);
	if (rc == -EFBIG)
		return kcov_error_set(error, rc, "%s: its text spans more than 4 GB", image->path);
	if (rc < 0)
		return rc;
	*ret = flat;
	flat = (struct kcov_flat){};
	return 0;
}
