// SPDX-License-Identifier: MIT
#include "recorder.h"

#include "../base/worker.h"
#include "../coverage/by-syscall.h"
#include "../text/error.h"
#include "event-rows.h"
#include "parameter-rows.h"
#include "block-rows.h"
#include "point-rows.h"
#include "rows.h"
#include "run-rows.h"
#include "tally-rows.h"
#include "work-queue.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A task of which records come. */
struct stream {
	struct stream *next;
	pid_t pid;
	pid_t tid;
	sqlite3_int64 row;
	/* Bits of enum kcov_drain_doubt. */
	unsigned int doubts;
	/* The call that it is in. */
	struct call_tally *call;
	/* With sets: what it hit since its last one; whether that is something. */
	struct hits set;
	bool has_set;
	struct stream *next_with_set;
};

struct recorder {
	struct recorder_opts opts;
	sqlite3_int64 run;
	char boot[64];
	pthread_t thread;
	bool has_thread;
	struct work_queue queue;
	/* The thread's own, from here on. */
	struct point_rows points;
	struct tally_rows tally;
	struct event_rows events;
	struct parameter_rows parameters;
	struct block_rows blocks;
	/* What is kept from now on. */
	enum recorder_keep keep;
	/* Of the event that is looked at. */
	struct hits set;
	/* Tasks that have some, linked by next_with_set. */
	struct stream *with_sets;
	/* Of runs that stop at calls: tasks by their ids. */
	struct map tasks;
	uint64_t records;
	/* Of those, comparisons that are none. */
	uint64_t damaged;
	bool is_in_transaction;
	/* Something was taken since hits were written. */
	bool has_news;
	unsigned int doubts;
	bool is_full;
	/* When hits are written next; when what was written goes to the file to stay. */
	struct timespec next_hits;
	struct timespec next_commit;
	/* What failed: a result code of SQLite, or 0; and what SQLite said then. */
	int code;
	char *why;
	/* Whoever calls the sink has these. */
	struct stream *streams;
	struct totals totals;
};

/* By CLOCK_MONOTONIC, so many milliseconds from now. */
static struct timespec after(long ms)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += ms / 1000;
	time.tv_nsec += ms % 1000 * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

static long ms_between(const struct timespec *from, const struct timespec *to)
{
	return (to->tv_sec - from->tv_sec) * 1000 + (to->tv_nsec - from->tv_nsec) / 1000000;
}

static bool is_over(const struct timespec *time)
{
	const struct timespec now = after(0);

	return ms_between(time, &now) >= 0;
}

/* From the first failure on nothing is written: what is in the file then stays as it is. */
static void set_code(struct recorder *recorder, int code)
{
	if (!code || recorder->code)
		return;
	recorder->code = code;
	recorder->why = strdup(code == SQLITE_NOMEM ? "out of memory"
						    : sqlite3_errmsg(recorder->opts.recording->db));
}

static bool keeps_order(const struct recorder *recorder)
{
	return recorder->keep == RECORDER_ORDER;
}

static bool keeps_sets(const struct recorder *recorder)
{
	return recorder->keep == RECORDER_SETS;
}

/* It became too large: there are no events from then on. */
static bool is_cut(const struct recorder *recorder)
{
	return recorder->keep != recorder->opts.keep;
}

/* Once it is larger than it may be, only totals are kept. */
static void look_at_size(struct recorder *recorder)
{
	const struct recording *recording = recorder->opts.recording;
	sqlite3_int64 pages = 0, size = 0;

	if (!recorder->opts.max_size || recorder->keep == RECORDER_TOTALS || recorder->code)
		return;
	set_code(recorder, rows_get_number(recording->db, "PRAGMA page_count", &pages));
	set_code(recorder, rows_get_number(recording->db, "PRAGMA page_size", &size));
	if (recorder->code || (uint64_t)(pages * size) < recorder->opts.max_size)
		return;
	recorder->keep = RECORDER_TOTALS;
	set_code(recorder, run_rows_end_order(recording, recorder->run));
}

static void begin_transaction(struct recorder *recorder)
{
	if (recorder->is_in_transaction || recorder->code)
		return;
	set_code(recorder, recording_run(recorder->opts.recording, "BEGIN IMMEDIATE"));
	recorder->is_in_transaction = !recorder->code;
}

static void write_block(struct recorder *recorder)
{
	if (!recorder->code)
		set_code(recorder, block_rows_write(&recorder->blocks));
	look_at_size(recorder);
}

