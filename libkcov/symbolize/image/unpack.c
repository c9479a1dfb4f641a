// SPDX-License-Identifier: MIT
#include "unpack.h"

#include "../base/error.h"
#include "../base/inflate.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <string.h>

static int copy_elf(Elf *elf, struct kcov_bytes *ret, const char **cause)
{
	struct kcov_bytes bytes = {};
	size_t size = 0;
	const char *raw = elf_kind(elf) == ELF_K_ELF ? elf_rawfile(elf, &size) : NULL;

	if (!raw) {
		*cause = elf ? "not an ELF file" : kcov_error_libelf();
		return -EBADMSG;
	}
	kcov_bytes_add(&bytes, raw, size);
	if (bytes.failed)
		return -ENOMEM;
	*ret = bytes;
	return 0;
}

/* libdw knows gzip, bzip2 and xz, and zstd where it was built with it, which Debian 12's is not. */
static int unpack_by_libdw(int fd, struct kcov_bytes *ret, const char **cause)
{
	Elf *elf;
	int rc;

	elf_version(EV_CURRENT);
	elf = dwelf_elf_begin(fd);
	rc = copy_elf(elf, ret, cause);
	elf_end(elf);
	return rc;
}

int kcov_unpack(int fd, const void *file, size_t size, struct kcov_bytes *ret, const char **cause)
{
	int rc;

	if (size >= SELFMAG && memcmp(file, ELFMAG, SELFMAG) == 0)
		return 1;
	if (!kcov_inflate_is_zstd(file, size))
		return unpack_by_libdw(fd, ret, cause);
	rc = kcov_inflate_zstd(file, size, ret, cause);
	if (rc != -EFBIG)
		return rc;
	*cause = "it would be far larger than any module";
	return -EBADMSG;
}
