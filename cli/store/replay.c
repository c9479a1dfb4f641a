// SPDX-License-Identifier: MIT
#include "replay.h"

#include "../base/array.h"
#include "../text/error.h"
#include "event-columns.h"
#include "point-stream.h"
#include "rows.h"
#include "stored-parameters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PIECE = 4096,
	/* It was told. */
	TOLD = 1,
};

/* A task of a whole run. */
struct replayed_task {
	pid_t pid;
	pid_t tid;
	/* The sink's. */
	void *stream;
};

struct replay {
	const struct recording *recording;
	sqlite3_int64 row;
	struct replayed_run run;
	/* Whether it is complete, of what is no event. */
	unsigned int doubts;
	bool is_full;
	struct stored_places places;
	/* By row. */
	struct map tasks;
	/* The block that was decoded last, its records. */
	sqlite3_int64 block;
	uint64_t *records;
	size_t n;
	/* Of events: their calls' names, where it is not the recording that has them; handles. */
	struct event_columns columns;
	struct stored_parameters parameters;
	const struct sink *sink;
};

/* Not what a recording has: somebody else wrote it, or it is damaged. */
static int refuse(const struct replay *replay, const char *what)
{
	recording_cannot_read(replay->recording, -EBADMSG, what);
	return TOLD;
}

static int fail(const struct replay *replay)
{
	recording_tell(replay->recording, "read");
	return TOLD;
}

/* SQL that is asked with the run's row, a row at a time. 0 or what each() returned, or TOLD. */
static int for_each(struct replay *replay, const char *sql,
		    int (*each)(struct replay *replay, sqlite3_stmt *row))
{
	sqlite3_stmt *statement;
	int err = 0, code = sqlite3_prepare_v2(replay->recording->db, sql, -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", replay->row);
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		code = 0;
		err = each(replay, statement);
	}
	if (!err && code != SQLITE_DONE)
		err = fail(replay);
	sqlite3_finalize(statement);
	return err;
}

/* The address of an offset. 0, -EBADMSG: it is not known where the image lay; or -ENOMEM. */
static int address_of(struct replay *replay, const struct placed_image *image, uint64_t offset,
		      uint64_t *ret)
{
	const struct image_place *at = placed_image_at(image, offset);

	if (!image->is_unknown && !at)
		return -EBADMSG;
	*ret = image->is_unknown ? offset : at->address + (offset - at->offset);
	return stored_places_meet(&replay->places, image, offset, *ret);
}

/* The images of a block, by their numbers in it. */
static int find_images(const struct replay *replay, const struct point_decoder *decoder,
		       const struct placed_image **images)
{
	for (uint32_t i = 0; i < decoder->n_images; i++) {
		size_t size;
		const void *id = point_decoder_image(decoder, i, &size);

		images[i] = image_places_find(&replay->places.images, id, size);
		if (!images[i])
			return -EBADMSG;
	}
	return 0;
}

/* A point, and the words that were recorded with it. */
static int put_record(struct replay *replay, const struct placed_image *image, uint64_t offset,
		      const uint64_t *words)
{
	const struct kcov_record_kind *kind = replay->run.kind;
	uint64_t *record = replay->records + replay->n++ * kind->words;

	for (size_t i = 0; i < kind->words; i++)
		if (i != kind->address)
			record[i] = *words++;
	return address_of(replay, image, offset, &record[kind->address]);
}

static int decode_points(struct replay *replay, struct point_decoder *decoder)
{
	const struct placed_image **images = calloc(decoder->n_images + 1, sizeof(*images));
	uint64_t words[PIECE * POINT_WORDS];
	struct point points[PIECE];
	size_t n = 0;
	int err = images ? find_images(replay, decoder, images) : -ENOMEM;

	replay->n = 0;
	do {
		if (!err && decoder->words)
			err = point_decoder_next_records(decoder, points, words, PIECE, &n);
		else if (!err)
			err = point_decoder_next(decoder, points, PIECE, &n);
		for (size_t i = 0; i < n && !err; i++)
			err = put_record(replay, images[points[i].image], points[i].offset,
					 words + i * decoder->words);
	} while (!err && n);
	free(images);
	return err;
}

