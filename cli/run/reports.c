// SPDX-License-Identifier: MIT
#include "reports.h"

#include "../render/header.h"
#include "../text/error.h"

#include <inttypes.h>
#include <string.h>

void reports_warn(const struct run_session *session, const struct report *report)
{
	const struct run *run = session->run;
	uint64_t damaged;

	/* A text report's header says it, if that is on standard error. */
	if (!run->output && (run->format->can & FORMAT_SYMBOLS) &&
	    !(run->recording && run->recording->path))
		return;
	damaged = report_count_damaged(report);
	if (!report_is_complete(report)) {
		fputs(report_is_remote(report) ? "kcovctl: remote: " : "kcovctl: ", stderr);
		report_write_completeness(report, stderr);
		fputc('\n', stderr);
	}
	if (damaged)
		error_tell(
			"%zu records are no comparisons and left out: the buffer was overwritten",
			damaged);
}

int reports_end(const struct run_session *session)
{
	const char *output = session->run->output;

	if (!fflush(session->out) && !ferror(session->out))
		return 0;
	error_tell("cannot write the report to %s: %m", output ? output : "standard error");
	return EXIT_RUN_FAILED;
}

static int write_report(const struct run_session *session, const struct report *report)
{
	const struct run *run = session->run;
	const struct kcov_symbolize_error *error;
	int err = run->format->write(report, session->out);

	if (err) {
		error = session->places.error;
		error_tell("cannot write the report: %s",
			   error ? kcov_symbolize_error_message(error) : strerror(-err));
		return EXIT_RUN_FAILED;
	}
	err = reports_end(session);
	if (!err)
		reports_warn(session, report);
	return err;
}

static int write_records(struct run_session *session, struct report *report,
			 const uint64_t *records, size_t n)
{
	report->records.records = records;
	report->records.count = n;
	return write_report(session, report);
}

static int write_tally(struct run_session *session, struct report *report,
		       const struct tally *tally)
{
	report->hits = tally->hits;
	return write_records(session, report, tally->records, tally->n);
}

/* In the order in which tasks began to record, and each in its own. */
static int write_streams(struct run_session *session, const struct set *set,
			 const struct totals *totals)
{
	const struct streams *streams = &set->streams;
	int err = 0;

	for (size_t i = 0; i < streams->n && !err; i++) {
		const struct stream *stream = streams->at[i];
		const struct event event = { .kind = EVENT_TASK,
					     .pid = stream->pid,
					     .tid = stream->tid };
		struct report report = run_report(session);

		report.event = streams->n > 1 ? &event : NULL;
		report.totals = i ? NULL : totals;
		report.drain_doubts = stream->doubts;
		report.records.full = set->is_full;
		err = write_records(session, &report, stream->at, stream->n);
	}
	return err;
}

/* Each as if it were a run. */
static int write_calls(struct run_session *session, const struct set *set,
		       const struct totals *totals)
{
	struct report report = run_report(session);
	int err = 0;

	if (session->run->format->can & FORMAT_SYMBOLS) {
		report_write_source(&report, session->out);
		report_write_tasks(totals, session->out);
	}
	report.drain_doubts = set->doubts;
	for (size_t i = 0; i < set->by_syscall.n && !err; i++) {
		const struct by_syscall_entry *entry = set->by_syscall.at[i];
		const struct report_call call = { .name = entry->name,
						  .calls = entry->calls,
						  .is_end = entry->is_end };

		report.call = &call;
		err = write_tally(session, &report, &entry->tally);
	}
	return err;
}

/* What the program did. */
static int write_tasks(struct run_session *session, const struct set *set,
		       const struct totals *totals)
{
	struct report report = run_report(session);

	if (set->places)
		return write_calls(session, set, totals);
	if (set->is_ordered)
		return write_streams(session, set, totals);
	report.totals = totals;
	report.drain_doubts = set->doubts;
	report.records.full = set->is_full;
	return write_tally(session, &report, &set->tally);
}

/* What others did for it. */
static int write_remote(struct run_session *session)
{
	const struct report common = run_report(session);
	struct report report;
	struct event event;
	int n = run_remote(session, &event);

	if (n < 0)
		return run_failed(session->run, FIRST_THREAD_REPORT, n);
	if (!n)
		return 0;
	report = report_of(&common, &event);
	return write_report(session, &report);
}

/* Behind the reports of all calls. */
static int sum_up(struct run_session *session, const struct totals *totals)
{
	const struct format *format = session->run->format;

	if (format->totals)
		format->totals(totals, session->out);
	if (totals->not_covered)
		error_tell("%zu of %zu tasks are not covered", totals->not_covered, totals->tasks);
	return reports_end(session);
}

int reports_write(struct run_session *session, const struct set *set, const struct totals *totals)
{
	int err = write_tasks(session, set, totals);

	if (!err)
		err = write_remote(session);
	if (!err && set->places)
		err = sum_up(session, totals);
	return err;
}
