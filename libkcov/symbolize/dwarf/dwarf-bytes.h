/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DWARF_BYTES_H
#define KCOV_SYMBOLIZE_DWARF_BYTES_H

#include "../base/bytes.h"

/* Numbers as DWARF has them, from a reader; what does not fit in 64 bits loses its upper ones. */

static inline uint64_t kcov_read_uleb(struct kcov_reader *reader)
{
	uint64_t byte = kcov_read_byte(reader), number = byte & 0x7f;

	for (unsigned int shift = 7; byte & 0x80; shift += 7) {
		byte = kcov_read_byte(reader);
		if (shift < 64)
			number |= (byte & 0x7f) << shift;
	}
	return number;
}

static inline int64_t kcov_read_sleb(struct kcov_reader *reader)
{
	unsigned int shift = 0;
	uint64_t byte, number = 0;

	do {
		byte = kcov_read_byte(reader);
		if (shift < 64)
			number |= (byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (byte & 0x40 && shift < 64)
		number |= UINT64_MAX << shift;
	return (int64_t)number;
}

/* Of so many bytes, up to 8, the low ones first. */
static inline uint64_t kcov_read_fixed(struct kcov_reader *reader, unsigned int size)
{
	uint64_t number = 0;

	for (unsigned int i = 0; i < size; i++)
		number |= (uint64_t)kcov_read_byte(reader) << 8 * i;
	return number;
}

/* A reader of the next n bytes, which are skipped; of none, and failed, if there are fewer. */
static inline struct kcov_reader kcov_read_piece(struct kcov_reader *reader, uint64_t n)
{
	struct kcov_reader piece = { .at = reader->at, .end = reader->at };

	if (n > (size_t)(reader->end - reader->at)) {
		reader->at = reader->end;
		reader->failed = piece.failed = true;
		return piece;
	}
	reader->at += n;
	piece.end = reader->at;
	return piece;
}

#endif
