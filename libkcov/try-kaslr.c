// SPDX-License-Identifier: MIT
#include "try-kaslr.h"

#include "sys.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define KALLSYMS "/proc/kallsyms"

/* What read(2) runs on every architecture. */
#define FUNCTION "ksys_read"

/* Kernels are moved by multiples of it. */
#define ALIGNMENT (2ull << 20)

/* A longer line holds a longer name. */
#define LINE_SIZE 128

/* The function's addresses: from start on, and below end. */
struct kcov_function {
	uint64_t start;
	uint64_t end;
};

/* Whether the function's end is known now: it is where the next symbol begins. */
static bool kcov_function_read(struct kcov_function *function, const char *line)
{
	char name[LINE_SIZE];
	uint64_t address;

	if (sscanf(line, "%" SCNx64 " %*c %127s", &address, name) != 2)
		return false;
	if (strcmp(name, FUNCTION) == 0)
		function->start = address;
	if (!function->start || address <= function->start)
		return false;
	function->end = address;
	return true;
}

/* Lines that do not fit are of other functions. */
static bool kcov_function_find(int fd, struct kcov_function *ret)
{
	char chunk[8192], line[LINE_SIZE];
	struct kcov_function function = { 0 };
	size_t length = 0;
	int size;

	while ((size = kcov_sys_read(fd, chunk, sizeof(chunk))) > 0) {
		for (int i = 0; i < size; i++) {
			const bool fits = length < sizeof(line);

			if (chunk[i] != '\n') {
				if (fits)
					line[length++] = chunk[i];
				continue;
			}
			if (fits)
				line[length] = '\0';
			length = 0;
			if (fits && kcov_function_read(&function, line)) {
				*ret = function;
				return true;
			}
		}
	}
	return false;
}

static bool kcov_is_moved(const struct kcov_pcs *pcs, const struct kcov_function *function)
{
	bool moved = false;

	for (size_t i = 0; i < pcs->count; i++) {
		/* The call before the return address. */
		const uint64_t pc = pcs->pcs[i] - 1;

		if (pc >= function->start && pc < function->end)
			return false;
		/* Whether some multiple of it brings this PC into the function. */
		moved |= pc < function->start &&
			 (function->start - pc + ALIGNMENT - 1) / ALIGNMENT !=
				 (function->end - pc + ALIGNMENT - 1) / ALIGNMENT;
	}
	return moved;
}

bool kcov_try_kaslr(struct kcov *kcov)
{
	struct kcov_function function;
	struct kcov_pcs pcs;
	bool moved = false;
	char byte;
	int fd;

	fd = kcov_sys_open_to_read(KALLSYMS);
	if (fd < 0)
		return false;
	if (kcov_function_find(fd, &function) && kcov_enable(kcov, KCOV_MODE_PC) == 0) {
		kcov_reset(kcov);
		kcov_sys_read(-1, &byte, 0);
		moved = kcov_pcs(kcov, &pcs) == 0 && kcov_is_moved(&pcs, &function);
		kcov_disable(kcov);
	}
	kcov_sys_close(fd);
	return moved;
}
