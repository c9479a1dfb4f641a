// SPDX-License-Identifier: MIT
#include "build.h"

#include "callbacks.h"

#include <gelf.h>
#include <limits.h>
#include <string.h>

static unsigned int callbacks_of(const char *symbol)
{
	switch (kcov_callback_family(symbol)) {
	case KCOV_POINT_PC:
		return KCOV_BUILD_PC_CALLBACKS;
	case KCOV_POINT_CMP:
		return KCOV_BUILD_CMP_CALLBACKS;
	default:
		return 0;
	}
}

/* Also those that are elsewhere: a module has its callbacks in the kernel. */
static unsigned int read_symbols(Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	const size_t n = data ? data->d_size / sizeof(Elf64_Sym) : 0;
	unsigned int build = data ? KCOV_BUILD_SYMBOLS : 0;
	GElf_Sym symbol;

	for (size_t i = 1; i < n && i <= INT_MAX && gelf_getsym(data, (int)i, &symbol); i++) {
		const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);

		if (name)
			build |= callbacks_of(name);
	}
	return build;
}

/* A line a compiler, with a NUL behind each: "GCC: (Debian…", "Debian clang version…". */
static unsigned int read_comment(Elf_Scn *section)
{
	static const char gcc[] = "GCC: ", clang[] = "clang version ";
	Elf_Data *data = elf_rawdata(section, NULL);
	unsigned int build = 0;

	if (!data || !data->d_buf)
		return 0;
	if (memmem(data->d_buf, data->d_size, gcc, strlen(gcc)))
		build |= KCOV_BUILD_GCC;
	if (memmem(data->d_buf, data->d_size, clang, strlen(clang)))
		build |= KCOV_BUILD_CLANG;
	return build;
}

static unsigned int read_section(const struct kcov_image *image, Elf_Scn *section)
{
	GElf_Shdr header;

	if (!gelf_getshdr(section, &header))
		return 0;
	if (header.sh_type == SHT_SYMTAB)
		return read_symbols(image->elf, section, &header);
	if (header.sh_type == SHT_PROGBITS &&
	    strcmp(kcov_image_section_name(image, elf_ndxscn(section)), ".comment") == 0)
		return read_comment(section);
	return 0;
}

uint16_t kcov_build_read(const struct kcov_image *image)
{
	unsigned int build = image->debug ? kcov_build_read(image->debug) : 0;
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(image->elf, section)))
		build |= read_section(image, section);
	return (uint16_t)build;
}
