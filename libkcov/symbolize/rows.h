/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_ROWS_H
#define KCOV_SYMBOLIZE_ROWS_H

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

/* From this address to that of the next row. */
struct kcov_row {
	uint64_t low;
	/* As in the line table; KCOV_FILE_NONE past the end of a sequence. */
	uint32_t file;
	uint32_t line;
	uint32_t column;
};

/* The line table of a unit, sorted, one row an address. */
struct kcov_rows {
	struct kcov_row *at;
	size_t n;
};

/*
 * A unit without a line table has no rows. Returns 0, -ENOMEM, or -EBADMSG, and cause
 * says why.
 */
int kcov_rows_read(Dwarf_Die *cudie, const char **cause, struct kcov_rows *ret);

void kcov_rows_fini(struct kcov_rows *rows);

#endif
