// SPDX-License-Identifier: MIT
#include "rows.h"

#include "../base/cleanup.h"
#include "dwarf-bytes.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* Rows whose addresses go up, from one to the next sequence's first. */
struct sequence {
	uint64_t low;
	size_t first;
	size_t end;
};

struct run {
	const struct kcov_line_table *table;
	const struct kcov_sections *text;
	struct kcov_reader reader;
	/* The registers. */
	struct kcov_row row;
	struct kcov_rows rows;
	KCOV_TABLE(struct sequence) sequences;
	/* The first row of the one under way. */
	size_t first;
};

static void run_fini(struct run *run)
{
	kcov_rows_fini(&run->rows);
	free(run->sequences.at);
}

static int add_row(struct run *run)
{
	struct kcov_row *row = KCOV_TABLE_ADD(&run->rows);

	if (!row)
		return -ENOMEM;
	*row = run->row;
	return 0;
}

static void reset(struct run *run)
{
	run->row = (struct kcov_row){ .file = 1, .line = 1 };
	run->first = run->rows.n;
}

/* Behind the last row nothing is known. */
static int end_sequence(struct run *run)
{
	struct sequence *sequence;

	if (!kcov_sections_find(run->text, run->rows.at[run->first].low)) {
		run->rows.n = run->first;
		reset(run);
		return 0;
	}
	sequence = KCOV_TABLE_ADD(&run->sequences);
	if (!sequence)
		return -ENOMEM;
	*sequence = (struct sequence){ run->rows.at[run->first].low, run->first, run->rows.n };
	run->rows.at[run->rows.n - 1].file = KCOV_FILE_NONE;
	reset(run);
	return 0;
}

static void advance(struct run *run, uint64_t operations)
{
	run->row.low += operations * run->table->instruction_size;
}

static int run_extended(struct run *run)
{
	struct kcov_reader operands = kcov_read_piece(&run->reader, kcov_read_uleb(&run->reader));
	int rc;

	if (operands.at == operands.end)
		return 0;
	switch (kcov_read_byte(&operands)) {
	case DW_LNE_end_sequence:
		rc = add_row(run);
		return rc < 0 ? rc : end_sequence(run);
	case DW_LNE_set_address:
		run->row.low = kcov_read_fixed(&operands, 8);
		run->reader.failed |= operands.failed;
		return 0;
	default:
		/* Discriminators, and what others add. */
		return 0;
	}
}

static int run_standard(struct run *run, uint8_t opcode)
{
	const struct kcov_line_table *table = run->table;

	switch (opcode) {
	case DW_LNS_copy:
		return add_row(run);
	case DW_LNS_advance_pc:
		advance(run, kcov_read_uleb(&run->reader));
		return 0;
	case DW_LNS_advance_line:
		run->row.line += (uint32_t)kcov_read_sleb(&run->reader);
		return 0;
	case DW_LNS_set_file:
		run->row.file = (uint32_t)kcov_read_uleb(&run->reader);
		return 0;
	case DW_LNS_set_column:
		run->row.column = (uint32_t)kcov_read_uleb(&run->reader);
		return 0;
	case DW_LNS_const_add_pc:
		advance(run, (255u - table->opcode_base) / table->line_range);
		return 0;
	case DW_LNS_fixed_advance_pc:
		run->row.low += kcov_read_fixed(&run->reader, 2);
		return 0;
	default:
		/* What is said of statements, blocks, prologues, and what others add. */
		for (uint8_t i = table->operands[opcode - 1]; i; i--)
			kcov_read_uleb(&run->reader);
		return 0;
	}
}

static int run_opcode(struct run *run, uint8_t opcode)
{
	const struct kcov_line_table *table = run->table;
	unsigned int special = (unsigned int)opcode - table->opcode_base;

	if (opcode >= table->opcode_base) {
		advance(run, special / table->line_range);
		run->row.line += (uint32_t)(table->line_base + (int)(special % table->line_range));
		return add_row(run);
	}
	return opcode ? run_standard(run, opcode) : run_extended(run);
}

static int run_all(struct run *run)
{
	int rc = 0;

	reset(run);
	while (rc == 0 && run->reader.at != run->reader.end)
		rc = run_opcode(run, kcov_read_byte(&run->reader));
	/* One that was not ended. */
	if (rc == 0 && run->first != run->rows.n)
		rc = end_sequence(run);
	return rc;
}

static int sequence_compare(const void *a, const void *b)
{
	const struct sequence *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

/* Of those at one address, what ends a sequence is before what begins one. */
static int row_compare(const void *a, const void *b)
{
	const struct kcov_row *x = a, *y = b;
	bool x_ends = x->file == KCOV_FILE_NONE, y_ends = y->file == KCOV_FILE_NONE;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x_ends != y_ends)
		return x_ends ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static bool are_sorted(const struct kcov_rows *rows)
{
	for (size_t i = 1; i < rows->n; i++) {
		if (row_compare(&rows->at[i - 1], &rows->at[i]) > 0)
			return false;
	}
	return true;
}

/* Sequences as wholes, then rows one by one if sequences overlap, which they should not. */
static int sort(struct run *run, struct kcov_rows *ret)
{
	struct kcov_rows sorted = { .at = reallocarray(NULL, run->rows.n + 1, sizeof(*sorted.at)) };

	if (!sorted.at)
		return -ENOMEM;
	if (run->sequences.n)
		qsort(run->sequences.at, run->sequences.n, sizeof(*run->sequences.at),
		      sequence_compare);
	for (size_t i = 0; i < run->sequences.n; i++) {
		const struct sequence *sequence = &run->sequences.at[i];
		size_t n = sequence->end - sequence->first;

		memcpy(sorted.at + sorted.n, run->rows.at + sequence->first,
		       n * sizeof(*sorted.at));
		sorted.n += n;
	}
	if (!are_sorted(&sorted)) {
		for (size_t i = 0; i < sorted.n; i++)
			sorted.at[i].number = (uint32_t)i;
		qsort(sorted.at, sorted.n, sizeof(*sorted.at), row_compare);
	}
	*ret = sorted;
	return 0;
}

/* Of several at one address the last holds what follows. */
static void keep_last(struct kcov_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n; i++) {
		if (kept && rows->at[kept - 1].low == rows->at[i].low)
			kept--;
		rows->at[kept++] = rows->at[i];
	}
	rows->n = kept;
}

int kcov_rows_read(const struct kcov_line_table *table, const struct kcov_sections *text,
		   const char **cause, struct kcov_rows *ret)
{
	_cleanup_(run_fini) struct run run = { .table = table,
					       .text = text,
					       .reader = table->program };
	int rc = run_all(&run);

	if (rc == 0 && run.reader.failed) {
		*cause = "its line table is cut off";
		rc = -EBADMSG;
	}
	if (rc == 0)
		rc = sort(&run, ret);
	if (rc == 0)
		keep_last(ret);
	return rc;
}

void kcov_rows_fini(struct kcov_rows *rows)
{
	free(rows->at);
	*rows = (struct kcov_rows){};
}
