/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_INDEX_FORMAT_H
#define KCOV_SYMBOLIZE_INDEX_FORMAT_H

#include "columns.h"

/* docs/index-format.md describes it. All numbers are little-endian. */

#define KCOV_INDEX_MAGIC "kcovidx\n"
#define KCOV_INDEX_MAGIC_SIZE 8u
#define KCOV_INDEX_VERSION 8u

/* Words of a section of text. */
#define KCOV_INDEX_TEXT_WORDS 4u
/* Words of a system call, and of a parameter. */
#define KCOV_INDEX_SYSCALL_WORDS 3u
#define KCOV_INDEX_PARAMETER_WORDS 3u
/* Spans of a block, scopes and counted functions of a chunk. */
#define KCOV_INDEX_BLOCK 16u
#define KCOV_INDEX_CHUNK 16u
/* Coverage points of a block. */
#define KCOV_INDEX_POINT_BLOCK 64u

/* So many coverage points: it is not known which there are. */
#define KCOV_INDEX_NO_POINTS UINT32_MAX

enum kcov_index_table {
	/* Low, high, name and offset for people of each executable section. */
	KCOV_INDEX_TEXT,
	/*
	 * The low of the first span of each block, and where its bytes begin among all; and one
	 * more, without a low: where the last ends.
	 */
	KCOV_INDEX_BLOCKS,
	KCOV_INDEX_SPANS,
	/* Where the bytes of each chunk begin among all, and one more: where the last ends. */
	KCOV_INDEX_CHUNKS,
	KCOV_INDEX_SCOPES,
	/* One block of all functions. */
	KCOV_INDEX_FUNCTIONS,
	/* Where each path is among the strings, and how much of it says where the tree is. */
	KCOV_INDEX_FILES,
	/* One block of all symbols, by address. */
	KCOV_INDEX_SYMBOLS,
	/* The PC of the first coverage point of each block, and where its bytes begin among all. */
	KCOV_INDEX_POINT_BLOCKS,
	KCOV_INDEX_POINTS,
	/* Each unit whose DWARF cannot be read, and why, among the strings. */
	KCOV_INDEX_DAMAGED,
	/* Low and high of each piece of text that may be of one of them. */
	KCOV_INDEX_GAPS,
	/*
	 * Each file besides the image and its debug file that DWARF was read from: its path among
	 * the strings, and its sum, the low half first. Or without which units cannot be read: what
	 * it is looked for by, and 0.
	 */
	KCOV_INDEX_OTHERS,
	/* One block of all symbols' numbers, by name. */
	KCOV_INDEX_NAMES,
	/* One block of all files that coverage points see. */
	KCOV_INDEX_FILE_COUNTS,
	/*
	 * Where the bytes of each chunk of functions that have coverage points begin among all, and
	 * one more: where the last ends.
	 */
	KCOV_INDEX_COUNT_CHUNKS,
	KCOV_INDEX_FUNCTION_COUNTS,
	/* One block of all names that another one stands for where points are counted. */
	KCOV_INDEX_FOLDS,
	/*
	 * Each system call that the image implements, by name, the compatible ones last: its name
	 * among the strings, 1 if it is compatible, and how many parameters come before its own.
	 */
	KCOV_INDEX_SYSCALLS,
	/*
	 * Of each parameter: its name among the strings, plus one, and 0 for none; its type among
	 * them; and its size in bytes times 256, and enum kcov_parameter_kind.
	 */
	KCOV_INDEX_PARAMETERS,
	KCOV_INDEX_STRINGS,
	KCOV_INDEX_TABLES,
};

/* The words of the header, by their place in it in bytes. */
enum kcov_index_field {
	KCOV_INDEX_AT_VERSION = 8,
	/* Of the whole file. */
	KCOV_INDEX_AT_SIZE = 12,
	/* 64 bits each, kcov_checksum(): of the header, with 0 here, and of all behind it. */
	KCOV_INDEX_AT_HEADER_SUM = 16,
	KCOV_INDEX_AT_BODY_SUM = 24,
	/* 64 bits each: address of offset 0, and of _text. */
	KCOV_INDEX_AT_BASE = 32,
	KCOV_INDEX_AT_START = 40,
	KCOV_INDEX_AT_SCOPES = 48,
	KCOV_INDEX_AT_SPANS = 52,
	KCOV_INDEX_AT_FUNCTIONS = 56,
	/* Of coverage points. */
	KCOV_INDEX_AT_POINTS = 60,
	/* 16 bits each: e_machine, and enum kcov_build. */
	KCOV_INDEX_AT_MACHINE = 64,
	KCOV_INDEX_AT_BUILD = 66,
	/* How many bytes of build-id follow, and they, padded with zeros. */
	KCOV_INDEX_AT_BUILD_ID_SIZE = 68,
	KCOV_INDEX_AT_BUILD_ID = 72,
	KCOV_INDEX_AT_SYMBOLS = 136,
	KCOV_INDEX_AT_FILE_COUNTS = 140,
	KCOV_INDEX_AT_FUNCTION_COUNTS = 144,
	KCOV_INDEX_AT_FOLDS = 148,
	/* Where each table begins in the file, in the order of the enum; and one more, the end. */
	KCOV_INDEX_AT_TABLES = 152,
	KCOV_INDEX_HEADER_SIZE = KCOV_INDEX_AT_TABLES + 4 * (KCOV_INDEX_TABLES + 1),
};

