// SPDX-License-Identifier: MIT
#include "code.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

enum {
	CHUNK = 16 << 10,
};

struct wanted {
	pid_t tid;
	const uint8_t *bytes;
	size_t n;
	size_t align;
};

static bool find_in_chunk(const struct wanted *wanted, const uint8_t *chunk, size_t size,
			  size_t *ret)
{
	for (size_t at = 0; at + wanted->n <= size; at += wanted->align) {
		if (memcmp(chunk + at, wanted->bytes, wanted->n) == 0) {
			*ret = at;
			return true;
		}
	}
	return false;
}

static bool find_in_mapping(const struct wanted *wanted, uint64_t start, uint64_t end,
			    uint64_t *ret)
{
	uint8_t chunk[CHUNK];
	size_t at;

	/* What lies across two chunks is found in neither: there are others. */
	for (; start < end; start += CHUNK) {
		const size_t size = end - start < CHUNK ? end - start : CHUNK;
		struct iovec ours = { chunk, size }, theirs = { (void *)(uintptr_t)start, size };
		const ssize_t n = process_vm_readv(wanted->tid, &ours, 1, &theirs, 1, 0);

		if (n < 0)
			return false;
		if (find_in_chunk(wanted, chunk, (size_t)n, &at)) {
			*ret = start + at;
			return true;
		}
	}
	return false;
}

static bool find_in(const struct wanted *wanted, FILE *maps, bool in_vdso, uint64_t *ret)
{
	char line[512], read, execute;
	unsigned long long start, end;

	while (fgets(line, sizeof(line), maps)) {
		if (!strstr(line, "[vdso]") == in_vdso ||
		    sscanf(line, "%llx-%llx %c%*c%c", &start, &end, &read, &execute) != 4)
			continue;
		if (read == 'r' && execute == 'x' && find_in_mapping(wanted, start, end, ret))
			return true;
	}
	return false;
}

int code_find(pid_t tid, const uint8_t *bytes, size_t n, size_t align, uint64_t *ret)
{
	const struct wanted wanted = { tid, bytes, n, align };
	char path[32];
	FILE *maps;
	bool is_found;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)tid);
	maps = fopen(path, "re");
	if (!maps)
		return -errno;
	is_found = find_in(&wanted, maps, true, ret);
	if (!is_found) {
		rewind(maps);
		is_found = find_in(&wanted, maps, false, ret);
	}
	fclose(maps);
	return is_found ? 0 : -ENOEXEC;
}
