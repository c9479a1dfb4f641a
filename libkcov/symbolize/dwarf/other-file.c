// SPDX-License-Identifier: MIT
#include "other-file.h"

#include "../base/checksum.h"
#include "../base/file.h"
#include "../base/table.h"

#include <errno.h>
#include <stdlib.h>

int kcov_other_files_add(struct kcov_other_files *files, const char *name, uint64_t sum)
{
	struct kcov_other_file *added = KCOV_TABLE_ADD(files);

	if (!added)
		return -ENOMEM;
	*added = (struct kcov_other_file){ name, sum };
	return 0;
}

void kcov_other_files_fini(struct kcov_other_files *files)
{
	free(files->at);
	*files = (struct kcov_other_files){};
}

static uint64_t sum_of(const void *at, size_t size)
{
	const uint64_t sum = kcov_checksum(at, size);

	return sum ? sum : 1;
}

static uint64_t sum_of_bytes(void *map, size_t size)
{
	kcov_file_map_read(map, size);
	return sum_of(map, size);
}

uint64_t kcov_other_file_sum(int fd, void *map, size_t size)
{
	struct kcov_file_state state;

	if (kcov_file_state(fd, &state) == 0 && kcov_file_is_settled(&state))
		return sum_of(&state, sizeof(state));
	return sum_of_bytes(map, size);
}

static bool has_bytes(const struct kcov_other_file *file)
{
	_cleanup_fd_ int fd = kcov_file_open(file->name);
	size_t size;
	void *map;
	bool ret;

	if (fd < 0 || kcov_file_map_private(fd, &map, &size) < 0)
		return false;
	ret = sum_of_bytes(map, size) == file->sum;
	kcov_file_unmap(map, size);
	return ret;
}

bool kcov_other_file_is_unchanged(const struct kcov_other_file *file)
{
	struct kcov_file_state state;

	if (kcov_file_state_at(file->name, &state) < 0)
		return false;
	return sum_of(&state, sizeof(state)) == file->sum || has_bytes(file);
}
