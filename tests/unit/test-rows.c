// SPDX-License-Identifier: MIT
/* Line tables, byte by byte; what compilers make of them is in test-flatten.c. */
#include "unit.h"

#include "dwarf/rows.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#define LINE_BASE (-5)
#define LINE_RANGE 14
#define OPCODE_BASE 13

/* A table under way; its lengths are known at the end. */
struct maker {
	struct kcov_bytes bytes;
	unsigned int offset_size;
	size_t length_at;
	size_t header_length_at;
};

static void put_byte(struct maker *maker, uint8_t byte)
{
	kcov_bytes_add(&maker->bytes, &byte, 1);
}

static void put_fixed(struct maker *maker, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		put_byte(maker, (uint8_t)(value >> 8 * i));
}

static void put_zeros(struct maker *maker, size_t n)
{
	while (n--)
		put_byte(maker, 0);
}

static void put_text(struct maker *maker, const char *text)
{
	kcov_bytes_add(&maker->bytes, text, strlen(text) + 1);
}

static void put_bytes(struct maker *maker, size_t n, const uint8_t *bytes)
{
	kcov_bytes_add(&maker->bytes, bytes, n);
}

#define PUT(maker_, ...)                                                                           \
	put_bytes((maker_), sizeof((uint8_t[]){ __VA_ARGS__ }), (uint8_t[]){ __VA_ARGS__ })

static void begin(struct maker *maker, uint16_t version, unsigned int offset_size)
{
	static const uint8_t operands[] = { 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1 };

	*maker = (struct maker){ .offset_size = offset_size };
	if (offset_size == 8)
		put_fixed(maker, UINT32_MAX, 4);
	maker->length_at = maker->bytes.n;
	put_fixed(maker, 0, offset_size);
	put_fixed(maker, version, 2);
	if (version == 5)
		PUT(maker, 8, 0);
	maker->header_length_at = maker->bytes.n;
	put_fixed(maker, 0, offset_size);
	put_byte(maker, 1);
	if (version >= 4)
		put_byte(maker, 1);
	PUT(maker, 1, (uint8_t)LINE_BASE, LINE_RANGE, OPCODE_BASE);
	put_bytes(maker, sizeof(operands), operands);
}

/* From where so many bytes are counted up to the end. */
static void set_length(struct maker *maker, size_t at)
{
	uint64_t length = maker->bytes.n - at - maker->offset_size;

	for (unsigned int i = 0; i < maker->offset_size; i++)
		maker->bytes.at[at + i] = (uint8_t)(length >> 8 * i);
}

static void end_header(struct maker *maker)
{
	set_length(maker, maker->header_length_at);
}

static void put_address(struct maker *maker, uint64_t address)
{
	PUT(maker, 0, 9, DW_LNE_set_address);
	put_fixed(maker, address, 8);
}

static void put_end(struct maker *maker)
{
	PUT(maker, 0, 1, DW_LNE_end_sequence);
}

/* The special opcode that goes on by an address and a line, and makes a row. */
static uint8_t special(unsigned int address, int line)
{
	return (uint8_t)(OPCODE_BASE + (line - LINE_BASE) + LINE_RANGE * (int)address);
}

static struct kcov_dwarf_sections sections_of(const struct maker *maker)
{
	static const uint8_t line_strings[] = "/build\0include\0a.c\0b.h",
			     strings[] = "?\0from-str.c";

	return (struct kcov_dwarf_sections){
		.lines = { maker->bytes.at, maker->bytes.n },
		.line_strings = { line_strings, sizeof(line_strings) },
		.strings = { strings, sizeof(strings) },
	};
}

/* Text is at all addresses from 0 on. */
static struct kcov_range all = { 0, UINT64_MAX, 0 };
static struct kcov_step from_0 = { 0, 0 };
static const struct kcov_sections anywhere = { .ranges = { &all, 1 },
					       .by_address = { &from_0, 1 } };

/* What was made is read, and given back. */
static struct kcov_rows read_rows(struct maker *maker, struct kcov_line_table *table)
{
	struct kcov_dwarf_sections sections;
	const char *cause = NULL;
	struct kcov_rows rows;

	set_length(maker, maker->length_at);
	sections = sections_of(maker);
	assert_int_equal(kcov_line_table_open(&sections, 0, &cause, table), 0);
	assert_int_equal(kcov_rows_read(table, &anywhere, &cause, &rows), 0);
	assert_null(cause);
	return rows;
}

static void assert_row(const struct kcov_rows *rows, size_t i, uint64_t low, uint32_t file,
		       uint32_t line, uint32_t column)
{
	assert_true(i < rows->n);
	assert_int_equal(rows->at[i].low, low);
	assert_int_equal(rows->at[i].file, file);
	if (file == KCOV_FILE_NONE)
		return;
	assert_int_equal(rows->at[i].line, line);
	assert_int_equal(rows->at[i].column, column);
}

