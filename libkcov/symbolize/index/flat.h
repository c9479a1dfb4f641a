/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FLAT_H
#define KCOV_SYMBOLIZE_FLAT_H

#include "../base/bytes.h"
#include "../base/table.h"
#include "../dwarf/other-file.h"
#include "../image/build-id.h"

#define KCOV_FLAT_NONE UINT32_MAX

/* All that an image says of its text, as tables of numbers: what an index is made of. */

/* A section, from low up to, not including, high; offsets from the base. */
struct kcov_flat_text {
	uint32_t low;
	uint32_t high;
	/* A text in strings. */
	uint32_t name;
	/* Of low, from start; of what is linked, from base. */
	uint32_t offset;
};

/* From this offset to that of the next span nothing changes. */
struct kcov_flat_span {
	uint32_t low;
	/* Indices, or KCOV_FLAT_NONE. */
	uint32_t scope;
	uint32_t file;
	uint32_t symbol;
	uint32_t line;
	uint32_t column;
};

/* A function, or a call of one that was inlined. Those it is inlined into come before. */
struct kcov_flat_scope {
	/* A text in strings, or KCOV_FLAT_NONE. */
	uint32_t name;
	/* KCOV_FLAT_NONE: it is a function by itself, and nobody calls it. */
	uint32_t parent;
	uint32_t call_file;
	uint32_t call_line;
	uint32_t call_column;
};

/* A source file: a text in strings, and how much of its beginning says where the tree is. */
struct kcov_flat_file {
	uint32_t path;
	uint32_t skip;
};

struct kcov_flat_symbol {
	uint32_t low;
	/* 0: not known. */
	uint32_t size;
	uint32_t name;
};

/* Behind a call by which KCOV records: what it records as a PC, or as the ip of operands. */
struct kcov_flat_point {
	uint32_t pc;
	bool is_cmp;
};

/* A unit whose DWARF cannot be read, and why: texts in strings. */
struct kcov_flat_damaged {
	uint32_t unit;
	uint32_t cause;
};

/* Text of such units, from low up to, not including, high. */
struct kcov_flat_gap {
	uint32_t low;
	uint32_t high;
};

/* A file besides the image and its debug file that DWARF was read from, or is lacked for. */
struct kcov_flat_other {
	/* A text in strings. */
	uint32_t name;
	uint64_t sum;
};

/* What a system call takes: a text in strings, and how many of parameters, from the first on. */
struct kcov_flat_syscall {
	uint32_t name;
	bool is_compat;
	uint32_t first;
	uint32_t n;
};

struct kcov_flat_parameter {
	/* Texts in strings; KCOV_FLAT_NONE: it has no name. */
	uint32_t name;
	uint32_t type;
	uint32_t size;
	/* enum kcov_parameter_kind. */
	uint32_t kind;
};

struct kcov_flat {
	uint16_t machine;
	/* Bits of enum kcov_build. */
	uint16_t build;
	struct kcov_build_id build_id;
	/* The lowest address of text, from which offsets count. */
	uint64_t base;
	/* Where offsets for people count from: _text. */
	uint64_t start;
	KCOV_TABLE(struct kcov_flat_text) text;
	KCOV_TABLE(struct kcov_flat_span) spans;
	KCOV_TABLE(struct kcov_flat_scope) scopes;
	KCOV_TABLE(struct kcov_flat_file) files;
	/* All, by address. */
	KCOV_TABLE(struct kcov_flat_symbol) symbols;
	KCOV_TABLE(struct kcov_flat_damaged) damaged;
	KCOV_TABLE(struct kcov_flat_other) others;
	/* By name, the compatible ones last. */
	KCOV_TABLE(struct kcov_flat_syscall) syscalls;
	KCOV_TABLE(struct kcov_flat_parameter) parameters;
	/* Sorted; one that is all text if it is not known where. */
	KCOV_TABLE(struct kcov_flat_gap) gaps;
	/* Sorted; has_points: whether they are known. */
	KCOV_TABLE(struct kcov_flat_point) points;
	bool has_points;
	/* Texts with a NUL behind each, at most one of a kind. */
	struct kcov_bytes strings;
	/* A hash table of where they begin. */
	uint32_t *known;
	size_t known_room;
	size_t known_n;
};

void kcov_flat_fini(struct kcov_flat *flat);

/* Where a text is among the strings; it is added if need be. Returns 0 or -ENOMEM. */
int kcov_flat_intern(struct kcov_flat *flat, const char *text, uint32_t *ret);

/* Add one, unless its name is NULL. Returns 0 or -ENOMEM. */
int kcov_flat_add_other(struct kcov_flat *flat, const struct kcov_other_file *file);

/* Drop those that were added before: many units may be in one file. */
void kcov_flat_unique_others(struct kcov_flat *flat);

#endif
