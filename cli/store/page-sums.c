// SPDX-License-Identifier: MIT
#define XXH_INLINE_ALL
#include "page-sums.h"

#include "checkpoint.h"
#include "page-stamp.h"

#include <string.h>
#include <xxhash.h>

enum {
	PAGE_SIZE = PAGE_SUMS_PAGE_SIZE,
	/* Where a page's own bytes end and its tail begins. */
	SUM = PAGE_SIZE - PAGE_SUMS_RESERVED,
	DATABASE_HEADER = 100,
	/* Of a WAL: its header, and that of each frame, which begins with the page's number. */
	WAL_HEADER = 32,
	FRAME_HEADER = 24,
	FRAME = FRAME_HEADER + PAGE_SIZE,
};

/* A database or a WAL. The file of the VFS below follows it. */
struct sums_file {
	sqlite3_file base;
	/* A WAL's; NULL: it is a database. */
	struct sums_file *database;
	/* Of a WAL: the frame whose header was written last; 0: none was. */
	sqlite3_int64 header_at;
	uint32_t header_page;
	/* Of a database, for its WAL, too. */
	bool is_damaged;
	struct page_damage damage;
	/* Of a database: the generation that its page 1 had when it was asked last. */
	uint32_t generation;
	struct checkpoint checkpoint;
};

/* The default one. */
static sqlite3_vfs *below;

static sqlite3_file *real_file(sqlite3_file *file)
{
	return (sqlite3_file *)((struct sums_file *)file + 1);
}

static uint32_t load_be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void make_sum(const uint8_t *page, uint32_t number, uint8_t ret[8])
{
	const uint64_t sum = XXH3_64bits_withSeed(page, SUM, number);

	for (unsigned int i = 0; i < 8; i++)
		ret[i] = (uint8_t)(sum >> 8 * i);
}

static int damaged(struct sums_file *sums, uint32_t number, sqlite3_int64 offset)
{
	struct sums_file *database = sums->database ? sums->database : sums;

	if (!database->is_damaged)
		database->damage = (struct page_damage){
			.page = number,
			.offset = (uint64_t)offset,
			.in_wal = sums->database,
		};
	database->is_damaged = true;
	return SQLITE_IOERR_DATA;
}

/*
 * A page that a later checkpoint wrote than page 1, which comes last: the file is a copy that was
 * made over some time. Where a checkpoint goes on, nobody reads what it writes until it has ended.
 */
static int verify_stamp(struct sums_file *sums, const uint8_t *page, uint32_t number,
			sqlite3_int64 offset)
{
	const uint32_t generation = page_stamp_get(page + SUM, number);
	int rc;

	if (generation == PAGE_STAMP_UNKNOWN || generation <= sums->generation)
		return SQLITE_OK;
	rc = checkpoint_generation(real_file(&sums->base), &sums->generation);
	if (rc != SQLITE_OK || generation <= sums->generation)
		return rc;
	rc = damaged(sums, number, offset);
	sums->damage.is_newer = true;
	return rc;
}

static int verify(struct sums_file *sums, const uint8_t *page, uint32_t number,
		  sqlite3_int64 offset)
{
	uint8_t sum[8];

	make_sum(page, number, sum);
	return memcmp(page + SUM, sum, sizeof(sum)) ? damaged(sums, number, offset) : SQLITE_OK;
}

static int read_real(sqlite3_file *file, void *buffer, int n, sqlite3_int64 offset)
{
	return real_file(file)->pMethods->xRead(real_file(file), buffer, n, offset);
}

static int write_real(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 offset)
{
	return real_file(file)->pMethods->xWrite(real_file(file), buffer, n, offset);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
	return real_file(file)->pMethods->xFileSize(real_file(file), ret);
}

static uint32_t page_number(sqlite3_int64 offset)
{
	return (uint32_t)(offset / PAGE_SIZE + 1);
}

