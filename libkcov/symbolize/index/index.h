/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_INDEX_H
#define KCOV_SYMBOLIZE_INDEX_H

#include "../dwarf/other-file.h"
#include "../image/build-id.h"
#include "columns.h"
#include "index-format.h"

#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What an image says of its text, in memory that is only read: a file, mapped, or what
 * was just built. Look-ups allocate nothing and write nothing, so that any number of
 * threads can make them. However damaged it is, nothing outside of it is read, as long as
 * nobody changes it meanwhile.
 */
struct kcov_index {
	const uint8_t *at;
	uint64_t base;
	/* Where offsets for people count from. */
	uint64_t start;
	uint32_t n_scopes;
	uint32_t n_spans;
	/* KCOV_INDEX_NO_POINTS: not known. */
	uint32_t n_points;
	uint16_t machine;
	/* Bits of enum kcov_build. */
	uint16_t build;
	struct kcov_build_id build_id;
	struct kcov_columns spans;
	struct kcov_columns_block functions;
	struct kcov_columns_block symbols;
	struct kcov_columns_block names;
	struct kcov_columns_block file_counts;
	struct kcov_columns_block folds;
	struct kcov_columns function_counts;
	uint32_t n_function_counts;
	struct {
		const uint8_t *at;
		size_t n;
	} tables[KCOV_INDEX_TABLES];
};

/*
 * Check what lies in memory, which has to stay there. Returns 0, or -EBADMSG: it is none,
 * of another version, cut, or damaged.
 */
int kcov_index_open(const void *at, size_t size, struct kcov_index *ret);

/* What holds an address. */
struct kcov_place {
	/* Whether it is known at all what is there: the address is in text. */
	bool is_text;
	/* As in a span: enum kcov_index_span. */
	uint32_t scope;
	uint32_t file;
	uint32_t line;
	uint32_t column;
	uint32_t symbol;
};

/* How many addresses can be looked for at once. */
#define KCOV_INDEX_TOGETHER 16u

/* Where in the index an address is. */
struct kcov_index_seek {
	bool is_text;
	uint32_t offset;
	/* One more than its number; 0: none. */
	size_t block;
};

/*
 * The first half of kcov_index_find() for up to KCOV_INDEX_TOGETHER addresses, which lets the
 * processor fetch what the second one reads.
 */
void kcov_index_seek(const struct kcov_index *index, const uint64_t *addresses, size_t n,
		     struct kcov_index_seek *ret);
int kcov_index_read(const struct kcov_index *index, const struct kcov_index_seek *seek,
		    struct kcov_place *ret);

/* The same for kcov_index_frame(). */
void kcov_index_ready(const struct kcov_index *index, const struct kcov_place *place);

/* Returns 0 or -EBADMSG: the index is damaged. */
int kcov_index_find(const struct kcov_index *index, uint64_t address, struct kcov_place *ret);

struct kcov_index_symbol {
	/* NULL: there is none. */
	const char *name;
	uint64_t address;
	/* 0: not known. */
	uint32_t size;
};

/* The symbol of a place. Returns 0, or -EBADMSG: the index is damaged. */
int kcov_index_symbol(const struct kcov_index *index, const struct kcov_place *place,
		      struct kcov_index_symbol *ret);

/* Where an executable section of that name lies, and its size; false: there is none. */
bool kcov_index_section(const struct kcov_index *index, const char *name, uint64_t *ret,
			uint64_t *ret_size);

/* The section that holds an address; false: none does. */
bool kcov_index_section_of(const struct kcov_index *index, uint64_t address, const char **ret,
			   uint64_t *ret_low, uint64_t *ret_size);

/* From an address in a section to its offset, and back; false: it is in none. */
bool kcov_index_to_offset(const struct kcov_index *index, uint64_t address, uint64_t *ret);
bool kcov_index_from_offset(const struct kcov_index *index, uint64_t offset, uint64_t *ret);

struct kcov_index_named {
	const char *name;
	uint64_t address;
	/* 0: not known. */
	uint64_t size;
	/* Up to the next symbol, or to the end of the section: is_last. */
	uint64_t extent;
	bool is_last;
};

/*
 * The symbols of a name, by address: the one with the number i among them. Returns 1, 0: there are
 * not so many, or -EBADMSG: the index is damaged.
 */
int kcov_index_named(const struct kcov_index *index, const char *name, size_t i,
		     struct kcov_index_named *ret);

/*
 * Whether it is not known what DWARF says of a place in text, since it cannot be read: the place
 * has no scope and no file, and lies in a part that is damaged, or may.
 */
bool kcov_index_is_unanswered(const struct kcov_index *index, const struct kcov_place *place,
			      uint64_t address);

/*
 * Unit i of those whose DWARF cannot be read, and why. Returns 1; 0: there are not so many; or
 * -EBADMSG: the index is damaged.
 */
int kcov_index_damaged(const struct kcov_index *index, size_t i, const char **unit,
		       const char **cause);

/* File i of the others that it was made of, or lacks; whether there are so many. */
bool kcov_index_other(const struct kcov_index *index, size_t i, struct kcov_other_file *ret);

/*
 * Whether an address is right behind a call by which KCOV records. Returns enum kcov_point, or
 * -EBADMSG: the index is damaged.
 */
int kcov_index_point(const struct kcov_index *index, uint64_t address);

/*
 * The first of the coverage points of a kind that are at an address or behind it, up to room.
 * Returns how many, -ENODATA: it is not known where they are, or -EBADMSG: the index is damaged.
 */
int kcov_index_points(const struct kcov_index *index, enum kcov_point kind, uint64_t address,
		      uint64_t *ret, size_t room);

/* The same of a module, by the offsets of what is before them, from an offset on. */
int kcov_index_points_by_offset(const struct kcov_index *index, enum kcov_point kind,
				uint64_t offset, uint64_t *ret, size_t room);

/*
 * The files that coverage points of PCs see, and the functions that have some, from the first-th
 * on, up to room: kcov_symbolizer_files() and kcov_symbolizer_functions(). Return how many,
 * -ENODATA: it is not known where points are, or -EBADMSG: the index is damaged.
 */
int kcov_index_files(const struct kcov_index *index, size_t first, struct kcov_source_file *ret,
		     size_t room);
int kcov_index_functions(const struct kcov_index *index, size_t first, struct kcov_function *ret,
			 size_t room);

/*
 * The function that an outermost frame is in, whose texts are the index's. Returns 1; 0: it has no
 * points, and what it is called is all that is set; or as kcov_index_functions().
 */
int kcov_index_function(const struct kcov_index *index, const struct kcov_frame *outermost,
			struct kcov_function *ret);

/*
 * The system calls that the image implements, from the first-th on, up to room:
 * kcov_symbolizer_syscalls(). Returns how many, or -EBADMSG: the index is damaged.
 */
int kcov_index_syscalls(const struct kcov_index *index, size_t first, struct kcov_syscall *ret,
			size_t room);

/*
 * The frame of a place; then the place becomes the one that it was called from, and
 * *more whether there is one. Returns 0, or -EBADMSG: the index is damaged, and what was
 * returned is not set.
 */
int kcov_index_frame(const struct kcov_index *index, struct kcov_place *place, bool *more,
		     struct kcov_frame *ret);

#endif
