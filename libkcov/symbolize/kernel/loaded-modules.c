// SPDX-License-Identifier: MIT
#include "loaded-modules.h"

#include "../base/file.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* A note of a build-id has a few dozen bytes, an address of a section a few digits. */
#define SMALL_FILE 4096u

/* What is under way while the sections of one module are listed. */
struct listing {
	const struct kcov_host *host;
	struct kcov_arena *arena;
	struct kcov_loaded *loaded;
};

static int read_small(const struct kcov_host *host, const char *module, const char *kind,
		      const char *name, char **ret, size_t *ret_size)
{
	_cleanup_free_ char *path =
		kcov_host_path(host, "/sys/module/%s/%s/%s", module, kind, name);

	return path ? kcov_file_read(path, SMALL_FILE, ret, ret_size) : -ENOMEM;
}

static bool is_loaded(const struct kcov_host *host, const char *name)
{
	_cleanup_free_ char *path = kcov_host_path(host, "/sys/module/%s/initstate", name);
	_cleanup_free_ char *state = NULL;
	size_t size;

	return path && kcov_file_read(path, SMALL_FILE, &state, &size) == 0;
}

int kcov_loaded_build_id(const struct kcov_host *host, const char *name, struct kcov_build_id *ret)
{
	_cleanup_free_ char *note = NULL;
	size_t size;
	int rc = read_small(host, name, "notes", ".note.gnu.build-id", &note, &size);

	if (rc == 0)
		rc = kcov_build_id_parse(note, size, ret);
	if (rc == 0 || rc == -ENOMEM)
		return rc;
	/* What is built in has a directory, too, and no state. */
	return is_loaded(host, name) ? -ENODATA : -ENOENT;
}

int kcov_loaded_add_section(struct kcov_loaded *loaded, uint64_t low, const char *name)
{
	const bool is_init = name && kcov_section_is_init(name);
	struct kcov_loaded_section *added;

	if (!name)
		return -ENOMEM;
	added = KCOV_TABLE_ADD(is_init ? &loaded->init : &loaded->sections);
	if (!added)
		return -ENOMEM;
	if (!is_init)
		loaded->modules.at[loaded->modules.n - 1].has_sections = true;
	*added = (struct kcov_loaded_section){ low, name, loaded->modules.n - 1 };
	return 0;
}

static int read_section(void *context, const char *name)
{
	struct listing *listing = context;
	struct kcov_loaded *loaded = listing->loaded;
	_cleanup_free_ char *digits = NULL;
	struct kcov_text text, word;
	uint64_t low;
	size_t size;
	int rc = read_small(listing->host, loaded->modules.at[loaded->modules.n - 1].module.name,
			    "sections", name, &digits, &size);

	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	text = (struct kcov_text){ digits, size };
	if (!kcov_text_line(&text, &word) || !kcov_text_hex(word, &low) || !low)
		return 0;
	return kcov_loaded_add_section(loaded, low,
				       kcov_arena_strndup(listing->arena, name, strlen(name)));
}

static int read_module(struct listing *listing, const struct kcov_module *module)
{
	_cleanup_free_ char *path =
		kcov_host_path(listing->host, "/sys/module/%s/sections", module->name);
	struct kcov_loaded_module *added;
	int rc;

	if (!path)
		return -ENOMEM;
	added = KCOV_TABLE_ADD(&listing->loaded->modules);
	if (!added)
		return -ENOMEM;
	*added = (struct kcov_loaded_module){ .module = *module };
	rc = kcov_loaded_build_id(listing->host, module->name, &added->id);
	if (rc != -ENOMEM)
		rc = kcov_file_list(path, read_section, listing);
	return rc == -ENOMEM ? rc : 0;
}