/*
 * The numbers of a row of each of the tables of columns. A scope, symbol, function or file
 * is its number plus one, and 0 for none.
 */
enum kcov_index_span {
	/* From the offset of the block. */
	KCOV_INDEX_SPAN_LOW,
	KCOV_INDEX_SPAN_SCOPE,
	/* One more than a file, and lines as they are; 0: the file of the scope's function. */
	KCOV_INDEX_SPAN_FILE,
	/* From the line of the scope's function. */
	KCOV_INDEX_SPAN_LINE,
	KCOV_INDEX_SPAN_COLUMN,
	KCOV_INDEX_SPAN_SYMBOL,
	KCOV_INDEX_SPAN_COLUMNS,
};

static inline struct kcov_columns kcov_index_span_columns(uint32_t n_scopes, uint32_t n_symbols)
{
	struct kcov_columns columns = { .n = KCOV_INDEX_SPAN_COLUMNS };

	columns.base_bits[KCOV_INDEX_SPAN_SCOPE] = kcov_columns_bits(n_scopes);
	columns.base_bits[KCOV_INDEX_SPAN_SYMBOL] = kcov_columns_bits(n_symbols);
	return columns;
}

enum kcov_index_scope {
	/* How many scopes before it what it is inlined into is; 0: it is not. */
	KCOV_INDEX_SCOPE_BACK,
	KCOV_INDEX_SCOPE_FUNCTION,
	/* Where it is called, as of a span in the scope that it is inlined into. */
	KCOV_INDEX_SCOPE_FILE,
	KCOV_INDEX_SCOPE_LINE,
	KCOV_INDEX_SCOPE_COLUMN,
	KCOV_INDEX_SCOPE_COLUMNS,
};

enum kcov_index_function {
	/* Where its name is among the strings, plus one; 0: it has none. */
	KCOV_INDEX_FUNCTION_NAME,
	KCOV_INDEX_FUNCTION_FILE,
	/* The least of its lines in that file. */
	KCOV_INDEX_FUNCTION_LINE,
	KCOV_INDEX_FUNCTION_COLUMNS,
};

enum kcov_index_symbol_column {
	KCOV_INDEX_SYMBOL_LOW,
	/* 0: not known. */
	KCOV_INDEX_SYMBOL_SIZE,
	/* Where it is among the strings, plus one. */
	KCOV_INDEX_SYMBOL_NAME,
	KCOV_INDEX_SYMBOL_COLUMNS,
};

enum kcov_index_name {
	KCOV_INDEX_NAME_SYMBOL,
	KCOV_INDEX_NAME_COLUMNS,
};

/* Of coverage points for PCs alone: struct kcov_source_file, and struct kcov_function. */
enum kcov_index_file_count {
	KCOV_INDEX_FILE_COUNT_FILE,
	KCOV_INDEX_FILE_COUNT_POINTS,
	KCOV_INDEX_FILE_COUNT_INIT_POINTS,
	KCOV_INDEX_FILE_COUNT_FUNCTIONS,
	KCOV_INDEX_FILE_COUNT_LINES,
	KCOV_INDEX_FILE_COUNT_COLUMNS,
};

enum kcov_index_function_count {
	/* Where its name is among the strings, plus one; 0: it has none. */
	KCOV_INDEX_FUNCTION_COUNT_NAME,
	KCOV_INDEX_FUNCTION_COUNT_FILE,
	KCOV_INDEX_FUNCTION_COUNT_LINE,
	/* The offset of its first point. */
	KCOV_INDEX_FUNCTION_COUNT_PC,
	KCOV_INDEX_FUNCTION_COUNT_POINTS,
	KCOV_INDEX_FUNCTION_COUNT_INIT_POINTS,
	KCOV_INDEX_FUNCTION_COUNT_COLUMNS,
};

static inline struct kcov_columns kcov_index_function_count_columns(uint32_t n_files)
{
	struct kcov_columns columns = { .n = KCOV_INDEX_FUNCTION_COUNT_COLUMNS };

	columns.base_bits[KCOV_INDEX_FUNCTION_COUNT_NAME] = 32;
	columns.base_bits[KCOV_INDEX_FUNCTION_COUNT_FILE] = kcov_columns_bits(n_files);
	columns.base_bits[KCOV_INDEX_FUNCTION_COUNT_PC] = 32;
	return columns;
}

/* Both are where a text is among the strings; by the first. */
enum kcov_index_fold {
	KCOV_INDEX_FOLD_NAME,
	KCOV_INDEX_FOLD_FOLDED,
	KCOV_INDEX_FOLD_COLUMNS,
};

#endif
