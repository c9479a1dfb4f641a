// SPDX-License-Identifier: MIT
#include "die-cursor.h"

#include "../base/damage.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

bool kcov_unit_header_read(struct kcov_reader *reader, struct kcov_unit_header *ret)
{
	uint64_t length = kcov_read_fixed(reader, 4);

	*ret = (struct kcov_unit_header){ .type = DW_UT_compile, .offset_size = 4 };
	if (length == UINT32_MAX) {
		ret->offset_size = 8;
		length = kcov_read_fixed(reader, 8);
	}
	*reader = kcov_read_piece(reader, length);
	ret->version = kcov_read_fixed(reader, 2);
	if (ret->version >= 5) {
		ret->type = kcov_read_byte(reader);
		ret->address_size = kcov_read_byte(reader);
		ret->abbreviations = kcov_read_fixed(reader, ret->offset_size);
	} else {
		ret->abbreviations = kcov_read_fixed(reader, ret->offset_size);
		ret->address_size = kcov_read_byte(reader);
	}
	if (ret->type == DW_UT_split_compile)
		ret->id = kcov_read_fixed(reader, 8);
	return !reader->failed;
}

int kcov_dies_open(struct kcov_dwarf_sections *sections, struct kcov_die_shapes *shapes,
		   uint64_t unit, uint64_t die, const char **cause, struct kcov_dies *ret)
{
	struct kcov_reader reader = kcov_dwarf_section_read(&sections->dies);
	const uint8_t *section = reader.at;
	struct kcov_unit_header header;
	struct kcov_die_shapes wanted;

	kcov_read_piece(&reader, unit);
	*ret = (struct kcov_dies){ .section = section, .unit = reader.at, .shapes = shapes };
	if (!kcov_unit_header_read(&reader, &header) || die > sections->dies.n ||
	    section + die < reader.at || section + die > reader.end)
		return kcov_damage(cause, "its header is cut");
	reader.at = section + die;
	ret->reader = reader;
	wanted = (struct kcov_die_shapes){ .offset = header.abbreviations,
					   .version = header.version,
					   .offset_size = header.offset_size,
					   .address_size = header.address_size };
	return kcov_die_shapes_read(sections, &wanted, cause, shapes);
}

static uint64_t read_sized(struct kcov_reader *reader, uint8_t size)
{
	return size ? kcov_read_fixed(reader, size) : kcov_read_uleb(reader);
}

static void skip_text(struct kcov_reader *reader)
{
	const size_t left = (size_t)(reader->end - reader->at);
	const uint8_t *end = left ? memchr(reader->at, 0, left) : NULL;

	kcov_read_piece(reader, end ? (uint64_t)(end + 1 - reader->at) : (uint64_t)left + 1);
}

static void take_step(struct kcov_dies *dies, struct kcov_die_step step, struct kcov_dies_one *one)
{
	struct kcov_reader *reader = &dies->reader;

	switch ((enum kcov_die_step_kind)step.kind) {
	case KCOV_DIE_STEP_FIXED:
		kcov_read_piece(reader, step.size);
		break;
	case KCOV_DIE_STEP_LEB:
		kcov_read_uleb(reader);
		break;
	case KCOV_DIE_STEP_BLOCK:
		kcov_read_piece(reader, read_sized(reader, step.size));
		break;
	case KCOV_DIE_STEP_TEXT:
		skip_text(reader);
		break;
	case KCOV_DIE_STEP_SIBLING: {
		const uint64_t offset = read_sized(reader, step.size);

		if (offset <= (uint64_t)(reader->end - dies->unit))
			one->sibling = dies->unit + offset;
		else
			reader->failed = true;
		break;
	}
	case KCOV_DIE_STEP_INDIRECT: {
		struct kcov_die_step real =
			kcov_die_step_of_form(dies->shapes, kcov_read_uleb(reader));

		/* One that leads to another could do so for ever. */
		if (real.kind == KCOV_DIE_STEP_INDIRECT)
			reader->failed = true;
		else
			take_step(dies, real, one);
		break;
	}
	case KCOV_DIE_STEP_NONE:
		one->has_unknown_form = true;
		reader->failed = true;
		break;
	}
}

