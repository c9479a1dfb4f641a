// SPDX-License-Identifier: MIT
#include "read-dwarf.h"

#include "../base/cleanup.h"
#include "../base/error.h"
#include "source-root.h"

#include <errno.h>

void kcov_dwarf_fini(struct kcov_dwarf *dwarf)
{
	kcov_read_units_fini(&dwarf->units);
	kcov_unit_ranges_fini(&dwarf->ranges);
	kcov_split_search_fini(&dwarf->splits);
	kcov_steps_fini(&dwarf->pieces);
	kcov_arena_fini(&dwarf->arena);
	free(dwarf->offsets);
	dwarf_end(dwarf->handle);
	kcov_supplement_detach(&dwarf->supplement_handle);
	*dwarf = (struct kcov_dwarf){};
}

/* The offsets of the units in ranges, sorted, each once; into memory that the caller frees. */
static int offsets_of(const struct kcov_ranges *ranges, uint64_t **ret, size_t *ret_n)
{
	uint64_t *offsets = reallocarray(NULL, ranges->n + 1, sizeof(*offsets));
	size_t n = 0;

	if (!offsets)
		return -ENOMEM;
	for (size_t i = 0; i < ranges->n; i++)
		offsets[i] = ranges->at[i].id;
	qsort(offsets, ranges->n, sizeof(*offsets), kcov_offset_compare);
	for (size_t i = 0; i < ranges->n; i++) {
		if (!n || offsets[n - 1] != offsets[i])
			offsets[n++] = offsets[i];
	}
	*ret = offsets;
	*ret_n = n;
	return 0;
}

static int read_all(const struct kcov_image *image, const struct kcov_image *source,
		    struct kcov_dwarf *dwarf)
{
	struct kcov_unit_context context = { .sections = &dwarf->sections, .text = &source->text };
	size_t n = 0;
	int rc = kcov_supplement_find(source, &dwarf->arena, &dwarf->supplement);

	if (rc < 0)
		return rc;
	kcov_supplement_attach(&dwarf->supplement, dwarf->handle, &dwarf->supplement_handle);
	kcov_dwarf_sections_init(dwarf_getelf(dwarf->handle), "", &dwarf->sections);
	context.nameless = dwarf->supplement.cause;
	rc = kcov_unit_ranges_read(dwarf->handle, &context, &dwarf->ranges);
	kcov_die_shapes_fini(&context.shapes);
	if (rc == 0 && dwarf->ranges.has_skeletons)
		rc = kcov_split_search_init(image, &dwarf->splits);
	if (rc == 0)
		rc = offsets_of(&dwarf->ranges.ranges, &dwarf->offsets, &n);
	if (rc == 0)
		rc = kcov_steps_init(&dwarf->ranges.ranges, &dwarf->pieces);
	if (rc == 0)
		rc = kcov_source_root_find(image, dwarf->handle, &dwarf->pieces, &dwarf->splits,
					   &dwarf->arena, &dwarf->source_root);
	if (rc == 0)
		rc = kcov_read_units(source, dwarf->handle, &dwarf->supplement, &dwarf->sections,
				     &dwarf->splits, dwarf->offsets, n, &dwarf->units);
	return rc;
}

int kcov_dwarf_read(const struct kcov_image *image, struct kcov_symbolize_error **error,
		    struct kcov_dwarf *ret)
{
	const struct kcov_image *source = kcov_image_dwarf(image);
	_cleanup_(kcov_dwarf_fini) struct kcov_dwarf dwarf = {};
	int rc = kcov_image_relocate(source, error);

	if (rc < 0)
		return rc;
	dwarf.handle = dwarf_begin_elf(source->elf, DWARF_C_READ, NULL);
	if (!dwarf.handle)
		return kcov_error_set(error, -EINVAL, "%s: damaged: no DWARF to be read: %s",
				      source->path, kcov_error_libdw());
	rc = read_all(image, source, &dwarf);
	if (rc < 0)
		return kcov_error_set(error, rc, "%s", source->path);
	*ret = dwarf;
	dwarf = (struct kcov_dwarf){};
	return 0;
}
