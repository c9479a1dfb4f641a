// SPDX-License-Identifier: MIT
#include "source-root.h"

#include "../base/cleanup.h"
#include "../base/path.h"
#include "die.h"

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

struct naming {
	struct kcov_arena *arena;
	const char *name;
};

static int read_name(void *at, struct kcov_split_unit *half, const char **cause)
{
	struct naming *naming = at;

	return kcov_split_unit_name(half, naming->arena, cause, &naming->name);
}

/* A unit that is split has its name in the other half. */
static int unit_name(Dwarf_Die *cudie, struct kcov_split_search *splits, struct kcov_arena *arena,
		     const char **ret)
{
	_cleanup_(kcov_other_files_fini) struct kcov_other_files files = {};
	struct naming naming = { .arena = arena };
	const struct kcov_split_reader reader = { read_name, &naming };
	struct kcov_skeleton skeleton;
	const char *cause;
	int rc;

	*ret = kcov_die_string(cudie, DW_AT_name);
	if (*ret || kcov_skeleton_read(cudie, &cause, &skeleton) <= 0)
		return 0;
	rc = kcov_split_search(splits, &skeleton, &reader, arena, &cause, &files);
	*ret = naming.name;
	return rc == -ENOMEM ? rc : 0;
}

/*
 * A kernel that was built outside its source tree (make O=) was compiled in the build
 * directory, from source files elsewhere. No attribute says where the source tree is,
 * but the name of one unit ends in what is known.
 */
int kcov_source_root_find(const struct kcov_image *image, Dwarf *handle,
			  const struct kcov_steps *units, struct kcov_split_search *splits,
			  struct kcov_arena *arena, const char **ret)
{
	const struct kcov_symbol *symbol = kcov_symtab_find_name(&image->symtab, KNOWN_FUNCTION);
	uint64_t unit = symbol ? kcov_steps_find(units, symbol->address) : KCOV_STEP_NONE;
	const char *name;
	Dwarf_Die cudie;
	char *path;
	int rc;

	*ret = NULL;
	if (unit == KCOV_STEP_NONE || !dwarf_offdie(handle, unit, &cudie))
		return 0;
	rc = unit_name(&cudie, splits, arena, &name);
	if (rc < 0)
		return rc;
	if (!name || !*name)
		return 0;
	path = kcov_path_resolve(arena, kcov_die_string(&cudie, DW_AT_comp_dir), NULL, name);
	if (!path)
		return -ENOMEM;
	if (cut_suffix(path, KNOWN_FILE))
		*ret = path;
	return 0;
}
