// SPDX-License-Identifier: MIT
#include "chosen-hits.h"

#include "../base/array.h"
#include "../coverage/by-syscall.h"
#include "../text/error.h"
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_BITS = 1024,
};

static int fail(const struct chosen_hits *hits)
{
	recording_tell(hits->recording, "read");
	return -1;
}

/* err: as of a block. */
static int refuse(const struct chosen_hits *hits, int err)
{
	if (err == -ENOMEM)
		error_tell("out of memory");
	else
		error_tell("cannot read %s: it is damaged: block %lld is not what the run has",
			   hits->recording->path, (long long)hits->block);
	return -1;
}

int chosen_hits_init(struct chosen_hits *hits, const struct recording *recording,
		     const struct query_selection *selection)
{
	int code;

	*hits = (struct chosen_hits){ .recording = recording, .selection = selection };
	code = known_points_read(recording, &hits->points);
	if (!code)
		code = sqlite3_prepare_v2(recording->db,
					  "SELECT data FROM block WHERE id = ? AND run = ?", -1,
					  &hits->find_block, NULL);
	if (!code) {
		hits->in_run = calloc(hits->points.n + 1, sizeof(*hits->in_run));
		hits->hits = calloc(hits->points.n + 1, sizeof(*hits->hits));
		hits->runs = calloc(hits->points.n + 1, sizeof(*hits->runs));
	}
	if (code && code != SQLITE_NOMEM)
		return fail(hits);
	return hits->in_run && hits->hits && hits->runs ? 0 : refuse(hits, -ENOMEM);
}

/* NULL: no memory. */
static struct chosen_group *add_group(struct chosen_hits *hits, const char *name)
{
	struct chosen_group *group = NULL;

	if (array_reserve(&hits->groups, 1))
		group = calloc(1, sizeof(*group));
	if (!group)
		return NULL;
	hits->groups.at[hits->groups.n++] = group;
	group->chunks = calloc(hits->points.n / CHUNK_BITS + 1, sizeof(*group->chunks));
	group->name = name ? strdup(name) : NULL;
	return group->chunks && (group->name || !name) ? group : NULL;
}

static struct chosen_group *call_named(struct chosen_hits *hits, const char *name)
{
	const struct query_selection *selection = hits->selection;
	struct chosen_group *group;

	for (size_t i = 0; i < hits->groups.n; i++)
		if (hits->groups.at[i]->name && strcmp(hits->groups.at[i]->name, name) == 0)
			return hits->groups.at[i];
	group = add_group(hits, name);
	if (group)
		group->is_wanted =
			!selection->wants || selection->wants(selection->calls, group->name);
	return group;
}

/* The calls that a text of known_points.calls names. */
static struct chosen_group *call_of_entry(struct chosen_hits *hits, const char *name)
{
	struct chosen_group *group = map_get(&hits->entries, (uintptr_t)name);

	if (group)
		return group;
	group = call_named(hits, name);
	return group && map_put(&hits->entries, (uintptr_t)name, group) == 0 ? group : NULL;
}

/* *ret: NULL if there is no such task, which is none of the run. */
static int task_of(struct chosen_hits *hits, sqlite3_int64 row, struct chosen_group **ret)
{
	*ret = map_get(&hits->tasks, (uint64_t)row);
	if (*ret || !row)
		return 0;
	*ret = add_group(hits, NULL);
	if (!*ret)
		return -ENOMEM;
	(*ret)->task = row;
	return map_put(&hits->tasks, (uint64_t)row, *ret);
}

static int add_point(struct chosen_group *group, uint32_t number, bool counts)
{
	uint64_t **chunk = &group->chunks[number / CHUNK_BITS], *word;
	const uint64_t bit = UINT64_C(1) << number % 64;

	if (!*chunk)
		*chunk = calloc(CHUNK_BITS / 64, sizeof(**chunk));
	if (!*chunk)
		return -ENOMEM;
	word = &(*chunk)[number % CHUNK_BITS / 64];
	group->points += counts && !(*word & bit);
	*word |= bit;
	return 0;
}

/* One point of calls, and of a task, which may be NULL. */
static int count(struct chosen_hits *hits, struct chosen_group *call, struct chosen_group *task,
		 const struct block_step *step)
{
	const bool counts = hits->points.at[step->number].counts;

	hits->in_run[step->number] += step->hits;
	call->records += (int64_t)step->hits;
	if (add_point(call, step->number, counts))
		return -ENOMEM;
	if (!task)
		return 0;
	task->records += (int64_t)step->hits;
	return add_point(task, step->number, counts);
}

/* The task is where a call begins. */
static int enter(struct chosen_hits *hits, struct chosen_group *task, const char *name)
{
	struct chosen_group *call = call_of_entry(hits, name);

	if (!call)
		return -ENOMEM;
	if (!by_syscall_is_next(task->in->name, name))
		return 0;
	task->in = call;
	call->calls++;
	call->has_no_results = true;
	task->calls += call->is_wanted;
	return 0;
}

