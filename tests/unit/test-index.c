// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/bytes.h"
#include "base/checksum.h"
#include "index/index-write.h"
#include "index/index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE 0xffffffff81000000
#define TEXT_SIZE 20000u

static uint32_t seed;

/* The same on every machine. */
static uint32_t below(uint32_t limit)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * limit >> 24);
}

static uint32_t or_none(uint32_t limit)
{
	return below(8) ? below(limit) : KCOV_FLAT_NONE;
}

static uint32_t text(struct kcov_flat *flat, const char *kind, uint32_t i)
{
	char name[32];
	uint32_t at;

	snprintf(name, sizeof(name), "/%s/%u", kind, i);
	assert_int_equal(kcov_flat_intern(flat, name, &at), 0);
	return at;
}

static void add_scope(struct kcov_flat *flat)
{
	struct kcov_flat_scope *scope = KCOV_TABLE_ADD(&flat->scopes);
	uint32_t n = (uint32_t)flat->scopes.n - 1;

	assert_non_null(scope);
	*scope = (struct kcov_flat_scope){ .name = below(8) ? text(flat, "name", below(50))
							    : KCOV_FLAT_NONE,
					   .parent = n && below(3) ? below(n) : KCOV_FLAT_NONE,
					   .call_file = or_none(10),
					   .call_line = below(1u << below(31)),
					   .call_column = below(1000) };
}

static void add_span(struct kcov_flat *flat, uint32_t low)
{
	struct kcov_flat_span *span = KCOV_TABLE_ADD(&flat->spans);

	assert_non_null(span);
	*span = (struct kcov_flat_span){ .low = low,
					 .scope = or_none(200),
					 .file = or_none(10),
					 .symbol = or_none(30),
					 .line = below(1u << below(31)),
					 .column = below(300) };
}

/* Text with a hole in it, and anything in it. */
/* One has no parameters, the next one more than that. */
static void add_syscall(struct kcov_flat *flat, uint32_t n)
{
	*KCOV_TABLE_ADD(&flat->syscalls) =
		(struct kcov_flat_syscall){ text(flat, "call", n), n == 3,
					    (uint32_t)flat->parameters.n, n };
	for (uint32_t i = 0; i < n; i++)
		*KCOV_TABLE_ADD(&flat->parameters) = (struct kcov_flat_parameter){
			i ? text(flat, "parameter", i) : KCOV_FLAT_NONE, text(flat, "type", n),
			1u << i, KCOV_PARAMETER_SIGNED + i
		};
}

static struct kcov_flat make_flat(uint32_t n_spans)
{
	struct kcov_flat flat = {
		.machine = 62, .build = 0x8001, .base = BASE, .start = BASE + 16
	};
	const struct kcov_flat_text texts[] = { { 0, 9000, 0 }, { 10000, TEXT_SIZE, 0 } };

	seed = n_spans;
	memcpy(flat.build_id.bytes, "0123456789", 10);
	flat.build_id.n = 10;
	for (uint32_t i = 0; i < 2; i++)
		*KCOV_TABLE_ADD(&flat.text) = (struct kcov_flat_text){ texts[i].low, texts[i].high,
								       text(&flat, "section", i) };
	for (uint32_t i = 0; i < 10; i++)
		*KCOV_TABLE_ADD(&flat.files) =
			(struct kcov_flat_file){ text(&flat, "file", i), below(6) };
	for (uint32_t i = 0; i < 30; i++)
		*KCOV_TABLE_ADD(&flat.symbols) =
			(struct kcov_flat_symbol){ below(TEXT_SIZE), below(TEXT_SIZE),
						   text(&flat, "symbol", i) };
	assert_int_equal(kcov_flat_intern(&flat, "f.cold", &flat.symbols.at[29].name), 0);
	for (int i = 0; i < 200; i++)
		add_scope(&flat);
	flat.has_points = true;
	for (uint32_t pc = below(90) + 1; pc < TEXT_SIZE; pc += 1 + below(below(8) ? 40 : 900)) {
		const bool is_cmp = below(2);

		/* Behind a call in text, and so not in the hole. */
		if (pc <= 9000 || pc > 10000)
			*KCOV_TABLE_ADD(&flat.points) = (struct kcov_flat_point){ pc, is_cmp };
	}
	for (uint32_t i = 0, low = 5; i < n_spans; i++, low += 1 + below(below(8) ? 9 : 300))
		add_span(&flat, low);
	for (uint32_t i = 0; i < 4; i++)
		add_syscall(&flat, i);
	return flat;
}