/* Behind the file's end there are zeros, as SQLite expects; a page that the end cuts is damaged. */
static int read_page(sqlite3_file *file, uint8_t *page, sqlite3_int64 offset)
{
	struct sums_file *sums = (struct sums_file *)file;
	int rc = read_real(file, page, PAGE_SIZE, offset);
	sqlite3_int64 size;

	if (rc == SQLITE_OK)
		rc = verify(sums, page, page_number(offset), offset);
	if (rc == SQLITE_OK)
		return verify_stamp(sums, page, page_number(offset), offset);
	if (rc != SQLITE_IOERR_SHORT_READ || file_size(file, &size) != SQLITE_OK || size <= offset)
		return rc;
	return damaged(sums, page_number(offset), offset);
}

/*
 * Parts of pages, by pages of another size that a damaged header says, or as later versions of
 * SQLite read long values: the pages are read whole.
 */
static int read_parts(sqlite3_file *file, uint8_t *buffer, int n, sqlite3_int64 offset)
{
	uint8_t page[PAGE_SIZE];
	int last = SQLITE_OK;

	while (n > 0) {
		const int skip = (int)(offset % PAGE_SIZE);
		const int part = n < PAGE_SIZE - skip ? n : PAGE_SIZE - skip;
		const int rc = read_page(file, page, offset - skip);

		if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
			return rc;
		last = rc;
		memcpy(buffer, page + skip, (size_t)part);
		buffer += part;
		offset += part;
		n -= part;
	}
	return last;
}

static int read_database(sqlite3_file *file, void *buffer, int n, sqlite3_int64 offset)
{
	/* Read without the lock under which page 1 is whole. It is read again with it. */
	if (offset + n <= DATABASE_HEADER)
		return read_real(file, buffer, n, offset);
	if (n == PAGE_SIZE && offset % PAGE_SIZE == 0)
		return read_page(file, buffer, offset);
	return read_parts(file, buffer, n, offset);
}

static bool is_frame(sqlite3_int64 offset)
{
	return offset >= WAL_HEADER && (offset - WAL_HEADER) % FRAME == 0;
}

static int frame_number(sqlite3_file *file, sqlite3_int64 frame, uint32_t *ret)
{
	const struct sums_file *sums = (struct sums_file *)file;
	uint8_t number[4];
	int rc;

	if (sums->header_at == frame) {
		*ret = sums->header_page;
		return SQLITE_OK;
	}
	rc = read_real(file, number, sizeof(number), frame);
	if (rc == SQLITE_OK)
		*ret = load_be32(number);
	return rc;
}

/* A recovery reads frames with their headers, and verifies them itself. */
static int read_wal(sqlite3_file *file, void *buffer, int n, sqlite3_int64 offset)
{
	struct sums_file *sums = (struct sums_file *)file;
	uint8_t number[4];
	int rc = read_real(file, buffer, n, offset);

	if (n != PAGE_SIZE || !is_frame(offset - FRAME_HEADER))
		return rc;
	if (rc == SQLITE_OK)
		rc = read_real(file, number, sizeof(number), offset - FRAME_HEADER);
	if (rc == SQLITE_IOERR_SHORT_READ)
		return damaged(sums, 0, offset);
	return rc == SQLITE_OK ? verify(sums, buffer, load_be32(number), offset) : rc;
}

static int sums_read(sqlite3_file *file, void *buffer, int n, sqlite3_int64 offset)
{
	return ((struct sums_file *)file)->database ? read_wal(file, buffer, n, offset)
						    : read_database(file, buffer, n, offset);
}

/* Of page 1: whether it says that pages have room for a sum. */
static bool has_room(const uint8_t *page)
{
	return page[16] << 8 == PAGE_SIZE && page[17] == 0 && page[20] == PAGE_SUMS_RESERVED;
}

