/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_INDEX_FORMAT_H
#define KCOV_SYMBOLIZE_INDEX_FORMAT_H

#include <stdint.h>

/* docs/index-format.md describes it. All numbers are little-endian. */

#define KCOV_INDEX_MAGIC "kcovidx\n"
#define KCOV_INDEX_MAGIC_SIZE 8u
#define KCOV_INDEX_VERSION 3u

/* Spans of a block, scopes of a chunk: what one look-up decodes half of. */
#define KCOV_INDEX_BLOCK 12u
#define KCOV_INDEX_CHUNK 4u
/* Coverage points of a block. */
#define KCOV_INDEX_POINT_BLOCK 64u

/* So many coverage points: it is not known which there are. */
#define KCOV_INDEX_NO_POINTS UINT32_MAX

enum kcov_index_table {
	/* Low, high and name of each executable section. */
	KCOV_INDEX_TEXT,
	/* Where each block begins: the low of its first span. */
	KCOV_INDEX_BLOCKS,
	/* Where the bytes of each block begin among all, and one more: where the last ends. */
	KCOV_INDEX_BLOCK_BYTES,
	KCOV_INDEX_SPANS,
	/* The same for chunks of scopes. */
	KCOV_INDEX_CHUNK_BYTES,
	KCOV_INDEX_SCOPES,
	/* Where each name is among the strings. */
	KCOV_INDEX_NAMES,
	/* Where each path is among the strings, and how much of it says where the tree is. */
	KCOV_INDEX_FILES,
	/* Where each symbol begins, its size, and its name among the strings. */
	KCOV_INDEX_SYMBOLS,
	/* The PC of the first coverage point of each block, and where its bytes begin among all. */
	KCOV_INDEX_POINT_BLOCKS,
	KCOV_INDEX_POINTS,
	KCOV_INDEX_STRINGS,
	KCOV_INDEX_TABLES,
};

/* The words of the header, by their place in it in bytes. */
enum kcov_index_field {
	KCOV_INDEX_AT_VERSION = 8,
	/* Of the whole file. */
	KCOV_INDEX_AT_SIZE = 12,
	/* CRC-32 of the header, taken with 0 here; and of all that follows it. */
	KCOV_INDEX_AT_HEADER_SUM = 16,
	KCOV_INDEX_AT_BODY_SUM = 20,
	/* 64 bits each: address of offset 0, and of _text. */
	KCOV_INDEX_AT_BASE = 24,
	KCOV_INDEX_AT_START = 32,
	/* How many scopes and spans there are. */
	KCOV_INDEX_AT_SCOPES = 40,
	KCOV_INDEX_AT_SPANS = 44,
	/* e_machine, how many bytes of build-id follow, and they, padded with zeros. */
	KCOV_INDEX_AT_MACHINE = 48,
	KCOV_INDEX_AT_BUILD_ID_SIZE = 52,
	KCOV_INDEX_AT_BUILD_ID = 56,
	/* How many coverage points there are. */
	KCOV_INDEX_AT_POINTS = 120,
	/* Where each table begins in the file, in the order of the enum; and one more, the end. */
	KCOV_INDEX_AT_TABLES = 124,
	KCOV_INDEX_HEADER_SIZE = KCOV_INDEX_AT_TABLES + 4 * (KCOV_INDEX_TABLES + 1),
};

/*
 * What a span begins with: what changes from the one before. Then come the distance, if it is
 * not in the upper bits, and what changes, in this order.
 */
enum kcov_index_change {
	KCOV_INDEX_LINE = 1 << 0,
	KCOV_INDEX_COLUMN = 1 << 1,
	KCOV_INDEX_FILE = 1 << 2,
	KCOV_INDEX_SCOPE = 1 << 3,
	KCOV_INDEX_SYMBOL = 1 << 4,
	/* The upper bits: how far it is from the span before; 0: a number says. */
	KCOV_INDEX_NEAR_SHIFT = 5,
	KCOV_INDEX_NEAR_MAX = 7,
};

#endif
