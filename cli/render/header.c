// SPDX-License-Identifier: MIT
#include "header.h"

#include "arguments-text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_uncertain(const struct report *report, FILE *out)
{
	if (report->drain_doubts & KCOV_DRAIN_FULL)
		fprintf(out,
			"a buffer was full before it could be emptied, so that some may be "
			"missing; run again with a larger --capacity than %zu",
			report->capacity);
	else if (report->drain_doubts & KCOV_DRAIN_OVERWRITTEN)
		fprintf(out,
			"a buffer was half full before it could be emptied, so that some may be "
			"missing, or there twice; run again with a larger --capacity than %zu",
			report->capacity);
	else if (report->drain_doubts)
		fputs("complete but for their order, which is not certain everywhere", out);
	return report->drain_doubts;
}

void report_write_completeness(const struct report *report, FILE *out)
{
	const unsigned int doubts = report_remote_doubts(report);

	if (is_uncertain(report, out))
		return;
	if (report->is_cut)
		fputs("cut where the recording had --max-size", out);
	else if (report->is_of_others)
		fputs("others collected them: whether these are all is not known", out);
	else if (report->records.full)
		fprintf(out,
			"buffer full after %zu entries: what came later is not shown; "
			"run again with a larger --capacity",
			report->capacity);
	else if (doubts & KCOV_DOUBT_NOTHING)
		fputs("nothing: no section with such a handle has ended", out);
	else if (doubts & KCOV_DOUBT_MOVING)
		fputs("records were still arriving when the report was made", out);
	else if (doubts & KCOV_DOUBT_SECTION)
		fputs("more came than one section can record, so that one may have been cut", out);
	else if (report_is_remote(report))
		fputs("complete but for what still runs", out);
	else
		fputs("complete", out);
}

void report_write_source(const struct report *report, FILE *out)
{
	const struct symbol_source source = places_source(report->places);

	if (!source.has_lines) {
		fprintf(out,
			"# symbols from %s; no lines: no vmlinux of this kernel found "
			"(see kcovctl doctor)\n",
			source.path);
		return;
	}
	fprintf(out, "# symbols and lines from %s\n", source.path);
	if (source.is_of_clang)
		fputs("# compiled by clang, which leaves out coverage points that others imply (see "
		      "kcovctl doctor)\n",
		      out);
}

static void write_result(const struct event *event, FILE *out)
{
	const char *name = event->is_error ? strerrorname_np((int)-event->result) : NULL;

	if (name)
		fprintf(out, " = -1 %s", name);
	else
		fprintf(out, " = %" PRId64, event->result);
}

void report_write_event(const struct event *event, FILE *out)
{
	fprintf(out, "# [%d", (int)event->pid);
	if (event->tid != event->pid)
		fprintf(out, ", thread %d", (int)event->tid);
	fputc(']', out);
	if (event->kind == EVENT_BETWEEN)
		fputs(" between calls", out);
	if (event->kind == EVENT_EXIT)
		fputs(event->has_call ? " end in" : " end", out);
	if (!event->has_call)
		return;
	fputc(' ', out);
	if (event->name)
		fputs(event->name, out);
	else
		fprintf(out, "syscall_%" PRIu64, event->number);
	fputc('(', out);
	for (unsigned int i = 0; i < arguments_count(event); i++) {
		fputs(i ? ", " : "", out);
		argument_write(event, i, out);
	}
	fputc(')', out);
	if (event->kind == EVENT_CALL)
		write_result(event, out);
}

static void write_call(const struct report_call *call, FILE *out)
{
	if (call->is_end)
		fprintf(out, "\n# %" PRIu64 " ends of tasks: ", call->calls);
	else if (call->name[0])
		fprintf(out, "\n# %s, %" PRIu64 " calls: ", call->name, call->calls);
	else
		fputs("\n# before the first call of a task: ", out);
}

static void write_handles(const struct event *event, FILE *out)
{
	char text[KCOV_HANDLE_TEXT_SIZE];

	fputs("# remote", out);
	for (size_t i = 0; i < event->n_handles; i++)
		if (!kcov_handle_print(event->handles[i], sizeof(text), text))
			fprintf(out, " %s", text);
}