static int write_database(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 offset)
{
	struct sums_file *sums = (struct sums_file *)file;
	const uint32_t number = page_number(offset);
	uint8_t summed[PAGE_SIZE];
	uint32_t generation;
	int rc;

	if (n != PAGE_SIZE || offset % PAGE_SIZE || (offset == 0 && !has_room(buffer)))
		return SQLITE_IOERR_WRITE;
	memcpy(summed, buffer, SUM);
	make_sum(buffer, number, summed + SUM);
	if (sums->checkpoint.is_on)
		return checkpoint_write(&sums->checkpoint, real_file(file), summed, number);
	/* By a rollback journal, as before and behind the time in which there is a WAL. */
	rc = checkpoint_generation(real_file(file), &generation);
	if (rc != SQLITE_OK)
		return rc;
	page_stamp_put(summed + SUM, number, generation);
	return write_real(file, summed, PAGE_SIZE, offset);
}

/*
 * SQLite's checksum of a frame goes through the words of the page in pairs (a, b): s1 += a + s2,
 * s2 += b + s1. The words of the sum are the last pair but one; what they differ by from those that
 * SQLite saw is taken from the last pair.
 */
static void balance(const uint8_t *seen, uint8_t *summed)
{
	uint32_t was[4], is[4], a, b;

	memcpy(was, seen + SUM, sizeof(was));
	memcpy(is, summed + SUM, sizeof(is));
	a = is[0] - was[0];
	b = is[1] - was[1];
	is[2] = was[2] - 2 * a - b;
	is[3] = was[3] - a - b;
	memcpy(summed + SUM, is, sizeof(is));
}

static int write_frame(sqlite3_file *file, const uint8_t *page, sqlite3_int64 offset)
{
	uint8_t summed[PAGE_SIZE];
	uint32_t number;
	int rc = frame_number(file, offset - FRAME_HEADER, &number);

	if (rc != SQLITE_OK)
		return rc;
	memcpy(summed, page, PAGE_SIZE);
	make_sum(page, number, summed + SUM);
	balance(page, summed);
	return write_real(file, summed, PAGE_SIZE, offset);
}

static int write_wal(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 offset)
{
	struct sums_file *sums = (struct sums_file *)file;

	if (n == PAGE_SIZE && is_frame(offset - FRAME_HEADER))
		return write_frame(file, buffer, offset);
	if (n == FRAME_HEADER && is_frame(offset)) {
		sums->header_at = offset;
		sums->header_page = load_be32(buffer);
	}
	return write_real(file, buffer, n, offset);
}

static int sums_write(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 offset)
{
	return ((struct sums_file *)file)->database ? write_wal(file, buffer, n, offset)
						    : write_database(file, buffer, n, offset);
}

static int sums_device_characteristics(sqlite3_file *file)
{
	const int real = real_file(file)->pMethods->xDeviceCharacteristics(real_file(file));

	/* Else a WAL is padded by pages that are written in two parts. */
	return real | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int sums_close(sqlite3_file *file)
{
	return real_file(file)->pMethods->xClose(real_file(file));
}

static int sums_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct sums_file *sums = (struct sums_file *)file;

	return sums->database ? real_file(file)->pMethods->xTruncate(real_file(file), size)
			      : checkpoint_truncate(&sums->checkpoint, real_file(file), size);
}

static int sums_sync(sqlite3_file *file, int flags)
{
	return real_file(file)->pMethods->xSync(real_file(file), flags);
}

static int sums_lock(sqlite3_file *file, int lock)
{
	return real_file(file)->pMethods->xLock(real_file(file), lock);
}

static int sums_unlock(sqlite3_file *file, int lock)
{
	return real_file(file)->pMethods->xUnlock(real_file(file), lock);
}

static int sums_check_reserved_lock(sqlite3_file *file, int *ret)
{
	return real_file(file)->pMethods->xCheckReservedLock(real_file(file), ret);
}

static int sums_file_control(sqlite3_file *file, int what, void *with)
{
	struct checkpoint *checkpoint = &((struct sums_file *)file)->checkpoint;

	/* Those of a checkpoint come to databases alone. */
	if (what == SQLITE_FCNTL_CKPT_START)
		checkpoint_begin(checkpoint, real_file(file));
	else if (what == SQLITE_FCNTL_SIZE_HINT)
		checkpoint_grow(checkpoint, *(sqlite3_int64 *)with);
	else if (what == SQLITE_FCNTL_CKPT_DONE)
		checkpoint_end(checkpoint, real_file(file));
	return real_file(file)->pMethods->xFileControl(real_file(file), what, with);
}