static const char *string_of(const struct kcov_flat *flat, uint32_t at)
{
	return (const char *)flat->strings.at + at;
}

static void assert_frame(const struct kcov_flat *flat, const struct kcov_frame *frame,
			 uint32_t scope, uint32_t file, uint32_t line, uint32_t column)
{
	assert_int_equal(frame->line, line);
	assert_int_equal(frame->column, column);
	if (file == KCOV_FLAT_NONE) {
		assert_null(frame->path);
	} else {
		assert_string_equal(frame->path, string_of(flat, flat->files.at[file].path));
		assert_ptr_equal(frame->file, frame->path + flat->files.at[file].skip);
	}
	if (scope == KCOV_FLAT_NONE || flat->scopes.at[scope].name == KCOV_FLAT_NONE)
		assert_null(frame->function);
	else
		assert_string_equal(frame->function, string_of(flat, flat->scopes.at[scope].name));
}

static void assert_frames(const struct kcov_flat *flat, const struct kcov_index *index,
			  struct kcov_place place, const struct kcov_flat_span *span)
{
	uint32_t scope = span->scope, file = span->file, line = span->line, column = span->column;
	struct kcov_frame frame;
	bool more;

	for (;;) {
		const struct kcov_flat_scope *at = &flat->scopes.at[scope];

		assert_int_equal(kcov_index_frame(index, &place, &more, &frame), 0);
		assert_frame(flat, &frame, scope, file, line, column);
		assert_int_equal(more, scope != KCOV_FLAT_NONE && at->parent != KCOV_FLAT_NONE);
		if (!more)
			return;
		scope = at->parent;
		file = at->call_file;
		line = at->call_line;
		column = at->call_column;
	}
}

/* By going through the spans one by one. */
static const struct kcov_flat_span *naive_find(const struct kcov_flat *flat, uint32_t offset)
{
	const struct kcov_flat_span *found = NULL;

	for (size_t i = 0; i < flat->spans.n && flat->spans.at[i].low <= offset; i++)
		found = &flat->spans.at[i];
	return found;
}

static void assert_place(const struct kcov_flat *flat, const struct kcov_index *index,
			 uint32_t offset)
{
	const struct kcov_flat_span *span = naive_find(flat, offset);
	struct kcov_place place;
	struct kcov_index_symbol symbol;

	assert_int_equal(kcov_index_find(index, BASE + offset, &place), 0);
	assert_int_equal(place.is_text, offset < 9000 || (offset >= 10000 && offset < TEXT_SIZE));
	if (!place.is_text || !span) {
		assert_int_equal(place.scope + place.file + place.symbol, 0);
		return;
	}
	assert_frames(flat, index, place, span);
	assert_int_equal(kcov_index_symbol(index, &place, &symbol), 0);
	assert_int_equal(!symbol.name, span->symbol == KCOV_FLAT_NONE);
	if (!symbol.name)
		return;
	assert_string_equal(symbol.name, string_of(flat, flat->symbols.at[span->symbol].name));
	assert_int_equal(symbol.address, BASE + flat->symbols.at[span->symbol].low);
	assert_int_equal(symbol.size, flat->symbols.at[span->symbol].size);
}

