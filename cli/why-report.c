// SPDX-License-Identifier: MIT
#include "why-report.h"

#include "analyse/callees.h"
#include "analyse/reason.h"
#include "base/array.h"
#include "run/image-search.h"
#include "store/query.h"
#include "store/replay.h"
#include "syscalls/calls.h"
#include "text/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* All that failed with one error at one place is a kind. */
struct kinds {
	struct why_answer *at;
	size_t n, room;
};

struct asked_events {
	const struct why_report *wanted;
	struct code_image image;
	struct code_blocks blocks;
	struct places places;
	struct calls names;
	/* The first process of the run, and the number of the event. */
	pid_t pid;
	uint64_t number;
	struct kinds kinds;
	/* The last one of the first process. */
	struct why_answer last;
	bool has_last;
	/* There were results. */
	bool has_calls;
	bool is_written;
};

static bool is_chosen(const struct why_report *wanted)
{
	return wanted->is_all || wanted->number || wanted->error || wanted->calls;
}

/*
 * A call that a signal interrupts returns what only the kernel sees (ERESTARTSYS); what comes back
 * from a handler is the result of the interrupted call, no error of its own.
 */
static bool is_failure(const struct event *event)
{
	const bool is_restarted = event->result <= -512 && event->result >= -516;

	return (event->is_error || is_restarted) && event->result < 0 && event->result >= -4095 &&
	       !(event->name && strcmp(event->name, "rt_sigreturn") == 0);
}

static bool is_wanted(const struct asked_events *asked, const struct event *event)
{
	const struct why_report *wanted = asked->wanted;

	if (event->kind != EVENT_CALL || !is_failure(event))
		return false;
	if (wanted->number && wanted->number != asked->number)
		return false;
	if (wanted->error && wanted->error != -event->result)
		return false;
	return !wanted->calls || (event->name && call_filter_has_name(wanted->calls, event->name));
}

static const char *describe(int err)
{
	switch (err) {
	case -ENODATA:
		return "cannot be followed: none of its PCs is of a system call in this image";
	case -E2BIG:
		return "cannot be followed: it would take more than kcovctl gives to one call";
	default:
		return "cannot be followed";
	}
}

/* The line that stands for it: the first of the kinds that decide. */
static uint64_t decider_of(const struct finding *finding)
{
	return finding->n_candidates ? finding->candidates[0].address : 0;
}

static int find_reason(struct asked_events *asked, const struct event *event,
		       struct why_answer *ret)
{
	const struct reason_question question = {
		.pcs = event->records.records,
		.n = event->records.count,
		.is_complete = !event->records.full && !event->doubts,
		.name = event->name,
		.result = event->result,
	};
	int err;

	*ret = (struct why_answer){ .event = *event, .number = asked->number, .count = 1 };
	ret->event.records = (struct kcov_records){ 0 };
	err = reason_find(&asked->blocks, &question, &ret->finding);
	if (err == -ENOMEM)
		return err;
	ret->cause = err ? describe(err) : NULL;
	ret->decider = decider_of(&ret->finding);
	return 0;
}

static int write_full(struct asked_events *asked, const struct why_answer *answer)
{
	const struct why_report *wanted = asked->wanted;

	if (asked->is_written && !wanted->is_json)
		fputc('\n', wanted->out);
	asked->is_written = true;
	return (wanted->is_json ? why_write_json : why_write_text)(answer, &asked->places,
								   wanted->out);
}

static bool is_same_kind(const struct why_answer *a, const struct why_answer *b)
{
	return a->decider == b->decider && a->event.result == b->event.result &&
	       a->event.number == b->event.number && a->event.arch == b->event.arch;
}

/* Takes the answer. */
static int add_to_kinds(struct kinds *kinds, struct why_answer *answer)
{
	for (size_t i = 0; i < kinds->n; i++) {
		struct why_answer *kind = &kinds->at[i];

		if (!is_same_kind(kind, answer))
			continue;
		answer->count = kind->count + 1;
		finding_fini(&kind->finding);
		*kind = *answer;
		return 0;
	}
	if (!array_reserve(kinds, 1)) {
		finding_fini(&answer->finding);
		return -ENOMEM;
	}
	kinds->at[kinds->n++] = *answer;
	return 0;
}

/* The findings of both would be freed twice: the last one is its kind's. */
static void remember_last(struct asked_events *asked, const struct why_answer *answer)
{
	if (answer->event.pid != asked->pid)
		return;
	asked->last = *answer;
	asked->has_last = true;
}

static int take_call(struct asked_events *asked, const struct event *event)
{
	struct why_answer answer;
	int err = find_reason(asked, event, &answer);

	if (err)
		return err;
	if (!is_chosen(asked->wanted)) {
		remember_last(asked, &answer);
		return add_to_kinds(&asked->kinds, &answer);
	}
	err = write_full(asked, &answer);
	finding_fini(&answer.finding);
	return err;
}

/* A recording need not say what libseccomp knows. */
static int take_event(void *context, const struct event *recorded)
{
	struct asked_events *asked = context;
	struct event event = *recorded;

	asked->number++;
	asked->has_calls |= event.kind == EVENT_CALL;
	if (event.has_call) {
		event.arch_name = calls_arch_name(event.arch);
		/* What the recording has is there for this event only. */
		event.name = calls_name(&asked->names, event.arch, event.number);
	}
	return is_wanted(asked, &event) ? take_call(asked, &event) : 0;
}

