/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_UNIT_DIES_H
#define KCOV_SYMBOLIZE_UNIT_DIES_H

#include "other-file.h"
#include "split-unit.h"

#include <elfutils/libdw.h>

/* What units are read with; one for each thread, but for the sections. */
struct kcov_unit_context {
	struct kcov_dwarf_sections *sections;
	/* Of the image: what is said of elsewhere was thrown away by the linker. */
	const struct kcov_sections *text;
	/* Why a name cannot be read, as of a supplement; NULL: the image has none. */
	const char *nameless;
	struct kcov_die_shapes shapes;
	/* Where other halves are looked for; NULL: a skeleton's lines will do. */
	struct kcov_split_search *splits;
	struct kcov_die_shapes split_shapes;
	/* Of causes that are no constants; it stays as long as they do. */
	struct kcov_arena *causes;
	/* Those of other halves, as of kcov_split_search(); who has the context frees it. */
	struct kcov_other_files others;
};

/*
 * The DIEs of a unit: one behind the other, and one that was gone to, of which is asked what it
 * says. libdw knows that of what is linked; split-die.h knows it of the half that is not.
 */
struct kcov_unit_dies {
	struct kcov_dies dies;
	Dwarf *handle;
	/* NULL: all of it is linked. */
	struct kcov_split_unit *split;
	/* As of the context. */
	const char *nameless;
	/* What was gone to: one of these. */
	Dwarf_Die linked_die;
	struct kcov_split_die split_die;
};

/*
 * Begin with the unit's own DIE, and go to it. split is the half of it that is not linked, or NULL.
 * Returns 0, -ENOMEM, or -EBADMSG, and cause says why; as all of these do but for -ENOMEM.
 */
int kcov_unit_dies_open(Dwarf_Die *cudie, struct kcov_split_unit *split,
			struct kcov_unit_context *context, const char **cause,
			struct kcov_unit_dies *ret, struct kcov_dies_one *ret_unit);

int kcov_unit_dies_go(struct kcov_unit_dies *dies, uint64_t offset, const char **cause);

/*
 * Go on to what the DIE comes from: what was inlined, or where it is declared. Whether there is
 * such a DIE, at *ret.
 */
bool kcov_unit_dies_go_to_origin(struct kcov_unit_dies *dies, uint64_t *ret);

/* Its name, or that of what it comes from; NULL: it has none. */
int kcov_unit_dies_name(const struct kcov_unit_dies *dies, const char **cause, const char **ret);

/* As kcov_die_add_ranges(). */
int kcov_unit_dies_add_ranges(struct kcov_unit_dies *dies, const struct kcov_sections *text,
			      uint64_t id, const char **cause, struct kcov_ranges *ranges);

/* Where it is called from, if it is a call. */
void kcov_unit_dies_read_call(struct kcov_unit_dies *dies, struct kcov_die_call *ret);

/* The language of a unit; 0: it does not say. */
uint32_t kcov_unit_dies_language(struct kcov_unit_dies *dies);

#endif
