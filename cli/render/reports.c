// SPDX-License-Identifier: MIT
#include "reports.h"

#include "../text/error.h"
#include "header.h"

#include <inttypes.h>
#include <string.h>

void reports_warn(const struct reports *reports, const struct report *report)
{
	const uint64_t damaged = reports->is_seen ? 0 : report_count_damaged(report);

	if (!reports->is_seen && !report_is_complete(report)) {
		fputs(report_is_remote(report) ? "kcovctl: remote: " : "kcovctl: ", stderr);
		report_write_completeness(report, stderr);
		fputc('\n', stderr);
	}
	if (damaged)
		error_tell("%" PRIu64
			   " records are no comparisons and left out: the buffer was overwritten",
			   damaged);
}

int reports_end(const struct reports *reports)
{
	FILE *out = reports->writer->out;

	if ((!fflush(out) && !ferror(out)) || reports->is_paged)
		return 0;
	error_tell("cannot write the report to %s: %m", reports->output);
	return -1;
}

static int write_report(const struct reports *reports, const struct report *report)
{
	const struct event_writer *writer = reports->writer;
	int err = writer->format->write(report, writer->out);

	if (err) {
		const struct kcov_symbolize_error *error = report->places->error;

		error_tell("cannot write the report: %s",
			   error ? kcov_symbolize_error_message(error) : strerror(-err));
		return -1;
	}
	err = reports_end(reports);
	if (!err)
		reports_warn(reports, report);
	return err;
}

static int write_records(const struct reports *reports, struct report *report,
			 const uint64_t *records, size_t n)
{
	report->records.records = records;
	report->records.count = n;
	return write_report(reports, report);
}

static int write_tally(const struct reports *reports, struct report *report,
		       const struct tally *tally)
{
	report->hits = tally->hits;
	return write_records(reports, report, tally->records, tally->n);
}

/* In the order in which tasks began to record, and each in its own. */
static int write_streams(const struct reports *reports, const struct set *set,
			 const struct totals *totals)
{
	const struct streams *streams = &set->streams;
	int err = 0;

	for (size_t i = 0; i < streams->n && !err; i++) {
		const struct stream *stream = streams->at[i];
		const struct event event = { .kind = EVENT_TASK,
					     .pid = stream->pid,
					     .tid = stream->tid };
		struct report report = reports->writer->report;

		report.event = streams->n > 1 ? &event : NULL;
		report.totals = i ? NULL : totals;
		report.drain_doubts = stream->doubts;
		report.records.full = set->is_full;
		err = write_records(reports, &report, stream->at, stream->n);
	}
	return err;
}

/* Each as if it were a run. */
static int write_calls(const struct reports *reports, const struct set *set,
		       const struct totals *totals)
{
	const struct event_writer *writer = reports->writer;
	struct report report = writer->report;
	int err = 0;

	if (writer->format->can & FORMAT_SYMBOLS) {
		report_write_source(&report, writer->out);
		report_write_tasks(totals, writer->out);
	}
	report.drain_doubts = set->doubts;
	for (size_t i = 0; i < set->by_syscall.n && !err; i++) {
		const struct by_syscall_entry *entry = set->by_syscall.at[i];
		const struct report_call call = { .name = entry->name,
						  .calls = entry->calls,
						  .is_end = entry->is_end };

		report.call = &call;
		err = write_tally(reports, &report, &entry->tally);
	}
	return err;
}

/* What the program did. */
static int write_tasks(const struct reports *reports, const struct set *set,
		       const struct totals *totals)
{
	struct report report = reports->writer->report;

	if (set->places)
		return write_calls(reports, set, totals);
	if (set->is_ordered)
		return write_streams(reports, set, totals);
	report.totals = totals;
	report.drain_doubts = set->doubts;
	report.records.full = set->is_full;
	return write_tally(reports, &report, &set->tally);
}

/* Behind the reports of all calls. */
static int sum_up(const struct reports *reports, const struct totals *totals)
{
	const struct event_writer *writer = reports->writer;

	if (writer->format->totals)
		writer->format->totals(totals, writer->out);
	if (totals->not_covered)
		error_tell("%zu of %zu tasks are not covered", totals->not_covered, totals->tasks);
	return reports_end(reports);
}

int reports_write(const struct reports *reports, const struct set *set, const struct totals *totals,
		  const struct event *remote)
{
	int err = write_tasks(reports, set, totals);

	if (!err && remote) {
		const struct report report = report_of(&reports->writer->report, remote);

		err = write_report(reports, &report);
	}
	if (!err && set->places)
		err = sum_up(reports, totals);
	return err;
}
