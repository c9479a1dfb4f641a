// SPDX-License-Identifier: MIT
#include "unit.h"

#include "../base/path.h"
#include "../base/steps.h"
#include "../base/table.h"
#include "die.h"
#include "rows.h"
#include "scopes.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

static void unit_freep(struct kcov_unit **unit)
{
	kcov_unit_free(*unit);
}

static bool span_is_news(const struct kcov_unit *unit, const struct kcov_span *span)
{
	const struct kcov_span *last;

	if (!unit->n_spans)
		return span->scope != KCOV_SCOPE_NONE || span->file != KCOV_FILE_NONE;
	last = &unit->spans[unit->n_spans - 1];
	return span->scope != last->scope || span->file != last->file || span->line != last->line ||
	       span->column != last->column;
}

/* Lay the steps of the scopes over the line rows: a span is where neither changes. */
static int unit_merge(struct kcov_unit *unit, const struct kcov_rows *rows,
		      const struct kcov_steps *scopes)
{
	struct kcov_span span = { .scope = KCOV_SCOPE_NONE, .file = KCOV_FILE_NONE };
	size_t row = 0, step = 0;

	unit->spans = reallocarray(NULL, rows->n + scopes->n + 1, sizeof(*unit->spans));
	if (!unit->spans)
		return -ENOMEM;
	while (row < rows->n || step < scopes->n) {
		uint64_t next_row = row < rows->n ? rows->at[row].low : UINT64_MAX;
		uint64_t next_step = step < scopes->n ? scopes->at[step].low : UINT64_MAX;

		span.low = next_row < next_step ? next_row : next_step;
		if (row < rows->n && next_row == span.low) {
			span.file = rows->at[row].file;
			span.line = rows->at[row].line;
			span.column = rows->at[row].column;
			row++;
		}
		if (step < scopes->n && next_step == span.low) {
			uint64_t id = scopes->at[step].id;

			span.scope = id == KCOV_STEP_NONE ? KCOV_SCOPE_NONE : (uint32_t)id;
			step++;
		}
		if (span_is_news(unit, &span))
			unit->spans[unit->n_spans++] = span;
	}
	return 0;
}

/* One without a line table has neither rows nor files. */
static int unit_read_lines(struct kcov_unit *unit, Dwarf_Die *cudie,
			   struct kcov_unit_context *context, const char **cause,
			   struct kcov_rows *rows)
{
	_cleanup_(kcov_line_table_fini) struct kcov_line_table table = {};
	Dwarf_Attribute attr;
	Dwarf_Word offset;
	int rc;

	if (dwarf_formudata(dwarf_attr(cudie, DW_AT_stmt_list, &attr), &offset) != 0)
		return 0;
	rc = kcov_line_table_open(context->sections, offset, cause, &table);
	if (rc == 0)
		rc = kcov_rows_read(&table, context->text, cause, rows);
	if (rc < 0)
		return rc;
	unit->files.at = TAKE_PTR(table.files.at);
	unit->files.n = table.files.n;
	return 0;
}

/* What the scopes of a unit are read with. */
struct reading {
	struct kcov_unit *unit;
	Dwarf_Die *cudie;
	struct kcov_unit_context *context;
	struct kcov_ranges *ranges;
	/* {}: it is none. */
	struct kcov_skeleton skeleton;
};

static int read_scopes(struct reading *reading, struct kcov_split_unit *half, const char **cause)
{
	struct kcov_unit *unit = reading->unit;

	return kcov_scopes_read(reading->cudie, half, reading->context, &unit->arena, cause,
				reading->ranges, &unit->syscalls, &unit->scopes, &unit->n_scopes);
}

static int read_half(void *at, struct kcov_split_unit *half, const char **cause)
{
	struct reading *reading = at;

	kcov_split_unit_join(half, &reading->skeleton, reading->context->sections);
	/* Of one that turned out to be damaged. */
	kcov_ranges_fini(reading->ranges);
	reading->unit->syscalls.all.n = 0;
	return read_scopes(reading, half, cause);
}

static int unit_read_scopes(struct kcov_unit *unit, Dwarf_Die *cudie,
			    struct kcov_unit_context *context, const char **cause,
			    struct kcov_ranges *ranges)
{
	struct reading reading = {
		.unit = unit, .cudie = cudie, .context = context, .ranges = ranges
	};
	const struct kcov_split_reader reader = { read_half, &reading };
	int rc = context->splits ? kcov_skeleton_read(cudie, cause, &reading.skeleton) : 0;

	if (rc < 0)
		return rc;
	return rc == 0 ? read_scopes(&reading, NULL, cause)
		       : kcov_split_search(context->splits, &reading.skeleton, &reader,
					   context->causes, cause, &context->others);
}

static int unit_read_spans(struct kcov_unit *unit, Dwarf_Die *cudie,
			   struct kcov_unit_context *context, const char **cause)
{
	_cleanup_(kcov_ranges_fini) struct kcov_ranges ranges = {};
	_cleanup_(kcov_steps_fini) struct kcov_steps steps = {};
	_cleanup_(kcov_rows_fini) struct kcov_rows rows = {};
	struct kcov_span *fit;
	int rc;

	rc = unit_read_scopes(unit, cudie, context, cause, &ranges);
	if (rc == 0)
		rc = unit_read_lines(unit, cudie, context, cause, &rows);
	if (rc == 0)
		rc = kcov_steps_init(&ranges, &steps);
	if (rc == 0)
		rc = unit_merge(unit, &rows, &steps);
	if (rc < 0)
		return rc;
	fit = reallocarray(unit->spans, unit->n_spans + 1, sizeof(*fit));
	if (fit)
		unit->spans = fit;
	return 0;
}

static int unit_read_directory(struct kcov_unit *unit, Dwarf_Die *cudie)
{
	const char *directory = kcov_die_string(cudie, DW_AT_comp_dir);

	if (!directory || !*directory)
		return 0;
	unit->directory = strdup(directory);
	if (!unit->directory)
		return -ENOMEM;
	kcov_path_normalise(unit->directory);
	return 0;
}

int kcov_unit_read(Dwarf_Die *cudie, struct kcov_unit_context *context, const char **cause,
		   struct kcov_unit **ret)
{
	_cleanup_(unit_freep) struct kcov_unit *unit = calloc(1, sizeof(*unit));
	int rc;

	if (!unit)
		return -ENOMEM;
	rc = unit_read_directory(unit, cudie);
	if (rc == 0)
		rc = unit_read_spans(unit, cudie, context, cause);
	if (rc < 0)
		return rc;
	*ret = TAKE_PTR(unit);
	return 0;
}

void kcov_unit_free(struct kcov_unit *unit)
{
	if (!unit)
		return;
	free(unit->directory);
	free(unit->scopes);
	free(unit->spans);
	free(unit->files.at);
	free(unit->syscalls.all.at);
	kcov_arena_fini(&unit->arena);
	free(unit);
}

const struct kcov_span *kcov_unit_find(const struct kcov_unit *unit, uint64_t address)
{
	size_t n = KCOV_COUNT_UP_TO(unit->spans, unit->n_spans, low, address);

	return n ? &unit->spans[n - 1] : NULL;
}
