// SPDX-License-Identifier: MIT
#include "die-shapes.h"

#include "../base/cleanup.h"
#include "../base/damage.h"
#include "dwarf-bytes.h"

#include <dwarf.h>
#include <errno.h>

void kcov_die_shapes_fini(struct kcov_die_shapes *shapes)
{
	free(shapes->all.at);
	free(shapes->steps.at);
	*shapes = (struct kcov_die_shapes){};
}

struct kcov_die_step kcov_die_step_of_form(const struct kcov_die_shapes *shapes, uint64_t form)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, 0 };
	case DW_FORM_data1:
	case DW_FORM_ref1:
	case DW_FORM_flag:
	case DW_FORM_strx1:
	case DW_FORM_addrx1:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, 1 };
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, 2 };
	case DW_FORM_strx3:
	case DW_FORM_addrx3:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, 3 };
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_ref_sup4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, 4 };
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sig8:
	case DW_FORM_ref_sup8:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, 8 };
	case DW_FORM_data16:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, 16 };
	case DW_FORM_addr:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, (uint8_t)shapes->address_size };
	case DW_FORM_ref_addr:
		return (struct kcov_die_step){
			KCOV_DIE_STEP_FIXED,
			(uint8_t)(shapes->version == 2 ? shapes->address_size : shapes->offset_size)
		};
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_sec_offset:
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
		return (struct kcov_die_step){ KCOV_DIE_STEP_FIXED, (uint8_t)shapes->offset_size };
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
		return (struct kcov_die_step){ KCOV_DIE_STEP_LEB, 0 };
	case DW_FORM_block:
	case DW_FORM_exprloc:
		return (struct kcov_die_step){ KCOV_DIE_STEP_BLOCK, 0 };
	case DW_FORM_block1:
		return (struct kcov_die_step){ KCOV_DIE_STEP_BLOCK, 1 };
	case DW_FORM_block2:
		return (struct kcov_die_step){ KCOV_DIE_STEP_BLOCK, 2 };
	case DW_FORM_block4:
		return (struct kcov_die_step){ KCOV_DIE_STEP_BLOCK, 4 };
	case DW_FORM_string:
		return (struct kcov_die_step){ KCOV_DIE_STEP_TEXT, 0 };
	case DW_FORM_indirect:
		return (struct kcov_die_step){ KCOV_DIE_STEP_INDIRECT, 0 };
	default:
		return (struct kcov_die_step){ KCOV_DIE_STEP_NONE, 0 };
	}
}

static struct kcov_die_step step_of(const struct kcov_die_shapes *shapes, uint64_t name,
				    uint64_t form)
{
	struct kcov_die_step step = kcov_die_step_of_form(shapes, form);

	switch (form) {
	case DW_FORM_ref1:
	case DW_FORM_ref2:
	case DW_FORM_ref4:
	case DW_FORM_ref8:
	case DW_FORM_ref_udata:
		if (name == DW_AT_sibling)
			step.kind = KCOV_DIE_STEP_SIBLING;
	}
	return step;
}

/* What is fixed is one with what is fixed before it, of the same shape. */
static int add_step(struct kcov_die_shapes *shapes, struct kcov_die_shape *shape,
		    struct kcov_die_step step)
{
	struct kcov_die_step *last = shape->n_steps ? &shapes->steps.at[shapes->steps.n - 1] : NULL;

	if (step.kind == KCOV_DIE_STEP_FIXED && !step.size)
		return 0;
	if (step.kind == KCOV_DIE_STEP_FIXED && last && last->kind == KCOV_DIE_STEP_FIXED &&
	    last->size <= UINT8_MAX - step.size) {
		last->size = (uint8_t)(last->size + step.size);
		return 0;
	}
	last = KCOV_TABLE_ADD(&shapes->steps);
	if (!last)
		return -ENOMEM;
	*last = step;
	shape->n_steps++;
	return 0;
}