/* Each offset by itself, and all of a kind in one, from there on. */
static void assert_points(const struct kcov_flat *flat, const struct kcov_index *index)
{
	uint64_t all[1000], some[7];
	size_t next = 0;

	for (uint32_t offset = 0; offset < TEXT_SIZE + 10; offset++) {
		enum kcov_point expected = KCOV_POINT_NONE;

		if (next < flat->points.n && flat->points.at[next].pc == offset)
			expected = flat->points.at[next++].is_cmp ? KCOV_POINT_CMP : KCOV_POINT_PC;
		assert_int_equal(kcov_index_point(index, BASE + offset), expected);
	}
	assert_int_equal(next, flat->points.n);
	for (uint32_t kind = KCOV_POINT_PC; kind <= KCOV_POINT_CMP; kind++) {
		size_t n = 0;

		for (size_t i = 0; i < flat->points.n; i++)
			if (flat->points.at[i].is_cmp == (kind == KCOV_POINT_CMP))
				all[n++] = BASE + flat->points.at[i].pc;
		for (size_t i = 0; i < n; i += 5) {
			size_t left = n - i < 7 ? n - i : 7;

			assert_int_equal(kcov_index_points(index, (enum kcov_point)kind,
							   i ? all[i - 1] + 1 : 0, some, 7),
					 left);
			assert_memory_equal(some, all + i, left * sizeof(*some));
		}
	}
	assert_int_equal(kcov_index_points(index, KCOV_POINT_PC, BASE + TEXT_SIZE, some, 7), 0);
	assert_int_equal(kcov_index_points(index, KCOV_POINT_PC, UINT64_MAX, some, 7), 0);
}

static void assert_sections(const struct kcov_index *index)
{
	uint64_t low, size;

	assert_true(kcov_index_section(index, "/section/1", &low, &size));
	assert_int_equal(low, BASE + 10000);
	assert_int_equal(size, TEXT_SIZE - 10000);
	assert_false(kcov_index_section(index, "/section/2", &low, &size));
}

static void what_was_written_is_found(void **state)
{
	(void)state;
	/* None, one, a whole block and one more, and many. */
	for (uint32_t n = 0; n < 3000; n = n ? n * 64 + (n == 64) : 1) {
		struct kcov_flat flat = make_flat(n);
		struct kcov_bytes bytes = {};
		struct kcov_index index;

		assert_int_equal(kcov_index_write(&flat, &bytes), 0);
		assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
		assert_int_equal(index.start, BASE + 16);
		assert_int_equal(index.machine, 62);
		assert_int_equal(index.build, 0x8001);
		assert_true(kcov_build_id_equal(&index.build_id, &flat.build_id));
		for (uint32_t offset = 0; offset<TEXT_SIZE + 10; offset += n> 100 ? 3 : 1)
			assert_place(&flat, &index, offset);
		assert_sections(&index);
		assert_points(&flat, &index);
		kcov_bytes_fini(&bytes);
		kcov_flat_fini(&flat);
	}
}

/* The outermost frame of what is before a point. */
static struct kcov_frame outermost_of(const struct kcov_index *index, uint64_t pc)
{
	struct kcov_index_symbol symbol;
	struct kcov_place place;
	struct kcov_frame frame;
	bool more = true;

	assert_int_equal(kcov_index_find(index, pc - 1, &place), 0);
	assert_int_equal(kcov_index_symbol(index, &place, &symbol), 0);
	while (more)
		assert_int_equal(kcov_index_frame(index, &place, &more, &frame), 0);
	if (!frame.function)
		frame.function = symbol.name;
	return frame;
}

/* The number of a function among those that are counted. */
static size_t find_function(const struct kcov_function *all, size_t n,
			    const struct kcov_function *function)
{
	size_t i = 0;

	while (i < n && (all[i].name != function->name || all[i].file != function->file))
		i++;
	assert_true(i < n);
	return i;
}

static void assert_sums(const struct kcov_index *index, const struct kcov_function *functions,
			size_t n_functions)
{
	struct kcov_source_file files[16];
	int n = kcov_index_files(index, 0, files, 16);
	size_t begin = 0, end;

	assert_in_range(n, 0, 11);
	for (int i = 0; i < n; i++, begin = end) {
		uint32_t points = 0;

		for (end = begin; end < n_functions && functions[end].file == files[i].file; end++)
			points += functions[end].points;
		assert_int_equal(points, files[i].points);
		assert_int_equal(files[i].functions, end - begin);
		assert_int_equal(files[i].init_points, 0);
	}
	assert_int_equal(begin, n_functions);
}

