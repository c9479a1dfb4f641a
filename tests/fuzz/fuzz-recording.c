// SPDX-License-Identifier: MIT
/*
 * A recording that somebody changed, opened, alone or with the one that it was, asked all that
 * report asks, and replayed. It is made
 * of ./recording, which tests/fuzz/run makes: by bytes of its pages, whose sums are right again, by
 * what pages were before a checkpoint, and by values of its tables.
 */
#define XXH_INLINE_ALL
#include "store/before-images.h"
#include "store/gathered.h"
#include "store/page-stamp.h"
#include "store/page-sums.h"
#include "store/query.h"
#include "store/recording.h"
#include "store/replay.h"
#include "store/schema.h"
#include "told.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#define PATH "fuzzed"

enum {
	PAGE_SIZE = PAGE_SUMS_PAGE_SIZE,
	TAIL = PAGE_SIZE - PAGE_SUMS_RESERVED,
	MAX_COLUMNS = 256,
	MAX_FILE = 1 << 22,
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the fuzzer has not used. */
struct input {
	const uint8_t *at;
	size_t n;
};

static uint8_t recording[MAX_FILE];
static size_t recording_size;

/* An UPDATE of each column of each table. */
static char *updates[MAX_COLUMNS];
static size_t n_updates;

static uint64_t take(struct input *input, size_t n)
{
	uint64_t ret = 0;

	for (; n && input->n; n--, input->n--)
		ret = ret << 8 | *input->at++;
	return ret;
}

/* Up to n bytes. */
static struct input take_bytes(struct input *input, size_t n)
{
	struct input ret = { input->at, n < input->n ? n : input->n };

