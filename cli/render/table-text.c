// SPDX-License-Identifier: MIT
#include "table-text.h"

#include "../text/colour.h"
#include "../text/text.h"

#include <inttypes.h>
#include <stdlib.h>

char *table_number(int64_t number, char *room)
{
	char digits[TABLE_NUMBER_ROOM];
	int n = snprintf(digits, sizeof(digits), "%" PRId64, number);
	char *at = room;

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0 && digits[i - 1] != '-')
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return room;
}

char *table_percent(int64_t part, int64_t all, char *room)
{
	/* Rounded down: 100.0 is all of them. */
	const int64_t tenths = all > 0 ? part * 1000 / all : 0;

	if (all <= 0)
		snprintf(room, TABLE_NUMBER_ROOM, "-");
	else if (part > 0 && !tenths)
		snprintf(room, TABLE_NUMBER_ROOM, "<0.1");
	else
		snprintf(room, TABLE_NUMBER_ROOM, "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
	return room;
}

/* The text of a cell, as it is or in room. */
static const char *text_of(const struct table *table, size_t row, size_t column, char *room)
{
	const struct table_cell *cell = table_cell(table, row, column);
	char all[TABLE_NUMBER_ROOM], part[TABLE_NUMBER_ROOM];

	if (cell->text)
		return cell->text[0] ? cell->text : "?";
	if (cell->is_nothing)
		return "-";
	if (!table->columns[column].is_part)
		return table_number(cell->number, room);
	snprintf(room, 2 * TABLE_NUMBER_ROOM + 8, "%s of %s", table_number(cell->number, part),
		 table_number(table_cell(table, row, column + 1)->number, all));
	return room;
}

static bool is_text(const struct table *table, size_t column)
{
	for (size_t row = 0; row < table_rows(table); row++)
		if (table_cell(table, row, column)->text)
			return true;
	return false;
}

static size_t width_of(const struct table *table, size_t column)
{
	size_t width = strlen(table->columns[column].title);
	char room[3 * TABLE_NUMBER_ROOM];

	for (size_t row = 0; row < table_rows(table); row++) {
		const size_t n = strlen(text_of(table, row, column, room));

		width = n > width ? n : width;
	}
	return width;
}

/* The points' share stands behind them: it is the only one that is asked for. */
static bool has_percent(const struct table *table, size_t column)
{
	return table->columns[column].is_part && strcmp(table->columns[column].name, "ran") == 0;
}

struct layout {
	const struct table *table;
	/* Of each column that is shown. */
	size_t *widths;
	bool *texts;
	size_t last;
	FILE *out;
};

static void write_cell(const struct layout *layout, size_t column, const char *text,
		       const char *percent, enum colour colour)
{
	const bool is_last = column == layout->last;
	const int width = is_last ? 0 : (int)layout->widths[column];

	fprintf(layout->out, layout->texts[column] ? "  %s%-*s" : "  %s%*s", colour_begin(colour),
		width, text);
	if (has_percent(layout->table, column))
		fprintf(layout->out, " %6s", percent);
	fprintf(layout->out, "%s%s", colour_end(colour), is_last ? "\n" : "");
}

enum colour table_colour(const struct table *table, size_t row, size_t column)
{
	const struct table_cell *cell = table_cell(table, row, column);

	if (cell->text || cell->is_nothing)
		return COLOUR_NONE;
	if (strcmp(table->columns[column].name, "failed") == 0)
		return cell->number ? COLOUR_BAD : COLOUR_NONE;
	if (!has_percent(table, column) || !cell[1].number)
		return COLOUR_NONE;
	if (!cell->number)
		return COLOUR_BAD;
	return cell->number == cell[1].number ? COLOUR_GOOD : COLOUR_NONE;
}

static void write_rows(const struct layout *layout)
{
	const struct table *table = layout->table;
	char room[3 * TABLE_NUMBER_ROOM], percent[TABLE_NUMBER_ROOM];

	for (size_t column = 0; column < table->n_columns; column++)
		if (table->columns[column].title)
			write_cell(layout, column, table->columns[column].title, "%", COLOUR_HEAD);
	for (size_t row = 0; row < table_rows(table); row++) {
		for (size_t column = 0; column < table->n_columns; column++) {
			if (!table->columns[column].title)
				continue;
			percent[0] = '\0';
			if (has_percent(table, column))
				table_percent(table_cell(table, row, column)->number,
					      table_cell(table, row, column + 1)->number, percent);
			write_cell(layout, column, text_of(table, row, column, room), percent,
				   table_colour(table, row, column));
		}
	}
}

void table_write_text(const struct table *table, FILE *out)
{
	size_t widths[16];
	bool texts[16];
	struct layout layout = { .table = table, .widths = widths, .texts = texts, .out = out };

	for (size_t i = 0; i < table->n_columns; i++) {
		if (!table->columns[i].title)
			continue;
		widths[i] = width_of(table, i);
		texts[i] = is_text(table, i);
		layout.last = i;
	}
	write_rows(&layout);
}

static void write_json_cell(const struct table_column *column, const struct table_cell *cell,
			    struct text *out)
{
	text_put_string(column->name, out);
	text_put_char(':', out);
	if (cell->text)
		text_put_string(cell->text, out);
	else if (cell->is_nothing)
		text_put("null", out);
	else if (cell->number < 0)
		text_put_number("-", 0 - (uint64_t)cell->number, out);
	else
		text_put_number("", (uint64_t)cell->number, out);
}

void table_write_json(const struct table *table, FILE *out)
{
	char buffer[8192];
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };

	for (size_t row = 0; row < table_rows(table); row++) {
		for (size_t i = 0; i < table->n_columns; i++) {
			text_put_char(i ? ',' : '{', &text);
			write_json_cell(&table->columns[i], table_cell(table, row, i), &text);
		}
		text_put("}\n", &text);
	}
	text_flush(&text);
}

static void write_csv_text(const char *text, FILE *out)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void table_write_csv(const struct table *table, FILE *out)
{
	for (size_t i = 0; i < table->n_columns; i++)
		fprintf(out, "%s%s", i ? "," : "", table->columns[i].name);
	fputs("\r\n", out);
	for (size_t row = 0; row < table_rows(table); row++) {
		for (size_t i = 0; i < table->n_columns; i++) {
			const struct table_cell *cell = table_cell(table, row, i);

			fputs(i ? "," : "", out);
			if (cell->text)
				write_csv_text(cell->text, out);
			else if (!cell->is_nothing)
				fprintf(out, "%" PRId64, cell->number);
		}
		fputs("\r\n", out);
	}
}
