// SPDX-License-Identifier: MIT
#include "split-file.h"

#include "../base/damage.h"
#include "../base/file.h"
#include "../base/inflate.h"
#include "../image/compressed.h"
#include "other-file.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>

/* A file that is not there is looked for elsewhere; the user is told of one that is there. */
static int fail_to_open(int rc, const char **cause)
{
	if (rc == -ENOENT || rc == -ENOTDIR)
		return -ENOENT;
	if (rc == -ENOMEM)
		return rc;
	*cause = rc == -EINVAL ? "it is no regular file" : strerror(-rc);
	return -EIO;
}

static int map_file(const char *path, const char **cause, struct kcov_split_file *file)
{
	_cleanup_fd_ int fd = kcov_file_open(path);
	int rc;

	if (fd < 0)
		return fail_to_open(fd, cause);
	/* It is written to where sections are inflated. */
	rc = kcov_file_map_private(fd, &file->map, &file->map_size);
	if (rc == -ENODATA)
		return kcov_damage(cause, "it is empty");
	if (rc < 0)
		return fail_to_open(rc, cause);
	file->sum = kcov_other_file_sum(fd, file->map, file->map_size);
	return 0;
}

static int inflate(const char *path, const char **cause, struct kcov_split_file *file)
{
	const size_t size = file->map_size;
	size_t more, from;
	int rc = kcov_compressed_measure(path, file->map, size, NULL, &more);

	if (rc == 0 && more)
		rc = kcov_file_map_grow(&file->map, &file->map_size, more, &from);
	if (rc == 0 && more)
		rc = kcov_compressed_inflate(path, file->map, size, from, file->map_size, NULL);
	return rc == -EINVAL ? kcov_damage(cause, "a section cannot be inflated") : rc;
}

/*
 * What GNU tools once compressed begins with "ZLIB" and its size, the upper byte first. Whether
 * that is no more than what is left of a limit, which it is taken off.
 */
static bool is_likely(Elf_Scn *section, uint64_t *left)
{
	const Elf_Data *data = elf_rawdata(section, NULL);
	const uint8_t *at = data ? data->d_buf : NULL;
	uint64_t size = 0;

	if (!at || data->d_size < 12 || memcmp(at, "ZLIB", 4) != 0)
		return false;
	for (int i = 4; i < 12; i++)
		size = size << 8 | at[i];
	if (size > *left)
		return false;
	*left -= size;
	return true;
}

/* Into memory of libelf's, which allocates whatever a header says. */
static int inflate_old(const char **cause, struct kcov_split_file *file)
{
	uint64_t left = kcov_inflate_limit(file->map_size);
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	if (elf_getshdrstrndx(file->elf, &names) < 0)
		return 0;
	while ((section = elf_nextscn(file->elf, section))) {
		const char *name = NULL;

		if (gelf_getshdr(section, &header) && header.sh_type != SHT_NOBITS)
			name = elf_strptr(file->elf, names, header.sh_name);
		if (!name || strncmp(name, ".zdebug_", strlen(".zdebug_")) != 0)
			continue;
		if (!is_likely(section, &left) || elf_compress_gnu(section, 0, 0) < 0)
			return kcov_damage(cause, "a section cannot be inflated");
	}
	return 0;
}

static int read_file(const char **cause, struct kcov_split_file *file)
{
	const char *ident;

	elf_version(EV_CURRENT);
	file->elf = elf_memory(file->map, file->map_size);
	ident = file->elf ? elf_getident(file->elf, NULL) : NULL;
	if (!ident || elf_kind(file->elf) != ELF_K_ELF || ident[EI_CLASS] != ELFCLASS64 ||
	    ident[EI_DATA] != ELFDATA2LSB)
		return kcov_damage(cause, "it is no ELF file of 64 bits");
	if (inflate_old(cause, file) < 0)
		return -EBADMSG;
	kcov_dwarf_sections_init(file->elf, ".dwo", &file->sections);
	return file->sections.dies.n ? 0
				     : kcov_damage(cause, "it has no split DWARF that can be read");
}

int kcov_split_file_open(const char *path, const char **cause, struct kcov_split_file *ret)
{
	int rc = map_file(path, cause, ret);

	if (rc == 0)
		rc = inflate(path, cause, ret);
	if (rc == 0)
		rc = read_file(cause, ret);
	if (rc < 0)
		kcov_split_file_close(ret);
	return rc;
}

void kcov_split_file_close(struct kcov_split_file *file)
{
	elf_end(file->elf);
	if (file->map)
		kcov_file_unmap(file->map, file->map_size);
	*file = (struct kcov_split_file){};
}