/* What tasks hit since their last sets. */
static void write_sets(struct recorder *recorder)
{
	size_t n;

	for (struct stream *stream = recorder->with_sets; stream; stream = stream->next_with_set) {
		if (recorder->code)
			return;
		stream->has_set = false;
		if (block_rows_add_set(&recorder->blocks, &stream->set, &n) ||
		    block_rows_end_part(&recorder->blocks, stream->row, n))
			set_code(recorder, SQLITE_NOMEM);
		hits_fini(&stream->set);
	}
	recorder->with_sets = NULL;
}

/* What was written is in the file to stay. */
static void commit(struct recorder *recorder)
{
	const struct recording *recording = recorder->opts.recording;

	if (recorder->is_in_transaction) {
		write_sets(recorder);
		write_block(recorder);
	}
	if (recorder->is_in_transaction && !recorder->code)
		set_code(recorder, recording_run(recording, "COMMIT"));
	if (recorder->is_in_transaction && !recorder->code)
		set_code(recorder, recording_checkpoint(recording));
	if (recorder->code)
		recording_run(recording, "ROLLBACK");
	recorder->is_in_transaction = false;
	recorder->next_commit = after(1000);
}

static int move(void *context, uint32_t from, uint32_t to)
{
	return tally_rows_move(context, from, to);
}

/* It takes a part of the time only, however much there is. */
static void write_hits(struct recorder *recorder, bool is_final)
{
	const struct timespec begun = after(0);
	struct timespec ended;

	recorder->has_news = false;
	begin_transaction(recorder);
	if (!recorder->code)
		set_code(recorder,
			 point_rows_resolve(&recorder->points, is_final, move, &recorder->tally));
	if (!recorder->code)
		set_code(recorder, point_rows_write(&recorder->points));
	if (!recorder->code)
		set_code(recorder, tally_rows_write(&recorder->tally));
	if (!recorder->code)
		set_code(recorder, run_rows_go_on(recorder->opts.recording, recorder->run,
						  recorder->records));
	ended = after(0);
	recorder->next_hits = after(1000 + 20 * ms_between(&begun, &ended));
}

static void add_task(struct recorder *recorder, struct stream *stream)
{
	if (stream->row)
		return;
	set_code(recorder, event_rows_add_task(&recorder->events, stream->pid, stream->tid, NULL,
					       NULL, &stream->row));
	stream->call = tally_rows_call(&recorder->tally, "");
	if (!stream->call)
		set_code(recorder, SQLITE_NOMEM);
}

/* The task is where a call begins. */
static void enter_call(struct recorder *recorder, struct stream *stream, const char *name)
{
	struct call_tally *call;

	if (!by_syscall_is_next(stream->call->name, name))
		return;
	call = tally_rows_call(&recorder->tally, name);
	if (!call) {
		set_code(recorder, SQLITE_NOMEM);
		return;
	}
	call->calls++;
	stream->call = call;
}

static const struct stored_point *find_point(struct recorder *recorder, uint64_t address)
{
	const struct stored_point *point = point_rows_get(&recorder->points, address);

	if (!point)
		set_code(recorder, recorder->points.code ? recorder->points.code : SQLITE_NOMEM);
	return point;
}

/* Comparisons that somebody wrote over are none, and nothing was hit by them. */
static bool is_damaged(const struct recorder *recorder, const uint64_t *record)
{
	const struct kcov_cmps cmps = { .records = record, .count = 1 };
	struct kcov_cmp cmp;

	return recorder->opts.mode == KCOV_MODE_CMP && kcov_cmp_decode(&cmps, 0, &cmp);
}

/* One record: where it is, and in its order. NULL: nothing was hit, or it failed. */
static const struct stored_point *keep(struct recorder *recorder,
				       const struct kcov_records *records, size_t i)
{
	const uint64_t *record = records->records + i * records->kind->words;
	const struct stored_point *point = NULL;

	if (is_damaged(recorder, record))
		recorder->damaged++;
	else
		point = find_point(recorder, record[records->kind->address]);
	if (!recorder->code && keeps_order(recorder) &&
	    block_rows_add(&recorder->blocks, point, record))
		set_code(recorder, SQLITE_NOMEM);
	return recorder->code ? NULL : point;
}

static void add_to_set(struct recorder *recorder, struct stream *stream,
		       const struct stored_point *point)
{
	if (hits_add(&stream->set, point->number, 1))
		set_code(recorder, SQLITE_NOMEM);
	if (stream->has_set)
		return;
	stream->has_set = true;
	stream->next_with_set = recorder->with_sets;
	recorder->with_sets = stream;
}

