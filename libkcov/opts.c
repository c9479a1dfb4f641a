// SPDX-License-Identifier: MIT
#include "opts.h"

#include <errno.h>
#include <string.h>

int kcov_opts_copy(const void *opts, size_t known, void *ret)
{
	const unsigned char *bytes = opts;
	size_t size;

	if (!opts)
		return 0;
	memcpy(&size, opts, sizeof(size));
	if (size < sizeof(size))
		return -EINVAL;
	for (size_t i = known; i < size; i++)
		if (bytes[i])
			return -E2BIG;
	memcpy(ret, opts, size < known ? size : known);
	return 0;
}
