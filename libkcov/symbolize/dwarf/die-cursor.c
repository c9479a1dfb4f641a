// SPDX-License-Identifier: MIT
#include "die-cursor.h"

#include "../base/cleanup.h"
#include "../base/damage.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* What an attribute is followed by. */
enum step {
	/* So many bytes. */
	STEP_FIXED,
	/* A number of 7 bits a byte. */
	STEP_LEB,
	/* As many bytes as a number of size bytes before them says; 0: a number of 7 bits a byte.
	 */
	STEP_BLOCK,
	STEP_TEXT,
	/* Where the next sibling is, in size bytes; 0: a number of 7 bits a byte. */
	STEP_SIBLING,
	/* A form, and what it is followed by. */
	STEP_INDIRECT,
	STEP_NONE,
};

void kcov_die_shapes_fini(struct kcov_die_shapes *shapes)
{
	free(shapes->all.at);
	free(shapes->steps.at);
	*shapes = (struct kcov_die_shapes){};
}

static struct kcov_die_step step_of_form(const struct kcov_die_shapes *shapes, uint64_t form)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		return (struct kcov_die_step){ STEP_FIXED, 0 };
	case DW_FORM_data1:
	case DW_FORM_ref1:
	case DW_FORM_flag:
	case DW_FORM_strx1:
	case DW_FORM_addrx1:
		return (struct kcov_die_step){ STEP_FIXED, 1 };
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2:
		return (struct kcov_die_step){ STEP_FIXED, 2 };
	case DW_FORM_strx3:
	case DW_FORM_addrx3:
		return (struct kcov_die_step){ STEP_FIXED, 3 };
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_ref_sup4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
		return (struct kcov_die_step){ STEP_FIXED, 4 };
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sig8:
	case DW_FORM_ref_sup8:
		return (struct kcov_die_step){ STEP_FIXED, 8 };
	case DW_FORM_data16:
		return (struct kcov_die_step){ STEP_FIXED, 16 };
	case DW_FORM_addr:
		return (struct kcov_die_step){ STEP_FIXED, (uint8_t)shapes->address_size };
	case DW_FORM_ref_addr:
		return (struct kcov_die_step){
			STEP_FIXED,
			(uint8_t)(shapes->version == 2 ? shapes->address_size : shapes->offset_size)
		};
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_sec_offset:
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
		return (struct kcov_die_step){ STEP_FIXED, (uint8_t)shapes->offset_size };
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
		return (struct kcov_die_step){ STEP_LEB, 0 };
	case DW_FORM_block:
	case DW_FORM_exprloc:
		return (struct kcov_die_step){ STEP_BLOCK, 0 };
	case DW_FORM_block1:
		return (struct kcov_die_step){ STEP_BLOCK, 1 };
	case DW_FORM_block2:
		return (struct kcov_die_step){ STEP_BLOCK, 2 };
	case DW_FORM_block4:
		return (struct kcov_die_step){ STEP_BLOCK, 4 };
	case DW_FORM_string:
		return (struct kcov_die_step){ STEP_TEXT, 0 };
	case DW_FORM_indirect:
		return (struct kcov_die_step){ STEP_INDIRECT, 0 };
	default:
		return (struct kcov_die_step){ STEP_NONE, 0 };
	}
}

static struct kcov_die_step step_of(const struct kcov_die_shapes *shapes, uint64_t name,
				    uint64_t form)
{
	struct kcov_die_step step = step_of_form(shapes, form);

	switch (form) {
	case DW_FORM_ref1:
	case DW_FORM_ref2:
	case DW_FORM_ref4:
	case DW_FORM_ref8:
	case DW_FORM_ref_udata:
		if (name == DW_AT_sibling)
			step.kind = STEP_SIBLING;
	}
	return step;
}

/* What is fixed is one with what is fixed before it, of the same shape. */
static int add_step(struct kcov_die_shapes *shapes, struct kcov_die_shape *shape,
		    struct kcov_die_step step)
{
	struct kcov_die_step *last = shape->n_steps ? &shapes->steps.at[shapes->steps.n - 1] : NULL;

	if (step.kind == STEP_FIXED && !step.size)
		return 0;
	if (step.kind == STEP_FIXED && last && last->kind == STEP_FIXED &&
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
	int rc = 0;

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
	if (!are_of(shapes, &wanted)) {
		kcov_die_shapes_fini(shapes);
		*shapes = wanted;
		rc = read_abbreviations(sections, shapes, cause);
	}
	return rc;
}

static int code_compare(const void *key, const void *shape)
{
	const uint64_t code = *(const uint64_t *)key,
		       other = ((const struct kcov_die_shape *)shape)->code;

	return (code > other) - (code < other);
}

static const struct kcov_die_shape *find_shape(const struct kcov_die_shapes *shapes, uint64_t code)
{
	if (code <= shapes->all.n && shapes->all.at[code - 1].code == code)
		return &shapes->all.at[code - 1];
	return shapes->all.n ? bsearch(&code, shapes->all.at, shapes->all.n,
				       sizeof(*shapes->all.at), code_compare)
			     : NULL;
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

	switch ((enum step)step.kind) {
	case STEP_FIXED:
		kcov_read_piece(reader, step.size);
		break;
	case STEP_LEB:
		kcov_read_uleb(reader);
		break;
	case STEP_BLOCK:
		kcov_read_piece(reader, read_sized(reader, step.size));
		break;
	case STEP_TEXT:
		skip_text(reader);
		break;
	case STEP_SIBLING: {
		const uint64_t offset = read_sized(reader, step.size);

		if (offset <= (uint64_t)(reader->end - dies->unit))
			one->sibling = dies->unit + offset;
		else
			reader->failed = true;
		break;
	}
	case STEP_INDIRECT: {
		struct kcov_die_step real = step_of_form(dies->shapes, kcov_read_uleb(reader));

		/* One that leads to another could do so for ever. */
		if (real.kind == STEP_INDIRECT)
			reader->failed = true;
		else
			take_step(dies, real, one);
		break;
	}
	case STEP_NONE:
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
		one.shape = find_shape(dies->shapes, code);
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
	struct kcov_die_step step = step_of_form(shapes, form);

	if (step.kind == STEP_INDIRECT) {
		form = kcov_read_uleb(reader);
		step = step_of_form(shapes, form);
	}
	*ret = (struct kcov_die_value){ .form = form };
	if (step.kind == STEP_FIXED && step.size <= sizeof(ret->number)) {
		ret->number = kcov_read_fixed(reader, step.size);
	} else if (step.kind == STEP_FIXED) {
		kcov_read_piece(reader, step.size);
	} else if (step.kind == STEP_LEB) {
		ret->number = kcov_read_uleb(reader);
	} else if (step.kind == STEP_BLOCK) {
		kcov_read_piece(reader, read_sized(reader, step.size));
	} else if (step.kind == STEP_TEXT) {
		ret->text = (const char *)reader->at;
		skip_text(reader);
	} else {
		reader->failed = true;
	}
	if (reader->failed)
		*ret = (struct kcov_die_value){};
}

int kcov_dies_at(const struct kcov_dies *dies, uint64_t offset, const char **cause,
		 struct kcov_dies_one *ret)
{
	struct kcov_dies there = *dies;

	there.reader = (struct kcov_reader){ .at = dies->unit, .end = dies->reader.end };
	kcov_read_piece(&there.reader, offset);
	return there.reader.failed ? kcov_damage(cause, "an offset is outside of its unit")
				   : kcov_dies_next(&there, cause, ret);
}
