// SPDX-License-Identifier: MIT
/* A remote handle in any text: what is one prints as a text that is the same one. */
#include <kcov/kcov.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_and_parse_back(uint64_t handle)
{
	char text[KCOV_HANDLE_TEXT_SIZE];
	struct kcov_handle parts;
	uint64_t again;

	if (kcov_handle_split(handle, &parts) ||
	    kcov_handle_make(parts.subsystem, parts.instance, &again) || again != handle)
		abort();
	if (kcov_handle_print(handle, sizeof(text), text) || kcov_handle_parse(text, &again) ||
	    again != handle)
		abort();
	/* All that the text needs, and a byte less. */
	if (kcov_handle_print(handle, strlen(text) + 1, text) ||
	    !kcov_handle_print(handle, strlen(text), text))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of its own, so that the sanitizer sees the first byte too far. */
	char *text = malloc(size + 1);
	uint64_t handle = 0x4242424242424242;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (kcov_handle_parse(text, &handle) == 0)
		print_and_parse_back(handle);
	else if (handle != 0x4242424242424242)
		abort();
	free(text);
	return 0;
}
