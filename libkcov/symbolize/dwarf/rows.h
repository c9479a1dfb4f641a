/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_ROWS_H
#define KCOV_SYMBOLIZE_ROWS_H

#include "../image/sections.h"
#include "line-table.h"

/* From this address to that of the next row. */
struct kcov_row {
	uint64_t low;
	/* As in the line table; KCOV_FILE_NONE past the end of a sequence. */
	uint32_t file;
	uint32_t line;
	uint32_t column;
	/* As it came, where that decides; 0 elsewhere. */
	uint32_t number;
};

/* The rows of a line table, sorted, one an address. */
struct kcov_rows {
	struct kcov_row *at;
	size_t n;
};

/*
 * Rows of sequences that begin in text: what the linker threw away stays behind at address 0 or
 * thereabouts, where there may be text by now. Returns 0, -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_rows_read(const struct kcov_line_table *table, const struct kcov_sections *text,
		   const char **cause, struct kcov_rows *ret);

void kcov_rows_fini(struct kcov_rows *rows);

#endif