static void assert_file(const struct kcov_line_table *table, size_t i, const char *directory,
			const char *name)
{
	assert_true(i < table->files.n);
	if (directory)
		assert_string_equal(table->files.at[i].directory, directory);
	else
		assert_null(table->files.at[i].directory);
	if (name)
		assert_string_equal(table->files.at[i].name, name);
	else
		assert_null(table->files.at[i].name);
}

static void put_old_files(struct maker *maker)
{
	put_text(maker, "include");
	put_text(maker, "");
	put_text(maker, "a.c");
	PUT(maker, 0, 0, 0);
	put_text(maker, "b.h");
	PUT(maker, 1, 0, 0);
	put_text(maker, "");
	end_header(maker);
}

static void put_all_opcodes(struct maker *maker)
{
	put_address(maker, 0x1000);
	PUT(maker, DW_LNS_advance_line, 9, DW_LNS_set_column, 7, DW_LNS_copy);
	PUT(maker, special(3, -2));
	PUT(maker, DW_LNS_set_file, 2, DW_LNS_advance_pc, 0x80, 1, DW_LNS_advance_line, 0x7f);
	PUT(maker, DW_LNS_negate_stmt, DW_LNS_set_basic_block, DW_LNS_set_prologue_end,
	    DW_LNS_set_epilogue_begin, DW_LNS_set_isa, 0x81, 0, DW_LNS_copy);
	/* A discriminator, and what nobody knows. */
	PUT(maker, 0, 2, DW_LNE_set_discriminator, 3, 0, 3, 0x80, 1, 2, 0, 0);
	PUT(maker, DW_LNS_const_add_pc, DW_LNS_fixed_advance_pc, 0, 1, DW_LNS_copy);
	PUT(maker, DW_LNS_advance_pc, 4);
	put_end(maker);
}

static void assert_all_opcodes(const struct kcov_rows *rows)
{
	const uint64_t last = 0x1083 + (255 - OPCODE_BASE) / LINE_RANGE + 0x100;

	assert_int_equal(rows->n, 5);
	assert_row(rows, 0, 0x1000, 1, 10, 7);
	assert_row(rows, 1, 0x1003, 1, 8, 7);
	assert_row(rows, 2, 0x1083, 2, 7, 7);
	assert_row(rows, 3, last, 2, 7, 7);
	assert_row(rows, 4, last + 4, KCOV_FILE_NONE, 0, 0);
}

static void each_version_before_5_is_read(void **state)
{
	(void)state;
	for (uint16_t version = 2; version <= 4; version++) {
		for (unsigned int size = 4; size <= 8; size += 4) {
			struct kcov_line_table table;
			struct kcov_rows rows;
			struct maker maker;

			begin(&maker, version, size);
			put_old_files(&maker);
			put_all_opcodes(&maker);
			rows = read_rows(&maker, &table);
			assert_all_opcodes(&rows);
			assert_int_equal(table.files.n, 3);
			assert_file(&table, 0, NULL, NULL);
			assert_file(&table, 1, NULL, "a.c");
			assert_file(&table, 2, "include", "b.h");
			kcov_rows_fini(&rows);
			kcov_line_table_fini(&table);
			kcov_bytes_fini(&maker.bytes);
		}
	}
}

static void put_new_files(struct maker *maker)
{
	PUT(maker, 1, DW_LNCT_path, DW_FORM_line_strp, 2);
	put_fixed(maker, 0, maker->offset_size);
	put_fixed(maker, 7, maker->offset_size);
	/* As clang has them, with sums; and all else there may be. */
	PUT(maker, 7, DW_LNCT_path, DW_FORM_line_strp, DW_LNCT_directory_index, DW_FORM_udata,
	    DW_LNCT_MD5, DW_FORM_data16, DW_LNCT_size, DW_FORM_data4, DW_LNCT_timestamp,
	    DW_FORM_data8, 0x80, 0x40, DW_FORM_block, 0x81, 0x40, DW_FORM_data1, 2);
	put_fixed(maker, 15, maker->offset_size);
	put_byte(maker, 0);
	put_zeros(maker, 16 + 4 + 8);
	PUT(maker, 2, 'x', 'y', 'z');
	put_fixed(maker, 19, maker->offset_size);
	put_byte(maker, 1);
	put_zeros(maker, 16 + 4 + 8);
	PUT(maker, 0, 'z');
	end_header(maker);
}