static int section_compare(const void *a, const void *b)
{
	const struct kcov_loaded_section *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

void kcov_loaded_sort(struct kcov_loaded *loaded)
{
	if (loaded->sections.n)
		qsort(loaded->sections.at, loaded->sections.n, sizeof(*loaded->sections.at),
		      section_compare);
}

int kcov_loaded_read(const struct kcov_host *host, const struct kcov_modules *modules,
		     struct kcov_arena *arena, struct kcov_loaded *ret)
{
	_cleanup_(kcov_loaded_fini) struct kcov_loaded loaded = {};
	struct listing listing = { .host = host, .arena = arena, .loaded = &loaded };

	for (size_t i = 0; i < modules->n; i++) {
		int rc = read_module(&listing, &modules->at[i]);

		if (rc < 0)
			return rc;
	}
	kcov_loaded_sort(&loaded);
	*ret = loaded;
	loaded = (struct kcov_loaded){};
	return 0;
}

void kcov_loaded_fini(struct kcov_loaded *loaded)
{
	free(loaded->modules.at);
	free(loaded->sections.at);
	free(loaded->init.at);
	*loaded = (struct kcov_loaded){};
}

int kcov_loaded_open_index(struct kcov_module_images *images, struct kcov_loaded_module *module)
{
	int rc = 0;

	/* Without a build-id any image may be another's. */
	if (module->index || !module->id.n)
		return 0;
	module->index = kcov_module_images_known(images, &module->id);
	if (!module->index && !module->is_tried) {
		rc = kcov_module_images_search(images, module->module.name, &module->id,
					       &module->index);
		/* Without memory it is not the last word. */
		module->is_tried = rc == 0;
	}
	return rc;
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

/* The last section that begins up to there holds the address, if any does. */
int kcov_loaded_find(struct kcov_loaded *loaded, struct kcov_module_images *images,
		     uint64_t address, const struct kcov_loaded_module **ret, uint64_t *ret_address)
{
	size_t n = KCOV_COUNT_UP_TO(loaded->sections.at, loaded->sections.n, low, address);
	struct kcov_loaded_module *module;
	int rc;

	*ret = NULL;
	if (!n)
		return 0;
	module = &loaded->modules.at[loaded->sections.at[n - 1].module];
	rc = kcov_loaded_open_index(images, module);
	if (rc < 0)
		return rc;
	if (holds(loaded, &loaded->sections.at[n - 1], address, ret_address))
		*ret = module;
	/* Nobody knows how long it is, and it may well be in there. */
	else if (!module->index &&
		 address - module->module.base < module->module.end - module->module.base)
		*ret = module;
	return 0;
}

/* How long a section of .init may be: an image need not be read for what is farther away. */
#define INIT_MAX (1u << 20)

static bool is_among(const struct kcov_modules *modules, const struct kcov_module *module)
{
	for (size_t i = 0; modules && i < modules->n; i++)
		if (kcov_module_equal(&modules->at[i], module) ||
		    (module->key && modules->at[i].key == module->key))
			return true;
	return false;
}

int kcov_loaded_find_init(struct kcov_loaded *loaded, struct kcov_module_images *images,
			  const struct kcov_modules *others, uint64_t address,
			  const struct kcov_loaded_module **ret, uint64_t *ret_address)
{
	*ret = NULL;
	for (size_t i = 0; i < loaded->init.n; i++) {
		const struct kcov_loaded_section *section = &loaded->init.at[i];
		struct kcov_loaded_module *module = &loaded->modules.at[section->module];
		int rc;

		if (address < section->low || address - section->low >= INIT_MAX ||
		    is_among(others, &module->module))
			continue;
		rc = kcov_loaded_open_index(images, module);
		if (rc < 0)
			return rc;
		if (holds(loaded, section, address, ret_address)) {
			*ret = module;
			return 0;
		}
	}
	return 0;
}

bool kcov_loaded_address(const struct kcov_loaded *loaded, size_t module, uint64_t address,
			 uint64_t *ret)
{
	const struct kcov_loaded_sections *const lists[] = { &loaded->sections, &loaded->init };
	uint64_t low, size;
	const char *name;

	if (!kcov_index_section_of(loaded->modules.at[module].index, address, &name, &low, &size))
		return false;
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->n; j++) {
			const struct kcov_loaded_section *section = &lists[i]->at[j];

			if (section->module == module && strcmp(section->name, name) == 0) {
				*ret = section->low + (address - low);
				return true;
			}
		}
	}
	return false;
}

