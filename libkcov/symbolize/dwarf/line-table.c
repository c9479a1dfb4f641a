// SPDX-License-Identifier: MIT
#include "line-table.h"

#include "../base/cleanup.h"
#include "dwarf-bytes.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* A header while it is read. */
struct header {
	struct kcov_dwarf_sections *sections;
	struct kcov_reader reader;
	/* 4, or 8 in the 64-bit format. */
	unsigned int offset_size;
	uint64_t version;
	KCOV_TABLE(const char *) directories;
};

static void header_fini(struct header *header)
{
	free(header->directories.at);
}

static const char *read_text(struct kcov_reader *reader)
{
	const char *text = (const char *)reader->at;
	const uint8_t *end = memchr(reader->at, 0, (size_t)(reader->end - reader->at));

	if (!end) {
		reader->at = reader->end;
		reader->failed = true;
		return NULL;
	}
	reader->at = end + 1;
	return text;
}

static const char *read_text_at(struct header *header, const struct kcov_dwarf_section *strings)
{
	uint64_t offset = kcov_read_fixed(&header->reader, header->offset_size);

	return offset < strings->n ? (const char *)strings->at + offset : NULL;
}

/* What one of the forms that may be here has: a text, or a number. */
static void read_form(struct header *header, uint64_t form, const char **text, uint64_t *number)
{
	struct kcov_reader *reader = &header->reader;

	switch (form) {
	case DW_FORM_string:
		*text = read_text(reader);
		break;
	case DW_FORM_line_strp:
		*text = read_text_at(header, &header->sections->line_strings);
		break;
	case DW_FORM_strp:
		*text = read_text_at(header, &header->sections->strings);
		break;
	case DW_FORM_udata:
		*number = kcov_read_uleb(reader);
		break;
	case DW_FORM_data1:
		*number = kcov_read_byte(reader);
		break;
	case DW_FORM_data2:
		*number = kcov_read_fixed(reader, 2);
		break;
	case DW_FORM_data4:
		*number = kcov_read_fixed(reader, 4);
		break;
	case DW_FORM_data8:
		*number = kcov_read_fixed(reader, 8);
		break;
	case DW_FORM_data16:
		kcov_read_piece(reader, 16);
		break;
	case DW_FORM_block:
		kcov_read_piece(reader, kcov_read_uleb(reader));
		break;
	default:
		reader->failed = true;
	}
}

/* What an entry of DWARF 5's tables of directories and of files says. */
static void read_entry(struct header *header, struct kcov_reader formats, const char **name,
		       uint64_t *directory)
{
	while (formats.at != formats.end && !header->reader.failed) {
		uint64_t content = kcov_read_uleb(&formats), form = kcov_read_uleb(&formats),
			 number = 0;
		const char *text = NULL;

		read_form(header, form, &text, &number);
		if (content == DW_LNCT_path)
			*name = text;
		else if (content == DW_LNCT_directory_index)
			*directory = number;
	}
}

static int add_directory(struct header *header, const char *name)
{
	const char **added = KCOV_TABLE_ADD(&header->directories);

	if (!added)
		return -ENOMEM;
	*added = name;
	return 0;
}

static int add_file(const struct header *header, uint64_t directory, const char *name,
		    struct kcov_line_table *table)
{
	struct kcov_line_file *added = KCOV_TABLE_ADD(&table->files);

	if (!added)
		return -ENOMEM;
	*added = (struct kcov_line_file){ .name = name };
	if (directory < header->directories.n)
		added->directory = header->directories.at[directory];
	return 0;
}

/* table: they are files; NULL: they are directories. */
static int read_entries(struct header *header, struct kcov_line_table *table)
{
	uint8_t n_formats = kcov_read_byte(&header->reader);
	struct kcov_reader formats = { .at = header->reader.at };
	uint64_t n;
	int rc = 0;

	for (unsigned int i = 0; i < 2u * n_formats; i++)
		kcov_read_uleb(&header->reader);
	formats.end = header->reader.at;
	n = kcov_read_uleb(&header->reader);
	/* So that each takes at least a byte, and their number is bounded. */
	if (n && !n_formats)
		header->reader.failed = true;
	for (; n && rc == 0 && !header->reader.failed; n--) {
		const char *name = NULL;
		uint64_t directory = 0;

		read_entry(header, formats, &name, &directory);
		rc = table ? add_file(header, directory, name, table) : add_directory(header, name);
	}
	return rc;
}

