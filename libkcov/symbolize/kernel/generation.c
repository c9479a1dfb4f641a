// SPDX-License-Identifier: MIT
#include "generation.h"

#include "../base/cleanup.h"
#include "../base/file.h"

#include <errno.h>

void kcov_generation_fini(struct kcov_generation *generation)
{
	kcov_loaded_fini(&generation->loaded);
	kcov_modules_fini(&generation->modules);
	kcov_kallsyms_fini(&generation->symbols);
	kcov_arena_fini(&generation->arena);
}

/* Each module that is loaded gets a directory of its own. */
int kcov_module_key(const struct kcov_host *host, const char *name, uint64_t *ret)
{
	_cleanup_free_ char *path = kcov_host_path(host, "/sys/module/%s", name);

	*ret = 0;
	if (!path)
		return -ENOMEM;
	kcov_file_number(path, ret);
	return 0;
}

/* A kernel without modules has no such file, and may hide it like any other. */
static int read_modules(const struct kcov_host *host, struct kcov_generation *generation)
{
	_cleanup_free_ char *data = NULL;
	struct kcov_text text;
	int rc = kcov_host_read(host, "/proc/modules", SIZE_MAX, &data, &text);

	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	rc = kcov_modules_parse(text, &generation->arena, &generation->modules);
	for (size_t i = 0; rc == 0 && i < generation->modules.n; i++)
		rc = kcov_module_key(host, generation->modules.at[i].name,
				     &generation->modules.at[i].key);
	return rc;
}

static bool is_same(const struct kcov_modules *a, const struct kcov_modules *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!kcov_module_equal(&a->at[i], &b->at[i]))
			return false;
	return true;
}

int kcov_generation_read(const struct kcov_host *host, const struct kcov_generation *before,
			 struct kcov_generation *ret)
{
	_cleanup_(kcov_generation_fini) struct kcov_generation generation = {};
	int rc = read_modules(host, &generation);

	if (rc == 0 && before && is_same(&before->modules, &generation.modules))
		return 1;
	if (rc == 0)
		rc = kcov_loaded_read(host, &generation.modules, &generation.arena,
				      &generation.loaded);
	if (rc < 0)
		return rc;
	*ret = generation;
	generation = (struct kcov_generation){};
	return 0;
}

int kcov_generation_read_symbols(struct kcov_generation *generation, const struct kcov_host *host)
{
	_cleanup_free_ char *data = NULL;
	struct kcov_text text;
	int rc = 0;

	if (generation->has_symbols)
		return 0;
	/* Most kernels that KCOV is used with have no module loaded: spare them the work. */
	if (generation->modules.n)
		rc = kcov_host_read(host, "/proc/kallsyms", SIZE_MAX, &data, &text);
	if (generation->modules.n && rc == 0)
		rc = kcov_kallsyms_parse(text, &generation->modules, &generation->arena,
					 &generation->symbols);
	generation->has_symbols = rc != -ENOMEM;
	return rc == -ENOMEM ? rc : 0;
}

static const struct kcov_loaded_module *find_loaded(const struct kcov_generation *generation,
						    const struct kcov_module *module)
{
	for (size_t i = 0; i < generation->loaded.modules.n; i++)
		if (kcov_module_equal(&generation->loaded.modules.at[i].module, module))
			return &generation->loaded.modules.at[i];
	return NULL;
}

bool kcov_owner_equal(const struct kcov_owner *a, const struct kcov_owner *b)
{
	if (a->module.base != b->module.base)
		return false;
	/* Where it ends is not asked: it is shorter once it is initialised. */
	return (a->module.key && a->module.key == b->module.key) ||
	       (a->id.n && kcov_build_id_equal(&a->id, &b->id)) ||
	       kcov_module_equal(&a->module, &b->module);
}

static void find_symbol(const struct kcov_generation *generation, uint64_t address,
			struct kcov_owner *ret)
{
	const struct kcov_kallsym *symbol = kcov_kallsyms_find(&generation->symbols, address);

	const struct kcov_loaded_module *module;

	if (!symbol)
		return;
	module = find_loaded(generation, symbol->module);
	/*
	 * kcov_loaded_find() has all that such a module has. Its last symbol reaches to where its
	 * other sections would end if they lay behind its text, as they do not: another module can
	 * lie there.
	 */
	if (module && module->index && module->has_sections)
		return;
	*ret = (struct kcov_owner){ .module = *symbol->module,
				    .symbol = symbol->name,
				    .symbol_offset = address - symbol->address };
	if (module)
		ret->id = module->id;
}

static void take_module(const struct kcov_loaded_module *module, uint64_t address,
			struct kcov_owner *ret)
{
	*ret = (struct kcov_owner){ .module = module->module,
				    .id = module->id,
				    .index = module->index,
				    .address = address };
}

int kcov_generation_find(struct kcov_generation *generation, const struct kcov_host *host,
			 struct kcov_module_images *images, bool is_now, uint64_t address,
			 struct kcov_owner *ret)
{
	const struct kcov_loaded_module *module;
	uint64_t in_image;
	int rc = kcov_loaded_find(&generation->loaded, images, address, &module, &in_image);

	*ret = (struct kcov_owner){};
	if (rc < 0)
		return rc;
	if (module && module->index) {
		take_module(module, in_image, ret);
		return 0;
	}
	if (is_now)
		rc = kcov_generation_read_symbols(generation, host);
	if (rc == 0 && generation->has_symbols)
		find_symbol(generation, address, ret);
	else if (rc == 0 && module)
		take_module(module, 0, ret);
	return rc;
}

int kcov_generation_find_init(struct kcov_generation *generation, struct kcov_module_images *images,
			      const struct kcov_generation *before, uint64_t address,
			      struct kcov_owner *ret)
{
	const struct kcov_loaded_module *module;
	uint64_t in_image;
	int rc =
		kcov_loaded_find_init(&generation->loaded, images, before ? &before->modules : NULL,
				      address, &module, &in_image);

	*ret = (struct kcov_owner){};
	if (rc == 0 && module)
		take_module(module, in_image, ret);
	return rc;
}
