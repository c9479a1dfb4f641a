// SPDX-License-Identifier: MIT
#include "index.h"

#include "bytes.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>

static uint64_t load_u64(const uint8_t *at)
{
	return kcov_load_u32(at) | (uint64_t)kcov_load_u32(at + 4) << 32;
}

/* A word of a table of words; the caller knows that it is there. */
static uint32_t word(const struct kcov_index *index, enum kcov_index_table table, size_t i)
{
	return kcov_load_u32(index->tables[table].at + 4 * i);
}

static size_t words(const struct kcov_index *index, enum kcov_index_table table)
{
	return index->tables[table].n / 4;
}

static bool sums_are_right(const uint8_t *at, size_t size)
{
	uint8_t header[KCOV_INDEX_HEADER_SIZE];

	memcpy(header, at, sizeof(header));
	memset(header + KCOV_INDEX_AT_HEADER_SUM, 0, 4);
	return kcov_load_u32(at + KCOV_INDEX_AT_HEADER_SUM) == crc32_z(0, header, sizeof(header)) &&
	       kcov_load_u32(at + KCOV_INDEX_AT_BODY_SUM) ==
		       crc32_z(0, at + sizeof(header), size - sizeof(header));
}

static int open_tables(const uint8_t *at, size_t size, struct kcov_index *index)
{
	for (int i = 0; i < KCOV_INDEX_TABLES; i++) {
		uint32_t low = kcov_load_u32(at + KCOV_INDEX_AT_TABLES + 4 * i);
		uint32_t high = kcov_load_u32(at + KCOV_INDEX_AT_TABLES + 4 * (i + 1));

		if (low > high || high > size)
			return -EBADMSG;
		index->tables[i].at = at + low;
		index->tables[i].n = high - low;
	}
	return 0;
}

/* That there are as many numbers in one table as another one is said to have things. */
static int check_counts(const struct kcov_index *index)
{
	size_t blocks = (index->n_spans + (uint64_t)KCOV_INDEX_BLOCK - 1) / KCOV_INDEX_BLOCK;
	size_t chunks = (index->n_scopes + (uint64_t)KCOV_INDEX_CHUNK - 1) / KCOV_INDEX_CHUNK;
	size_t points = index->n_points == KCOV_INDEX_NO_POINTS ? 0 : index->n_points;
	size_t n = index->tables[KCOV_INDEX_STRINGS].n;

	if (words(index, KCOV_INDEX_BLOCKS) != blocks ||
	    words(index, KCOV_INDEX_BLOCK_BYTES) != blocks + 1 ||
	    words(index, KCOV_INDEX_CHUNK_BYTES) != chunks + 1 ||
	    words(index, KCOV_INDEX_POINT_BLOCKS) !=
		    2 * ((points + KCOV_INDEX_POINT_BLOCK - 1) / KCOV_INDEX_POINT_BLOCK))
		return -EBADMSG;
	/* So that each text ends in it. */
	return n && index->tables[KCOV_INDEX_STRINGS].at[n - 1] ? -EBADMSG : 0;
}

int kcov_index_open(const void *memory, size_t size, struct kcov_index *ret)
{
	struct kcov_index index = { .at = memory };
	const uint8_t *at = memory;

	if (size < KCOV_INDEX_HEADER_SIZE ||
	    memcmp(at, KCOV_INDEX_MAGIC, KCOV_INDEX_MAGIC_SIZE) != 0 ||
	    kcov_load_u32(at + KCOV_INDEX_AT_VERSION) != KCOV_INDEX_VERSION ||
	    kcov_load_u32(at + KCOV_INDEX_AT_SIZE) != size || !sums_are_right(at, size) ||
	    open_tables(at, size, &index) < 0)
		return -EBADMSG;
	index.base = load_u64(at + KCOV_INDEX_AT_BASE);
	index.start = load_u64(at + KCOV_INDEX_AT_START);
	index.n_scopes = kcov_load_u32(at + KCOV_INDEX_AT_SCOPES);
	index.n_spans = kcov_load_u32(at + KCOV_INDEX_AT_SPANS);
	index.n_points = kcov_load_u32(at + KCOV_INDEX_AT_POINTS);
	index.machine = (uint16_t)kcov_load_u32(at + KCOV_INDEX_AT_MACHINE);
	index.build_id.n = kcov_load_u32(at + KCOV_INDEX_AT_BUILD_ID_SIZE);
	if (index.build_id.n > KCOV_BUILD_ID_MAX || check_counts(&index) < 0)
		return -EBADMSG;
	memcpy(index.build_id.bytes, at + KCOV_INDEX_AT_BUILD_ID, index.build_id.n);
	*ret = index;
	return 0;
}