int kcov_dies_next(struct kcov_dies *dies, const char **cause, struct kcov_dies_one *ret)
{
	struct kcov_reader *reader = &dies->reader;
	struct kcov_dies_one one = { .offset = (uint64_t)(reader->at - dies->section) };
	uint64_t code = reader->at == reader->end ? 0 : kcov_read_uleb(reader);

	if (code) {
		one.shape = kcov_die_shapes_find(dies->shapes, code);
		if (!one.shape)
			return kcov_damage(cause, "a DIE has no abbreviation");
		for (size_t i = 0; i < one.shape->n_steps; i++)
			take_step(dies, dies->shapes->steps.at[one.shape->first_step + i], &one);
	}
	if (reader->failed)
		return kcov_damage(cause, one.has_unknown_form
						  ? "a DIE has a form that is not known"
						  : "a DIE is cut");
	*ret = one;
	return 0;
}

/* DIEs of a kernel nest 30 deep or so. */
#define MAX_DEPTH 512

int kcov_dies_next_child(struct kcov_dies *dies, const struct kcov_dies_one *parent, int depth,
			 const char **cause, struct kcov_dies_one *ret)
{
	int rc;

	if (depth == MAX_DEPTH)
		return kcov_damage(cause, "DIEs nest too deep");
	if (!parent->shape || !parent->shape->has_children)
		return 0;
	rc = kcov_dies_next(dies, cause, ret);
	return rc < 0 ? rc : ret->shape != NULL;
}

/* Whether it was possible at one go. */
static bool jump(struct kcov_dies *dies, const struct kcov_dies_one *one)
{
	/* It may point anywhere, and so lead back. */
	if (!one->sibling || one->sibling < dies->reader.at)
		return false;
	dies->reader.at = one->sibling;
	return true;
}

int kcov_dies_skip_children(struct kcov_dies *dies, const struct kcov_dies_one *parent,
			    const char **cause)
{
	size_t depth = parent->shape->has_children && !jump(dies, parent);
	struct kcov_dies_one one;

	while (depth) {
		int rc = kcov_dies_next(dies, cause, &one);

		if (rc < 0)
			return rc;
		if (!one.shape)
			depth--;
		else if (one.shape->has_children && !jump(dies, &one))
			depth++;
	}
	return 0;
}

void kcov_die_value_read(const struct kcov_die_shapes *shapes, uint64_t form,
			 struct kcov_reader *reader, struct kcov_die_value *ret)
{
	struct kcov_die_step step = kcov_die_step_of_form(shapes, form);

	if (step.kind == KCOV_DIE_STEP_INDIRECT) {
		form = kcov_read_uleb(reader);
		step = kcov_die_step_of_form(shapes, form);
	}
	*ret = (struct kcov_die_value){ .form = form };
	if (step.kind == KCOV_DIE_STEP_FIXED && step.size <= sizeof(ret->number)) {
		ret->number = kcov_read_fixed(reader, step.size);
	} else if (step.kind == KCOV_DIE_STEP_FIXED) {
		kcov_read_piece(reader, step.size);
	} else if (step.kind == KCOV_DIE_STEP_LEB) {
		ret->number = kcov_read_uleb(reader);
	} else if (step.kind == KCOV_DIE_STEP_BLOCK) {
		kcov_read_piece(reader, read_sized(reader, step.size));
	} else if (step.kind == KCOV_DIE_STEP_TEXT) {
		ret->text = (const char *)reader->at;
		skip_text(reader);
	} else {
		reader->failed = true;
	}
	if (reader->failed)
		*ret = (struct kcov_die_value){};
}

int kcov_dies_go(const struct kcov_dies *dies, uint64_t offset, const char **cause,
		 struct kcov_dies *ret, struct kcov_dies_one *ret_one)
{
	*ret = *dies;
	ret->reader = (struct kcov_reader){ .at = dies->unit, .end = dies->reader.end };
	kcov_read_piece(&ret->reader, offset - (uint64_t)(dies->unit - dies->section));
	return ret->reader.failed ? kcov_damage(cause, "an offset is outside of its unit")
				  : kcov_dies_next(ret, cause, ret_one);
}