static int decode(struct replay *replay, const void *data, size_t size)
{
	const size_t words = replay->run.kind->words;
	struct point_decoder decoder;
	int err = point_decoder_init(&decoder, data, size, POINT_BLOCK_LIMIT);

	if (err)
		return err;
	free(replay->records);
	replay->records = calloc(decoder.n_points + 1, words * sizeof(*replay->records));
	err = !replay->records             ? -ENOMEM
	      : decoder.words != words - 1 ? -EBADMSG
					   : decode_points(replay, &decoder);
	point_decoder_fini(&decoder);
	return err;
}

/*
 * The records of a part of a block: its row, the bytes, and where it begins and how much it is.
 * Each block is decoded once, since parts come in their order. 0, -EBADMSG or -ENOMEM.
 */
static int read_part(struct replay *replay, sqlite3_stmt *row, int column, struct kcov_records *ret)
{
	const sqlite3_int64 block = sqlite3_column_int64(row, column);
	const sqlite3_int64 at = sqlite3_column_int64(row, column + 2);
	const sqlite3_int64 n = sqlite3_column_int64(row, column + 3);
	int err = 0;

	if (block != replay->block)
		err = decode(replay, sqlite3_column_blob(row, column + 1),
			     (size_t)sqlite3_column_bytes(row, column + 1));
	replay->block = err ? 0 : block;
	if (!err &&
	    (at < 0 || n < 0 || (uint64_t)at > replay->n || (uint64_t)n > replay->n - (uint64_t)at))
		err = -EBADMSG;
	if (err)
		return err;
	ret->records = replay->records + (size_t)at * replay->run.kind->words;
	ret->count = (size_t)n;
	return 0;
}

static int hand_on(struct replay *replay, struct replayed_task *task, struct event *piece)
{
	const struct sink *sink = replay->sink;

	piece->kind = EVENT_TASK;
	piece->pid = task->pid;
	piece->tid = task->tid;
	piece->is_covered = true;
	piece->records.kind = replay->run.kind;
	return sink->records(sink->context, &task->stream, piece);
}

/* "id, pid, tid, doubts": what speaks against its records comes with the first of them. */
static int begin_task(struct replay *replay, sqlite3_stmt *row)
{
	const uint64_t id = (uint64_t)sqlite3_column_int64(row, 0);
	struct event nothing = { .doubts = (unsigned int)sqlite3_column_int(row, 3),
				 .records.full = replay->is_full };
	struct replayed_task *task;

	/* In a tree that somebody else made, a row can come twice. */
	if (map_get(&replay->tasks, id))
		return 0;
	task = calloc(1, sizeof(*task));
	if (!task || map_put(&replay->tasks, id, task)) {
		free(task);
		return -ENOMEM;
	}
	task->pid = (pid_t)sqlite3_column_int(row, 1);
	task->tid = (pid_t)sqlite3_column_int(row, 2);
	return hand_on(replay, task, &nothing);
}

/* "task, block, data, at, records" */
static int write_part(struct replay *replay, sqlite3_stmt *row)
{
	struct replayed_task *task =
		map_get(&replay->tasks, (uint64_t)sqlite3_column_int64(row, 0));
	struct event piece = { 0 };
	int err = task ? read_part(replay, row, 1, &piece.records) : -EBADMSG;

	if (err == -EBADMSG)
		return refuse(replay, "a block is none");
	return err ? err : hand_on(replay, task, &piece);
}

/* What is known of the arguments of an event. 0, -EBADMSG, -ENOMEM, or TOLD. */
static int read_arguments(struct replay *replay, sqlite3_int64 event_row, struct event *event)
{
	const int code = stored_parameters_read(&replay->parameters, event_row, event);

	switch (code) {
	case SQLITE_OK:
		return 0;
	case SQLITE_MISMATCH:
		return -EBADMSG;
	case SQLITE_NOMEM:
		return -ENOMEM;
	default:
		return fail(replay);
	}
}