/* Before DWARF 5: number 0 is where the unit was compiled, and no file. */
static int read_old_entries(struct header *header, struct kcov_line_table *table)
{
	struct kcov_reader *reader = &header->reader;
	const char *name;
	int rc = add_directory(header, NULL);

	while (rc == 0 && (name = read_text(reader)) && *name)
		rc = add_directory(header, name);
	if (rc == 0)
		rc = add_file(header, 0, NULL, table);
	while (rc == 0 && (name = read_text(reader)) && *name) {
		uint64_t directory = kcov_read_uleb(reader);

		/* When it was changed, and its size. */
		kcov_read_uleb(reader);
		kcov_read_uleb(reader);
		rc = add_file(header, directory, name, table);
	}
	return rc;
}

static int read_header(struct header *header, struct kcov_line_table *table)
{
	struct kcov_reader *reader = &header->reader;
	int rc;

	table->instruction_size = kcov_read_byte(reader);
	/* Operations an instruction: one, on any machine that is read. */
	if (header->version >= 4)
		kcov_read_byte(reader);
	/* Whether rows are statements to begin with. */
	kcov_read_byte(reader);
	table->line_base = (int8_t)kcov_read_byte(reader);
	table->line_range = kcov_read_byte(reader);
	table->opcode_base = kcov_read_byte(reader);
	table->operands = reader->at;
	kcov_read_piece(reader, table->opcode_base ? table->opcode_base - 1u : 0);
	if (!table->line_range || !table->opcode_base)
		reader->failed = true;
	if (reader->failed || header->version < 5)
		return reader->failed ? 0 : read_old_entries(header, table);
	rc = read_entries(header, NULL);
	return rc < 0 ? rc : read_entries(header, table);
}

static int read_table(struct header *header, struct kcov_line_table *table)
{
	struct kcov_reader *reader = &header->reader;
	uint64_t length = kcov_read_fixed(reader, 4);

	header->offset_size = 4;
	if (length == UINT32_MAX) {
		header->offset_size = 8;
		length = kcov_read_fixed(reader, 8);
	}
	*reader = kcov_read_piece(reader, length);
	header->version = kcov_read_fixed(reader, 2);
	if (header->version < 2 || header->version > 5) {
		reader->failed = true;
		return 0;
	}
	/* Sizes of addresses, 8 on what is read, and of selectors. */
	if (header->version == 5)
		kcov_read_piece(reader, 2);
	if (__atomic_add_fetch(&header->sections->n_lines_read, (size_t)(reader->end - reader->at),
			       __ATOMIC_RELAXED) >
	    KCOV_DWARF_READ_LIMIT * header->sections->lines.n)
		reader->failed = true;
	length = kcov_read_fixed(reader, header->offset_size);
	if (reader->failed)
		return 0;
	table->program = *reader;
	*reader = kcov_read_piece(&table->program, length);
	return read_header(header, table);
}

int kcov_line_table_open(struct kcov_dwarf_sections *sections, uint64_t offset, const char **cause,
			 struct kcov_line_table *ret)
{
	_cleanup_(kcov_line_table_fini) struct kcov_line_table table = {};
	_cleanup_(header_fini) struct header header = { .sections = sections };
	int rc;

	if (offset < sections->lines.n) {
		header.reader.at = sections->lines.at + offset;
		header.reader.end = sections->lines.at + sections->lines.n;
	}
	rc = read_table(&header, &table);
	if (rc == 0 && header.reader.failed) {
		*cause = "its line table cannot be read";
		rc = -EBADMSG;
	}
	if (rc < 0)
		return rc;
	*ret = table;
	table = (struct kcov_line_table){};
	return 0;
}

void kcov_line_table_fini(struct kcov_line_table *table)
{
	free(table->files.at);
	*table = (struct kcov_line_table){};
}