static void version_5_is_read(void **state)
{
	(void)state;
	for (unsigned int size = 4; size <= 8; size += 4) {
		struct kcov_line_table table;
		struct kcov_rows rows;
		struct maker maker;

		begin(&maker, 5, size);
		put_new_files(&maker);
		put_all_opcodes(&maker);
		rows = read_rows(&maker, &table);
		assert_all_opcodes(&rows);
		assert_int_equal(table.files.n, 2);
		assert_file(&table, 0, "/build", "a.c");
		assert_file(&table, 1, "include", "b.h");
		kcov_rows_fini(&rows);
		kcov_line_table_fini(&table);
		kcov_bytes_fini(&maker.bytes);
	}
}

static void texts_may_lie_elsewhere(void **state)
{
	struct kcov_line_table table;
	struct kcov_rows rows;
	struct maker maker;

	(void)state;
	begin(&maker, 5, 4);
	PUT(&maker, 1, DW_LNCT_path, DW_FORM_string, 1);
	put_text(&maker, "/inline");
	PUT(&maker, 2, DW_LNCT_path, DW_FORM_strp, DW_LNCT_directory_index, DW_FORM_data2, 3);
	put_fixed(&maker, 2, 4);
	put_fixed(&maker, 0, 2);
	/* No such directory, and no such text. */
	put_fixed(&maker, 0, 4);
	put_fixed(&maker, 99, 2);
	put_fixed(&maker, 99, 4);
	put_fixed(&maker, 0, 2);
	end_header(&maker);
	rows = read_rows(&maker, &table);
	assert_int_equal(rows.n, 0);
	assert_int_equal(table.files.n, 3);
	assert_file(&table, 0, "/inline", "from-str.c");
	assert_file(&table, 1, NULL, "?");
	assert_file(&table, 2, "/inline", NULL);
	kcov_rows_fini(&rows);
	kcov_line_table_fini(&table);
	kcov_bytes_fini(&maker.bytes);
}

static void put_sequence(struct maker *maker, uint64_t low, uint8_t size, uint8_t line)
{
	put_address(maker, low);
	PUT(maker, DW_LNS_advance_line, line, DW_LNS_copy);
	PUT(maker, DW_LNS_advance_pc, size);
	put_end(maker);
}

static struct kcov_rows read_program(struct maker *maker, struct kcov_line_table *table)
{
	struct kcov_rows rows = read_rows(maker, table);

	kcov_line_table_fini(table);
	kcov_bytes_fini(&maker->bytes);
	return rows;
}

struct sequence {
	uint64_t low;
	uint8_t size;
	uint8_t line;
};

static struct kcov_rows read_sequences(const struct sequence *sequences, size_t n)
{
	struct kcov_line_table table;
	struct maker maker;

	begin(&maker, 4, 4);
	put_old_files(&maker);
	for (size_t i = 0; i < n; i++)
		put_sequence(&maker, sequences[i].low, sequences[i].size, sequences[i].line);
	return read_program(&maker, &table);
}

static void sequences_come_in_any_order(void **state)
{
	/* The last one is right behind the first. */
	static const struct sequence sequences[] = { { 0x2000, 16, 20 },
						     { 0x1000, 16, 10 },
						     { 0x2010, 16, 30 } };
	struct kcov_rows rows = read_sequences(sequences, 3);

	(void)state;
	assert_int_equal(rows.n, 5);
	assert_row(&rows, 0, 0x1000, 1, 11, 0);
	assert_row(&rows, 1, 0x1010, KCOV_FILE_NONE, 0, 0);
	assert_row(&rows, 2, 0x2000, 1, 21, 0);
	assert_row(&rows, 3, 0x2010, 1, 31, 0);
	assert_row(&rows, 4, 0x2020, KCOV_FILE_NONE, 0, 0);
	kcov_rows_fini(&rows);
}

/* As those are that a linker threw away: all are at 0. */
static void sequences_may_overlap(void **state)
{
	static const struct sequence sequences[] = { { 0, 16, 10 }, { 0, 32, 20 }, { 16, 16, 30 } };
	struct kcov_rows rows = read_sequences(sequences, 3);

	(void)state;
	assert_int_equal(rows.n, 3);
	assert_row(&rows, 0, 0, 1, 21, 0);
	assert_row(&rows, 1, 16, 1, 31, 0);
	assert_row(&rows, 2, 32, KCOV_FILE_NONE, 0, 0);
	kcov_rows_fini(&rows);
}

