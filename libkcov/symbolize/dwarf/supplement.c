// SPDX-License-Identifier: MIT
#include "supplement.h"

#include "../base/cleanup.h"
#include "../base/file.h"

#include <errno.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>

/* What an image says of it. */
struct link {
	const char *name;
	struct kcov_build_id id;
	bool is_debug_sup;
};

/* The first so many bytes of a section's contents: a name, which ends in a NUL. */
static const char *read_name(Elf_Data *data, size_t skipped, size_t *ret_end)
{
	size_t n;

	if (!data || !data->d_buf || data->d_size <= skipped)
		return NULL;
	n = strnlen((const char *)data->d_buf + skipped, data->d_size - skipped);
	if (!n || n == data->d_size - skipped)
		return NULL;
	*ret_end = skipped + n + 1;
	return (const char *)data->d_buf + skipped;
}

/* A name, and the build-id of the file. */
static bool read_altlink(Elf_Scn *section, struct link *link)
{
	Elf_Data *data = elf_rawdata(section, NULL);
	size_t end;

	link->name = read_name(data, 0, &end);
	if (!link->name || data->d_size - end > KCOV_BUILD_ID_MAX)
		return false;
	link->id.n = data->d_size - end;
	memcpy(link->id.bytes, (const char *)data->d_buf + end, link->id.n);
	return true;
}

/* A version, whether it is the supplement itself, and a name. */
static bool read_debug_sup(Elf_Scn *section, struct link *link)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t end;

	link->name = read_name(data, 3, &end);
	link->is_debug_sup = true;
	return link->name;
}

static bool read_link(const struct kcov_image *image, struct link *link)
{
	Elf_Scn *section = kcov_image_find_section(image, ".gnu_debugaltlink");

	if (section)
		return read_altlink(section, link);
	section = kcov_image_find_section(image, ".debug_sup");
	return section && read_debug_sup(section, link);
}

static void read_notes(Elf *elf, struct kcov_build_id *ret)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header))
			kcov_section_read_build_id(section, &header, ret);
}

static bool map_file(int fd, struct kcov_supplement_handle *ret)
{
	return fd >= 0 && kcov_file_map_private(fd, &ret->map, &ret->map_size) == 0;
}

static bool is_the_one(const char *path, const struct link *link, uint64_t *ret_sum)
{
	_cleanup_fd_ int fd = kcov_file_open(path);
	struct kcov_supplement_handle file = {};
	struct kcov_build_id id = {};

	if (!map_file(fd, &file))
		return false;
	*ret_sum = kcov_other_file_sum(fd, file.map, file.map_size);
	file.elf = elf_memory(file.map, file.map_size);
	if (file.elf)
		read_notes(file.elf, &id);
	kcov_supplement_detach(&file);
	return kcov_build_id_equal(&id, &link->id);
}

/* A name is as seen from the image's directory, if it is not absolute; to be freed. */
static char *path_beside(const char *image, const char *name)
{
	const char *slash = name[0] == '/' ? NULL : strrchr(image, '/');
	char *path;

	if (asprintf(&path, "%.*s%s", slash ? (int)(slash - image) + 1 : 0, image, name) < 0)
		return NULL;
	return path;
}

/* Returns 0, -ENOENT: it is not there, or -ENOMEM. */
static int try_beside(const char *image, const struct link *link, struct kcov_arena *arena,
		      struct kcov_other_file *ret)
{
	_cleanup_free_ char *path = path_beside(image, link->name);

	if (!path)
		return -ENOMEM;
	if (!is_the_one(path, link, &ret->sum))
		return -ENOENT;
	ret->name = kcov_arena_strndup(arena, path, strlen(path));
	return ret->name ? 0 : -ENOMEM;
}

static int find(const struct kcov_image *image, const struct link *link, struct kcov_arena *arena,
		struct kcov_other_file *ret)
{
	_cleanup_free_ char *real = NULL;
	int rc = try_beside(image->path, link, arena, ret);

	if (rc != -ENOENT)
		return rc;
	real = realpath(image->path, NULL);
	return real ? try_beside(real, link, arena, ret) : -ENOENT;
}

bool kcov_supplement_is_there(const struct kcov_image *image, const char *name)
{
	_cleanup_(kcov_arena_fini) struct kcov_arena arena = {};
	struct link link = {};
	struct kcov_other_file file;

	return read_link(image, &link) && strcmp(link.name, name) == 0 &&
	       find(image, &link, &arena, &file) == 0;
}

static int describe(const struct link *link, struct kcov_arena *arena,
		    struct kcov_supplement *supplement)
{
	_cleanup_free_ char *cause = NULL;
	const char *why = link->is_debug_sup ? "is not read: it is one of DWARF 5 (.debug_sup)"
					     : "is not there, or is another build's";

	if (asprintf(&cause, "it shares DWARF with %s, which %s", link->name, why) < 0)
		return -ENOMEM;
	supplement->cause = kcov_arena_strndup(arena, cause, strlen(cause));
	if (!supplement->cause)
		return -ENOMEM;
	if (!link->is_debug_sup)
		supplement->file = (struct kcov_other_file){ .name = link->name };
	return 0;
}

int kcov_supplement_find(const struct kcov_image *image, struct kcov_arena *arena,
			 struct kcov_supplement *ret)
{
	struct kcov_supplement supplement = {};
	struct link link = {};
	int rc = 0;

	if (read_link(image, &link)) {
		rc = link.is_debug_sup ? -ENOENT : find(image, &link, arena, &supplement.file);
		if (rc == -ENOENT)
			rc = describe(&link, arena, &supplement);
	}
	if (rc == 0)
		*ret = supplement;
	return rc;
}

void kcov_supplement_attach(const struct kcov_supplement *supplement, Dwarf *handle,
			    struct kcov_supplement_handle *ret)
{
	_cleanup_fd_ int fd = supplement->file.sum ? kcov_file_open(supplement->file.name) : -1;
	struct kcov_supplement_handle its = {};

	if (map_file(fd, &its))
		its.elf = elf_memory(its.map, its.map_size);
	if (its.elf)
		its.dwarf = dwarf_begin_elf(its.elf, DWARF_C_READ, NULL);
	if (its.dwarf)
		dwarf_setalt(handle, its.dwarf);
	*ret = its;
}

void kcov_supplement_detach(struct kcov_supplement_handle *handle)
{
	dwarf_end(handle->dwarf);
	elf_end(handle->elf);
	if (handle->map)
		kcov_file_unmap(handle->map, handle->map_size);
	*handle = (struct kcov_supplement_handle){};
}
