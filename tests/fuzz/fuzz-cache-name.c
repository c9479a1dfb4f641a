// SPDX-License-Identifier: MIT
/* The name of a file in the cache, and what $KCOV_CACHE_SIZE may be. */
#include "index/cache-name.h"
#include "index/cache-size.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_name(const char *text)
{
	struct kcov_build_id id = { .n = 1 };
	char name[KCOV_CACHE_NAME_SIZE];
	struct kcov_cache_name parsed;

	kcov_cache_name_parse(text, &parsed);
	if (parsed.kind != KCOV_CACHE_OTHER && strchr(text, '/'))
		abort();
	if (parsed.kind != KCOV_CACHE_INDEX)
		return;
	/* All but the build-id is as it would be written. */
	kcov_cache_name_format(&id, parsed.sum, name);
	if (strcmp(strchr(name, '-'), strchr(text, '-')) != 0)
		abort();
}

static void parse_size(const char *text)
{
	uint64_t bytes = 42;
	int rc = kcov_cache_size_parse(text, &bytes);

	if (rc < 0 ? bytes != 42 : *text < '0' || *text > '9')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	parse_name(text);
	parse_size(text);
	free(text);
	return 0;
}
