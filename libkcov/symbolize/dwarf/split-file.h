/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SPLIT_FILE_H
#define KCOV_SYMBOLIZE_SPLIT_FILE_H

#include "dwarf-sections.h"

/* A file of split DWARF: the other half of one unit (.dwo), or a package of many (.dwp). */
struct kcov_split_file {
	/* The file, and behind it what was inflated. */
	void *map;
	size_t map_size;
	/* kcov_other_file_sum() */
	uint64_t sum;
	Elf *elf;
	/* They are only read, by any number of threads. */
	struct kcov_dwarf_sections sections;
};

/*
 * Open one; {} if that fails. Returns 0, -ENOENT: there is no such file, -ENOMEM, or, and
 * cause says why, -EIO: it cannot be read, or -EBADMSG: it has no split DWARF, or is damaged.
 */
int kcov_split_file_open(const char *path, const char **cause, struct kcov_split_file *ret);

void kcov_split_file_close(struct kcov_split_file *file);

#endif
