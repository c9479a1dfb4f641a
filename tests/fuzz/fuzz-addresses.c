// SPDX-License-Identifier: MIT
/* Addresses in any text, as kcovctl symbolize reads it. */
#include "text/addresses.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct address_scan scan;
	uint64_t address;
	size_t n = 0;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	address_parse(text, &address);
	free(text);

	text = malloc(size ? size : 1);
	if (!text)
		return 0;
	memcpy(text, data, size);
	scan = (struct address_scan){ .text = text, .end = text + size };
	while (address_scan_next(&scan, &address))
		n++;
	/* The shortest address is a digit alone; else "0x" and a digit, and space between. */
	if (n > size / 3 + 1)
		abort();
	free(text);
	return 0;
}