/* An event, and "block, data, at, records, id" behind its own columns. */
static int write_event(struct replay *replay, sqlite3_stmt *row)
{
	const struct sink *sink = replay->sink;
	struct event event;
	int err = event_columns_read(&replay->columns, row, &event);

	event.records.kind = replay->run.kind;
	if (!err)
		err = read_arguments(replay, sqlite3_column_int64(row, N_EVENT_COLUMNS + 4),
				     &event);
	if (!err && sqlite3_column_type(row, N_EVENT_COLUMNS) != SQLITE_NULL)
		err = read_part(replay, row, N_EVENT_COLUMNS, &event.records);
	else if (!err && sqlite3_column_int64(row, N_EVENT_COLUMNS + 3))
		err = -EBADMSG;
	if (err == -EBADMSG)
		return refuse(replay, "an event is none");
	return err ? err : sink->event(sink->context, &event);
}

static int write_all(struct replay *replay)
{
	int err = 0;

	/* Those that recorded something, in the order in which they began. */
	if (!replay->run.is_by_call)
		err = for_each(replay,
			       "SELECT id, pid, tid, doubts FROM task WHERE run = ? AND "
			       "uncovered_what IS NULL ORDER BY id",
			       begin_task);
	if (!err && !replay->run.is_by_call)
		err = for_each(replay,
			       "SELECT task, block, data, at, part.records FROM part "
			       "LEFT JOIN block ON block.id = part.block WHERE part.run = ? "
			       "ORDER BY part.block, part.at",
			       write_part);
	if (!err)
		err = for_each(replay,
			       "SELECT " EVENT_COLUMNS ", block, data, at, event.records, "
			       "event.id FROM event LEFT JOIN task ON task.id = event.task "
			       "LEFT JOIN call ON call.id = event.call "
			       "LEFT JOIN block ON block.id = event.block "
			       "WHERE event.run = ? ORDER BY event.id",
			       write_event);
	return err;
}

int replay_write(struct replay *replay, const struct sink *sink)
{
	int end_err, err = sink->begin ? sink->begin(sink->context) : 0;

	replay->sink = sink;
	if (!err)
		err = write_all(replay);
	end_err = sink->end ? sink->end(sink->context, &replay->run.totals) : 0;
	return err ? err : end_err;
}

int replay_make_place(void *context, struct place *place)
{
	struct replay *replay = context;
	int err = stored_places_make(&replay->places, place);

	if (err == -EBADMSG)
		refuse(replay, "what is known of an address");
	return err;
}

const struct replayed_run *replay_run(const struct replay *replay)
{
	return &replay->run;
}

static const char run_columns[] =
	"ifnull(name, ''), ifnull(command, ''), ifnull(mode, ''), ifnull(way, ''), pid, capacity, only_thread, tasks, not_covered, full, "
	"uncertain, calls, between_calls, exits, full_events, ptrace, io_uring, has_common, "
	"vmlinux, has_lines, is_of_clang, unanswered, doubts, is_full, order_until, "
	"has_events, complete";

static const char *text_of(sqlite3_stmt *row, int column)
{
	return (const char *)sqlite3_column_text(row, column);
}

static size_t size_of(sqlite3_stmt *row, int column)
{
	return (size_t)sqlite3_column_int64(row, column);
}

/* run_columns from the second column on; what it points to is there as long as the row. */
static struct replayed_run read_run(sqlite3_stmt *row, const struct kcov_record_kind *kind)
{
	const char *way = text_of(row, 4);
	const bool is_by_call = sqlite3_column_int(row, 26);

