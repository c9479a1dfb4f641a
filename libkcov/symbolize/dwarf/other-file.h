/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_OTHER_FILE_H
#define KCOV_SYMBOLIZE_OTHER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file that has DWARF of an image besides its own and its debug file. */
struct kcov_other_file {
	/* NULL: none is needed. Of one that was not found, what it is looked for by. */
	const char *name;
	/* kcov_other_file_sum(); 0: it was not found, or cannot be read. */
	uint64_t sum;
};

/* A growing list of them; {} to begin with. */
struct kcov_other_files {
	struct kcov_other_file *at;
	size_t n;
};

/* The name stays as long as the list does. Returns 0 or -ENOMEM. */
int kcov_other_files_add(struct kcov_other_files *files, const char *name, uint64_t sum);

void kcov_other_files_fini(struct kcov_other_files *files);

/*
 * What tells a file from what lies in its place later: of its size and times, or of its bytes if
 * it was changed so shortly ago that its times do not show the next change. Never 0.
 */
uint64_t kcov_other_file_sum(int fd, void *map, size_t size);

/* Whether one that was found still is what it was. */
bool kcov_other_file_is_unchanged(const struct kcov_other_file *file);

#endif
