// SPDX-License-Identifier: MIT
#include "../coverage/places.h"
#include "show.h"

#include <string.h>

struct whole_run {
	struct run_session *session;
	struct set set;
	struct sink sink;
	struct totals totals;
};

static int make_place(void *context, struct place *place)
{
	struct kcov_symbolizer *symbolizer = context;

	place->tag = noise_function_of(&place->location);
	return symbolizer ? by_syscall_make_place(symbolizer, place) : 0;
}

/* On the drainer's thread, or with its lock. */
static int take_records(void *context, void **stream, const struct event *piece)
{
	const struct sink *sink = &((const struct whole_run *)context)->sink;

	return sink->records(sink->context, stream, piece);
}

static int take_event(void *context, const struct event *event)
{
	const struct sink *sink = &((const struct whole_run *)context)->sink;

	if (event->kind == EVENT_NOT_COVERED)
		run_not_covered(event);
	return sink->event(sink->context, event);
}

/* A record whose address is where a call begins, which it came by so often. */
static void look_at(struct whole_run *whole, struct blind_spots *blind, uint64_t pc, uint64_t hits)
{
	const struct place *place = places_get(&whole->session->places, pc);

	if (place && place->text)
		blind_spots_add(blind, place->text, hits);
}

/* What the program did that cannot be followed, or not be recorded. */
static void find_blind(struct whole_run *whole)
{
	const struct set *set = &whole->set;
	const struct streams *streams = &set->streams;
	const struct tally *tally = &set->tally;
	struct blind_spots *blind = &whole->totals.blind;

	if (set->mode != KCOV_MODE_PC)
		return;
	for (size_t i = 0; i < set->by_syscall.n; i++)
		blind_spots_add(blind, set->by_syscall.at[i]->name, set->by_syscall.at[i]->calls);
	for (size_t i = 0; i < tally->n; i++)
		look_at(whole, blind, tally->records[i], tally->hits[i]);
	for (size_t i = 0; i < streams->n; i++)
		for (size_t j = 0; j < streams->at[i]->n; j++)
			look_at(whole, blind, streams->at[i]->at[j], 1);
}

static int end(struct whole_run *whole, int status)
{
	struct run_session *session = whole->session;
	const struct event *remote;
	struct event room;
	int err = run_end(session, &whole->sink, &whole->totals, &room, &remote);

	if (err)
		return run_failed(session->run, FIRST_THREAD_REPORT, err);
	find_blind(whole);
	/* Nobody has to wait any more: those in modules are looked up if they are shown. */
	session->places.is_kernel_only = false;
	places_forget_modules(&session->places);
	return run_show(session, &whole->set, &whole->totals, remote, status);
}

static int follow(struct whole_run *whole)
{
	struct run_session *session = whole->session;
	const struct run *run = session->run;
	struct noise noise;
	const struct sink sink = { .records = take_records, .event = take_event, .context = whole };
	const struct drainer_opts drainer_opts = {
		.mode = run->mode,
		.noise = run_noise(session, &noise),
		.sink = &sink,
	};
	struct drainer drainer;
	const struct tracer_opts opts = {
		.cover = {
			.devices = &session->devices,
			.mode = run->mode,
			.drainer = &drainer,
			.totals = &whole->totals,
		},
		.no_follow = run->no_follow,
		.has_news = run_look_for_modules,
		.context = session,
		.wants_names = run->recording,
	};
	int status, drain_err, err = whole->sink.begin(whole->sink.context);

	if (!err)
		err = drainer_start(&drainer, &drainer_opts, &session->devices);
	if (err) {
		run_cancel(session);
		return run_failed(run, FIRST_THREAD_TRACE, err);
	}
	err = run_follow(session, &opts, &status);
	drain_err = drainer_stop(&drainer);
	if (err)
		return err;
	if (drain_err)
		return run_failed(run, FIRST_THREAD_REPORT, drain_err);
	return end(whole, status);
}

int run_whole(struct run_session *session)
{
	const struct run *run = session->run;
	struct whole_run whole = {
		.session = session,
		.set = { .mode = run->mode, .is_ordered = run->format->can & FORMAT_ORDER },
		.totals = { .only = run->no_follow ? (run->pid ? "this" : "first") : NULL,
			    .blind.has_common = run->remote.common_handle },
	};
	const struct sink reports = set_sink(&whole.set);
	struct tee tee = { 0 };
	int status;

	session->places.make = make_place;
	session->places.context = session->places.symbolizer;
	session->places.is_kernel_only = true;
	if (run->by_syscall)
		whole.set.places = &session->places;
	whole.sink = run_sink(session, &reports, &tee);
	status = follow(&whole);
	tee_fini(&tee);
	set_fini(&whole.set);
	return status;
}
