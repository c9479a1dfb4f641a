// SPDX-License-Identifier: MIT
#include "replay.h"

#include "../base/array.h"
#include "../base/map.h"
#include "../text/error.h"
#include "point-stream.h"
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Of a block, decompressed: 64 million steps. */
	MAX_BLOCK = 256 << 20,
	PIECE = 4096,
};

/* Where an image lay: its addresses are its offsets and that, from an offset on. */
struct place_row {
	uint64_t offset;
	uint64_t address;
};

struct replayed_image {
	char *id;
	/* The offset of what is in no image is its address. */
	bool is_unknown;
	struct {
		struct place_row *at;
		size_t n;
		size_t room;
	} places;
};

struct replay {
	const struct recording *recording;
	sqlite3_int64 run;
	struct {
		struct replayed_image *at;
		size_t n;
		size_t room;
	} images;
	struct replayed_run ret;
	/* Streams by the rows of their tasks. */
	struct map tasks;
	/* The block that was decoded last. */
	sqlite3_int64 block;
	uint64_t *pcs;
	size_t n_pcs;
};

/* Not what a recording has: somebody else wrote it, or it is damaged. */
static int refuse(const struct replay *replay, const char *what)
{
	error_tell("cannot read %s: it is damaged: %s", replay->recording->path, what);
	return -1;
}

static int fail(const struct replay *replay)
{
	recording_tell(replay->recording, "read");
	return -1;
}

static int out_of_memory(void)
{
	error_tell("out of memory");
	return -1;
}

static int add_place(struct replay *replay, sqlite3_stmt *statement)
{
	const char *id = (const char *)sqlite3_column_text(statement, 0);
	struct replayed_image *image =
		replay->images.n ? &replay->images.at[replay->images.n - 1] : NULL;

	/* The column has none, but in a file that somebody else made. */
	if (!id)
		return -EBADMSG;
	if (!image || strcmp(image->id, id) != 0) {
		if (!array_reserve(&replay->images, 1))
			return -ENOMEM;
		image = &replay->images.at[replay->images.n++];
		*image = (struct replayed_image){ .id = strdup(id),
						  .is_unknown = sqlite3_column_int(statement, 3) };
		if (!image->id)
			return -ENOMEM;
	}
	if (sqlite3_column_type(statement, 1) == SQLITE_NULL)
		return 0;
	if (!array_reserve(&image->places, 1))
		return -ENOMEM;
	image->places.at[image->places.n++] =
		(struct place_row){ (uint64_t)sqlite3_column_int64(statement, 1),
				    (uint64_t)sqlite3_column_int64(statement, 2) };
	return 0;
}

/* Images, and where they lay in the run. */
static int read_places(struct replay *replay)
{
	sqlite3_stmt *statement;
	int err = 0,
	    code = sqlite3_prepare_v2(
		    replay->recording->db,
		    "SELECT build_id, offset, address, kind = 'unknown' FROM image LEFT JOIN "
		    "placement ON placement.image = image.id AND placement.run = ? ORDER BY "
		    "image.id, offset",
		    -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", replay->run);
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		code = 0;
		err = add_place(replay, statement);
	}
	sqlite3_finalize(statement);
	if (err == -EBADMSG)
		return refuse(replay, "an image has no build-id");
	if (err)
		return out_of_memory();
	return code == SQLITE_DONE ? 0 : fail(replay);
}

static const struct replayed_image *find_image(const struct replay *replay, const void *id,
					       size_t size)
{
	for (size_t i = 0; i < replay->images.n; i++)
		if (strlen(replay->images.at[i].id) == size &&
		    memcmp(replay->images.at[i].id, id, size) == 0)
			return &replay->images.at[i];
	return NULL;
}

