// SPDX-License-Identifier: MIT
#include "record.h"

#include "../store/query.h"
#include "../text/colour.h"
#include "../text/error.h"
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
		.max_size = recording ? recording->max_size : 0,
		.repeat = recording ? recording->repeat : 0,
		.series = recording ? recording->series : NULL,
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
static const struct summary_words words = {
	.hint = "Every line that ran: -f functions. Each call: -S. To keep it: kcovctl record."
};

static int summarize_run(struct run_session *session)
{
	colour_use(COLOUR_AUTO, session->out);
	if (recording_read_too(&session->recording) ||
	    query_select(&session->recording, &(struct query_selection){ 0 }) ||
	    summarize(&session->recording, &words, session->out))
		return EXIT_RUN_FAILED;
	return 0;
}

int record_ask(struct run_session *session)
{
	const struct run_recording *wanted = session->run->recording;

	if (!wanted || !wanted->asked)
		return summarize_run(session);
	if (recording_read_too(&session->recording))
		return EXIT_RUN_FAILED;
	return wanted->asked(wanted->context, &session->recording, session->out);
}

int record_end(struct run_session *session, int status)
{
	const struct run *run = session->run;
	const struct recorder_end end = { .pid = run->pid ? run->pid : session->thread.pid,
					  .status = status,
					  .is_known = true };

	return recorder_finish(session->recorder, &end) ? EXIT_RUN_FAILED : 0;
}

void record_close(struct run_session *session)
{
	if (session->recorder)
		recorder_close(session->recorder);
	recording_close(&session->recording);
}
