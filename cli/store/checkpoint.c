// SPDX-License-Identifier: MIT
#include "checkpoint.h"

#include "before-images.h"
#include "page-stamp.h"

#include <string.h>

enum {
	PAGE_SIZE = PAGE_SUMS_PAGE_SIZE,
	TAIL = PAGE_SIZE - PAGE_SUMS_RESERVED,
	/* SQLite's locks of what is shared, as its documents of WAL-mode files have them: of the
	 * one that makes a checkpoint, and of readers that read from the WAL, too. */
	LOCK_CHECKPOINT = 1,
	LOCK_FIRST_READER = 4,
	LOCK_LAST_READER = 7,
};

static int read_at(sqlite3_file *file, void *buffer, int n, sqlite3_int64 offset)
{
	return file->pMethods->xRead(file, buffer, n, offset);
}

static int write_at(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 offset)
{
	return file->pMethods->xWrite(file, buffer, n, offset);
}

int checkpoint_generation(sqlite3_file *file, uint32_t *ret)
{
	uint8_t tail[PAGE_SUMS_RESERVED];
	int code = read_at(file, tail, sizeof(tail), TAIL);

	if (code == SQLITE_OK)
		*ret = page_stamp_get(tail, 1);
	/* There is no page yet. */
	if (code == SQLITE_IOERR_SHORT_READ)
		*ret = 0;
	return code == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : code;
}

/*
 * Whoever makes a checkpoint waits for readers by locking each one's lock by itself. Where that
 * fails in the end, SQLite goes on with what those readers do not need: the pages of some
 * transactions without those that are of the same transactions and were written again.
 */
void checkpoint_lock(struct checkpoint *checkpoint, int offset, int n, int flags, int code)
{
	const bool is_lock = flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);

	if (offset == LOCK_CHECKPOINT && n == 1 && (!is_lock || code == SQLITE_OK)) {
		checkpoint->is_prepared = is_lock;
		checkpoint->readers = 0;
	}
	if (!checkpoint->is_prepared || !is_lock || n != 1 || offset < LOCK_FIRST_READER ||
	    offset > LOCK_LAST_READER)
		return;
	if (code == SQLITE_OK)
		checkpoint->readers &= ~(1u << offset);
	else
		checkpoint->readers |= 1u << offset;
}

void checkpoint_begin(struct checkpoint *checkpoint, sqlite3_file *file)
{
	sqlite3_int64 size;

	checkpoint->is_on = true;
	checkpoint->has_written = checkpoint->has_page_one = false;
	checkpoint->code = SQLITE_OK;
	/* One that failed half-way goes on. */
	if (checkpoint->images_at)
		return;
	checkpoint->code = file->pMethods->xFileSize(file, &size);
	if (checkpoint->code == SQLITE_OK)
		checkpoint->code = checkpoint_generation(file, &checkpoint->generation);
	if (checkpoint->code != SQLITE_OK)
		return;
	checkpoint->size = size;
	checkpoint->n_pages = (uint32_t)(size / PAGE_SIZE);
	checkpoint->n_images = 0;
	if (checkpoint->generation != PAGE_STAMP_UNKNOWN)
		checkpoint->generation++;
}

void checkpoint_grow(struct checkpoint *checkpoint, sqlite3_int64 size)
{
	if (checkpoint->is_on && !checkpoint->images_at && size > checkpoint->size)
		checkpoint->size = size;
}

/* Where it cannot grow into: behind the database as it is, and as it will be. */
static sqlite3_int64 place_images(const struct checkpoint *checkpoint)
{
	return (checkpoint->size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

/* What the page is now; it is in the file before anything of the page is overwritten. */
static int keep(struct checkpoint *checkpoint, sqlite3_file *file, uint32_t number)
{
	const struct before_image image = { .page = number,
					    .index = checkpoint->n_images,
					    .generation = checkpoint->generation,
					    .pages = checkpoint->n_pages };
	const sqlite3_int64 at =
		checkpoint->images_at ? checkpoint->images_at : place_images(checkpoint);
	uint8_t bytes[BEFORE_IMAGE_SIZE];
	int code;

	if (number > checkpoint->n_pages)
		return SQLITE_OK;
	code = read_at(file, bytes, PAGE_SIZE, (sqlite3_int64)(number - 1) * PAGE_SIZE);
	if (code != SQLITE_OK)
		return code;
	before_image_put(bytes, &image);
	code = write_at(file, bytes, sizeof(bytes),
			at + (sqlite3_int64)checkpoint->n_images * BEFORE_IMAGE_SIZE);
	if (code != SQLITE_OK)
		return code;
	checkpoint->images_at = at;
	checkpoint->n_images++;
	return SQLITE_OK;
}

static int overwrite(struct checkpoint *checkpoint, sqlite3_file *file, uint8_t *page,
		     uint32_t number)
{
	const sqlite3_int64 at = (sqlite3_int64)(number - 1) * PAGE_SIZE;
	int code;

	/* The database is not as large as it said: never seen. */
	if (checkpoint->images_at && at >= checkpoint->images_at)
		return SQLITE_IOERR_WRITE;
	code = keep(checkpoint, file, number);
	if (code != SQLITE_OK)
		return code;
	page_stamp_put(page + TAIL, number, checkpoint->generation);
	return write_at(file, page, PAGE_SIZE, at);
}

int checkpoint_write(struct checkpoint *checkpoint, sqlite3_file *file, uint8_t *page,
		     uint32_t number)
{
	if (checkpoint->code != SQLITE_OK)
		return checkpoint->code;
	if (checkpoint->readers)
		return SQLITE_BUSY;
	checkpoint->has_written = true;
	if (number != 1) {
		checkpoint->code = overwrite(checkpoint, file, page, number);
		return checkpoint->code;
	}
	memcpy(checkpoint->page_one, page, PAGE_SIZE);
	checkpoint->has_page_one = true;
	return SQLITE_OK;
}

/* Its stamp is another one, be it in the WAL or not. */
static int write_page_one(struct checkpoint *checkpoint, sqlite3_file *file)
{
	int code = SQLITE_OK;

	if (!checkpoint->has_page_one)
		code = read_at(file, checkpoint->page_one, PAGE_SIZE, 0);
	return code == SQLITE_OK ? overwrite(checkpoint, file, checkpoint->page_one, 1) : code;
}

/*
 * Some pages can be missing where SQLite failed to read its WAL. Then what pages were is kept, and
 * the checkpoint is made again. SQLite does not look at what this returns, and truncates the file
 * next.
 */
void checkpoint_end(struct checkpoint *checkpoint, sqlite3_file *file)
{
	if (checkpoint->has_written && checkpoint->code == SQLITE_OK)
		checkpoint->code = write_page_one(checkpoint, file);
	checkpoint->is_on = checkpoint->has_written = false;
}

int checkpoint_truncate(struct checkpoint *checkpoint, sqlite3_file *file, sqlite3_int64 size)
{
	int code = checkpoint->code;

	if (code == SQLITE_OK)
		code = file->pMethods->xTruncate(file, size);
	if (code == SQLITE_OK)
		checkpoint->images_at = 0;
	checkpoint->code = SQLITE_OK;
	return code;
}