/* A section of text, where it lies and where in its image. */
struct piece {
	uint64_t low;
	uint64_t image_low;
	uint64_t size;
};

/* The lowest of a module's sections that go on behind an address; false: there is none. */
static bool next_piece(const struct kcov_loaded *loaded, size_t module, uint64_t address,
		       struct piece *ret)
{
	const struct kcov_loaded_sections *const lists[] = { &loaded->sections, &loaded->init };
	const struct kcov_index *index = loaded->modules.at[module].index;
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->n; j++) {
			const struct kcov_loaded_section *section = &lists[i]->at[j];
			struct piece piece = { .low = section->low };

			if (section->module == module &&
			    kcov_index_section(index, section->name, &piece.image_low,
					       &piece.size) &&
			    piece.size < UINT64_MAX - piece.low &&
			    piece.low + piece.size >= address && (!found || piece.low < ret->low)) {
				*ret = piece;
				found = true;
			}
		}
	}
	return found;
}

/* A point is behind its call, and so behind the section's end at most. */
static int points_of_piece(const struct kcov_index *index, const struct piece *piece,
			   enum kcov_point kind, uint64_t address, uint64_t *ret, size_t room)
{
	uint64_t from = address > piece->low ? address - piece->low : 1;
	int n = kcov_index_points(index, kind, piece->image_low + from, ret, room);

	while (n > 0 && ret[n - 1] - piece->image_low > piece->size)
		n--;
	for (int i = 0; i < n; i++)
		ret[i] += piece->low - piece->image_low;
	return n;
}

static int points_of_module(const struct kcov_loaded *loaded, size_t module, enum kcov_point kind,
			    uint64_t address, uint64_t *ret, size_t room)
{
	const struct kcov_index *index = loaded->modules.at[module].index;
	struct piece piece;
	size_t total = 0;

	while (total < room && next_piece(loaded, module, address, &piece)) {
		int n = points_of_piece(index, &piece, kind, address, ret + total, room - total);

		if (n < 0)
			return n;
		total += (size_t)n;
		address = piece.low + piece.size + 1;
	}
	return (int)total;
}

/* The module of that name, with its index. Returns 0, -ENOENT, -ENODATA: it has none, or -ENOMEM.
 */
static int find_indexed(struct kcov_loaded *loaded, struct kcov_module_images *images,
			const char *name, size_t *ret)
{
	for (size_t i = 0; i < loaded->modules.n; i++) {
		struct kcov_loaded_module *module = &loaded->modules.at[i];
		int rc;

		if (strcmp(module->module.name, name) != 0)
			continue;
		rc = kcov_loaded_open_index(images, module);
		*ret = i;
		return rc < 0 || module->index ? rc : -ENODATA;
	}
	return -ENOENT;
}

int kcov_loaded_points(struct kcov_loaded *loaded, struct kcov_module_images *images,
		       const char *name, enum kcov_point kind, uint64_t address, uint64_t *ret,
		       size_t room)
{
	struct piece piece;
	size_t module;
	int rc = find_indexed(loaded, images, name, &module);

	if (rc < 0)
		return rc;
	/* It is hidden where it lies. */
	if (!next_piece(loaded, module, 0, &piece))
		return -ENODATA;
	return points_of_module(loaded, module, kind, address, ret,
				room < INT_MAX ? room : INT_MAX);
}

int kcov_loaded_build(struct kcov_loaded *loaded, struct kcov_module_images *images,
		      const char *name)
{
	size_t module;
	int rc = find_indexed(loaded, images, name, &module);

	return rc < 0 ? rc : loaded->modules.at[module].index->build;
}
