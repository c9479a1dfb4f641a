// SPDX-License-Identifier: MIT
#include "loaded.h"

#include "file.h"
#include "module-file.h"

#include <errno.h>
#include <string.h>

/* A note of a build-id has a few dozen bytes, an address of a section a few digits. */
#define SMALL_FILE 4096u

/* What is under way while the sections of one module are listed. */
struct listing {
	const struct kcov_host *host;
	struct kcov_arena *arena;
	struct kcov_loaded *loaded;
	size_t module;
};

static int read_small(const struct kcov_host *host, const char *module, const char *kind,
		      const char *name, char **ret, size_t *ret_size)
{
	_cleanup_free_ char *path =
		kcov_host_path(host, "/sys/module/%s/%s/%s", module, kind, name);

	return path ? kcov_file_read(path, SMALL_FILE, ret, ret_size) : -ENOMEM;
}

int kcov_loaded_build_id(const struct kcov_host *host, const char *name, struct kcov_build_id *ret)
{
	_cleanup_free_ char *note = NULL;
	size_t size;
	int rc = read_small(host, name, "notes", ".note.gnu.build-id", &note, &size);

	return rc < 0 ? rc : kcov_build_id_parse(note, size, ret);
}

static int read_section(void *context, const char *name)
{
	struct listing *listing = context;
	struct kcov_loaded *loaded = listing->loaded;
	_cleanup_free_ char *digits = NULL;
	struct kcov_loaded_section section = {
		.is_init = strncmp(name, ".init", strlen(".init")) == 0,
		.module = listing->module,
	};
	struct kcov_loaded_section *added;
	struct kcov_text text, word;
	size_t size;
	int rc = read_small(listing->host, loaded->modules.at[listing->module].name, "sections",
			    name, &digits, &size);

	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	text = (struct kcov_text){ digits, size };
	if (!kcov_text_line(&text, &word) || !kcov_text_hex(word, &section.low) || !section.low)
		return 0;
	section.name = kcov_arena_strndup(listing->arena, name, strlen(name));
	added = section.name ? KCOV_TABLE_ADD(&loaded->sections) : NULL;
	if (!added)
		return -ENOMEM;
	*added = section;
	return 0;
}

static int read_module(struct listing *listing, const char *name)
{
	_cleanup_free_ char *path = kcov_host_path(listing->host, "/sys/module/%s/sections", name);
	struct kcov_loaded_module *module = KCOV_TABLE_ADD(&listing->loaded->modules);
	int rc;

	if (!path || !module)
		return -ENOMEM;
	*module = (struct kcov_loaded_module){ .name = name };
	rc = kcov_loaded_build_id(listing->host, name, &module->id);
	if (rc != -ENOMEM)
		rc = kcov_file_list(path, read_section, listing);
	listing->module++;
	return rc == -ENOMEM ? rc : 0;
}

static int section_compare(const void *a, const void *b)
{
	const struct kcov_loaded_section *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

int kcov_loaded_read(const struct kcov_host *host, const struct kcov_modules *modules,
		     struct kcov_arena *arena, struct kcov_loaded *ret)
{
	_cleanup_(kcov_loaded_fini) struct kcov_loaded loaded = {};
	struct listing listing = { .host = host, .arena = arena, .loaded = &loaded };

	for (size_t i = 0; i < modules->n; i++) {
		int rc = read_module(&listing, modules->at[i].name);

		if (rc < 0)
			return rc;
	}
	if (loaded.sections.n)
		qsort(loaded.sections.at, loaded.sections.n, sizeof(*loaded.sections.at),
		      section_compare);
	*ret = loaded;
	loaded = (struct kcov_loaded){};
	return 0;
}

void kcov_loaded_fini(struct kcov_loaded *loaded)
{
	for (size_t i = 0; i < loaded->modules.n; i++)
		kcov_image_index_close(loaded->modules.at[i].own);
	free(loaded->modules.at);
	free(loaded->sections.at);
	*loaded = (struct kcov_loaded){};
}

/* An image that was found and is of no use does as well as none: its symbols answer. */
static int open_own(const struct kcov_host *host, struct kcov_loaded_module *module)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	int rc;

	module->is_tried = true;
	rc = kcov_module_file_search(host, module->name, &module->id, &image);
	if (rc == 0)
		rc = kcov_image_index_open(image, NULL, &module->own);
	if (rc == 0)
		module->index = &module->own->index;
	/* It is not the last word then. */
	if (rc == -ENOMEM)
		module->is_tried = false;
	return rc == -ENOMEM ? rc : 0;
}

static int open_index(const struct kcov_host *host, struct kcov_image_index *const *given,
		      size_t n_given, struct kcov_loaded_module *module)
{
	/* Without a build-id any image may be another's. */
	if (module->is_tried || !module->id.n)
		return 0;
	for (size_t i = 0; i < n_given; i++) {
		if (kcov_build_id_equal(&given[i]->index.build_id, &module->id)) {
			module->index = &given[i]->index;
			module->is_tried = true;
			return 0;
		}
	}
	return open_own(host, module);
}

/* How many sections begin up to, and including, an address. */
static size_t count_up_to(const struct kcov_loaded *loaded, uint64_t address)
{
	size_t low = 0, high = loaded->sections.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (loaded->sections.at[middle].low <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether a section, which begins up to there, holds an address, by its module's index. */
static bool holds(const struct kcov_loaded *loaded, const struct kcov_loaded_section *section,
		  uint64_t address, uint64_t *ret_address)
{
	const struct kcov_index *index = loaded->modules.at[section->module].index;
	uint64_t low, size;

	if (!index || !kcov_index_section(index, section->name, &low, &size) ||
	    address - section->low >= size)
		return false;
	*ret_address = low + (address - section->low);
	return true;
}

/*
 * The last section that begins before the address holds it, if any does. But where one of
 * .init was another module may lie now; so that those count only if no other does.
 */
int kcov_loaded_find(struct kcov_loaded *loaded, const struct kcov_host *host,
		     struct kcov_image_index *const *given, size_t n_given, uint64_t address,
		     const struct kcov_loaded_module **ret, uint64_t *ret_address)
{
	bool is_init_done = false;

	*ret = NULL;
	for (size_t i = count_up_to(loaded, address); i-- > 0;) {
		const struct kcov_loaded_section *section = &loaded->sections.at[i];
		struct kcov_loaded_module *module = &loaded->modules.at[section->module];
		int rc;

		if (section->is_init && is_init_done)
			continue;
		rc = open_index(host, given, n_given, module);
		if (rc < 0)
			return rc;
		if (holds(loaded, section, address, ret_address))
			*ret = module;
		if (!section->is_init)
			break;
		is_init_done = true;
	}
	return 0;
}
