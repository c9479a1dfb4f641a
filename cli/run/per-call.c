// SPDX-License-Identifier: MIT
#include "../coverage/parameters.h"
#include "../coverage/places.h"
#include "../syscalls/call-filter.h"
#include "../syscalls/calls.h"
#include "../text/error.h"
#include "record.h"
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct calls_run {
	struct run_session *session;
	struct calls names;
	struct parameters parameters;
	/* Who writes what is wanted of it. */
	struct event_writer writer;
	struct sink sink;
	struct totals totals;
	/* Addresses where one module went and another one came. */
	size_t n_disputed;
	size_t n_unanswered;
};

static int make_place(void *context, struct place *place)
{
	struct calls_run *calls = context;
	const struct format *format = calls->writer.format;

	place->tag = noise_function_of(&place->location);
	if (!format->place)
		return 0;
	calls->n_disputed += place->location.is_disputed;
	calls->n_unanswered += place->location.is_unanswered;
	place->text = format->place(&place->location, calls->writer.with_frames);
	return place->text ? 0 : -ENOMEM;
}

static bool is_wanted(const struct run *run, const struct event *event)
{
	if (!run->has_filter || (event->kind != EVENT_CALL && event->kind != EVENT_BETWEEN))
		return true;
	return event->kind == EVENT_CALL &&
	       call_filter_has(&run->filter, event->arch, event->number);
}

/* What it did that cannot be followed, or not be recorded. */
static void look_at(struct calls_run *calls, const struct event *event)
{
	if (event->kind != EVENT_CALL || (event->is_error && event->result != -EPERM))
		return;
	if (event->name && event->is_error == (strcmp(event->name, "ptrace") == 0))
		blind_spots_add(&calls->totals.blind, event->name, 1);
}

/* Calls after which other modules are there. Programs that do them end soon, but need not. */
static void look_for_modules(struct calls_run *calls, const struct event *event)
{
	const char *name = event->kind == EVENT_CALL ? event->name : NULL;

	if (name && (strcmp(name, "init_module") == 0 || strcmp(name, "finit_module") == 0 ||
		     strcmp(name, "delete_module") == 0))
		run_look_for_modules(calls->session);
}

static int take_event(void *context, const struct event *event)
{
	struct calls_run *calls = context;
	const struct sink *sink = &calls->sink;
	struct places *places = &calls->session->places;
	int err;

	look_at(calls, event);
	look_for_modules(calls, event);
	if (!is_wanted(calls->session->run, event))
		return 0;
	if (event->kind == EVENT_NOT_COVERED && !(calls->writer.format->can & FORMAT_LOSS))
		run_not_covered(event);
	err = sink->event(sink->context, event);
	/* Before something else is looked up. */
	if (err && places->error)
		error_tell("%s", kcov_symbolize_error_message(places->error));
	return err;
}

static void tell_unanswered(const struct calls_run *calls)
{
	char *what = places_describe_unanswered(&calls->session->places);

	error_tell("%zu addresses are in text whose DWARF cannot be read: %s", calls->n_unanswered,
		   what ? what : "");
	free(what);
}

/* What was not covered or not complete: in the end, where who looks at the status looks too. */
static void sum_up(const struct calls_run *calls)
{
	const struct totals *totals = &calls->totals;

	if (totals->not_covered && (calls->writer.format->can & FORMAT_LOSS))
		error_tell("%zu of %zu tasks are not covered", totals->not_covered, totals->tasks);
	if (calls->n_disputed)
		error_tell("%zu addresses are where first one module lay and then another: it is "
			   "not known which it was",
			   calls->n_disputed);
	if (calls->n_unanswered)
		tell_unanswered(calls);
	if (totals->full_events)
		error_tell("a buffer was full in %zu of %zu events: run again with a larger "
			   "--capacity",
			   totals->full_events, totals->calls + totals->between + totals->exits);
}

/* What others did for the program, and the end. */
static int write_end(struct calls_run *calls, int status)
{
	struct run_session *session = calls->session;
	const struct event *remote;
	struct event room;
	int err = run_end(session, &calls->sink, &calls->totals, &room, &remote);

	if (remote) {
		const struct report report = report_of(&calls->writer.report, remote);

		run_warn(session, &report);
	}
	sum_up(calls);
	if (err)
		return run_failed(session->run, FIRST_THREAD_REPORT, err);
	return run_show(session, NULL, &calls->totals, remote, status);
}

static int follow(struct calls_run *calls)
{
	struct run_session *session = calls->session;
	const struct run *run = session->run;
	struct noise noise;
	const struct sink sink = { .event = take_event, .context = calls };
	struct events events = {
		.mode = run->mode,
		.noise = run_noise(session, &noise),
		.sink = &sink,
		.totals = &calls->totals,
		.names = &calls->names,
		.parameters = run->with_raw_args ? NULL : &calls->parameters,
	};
	const struct tracer_opts opts = {
		.cover = {
			.devices = &session->devices,
			.mode = run->mode,
			.events = &events,
			.totals = &calls->totals,
		},
		.no_follow = run->no_follow,
		.has_news = run_look_for_modules,
		.context = session,
		.wants_names = run->recording,
		.filter = run->by_seccomp ? &run->filter : NULL,
	};
	int status, err = run->with_raw_args
				  ? 0
				  : parameters_init(session->places.symbolizer, &calls->parameters);

	if (!err)
		err = calls->sink.begin(calls->sink.context);
	if (err) {
		run_cancel(session);
		return run_failed(run, FIRST_THREAD_REPORT, err);
	}
	err = run_follow(session, &opts, &status);
	if (err)
		return err;
	if (events.err)
		return run_failed(run, FIRST_THREAD_REPORT, events.err);
	return write_end(calls, status);
}

int run_calls(struct run_session *session)
{
	const struct run *run = session->run;
	struct calls_run calls = {
		.session = session,
		.writer = { .report = run_report(session),
			    .format = run->format,
			    .with_frames = run->with_frames,
			    .out = session->out },
		.totals = { .has_events = true,
			    .blind = { .knows_results = true,
				       .has_common = run->remote.common_handle } },
	};
	struct sink reports = { 0 };
	struct tee tee = { 0 };
	int status;

	session->places.make = make_place;
	session->places.context = &calls;
	if (run_has_reports(run))
		reports = run->format->events(&calls.writer);
	calls.sink = run_sink(session, &reports, &tee);
	status = follow(&calls);
	tee_fini(&tee);
	/* It has events of these names. */
	if (session->recorder)
		recorder_stop(session->recorder);
	calls_fini(&calls.names);
	parameters_fini(&calls.parameters);
	return status;
}