/* By going through the points one by one. */
static void each_point_counts_in_its_function(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 3000; n = n ? n * 64 + (n == 64) : 1) {
		static struct kcov_function functions[1000];
		uint32_t points[1000] = { 0 };
		struct kcov_flat flat = make_flat(n);
		struct kcov_bytes bytes = {};
		struct kcov_index index;
		int n_functions;

		assert_int_equal(kcov_index_write(&flat, &bytes), 0);
		assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
		n_functions = kcov_index_functions(&index, 0, functions, 1000);
		assert_in_range(n_functions, 1, 999);
		for (size_t i = 0; i < flat.points.n; i++) {
			const uint64_t pc = BASE + flat.points.at[i].pc;
			struct kcov_frame frame = outermost_of(&index, pc);
			struct kcov_function function;

			if (flat.points.at[i].is_cmp)
				continue;
			assert_int_equal(kcov_index_function(&index, &frame, &function), 1);
			points[find_function(functions, (size_t)n_functions, &function)]++;
		}
		for (int i = 0; i < n_functions; i++)
			assert_int_equal(points[i], functions[i].points);
		assert_sums(&index, functions, (size_t)n_functions);
		kcov_bytes_fini(&bytes);
		kcov_flat_fini(&flat);
	}
}

/* Sections of 100 bytes each, and in each span, of so many bytes, a point. */
static struct kcov_flat make_counted(const char *const *sections,
				     const struct kcov_flat_span *spans, uint32_t n)
{
	struct kcov_flat flat = { .base = BASE, .start = BASE, .has_points = true };

	for (uint32_t i = 0; i < 2; i++) {
		*KCOV_TABLE_ADD(&flat.text) = (struct kcov_flat_text){ .low = 100 * i,
								       .high = 100 * i + 100,
								       .offset = 100 * i };
		assert_int_equal(kcov_flat_intern(&flat, sections[i], &flat.text.at[i].name), 0);
		*KCOV_TABLE_ADD(&flat.files) = (struct kcov_flat_file){ text(&flat, "file", i), 6 };
		*KCOV_TABLE_ADD(&flat.scopes) =
			(struct kcov_flat_scope){ .name = text(&flat, "name", i),
						  .parent = KCOV_FLAT_NONE };
	}
	for (uint32_t i = 0; i < n; i++) {
		*KCOV_TABLE_ADD(&flat.spans) = spans[i];
		*KCOV_TABLE_ADD(&flat.points) = (struct kcov_flat_point){ spans[i].low + 5, false };
	}
	return flat;
}

static const char *const text_first[] = { ".text", ".init.text" };

#define NONE KCOV_FLAT_NONE

