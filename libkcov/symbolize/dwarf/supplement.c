// SPDX-License-Identifier: MIT
#include "supplement.h"

#include "../base/cleanup.h"
#include "../base/file.h"
#include "dwarf-sections.h"

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

/* Of what is mapped; of no ELF file, or one without DWARF, they stay NULL. */
static void open_dwarf(struct kcov_supplement_handle *file)
{
	file->elf = elf_memory(file->map, file->map_size);
	if (file->elf)
		file->dwarf = dwarf_begin_elf(file->elf, DWARF_C_READ, NULL);
}

/* Whether one unit behind the other can, as far as their own DIEs. */
static bool can_be_read(Dwarf *dwarf)
{
	struct kcov_dwarf_sections sections;
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	int more;

	if (!dwarf)
		return false;
	kcov_dwarf_sections_init(dwarf_getelf(dwarf), "", &sections);
	/* Strings may be all that images share. */
	if (!sections.dies.n)
		return sections.strings.n;
	while ((more = dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &die, NULL)) == 0) {
		if (dwarf_tag(&die) == DW_TAG_invalid)
			return false;
	}
	return more > 0;
}

/* Returns 0, -ENOENT: there is none of that build-id, or -EBADMSG: it is damaged. */
static int try_file(const char *path, const struct link *link, uint64_t *ret_sum)
{
	_cleanup_fd_ int fd = kcov_file_open(path);
	struct kcov_supplement_handle file = {};
	struct kcov_build_id id = {};
	uint64_t sum;
	int rc = -ENOENT;

	if (!map_file(fd, &file))
		return rc;
	/* Before libelf writes to it. */
	sum = kcov_other_file_sum(fd, file.map, file.map_size);
	open_dwarf(&file);
	if (file.elf)
		read_notes(file.elf, &id);
	if (kcov_build_id_equal(&id, &link->id))
		rc = can_be_read(file.dwarf) ? 0 : -EBADMSG;
	if (rc == 0)
		*ret_sum = sum;
	kcov_supplement_detach(&file);
	return rc;
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

/* As try_file(), or -ENOMEM. */
static int try_beside(const char *image, const struct link *link, struct kcov_arena *arena,
		      struct kcov_other_file *ret)
{
	_cleanup_free_ char *path = path_beside(image, link->name);
	int rc = path ? try_file(path, link, &ret->sum) : -ENOMEM;

	if (rc < 0)
		return rc;
	ret->name = kcov_arena_strndup(arena, path, strlen(path));
	return ret->name ? 0 : -ENOMEM;
}

static int find(const struct kcov_image *image, const struct link *link, struct kcov_arena *arena,
		struct kcov_other_file *ret)
{
	_cleanup_free_ char *real = NULL;
	int rc = try_beside(image->path, link, arena, ret), real_rc;

	if (rc != -ENOENT && rc != -EBADMSG)
		return rc;
	real = realpath(image->path, NULL);
	real_rc = real ? try_beside(real, link, arena, ret) : -ENOENT;
	return real_rc == -ENOENT ? rc : real_rc;
}

bool kcov_supplement_is_there(const struct kcov_image *image, const char *name)
{
	_cleanup_(kcov_arena_fini) struct kcov_arena arena = {};
	struct link link = {};
	struct kcov_other_file file;

	return read_link(image, &link) && strcmp(link.name, name) == 0 &&
	       find(image, &link, &arena, &file) == 0;
}

/* Why it cannot be read, as find() says, or if that turns out later. */
static const char *verdict(const struct link *link, int rc)
{
	if (link->is_debug_sup)
		return "is not read: it is one of DWARF 5 (.debug_sup)";
	return rc == -ENOENT ? "is not there, or is another build's" : "is damaged";
}

int kcov_supplement_find(const struct kcov_image *image, struct kcov_arena *arena,
			 struct kcov_supplement *ret)
{
	struct kcov_supplement supplement = {};
	struct link link = {};
	int rc;

	if (!read_link(image, &link)) {
		*ret = supplement;
		return 0;
	}
	rc = link.is_debug_sup ? -ENOENT : find(image, &link, arena, &supplement.file);
	if (rc == -ENOMEM)
		return rc;
	supplement.cause = kcov_arena_format(arena, "it shares DWARF with %s, which %s", link.name,
					     verdict(&link, rc));
	if (!supplement.cause)
		return -ENOMEM;
	if (rc < 0 && !link.is_debug_sup)
		supplement.file = (struct kcov_other_file){ .name = link.name };
	*ret = supplement;
	return 0;
}

void kcov_supplement_attach(const struct kcov_supplement *supplement, Dwarf *handle,
			    struct kcov_supplement_handle *ret)
{
	_cleanup_fd_ int fd = supplement->file.sum ? kcov_file_open(supplement->file.name) : -1;
	struct kcov_supplement_handle its = {};

	if (map_file(fd, &its))
		open_dwarf(&its);
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