static bool is_text(const struct kcov_index *index, uint32_t offset)
{
	for (size_t i = 0; i + 2 < words(index, KCOV_INDEX_TEXT); i += 3) {
		if (offset >= word(index, KCOV_INDEX_TEXT, i) &&
		    offset < word(index, KCOV_INDEX_TEXT, i + 1))
			return true;
	}
	return false;
}

/*
 * How many blocks begin up to, and including, each of n offsets: the first of so many words of each
 * block. Without a branch on what is read, which would be guessed wrong half of the time; and
 * all searches in step, so that none waits for memory alone.
 */
static void find_blocks(const struct kcov_index *index, enum kcov_index_table blocks, size_t stride,
			const uint32_t *offsets, size_t n, size_t *ret)
{
	const uint8_t *at = index->tables[blocks].at;
	size_t left = words(index, blocks) / stride;

	for (size_t i = 0; i < n; i++)
		ret[i] = 0;
	if (!left)
		return;
	while (left > 1) {
		const size_t half = left / 2;

		for (size_t i = 0; i < n; i++)
			ret[i] += half * (kcov_load_u32(at + 4 * stride * (ret[i] + half - 1)) <=
					  offsets[i]);
		left -= half;
	}
	for (size_t i = 0; i < n; i++)
		ret[i] += kcov_load_u32(at + 4 * stride * ret[i]) <= offsets[i];
}

/* The bytes of block or chunk i; which is there, but may be said to lie anywhere. */
static struct kcov_reader reader_of(const struct kcov_index *index, enum kcov_index_table where,
				    enum kcov_index_table bytes, size_t i)
{
	uint32_t low = word(index, where, i), high = word(index, where, i + 1);
	struct kcov_reader reader = { .failed = true };

	if (low > high || high > index->tables[bytes].n)
		return reader;
	return (struct kcov_reader){ .at = index->tables[bytes].at + low,
				     .end = index->tables[bytes].at + high };
}

static void read_span(struct kcov_reader *reader, uint8_t changes, struct kcov_place *place)
{
	if (changes & KCOV_INDEX_LINE)
		place->line = kcov_read_change(reader, place->line);
	if (changes & KCOV_INDEX_COLUMN)
		place->column = kcov_read_number(reader);
	if (changes & KCOV_INDEX_FILE)
		place->file = kcov_read_number(reader);
	if (changes & KCOV_INDEX_SCOPE)
		place->scope = kcov_read_change(reader, place->scope);
	if (changes & KCOV_INDEX_SYMBOL)
		place->symbol = kcov_read_change(reader, place->symbol);
}

/* Where the next span begins; what it changes is still to be read. */
static uint32_t read_low(struct kcov_reader *reader, uint32_t low, uint8_t *changes)
{
	uint32_t distance;

	*changes = kcov_read_byte(reader);
	distance = *changes >> KCOV_INDEX_NEAR_SHIFT;
	return low + (distance ? distance : kcov_read_number(reader));
}

