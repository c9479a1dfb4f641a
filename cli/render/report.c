// SPDX-License-Identifier: MIT
#include "report.h"

#include "located.h"

#include <inttypes.h>

const struct report_format report_formats[] = {
	{ "functions", true, report_write_functions },
	{ "trace", true, report_write_trace },
	{ "raw", false, report_write_raw },
	{ "json", false, report_write_json },
	{ NULL, false, NULL },
};

size_t report_count(const struct report *report)
{
	return report->mode == KCOV_MODE_CMP ? report->cmps.count : report->pcs.count;
}

bool report_is_full(const struct report *report)
{
	return report->mode == KCOV_MODE_CMP ? report->cmps.full : report->pcs.full;
}

bool report_is_complete(const struct report *report)
{
	return !report_is_full(report) && !report->doubts;
}

bool report_cmp(const struct report *report, size_t index, struct kcov_cmp *ret)
{
	return kcov_cmp_decode(&report->cmps, index, ret) == 0;
}

uint64_t report_address(const struct report *report, size_t index)
{
	struct kcov_cmp cmp = { 0 };

	if (report->mode == KCOV_MODE_PC)
		return report->pcs.pcs[index];
	report_cmp(report, index, &cmp);
	return cmp.ip;
}

size_t report_count_damaged(const struct report *report)
{
	struct kcov_cmp cmp;
	size_t damaged = 0;

	if (report->mode == KCOV_MODE_CMP)
		for (size_t i = 0; i < report->cmps.count; i++)
			damaged += !report_cmp(report, i, &cmp);
	return damaged;
}

void report_write_completeness(const struct report *report, FILE *out)
{
	if (report_is_full(report))
		fprintf(out,
			"buffer full after %zu entries: what came later is not shown; "
			"run again with a larger --capacity",
			report->capacity);
	else if (report->doubts & KCOV_DOUBT_NOTHING)
		fputs("nothing: no section with such a handle has ended", out);
	else if (report->doubts & KCOV_DOUBT_MOVING)
		fputs("records were still arriving when the report was made", out);
	else if (report->doubts & KCOV_DOUBT_SECTION)
		fputs("more came than one section can record, so that one may have been cut", out);
	else if (report->handles)
		fputs("complete but for what still runs", out);
	else
		fputs("complete", out);
}

static void write_source(const struct report *report, FILE *out)
{
	const char *path = kcov_symbolizer_path(report->symbolizer);

	if (kcov_symbolizer_source(report->symbolizer) == KCOV_SYMBOLIZER_DWARF)
		fprintf(out, "# symbols and lines from %s\n", path);
	else
		fprintf(out,
			"# symbols from %s; no lines: no vmlinux of this kernel found "
			"(see kcovctl doctor)\n",
			path);
}

/* Who ran what the report shows. */
static void write_subject(const struct report *report, FILE *out)
{
	char text[KCOV_HANDLE_TEXT_SIZE];

	if (!report->handles) {
		fprintf(out, "# %s (pid %d): ", report->command, (int)report->pid);
		return;
	}
	fputs("\n# remote", out);
	for (size_t i = 0; i < report->n_handles; i++)
		if (!kcov_handle_print(report->handles[i], sizeof(text), text))
			fprintf(out, " %s", text);
	fputs(": ", out);
}

void report_write_header(const struct report *report, const struct located *located, FILE *out)
{
	const char *noun = report->mode == KCOV_MODE_CMP ? "comparisons" : "PCs";
	const char *unique = report->mode == KCOV_MODE_CMP ? "unique places" : "unique";
	size_t damaged = report_count_damaged(report);

	write_subject(report, out);
	fprintf(out, "%zu %s, %zu %s, %zu functions; ", report_count(report), noun, located->n,
		unique, located->n_functions);
	report_write_completeness(report, out);
	fputc('\n', out);
	if (!report->handles) {
		fputs("# first thread only: other threads and children are not covered\n", out);
		write_source(report, out);
	}
	if (located->n_unknown)
		fprintf(out, "# %zu unique addresses are in no known image, shown as ??\n",
			located->n_unknown);
	if (located_is_foreign(located))
		fprintf(out,
			"# %zu of %zu unique addresses are not behind coverage points: "
			"recorded by another kernel than this image is of?\n",
			located->n_foreign, located->n_checked);
	if (damaged)
		fprintf(out,
			"# %zu records are no comparisons and left out: the buffer was overwritten\n",
			damaged);
}
