// SPDX-License-Identifier: MIT
/* MAINTAINERS: up to the first NUL, and what follows is the path that is looked for. */
#include "coverage/subsystems.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
	const size_t n = nul ? (size_t)(nul - data) : size;
	char *path = nul ? strndup((const char *)nul + 1, size - n - 1) : strdup("fs/namei.c");
	/* Its size is all that tells where it ends. */
	char *text = malloc(n + !n);
	struct subsystems subsystems;

	if (path && text) {
		if (n)
			memcpy(text, data, n);
		if (!subsystems_parse(text, n, &subsystems)) {
			const char *first = subsystems_of(&subsystems, path);

			/* The text is not needed, and the answer stays the same. */
			memset(text, 'F', n);
			if (subsystems_of(&subsystems, path) != first)
				abort();
			subsystems_fini(&subsystems);
		}
	}
	free(path);
	free(text);
	return 0;
}
