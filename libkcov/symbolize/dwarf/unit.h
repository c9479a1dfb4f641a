/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_UNIT_H
#define KCOV_SYMBOLIZE_UNIT_H

#include "../base/arena.h"
#include "../base/cleanup.h"
#include "line-table.h"
#include "scopes.h"
#include "split-search.h"

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

/* From this address to that of the next span nothing changes. */
struct kcov_span {
	uint64_t low;
	/* The innermost scope, or KCOV_SCOPE_NONE. */
	uint32_t scope;
	/* Index into the files of the unit, or KCOV_FILE_NONE: the line is not known. */
	uint32_t file;
	uint32_t line;
	uint32_t column;
};

/* What one compile unit says of addresses. */
struct kcov_unit {
	/* What it was compiled in, normalised; or NULL. */
	char *directory;
	struct kcov_scope *scopes;
	size_t n_scopes;
	/* Sorted by address. */
	struct kcov_span *spans;
	size_t n_spans;
	/* Of names with a path. */
	struct kcov_arena arena;
	struct kcov_syscall_functions syscalls;
	/* The source files by number, in the image. */
	KCOV_TABLE(struct kcov_line_file) files;
};

/*
 * Read one compile unit, its DIE tree and its line table, once and whole. It holds
 * on to the Dwarf handle of cudie and to the sections but needs no other state, so that
 * several can be read at once from as many handles.
 *
 * Returns 0, -ENOMEM, or -EBADMSG: its DWARF is damaged, and cause says how.
 */
int kcov_unit_read(Dwarf_Die *cudie, struct kcov_unit_context *context, const char **cause,
		   struct kcov_unit **ret);

void kcov_unit_free(struct kcov_unit *unit);

/* The span that holds an address, or NULL if the unit knows nothing of it. */
const struct kcov_span *kcov_unit_find(const struct kcov_unit *unit, uint64_t address);

#endif
