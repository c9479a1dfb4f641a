/* SPDX-License-Identifier: MIT */
/* A table as people read it, as one JSON object a row, and as CSV (RFC 4180). */
#ifndef KCOVCTL_TABLE_TEXT_H
#define KCOVCTL_TABLE_TEXT_H

#include "../coverage/table.h"
#include "../text/colour.h"

#include <stdio.h>

/* Room for "9,223,372,036,854,775,807". */
#define TABLE_NUMBER_ROOM 32

/* "12,345": with commas. Returns room. */
char *table_number(int64_t number, char *room);

/* "12.4", "<0.1", "100.0", or "-" if there are none. Returns room. */
char *table_percent(int64_t part, int64_t all, char *room);

/* How a cell is shown: all points, or none of them; calls that failed. */
enum colour table_colour(const struct table *table, size_t row, size_t column);

/* What the stream did not take is for the caller to find. Text alone has colours. */
void table_write_text(const struct table *table, FILE *out);
void table_write_json(const struct table *table, FILE *out);
void table_write_csv(const struct table *table, FILE *out);

#endif