/* A function that has some of both kinds, and one of which all are of .init. */
static void lines_and_offsets_of_init_count_if_there_are_no_others(void **state)
{
	static const struct kcov_flat_span spans[] = {
		{ .low = 20, .scope = 0, .file = 0, .symbol = NONE, .line = 0 },
		{ .low = 40, .scope = 0, .file = 0, .symbol = NONE, .line = 9 },
		{ .low = 95, .scope = 0, .file = 0, .symbol = NONE, .line = 8 },
		{ .low = 120, .scope = 0, .file = 0, .symbol = NONE, .line = 2 },
		{ .low = 140, .scope = 1, .file = 0, .symbol = NONE, .line = 4 },
		{ .low = 160, .scope = 1, .file = 0, .symbol = NONE, .line = 3 },
		/* Ends where its section does. */
		{ .low = 195, .scope = 1, .file = 1, .symbol = NONE, .line = 6 },
	};
	struct kcov_flat flat = make_counted(text_first, spans, 7);
	struct kcov_function functions[4];
	struct kcov_source_file files[4];
	struct kcov_bytes bytes = {};
	struct kcov_index index;

	(void)state;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	assert_int_equal(kcov_index_functions(&index, 0, functions, 4), 3);
	assert_string_equal(functions[0].name, "/name/0");
	assert_int_equal(functions[0].line, 8);
	assert_int_equal(functions[0].offset, 25);
	assert_int_equal(functions[0].points, 3);
	assert_int_equal(functions[0].init_points, 1);
	assert_string_equal(functions[1].name, "/name/1");
	assert_int_equal(functions[1].line, 3);
	assert_int_equal(functions[1].offset, 145);
	assert_int_equal(functions[1].points, 0);
	assert_int_equal(functions[1].init_points, 2);
	assert_string_equal(functions[2].name, "/name/1");
	assert_string_equal(functions[2].path, "/file/1");
	assert_string_equal(functions[2].file, "1");
	assert_int_equal(functions[2].offset, 200);
	assert_int_equal(kcov_index_files(&index, 0, files, 4), 2);
	assert_int_equal(files[0].functions, 1);
	assert_int_equal(files[0].lines, 2);
	assert_int_equal(files[1].functions + files[1].lines, 0);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

/* As in a module, whose sections lie in any order. */
static void init_that_comes_first_is_not_where_a_function_begins(void **state)
{
	static const char *const sections[] = { ".init.text", ".text" };
	static const struct kcov_flat_span spans[] = {
		{ .low = 20, .scope = 0, .file = 0, .symbol = NONE, .line = 2 },
		{ .low = 120, .scope = 0, .file = 0, .symbol = NONE, .line = 9 },
	};
	struct kcov_flat flat = make_counted(sections, spans, 2);
	struct kcov_function function;
	struct kcov_bytes bytes = {};
	struct kcov_index index;

	(void)state;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	assert_int_equal(kcov_index_functions(&index, 0, &function, 1), 1);
	assert_int_equal(function.line, 9);
	assert_int_equal(function.offset, 125);
	assert_int_equal(function.points, 1);
	assert_int_equal(function.init_points, 1);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

/* Before the first span, in one of nothing, and in one whose line is of no file. */
static void points_of_which_nothing_is_known_are_one_function(void **state)
{
	static const struct kcov_flat_span spans[] = {
		{ .low = 20, .scope = NONE, .file = NONE, .symbol = NONE },
		{ .low = 40, .scope = NONE, .file = NONE, .symbol = NONE, .line = 7 },
		{ .low = 60, .scope = 0, .file = 0, .symbol = NONE, .line = 1 },
	};
	const struct kcov_frame none = { 0 };
	struct kcov_flat flat = make_counted(text_first, spans, 3);
	struct kcov_function function;
	struct kcov_source_file files[4];
	struct kcov_bytes bytes = {};
	struct kcov_index index;

	(void)state;
	*KCOV_TABLE_ADD(&flat.points) = flat.points.at[2];
	memmove(flat.points.at + 1, flat.points.at, 3 * sizeof(*flat.points.at));
	flat.points.at[0] = (struct kcov_flat_point){ 10, false };
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	assert_int_equal(kcov_index_function(&index, &none, &function), 1);
	assert_null(function.name);
	assert_null(function.file);
	assert_int_equal(function.line, 7);
	assert_int_equal(function.points, 3);
	assert_int_equal(function.offset, 10);
	assert_int_equal(kcov_index_files(&index, 0, files, 4), 2);
	assert_null(files[0].path);
	assert_int_equal(files[0].points, 3);
	assert_int_equal(files[0].functions, 1);
	assert_int_equal(files[0].lines, 0);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

static void mend_header(struct kcov_bytes *bytes)
{
	kcov_store_u64(bytes->at + KCOV_INDEX_AT_HEADER_SUM, 0);
	kcov_store_u64(bytes->at + KCOV_INDEX_AT_HEADER_SUM,
		       kcov_checksum(bytes->at, KCOV_INDEX_HEADER_SIZE));
}

/* Each place that says how many rows there are. */
static void counts_that_do_not_fit_their_tables_are_ebadmsg(void **state)
{
	struct kcov_flat flat = make_flat(300);
	struct kcov_bytes bytes = {};
	struct kcov_index index;

	(void)state;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	for (size_t at = KCOV_INDEX_AT_SYMBOLS; at < KCOV_INDEX_AT_TABLES; at += 4) {
		const uint32_t n = kcov_load_u32(bytes.at + at);

		kcov_store_u32(bytes.at + at, n + 1000);
		mend_header(&bytes);
		assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), -EBADMSG);
		kcov_store_u32(bytes.at + at, n);
	}
	mend_header(&bytes);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

/* Or a few bytes could stand for any number of them. */
static void rows_without_bits_are_ebadmsg(void **state)
{
	struct kcov_flat flat = make_counted(text_first, NULL, 0);
	struct kcov_bytes bytes = {};
	struct kcov_index index;

	(void)state;
	/* A function of which nothing is known, not even a line. */
	flat.scopes.n = 1;
	flat.scopes.at[0].name = NONE;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	assert_int_equal(index.functions.n_rows, 1);
	kcov_store_u32(bytes.at + KCOV_INDEX_AT_FUNCTIONS, UINT32_MAX);
	mend_header(&bytes);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), -EBADMSG);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

static void addresses_far_from_the_text_are_none(void **state)
{
	const uint64_t addresses[] = { 0, BASE - 1, BASE + UINT32_MAX, UINT64_MAX,
				       BASE + (1ull << 32) };
	struct kcov_flat flat = make_flat(10);
	struct kcov_bytes bytes = {};
	struct kcov_index index;
	struct kcov_place place;

	(void)state;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_int_equal(kcov_index_find(&index, addresses[i], &place), 0);
		assert_false(place.is_text);
	}
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

/* The format in figures: whoever changes it must raise the version. */
static void the_same_tables_make_the_same_bytes(void **state)
{
	struct kcov_flat flat = make_flat(500);
	struct kcov_bytes bytes = {};
	uint32_t sum = 0;

	(void)state;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	for (size_t i = 0; i < bytes.n; i++)
		sum = sum * 31 + bytes.at[i];
	assert_int_equal(KCOV_INDEX_VERSION, 8);
	assert_int_equal(bytes.n, 8892);
	assert_int_equal(sum, 0xaf7318d6);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

static void system_calls_are_read_as_written(void **state)
{
	struct kcov_flat flat = make_flat(10);
	struct kcov_bytes bytes = {};
	struct kcov_syscall calls[8];
	struct kcov_index index;

	(void)state;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	assert_int_equal(kcov_index_syscalls(&index, 0, calls, 8), 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_string_equal(calls[i].name,
				    (const char *)flat.strings.at + flat.syscalls.at[i].name);
		assert_int_equal(calls[i].is_compat, i == 3);
		assert_int_equal(calls[i].n, i);
		for (uint32_t k = 0; k < i; k++) {
			const struct kcov_parameter *parameter = &calls[i].parameters[k];

			assert_true(k ? strcmp(parameter->name,
					       k == 1 ? "/parameter/1" : "/parameter/2") == 0
				      : !parameter->name);
			assert_string_equal(parameter->type, i == 1   ? "/type/1"
							     : i == 2 ? "/type/2"
								      : "/type/3");
			assert_int_equal(parameter->size, 1u << k);
			assert_int_equal(parameter->kind, KCOV_PARAMETER_SIGNED + k);
		}
	}
	assert_int_equal(kcov_index_syscalls(&index, 3, calls, 8), 1);
	assert_int_equal(calls[0].n, 3);
	assert_int_equal(kcov_index_syscalls(&index, 4, calls, 8), 0);
	assert_int_equal(kcov_index_syscalls(&index, SIZE_MAX, calls, 8), 0);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

static void other_files_are_read_as_written(void **state)
{
	const struct kcov_other_file files[] = { { "a.dwo", 0xfedcba9876543210 },
						 { "b.dwo", 0 },
						 { NULL, 0 } };
	struct kcov_flat flat = make_flat(10);
	struct kcov_bytes bytes = {};
	struct kcov_other_file other;
	struct kcov_index index;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(kcov_flat_add_other(&flat, &files[i]), 0);
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_true(kcov_index_other(&index, i, &other));
		assert_string_equal(other.name, files[i].name);
		assert_true(other.sum == files[i].sum);
	}
	assert_false(kcov_index_other(&index, 2, &other));
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

static void points_too_far_apart_are_not_known(void **state)
{
	struct kcov_flat flat = make_flat(10);
	struct kcov_bytes bytes = {};
	struct kcov_index index;
	const struct kcov_frame frame = { 0 };
	struct kcov_source_file file;
	struct kcov_function function;
	uint64_t point;

	(void)state;
	*KCOV_TABLE_ADD(&flat.points) = (struct kcov_flat_point){ TEXT_SIZE + (1u << 31), false };
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	assert_int_equal(kcov_index_points(&index, KCOV_POINT_PC, 0, &point, 1), -ENODATA);
	assert_int_equal(kcov_index_point(&index, BASE + 90), KCOV_POINT_UNKNOWN);
	assert_int_equal(kcov_index_files(&index, 0, &file, 1), -ENODATA);
	assert_int_equal(kcov_index_functions(&index, 0, &function, 1), -ENODATA);
	assert_int_equal(kcov_index_function(&index, &frame, &function), -ENODATA);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

static void any_damage_is_ebadmsg(void **state)
{
	struct kcov_flat flat = make_flat(300);
	struct kcov_bytes bytes = {};
	struct kcov_index index = { .base = 42 };

	(void)state;
	assert_int_equal(kcov_index_write(&flat, &bytes), 0);
	for (size_t i = 0; i < bytes.n; i++) {
		bytes.at[i] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), -EBADMSG);
		bytes.at[i] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t n = 0; n < bytes.n; n += 1 + n / 8)
		assert_int_equal(kcov_index_open(bytes.at, n, &index), -EBADMSG);
	assert_int_equal(index.base, 42);
	assert_int_equal(kcov_index_open(bytes.at, bytes.n, &index), 0);
	kcov_bytes_fini(&bytes);
	kcov_flat_fini(&flat);
}

static void numbers_are_read_as_written(void **state)
{
	static const uint32_t numbers[] = { 0, 1, 127, 128, 16383, 16384, 1u << 31, UINT32_MAX };
	const size_t n = sizeof(numbers) / sizeof(numbers[0]);
	struct kcov_bytes bytes = {};
	struct kcov_reader reader;

	(void)state;
	for (size_t i = 0; i < n; i++)
		kcov_bytes_add_number(&bytes, numbers[i]);
	assert_false(bytes.failed);
	reader = (struct kcov_reader){ .at = bytes.at, .end = bytes.at + bytes.n };
	for (size_t i = 0; i < n; i++)
		assert_int_equal(kcov_read_number(&reader), numbers[i]);
	assert_false(reader.failed);
	assert_int_equal(kcov_read_number(&reader), 0);
	assert_true(reader.failed);
	kcov_bytes_fini(&bytes);
}

static void a_number_without_an_end_is_none(void **state)
{
	static const uint8_t bytes[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 };
	struct kcov_reader cut = { .at = bytes, .end = bytes + 3 };
	struct kcov_reader longer = { .at = bytes, .end = bytes + sizeof(bytes) };

	(void)state;
	kcov_read_number(&cut);
	kcov_read_number(&longer);
	assert_true(cut.failed);
	assert_true(longer.failed);
}

static void a_text_is_kept_once(void **state)
{
	static uint32_t first[5000];
	struct kcov_flat flat = {};

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		first[i] = text(&flat, "x", i);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(text(&flat, "x", i), first[i]);
	assert_int_equal(flat.known_n, 5000);
	kcov_flat_fini(&flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_found),
		cmocka_unit_test(each_point_counts_in_its_function),
		cmocka_unit_test(lines_and_offsets_of_init_count_if_there_are_no_others),
		cmocka_unit_test(init_that_comes_first_is_not_where_a_function_begins),
		cmocka_unit_test(points_of_which_nothing_is_known_are_one_function),
		cmocka_unit_test(counts_that_do_not_fit_their_tables_are_ebadmsg),
		cmocka_unit_test(rows_without_bits_are_ebadmsg),
		cmocka_unit_test(addresses_far_from_the_text_are_none),
		cmocka_unit_test(the_same_tables_make_the_same_bytes),
		cmocka_unit_test(system_calls_are_read_as_written),
		cmocka_unit_test(other_files_are_read_as_written),
		cmocka_unit_test(points_too_far_apart_are_not_known),
		cmocka_unit_test(any_damage_is_ebadmsg),
		cmocka_unit_test(numbers_are_read_as_written),
		cmocka_unit_test(a_number_without_an_end_is_none),
		cmocka_unit_test(a_text_is_kept_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