/* What a recording says of some records that follow each other in a block. */
struct span {
	sqlite3_int64 block;
	int64_t at;
	int64_t n;
	struct chosen_group *task;
	/* NULL: it is not an event's. */
	struct chosen_group *call;
};

static int count_piece(struct chosen_hits *hits, const struct span *span,
		       const struct block_step *steps, size_t n)
{
	struct chosen_group *call = span->call;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		if (steps[i].number == BLOCK_UNKNOWN && hits->may_lack_points)
			continue;
		if (steps[i].number == BLOCK_UNKNOWN)
			return -EBADMSG;
		if (!span->call) {
			const char *name = hits->points.at[steps[i].number].call;

			if (name && hits->is_cut)
				err = enter(hits, span->task, name);
			call = span->task->in;
		}
		if (!err && call->is_wanted)
			err = count(hits, call, span->task, &steps[i]);
	}
	return err;
}

static int open_block(struct chosen_hits *hits, sqlite3_int64 block)
{
	int err, code;

	if (hits->block)
		block_cursor_fini(&hits->cursor);
	hits->block = 0;
	code = rows_bind(hits->find_block, "ii", block, hits->run);
	if (!code)
		code = sqlite3_step(hits->find_block);
	err = block_cursor_init(&hits->cursor, &hits->points,
				sqlite3_column_blob(hits->find_block, 0),
				(size_t)sqlite3_column_bytes(hits->find_block, 0));
	sqlite3_reset(hits->find_block);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return fail(hits);
	if (err) {
		hits->block = block;
		refuse(hits, err);
		hits->block = 0;
		return -1;
	}
	hits->block = block;
	return 0;
}

static int count_span(struct chosen_hits *hits, const struct span *span)
{
	struct block_step steps[BLOCK_PIECE];
	size_t n;
	int err = 0;

	if (span->block != hits->block && open_block(hits, span->block))
		return -1;
	if (span->at < 0 || span->n < 0)
		err = -EBADMSG;
	if (!err)
		err = block_cursor_go_to(&hits->cursor, (uint64_t)span->at);
	for (int64_t left = span->n; left && !err; left -= (int64_t)n) {
		err = block_cursor_next(&hits->cursor, (size_t)left, steps, &n);
		if (!err)
			err = count_piece(hits, span, steps, n);
	}
	return err ? refuse(hits, err) : 0;
}

enum {
	SPAN_BLOCK,
	SPAN_AT,
	SPAN_RECORDS,
	SPAN_TASK,
	/* Of events alone. */
	SPAN_CALL,
	SPAN_NAME,
	SPAN_IS_CALL,
	SPAN_FAILED,
};

/* The calls of an event. NULL: no memory. */
static struct chosen_group *call_of_event(struct chosen_hits *hits, sqlite3_stmt *statement)
{
	const uint64_t row = (uint64_t)sqlite3_column_int64(statement, SPAN_CALL);
	struct chosen_group *call = map_get(&hits->calls, row);
	const char *name;

	if (call)
		return call;
	name = (const char *)sqlite3_column_text(statement, SPAN_NAME);
	call = call_named(hits, name ? name : "");
	return call && map_put(&hits->calls, row, call) == 0 ? call : NULL;
}

/* An event: the call is counted whatever it recorded. */
static int take_event(struct chosen_hits *hits, sqlite3_stmt *statement, struct span *span)
{
	const int is_call = sqlite3_column_int(statement, SPAN_IS_CALL);

	span->call = call_of_event(hits, statement);
	if (!span->call)
		return -ENOMEM;
	span->call->is_wanted = true;
	span->call->calls += is_call;
	span->call->failed += sqlite3_column_int(statement, SPAN_FAILED);
	if (span->task)
		span->task->calls += is_call;
	return 0;
}

/* A part of a block that is a task's. */
static int take_part(struct chosen_hits *hits, struct span *span)
{
	if (!span->task)
		return -EBADMSG;
	if (!span->task->in)
		span->task->in = call_named(hits, "");
	if (!span->task->in)
		return -ENOMEM;
	span->task->in->has_no_results = true;
	span->task->has_no_calls = !hits->is_cut;
	return 0;
}

static int take_span(struct chosen_hits *hits, sqlite3_stmt *statement)
{
	struct span span = { .block = sqlite3_column_int64(statement, SPAN_BLOCK),
			     .at = sqlite3_column_int64(statement, SPAN_AT),
			     .n = sqlite3_column_int64(statement, SPAN_RECORDS) };
	int err = task_of(hits, sqlite3_column_int64(statement, SPAN_TASK), &span.task);

	if (!err)
		err = hits->has_events ? take_event(hits, statement, &span)
				       : take_part(hits, &span);
	if (err)
		return refuse(hits, err);
	return span.n && span.block ? count_span(hits, &span) : 0;
}

