// SPDX-License-Identifier: MIT
#include "cache-size.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SIZE ((uint64_t)1 << 30)

/* How far the unit of a size shifts it; -1: there is no such unit. */
static int shift_of(const char *unit)
{
	static const char units[] = "KMGT";
	const char *at;

	if (!*unit)
		return 0;
	/* Only the letters, and not the NUL behind them. */
	at = strchr(units, *unit & ~0x20);
	if (!at || !*at || (unit[1] && strcmp(unit + 1, "B") != 0 && strcmp(unit + 1, "iB") != 0))
		return -1;
	return 10 * (int)(at - units + 1);
}

int kcov_cache_size_parse(const char *text, uint64_t *ret)
{
	uint64_t size;
	char *end;
	int shift;

	/* strtoull() takes blanks and signs. */
	if (*text < '0' || *text > '9')
		return -EINVAL;
	size = strtoull(text, &end, 10);
	shift = shift_of(end);
	if (shift < 0 || size == UINT64_MAX || size > UINT64_MAX >> shift)
		return -EINVAL;
	*ret = size << shift;
	return 0;
}

int kcov_cache_size_read(uint64_t *ret)
{
	const char *text = secure_getenv("KCOV_CACHE_SIZE");

	if (text && *text)
		return kcov_cache_size_parse(text, ret);
	*ret = DEFAULT_SIZE;
	return 0;
}

uint64_t kcov_cache_size(void)
{
	uint64_t size = DEFAULT_SIZE;

	kcov_cache_size_read(&size);
	return size;
}
