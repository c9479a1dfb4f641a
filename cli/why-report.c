// SPDX-License-Identifier: MIT
#include "why-report.h"

#include "analyse/reason.h"
#include "base/array.h"
#include "coverage/event-texts.h"
#include "recorded-code.h"
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
	struct recorded_code *code;
	struct calls names;
	/* The first process of the run, and the number of the event. */
	pid_t pid;
	uint64_t number;
	struct kinds kinds;
	/* The last one of the first process. */
	struct why_answer last;
	bool has_last;
	bool is_written;
};

struct recording_asked {
	const struct recording *recording;
	const struct why_report *wanted;
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

/* The line that stands for it: the first of the kinds that decide. */
static uint64_t decider_of(const struct finding *finding)
{
	return finding->n_candidates ? finding->candidates[0].address : 0;
}

/* What is there for this event only. 0 or -ENOMEM. */
static int keep_event(const struct event *event, struct why_answer *answer)
{
	answer->event = *event;
	answer->event.records = (struct kcov_records){ 0 };
	answer->texts = malloc(event_texts_size(event) + 1);
	if (!answer->texts)
		return -ENOMEM;
	event_texts_copy(event, answer->texts, &answer->event);
	return 0;
}

static void answer_fini(struct why_answer *answer)
{
	finding_fini(&answer->finding);
	free(answer->texts);
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

	*ret = (struct why_answer){ .number = asked->number, .count = 1 };
	err = keep_event(event, ret);
	if (!err)
		err = reason_find(&asked->code->blocks, &question, &ret->finding);
	if (err == -ENOMEM) {
		answer_fini(ret);
		return err;
	}
	ret->cause = err ? recorded_code_cause(err) : NULL;
	ret->decider = decider_of(&ret->finding);
	return 0;
}

static int write_full(struct asked_events *asked, const struct why_answer *answer)
{
	const struct why_report *wanted = asked->wanted;

	if (asked->is_written && !wanted->is_json)
		fputc('\n', wanted->out);
	asked->is_written = true;
	return (wanted->is_json ? why_write_json : why_write_text)(answer, &asked->code->places,
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
		answer_fini(kind);
		*kind = *answer;
		return 0;
	}
	if (!array_reserve(kinds, 1)) {
		answer_fini(answer);
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
	answer_fini(&answer);
	return err;
}

/* A recording need not say what libseccomp knows. */
static int take_event(void *context, const struct event *recorded)
{
	struct asked_events *asked = context;
	struct event event = *recorded;

	asked->number++;
	if (event.has_call) {
		event.arch_name = calls_arch_name(event.arch);
		/* What the recording has is there for this event only. */
		event.name = calls_name(&asked->names, event.arch, event.number);
	}
	if (asked->wanted->with_raw_args)
		event.syscall = NULL;
	return is_wanted(asked, &event) ? take_call(asked, &event) : 0;
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
		err = wanted->is_json ? why_write_json(&asked->kinds.at[i], &asked->code->places,
						       wanted->out)
				      : why_write_line(&asked->kinds.at[i], &asked->code->places,
						       wanted->out);
	if (err || wanted->is_json || !last)
		return err;
	asked->is_written = true;
	return write_full(asked, last);
}

static void forget_kinds(struct asked_events *asked)
{
	for (size_t i = 0; i < asked->kinds.n; i++)
		answer_fini(&asked->kinds.at[i]);
	asked->kinds.n = 0;
	asked->has_last = false;
}

static int ask_run(void *context, struct replay *replay)
{
	struct asked_events *asked = context;
	const struct replayed_run *run = replay_run(replay);
	const struct sink sink = { .event = take_event, .context = asked };
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

static int ask(void *context, struct recorded_code *code)
{
	struct recording_asked *asked_of = context;
	struct asked_events asked = { .wanted = asked_of->wanted, .code = code };
	int err = replay_runs(asked_of->recording, ask_run, &asked);

	free(asked.kinds.at);
	calls_fini(&asked.names);
	return err ? EXIT_USAGE : 0;
}

bool why_report_is_there(void)
{
	return true;
}

int why_report(const struct recording *recording, const struct why_report *wanted)
{
	struct recording_asked asked = { recording, wanted };

	if (recorded_code_check(recording, "why"))
		return EXIT_USAGE;
	return recorded_code_use(recording, wanted->images, ask, &asked);
}
