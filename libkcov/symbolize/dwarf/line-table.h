/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_LINE_TABLE_H
#define KCOV_SYMBOLIZE_LINE_TABLE_H

#include "../base/bytes.h"
#include "../base/table.h"
#include "dwarf-sections.h"

/*
 * Line tables, DWARF 2 to 5, as they lie in an image. libdw reads them, too, and keeps each row
 * in 100 bytes until its handle is closed: of a kernel's that is most of the memory, and a third
 * of the time, that an index takes to build (tests/bench/symbolize).
 */

/* What is no number of a file. */
#define KCOV_FILE_NONE UINT32_MAX

/* A path as seen from a directory as seen from where the unit was compiled. */
struct kcov_line_file {
	/* NULL: that very place. */
	const char *directory;
	/* NULL: there is no file of this number. */
	const char *name;
};

struct kcov_line_table {
	/* By the numbers that rows and call sites have; texts lie in the sections. */
	KCOV_TABLE(struct kcov_line_file) files;
	/* How many operands the standard opcodes have, the first of which is 1. */
	const uint8_t *operands;
	uint8_t opcode_base;
	uint8_t line_range;
	int8_t line_base;
	uint8_t instruction_size;
	/* Its opcodes. */
	struct kcov_reader program;
};

/*
 * Read the header of the line table at an offset. Any number of threads may. Files that a program
 * defines itself, as nobody does since DWARF 2, are left out. Returns 0, -ENOMEM, or -EBADMSG, and
 * cause says why.
 */
int kcov_line_table_open(struct kcov_dwarf_sections *sections, uint64_t offset, const char **cause,
			 struct kcov_line_table *ret);

void kcov_line_table_fini(struct kcov_line_table *table);

#endif
