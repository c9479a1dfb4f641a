// SPDX-License-Identifier: MIT
#include "show.h"

/* All of it is one piece. */
static int take_records(const struct run_session *session, const struct sink *sink)
{
	struct event piece = { .kind = EVENT_TASK,
			       .pid = session->thread.pid,
			       .tid = session->thread.pid,
			       .is_covered = true };
	void *stream = NULL;
	int err = kcov_records(session->device->kcov, session->run->mode, &piece.records);

	if (!err)
		err = sink->records(sink->context, &stream, &piece);
	return err;
}

static int follow(struct run_session *session, const struct sink *sink, struct set *set)
{
	const struct totals totals = { .only = "first", .tasks = 1 };
	enum first_thread_step step = FIRST_THREAD_REPORT;
	const struct event *remote;
	struct event room;
	int status, err = sink->begin(sink->context);

	if (err)
		run_cancel(session);
	else
		err = first_thread_go(&session->thread, &step, &status);
	if (err)
		return run_failed(session->run, step, err);
	run_refresh(session);
	err = take_records(session, sink);
	if (!err)
		err = run_end(session, sink, &totals, &room, &remote);
	if (err)
		return run_failed(session->run, FIRST_THREAD_REPORT, err);
	status = run_exit_status(status);
	return run_show(session, set, &totals, remote, status);
}

int run_fast(struct run_session *session)
{
	struct set set = { .mode = session->run->mode,
			   .is_ordered = session->run->format->can & FORMAT_ORDER };
	const struct sink reports = set_sink(&set);
	struct tee tee = { 0 };
	const struct sink sink = run_sink(session, &reports, &tee);
	int status = follow(session, &sink, &set);

	tee_fini(&tee);
	set_fini(&set);
	return status;
}