/* What they are of comes in the order of the blocks, each of which is decoded once. */
static const char sql_events[] =
	"SELECT event.block, event.at, ifnull(event.addresses, event.records), event.task, event.call, "
	"(SELECT name FROM call WHERE call.id = event.call), event.kind IN ('call', 'exit'), "
	"event.kind = 'call' AND event.result BETWEEN -4095 AND -1 "
	"FROM event WHERE " CHOSEN_EVENTS " ORDER BY event.block, event.at";
static const char sql_parts[] =
	"SELECT block, at, records, task FROM part WHERE run = ?1 AND (?2 < 0 OR task IN (SELECT "
	"id FROM task WHERE run = ?1 AND tid = ?2)) ORDER BY block, at";

/* What has been counted in the run is in all then. */
static void end_run(struct chosen_hits *hits)
{
	for (size_t i = 0; i < hits->points.n; i++) {
		hits->hits[i] += hits->in_run[i];
		hits->runs[i] += hits->in_run[i] > 0;
		hits->in_run[i] = 0;
	}
}

static int read_run(struct chosen_hits *hits, sqlite3_int64 run)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(hits->recording->db,
				      "SELECT has_events, ended IS NULL OR mode <> 'pc', "
				      "mode = 'pc' AND keep = 'order' FROM run WHERE id = ?",
				      -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", run);
	if (!code)
		code = sqlite3_step(statement);
	hits->run = run;
	hits->has_events = sqlite3_column_int(statement, 0);
	hits->may_lack_points = sqlite3_column_int(statement, 1);
	hits->is_cut = sqlite3_column_int(statement, 2);
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? 0 : fail(hits);
}

int chosen_hits_count(struct chosen_hits *hits, sqlite3_int64 run)
{
	const struct query_selection *selection = hits->selection;
	const sqlite3_int64 task = selection->has_task ? selection->task : -1;
	sqlite3_stmt *statement;
	int code, err = read_run(hits, run);

	if (err)
		return err;
	code = sqlite3_prepare_v2(hits->recording->db, hits->has_events ? sql_events : sql_parts,
				  -1, &statement, NULL);
	if (!code)
		code = hits->has_events
			       ? rows_bind(statement, "iiii", run, (sqlite3_int64)selection->error,
					   task, (sqlite3_int64)(selection->wants != NULL))
			       : rows_bind(statement, "ii", run, task);
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		code = 0;
		err = take_span(hits, statement);
	}
	sqlite3_finalize(statement);
	if (err)
		return err;
	end_run(hits);
	return code == SQLITE_DONE ? 0 : fail(hits);
}

static int write_points(const struct chosen_hits *hits)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(hits->recording->db, "INSERT INTO selected VALUES(?, ?, ?)",
				      -1, &statement, NULL);

	for (size_t i = 0; i < hits->points.n && !code; i++)
		if (hits->hits[i])
			code = rows_write(statement, "iii", hits->points.at[i].row,
					  (sqlite3_int64)hits->runs[i],
					  (sqlite3_int64)hits->hits[i]);
	sqlite3_finalize(statement);
	return code;
}

static int write_group(const struct chosen_hits *hits, const struct chosen_group *group)
{
	if (!group->name)
		return rows_write_once(
			hits->recording->db, "INSERT INTO selected_task VALUES(?, ?, ?, ?)", "ioii",
			group->task, (sqlite3_int64)(group->has_no_calls ? -1 : group->calls),
			(sqlite3_int64)group->records, (sqlite3_int64)group->points);
	if (!query_selects_events(hits->selection) || !group->is_wanted)
		return SQLITE_OK;
	/* What came before a task's first call is there if there is any of it. */
	if (!group->calls && !group->records)
		return SQLITE_OK;
	return rows_write_once(hits->recording->db,
			       "INSERT INTO selected_call VALUES(?, ?, ?, ?, ?)", "tioii",
			       group->name, (sqlite3_int64)group->calls,
			       (sqlite3_int64)(group->has_no_results ? -1 : group->failed),
			       (sqlite3_int64)group->records, (sqlite3_int64)group->points);
}

int chosen_hits_write(struct chosen_hits *hits)
{
	int code = query_selects_events(hits->selection) ? write_points(hits) : SQLITE_OK;

	for (size_t i = 0; i < hits->groups.n && !code; i++)
		code = write_group(hits, hits->groups.at[i]);
	return code ? fail(hits) : 0;
}

void chosen_hits_fini(struct chosen_hits *hits)
{
	for (size_t i = 0; i < hits->groups.n; i++) {
		struct chosen_group *group = hits->groups.at[i];

		for (size_t j = 0; group->chunks && j <= hits->points.n / CHUNK_BITS; j++)
			free(group->chunks[j]);
		free(group->chunks);
		free(group->name);
		free(group);
	}
	free(hits->groups.at);
	map_fini(&hits->calls);
	map_fini(&hits->entries);
	map_fini(&hits->tasks);
	if (hits->block)
		block_cursor_fini(&hits->cursor);
	sqlite3_finalize(hits->find_block);
	free(hits->in_run);
	free(hits->hits);
	free(hits->runs);
	known_points_fini(&hits->points);
}
