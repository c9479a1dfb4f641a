// SPDX-License-Identifier: MIT
#include "unit-ranges.h"

#include "../base/cleanup.h"
#include "../base/damage.h"
#include "../base/error.h"
#include "die.h"

#include <dwarf.h>
#include <errno.h>

static void unit_freep(struct kcov_unit **unit)
{
	kcov_unit_free(*unit);
}

static int add_damaged(struct kcov_unit_ranges *units, uint64_t offset, const char *cause)
{
	struct kcov_damaged_unit *added = KCOV_TABLE_ADD(&units->damaged);

	if (!added)
		return -ENOMEM;
	*added = (struct kcov_damaged_unit){ offset, cause };
	return 0;
}

/* All that a unit has a function or a line for. */
static int add_spans(const struct kcov_unit *unit, uint64_t offset, struct kcov_ranges *ranges)
{
	int rc = 0;

	/* The last span says where the last but one ends. */
	for (size_t i = 0; rc == 0 && i + 1 < unit->n_spans; i++) {
		const struct kcov_span *span = &unit->spans[i];

		if (span->scope != KCOV_SCOPE_NONE || span->file != KCOV_FILE_NONE)
			rc = kcov_ranges_add(ranges, span->low, span[1].low, offset);
	}
	return rc;
}

static int add_own_ranges(Dwarf_Die *die, struct kcov_unit_context *context, const char **cause,
			  struct kcov_ranges *ranges)
{
	_cleanup_(unit_freep) struct kcov_unit *unit = NULL;
	int rc = kcov_unit_read(die, context, cause, &unit);

	return rc < 0 ? rc : add_spans(unit, dwarf_dieoffset(die), ranges);
}

static int add_unit(Dwarf_Die *die, struct kcov_unit_context *context, const char **cause,
		    struct kcov_ranges *ranges)
{
	if (dwarf_tag(die) == DW_TAG_invalid)
		return kcov_damage(cause, kcov_error_libdw());
	if (dwarf_tag(die) != DW_TAG_compile_unit && dwarf_tag(die) != DW_TAG_skeleton_unit)
		return 0;
	if (dwarf_hasattr(die, DW_AT_ranges) || dwarf_hasattr(die, DW_AT_high_pc))
		return kcov_die_add_ranges(die, context->text, dwarf_dieoffset(die), cause, ranges);
	return add_own_ranges(die, context, cause, ranges);
}

static int read_all(Dwarf *handle, struct kcov_unit_context *context,
		    struct kcov_unit_ranges *units)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Off last = 0;
	Dwarf_Die die;
	int more = 0, rc = 0;

	while (rc == 0 && (more = dwarf_get_units(handle, cu, &cu, NULL, NULL, &die, NULL)) == 0) {
		const char *cause = "";

		last = dwarf_dieoffset(&die);
		units->has_skeletons = units->has_skeletons || kcov_skeleton_is(&die);
		rc = add_unit(&die, context, &cause, &units->ranges);
		if (rc == -EBADMSG)
			rc = add_damaged(units, last, cause);
	}
	if (rc == 0 && more < 0)
		rc = add_damaged(units, last, "what is behind it cannot be read");
	return rc;
}

int kcov_unit_ranges_read(Dwarf *handle, struct kcov_unit_context *context,
			  struct kcov_unit_ranges *ret)
{
	_cleanup_(kcov_unit_ranges_fini) struct kcov_unit_ranges units = {};
	int rc = read_all(handle, context, &units);

	if (rc < 0)
		return rc;
	*ret = units;
	units = (struct kcov_unit_ranges){};
	return 0;
}

void kcov_unit_ranges_fini(struct kcov_unit_ranges *units)
{
	kcov_ranges_fini(&units->ranges);
	free(units->damaged.at);
	*units = (struct kcov_unit_ranges){};
}
