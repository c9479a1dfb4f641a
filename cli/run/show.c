// SPDX-License-Identifier: MIT
#include "show.h"

#include "../text/error.h"
#include "record.h"

/* What came by the run's handles, some time after the program's end. 1; 0: it has none; or -errno.
 */
static int take_remote(const struct run_session *session, struct event *ret)
{
	const struct run *run = session->run;
	const struct remote *remote = &run->remote;
	int err;

	if (!remote->kcov)
		return 0;
	*ret = (struct event){
		.kind = EVENT_REMOTE,
		.handles = remote->handles,
		.n_handles = remote->n_handles,
		.doubts = remote_wait(remote),
		.capacity = kcov_capacity(remote->kcov, run->mode),
	};
	err = kcov_records(remote->kcov, run->mode, &ret->records);
	return err ? err : 1;
}

struct sink run_sink(const struct run_session *session, const struct sink *reports, struct tee *tee)
{
	if (!session->recorder)
		return *reports;
	*tee = (struct tee){ .first = recorder_sink(session->recorder), .second = *reports };
	return run_has_reports(session->run) ? tee_sink(tee) : tee->first;
}

int run_end(const struct run_session *session, const struct sink *sink, const struct totals *totals,
	    struct event *room, const struct event **remote)
{
	int end_err, n = take_remote(session, room);
	int err = n > 0 ? sink->event(sink->context, room) : n;

	end_err = sink->end(sink->context, totals);
	*remote = n > 0 ? room : NULL;
	return err ? err : end_err;
}

static struct event_writer writer_of(struct run_session *session)
{
	return (struct event_writer){ .report = run_report(session),
				      .format = session->run->format,
				      .out = session->out };
}

static struct reports reports_of(const struct run_session *session,
				 const struct event_writer *writer)
{
	const struct run *run = session->run;

	return (struct reports){
		.writer = writer,
		.output = run->output ? run->output : "standard error",
		.is_seen = run->is_shown && !run->output && (run->format->can & FORMAT_SYMBOLS),
	};
}

static int write_reports(struct run_session *session, const struct set *set,
			 const struct totals *totals, const struct event *remote)
{
	const struct event_writer writer = writer_of(session);
	const struct reports reports = reports_of(session, &writer);

	return set && reports_write(&reports, set, totals, remote) ? EXIT_RUN_FAILED : 0;
}

static int end_output(struct run_session *session)
{
	const struct event_writer writer = writer_of(session);
	const struct reports reports = reports_of(session, &writer);

	return reports_end(&reports) ? EXIT_RUN_FAILED : 0;
}

void run_warn(struct run_session *session, const struct report *report)
{
	const struct reports reports = reports_of(session, NULL);

	reports_warn(&reports, report);
}

/* What is missing is told where neither a summary says it, nor a report; what calls had no room
 * for, by who counts them. */
static int end_recording(struct run_session *session, int status)
{
	struct report report = run_report(session);
	int err = record_end(session, status);

	report.drain_doubts = recorder_doubts(session->recorder, &report.records.full);
	if (!err && !run_is_by_call(session->run) && !run_has_reports(session->run))
		run_warn(session, &report);
	return err;
}

int run_show(struct run_session *session, const struct set *set, const struct totals *totals,
	     const struct event *remote, int status)
{
	const struct run *run = session->run;
	int err = session->recorder ? end_recording(session, status) : 0;

	if (!err && run_has_reports(run))
		err = write_reports(session, set, totals, remote);
	else if (!err && run->is_shown)
		err = record_ask(session);
	if (!err && run->is_shown)
		err = end_output(session);
	return err ? err : status;
}