/* One record of a task that does not stop at calls. */
static void count(struct recorder *recorder, struct stream *stream,
		  const struct stored_point *point)
{
	if (keeps_sets(recorder))
		add_to_set(recorder, stream, point);
	if (point->call && recorder->opts.mode == KCOV_MODE_PC)
		enter_call(recorder, stream, point->call);
	if (tally_rows_add(&recorder->tally, stream->call, point->number))
		set_code(recorder, SQLITE_NOMEM);
}

/* A block that is large enough need not wait for the second to be over. */
static void write_large_block(struct recorder *recorder)
{
	if (!recorder->code && block_rows_are_many(&recorder->blocks))
		write_block(recorder);
}

static void end_part(struct recorder *recorder, sqlite3_int64 task, size_t n)
{
	if (!keeps_order(recorder) || recorder->code)
		return;
	if (block_rows_end_part(&recorder->blocks, task, n))
		set_code(recorder, SQLITE_NOMEM);
	write_large_block(recorder);
}

/* Of the last that it did, it is known what it is called. */
static void name_task(struct recorder *recorder, sqlite3_int64 row, const struct event *event)
{
	if (event->comm[0] && row && !recorder->code)
		set_code(recorder, event_rows_name(&recorder->events, row, event->comm));
}

static void take_records(struct recorder *recorder, struct stream *stream,
			 const struct event *piece)
{
	const struct kcov_records *records = &piece->records;

	add_task(recorder, stream);
	stream->doubts |= piece->doubts;
	recorder->doubts |= piece->doubts;
	recorder->is_full |= records->full;
	recorder->records += records->count;
	for (size_t i = 0; i < records->count && !recorder->code; i++) {
		const struct stored_point *point = keep(recorder, records, i);

		if (point)
			count(recorder, stream, point);
	}
	end_part(recorder, stream->row, records->count);
	name_task(recorder, stream->row, piece);
}

/* The row of the task of an event; 0: it has none. */
static sqlite3_int64 task_of(struct recorder *recorder, const struct event *event)
{
	const uint64_t key = (uint64_t)event->tid;
	sqlite3_int64 row = (sqlite3_int64)(uintptr_t)map_get(&recorder->tasks, key);

	if (event->kind == EVENT_REMOTE)
		return 0;
	if (!row) {
		set_code(recorder, event_rows_add_task(&recorder->events, event->pid, event->tid,
						       event->what, event->why, &row));
		if (!recorder->code && map_put(&recorder->tasks, key, (void *)(uintptr_t)row))
			set_code(recorder, SQLITE_NOMEM);
	}
	/* Another one may have its id next. */
	if (event->kind == EVENT_EXIT)
		map_remove(&recorder->tasks, key);
	return row;
}

/* What the records of an event count for. */
static struct call_tally *call_of(struct recorder *recorder, const struct event *event)
{
	char number[32];

	switch (event->kind) {
	case EVENT_EXIT:
		return tally_rows_call(&recorder->tally, BY_SYSCALL_END);
	case EVENT_REMOTE:
		return tally_rows_call(&recorder->tally, BY_SYSCALL_REMOTE);
	case EVENT_CALL:
		if (event->name)
			return tally_rows_call(&recorder->tally, event->name);
		snprintf(number, sizeof(number), "syscall_%" PRIu64, event->number);
		return tally_rows_call_of(&recorder->tally, number);
	default:
		return tally_rows_call(&recorder->tally, BY_SYSCALL_BETWEEN);
	}
}

static void count_event(struct recorder *recorder, const struct event *event,
			struct call_tally *call)
{
	const struct kcov_records *records = &event->records;

	recorder->records += records->count;
	recorder->is_full |= records->full;
	call->calls += event->kind == EVENT_CALL || event->kind == EVENT_EXIT;
	call->failed += event->kind == EVENT_CALL && event->is_error;
	for (size_t i = 0; i < records->count && !recorder->code; i++) {
		const struct stored_point *point = keep(recorder, records, i);

		if (point && tally_rows_add(&recorder->tally, call, point->number))
			set_code(recorder, SQLITE_NOMEM);
		if (point && keeps_sets(recorder) && hits_add(&recorder->set, point->number, 1))
			set_code(recorder, SQLITE_NOMEM);
	}
}

/* Nothing ran of it, but that is to be told where it was. */
static void take_not_covered(struct recorder *recorder, const struct event *event)
{
	const struct event_links links = { .task = task_of(recorder, event) };

	if (!recorder->code && !is_cut(recorder))
		set_code(recorder, event_rows_add(&recorder->events, event, &links));
}

/* The set of the event that was looked at: how many points it has. */
static sqlite3_int64 end_set(struct recorder *recorder)
{
	size_t n = 0;

	if (!recorder->code && block_rows_add_set(&recorder->blocks, &recorder->set, &n))
		set_code(recorder, SQLITE_NOMEM);
	return (sqlite3_int64)n;
}

