// SPDX-License-Identifier: MIT
#include "rows.h"

#include "cleanup.h"
#include "error.h"
#include "unit.h"

#include <dwarf.h>
#include <errno.h>

/* Returns 0, or -1 as libdw does. */
static int row_read(Dwarf_Line *line, struct kcov_row *ret)
{
	struct kcov_row row = { .file = KCOV_FILE_NONE };
	Dwarf_Files *files;
	size_t file;
	bool is_end;
	int number, column;

	if (dwarf_lineaddr(line, &row.low) || dwarf_lineendsequence(line, &is_end))
		return -1;
	if (!is_end) {
		if (dwarf_lineno(line, &number) || dwarf_linecol(line, &column) ||
		    dwarf_line_file(line, &files, &file))
			return -1;
		row.file = (uint32_t)file;
		row.line = (uint32_t)number;
		row.column = (uint32_t)column;
	}
	*ret = row;
	return 0;
}

int kcov_rows_read(Dwarf_Die *cudie, const char **cause, struct kcov_rows *ret)
{
	_cleanup_(kcov_rows_fini) struct kcov_rows rows = {};
	Dwarf_Lines *lines;
	size_t n;

	if (!dwarf_hasattr(cudie, DW_AT_stmt_list))
		return 0;
	/* They come sorted by address, what ends a sequence before what begins one. */
	if (dwarf_getsrclines(cudie, &lines, &n) != 0) {
		*cause = kcov_error_libdw();
		return -EBADMSG;
	}
	rows.at = reallocarray(NULL, n + 1, sizeof(*rows.at));
	if (!rows.at)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct kcov_row row;

		if (row_read(dwarf_onesrcline(lines, i), &row) != 0) {
			*cause = kcov_error_libdw();
			return -EBADMSG;
		}
		/* Of several at one address the last holds what follows. */
		if (rows.n && rows.at[rows.n - 1].low == row.low)
			rows.n--;
		rows.at[rows.n++] = row;
	}
	*ret = rows;
	rows.at = NULL;
	return 0;
}

void kcov_rows_fini(struct kcov_rows *rows)
{
	free(rows->at);
	*rows = (struct kcov_rows){};
}
