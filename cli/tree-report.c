// SPDX-License-Identifier: MIT
#include "tree-report.h"

#include "analyse/call-tree.h"
#include "recorded-code.h"
#include "render/tree-writer.h"
#include "store/replay.h"
#include "syscalls/calls.h"
#include "text/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct tree_events {
	const struct recording *recording;
	const struct tree_report *wanted;
	struct recorded_code *code;
	struct calls names;
	uint64_t number;
};

static int write_tree(struct tree_events *events, const struct event *event)
{
	struct tree_nodes nodes = { 0 };
	struct written_tree tree = { .event = event, .number = events->number, .nodes = &nodes };
	int err =
		call_tree_make(&events->code->blocks, &events->code->places, event->records.records,
			       event->records.count, events->wanted->max_depth, &nodes);

	if (err && err != -ENODATA && err != -E2BIG)
		return err;
	tree.cause = err ? recorded_code_cause(err) : NULL;
	(events->wanted->is_json ? tree_write_json : tree_write_text)(&tree, events->wanted->out);
	free(nodes.at);
	return ferror(events->wanted->out) ? -EIO : 0;
}

/* What is between calls has no call, but a tree. */
static int take_event(void *context, const struct event *recorded)
{
	struct tree_events *events = context;
	struct event event = *recorded;

	events->number++;
	if (event.kind != EVENT_CALL && event.kind != EVENT_BETWEEN && event.kind != EVENT_EXIT)
		return 0;
	if (events->wanted->with_raw_args)
		event.syscall = NULL;
	if (event.has_call)
		event.name = calls_name(&events->names, event.arch, event.number);
	return write_tree(events, &event);
}

static int write_run(void *context, struct replay *replay)
{
	const struct sink sink = { .event = take_event, .context = context };
	int err = replay_write(replay, &sink);

	if (err < 0)
		error_tell("cannot write the trees: %s", strerror(-err));
	return err ? -1 : 0;
}

static int ask(void *context, struct recorded_code *code)
{
	struct tree_events *events = context;
	int err;

	events->code = code;
	err = replay_runs(events->recording, write_run, events);
	calls_fini(&events->names);
	return err ? EXIT_USAGE : 0;
}

int tree_report(const struct recording *recording, const struct tree_report *wanted)
{
	struct tree_events events = { .recording = recording, .wanted = wanted };

	if (recorded_code_check(recording, "--tree"))
		return EXIT_USAGE;
	return recorded_code_use(recording, wanted->images, ask, &events);
}
