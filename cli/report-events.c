// SPDX-License-Identifier: MIT
#include "report-events.h"

#include "render/reports.h"
#include "store/replay.h"
#include "syscalls/calls.h"
#include "text/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct shown_events {
	const struct report_events *wanted;
	struct replay *replay;
	const struct replayed_run *run;
	struct places places;
	struct event_writer writer;
	struct calls names;
	/* Who writes events, or adds records up. */
	struct sink sink;
	struct set set;
	/* What others did for a whole run: it comes behind that. */
	struct event remote;
	bool has_remote;
};

static int make_place(void *context, struct place *place)
{
	struct shown_events *shown = context;
	const struct format *format = shown->wanted->format;
	int err = replay_make_place(shown->replay, place);

	if (err || !shown->run->is_by_call || !format->place)
		return err;
	free(place->text);
	place->text = format->place(&place->location, false);
	return place->text ? 0 : -ENOMEM;
}

static int begin(void *context)
{
	const struct shown_events *shown = context;

	return shown->sink.begin(shown->sink.context);
}

static int take_records(void *context, void **stream, const struct event *piece)
{
	const struct shown_events *shown = context;

	return shown->sink.records(shown->sink.context, stream, piece);
}

/* A recording need not say what libseccomp knows. */
static int take_event(void *context, const struct event *recorded)
{
	struct shown_events *shown = context;
	struct event event = *recorded;

	if (!shown->run->is_by_call) {
		shown->remote = event;
		shown->has_remote = event.kind == EVENT_REMOTE;
		return 0;
	}
	if (event.has_call) {
		event.arch_name = calls_arch_name(event.arch);
		if (!event.name)
			event.name = calls_name(&shown->names, event.arch, event.number);
	}
	if (shown->wanted->with_raw_args)
		event.syscall = NULL;
	return shown->sink.event(shown->sink.context, &event);
}

static int end(void *context, const struct totals *totals)
{
	const struct shown_events *shown = context;

	return shown->sink.end(shown->sink.context, totals);
}

/* What the format cannot show of such a run. 0 or -1, told. */
static int check(const struct shown_events *shown)
{
	const struct report_events *wanted = shown->wanted;
	const struct replayed_run *run = shown->run;
	const bool is_pieces = !run->is_by_call && !run->is_fast;

	if (wanted->is_by_syscall && !is_pieces)
		error_tell("the run %s has %s: --by-syscall is for whole runs", run->name,
			   run->is_fast ? "no calls that are told apart" : "calls one by one");
	else if (wanted->is_by_syscall && run->kind->mode != KCOV_MODE_PC)
		error_tell("the run %s is of comparisons: --by-syscall is for PCs", run->name);
	else if (is_pieces && !wanted->is_by_syscall && (wanted->format->can & FORMAT_CALLS))
		error_tell("the run %s is a whole one: -f %s needs --by-syscall, or a run that was "
			   "recorded with -S",
			   run->name, wanted->format->name);
	else
		return 0;
	return -1;
}

static int write_set(const struct shown_events *shown)
{
	const struct reports reports = {
		.writer = &shown->writer,
		.output = shown->wanted->output,
		.is_seen = shown->wanted->format->can & FORMAT_SYMBOLS,
		.is_paged = shown->wanted->is_paged,
	};

	return reports_write(&reports, &shown->set, &shown->run->totals,
			     shown->has_remote ? &shown->remote : NULL);
}

static int write_run(struct shown_events *shown)
{
	const struct sink sink = { .begin = begin,
				   .records = take_records,
				   .event = take_event,
				   .end = end,
				   .context = shown };
	int err;

	if (check(shown))
		return -1;
	shown->sink = shown->run->is_by_call ? shown->wanted->format->events(&shown->writer)
					     : set_sink(&shown->set);
	if (shown->run->is_cut)
		error_tell("the run %s is not shown to its end: the recording had --max-size "
			   "before that",
			   shown->run->name);
	err = replay_write(shown->replay, &sink);
	if (err == -EPIPE && shown->wanted->is_paged)
		return 0;
	if (err < 0 && err != -EBADMSG)
		error_tell("cannot write the report: %s", strerror(-err));
	if (err)
		return -1;
	return shown->run->is_by_call ? 0 : write_set(shown);
}

static int show_run(void *context, struct replay *replay)
{
	const struct report_events *wanted = context;
	const struct replayed_run *run = replay_run(replay);
	struct shown_events shown = {
		.wanted = wanted,
		.replay = replay,
		.run = run,
		.places = { .source = &run->source, .make = make_place, .context = &shown },
		.writer = { .report = { .command = run->command,
					.pid = run->pid,
					.records.kind = run->kind,
					.is_of_others = run->is_of_others,
					.capacity = run->capacity,
					.places = &shown.places },
			    .format = wanted->format,
			    .out = wanted->out },
		.set = { .mode = run->kind->mode,
			 .places = wanted->is_by_syscall ? &shown.places : NULL,
			 .is_ordered = wanted->format->can & FORMAT_ORDER },
	};
	int err;

	/* Events themselves are all that they were. */
	shown.writer.report.is_cut = run->is_cut && !run->is_by_call;
	err = write_run(&shown);

	set_fini(&shown.set);
	places_fini(&shown.places);
	calls_fini(&shown.names);
	return err;
}

int report_events(const struct recording *recording, const struct report_events *wanted)
{
	return replay_runs(recording, show_run, (void *)wanted);
}
