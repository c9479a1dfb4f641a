// SPDX-License-Identifier: MIT
#include "compressed.h"

#include "../base/error.h"
#include "../base/inflate.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

/* Alignment is a section's own business up to this, and of no use for DWARF beyond. */
#define MAX_ALIGN 64u

/* The section headers of an image, which need not be aligned. */
struct headers {
	uint8_t *image;
	size_t size;
	uint64_t offset;
	uint64_t n;
	/* The section of their names. */
	uint64_t names;
};

static void header_read(const struct headers *headers, uint64_t i, Elf64_Shdr *ret)
{
	memcpy(ret, headers->image + headers->offset + i * sizeof(*ret), sizeof(*ret));
}

static void header_write(const struct headers *headers, uint64_t i, const Elf64_Shdr *header)
{
	memcpy(headers->image + headers->offset + i * sizeof(*header), header, sizeof(*header));
}

static bool is_inside(const struct headers *headers, uint64_t offset, uint64_t size)
{
	return offset <= headers->size && size <= headers->size - offset;
}

static bool headers_find(void *image, size_t size, struct headers *ret)
{
	struct headers headers = { .image = image, .size = size };
	Elf64_Shdr first;
	Elf64_Ehdr elf;

	if (size < sizeof(elf))
		return false;
	memcpy(&elf, image, sizeof(elf));
	if (memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0 || elf.e_ident[EI_CLASS] != ELFCLASS64 ||
	    elf.e_ident[EI_DATA] != ELFDATA2LSB || elf.e_shentsize != sizeof(first) ||
	    !elf.e_shoff || !is_inside(&headers, elf.e_shoff, sizeof(first)))
		return false;
	headers.offset = elf.e_shoff;
	header_read(&headers, 0, &first);
	/* What does not fit into the ELF header is in the first section's. */
	headers.n = elf.e_shnum ? elf.e_shnum : first.sh_size;
	headers.names = elf.e_shstrndx == SHN_XINDEX ? first.sh_link : elf.e_shstrndx;
	if (headers.n > (size - headers.offset) / sizeof(first))
		return false;
	*ret = headers;
	return true;
}

static const char *name_of(const struct headers *headers, const Elf64_Shdr *header)
{
	static const char none[] = "(without a name)";
	Elf64_Shdr names;

	if (headers->names >= headers->n)
		return none;
	header_read(headers, headers->names, &names);
	if (!is_inside(headers, names.sh_offset, names.sh_size) ||
	    header->sh_name >= names.sh_size ||
	    !memchr(headers->image + names.sh_offset + header->sh_name, '\0',
		    names.sh_size - header->sh_name))
		return none;
	return (const char *)headers->image + names.sh_offset + header->sh_name;
}

/* Of no use for an address, and together a third of all DWARF. */
static bool is_needed(const char *name)
{
	static const char *const others[] = { "loc",   "frame", "macro",  "macinfo",
					      "names", "pub",   "gnu_pub" };
	static const char prefix[] = ".debug_";

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strncmp(name + strlen(prefix), others[i], strlen(others[i])) == 0)
			return false;
	return true;
}

/* One that lies past the end is not ours to complain about. */
static bool is_compressed(const struct headers *headers, const Elf64_Shdr *header)
{
	return header->sh_flags & SHF_COMPRESSED && !(header->sh_flags & SHF_ALLOC) &&
	       header->sh_type != SHT_NULL && header->sh_type != SHT_NOBITS &&
	       is_inside(headers, header->sh_offset, header->sh_size);
}

/* Where a section goes behind others that end there. */
static uint64_t place_of(uint64_t end)
{
	return (end + MAX_ALIGN - 1) & ~(uint64_t)(MAX_ALIGN - 1);
}

static int fail(const char *path, const char *name, const char *cause,
		struct kcov_symbolize_error **error)
{
	return kcov_error_set(error, -EINVAL, "%s: section %s cannot be inflated: %s", path, name,
			      cause);
}

