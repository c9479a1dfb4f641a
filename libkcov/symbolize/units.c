// SPDX-License-Identifier: MIT
#include "units.h"

#include "die.h"
#include "error.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

static int fail(const struct kcov_units *units, struct kcov_symbolize_error **error, int rc,
		Dwarf_Off unit, const char *cause)
{
	return kcov_error_set(error, rc, "%s: the DWARF of the unit at 0x%llx is damaged: %s",
			      units->image->path, (unsigned long long)unit, cause);
}

/* What the linker threw away stays behind at address 0 or thereabouts. */
static void keep_text(struct kcov_ranges *ranges, const struct kcov_image *image)
{
	size_t kept = 0;

	for (size_t i = 0; i < ranges->n; i++) {
		if (kcov_image_is_text(image, ranges->at[i].low))
			ranges->at[kept++] = ranges->at[i];
	}
	ranges->n = kept;
}

static int add_arange(Dwarf_Arange *arange, struct kcov_ranges *ranges)
{
	Dwarf_Addr low;
	Dwarf_Word length;
	Dwarf_Off unit;

	if (dwarf_getarangeinfo(arange, &low, &length, &unit) != 0 || length > UINT64_MAX - low)
		return 0;
	return kcov_ranges_add(ranges, low, low + length, unit);
}

/* They only make it faster: what they lack, or are too damaged to say, the units say. */
static int units_read_aranges(struct kcov_units *units)
{
	_cleanup_(kcov_ranges_fini) struct kcov_ranges ranges = {};
	Dwarf_Aranges *aranges;
	size_t n;

	if (dwarf_getaranges(units->handle, &aranges, &n) != 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		int rc = add_arange(dwarf_onearange(aranges, i), &ranges);

		if (rc < 0)
			return rc;
	}
	keep_text(&ranges, units->image);
	return kcov_steps_init(&ranges, &units->by_arange);
}

static int units_collect(struct kcov_units *units, struct kcov_ranges *ranges,
			 struct kcov_symbolize_error **error)
{
	const char *cause = "";
	Dwarf_Off last = 0;
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	int more;

	while ((more = dwarf_get_units(units->handle, cu, &cu, NULL, NULL, &die, NULL)) == 0) {
		int tag = dwarf_tag(&die), rc = 0;

		last = dwarf_dieoffset(&die);
		if (tag == DW_TAG_compile_unit)
			rc = kcov_die_add_ranges(&die, last, &cause, ranges);
		else if (tag == DW_TAG_invalid)
			return fail(units, error, -EBADMSG, last, kcov_error_libdw());
		if (rc < 0)
			return fail(units, error, rc, last, cause);
	}
	if (more < 0)
		return kcov_error_set(
			error, -EBADMSG, "%s: the DWARF behind the unit at 0x%llx is damaged: %s",
			units->image->path, (unsigned long long)last, kcov_error_libdw());
	return 0;
}

static int units_read_all(struct kcov_units *units, struct kcov_symbolize_error **error)
{
	_cleanup_(kcov_ranges_fini) struct kcov_ranges ranges = {};
	int rc = units_collect(units, &ranges, error);

	if (rc < 0)
		return rc;
	keep_text(&ranges, units->image);
	rc = kcov_steps_init(&ranges, &units->by_unit);
	if (rc < 0)
		return fail(units, error, rc, 0, "");
	units->has_all = true;
	return 0;
}

int kcov_units_find_offset(struct kcov_units *units, uint64_t address,
			   struct kcov_symbolize_error **error, uint64_t *ret)
{
	uint64_t offset = kcov_steps_find(&units->by_arange, address);

	if (offset == KCOV_STEP_NONE && !units->has_all) {
		int rc = units_read_all(units, error);

		if (rc < 0)
			return rc;
	}
	if (offset == KCOV_STEP_NONE)
		offset = kcov_steps_find(&units->by_unit, address);
	*ret = offset;
	return 0;
}

/* Where a unit is, or would be, among those read. */
static size_t units_index(const struct kcov_units *units, Dwarf_Off offset)
{
	size_t low = 0, high = units->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (units->at[middle]->offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int units_insert(struct kcov_units *units, struct kcov_unit *unit, size_t i)
{
	struct kcov_unit **at = reallocarray(units->at, units->n + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	memmove(&at[i + 1], &at[i], (units->n - i) * sizeof(*at));
	at[i] = unit;
	units->at = at;
	units->n++;
	return 0;
}

static int units_read(struct kcov_units *units, Dwarf_Off offset, size_t i,
		      struct kcov_symbolize_error **error)
{
	struct kcov_unit *unit;
	const char *cause = "";
	Dwarf_Die cudie;
	int rc;

	if (!dwarf_offdie(units->handle, offset, &cudie))
		return fail(units, error, -EBADMSG, offset, kcov_error_libdw());
	rc = kcov_unit_read(&cudie, &cause, &unit);
	if (rc < 0)
		return fail(units, error, rc, offset, cause);
	rc = units_insert(units, unit, i);
	if (rc < 0) {
		kcov_unit_free(unit);
		return fail(units, error, rc, offset, "");
	}
	return 0;
}

int kcov_units_find(struct kcov_units *units, uint64_t address, struct kcov_symbolize_error **error,
		    struct kcov_unit **ret)
{
	uint64_t offset;
	size_t i;
	int rc = kcov_units_find_offset(units, address, error, &offset);

	if (rc < 0)
		return rc;
	if (offset == KCOV_STEP_NONE) {
		*ret = NULL;
		return 0;
	}
	i = units_index(units, offset);
	if (i == units->n || units->at[i]->offset != offset) {
		rc = units_read(units, offset, i, error);
		if (rc < 0)
			return rc;
	}
	*ret = units->at[i];
	return 0;
}

int kcov_units_init(const struct kcov_image *image, Dwarf *handle, struct kcov_units *ret)
{
	struct kcov_units units = { .image = image, .handle = handle };
	int rc = units_read_aranges(&units);

	if (rc == 0)
		*ret = units;
	return rc;
}

void kcov_units_fini(struct kcov_units *units)
{
	for (size_t i = 0; i < units->n; i++)
		kcov_unit_free(units->at[i]);
	free(units->at);
	kcov_steps_fini(&units->by_arange);
	kcov_steps_fini(&units->by_unit);
}
