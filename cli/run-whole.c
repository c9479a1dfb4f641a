// SPDX-License-Identifier: MIT
#include "blind.h"
#include "by-call.h"
#include "cmd.h"
#include "gathered.h"
#include "places.h"
#include "render/event-json.h"
#include "run.h"

#include <string.h>

struct whole_run {
	struct run_session *session;
	struct places places;
	struct gathered gathered;
	struct by_call by_call;
};

static int make_place(void *context, struct place *place)
{
	const struct run_session *session = ((const struct whole_run *)context)->session;

	place->tag = noise_function_of(&place->location);
	return session->symbolizer ? by_call_make_place(session->symbolizer, place) : 0;
}

/* On the drainer's thread, or with its lock. */
static int take_records(void *context, struct task *task, const uint64_t *records, size_t n,
			unsigned int doubts)
{
	struct whole_run *whole = context;

	if (whole->session->run->by_syscall) {
		whole->gathered.doubts |= doubts;
		return by_call_add(&whole->by_call, &whole->places,
				   (struct by_call_entry **)&task->context, records, n);
	}
	return gathered_add(&whole->gathered, (struct gathered_stream **)&task->context, task->pid,
			    task->tid, records, n, doubts);
}

static void take_not_covered(void *context, pid_t pid, pid_t tid, const char *what, const char *why)
{
	(void)context;
	run_not_covered(pid, tid, what, why);
}

static void set_records(struct report *report, const uint64_t *records, size_t n)
{
	if (report->mode == KCOV_MODE_CMP)
		report->cmps = (struct kcov_cmps){ .records = records, .count = n };
	else
		report->pcs = (struct kcov_pcs){ .pcs = records, .count = n };
}

static int write_tally(const struct run_session *session, struct report *report,
		       const struct tally *tally)
{
	report->hits = tally->hits;
	set_records(report, tally->records, tally->n);
	return run_write_report(session, report);
}

/* In the order in which tasks began to record, and each in its own. */
static int write_streams(const struct whole_run *whole, const struct report_tasks *tasks)
{
	const struct gathered *gathered = &whole->gathered;
	int err = 0;

	for (size_t i = 0; i < gathered->n_streams && !err; i++) {
		const struct gathered_stream *stream = gathered->streams[i];
		const struct report_event event = { .kind = REPORT_TASK,
						    .pid = stream->pid,
						    .tid = stream->tid };
		struct report report = run_report(whole->session);

		report.event = gathered->n_streams > 1 ? &event : NULL;
		report.tasks = i ? NULL : tasks;
		report.drain_doubts = stream->doubts;
		set_records(&report, stream->records, stream->n);
		err = run_write_report(whole->session, &report);
	}
	return err;
}

/* A record whose address is where a call begins, which it came by so often. */
static void look_at(struct whole_run *whole, struct blind *blind, uint64_t pc, uint64_t hits)
{
	const struct place *place = places_get(&whole->places, pc);

	if (place && place->text)
		blind_add(blind, place->text, hits);
}

/* What the program did that cannot be followed, or not be recorded. */
static struct blind find_blind(struct whole_run *whole)
{
	const struct gathered *gathered = &whole->gathered;
	const struct tally *tally = &gathered->tally;
	struct blind blind = { .has_common = whole->session->run->remote.common_handle };

	if (whole->session->run->mode != KCOV_MODE_PC)
		return blind;
	for (size_t i = 0; i < whole->by_call.n; i++)
		blind_add(&blind, whole->by_call.entries[i]->name,
			  whole->by_call.entries[i]->calls);
	for (size_t i = 0; tally->records && i < tally->n; i++)
		look_at(whole, &blind, tally->records[i], tally->hits[i]);
	for (size_t i = 0; i < gathered->n_streams; i++)
		for (size_t j = 0; j < gathered->streams[i]->n; j++)
			look_at(whole, &blind, gathered->streams[i]->records[j], 1);
	return blind;
}

