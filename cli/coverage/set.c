// SPDX-License-Identifier: MIT
#include "set.h"

static int begin(void *context)
{
	struct set *set = context;

	set->tally.words = set->streams.words = kcov_record_kind(set->mode)->words;
	return 0;
}

static int take_records(void *context, void **stream, const struct event *piece)
{
	const struct kcov_records *records = &piece->records;
	struct set *set = context;

	set->doubts |= piece->doubts;
	set->is_full |= records->full;
	if (set->places)
		return by_syscall_add(&set->by_syscall, set->places,
				      (struct by_syscall_entry **)stream, records->records,
				      records->count);
	if (!set->is_ordered)
		return tally_add(&set->tally, records->records, records->count);
	return streams_add(&set->streams, (struct stream **)stream, piece->pid, piece->tid,
			   records->records, records->count, piece->doubts);
}

static int take_event(void *context, const struct event *event)
{
	(void)context;
	(void)event;
	return 0;
}

static int end(void *context, const struct totals *totals)
{
	struct set *set = context;
	int err = tally_list(&set->tally);

	(void)totals;
	by_syscall_sort(&set->by_syscall);
	for (size_t i = 0; i < set->by_syscall.n && !err; i++)
		err = tally_list(&set->by_syscall.at[i]->tally);
	return err;
}

struct sink set_sink(struct set *set)
{
	return (struct sink){ .begin = begin,
			      .records = take_records,
			      .event = take_event,
			      .end = end,
			      .context = set };
}

void set_fini(struct set *set)
{
	by_syscall_fini(&set->by_syscall);
	streams_fini(&set->streams);
	tally_fini(&set->tally);
}
