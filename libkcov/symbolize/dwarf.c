// SPDX-License-Identifier: MIT
#include "dwarf.h"

#include "die.h"
#include "error.h"
#include "path.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* The one file whose place in the source tree everybody knows, and what it defines. */
#define KNOWN_FUNCTION "start_kernel"
#define KNOWN_FILE "/init/main.c"

/* Cut off a suffix; whether there was one. */
static bool cut_suffix(char *text, const char *suffix)
{
	size_t n = strlen(text), suffix_n = strlen(suffix);

	if (n < suffix_n || strcmp(text + n - suffix_n, suffix) != 0)
		return false;
	text[n - suffix_n] = '\0';
	return true;
}

static int source_root_of_unit(struct kcov_dwarf *dwarf, Dwarf_Off unit)
{
	const char *name;
	Dwarf_Die cudie;
	char *path;

	if (!dwarf_offdie(dwarf->handle, unit, &cudie))
		return 0;
	name = kcov_die_string(&cudie, DW_AT_name);
	if (!name || !*name)
		return 0;
	path = kcov_path_resolve(&dwarf->arena, kcov_die_string(&cudie, DW_AT_comp_dir), name);
	if (!path)
		return -ENOMEM;
	if (cut_suffix(path, KNOWN_FILE))
		dwarf->source_root = path;
	return 0;
}

/*
 * A kernel that was built outside its source tree (make O=) was compiled in the build
 * directory, from source files elsewhere. No attribute says where the source tree is,
 * but the name of one unit ends in what is known.
 */
static int dwarf_find_source_root(struct kcov_dwarf *dwarf, struct kcov_symbolize_error **error)
{
	const struct kcov_symbol *symbol;
	uint64_t unit = KCOV_STEP_NONE;
	int rc = 0;

	if (dwarf->has_source_root)
		return 0;
	symbol = kcov_symtab_find_name(&dwarf->image->symtab, KNOWN_FUNCTION);
	if (symbol)
		rc = kcov_units_find_offset(&dwarf->units, symbol->address, error, &unit);
	if (rc < 0)
		return rc;
	if (unit != KCOV_STEP_NONE && source_root_of_unit(dwarf, unit) < 0)
		return kcov_error_set(error, -ENOMEM, "%s", dwarf->image->path);
	dwarf->has_source_root = true;
	return 0;
}

/* What is left of path below the build directory or below the source tree. */
static const char *dwarf_shorten(const struct kcov_dwarf *dwarf, const struct kcov_unit *unit,
				 const char *path)
{
	const char *below_build = kcov_path_below(path, unit->directory);
	const char *below_source = kcov_path_below(path, dwarf->source_root);

	/* The one may lie in the other: both are ends of path, and the shorter is right. */
	if (below_build && below_source)
		return below_build > below_source ? below_build : below_source;
	if (below_source)
		return below_source;
	return below_build ? below_build : path;
}

/* Fill in path and file, if the unit has a file of that number. */
static int frame_set_file(struct kcov_dwarf *dwarf, const struct kcov_unit *unit, uint32_t i,
			  struct kcov_frame *frame)
{
	struct kcov_source *source;

	if (i >= unit->n_sources)
		return 0;
	source = &unit->sources[i];
	if (!source->path) {
		const char *name = dwarf_filesrc(unit->files, i, NULL, NULL);

		/* What libdw has for number 0 before DWARF 5: not known. */
		if (!name || !*name || strcmp(name, "???") == 0)
			return 0;
		source->path = kcov_path_resolve(&dwarf->arena, unit->directory, name);
		if (!source->path)
			return -ENOMEM;
		source->file = dwarf_shorten(dwarf, unit, source->path);
	}
	frame->path = source->path;
	frame->file = source->file;
	return 0;
}

static const char *scope_name(struct kcov_dwarf *dwarf, struct kcov_scope *scope)
{
	Dwarf_Die die;

	/* Through abstract origins and specifications, of which libdw follows 16. */
	if (!scope->name && dwarf_offdie(dwarf->handle, scope->die, &die))
		scope->name = dwarf_diename(&die);
	return scope->name;
}

static size_t count_frames(const struct kcov_unit *unit, const struct kcov_span *span)
{
	uint32_t scope = span->scope;
	size_t n = 0;

	for (; scope != KCOV_SCOPE_NONE; scope = unit->scopes[scope].parent)
		n++;
	if (n == 0 && span->file != KCOV_FILE_NONE)
		n = 1;
	return n;
}

static int dwarf_fill(struct kcov_dwarf *dwarf, const struct kcov_unit *unit,
		      const struct kcov_span *span, struct kcov_frame *frames, size_t n)
{
	uint32_t file = span->file, scope = span->scope;
	uint32_t line = span->line, column = span->column;

	for (size_t i = 0; i < n; i++) {
		struct kcov_scope *at;
		int rc;

		frames[i] = (struct kcov_frame){ .line = line, .column = column };
		rc = frame_set_file(dwarf, unit, file, &frames[i]);
		if (rc < 0)
			return rc;
		if (scope == KCOV_SCOPE_NONE)
			continue;
		at = &unit->scopes[scope];
		frames[i].function = scope_name(dwarf, at);
		file = at->call_file;
		line = at->call_line;
		column = at->call_column;
		scope = at->parent;
	}
	return 0;
}

int kcov_dwarf_find(struct kcov_dwarf *dwarf, uint64_t address, struct kcov_symbolize_error **error,
		    struct kcov_frame **ret, size_t *ret_n)
{
	const struct kcov_span *span;
	struct kcov_frame *frames = NULL;
	struct kcov_unit *unit;
	size_t n = 0;
	int rc = kcov_units_find(&dwarf->units, address, error, &unit);

	if (rc == 0)
		rc = dwarf_find_source_root(dwarf, error);
	if (rc < 0)
		return rc;
	span = unit ? kcov_unit_find(unit, address) : NULL;
	if (span)
		n = count_frames(unit, span);
	if (n) {
		frames = kcov_arena_alloc(&dwarf->arena, n * sizeof(*frames));
		if (!frames || dwarf_fill(dwarf, unit, span, frames, n) < 0)
			return kcov_error_set(error, -ENOMEM, "%s", dwarf->image->path);
	}
	*ret = frames;
	*ret_n = n;
	return 0;
}

int kcov_dwarf_open(const struct kcov_image *image, struct kcov_symbolize_error **error,
		    struct kcov_dwarf **ret)
{
	_cleanup_dwarf_ struct kcov_dwarf *dwarf = calloc(1, sizeof(*dwarf));

	if (!dwarf)
		return kcov_error_set(error, -ENOMEM, "%s", image->path);
	dwarf->image = image;
	dwarf->handle = dwarf_begin_elf(image->elf, DWARF_C_READ, NULL);
	if (!dwarf->handle)
		return kcov_error_set(error, -EINVAL, "%s: damaged: no DWARF to be read: %s",
				      image->path, kcov_error_libdw());
	if (kcov_units_init(image, dwarf->handle, &dwarf->units) < 0)
		return kcov_error_set(error, -ENOMEM, "%s", image->path);
	*ret = TAKE_PTR(dwarf);
	return 0;
}

void kcov_dwarf_close(struct kcov_dwarf *dwarf)
{
	if (!dwarf)
		return;
	kcov_units_fini(&dwarf->units);
	kcov_arena_fini(&dwarf->arena);
	dwarf_end(dwarf->handle);
	free(dwarf);
}
