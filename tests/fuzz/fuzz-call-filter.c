// SPDX-License-Identifier: MIT
/* The argument of -e: what is wrong with it is told in a line, and else it makes a filter. */
#include "syscalls/call-program.h"

#include <linux/audit.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[512] = "";
	char *text = malloc(size + 1);
	struct call_filter filter, again;
	struct sock_fprog program;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (call_filter_parse(text, why, sizeof(why), &filter)) {
		if (!why[0])
			abort();
	} else if (!call_program_make(&filter, &program)) {
		if (!program.len)
			abort();
		call_program_free(&program);
		/* The same text is the same filter. */
		if (call_filter_parse(text, why, sizeof(why), &again))
			abort();
		for (uint64_t number = 0; number < 1000; number++)
			if (call_filter_has(&filter, AUDIT_ARCH_X86_64, number) !=
			    call_filter_has(&again, AUDIT_ARCH_X86_64, number))
				abort();
	}
	free(text);
	return 0;
}