static int sums_sector_size(sqlite3_file *file)
{
	return real_file(file)->pMethods->xSectorSize(real_file(file));
}

static int sums_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret)
{
	return real_file(file)->pMethods->xShmMap(real_file(file), region, size, extend, ret);
}

static int sums_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	int rc = real_file(file)->pMethods->xShmLock(real_file(file), offset, n, flags);

	checkpoint_lock(&((struct sums_file *)file)->checkpoint, offset, n, flags, rc);
	return rc;
}

static void sums_shm_barrier(sqlite3_file *file)
{
	real_file(file)->pMethods->xShmBarrier(real_file(file));
}

static int sums_shm_unmap(sqlite3_file *file, int is_deleted)
{
	return real_file(file)->pMethods->xShmUnmap(real_file(file), is_deleted);
}

static const sqlite3_io_methods methods = {
	/* Version 3 could map a database, and pages would come without xRead. */
	.iVersion = 2,
	.xClose = sums_close,
	.xRead = sums_read,
	.xWrite = sums_write,
	.xTruncate = sums_truncate,
	.xSync = sums_sync,
	.xFileSize = file_size,
	.xLock = sums_lock,
	.xUnlock = sums_unlock,
	.xCheckReservedLock = sums_check_reserved_lock,
	.xFileControl = sums_file_control,
	.xSectorSize = sums_sector_size,
	.xDeviceCharacteristics = sums_device_characteristics,
	.xShmMap = sums_shm_map,
	.xShmLock = sums_shm_lock,
	.xShmBarrier = sums_shm_barrier,
	.xShmUnmap = sums_shm_unmap,
};

/* Temporary files and journals are those of the VFS below. */
static int sums_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret)
{
	struct sums_file *sums = (struct sums_file *)file;
	int rc;

	(void)vfs;
	if (!(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
		return below->xOpen(below, name, file, flags, ret);
	*sums = (struct sums_file){ 0 };
	real_file(file)->pMethods = NULL;
	rc = below->xOpen(below, name, real_file(file), flags, ret);
	if (flags & SQLITE_OPEN_WAL)
		sums->database = (struct sums_file *)sqlite3_database_file_object(name);
	/* By which SQLite knows whether to close it, failed or not. */
	if (real_file(file)->pMethods)
		file->pMethods = &methods;
	return rc;
}

int page_sums_register(void)
{
	static sqlite3_vfs vfs;

	if (sqlite3_vfs_find(PAGE_SUMS_VFS))
		return SQLITE_OK;
	below = sqlite3_vfs_find(NULL);
	if (!below)
		return SQLITE_ERROR;
	/* Its methods but one serve as they are: what they find in the struct is theirs. */
	vfs = *below;
	vfs.pNext = NULL;
	vfs.zName = PAGE_SUMS_VFS;
	vfs.szOsFile = (int)sizeof(struct sums_file) + below->szOsFile;
	vfs.xOpen = sums_open;
	return sqlite3_vfs_register(&vfs, 0);
}

int page_sums_prepare(sqlite3 *db)
{
	int reserved = PAGE_SUMS_RESERVED;
	int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
	char sql[32];

	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA page_size = %d", PAGE_SIZE);
	return rc == SQLITE_OK ? sqlite3_exec(db, sql, NULL, NULL, NULL) : rc;
}

bool page_sums_damage(sqlite3 *db, const char *name, struct page_damage *ret)
{
	sqlite3_file *file = NULL;

	if (sqlite3_file_control(db, name, SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
	    !file || file->pMethods != &methods)
		return false;
	if (!((struct sums_file *)file)->is_damaged)
		return false;
	*ret = ((struct sums_file *)file)->damage;
	return true;
}