/* Each as if it were a run. */
static int write_calls(struct whole_run *whole, const struct report_tasks *tasks)
{
	struct run_session *session = whole->session;
	struct report report = run_report(session);
	int err = 0;

	by_call_sort(&whole->by_call);
	if (session->run->format->needs_symbols) {
		report_write_source(&report, session->out);
		report_write_tasks(tasks, session->out);
	}
	report.drain_doubts = whole->gathered.doubts;
	for (size_t i = 0; i < whole->by_call.n && !err; i++) {
		struct by_call_entry *entry = whole->by_call.entries[i];
		const struct report_call call = { .name = entry->name,
						  .calls = entry->calls,
						  .is_end = entry->is_end };

		err = tally_list(&entry->tally);
		if (err)
			return run_failed(session->run, FIRST_THREAD_REPORT, err);
		report.call = &call;
		err = write_tally(session, &report, &entry->tally);
	}
	return err;
}

/* Of a text it is at the top. */
static int sum_up(const struct run_session *session, const struct report_tasks *tasks)
{
	if (!session->run->format->needs_symbols)
		event_json_tasks(tasks, session->out);
	if (tasks->not_covered)
		cmd_error("%zu of %zu tasks are not covered", tasks->not_covered, tasks->n);
	return run_end_output(session);
}

static int write_tasks(struct whole_run *whole, const struct report_tasks *tasks)
{
	struct report report = run_report(whole->session);

	if (whole->session->run->by_syscall)
		return write_calls(whole, tasks);
	if (whole->gathered.is_ordered)
		return write_streams(whole, tasks);
	report.tasks = tasks;
	report.drain_doubts = whole->gathered.doubts;
	return write_tally(whole->session, &report, &whole->gathered.tally);
}

static int write_reports(struct whole_run *whole, const struct cover_totals *totals)
{
	const struct run *run = whole->session->run;
	int err = tally_list(&whole->gathered.tally);
	struct report_tasks tasks = { .n = totals->tasks,
				      .not_covered = totals->not_covered,
				      .full = totals->full,
				      .uncertain = totals->uncertain };

	if (err)
		return run_failed(run, FIRST_THREAD_REPORT, err);
	if (run->no_follow)
		tasks.only = run->pid ? "this" : "first";
	tasks.blind = find_blind(whole);
	err = write_tasks(whole, &tasks);
	if (!err)
		err = run_write_remote_report(whole->session);
	if (!err && run->by_syscall)
		err = sum_up(whole->session, &tasks);
	return err;
}

static int follow(struct whole_run *whole)
{
	struct run_session *session = whole->session;
	const struct run *run = session->run;
	const struct noise noise = run_noise(&whole->places);
	const struct drainer_opts drainer_opts = {
		.mode = run->mode,
		.noise = session->symbolizer ? &noise : NULL,
		.records = take_records,
		.context = whole,
	};
	struct drainer drainer;
	const struct tracer_opts opts = {
		.cover = {
			.devices = &session->devices,
			.mode = run->mode,
			.drainer = &drainer,
			.not_covered = take_not_covered,
			.context = whole,
		},
		.no_follow = run->no_follow,
		.has_news = run_look_for_modules,
		.context = session,
	};
	struct cover_totals totals;
	int status, drain_err, err = drainer_start(&drainer, &drainer_opts, &session->devices);

	if (err) {
		run_cancel(session);
		return run_failed(run, FIRST_THREAD_TRACE, err);
	}
	err = run_follow(session, &opts, &totals, &status);
	drain_err = drainer_stop(&drainer);
	if (err)
		return err;
	if (drain_err)
		return run_failed(run, FIRST_THREAD_REPORT, drain_err);
	err = write_reports(whole, &totals);
	return err ? err : status;
}

int run_whole(struct run_session *session)
{
	const struct run *run = session->run;
	struct whole_run whole = {
		.session = session,
		.places = { .symbolizer = session->symbolizer,
			    .is_kernel_only = true,
			    .make = make_place },
		.gathered = { .is_ordered = run->format->is_ordered,
			      .tally.words = run->mode == KCOV_MODE_CMP ? KCOV_CMP_WORDS : 1 },
	};
	int status;

	whole.places.context = &whole;
	status = follow(&whole);
	by_call_fini(&whole.by_call);
	gathered_fini(&whole.gathered);
	places_fini(&whole.places);
	return status;
}