static void write_event(struct recorder *recorder, const struct event *event,
			const struct event_links *links)
{
	sqlite3_int64 row;

	set_code(recorder, event_rows_add(&recorder->events, event, links));
	if (recorder->code)
		return;
	row = sqlite3_last_insert_rowid(recorder->opts.recording->db);
	set_code(recorder, parameter_rows_add(&recorder->parameters, event, row));
}

static void take_event(struct recorder *recorder, const struct event *event)
{
	struct event_links links = { .task = task_of(recorder, event) };
	struct call_tally *call = recorder->code ? NULL : call_of(recorder, event);

	if (!call) {
		set_code(recorder, SQLITE_NOMEM);
		return;
	}
	if (recorder->keep != RECORDER_TOTALS && event->records.count) {
		links.block = recorder->blocks.block;
		links.at = recorder->blocks.n;
	}
	count_event(recorder, event, call);
	if (keeps_sets(recorder) && links.block)
		links.addresses = end_set(recorder);
	if (!recorder->code)
		set_code(recorder, tally_rows_name(&recorder->tally, call));
	links.call = call->row;
	name_task(recorder, links.task, event);
	if (!recorder->code && !is_cut(recorder))
		write_event(recorder, event, &links);
	write_large_block(recorder);
}

static void take(struct recorder *recorder, const struct work *work)
{
	recorder->has_news = true;
	begin_transaction(recorder);
	if (recorder->code)
		return;
	switch (work->kind) {
	case WORK_MODULES:
		point_rows_forget_modules(&recorder->points);
		set_code(recorder, recorder->points.code);
		break;
	case WORK_RECORDS:
		take_records(recorder, work->stream, &work->event);
		break;
	case WORK_EVENT:
		if (work->event.kind == EVENT_NOT_COVERED)
			take_not_covered(recorder, &work->event);
		else
			take_event(recorder, &work->event);
		break;
	}
}

/* While the command goes on and nothing comes, so that less is left to be done when it has ended.
 */
static void use_the_time(struct recorder *recorder)
{
	if (recorder->code || !recorder->is_in_transaction)
		return;
	set_code(recorder, point_rows_write_names(&recorder->points));
}

/* What comes behind a failure is dropped: recorder_finish() tells of it. */
static void *write_all(void *context)
{
	struct recorder *recorder = context;
	struct work *work, *next;
	bool is_at_end = false;

	recorder->next_hits = recorder->next_commit = after(1000);
	begin_transaction(recorder);
	if (!recorder->code)
		set_code(recorder, run_rows_find_layout(&recorder->opts, recorder->run));
	while (!is_at_end) {
		work = work_queue_take(&recorder->queue, &recorder->next_commit, &is_at_end);
		for (; work; work = next) {
			next = work->next;
			take(recorder, work);
			free(work);
		}
		if (!is_at_end && work_queue_is_empty(&recorder->queue))
			use_the_time(recorder);
		if (!is_at_end && !is_over(&recorder->next_commit))
			continue;
		if (is_at_end || (recorder->has_news && is_over(&recorder->next_hits)))
			write_hits(recorder, is_at_end);
		if (!is_at_end)
			commit(recorder);
	}
	return NULL;
}

static int begin(void *context)
{
	struct recorder *recorder = context;
	int err = worker_start(&recorder->thread, write_all, recorder);

	recorder->has_thread = !err;
	return err;
}

static struct stream *add_stream(struct recorder *recorder, const struct event *piece)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return NULL;
	*stream =
		(struct stream){ .next = recorder->streams, .pid = piece->pid, .tid = piece->tid };
	recorder->streams = stream;
	return stream;
}

static int put_records(void *context, void **stream, const struct event *piece)
{
	struct recorder *recorder = context;
	struct stream *task = *stream;

	/* An id that came again is another task. */
	if (!task || task->tid != piece->tid)
		*stream = task = add_stream(recorder, piece);
	return task ? work_queue_put(&recorder->queue, WORK_RECORDS, task, piece) : -ENOMEM;
}

static int put_event(void *context, const struct event *event)
{
	struct recorder *recorder = context;

	return work_queue_put(&recorder->queue, WORK_EVENT, NULL, event);
}

void recorder_stop(struct recorder *recorder)
{
	if (!recorder->has_thread)
		return;
	work_queue_close(&recorder->queue);
	pthread_join(recorder->thread, NULL);
	recorder->has_thread = false;
}