static int begin(void *context)
{
	(void)context;
	return 0;
}

static int end(void *context, const struct totals *totals)
{
	(void)context;
	(void)totals;
	return 0;
}

/* The answer that was last, with the finding that its kind has. */
static const struct why_answer *find_last(const struct asked_events *asked)
{
	for (size_t i = 0; i < asked->kinds.n; i++)
		if (asked->has_last && is_same_kind(&asked->kinds.at[i], &asked->last))
			return &asked->kinds.at[i];
	return asked->kinds.n ? &asked->kinds.at[asked->kinds.n - 1] : NULL;
}

static int write_kinds(struct asked_events *asked)
{
	const struct why_report *wanted = asked->wanted;
	const struct why_answer *last = find_last(asked);
	int err = 0;

	for (size_t i = 0; i < asked->kinds.n && !err; i++)
		err = wanted->is_json
			      ? why_write_json(&asked->kinds.at[i], &asked->places, wanted->out)
			      : why_write_line(&asked->kinds.at[i], &asked->places, wanted->out);
	if (err || wanted->is_json || !last)
		return err;
	asked->is_written = true;
	return write_full(asked, last);
}

/* Before an image is looked for. */
static int check_run(void *context, struct replay *replay)
{
	const struct replayed_run *run = replay_run(replay);

	(void)context;
	if (run->kind->mode != KCOV_MODE_PC)
		error_tell("the run %s is of comparisons: why is for PCs", run->name);
	else if (!run->is_by_call)
		error_tell("the run %s has no results of calls: record it with -S", run->name);
	else
		return 0;
	return -1;
}

static void forget_kinds(struct asked_events *asked)
{
	for (size_t i = 0; i < asked->kinds.n; i++)
		finding_fini(&asked->kinds.at[i].finding);
	asked->kinds.n = 0;
	asked->has_last = false;
}

static int ask_run(void *context, struct replay *replay)
{
	struct asked_events *asked = context;
	const struct replayed_run *run = replay_run(replay);
	const struct sink sink = {
		.begin = begin, .event = take_event, .end = end, .context = asked
	};
	int err;

	asked->pid = run->pid;
	err = replay_write(replay, &sink);
	if (!err)
		err = write_kinds(asked);
	forget_kinds(asked);
	if (err < 0)
		error_tell("cannot say why: %s", strerror(-err));
	return err ? -1 : 0;
}

/* The file of the kernel, by what answers for it. 0 or -1, told. */
static int open_code(struct asked_events *asked, const struct kcov_symbolizer *symbolizer)
{
	const char *path = kcov_symbolizer_path(symbolizer);
	int err = code_image_open(path, &asked->image);

	if (!err) {
		err = code_blocks_init(&asked->blocks, &asked->image);
		if (!err)
			return 0;
		code_image_close(&asked->image);
	}
	error_tell("cannot read the code of %s: %s", path,
		   err == -ENODATA   ? "it has no text, or no symbols"
		   : err == -ENOTSUP ? "code of this machine is not known to kcovctl"
		   : err == -EINVAL  ? "it is no linked image"
				     : strerror(-err));
	return -1;
}

static int ask(const struct recording *recording, const struct why_report *wanted,
	       struct kcov_symbolizer *symbolizer)
{
	struct asked_events asked = { .wanted = wanted, .places = { .symbolizer = symbolizer } };
	int err = open_code(&asked, symbolizer);

	if (err)
		return err;
	err = replay_runs(recording, ask_run, &asked);
	free(asked.kinds.at);
	places_fini(&asked.places);
	calls_fini(&asked.names);
	callees_free(&asked.image);
	code_blocks_fini(&asked.blocks);
	code_image_close(&asked.image);
	return err;
}

static int ask_found(const struct recording *recording, const struct why_report *wanted,
		     const struct image_search *search)
{
	for (size_t i = 0; i < search->images->n; i++) {
		const struct recorded_image *image = &search->images->at[i];

		if (!image->is_kernel)
			continue;
		if (search->found[i].symbolizer)
			return ask(recording, wanted,
				   (struct kcov_symbolizer *)search->found[i].symbolizer);
		error_tell("no image of build-id %s was found: give it by --vmlinux", image->id);
		return -1;
	}
	error_tell("%s: nothing of a kernel was recorded", recording->path);
	return -1;
}

bool why_report_is_there(void)
{
	return true;
}

int why_report(const struct recording *recording, const struct why_report *wanted)
{
	struct recorded_images images = { 0 };
	struct recorded_runs runs = { 0 };
	struct image_search search;
	int status = 0;

	if (replay_runs(recording, check_run, NULL) || recorded_runs_read(recording, &runs) ||
	    recorded_images_read(recording, &images))
		status = EXIT_USAGE;
	if (!status)
		status = image_search_init(wanted->images, &images, &runs, &search);
	if (!status) {
		status = ask_found(recording, wanted, &search) ? EXIT_USAGE : 0;
		image_search_fini(&search);
	}
	recorded_images_fini(&images);
	recorded_runs_fini(&runs);
	return status;
}
