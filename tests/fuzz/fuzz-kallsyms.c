// SPDX-License-Identifier: MIT
/* /proc/modules and /proc/kallsyms: any bytes, with a form feed between the two. */
#include "kernel/kallsyms.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct kcov_kallsyms *symbols, const struct kcov_modules *modules)
{
	for (size_t i = 0; i < modules->n; i++) {
		const struct kcov_module *module = &modules->at[i];
		const uint64_t probes[] = { module->base, module->base + 1, module->end };

		for (size_t j = 0; j < sizeof(probes) / sizeof(probes[0]); j++) {
			const struct kcov_kallsym *symbol = kcov_kallsyms_find(symbols, probes[j]);

			if (symbol && (!symbol->name || symbol->address > probes[j]))
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of its own, so that the sanitizer sees the first byte too far. */
	char *copy = malloc(size ? size : 1);
	struct kcov_text modules_text, kallsyms_text;
	struct kcov_modules modules = { 0 };
	struct kcov_kallsyms symbols = { 0 };
	struct kcov_arena arena = { 0 };
	const char *gap;
	uint64_t text;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	gap = memchr(copy, '\f', size);
	modules_text = (struct kcov_text){ copy, gap ? (size_t)(gap - copy) : 0 };
	kallsyms_text = (struct kcov_text){ copy + modules_text.n, size - modules_text.n };
	kcov_kallsyms_find_text(kallsyms_text, &text);
	kcov_kallsyms_end(kallsyms_text);
	if (!kcov_modules_parse(modules_text, &arena, &modules) &&
	    !kcov_kallsyms_parse(kallsyms_text, &modules, &arena, &symbols))
		look_up(&symbols, &modules);
	kcov_kallsyms_fini(&symbols);
	kcov_modules_fini(&modules);
	kcov_arena_fini(&arena);
	free(copy);
	return 0;
}