static int end(void *context, const struct totals *totals)
{
	struct recorder *recorder = context;

	recorder->totals = *totals;
	recorder_stop(recorder);
	/* Who sees calls has counted them. */
	for (size_t i = 0; i < recorder->tally.calls.n && !totals->has_events; i++)
		blind_spots_add(&recorder->totals.blind, recorder->tally.calls.at[i]->name,
				recorder->tally.calls.at[i]->calls);
	return 0;
}

struct sink recorder_sink(struct recorder *recorder)
{
	return (struct sink){ .begin = begin,
			      .records = put_records,
			      .event = put_event,
			      .end = end,
			      .context = recorder };
}

void recorder_wait(struct recorder *recorder)
{
	if (recorder->has_thread)
		work_queue_wait(&recorder->queue);
}

void recorder_forget_modules(struct recorder *recorder)
{
	/* Without memory for it, what is put next fails, and says so. */
	work_queue_put(&recorder->queue, WORK_MODULES, NULL, NULL);
}

unsigned int recorder_doubts(const struct recorder *recorder, bool *is_full)
{
	*is_full = recorder->is_full;
	return recorder->doubts;
}

static int prepare(struct recorder *recorder)
{
	const struct recorder_opts *opts = &recorder->opts;
	int code = batch_register(opts->recording->db);

	if (code)
		return code;
	recorder->keep = opts->keep;
	run_rows_boot(recorder->boot, sizeof(recorder->boot));
	code = run_rows_begin(opts, recorder->boot, &recorder->run);
	if (!code)
		code = point_rows_init(&recorder->points, opts->recording, opts->symbolizer,
				       recorder->boot, recorder->run);
	recorder->points.with_frames = opts->recording->path;
	if (!code)
		code = tally_rows_init(&recorder->tally, opts->recording, &recorder->points,
				       recorder->run);
	if (!code)
		code = block_rows_init(&recorder->blocks, opts->recording, &recorder->points,
				       kcov_record_kind(opts->mode), opts->keep == RECORDER_SETS,
				       recorder->run);
	recorder->tally.knows_results = opts->has_events;
	if (!code)
		code = event_rows_init(&recorder->events, opts->recording, recorder->run);
	if (!code)
		code = parameter_rows_init(&recorder->parameters, opts->recording, recorder->run);
	return code ? code : recording_checkpoint(opts->recording);
}

int recorder_open(const struct recorder_opts *opts, struct recorder **ret)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));

	if (!recorder || work_queue_init(&recorder->queue)) {
		error_tell("cannot record: out of memory");
		free(recorder);
		return -1;
	}
	recorder->opts = *opts;
	if (prepare(recorder)) {
		recording_tell(opts->recording, "write");
		recorder_close(recorder);
		return -1;
	}
	*ret = recorder;
	return 0;
}

static void write_end(struct recorder *recorder, const struct recorder_end *end)
{
	const struct run_end run_end = { .totals = &recorder->totals,
					 .pid = end->pid,
					 .status = end->status,
					 .damaged = recorder->damaged,
					 .symbolizer = recorder->opts.symbolizer,
					 .doubts = recorder->doubts,
					 .is_full = recorder->is_full,
					 .is_known = end->is_known };

	begin_transaction(recorder);
	for (const struct stream *stream = recorder->streams; stream && !recorder->code;
	     stream = stream->next)
		if (stream->doubts && stream->row)
			set_code(recorder,
				 event_rows_doubt(&recorder->events, stream->row, stream->doubts));
	if (!recorder->code)
		set_code(recorder, run_rows_end(recorder->opts.recording, recorder->run, &run_end));
	commit(recorder);
}

int recorder_finish(struct recorder *recorder, const struct recorder_end *end)
{
	const char *path = recorder->opts.recording->path;

	write_end(recorder, end);
	if (!recorder->code)
		return 0;
	error_tell("cannot write %s: %s: it has what was recorded until then",
		   path ? path : "the recording", recorder->why ? recorder->why : "");
	return -1;
}

void recorder_close(struct recorder *recorder)
{
	struct stream *stream, *next;

	recorder_stop(recorder);
	for (stream = recorder->streams; stream; stream = next) {
		next = stream->next;
		hits_fini(&stream->set);
		free(stream);
	}
	hits_fini(&recorder->set);
	map_fini(&recorder->tasks);
	event_rows_fini(&recorder->events);
	parameter_rows_fini(&recorder->parameters);
	block_rows_fini(&recorder->blocks);
	tally_rows_fini(&recorder->tally);
	point_rows_fini(&recorder->points);
	work_queue_fini(&recorder->queue);
	free(recorder->why);
	free(recorder);
}
