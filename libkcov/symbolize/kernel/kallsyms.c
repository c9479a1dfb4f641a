// SPDX-License-Identifier: MIT
#include "kallsyms.h"

#include "../base/cleanup.h"
#include "../base/table.h"

#include <errno.h>
#include <string.h>

static bool line_parse(struct kcov_text text, struct kcov_kallsyms_line *ret)
{
	struct kcov_text address, type, module;

	if (!kcov_text_word(&text, &address) || !kcov_text_hex(address, &ret->address) ||
	    !kcov_text_word(&text, &type) || type.n != 1 || !kcov_text_word(&text, &ret->name))
		return false;
	ret->type = *type.at;
	ret->module = (struct kcov_text){};
	if (!kcov_text_word(&text, &module))
		return true;
	if (module.n < 3 || module.at[0] != '[' || module.at[module.n - 1] != ']')
		return false;
	ret->module = (struct kcov_text){ module.at + 1, module.n - 2 };
	return true;
}

bool kcov_kallsyms_next(struct kcov_text *text, struct kcov_kallsyms_line *ret)
{
	struct kcov_kallsyms_line parsed;
	struct kcov_text line;

	while (kcov_text_line(text, &line)) {
		if (line_parse(line, &parsed)) {
			*ret = parsed;
			return true;
		}
	}
	return false;
}

int kcov_kallsyms_find_text(struct kcov_text text, uint64_t *ret)
{
	struct kcov_kallsyms_line line;

	while (kcov_kallsyms_next(&text, &line)) {
		if (line.module.n || !kcov_text_is(line.name, "_text"))
			continue;
		if (!line.address)
			return -EPERM;
		*ret = line.address;
		return 0;
	}
	return -ENODATA;
}

/* Absolute symbols are no addresses: offsets in per-CPU data, sizes. */
static bool is_absolute(const struct kcov_kallsyms_line *line)
{
	return line->type == 'A' || line->type == 'a';
}

uint64_t kcov_kallsyms_end(struct kcov_text text)
{
	struct kcov_kallsyms_line line;
	uint64_t end = 0;

	while (kcov_kallsyms_next(&text, &line)) {
		if (!line.module.n && !is_absolute(&line) && line.address > end)
			end = line.address;
	}
	return end;
}

static bool is_function(const struct kcov_kallsyms_line *line)
{
	/* The kernel counts what marks the ends of text among the text. */
	if (kcov_text_is(line->name, "_etext") || kcov_text_is(line->name, "_einittext"))
		return false;
	return strchr("tTwW", line->type) != NULL;
}

static bool is_inside(const struct kcov_module *module, uint64_t address)
{
	return module && address >= module->base && address < module->end;
}

/* By address; at one address what has a name last, and of those "read" after "__read". */
static int kallsym_compare(const void *a, const void *b)
{
	const struct kcov_kallsym *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (!x->name || !y->name)
		return !y->name - !x->name;
	return strcmp(x->name, y->name);
}

int kcov_kallsyms_parse(struct kcov_text text, const struct kcov_modules *modules,
			struct kcov_arena *arena, struct kcov_kallsyms *ret)
{
	_cleanup_(kcov_kallsyms_fini) struct kcov_kallsyms kallsyms = {};
	const struct kcov_module *kernel, *module;
	struct kcov_kallsyms_line line;

	kernel = kcov_modules_find(modules, (struct kcov_text){ "vmlinux", strlen("vmlinux") });
	while (kcov_kallsyms_next(&text, &line)) {
		struct kcov_kallsym symbol = { .address = line.address }, *added;

		if (is_absolute(&line) || (!line.module.n && !kernel))
			continue;
		module = line.module.n ? kcov_modules_find(modules, line.module) : kernel;
		if (is_function(&line) && is_inside(module, line.address)) {
			symbol.module = module;
			symbol.name = kcov_arena_strndup(arena, line.name.at, line.name.n);
			if (!symbol.name)
				return -ENOMEM;
		}
		added = KCOV_TABLE_ADD(&kallsyms);
		if (!added)
			return -ENOMEM;
		*added = symbol;
	}
	if (kallsyms.n)
		qsort(kallsyms.at, kallsyms.n, sizeof(*kallsyms.at), kallsym_compare);
	*ret = kallsyms;
	kallsyms.at = NULL;
	return 0;
}

void kcov_kallsyms_fini(struct kcov_kallsyms *kallsyms)
{
	free(kallsyms->at);
	*kallsyms = (struct kcov_kallsyms){};
}

const struct kcov_kallsym *kcov_kallsyms_find(const struct kcov_kallsyms *kallsyms,
					      uint64_t address)
{
	size_t n = KCOV_COUNT_UP_TO(kallsyms->at, kallsyms->n, address, address);
	const struct kcov_kallsym *symbol;

	if (!n)
		return NULL;
	symbol = &kallsyms->at[n - 1];
	return symbol->name && address < symbol->module->end ? symbol : NULL;
}
