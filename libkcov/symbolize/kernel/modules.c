// SPDX-License-Identifier: MIT
#include "modules.h"

#include "../base/cleanup.h"
#include "../base/table.h"

#include <errno.h>
#include <string.h>

bool kcov_module_equal(const struct kcov_module *a, const struct kcov_module *b)
{
	return a->base == b->base && a->end == b->end && a->key == b->key &&
	       strcmp(a->name, b->name) == 0;
}

int kcov_modules_add(struct kcov_modules *modules, const struct kcov_module *module)
{
	struct kcov_module *added = KCOV_TABLE_ADD(modules);

	if (!added)
		return -ENOMEM;
	*added = *module;
	return 0;
}

/* "name size references users state address": whether the line is one, and tells where. */
static bool module_parse(struct kcov_text line, struct kcov_text *name, struct kcov_module *ret)
{
	struct kcov_text words[6];
	uint64_t size;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!kcov_text_word(&line, &words[i]))
			return false;
	}
	if (!kcov_text_decimal(words[1], &size) || !kcov_text_hex(words[5], &ret->base))
		return false;
	if (!ret->base || size > UINT64_MAX - ret->base)
		return false;
	ret->end = ret->base + size;
	ret->key = 0;
	*name = words[0];
	return true;
}

int kcov_modules_parse(struct kcov_text text, struct kcov_arena *arena, struct kcov_modules *ret)
{
	_cleanup_(kcov_modules_fini) struct kcov_modules modules = {};
	struct kcov_text line;

	while (kcov_text_line(&text, &line)) {
		struct kcov_module module;
		struct kcov_text name;

		if (!module_parse(line, &name, &module))
			continue;
		module.name = kcov_arena_strndup(arena, name.at, name.n);
		if (!module.name || kcov_modules_add(&modules, &module) < 0)
			return -ENOMEM;
	}
	*ret = modules;
	modules.at = NULL;
	return 0;
}

void kcov_modules_fini(struct kcov_modules *modules)
{
	free(modules->at);
	*modules = (struct kcov_modules){};
}

const struct kcov_module *kcov_modules_find(const struct kcov_modules *modules,
					    struct kcov_text name)
{
	for (size_t i = 0; i < modules->n; i++) {
		if (kcov_text_is(name, modules->at[i].name))
			return &modules->at[i];
	}
	return NULL;
}
