// SPDX-License-Identifier: MIT
#include "record.h"

#include "../store/query.h"
#include "../text/error.h"
#include "reports.h"
#include "summarize.h"

static const char *way_of(const struct run *run)
{
	return run->is_fast ? "fast" : run_is_by_call(run) ? "calls" : "whole";
}

int record_open(struct run_session *session)
{
	const struct run *run = session->run;
	const struct run_recording *recording = run->recording;
	const struct recorder_opts opts = {
		.recording = &session->recording,
		.symbolizer = session->places.symbolizer,
		.mode = run->mode,
		.keep = recording ? recording->keep : RECORDER_TOTALS,
		.name = recording && recording->name ? recording->name : run->command,
		.command = run->command,
		.argv = run->argv,
		.way = way_of(run),
		.has_events = run_is_by_call(run),
		.capacity = session->device->capacity,
	};
	int err;

	if (!recording)
		return 0;
	err = recording->is_added ? recording_append(recording->path, &session->recording)
				  : recording_create(recording->path, &session->recording);
	if (!err)
		err = recorder_open(&opts, &session->recorder);
	return err ? EXIT_RUN_FAILED : 0;
}

/* What can be done next, where it is not done already. */
static const char hint[] =
	"Every line that ran: -f functions. Each call: -S. To keep it: kcovctl record.";

static int write_summary(struct run_session *session)
{
	if (query_select(&session->recording, &(struct query_selection){ 0 }) ||
	    summarize(&session->recording, NULL, hint, session->out))
		return EXIT_RUN_FAILED;
	return reports_end(session);
}

static int add_remote(struct run_session *session, const struct sink *sink)
{
	struct event event;
	int n = run_remote(session, &event);

	return n > 0 ? sink->event(sink->context, &event) : n;
}

/* Where no summary says it. What calls had no room for was told by who counts them. */
static void warn(struct run_session *session)
{
	struct report report = run_report(session);

	report.drain_doubts = recorder_doubts(session->recorder, &report.records.full);
	if (!run_is_by_call(session->run))
		reports_warn(session, &report);
}

int record_end(struct run_session *session, const struct totals *totals, int status)
{
	const struct run *run = session->run;
	const struct sink sink = recorder_sink(session->recorder);
	const struct recorder_end end = { .pid = run->pid ? run->pid : session->thread.pid,
					  .status = status,
					  .is_known = true };
	int err = add_remote(session, &sink);

	if (!err)
		err = sink.end(sink.context, totals);
	if (err)
		return run_failed(run, FIRST_THREAD_REPORT, err);
	if (recorder_finish(session->recorder, &end))
		return EXIT_RUN_FAILED;
	warn(session);
	return run->recording->path ? 0 : write_summary(session);
}

void record_close(struct run_session *session)
{
	if (session->recorder)
		recorder_close(session->recorder);
	recording_close(&session->recording);
}