/* Let the processor fetch what lies there, which need be nothing. */
static void prefetch(const struct kcov_index *index, enum kcov_index_table table, size_t at)
{
	if (at < index->tables[table].n)
		__builtin_prefetch(index->tables[table].at + at);
}

void kcov_index_seek(const struct kcov_index *index, const uint64_t *addresses, size_t n,
		     struct kcov_index_seek *ret)
{
	uint32_t offsets[KCOV_INDEX_TOGETHER] = { 0 };
	size_t blocks[KCOV_INDEX_TOGETHER];

	for (size_t i = 0; i < n; i++) {
		bool is_near =
			addresses[i] >= index->base && addresses[i] - index->base <= UINT32_MAX;

		offsets[i] = is_near ? (uint32_t)(addresses[i] - index->base) : 0;
		ret[i].is_text = is_near && is_text(index, offsets[i]);
	}
	find_blocks(index, KCOV_INDEX_BLOCKS, 1, offsets, n, blocks);
	for (size_t i = 0; i < n; i++) {
		ret[i].offset = offsets[i];
		ret[i].block = ret[i].is_text ? blocks[i] : 0;
		if (ret[i].block)
			prefetch(index, KCOV_INDEX_SPANS,
				 word(index, KCOV_INDEX_BLOCK_BYTES, ret[i].block - 1));
	}
}

int kcov_index_read(const struct kcov_index *index, const struct kcov_index_seek *seek,
		    struct kcov_place *ret)
{
	struct kcov_place place = { .is_text = seek->is_text };
	struct kcov_reader reader;
	uint32_t low;

	*ret = place;
	if (!seek->block)
		return 0;
	low = word(index, KCOV_INDEX_BLOCKS, seek->block - 1);
	reader = reader_of(index, KCOV_INDEX_BLOCK_BYTES, KCOV_INDEX_SPANS, seek->block - 1);
	while (reader.at != reader.end) {
		uint8_t changes;

		low = read_low(&reader, low, &changes);
		if (low > seek->offset)
			break;
		read_span(&reader, changes, &place);
	}
	if (reader.failed)
		return -EBADMSG;
	prefetch(index, KCOV_INDEX_SYMBOLS, 12 * ((size_t)place.symbol - 1));
	prefetch(index, KCOV_INDEX_CHUNK_BYTES, 4 * (((size_t)place.scope - 1) / KCOV_INDEX_CHUNK));
	prefetch(index, KCOV_INDEX_FILES, 8 * ((size_t)place.file - 1));
	*ret = place;
	return 0;
}

void kcov_index_ready(const struct kcov_index *index, const struct kcov_place *place)
{
	if (place->scope && place->scope <= index->n_scopes)
		prefetch(
			index, KCOV_INDEX_SCOPES,
			word(index, KCOV_INDEX_CHUNK_BYTES, (place->scope - 1) / KCOV_INDEX_CHUNK));
	if (place->file && 2 * (size_t)place->file <= words(index, KCOV_INDEX_FILES))
		prefetch(index, KCOV_INDEX_STRINGS,
			 word(index, KCOV_INDEX_FILES, 2 * ((size_t)place->file - 1)));
}

int kcov_index_find(const struct kcov_index *index, uint64_t address, struct kcov_place *ret)
{
	struct kcov_index_seek seek;

	kcov_index_seek(index, &address, 1, &seek);
	return kcov_index_read(index, &seek, ret);
}

/* NULL: there is no such text. */
static const char *text_at(const struct kcov_index *index, uint32_t at)
{
	if (at >= index->tables[KCOV_INDEX_STRINGS].n)
		return NULL;
	return (const char *)index->tables[KCOV_INDEX_STRINGS].at + at;
}

int kcov_index_symbol(const struct kcov_index *index, const struct kcov_place *place,
		      struct kcov_index_symbol *ret)
{
	size_t i = 3 * ((size_t)place->symbol - 1);
	const char *name;