/* The header of compression of a section that is to lie between two offsets. */
static int read_how(const struct headers *headers, const char *path, const Elf64_Shdr *header,
		    uint64_t from, uint64_t end, struct kcov_symbolize_error **error,
		    Elf64_Chdr *ret)
{
	const char *name = name_of(headers, header);
	const uint64_t room = from < end ? end - from : 0;

	if (header->sh_size < sizeof(*ret))
		return fail(path, name, "cut off: not even its header is whole", error);
	memcpy(ret, headers->image + header->sh_offset, sizeof(*ret));
	if (ret->ch_size <= room)
		return 0;
	return kcov_error_set(error, -EINVAL,
			      "%s: section %s cannot be inflated: damaged: to %llu bytes, where "
			      "no more than %llu are likely",
			      path, name, (unsigned long long)ret->ch_size,
			      (unsigned long long)room);
}

int kcov_compressed_measure(const char *path, const void *image, size_t size,
			    struct kcov_symbolize_error **error, size_t *ret)
{
	const uint64_t limit = kcov_inflate_limit(size);
	struct headers headers;
	uint64_t room = 0;

	*ret = 0;
	/* Nothing is written. */
	if (!headers_find((void *)(uintptr_t)image, size, &headers))
		return 0;
	for (uint64_t i = 0; i < headers.n; i++) {
		Elf64_Shdr header;
		Elf64_Chdr how;
		int rc;

		header_read(&headers, i, &header);
		if (!is_compressed(&headers, &header))
			continue;
		/* Not 0, since the headers of those that are left out change, too. */
		room = place_of(room ? room : 1);
		if (!is_needed(name_of(&headers, &header)))
			continue;
		rc = read_how(&headers, path, &header, room, limit, error, &how);
		if (rc < 0)
			return rc;
		room += how.ch_size;
	}
	*ret = room;
	return 0;
}

static int inflate_one(const struct headers *headers, const char *path, Elf64_Shdr *header,
		       uint64_t offset, uint64_t end, struct kcov_symbolize_error **error)
{
	const char *name = name_of(headers, header), *cause = NULL;
	Elf64_Chdr how;
	/* Measured before, but for a header that lies upon others, which have changed since. */
	int rc = read_how(headers, path, header, offset, end, error, &how);

	if (rc < 0)
		return rc;
	rc = kcov_inflate(how.ch_type, headers->image + header->sh_offset + sizeof(how),
			  header->sh_size - sizeof(how), headers->image + offset, how.ch_size,
			  &cause);
	if (rc == -ENOTSUP)
		return kcov_error_set(error, -EINVAL,
				      "%s: section %s cannot be inflated: by method %u, and only "
				      "zlib (1) and zstd (2) are known",
				      path, name, how.ch_type);
	if (rc == -EBADMSG)
		return fail(path, name, cause, error);
	if (rc < 0)
		return kcov_error_set(error, rc, "%s", path);
	header->sh_offset = offset;
	header->sh_size = how.ch_size;
	header->sh_addralign = 1;
	header->sh_flags &= ~(uint64_t)SHF_COMPRESSED;
	return 0;
}

int kcov_compressed_inflate(const char *path, void *image, size_t size, size_t from, size_t end,
			    struct kcov_symbolize_error **error)
{
	struct headers headers;
	uint64_t offset = from;

	if (!headers_find(image, size, &headers))
		return 0;
	for (uint64_t i = 0; i < headers.n; i++) {
		Elf64_Shdr header;
		int rc = 0;

		header_read(&headers, i, &header);
		if (!is_compressed(&headers, &header))
			continue;
		if (is_needed(name_of(&headers, &header))) {
			offset = place_of(offset);
			rc = inflate_one(&headers, path, &header, offset, end, error);
			offset += header.sh_size;
		} else {
			header.sh_type = SHT_NOBITS;
			header.sh_flags &= ~(uint64_t)SHF_COMPRESSED;
		}
		if (rc < 0)
			return rc;
		header_write(&headers, i, &header);
	}
	return 0;
}