/* The address of an offset; false: it is not known where the image lay. */
static bool address_of(const struct replayed_image *image, uint64_t offset, uint64_t *ret)
{
	size_t low = 0, high = image->places.n;

	*ret = offset;
	if (image->is_unknown)
		return true;
	/* The last one that is not behind it, or else the first. */
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (image->places.at[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (!image->places.n)
		return false;
	low -= low > 0;
	*ret = image->places.at[low].address + (offset - image->places.at[low].offset);
	return true;
}

static int decode_points(struct replay *replay, struct point_decoder *decoder)
{
	const struct replayed_image **images = calloc(decoder->n_images + 1, sizeof(*images));
	struct point points[PIECE];
	size_t n, size;
	int err = images ? 0 : -ENOMEM;

	for (uint32_t i = 0; !err && i < decoder->n_images; i++) {
		const void *id = point_decoder_image(decoder, i, &size);

		images[i] = find_image(replay, id, size);
		err = images[i] ? 0 : -EBADMSG;
	}
	replay->n_pcs = 0;
	while (!err && !(err = point_decoder_next(decoder, points, PIECE, &n)) && n)
		for (size_t i = 0; i < n && !err; i++)
			err = address_of(images[points[i].image], points[i].offset,
					 &replay->pcs[replay->n_pcs++])
				      ? 0
				      : -EBADMSG;
	free(images);
	return err;
}

static int decode(struct replay *replay, const void *data, size_t size)
{
	struct point_decoder decoder;
	int err = point_decoder_init(&decoder, data, size, MAX_BLOCK);

	if (err)
		return err;
	free(replay->pcs);
	replay->pcs = calloc(decoder.n_points + 1, sizeof(*replay->pcs));
	err = replay->pcs ? decode_points(replay, &decoder) : -ENOMEM;
	point_decoder_fini(&decoder);
	return err;
}

static struct stream *stream_of(struct replay *replay, sqlite3_stmt *part)
{
	const uint64_t task = (uint64_t)sqlite3_column_int64(part, 0);

	return map_get(&replay->tasks, task);
}

/* A task's part of the block. */
static int take_part(struct replay *replay, sqlite3_stmt *part)
{
	const sqlite3_int64 at = sqlite3_column_int64(part, 1), n = sqlite3_column_int64(part, 2);
	struct stream *stream = stream_of(replay, part), *same = stream;

	if (!stream || at < 0 || n < 0 || (uint64_t)at > replay->n_pcs ||
	    (uint64_t)n > replay->n_pcs - (uint64_t)at)
		return -EBADMSG;
	return streams_add(&replay->ret.streams, &same, stream->pid, stream->tid, replay->pcs + at,
			   (size_t)n, 0);
}

/* All parts, in the order of blocks; each block is decoded once. */
static int read_parts(struct replay *replay)
{
	sqlite3_stmt *statement;
	int err = 0,
	    code = sqlite3_prepare_v2(
		    replay->recording->db,
		    "SELECT part.task, part.at, part.records, block.id, block.data FROM part "
		    "JOIN block ON block.id = part.block WHERE part.run = ? ORDER BY "
		    "part.block, part.at",
		    -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", replay->run);
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const sqlite3_int64 block = sqlite3_column_int64(statement, 3);

		code = 0;
		if (block != replay->block)
			err = decode(replay, sqlite3_column_blob(statement, 4),
				     (size_t)sqlite3_column_bytes(statement, 4));
		replay->block = block;
		if (!err)
			err = take_part(replay, statement);
	}
	sqlite3_finalize(statement);
	if (err == -ENOMEM)
		return out_of_memory();
	if (err)
		return refuse(replay, "a block is none");
	return code == SQLITE_DONE ? 0 : fail(replay);
}

static int add_task(struct replay *replay, sqlite3_stmt *statement)
{
	const uint64_t nothing = 0;
	struct stream *stream = NULL;
	int err =
		streams_add(&replay->ret.streams, &stream, (pid_t)sqlite3_column_int(statement, 1),
			    (pid_t)sqlite3_column_int(statement, 2), &nothing, 0,
			    (unsigned int)sqlite3_column_int(statement, 3));

	return err ? err
		   : map_put(&replay->tasks, (uint64_t)sqlite3_column_int64(statement, 0), stream);
}

/* Those that recorded something, in the order in which they began. */
static int read_tasks(struct replay *replay)
{
	sqlite3_stmt *statement;
	int err = 0,
	    code = sqlite3_prepare_v2(
		    replay->recording->db,
		    "SELECT id, pid, tid, doubts FROM task WHERE run = ? AND uncovered_what IS "
		    "NULL ORDER BY id",
		    -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", replay->run);
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		code = 0;
		err = add_task(replay, statement);
	}
	sqlite3_finalize(statement);
	if (err)
		return out_of_memory();
	return code == SQLITE_DONE ? 0 : fail(replay);
}

static void fini(struct replay *replay)
{
	for (size_t i = 0; i < replay->images.n; i++) {
		free(replay->images.at[i].id);
		free(replay->images.at[i].places.at);
	}
	free(replay->images.at);
	streams_fini(&replay->ret.streams);
	map_fini(&replay->tasks);
	free(replay->pcs);
}

static int replay_one(const struct recording *recording, sqlite3_stmt *run,
		      int (*each)(void *context, const struct replayed_run *run), void *context)
{
	struct replay replay = { .recording = recording,
				 .run = sqlite3_column_int64(run, 0),
				 .ret = { .name = (char *)sqlite3_column_text(run, 1),
					  .streams.words = 1 } };
	int err;

	if (!sqlite3_column_int(run, 2)) {
		error_tell(
			"%s: the run %s has no records in order: record it without -S and -m cmp, "
			"and with --keep order",
			recording->path, replay.ret.name);
		return -1;
	}
	err = read_places(&replay);
	if (!err)
		err = read_tasks(&replay);
	if (!err)
		err = read_parts(&replay);
	if (!err)
		err = each(context, &replay.ret);
	fini(&replay);
	return err;
}

int replay_runs(const struct recording *recording,
		int (*each)(void *context, const struct replayed_run *run), void *context)
{
	sqlite3_stmt *statement;
	int err = 0, code = sqlite3_prepare_v2(
			     recording->db,
			     "SELECT id, ifnull(name, ''), keep = 'order' FROM run WHERE id IN "
			     "(SELECT id FROM chosen_run) ORDER BY started, id",
			     -1, &statement, NULL);

	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		code = 0;
		err = replay_one(recording, statement, each, context);
	}
	sqlite3_finalize(statement);
	if (!err && code != SQLITE_DONE) {
		recording_tell(recording, "read");
		err = -1;
	}
	return err;
}