	if (!place->symbol) {
		*ret = (struct kcov_index_symbol){};
		return 0;
	}
	if (i + 2 >= words(index, KCOV_INDEX_SYMBOLS))
		return -EBADMSG;
	name = text_at(index, word(index, KCOV_INDEX_SYMBOLS, i + 2));
	if (!name)
		return -EBADMSG;
	*ret = (struct kcov_index_symbol){
		.name = name,
		.address = index->base + word(index, KCOV_INDEX_SYMBOLS, i),
		.size = word(index, KCOV_INDEX_SYMBOLS, i + 1),
	};
	return 0;
}

bool kcov_index_section(const struct kcov_index *index, const char *name, uint64_t *ret,
			uint64_t *ret_size)
{
	for (size_t i = 0; i + 2 < words(index, KCOV_INDEX_TEXT); i += 3) {
		const char *text = text_at(index, word(index, KCOV_INDEX_TEXT, i + 2));
		uint32_t low = word(index, KCOV_INDEX_TEXT, i);

		if (text && strcmp(text, name) == 0) {
			*ret = index->base + low;
			*ret_size = word(index, KCOV_INDEX_TEXT, i + 1) - low;
			return true;
		}
	}
	return false;
}

/* A file that is not known has neither. */
static int set_file(const struct kcov_index *index, uint32_t file, struct kcov_frame *frame)
{
	size_t i = 2 * ((size_t)file - 1);
	const char *path, *name;

	if (!file)
		return 0;
	if (i + 1 >= words(index, KCOV_INDEX_FILES))
		return -EBADMSG;
	path = text_at(index, word(index, KCOV_INDEX_FILES, i));
	name = text_at(index,
		       word(index, KCOV_INDEX_FILES, i) + word(index, KCOV_INDEX_FILES, i + 1));
	if (!path || !name)
		return -EBADMSG;
	/* One that has a number, and no name. */
	if (!*path)
		return 0;
	frame->path = path;
	frame->file = name;
	return 0;
}

struct scope {
	/* How many scopes before it its parent is; 0: it is not inlined. */
	uint32_t back;
	/* As in a place: one more than the number, or 0. */
	uint32_t name;
	uint32_t call_file;
	uint32_t call_line;
	uint32_t call_column;
};

static void read_scope(struct kcov_reader *reader, struct scope *ret)
{
	*ret = (struct scope){ .back = kcov_read_number(reader) };
	ret->name = kcov_read_number(reader);
	if (!ret->back)
		return;
	ret->call_file = kcov_read_number(reader);
	ret->call_line = kcov_read_number(reader);
	ret->call_column = kcov_read_number(reader);
}

static int find_scope(const struct kcov_index *index, uint32_t i, struct scope *ret)
{
	struct kcov_reader reader;

	if (i >= index->n_scopes)
		return -EBADMSG;
	reader = reader_of(index, KCOV_INDEX_CHUNK_BYTES, KCOV_INDEX_SCOPES, i / KCOV_INDEX_CHUNK);
	for (uint32_t n = i % KCOV_INDEX_CHUNK + 1; n; n--)
		read_scope(&reader, ret);
	return reader.failed || ret->back > i ? -EBADMSG : 0;
}

static int set_name(const struct kcov_index *index, uint32_t name, struct kcov_frame *frame)
{
	if (!name)
		return 0;
	if (name > words(index, KCOV_INDEX_NAMES))
		return -EBADMSG;
	frame->function = text_at(index, word(index, KCOV_INDEX_NAMES, name - 1));
	__builtin_prefetch(frame->function);
	return frame->function ? 0 : -EBADMSG;
}

int kcov_index_frame(const struct kcov_index *index, struct kcov_place *place, bool *more,
		     struct kcov_frame *ret)
{
	struct kcov_frame frame = { .line = place->line, .column = place->column };
	struct scope scope = { 0 };
	int rc = set_file(index, place->file, &frame);

