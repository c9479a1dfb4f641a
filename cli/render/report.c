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

void report_write_header(const struct report *report, const struct located *located, FILE *out)
{
	const char *noun = report->mode == KCOV_MODE_CMP ? "comparisons" : "PCs";
	const char *unique = report->mode == KCOV_MODE_CMP ? "unique places" : "unique";
	size_t damaged = report_count_damaged(report);

	fprintf(out, "# %s (pid %d): %zu %s, %zu %s, %zu functions; ", report->command,
		(int)report->pid, report_count(report), noun, located->n, unique,
		located->n_functions);
	report_write_completeness(report, out);
	fputs("\n# first thread only: other threads and children are not covered\n", out);
	write_source(report, out);
	if (located->n_unknown)
		fprintf(out, "# %zu unique addresses are in no known image, shown as ??\n",
			located->n_unknown);
	if (damaged)
		fprintf(out,
			"# %zu records are no comparisons and left out: the buffer was overwritten\n",
			damaged);
}