static void a_sequence_that_is_not_ended_ends_with_its_last_row(void **state)
{
	struct kcov_line_table table;
	struct kcov_rows rows;
	struct maker maker;

	(void)state;
	begin(&maker, 4, 4);
	put_old_files(&maker);
	put_address(&maker, 0x1000);
	PUT(&maker, DW_LNS_copy, special(1, 1));
	rows = read_program(&maker, &table);
	assert_int_equal(rows.n, 2);
	assert_row(&rows, 0, 0x1000, 1, 1, 0);
	assert_row(&rows, 1, 0x1001, KCOV_FILE_NONE, 0, 0);
	kcov_rows_fini(&rows);
}

static int open_at(const struct maker *maker, uint64_t offset)
{
	struct kcov_dwarf_sections sections = sections_of(maker);
	struct kcov_line_table table = {};
	struct kcov_rows rows = {};
	const char *cause = NULL;
	int rc = kcov_line_table_open(&sections, offset, &cause, &table);

	if (rc == 0)
		rc = kcov_rows_read(&table, &anywhere, &cause, &rows);
	assert_true(rc == 0 || cause);
	kcov_line_table_fini(&table);
	kcov_rows_fini(&rows);
	return rc;
}

static void what_is_cut_off_is_refused(void **state)
{
	(void)state;
	for (uint16_t version = 4; version <= 5; version++) {
		struct maker maker;
		size_t whole;

		begin(&maker, version, 4);
		if (version == 5)
			put_new_files(&maker);
		else
			put_old_files(&maker);
		put_all_opcodes(&maker);
		set_length(&maker, maker.length_at);
		whole = maker.bytes.n;
		assert_int_equal(open_at(&maker, 0), 0);
		assert_int_equal(open_at(&maker, whole), -EBADMSG);
		assert_int_equal(open_at(&maker, UINT64_MAX), -EBADMSG);
		while (maker.bytes.n--)
			assert_int_equal(open_at(&maker, 0), -EBADMSG);
		kcov_bytes_fini(&maker.bytes);
	}
}

/* As only units would that somebody made up. */
static void a_table_is_not_read_for_ever(void **state)
{
	struct kcov_dwarf_sections sections;
	struct maker maker;
	int n = 0, rc = 0;

	(void)state;
	begin(&maker, 5, 4);
	put_new_files(&maker);
	put_all_opcodes(&maker);
	set_length(&maker, maker.length_at);
	sections = sections_of(&maker);
	while (rc == 0 && n++ < 100) {
		struct kcov_line_table table = {};
		const char *cause;

		rc = kcov_line_table_open(&sections, 0, &cause, &table);
		kcov_line_table_fini(&table);
	}
	assert_int_equal(rc, -EBADMSG);
	assert_in_range(n, 16, 20);
	kcov_bytes_fini(&maker.bytes);
}

/* Of a table of version 5, from behind its operands on. */
static void assert_refused(size_t n, const uint8_t *bytes)
{
	struct maker maker;

	begin(&maker, 5, 4);
	put_bytes(&maker, n, bytes);
	end_header(&maker);
	set_length(&maker, maker.length_at);
	assert_int_equal(open_at(&maker, 0), -EBADMSG);
	kcov_bytes_fini(&maker.bytes);
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const size_t line_range_at = 4 + 2 + 2 + 4 + 4;
	struct maker maker;

	(void)state;
	/* Any number of entries without a byte. */
	assert_refused(6, (uint8_t[]){ 0, 0xff, 0xff, 0xff, 0x0f, 0 });
	/* A form that cannot be here. */
	assert_refused(5, (uint8_t[]){ 1, DW_LNCT_path, DW_FORM_ref4, 1, 0 });
	begin(&maker, 6, 4);
	set_length(&maker, maker.length_at);
	assert_int_equal(open_at(&maker, 0), -EBADMSG);
	kcov_bytes_fini(&maker.bytes);

	begin(&maker, 5, 4);
	put_new_files(&maker);
	set_length(&maker, maker.length_at);
	assert_int_equal(maker.bytes.at[line_range_at], LINE_RANGE);
	maker.bytes.at[line_range_at] = 0;
	assert_int_equal(open_at(&maker, 0), -EBADMSG);
	maker.bytes.at[line_range_at] = LINE_RANGE;
	assert_int_equal(open_at(&maker, 0), 0);
	maker.bytes.at[line_range_at + 1] = 0;
	assert_int_equal(open_at(&maker, 0), -EBADMSG);
	kcov_bytes_fini(&maker.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_version_before_5_is_read),
		cmocka_unit_test(version_5_is_read),
		cmocka_unit_test(texts_may_lie_elsewhere),
		cmocka_unit_test(sequences_come_in_any_order),
		cmocka_unit_test(sequences_may_overlap),
		cmocka_unit_test(a_sequence_that_is_not_ended_ends_with_its_last_row),
		cmocka_unit_test(what_is_cut_off_is_refused),
		cmocka_unit_test(a_table_is_not_read_for_ever),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