/* Who ran what the report shows. */
static void write_subject(const struct report *report, FILE *out)
{
	if (report->call) {
		write_call(report->call, out);
		return;
	}
	if (!report->event) {
		fprintf(out, "# %s (pid %d): ", report->command, (int)report->pid);
		return;
	}
	fputc('\n', out);
	if (report_is_remote(report))
		write_handles(report->event, out);
	else
		report_write_event(report->event, out);
	fputs(": ", out);
}

void report_write_blind_spots(const struct blind_spots *blind, FILE *out)
{
	if (blind->ptrace)
		fprintf(out,
			"# ptrace was %s %" PRIu64 " times: nobody else can trace what is followed "
			"here\n",
			blind->knows_results ? "refused" : "called", blind->ptrace);
	if (blind->io_uring_setup)
		fprintf(out,
			"# %" PRIu64 " io_urings were set up: what the kernel's workers ran for "
			"them is %s\n",
			blind->io_uring_setup,
			blind->has_common ? "in the remote part if the kernel records it, as from "
					    "Linux 7.3 on"
					  : "not recorded without -r common, nor before Linux 7.3");
}

void report_write_tasks(const struct totals *totals, FILE *out)
{
	if (totals->only)
		fprintf(out, "# %s thread only: other threads and children are not covered\n",
			totals->only);
	else if (totals->not_covered)
		fprintf(out, "# %zu of %zu tasks; the others are not covered, as was said\n",
			totals->tasks - totals->not_covered, totals->tasks);
	else
		fprintf(out, "# %zu task%s: all threads and children but untraced ones\n",
			totals->tasks, totals->tasks == 1 ? "" : "s");
	if (totals->full || totals->uncertain)
		fprintf(out,
			"# %zu of them may have lost records, %zu may have some twice or out "
			"of order\n",
			totals->full, totals->uncertain);
	report_write_blind_spots(&totals->blind, out);
}

static void write_unanswered(const struct report *report, const struct located *located, FILE *out)
{
	char *what = places_describe_unanswered(report->places);

	fprintf(out, "# %zu unique addresses are in text whose DWARF cannot be read: %s\n",
		located->n_unanswered, what ? what : "");
	free(what);
}

/* As far as that can be told, why so few are. */
static void write_foreign(const struct located *located, FILE *out)
{
	const size_t n = located_count_foreign(located);

	if (!n)
		return;
	fprintf(out, "# %zu of %zu unique addresses are not behind coverage points: ", n,
		located->kinds.n);
	if (located->kinds.n_calls > n / 2)
		fputs("most are where the calls begin; did another tool move them there?\n", out);
	else
		fputs("recorded by another kernel than this image is of, in modules (KASLR can move "
		      "their PCs here), or by a callback that kcovctl does not know?\n",
		      out);
}

void report_write_header(const struct report *report, const struct located *located, FILE *out)
{
	const char *noun = report_is_of_pcs(report)    ? "PCs"
			   : report_is_of_cmps(report) ? "comparisons"
						       : "records";
	const char *unique = report_is_of_pcs(report) ? "unique" : "unique places";
	uint64_t damaged = report_count_damaged(report);

	write_subject(report, out);
	fprintf(out, "%" PRIu64 " %s, %zu %s, %zu functions; ", report_total(report), noun,
		located->n, unique, located->n_functions);
	report_write_completeness(report, out);
	fputc('\n', out);
	if (report->totals)
		report_write_tasks(report->totals, out);
	if (!report->event && !report->call)
		report_write_source(report, out);
	if (located->n_unknown)
		fprintf(out, "# %zu unique addresses are in no known image, shown as ??\n",
			located->n_unknown);
	if (located->n_disputed)
		fprintf(out,
			"# %zu of them are where first one module lay and then another: it is not "
			"known which it was\n",
			located->n_disputed);
	if (located->n_unanswered)
		write_unanswered(report, located, out);
	write_foreign(located, out);
	if (damaged)
		fprintf(out,
			"# %" PRIu64
			" records are no comparisons and left out: the buffer was overwritten\n",
			damaged);
}