	if (rc == 0 && place->scope) {
		rc = find_scope(index, place->scope - 1, &scope);
		if (rc == 0)
			rc = set_name(index, scope.name, &frame);
	}
	if (rc < 0)
		return rc;
	*more = scope.back != 0;
	if (*more) {
		place->scope -= scope.back;
		place->file = scope.call_file;
		place->line = scope.call_line;
		place->column = scope.call_column;
	}
	*ret = frame;
	return 0;
}

/* A coverage point, and where to go on from it. */
struct point_cursor {
	const struct kcov_index *index;
	struct kcov_reader reader;
	/* The number of the one that is next. */
	uint32_t next;
	uint32_t pc;
	bool is_cmp;
};

/* False: there is none any more, or the index is damaged, as the reader tells. */
static bool cursor_next(struct point_cursor *cursor)
{
	uint32_t number;

	if (cursor->next >= cursor->index->n_points)
		return false;
	if (cursor->next % KCOV_INDEX_POINT_BLOCK == 0)
		cursor->pc = word(cursor->index, KCOV_INDEX_POINT_BLOCKS,
				  2 * (size_t)(cursor->next / KCOV_INDEX_POINT_BLOCK));
	number = kcov_read_number(&cursor->reader);
	cursor->next++;
	cursor->pc += number >> 1;
	cursor->is_cmp = number & 1;
	return !cursor->reader.failed;
}

/* To the last block whose first point is not behind an offset, or to the first. */
static void cursor_find(struct point_cursor *cursor, uint32_t offset)
{
	const struct kcov_index *index = cursor->index;
	size_t block;
	size_t n = index->tables[KCOV_INDEX_POINTS].n;
	const uint8_t *at = index->tables[KCOV_INDEX_POINTS].at;
	uint32_t low;

	find_blocks(index, KCOV_INDEX_POINT_BLOCKS, 2, &offset, 1, &block);
	block -= block != 0;
	low = word(index, KCOV_INDEX_POINT_BLOCKS, 2 * block + 1);
	cursor->next = (uint32_t)block * KCOV_INDEX_POINT_BLOCK;
	cursor->reader = (struct kcov_reader){ .at = at + (low < n ? low : n), .end = at + n };
}

int kcov_index_point(const struct kcov_index *index, uint64_t address)
{
	struct point_cursor cursor = { .index = index };
	uint32_t offset = (uint32_t)(address - index->base);

	if (index->n_points == KCOV_INDEX_NO_POINTS)
		return KCOV_POINT_UNKNOWN;
	if (!index->n_points || address < index->base || address - index->base > UINT32_MAX)
		return KCOV_POINT_NONE;
	cursor_find(&cursor, offset);
	while (cursor_next(&cursor) && cursor.pc <= offset) {
		if (cursor.pc == offset)
			return cursor.is_cmp ? KCOV_POINT_CMP : KCOV_POINT_PC;
	}
	return cursor.reader.failed ? -EBADMSG : KCOV_POINT_NONE;
}

int kcov_index_points(const struct kcov_index *index, enum kcov_point kind, uint64_t address,
		      uint64_t *ret, size_t room)
{
	struct point_cursor cursor = { .index = index };
	uint64_t offset = address < index->base ? 0 : address - index->base;
	size_t n = 0;

	if (index->n_points == KCOV_INDEX_NO_POINTS)
		return -ENODATA;
	if (!index->n_points || offset > UINT32_MAX)
		return 0;
	cursor_find(&cursor, (uint32_t)offset);
	while (n < room && n < INT_MAX && cursor_next(&cursor)) {
		if (cursor.pc > UINT64_MAX - index->base)
			return -EBADMSG;
		if (cursor.pc >= offset && cursor.is_cmp == (kind == KCOV_POINT_CMP))
			ret[n++] = index->base + cursor.pc;
	}
	return cursor.reader.failed ? -EBADMSG : (int)n;
}