	return (struct replayed_run){
		.name = text_of(row, 1),
		.command = text_of(row, 2),
		.kind = kind,
		.pid = (pid_t)sqlite3_column_int(row, 5),
		.capacity = size_of(row, 6),
		.is_by_call = is_by_call,
		.is_fast = strcmp(way, "fast") == 0,
		.is_of_others =
			strcmp(way, "import") == 0 && sqlite3_column_type(row, 27) == SQLITE_NULL,
		.is_cut = sqlite3_column_type(row, 25) != SQLITE_NULL,
		.totals = { .only = text_of(row, 7),
			    .tasks = size_of(row, 8),
			    .not_covered = size_of(row, 9),
			    .full = size_of(row, 10),
			    .uncertain = size_of(row, 11),
			    .has_events = is_by_call,
			    .calls = size_of(row, 12),
			    .between = size_of(row, 13),
			    .exits = size_of(row, 14),
			    .full_events = size_of(row, 15),
			    .blind = { .knows_results = is_by_call,
				       .ptrace = size_of(row, 16),
				       .io_uring_setup = size_of(row, 17),
				       .has_common = sqlite3_column_int(row, 18) } },
		.source = { .path = text_of(row, 19),
			    .has_lines = sqlite3_column_int(row, 20),
			    .is_of_clang = sqlite3_column_int(row, 21),
			    .unanswered = text_of(row, 22) },
	};
}

/* NULL: it is none that we know. */
static const struct kcov_record_kind *kind_of(const char *name)
{
	static const enum kcov_mode modes[] = { KCOV_MODE_PC, KCOV_MODE_CMP };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(kcov_record_kind(modes[i])->name, name) == 0)
			return kcov_record_kind(modes[i]);
	return NULL;
}

static void fini(struct replay *replay)
{
	struct replayed_task *task;
	size_t at = 0;

	while ((task = map_next(&replay->tasks, &at)))
		free(task);
	map_fini(&replay->tasks);
	event_columns_fini(&replay->columns);
	stored_parameters_fini(&replay->parameters);
	stored_places_fini(&replay->places);
	free(replay->records);
}

static int replay_one(const struct recording *recording, sqlite3_stmt *row,
		      int (*each)(void *context, struct replay *replay), void *context)
{
	const struct kcov_record_kind *kind = kind_of(text_of(row, 3));
	struct replay replay = { .recording = recording, .row = sqlite3_column_int64(row, 0) };
	int code, err;

	if (!kind) {
		error_tell("%s: the run %s is of mode %s, which this kcovctl does not know",
			   recording->path, text_of(row, 1), text_of(row, 3));
		return -1;
	}
	replay.run = read_run(row, kind);
	replay.doubts = (unsigned int)sqlite3_column_int(row, 23);
	replay.is_full = sqlite3_column_int(row, 24);
	if (!sqlite3_column_int(row, 28)) {
		error_tell("%s: the run %s has no records in order: record it with --keep order",
			   recording->path, replay.run.name);
		return -1;
	}
	code = stored_places_init(&replay.places, recording, replay.row);
	if (!code)
		code = stored_parameters_init(&replay.parameters, recording, replay.row);
	err = code == SQLITE_NOMEM      ? -ENOMEM
	      : code == SQLITE_MISMATCH ? refuse(&replay, "the parameters of a call are none")
	      : code                    ? fail(&replay)
					: 0;
	if (err == -ENOMEM)
		error_tell("out of memory");
	err = err ? -1 : each(context, &replay);
	fini(&replay);
	return err;
}

int replay_runs(const struct recording *recording,
		int (*each)(void *context, struct replay *replay), void *context)
{
	char sql[1024];
	sqlite3_stmt *statement;
	int err = 0, code;

	snprintf(sql, sizeof(sql),
		 "SELECT id, %s, keep = 'order' FROM run WHERE id IN (SELECT id FROM chosen_run) "
		 "ORDER BY started, id",
		 run_columns);
	code = sqlite3_prepare_v2(recording->db, sql, -1, &statement, NULL);
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		code = 0;
		err = replay_one(recording, statement, each, context);
	}
	if (!err && code != SQLITE_DONE) {
		recording_tell(recording, "read");
		err = -1;
	}
	sqlite3_finalize(statement);
	return err;
}