/* A form that is not known matters when a DIE has it. */
static int read_attributes(struct kcov_die_shapes *shapes, struct kcov_reader *reader,
			   struct kcov_die_shape *shape)
{
	for (;;) {
		const uint64_t name = kcov_read_uleb(reader), form = kcov_read_uleb(reader);
		int rc;

		if (reader->failed || (!name && !form))
			return 0;
		if (form == DW_FORM_implicit_const)
			kcov_read_sleb(reader);
		if (name == DW_AT_low_pc || name == DW_AT_ranges)
			shape->has_addresses = true;
		rc = add_step(shapes, shape, step_of(shapes, name, form));
		if (rc < 0)
			return rc;
	}
}

static int read_shapes(struct kcov_die_shapes *shapes, struct kcov_reader *reader,
		       const char **cause)
{
	for (;;) {
		const uint64_t code = kcov_read_uleb(reader);
		struct kcov_die_shape *shape;
		int rc;

		if (reader->failed)
			return kcov_damage(cause, "its abbreviations are cut");
		if (!code)
			return 0;
		shape = KCOV_TABLE_ADD(&shapes->all);
		if (!shape)
			return -ENOMEM;
		*shape = (struct kcov_die_shape){ .code = code, .first_step = shapes->steps.n };
		shape->tag = kcov_read_uleb(reader);
		shape->has_children = kcov_read_byte(reader);
		shape->attributes = reader->at;
		rc = read_attributes(shapes, reader, shape);
		if (rc < 0)
			return rc;
	}
}

static int shape_compare(const void *a, const void *b)
{
	const struct kcov_die_shape *x = a, *y = b;

	return (x->code > y->code) - (x->code < y->code);
}

static void sort_shapes(struct kcov_die_shapes *shapes)
{
	size_t i = 0;

	/* Compilers number them from 1 on. */
	while (i < shapes->all.n && shapes->all.at[i].code == i + 1)
		i++;
	if (i < shapes->all.n)
		qsort(shapes->all.at, shapes->all.n, sizeof(*shapes->all.at), shape_compare);
}

static int read_abbreviations(struct kcov_dwarf_sections *sections, struct kcov_die_shapes *shapes,
			      const char **cause)
{
	const struct kcov_dwarf_section *section = &sections->abbreviations;
	struct kcov_reader reader = kcov_dwarf_section_read(section);
	const uint8_t *begin;
	int rc;

	kcov_read_piece(&reader, shapes->offset);
	begin = reader.at;
	shapes->end = reader.end;
	rc = read_shapes(shapes, &reader, cause);
	if (rc < 0)
		return rc;
	if (__atomic_add_fetch(&sections->n_abbreviations_read, (size_t)(reader.at - begin),
			       __ATOMIC_RELAXED) > KCOV_DWARF_READ_LIMIT * section->n)
		return kcov_damage(cause, "too many abbreviations");
	sort_shapes(shapes);
	shapes->is_read = true;
	return 0;
}

static bool are_of(const struct kcov_die_shapes *shapes, const struct kcov_die_shapes *wanted)
{
	return shapes->is_read && shapes->offset == wanted->offset &&
	       shapes->version == wanted->version && shapes->offset_size == wanted->offset_size &&
	       shapes->address_size == wanted->address_size;
}

int kcov_die_shapes_read(struct kcov_dwarf_sections *sections, const struct kcov_die_shapes *wanted,
			 const char **cause, struct kcov_die_shapes *shapes)
{
	if (are_of(shapes, wanted))
		return 0;
	kcov_die_shapes_fini(shapes);
	*shapes = *wanted;
	return read_abbreviations(sections, shapes, cause);
}

static int code_compare(const void *key, const void *shape)
{
	const uint64_t code = *(const uint64_t *)key,
		       other = ((const struct kcov_die_shape *)shape)->code;

	return (code > other) - (code < other);
}

const struct kcov_die_shape *kcov_die_shape_search(const struct kcov_die_shapes *shapes,
						   uint64_t code)
{
	return shapes->all.n ? bsearch(&code, shapes->all.at, shapes->all.n,
				       sizeof(*shapes->all.at), code_compare)
			     : NULL;
}
