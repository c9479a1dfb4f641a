// SPDX-License-Identifier: MIT
#include "call-filter.h"
#include "calls.h"
#include "cmd.h"
#include "places.h"
#include "render/event-json.h"
#include "run.h"
#include "unanswered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct calls_run {
	struct run_session *session;
	struct calls names;
	struct places places;
	bool is_json;
	struct blind blind;
	/* Addresses where one module went and another one came. */
	size_t n_disputed;
	size_t n_unanswered;
};

static int make_place(void *context, struct place *place)
{
	struct calls_run *calls = context;

	place->tag = noise_function_of(&place->location);
	if (!calls->is_json)
		return 0;
	calls->n_disputed += place->location.is_disputed;
	calls->n_unanswered += place->location.is_unanswered;
	place->text = event_json_place(&place->location, calls->session->run->with_frames);
	return place->text ? 0 : -ENOMEM;
}

static struct report_event describe(struct calls_run *calls, const struct event *event)
{
	struct report_event ret = {
		.kind = event->kind == EVENT_CALL      ? REPORT_CALL
			: event->kind == EVENT_BETWEEN ? REPORT_BETWEEN
						       : REPORT_EXIT,
		.pid = event->pid,
		.tid = event->tid,
		.start = event->start,
		.is_covered = event->is_covered,
		.has_call = event->has_call,
		.number = event->number,
		.result = event->result,
		.is_error = event->is_error,
	};

	if (!event->has_call)
		return ret;
	ret.arch = calls_arch_name(event->arch);
	ret.name = calls_name(&calls->names, event->arch, event->number);
	memcpy(ret.args, event->args, sizeof(ret.args));
	return ret;
}

static bool is_wanted(const struct run *run, const struct event *event)
{
	if (!run->has_filter || event->kind == EVENT_EXIT)
		return true;
	return event->kind == EVENT_CALL &&
	       call_filter_has(&run->filter, event->arch, event->number);
}

/* What it did that cannot be followed, or not be recorded. */
static void look_at(struct calls_run *calls, const struct event *event)
{
	const char *name;

	if (event->kind != EVENT_CALL || (event->is_error && event->result != -EPERM))
		return;
	name = calls_name(&calls->names, event->arch, event->number);
	if (name && event->is_error == (strcmp(name, "ptrace") == 0))
		blind_add(&calls->blind, name, 1);
}

/* Calls after which other modules are there. Programs that do them end soon, but need not. */
static void look_for_modules(struct calls_run *calls, const struct event *event)
{
	const char *name = event->kind == EVENT_CALL
				   ? calls_name(&calls->names, event->arch, event->number)
				   : NULL;

	if (name && (strcmp(name, "init_module") == 0 || strcmp(name, "finit_module") == 0 ||
		     strcmp(name, "delete_module") == 0))
		run_look_for_modules(calls->session);
}

static int take_event(void *context, const struct event *event)
{
	struct calls_run *calls = context;
	struct run_session *session = calls->session;
	struct report_event described;
	struct report report;
	int err;

	look_at(calls, event);
	look_for_modules(calls, event);
	if (!is_wanted(session->run, event))
		return 0;
	described = describe(calls, event);
	report = run_report(session);
	report.event = &described;
	report.pcs = event->pcs;
	report.cmps = event->cmps;
	if (calls->is_json) {
		err = event_json_write(&report, &calls->places, session->run->with_frames,
				       session->out);
	} else {
		err = session->run->format->write(&report, session->out);
		if (report.error)
			cmd_error("%s", kcov_symbolize_error_message(report.error));
		kcov_symbolize_error_free(report.error);
		fflush(session->out);
	}
	if (!err && ferror(session->out))
		err = errno ? -errno : -EIO;
	return err;
}

static void take_not_covered(void *context, pid_t pid, pid_t tid, const char *what, const char *why)
{
	const struct calls_run *calls = context;

	if (calls->is_json)
		event_json_not_covered(pid, tid, what, why, calls->session->out);
	else
		run_not_covered(pid, tid, what, why);
}

static void tell_unanswered(const struct calls_run *calls)
{
	char *what = unanswered_describe(calls->session->symbolizer);

	cmd_error("%zu addresses are in text whose DWARF cannot be read: %s", calls->n_unanswered,
		  what ? what : "");
	free(what);
}

/* What was not covered or not complete: in the end, where who looks at the status looks too. */
static void sum_up(const struct calls_run *calls, const struct events *events,
		   const struct cover_totals *totals)
{
	const struct event_totals sums = {
		.tasks = totals->tasks,
		.not_covered = totals->not_covered,
		.calls = events->n[EVENT_CALL],
		.between = events->n[EVENT_BETWEEN],
		.exits = events->n[EVENT_EXIT],
		.full = events->full,
		.blind = calls->blind,
	};
	FILE *out = calls->session->out;

	if (calls->is_json) {
		event_json_totals(&sums, out);
	} else {
		fprintf(out,
			"\n# %zu tasks, %zu not covered; %zu calls, %zu times between calls, %zu "
			"ends; %zu of them not complete\n",
			sums.tasks, sums.not_covered, sums.calls, sums.between, sums.exits,
			sums.full);
		blind_write(&sums.blind, out);
	}
	if (sums.not_covered && calls->is_json)
		cmd_error("%zu of %zu tasks are not covered", sums.not_covered, sums.tasks);
	if (calls->n_disputed)
		cmd_error("%zu addresses are where first one module lay and then another: it is "
			  "not known which it was",
			  calls->n_disputed);
	if (calls->n_unanswered)
		tell_unanswered(calls);
	if (sums.full)
		cmd_error("a buffer was full in %zu of %zu events: run again with a larger "
			  "--capacity",
			  sums.full, sums.calls + sums.between + sums.exits);
}

static int follow(struct calls_run *calls)
{
	struct run_session *session = calls->session;
	const struct run *run = session->run;
	const struct noise noise = run_noise(&calls->places);
	struct events events = {
		.mode = run->mode,
		.noise = session->symbolizer ? &noise : NULL,
		.take = take_event,
		.context = calls,
	};
	const struct tracer_opts opts = {
		.cover = {
			.devices = &session->devices,
			.mode = run->mode,
			.events = &events,
			.not_covered = take_not_covered,
			.context = calls,
		},
		.no_follow = run->no_follow,
		.has_news = run_look_for_modules,
		.context = session,
		.filter = run->by_seccomp ? &run->filter : NULL,
	};
	struct cover_totals totals;
	int status, err;

	if (run->format->needs_symbols) {
		const struct report source = run_report(session);

		report_write_source(&source, session->out);
	}
	err = run_follow(session, &opts, &totals, &status);
	if (err)
		return err;
	if (events.err)
		return run_failed(run, FIRST_THREAD_REPORT, events.err);
	err = run_write_remote_report(session);
	sum_up(calls, &events, &totals);
	if (!err)
		err = run_end_output(session);
	return err ? err : status;
}

int run_calls(struct run_session *session)
{
	struct calls_run calls = {
		.session = session,
		.is_json = session->run->format->write == report_write_json,
		.blind = { .knows_results = true,
			   .has_common = session->run->remote.common_handle },
		.places = { .symbolizer = session->symbolizer, .make = make_place },
	};
	int status;

	calls.places.context = &calls;
	session->places = &calls.places;
	status = follow(&calls);
	session->places = NULL;
	places_fini(&calls.places);
	calls_fini(&calls.names);
	return status;
}
