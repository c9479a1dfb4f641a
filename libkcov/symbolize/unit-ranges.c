// SPDX-License-Identifier: MIT
#include "unit-ranges.h"

#include "die.h"
#include "error.h"

#include <dwarf.h>
#include <errno.h>

static int fail(const struct kcov_image *image, struct kcov_symbolize_error **error, int rc,
		Dwarf_Off unit, const char *cause)
{
	return kcov_error_set(error, rc, "%s: the DWARF of the unit at 0x%llx is damaged: %s",
			      image->path, (unsigned long long)unit, cause);
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

int kcov_unit_ranges_read(const struct kcov_image *image, Dwarf *handle,
			  struct kcov_symbolize_error **error, struct kcov_ranges *ret)
{
	const char *cause = "";
	Dwarf_Off last = 0;
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	int more;

	while ((more = dwarf_get_units(handle, cu, &cu, NULL, NULL, &die, NULL)) == 0) {
		int tag = dwarf_tag(&die), rc = 0;

		last = dwarf_dieoffset(&die);
		if (tag == DW_TAG_compile_unit)
			rc = kcov_die_add_ranges(&die, last, &cause, ret);
		else if (tag == DW_TAG_invalid)
			return fail(image, error, -EBADMSG, last, kcov_error_libdw());
		if (rc < 0)
			return fail(image, error, rc, last, cause);
	}
	if (more < 0)
		return kcov_error_set(error, -EBADMSG,
				      "%s: the DWARF behind the unit at 0x%llx is damaged: %s",
				      image->path, (unsigned long long)last, kcov_error_libdw());
	keep_text(ret, image);
	return 0;
}
