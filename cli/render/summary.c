// SPDX-License-Identifier: MIT
#include "summary.h"

#include "../coverage/by-syscall.h"
#include "../coverage/report.h"
#include "format.h"
#include "header.h"
#include "table-text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* A terminal has as many columns. */
	WIDTH = 80,
};

static size_t column(const struct table *table, const char *name)
{
	size_t i = 0;

	while (strcmp(table->columns[i].name, name) != 0)
		i++;
	return i;
}

static int64_t number(const struct table *table, size_t row, const char *name)
{
	return table_cell(table, row, column(table, name))->number;
}

/* A text in so many columns: of what is too long the end is seen, which tells more. */
static void write_cut(const char *text, int width, FILE *out)
{
	const int n = (int)strlen(text);

	if (n > width)
		fprintf(out, "..%s", text + n - width + 2);
	else
		fprintf(out, "%-*s", width, text);
}

/* In lines that fit. */
static void write_wrapped(const char *text, FILE *out)
{
	int column = 0;

	while (*text) {
		const int n = (int)strcspn(text, " ");

		if (column && column + 1 + n > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		column += fprintf(out, "%s%.*s", column ? " " : "", n, text);
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void write_number(int64_t value, int width, FILE *out)
{
	char room[TABLE_NUMBER_ROOM];

	fprintf(out, " %*s", width, table_number(value, room));
}

/* Of a run that is not complete: why. */
static void write_doubts(const struct run_summary *run, FILE *out)
{
	const struct report report = { .records.full = run->is_full,
				       .drain_doubts = run->doubts,
				       .capacity = (size_t)run->capacity };
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return;
	fputs("not complete: ", to);
	if (run->totals.full_events)
		fprintf(to,
			"a buffer was full in %zu events; run again with a larger --capacity than "
			"%" PRId64,
			run->totals.full_events, run->capacity);
	else
		report_write_completeness(&report, to);
	fputs(colour_begin(COLOUR_BAD), out);
	if (!fclose(to))
		write_wrapped(text, out);
	fputs(colour_end(COLOUR_BAD), out);
	free(text);
}

/* Where calls and order end, which does not change what ran. */
static void write_order_until(const struct run_summary *run, FILE *out)
{
	const int64_t ms = (run->order_until - run->started) / 1000000;

	if (run->order_until)
		fprintf(out,
			"after %" PRId64 ".%02" PRId64
			" s it had --max-size: totals only from then on\n",
			ms / 1000, ms % 1000 / 10);
}

static void write_run(const struct run_summary *run, FILE *out)
{
	const int64_t ms = (run->ended - run->started) / 1000000;
	const int width = WIDTH - 45;

	fprintf(out, "%.*s%s: ", width, run->command,
		(int)strlen(run->command) > width ? ".." : "");
	if (!run->has_ended) {
		fprintf(out, "%snot complete: it goes on, or kcovctl was killed%s\n",
			colour_begin(COLOUR_BAD), colour_end(COLOUR_BAD));
	} else if (strcmp(run->way, "import") == 0) {
		fprintf(out, "imported; %s\n",
			!run->knows_complete ? "whether it is complete is not known"
			: run->is_complete   ? "complete"
					     : "not complete: a buffer was full");
	} else {
		fprintf(out, "exit status %" PRId64 " after %" PRId64 ".%02" PRId64 " s",
			run->status, ms / 1000, ms % 1000 / 10);
		if (run->is_complete)
			fprintf(out, "; %scomplete%s\n", colour_begin(COLOUR_GOOD),
				colour_end(COLOUR_GOOD));
		else
			fputc('\n', out);
		if (!run->is_complete)
			write_doubts(run, out);
	}
	write_order_until(run, out);
}

/* Lines of a header of a report, without what begins them there. */
static void write_lines(char *text, FILE *out)
{
	for (char *next, *line = strtok_r(text, "\n", &next); line;
	     line = strtok_r(NULL, "\n", &next))
		write_wrapped(line + (strncmp(line, "# ", 2) == 0 ? 2 : 0), out);
}

/* Tasks that were not covered, and what may have run elsewhere. */
static void write_missing(const struct run_summary *run, FILE *out)
{
	const struct totals *totals = &run->totals;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return;
	if (totals->only || totals->not_covered || totals->full || totals->uncertain)
		report_write_tasks(totals, to);
	else
		report_write_blind_spots(&totals->blind, to);
	if (!fclose(to))
		write_lines(text, out);
	free(text);
}

static size_t sum_tasks(const struct run_summaries *runs)
{
	size_t n = 0;

	for (size_t i = 0; i < runs->n; i++)
		n += runs->at[i].totals.tasks;
	return n;
}

/* Calls, or those that failed; nothing where that is not known. */
static int64_t sum_calls(const struct table *calls, const char *name)
{
	int64_t n = 0;

	for (size_t row = 0; row < table_rows(calls); row++)
		if (strcmp(table_cell(calls, row, column(calls, "call"))->text, BY_SYSCALL_END))
			n += number(calls, row, name);
	return n;
}

static bool knows_failed(const struct table *calls)
{
	for (size_t row = 0; row < table_rows(calls); row++)
		if (!table_cell(calls, row, column(calls, "failed"))->is_nothing)
			return true;
	return false;
}

static bool is_selected(const struct summary *summary)
{
	return summary->words->only && summary->words->only[0];
}

static void write_sum(const struct summary *summary, FILE *out)
{
	const struct point_sum *sum = summary->sum;
	const char *in = summary->words->in;
	const size_t tasks = sum_tasks(summary->runs);
	char room[TABLE_NUMBER_ROOM];

	/* How many tasks are chosen, or called so, is not known. */
	if (is_selected(summary))
		fprintf(out, "only %s: ", summary->words->only);
	else if (tasks)
		fprintf(out, "%s task%s, ", table_number((int64_t)tasks, room),
			tasks == 1 ? "" : "s");
	fprintf(out, "%s calls", table_number(sum_calls(summary->calls, "calls"), room));
	if (knows_failed(summary->calls))
		fprintf(out, " (%s failed)",
			table_number(sum_calls(summary->calls, "failed"), room));
	fprintf(out, ", %s PCs", table_number(sum->records, room));
	if (!sum->points) {
		fputs("; which of them are coverage points is not known\n", out);
		return;
	}
	fprintf(out, "\n%s of ", table_number(sum->ran, room));
	fprintf(out, "%s coverage points %s%s%sran ", table_number(sum->points, room),
		in ? "of " : "", in ? in : "", in ? " " : "");
	fprintf(out, "(%s %%)\n", table_percent(sum->ran, sum->points, room));
}

/* How wide the names are, beside what there is of each call. */
static int call_width(const struct table *calls)
{
	return knows_failed(calls) ? 13 : 16;
}

static void write_call(const struct table *calls, size_t row, FILE *out)
{
	const char *name = table_cell(calls, row, column(calls, "call"))->text;

	write_cut(name[0] ? name : "before them", call_width(calls), out);
	write_number(number(calls, row, "calls"), 6, out);
	if (knows_failed(calls)) {
		const enum colour colour = table_colour(calls, row, column(calls, "failed"));

		fputs(colour_begin(colour), out);
		write_number(number(calls, row, "failed"), 6, out);
		fputs(colour_end(colour), out);
	}
	write_number(number(calls, row, "records"), 10, out);
	write_number(number(calls, row, "points"), 6, out);
}

static void write_dir(const struct table *dirs, size_t row, FILE *out)
{
	const char *name = table_cell(dirs, row, column(dirs, "dir"))->text;
	const int64_t ran = number(dirs, row, "ran"), points = number(dirs, row, "points");
	const enum colour colour = table_colour(dirs, row, column(dirs, "ran"));
	char room[TABLE_NUMBER_ROOM];

	fputs("  ", out);
	write_cut(name[0] ? name : "?", 15, out);
	fputs(colour_begin(colour), out);
	write_number(ran, 6, out);
	write_number(points, 7, out);
	fprintf(out, " %5s%s", table_percent(ran, points, room), colour_end(colour));
}

/* How many rows are not shown, under a table that is so wide. */
static void write_more(size_t n, int width, FILE *out)
{
	char text[64] = "";

	if (n)
		snprintf(text, sizeof(text), "...%zu more", n);
	fprintf(out, width ? "%-*s  " : "%*s", width, text);
}

/* Side by side. */
static void write_tables(const struct summary *summary, FILE *out)
{
	const struct table *calls = summary->calls, *dirs = summary->dirs;
	const size_t n_calls = table_rows(calls) > SUMMARY_ROWS ? SUMMARY_ROWS : table_rows(calls);
	const size_t n_dirs = table_rows(dirs) > SUMMARY_ROWS ? SUMMARY_ROWS : table_rows(dirs);
	const bool has_failed = knows_failed(calls);
	const int width = call_width(calls);

	fprintf(out, "\n%s%-*s %6s", colour_begin(COLOUR_HEAD), width, "call", "times");
	if (has_failed)
		fprintf(out, " %6s", "failed");
	fprintf(out, " %10s %6s  %-15s %6s %7s %5s%s\n", "PCs", "points", "directory", "ran", "of",
		"%", colour_end(COLOUR_HEAD));
	for (size_t row = 0; row < n_calls || row < n_dirs; row++) {
		if (row < n_calls)
			write_call(calls, row, out);
		else
			fprintf(out, "%*s", width + 7 + (has_failed ? 7 : 0) + 18, "");
		if (row < n_dirs)
			write_dir(dirs, row, out);
		fputc('\n', out);
	}
	write_more(table_rows(calls) - n_calls, width + 7 + (has_failed ? 7 : 0) + 18, out);
	write_more(table_rows(dirs) - n_dirs, 0, out);
	if (table_rows(calls) > n_calls || table_rows(dirs) > n_dirs)
		fputc('\n', out);
}

void summary_write(const struct summary *summary, FILE *out)
{
	const struct point_sum *sum = summary->sum;
	char room[TABLE_NUMBER_ROOM];

	for (size_t i = 0; i < summary->runs->n && i < SUMMARY_RUNS; i++)
		write_run(&summary->runs->at[i], out);
	if (summary->runs->n > SUMMARY_RUNS)
		fprintf(out, "...%zu runs more\n", summary->runs->n - SUMMARY_RUNS);
	write_sum(summary, out);
	for (size_t i = 0; i < summary->runs->n; i++)
		write_missing(&summary->runs->at[i], out);
	if (sum->unknown)
		fprintf(out, "%s addresses are in no image\n", table_number(sum->unknown, room));
	write_tables(summary, out);
	fputs("\nNot in it: what kernel threads did for it, such as writeback and work queues.\n",
	      out);
	if (summary->words->hint)
		fprintf(out, "%s\n", summary->words->hint);
}

const struct format format_summary = {
	.name = "summary",
	.can = FORMAT_SYMBOLS | FORMAT_RECORDED,
};
