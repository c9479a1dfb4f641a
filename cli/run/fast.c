// SPDX-License-Identifier: MIT
#include "reports.h"

static int tell_fast(struct run_session *session, const struct sink *sink,
		     const struct totals *totals)
{
	struct event event = { .kind = EVENT_TASK,
			       .pid = session->thread.pid,
			       .tid = session->thread.pid,
			       .is_covered = true };
	int err = sink->begin(sink->context);

	if (!err)
		err = kcov_records(session->device->kcov, session->run->mode, &event.records);
	if (!err)
		err = sink->event(sink->context, &event);
	return err ? err : run_end_sink(session, sink, totals);
}

int run_fast(struct run_session *session)
{
	const struct totals totals = { .only = "first", .tasks = 1 };
	struct set set = { .mode = session->run->mode };
	const struct sink sink = set_sink(&set);
	enum first_thread_step step;
	int err, status;

	err = first_thread_go(&session->thread, &step, &status);
	if (err)
		return run_failed(session->run, step, err);
	run_refresh(session);
	err = tell_fast(session, &sink, &totals);
	if (err)
		err = run_failed(session->run, FIRST_THREAD_REPORT, err);
	else
		err = reports_write(session, &set, &totals);
	set_fini(&set);
	return err ? err : run_exit_status(status);
}