	input->at += ret.n;
	input->n -= ret.n;
	return ret;
}

static void write_file(const uint8_t *bytes, size_t size)
{
	int fd;

	unlink(PATH "-wal");
	unlink(PATH "-shm");
	unlink(PATH "-journal");
	fd = open(PATH, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	check(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	close(fd);
}

static void mend(uint8_t *page, uint32_t number)
{
	const uint64_t sum = XXH3_64bits_withSeed(page, TAIL, number);
	const uint32_t generation = page_stamp_get(page + TAIL, number);

	for (unsigned int i = 0; i < 8; i++)
		page[TAIL + i] = (uint8_t)(sum >> 8 * i);
	page_stamp_put(page + TAIL, number, generation);
}

static void change_page(uint8_t *file, struct input *input)
{
	const size_t page = take(input, 2) % (recording_size / PAGE_SIZE);
	const size_t at = take(input, 2) % TAIL, n = take(input, 1);
	const struct input bytes = take_bytes(input, n < TAIL - at ? n : TAIL - at);
	uint8_t *to = file + page * PAGE_SIZE;

	if (bytes.n)
		memcpy(to + at, bytes.at, bytes.n);
	mend(to, (uint32_t)page + 1);
}

static size_t add_image(uint8_t *file, size_t size, struct input *input)
{
	const struct before_image image = { .page = (uint32_t)take(input, 1),
					    .index = (uint32_t)take(input, 2),
					    .generation = (uint32_t)take(input, 1),
					    .pages = (uint32_t)take(input, 2) };
	const size_t from = image.page ? (image.page - 1) * PAGE_SIZE : 0;

	if (size + BEFORE_IMAGE_SIZE > MAX_FILE || from + PAGE_SIZE > recording_size)
		return size;
	memcpy(file + size, recording + from, PAGE_SIZE);
	before_image_put(file + size, &image);
	return size + BEFORE_IMAGE_SIZE;
}

static void change_pages(struct input *input)
{
	static uint8_t file[MAX_FILE];
	size_t size = recording_size;

	memcpy(file, recording, recording_size);
	while (input->n)
		if (take(input, 1) % 8)
			change_page(file, input);
		else
			size = add_image(file, size, input);
	write_file(file, size);
}

/* zstd's, as blocks are, so that what is in one is read. */
static void bind_compressed(sqlite3_stmt *statement, struct input bytes)
{
	const size_t room = ZSTD_compressBound(bytes.n);
	void *block = malloc(room);

	check(block);
	sqlite3_bind_blob(statement, 1, block,
			  (int)ZSTD_compress(block, room, bytes.at, bytes.n, 1), free);
}

static void bind_value(sqlite3_stmt *statement, struct input *input)
{
	const unsigned int kind = (unsigned int)take(input, 1) % 5;
	struct input bytes;

	if (kind < 2) {
		sqlite3_bind_int64(statement, 1, (sqlite3_int64)take(input, kind ? 8 : 1));
		return;
	}
	bytes = take_bytes(input, take(input, 2));
	if (kind == 2)
		sqlite3_bind_text(statement, 1, (const char *)bytes.at, (int)bytes.n,
				  SQLITE_STATIC);
	else if (kind == 3)
		sqlite3_bind_blob(statement, 1, bytes.at, (int)bytes.n, SQLITE_STATIC);
	else
		bind_compressed(statement, bytes);
}

/* One that a table does not allow changes nothing. */
static void change_values(struct input *input)
{
	sqlite3 *db;

	write_file(recording, recording_size);
	check(sqlite3_open_v2(PATH, &db, SQLITE_OPEN_READWRITE, PAGE_SUMS_VFS) == SQLITE_OK);
	sqlite3_exec(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN", NULL, NULL,
		     NULL);
	while (input->n) {
		sqlite3_stmt *statement;

		check(!sqlite3_prepare_v2(db, updates[take(input, 1) % n_updates], -1, &statement,
					  NULL));
		sqlite3_bind_int64(statement, 2, (sqlite3_int64)take(input, 1) % 16);
		bind_value(statement, input);
		sqlite3_step(statement);
		sqlite3_finalize(statement);
	}
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(db);
}

/* What a replay hands on, looked up as a report does. */
struct seen {
	struct places places;
	uint64_t sum;
};

static int begin(void *context)
{
	(void)context;
	return 0;
}

static int see_event(void *context, const struct event *event)
{
	const struct kcov_records *records = &event->records;
	struct seen *seen = context;

	for (size_t i = 0; i < records->count; i++) {
		const uint64_t *record = records->records + i * records->kind->words;
		const struct place *place =
			places_get(&seen->places, record[records->kind->address]);

		if (!place)
			return seen->places.err;
		for (size_t j = 0; j < place->n_frames; j++)
			seen->sum += place->frames[j].line +
				     (place->frames[j].file ? strlen(place->frames[j].file) : 0);
		seen->sum += place->location.image ? strlen(place->location.image) : 1;
	}
	seen->sum += (event->name ? strlen(event->name) : 0) + event->n_handles;
	return 0;
}

static int see_records(void *context, void **stream, const struct event *piece)
{
	*stream = context;
	return see_event(context, piece);
}

static int end(void *context, const struct totals *totals)
{
	struct seen *seen = context;

	seen->sum += totals->tasks;
	return 0;
}

static int see_run(void *context, struct replay *replay)
{
	struct seen seen = { .places = { .make = replay_make_place,
					 .context = replay,
					 .source = &replay_run(replay)->source } };
	const struct sink sink = { .begin = begin,
				   .records = see_records,
				   .event = see_event,
				   .end = end,
				   .context = &seen };
	const int told = n_told;
	int err = replay_write(replay, &sink);

	check(!err || err == -ENOMEM || n_told > told);
	*(uint64_t *)context += seen.sum;
	places_fini(&seen.places);
	return err;
}

/* What fails was told. */
static void ask_tables(const struct recording *of, const char *in, bool is_uncovered)
{
	static const char *const by[] = { "dir",  "file", "function",  "line",
					  "call", "task", "subsystem", QUERY_SHORT };

	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
		const struct query query = { .by = by[i],
					     .in = in,
					     .is_uncovered =
						     is_uncovered && query_knows_uncovered(by[i]) };
		const int told = n_told;
		struct table table;

		if (!query_table(of, &query, &table))
			table_fini(&table);
		else
			check(n_told > told);
	}
}

static void ask_all(const struct recording *of)
{
	struct run_summaries runs;
	struct point_sum sum;
	uint64_t pcs = 0;

	if (!query_runs(of, &runs))
		run_summaries_fini(&runs);
	query_sum(of, &sum);
	query_sum_in(of, "fs/*", &sum);
	ask_tables(of, NULL, false);
	ask_tables(of, "*.c", true);
	replay_runs(of, see_run, &pcs);
}

static bool wants_call(const void *calls, const char *name)
{
	(void)calls;
	return name[0] == 'o';
}

/* which: of what is selected, and whether it is alone. */
static void read_recording(size_t which)
{
	static const char *const paths[] = { PATH, "recording" };
	static const struct query_selection selections[] = {
		{ .by_task = true },
		{ .run = "pcs", .by_task = true },
		{ .wants = wants_call, .by_task = true },
		{ .error = ENOENT, .by_task = true },
		{ .has_task = true, .task = 1, .by_task = true },
	};
	const size_t n = sizeof(selections) / sizeof(selections[0]);
	struct gathered of;

	n_told = 0;
	if (gathered_open(paths, which / n % 2 ? 2 : 1, &of)) {
		check(n_told == 1);
		return;
	}
	if (!query_select(&of.recording, &selections[which % n]))
		ask_all(&of.recording);
	gathered_close(&of);
}

static void load_recording(void)
{
	struct stat st;
	int fd = open("recording", O_RDONLY);

	if (fd < 0 || fstat(fd, &st) || st.st_size > MAX_FILE) {
		fputs("no ./recording that is small enough: tests/fuzz/run makes it\n", stderr);
		exit(1);
	}
	recording_size = (size_t)st.st_size;
	check(read(fd, recording, recording_size) == st.st_size);
	close(fd);
}

/* Tables without row ids are changed as a whole. */
static void list_updates(void)
{
	sqlite3_stmt *columns;
	sqlite3 *db;

	check(sqlite3_open_v2(PATH, &db, SQLITE_OPEN_READONLY, PAGE_SUMS_VFS) == SQLITE_OK);
	check(!sqlite3_prepare_v2(
		db,
		"SELECT printf('UPDATE %w SET %w = ?1 WHERE %s', m.name, c.name,"
		" iif(l.wr, '?2 >= 0', 'rowid = ?2')) FROM sqlite_schema AS m"
		" JOIN pragma_table_info(m.name) AS c JOIN pragma_table_list(m.name) AS l"
		" WHERE m.type = 'table'",
		-1, &columns, NULL));
	while (sqlite3_step(columns) == SQLITE_ROW) {
		check(n_updates < MAX_COLUMNS);
		updates[n_updates++] = strdup((const char *)sqlite3_column_text(columns, 0));
	}
	check(n_updates > 100);
	sqlite3_finalize(columns);
	sqlite3_close(db);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	load_recording();
	check(page_sums_register() == SQLITE_OK);
	write_file(recording, recording_size);
	list_updates();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	const size_t how = take(&input, 1);

	if (how % 2)
		change_values(&input);
	else
		change_pages(&input);
	read_recording(how / 2);
	return 0;
}
