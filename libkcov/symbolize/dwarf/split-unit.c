// SPDX-License-Identifier: MIT
#include "split-unit.h"

#include "../base/cleanup.h"
#include "../base/damage.h"
#include "split-die.h"
#include "unit-index.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* What is left of a section behind an offset. */
static struct kcov_dwarf_section rest(const struct kcov_dwarf_section *section, uint64_t offset)
{
	if (offset >= section->n)
		return (struct kcov_dwarf_section){};
	return (struct kcov_dwarf_section){ section->at + offset, section->n - (size_t)offset };
}

/* A piece, or nothing if it is not all there. */
static struct kcov_dwarf_section slice(const struct kcov_dwarf_section *section,
				       struct kcov_unit_piece piece)
{
	struct kcov_dwarf_section ret = rest(section, piece.offset);

	if (piece.size > ret.n)
		return (struct kcov_dwarf_section){};
	ret.n = piece.size;
	return ret;
}

/* The header of the unit at its offset; *ret_end: where the next one begins. */
static bool read_header(struct kcov_split_unit *unit, struct kcov_unit_header *ret,
			uint64_t *ret_end)
{
	struct kcov_reader reader = kcov_dwarf_section_read(&unit->sections.dies);
	const uint8_t *begin = reader.at;

	kcov_read_piece(&reader, unit->offset);
	if (!kcov_unit_header_read(&reader, ret))
		return false;
	unit->version = (unsigned int)ret->version;
	unit->offset_size = ret->offset_size;
	unit->die = (uint64_t)(reader.at - begin);
	*ret_end = (uint64_t)(reader.end - begin);
	return true;
}

/* The unit's own DIE. */
static int read_first(struct kcov_split_unit *unit, struct kcov_die_shapes *shapes,
		      const char **cause, struct kcov_split_die *ret)
{
	struct kcov_dies_one one;
	struct kcov_dies dies;
	int rc = kcov_dies_open(&unit->sections, shapes, unit->offset, unit->die, cause, &dies);

	*ret = (struct kcov_split_die){};
	if (rc == 0)
		rc = kcov_dies_next(&dies, cause, &one);
	if (rc == 0 && one.shape)
		rc = kcov_split_die_read(&dies, &one, cause, ret);
	return rc;
}

/* DWARF 4 has it in an attribute. */
static int read_old_id(struct kcov_split_unit *unit, struct kcov_die_shapes *shapes,
		       const char **cause, uint64_t *ret)
{
	struct kcov_split_die die;
	int rc = read_first(unit, shapes, cause, &die);

	if (rc == 0)
		*ret = die.dwo_id;
	return rc;
}

/* Whether the unit at its offset has an id: 0, -ESTALE: another one, -ENOTSUP, -EBADMSG or -ENOMEM.
 */
static int check(struct kcov_split_unit *unit, struct kcov_die_shapes *shapes, uint64_t id,
		 const char **cause, uint64_t *ret_end)
{
	struct kcov_unit_header header;
	int rc = 0;

	if (!read_header(unit, &header, ret_end))
		return kcov_damage(cause, "its header is cut");
	if (unit->version == 2 || unit->version == 3)
		return -ENOTSUP;
	if (unit->version < 4 || unit->version > 5)
		return kcov_damage(cause, "it is of no version of DWARF that is known");
	if (unit->version == 4)
		rc = read_old_id(unit, shapes, cause, &header.id);
	if (rc < 0)
		return rc;
	if (header.type != DW_UT_compile && header.type != DW_UT_split_compile)
		return -ESTALE;
	return header.id == id ? 0 : -ESTALE;
}

int kcov_split_unit_find(const struct kcov_split_file *file, const struct kcov_skeleton *skeleton,
			 const char **cause, struct kcov_split_unit *ret)
{
	/* What was compiled at one go has one table of abbreviations: it is read once. */
	_cleanup_(kcov_die_shapes_fini) struct kcov_die_shapes shapes = {};
	struct kcov_split_unit unit = { .sections = file->sections };
	int rc = -ESTALE;

	/* Others are of types, or of what was compiled at one go. */
	for (uint64_t next = 0; rc == -ESTALE && next < unit.sections.dies.n;) {
		unit.offset = next;
		rc = check(&unit, &shapes, skeleton->id, cause, &next);
	}
	if (rc < 0)
		return rc;
	*ret = unit;
	return 0;
}

int kcov_split_unit_find_packed(struct kcov_split_package *package,
				const struct kcov_skeleton *skeleton, const char **cause,
				struct kcov_split_unit *ret)
{
	const struct kcov_dwarf_sections *all = &package->file.sections;
	struct kcov_split_unit unit = { .path = package->path, .sections = *all };
	_cleanup_(kcov_die_shapes_fini) struct kcov_die_shapes shapes = {};
	struct kcov_unit_pieces pieces;
	uint64_t end;
	int rc = kcov_unit_index_find(&all->unit_index, skeleton->id, &pieces);

	if (rc == -EBADMSG)
		return kcov_damage(cause, "its .debug_cu_index cannot be read");
	if (rc < 0)
		return rc;
	unit.sections.dies = slice(&all->dies, pieces.dies);
	unit.sections.abbreviations = slice(&all->abbreviations, pieces.abbreviations);
	unit.sections.string_offsets = slice(&all->string_offsets, pieces.string_offsets);
	unit.sections.range_lists = slice(&all->range_lists, pieces.range_lists);
	if (__atomic_add_fetch(&package->n_read, unit.sections.dies.n, __ATOMIC_RELAXED) >
	    KCOV_DWARF_READ_LIMIT * all->dies.n)
		return kcov_damage(cause, "too many units are in one place");
	rc = check(&unit, &shapes, skeleton->id, cause, &end);
	if (pieces.version == 2 && unit.version == 5)
		return -EPROTO;
	if (rc == 0)
		*ret = unit;
	return rc;
}

void kcov_split_unit_join(struct kcov_split_unit *unit, const struct kcov_skeleton *skeleton,
			  const struct kcov_dwarf_sections *image)
{
	unit->low = skeleton->low;
	unit->addresses = rest(&image->addresses, skeleton->addresses);
	unit->old_ranges = rest(&image->old_ranges, skeleton->old_ranges);
}

int kcov_split_unit_walk(struct kcov_split_unit *unit, struct kcov_die_shapes *shapes,
			 const char **cause, struct kcov_dies *ret)
{
	kcov_die_shapes_fini(shapes);
	return kcov_dies_open(&unit->sections, shapes, unit->offset, unit->die, cause, ret);
}

int kcov_split_unit_name(struct kcov_split_unit *unit, struct kcov_arena *arena, const char **cause,
			 const char **ret)
{
	_cleanup_(kcov_die_shapes_fini) struct kcov_die_shapes shapes = {};
	struct kcov_split_die die;
	const char *name;
	int rc = read_first(unit, &shapes, cause, &die);

	if (rc < 0)
		return rc;
	name = kcov_split_die_text(unit, &die.name);
	if (!name && die.name.form)
		return kcov_damage(cause, "the name of its source cannot be read");
	*ret = name ? kcov_arena_strndup(arena, name, strlen(name)) : NULL;
	return name && !*ret ? -ENOMEM : 0;
}
