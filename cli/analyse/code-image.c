// SPDX-License-Identifier: MIT
#include "code-image.h"

#include "../base/array.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <kcov/symbolize.h>
#include <libelf.h>
#include <string.h>
#include <unistd.h>

static int32_t load32(const uint8_t *at)
{
	int32_t ret;

	memcpy(&ret, at, sizeof(ret));
	return ret;
}

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Names of the kernel's own, which all of its compilers and linkers keep. */
static unsigned int roles_of(const char *name)
{
	static const struct {
		const char *prefix;
		enum code_role role;
	} known[] = {
		{ "__sanitizer_cov_trace_pc", CODE_POINT },
		{ "__sanitizer_cov_trace_", CODE_COMPARISON },
		{ "__SCT__", CODE_PATCHED },
		{ "__x86_indirect_", CODE_INDIRECT },
		{ "__x86_return_thunk", CODE_RETURN },
		{ "__asan_report_", CODE_DEAD },
		{ "__stack_chk_fail", CODE_DEAD },
		{ "panic", CODE_DEAD },
		{ "__ubsan_handle_builtin_unreachable", CODE_DEAD },
		{ "fortify_panic", CODE_DEAD },
		{ "__fortify_panic", CODE_DEAD },
	};
	unsigned int roles = (strstr(name, ".cold") ? CODE_PART : 0) |
			     (kcov_syscall_of(name) ? CODE_SYSCALL : 0);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const bool is_whole = known[i].role == CODE_DEAD && name[0] == 'p';

		if (is_whole ? strcmp(name, known[i].prefix) == 0 : begins(name, known[i].prefix))
			return roles | known[i].role;
	}
	return roles;
}

static int add_section(struct code_image *image, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data;

	if (!(header->sh_flags & SHF_ALLOC) || header->sh_type == SHT_NOBITS || !header->sh_size ||
	    (header->sh_flags & SHF_TLS))
		return 0;
	data = elf_rawdata(section, NULL);
	if (!data || !data->d_buf || header->sh_addr + data->d_size < header->sh_addr)
		return -EINVAL;
	if (!array_reserve(&image->sections, 1))
		return -ENOMEM;
	image->sections.at[image->sections.n++] = (struct code_section){
		.begin = header->sh_addr,
		.end = header->sh_addr + data->d_size,
		.bytes = data->d_buf,
		.is_text = header->sh_flags & SHF_EXECINSTR,
	};
	return 0;
}

static const struct code_section *find_section(const struct code_image *image, uint64_t address)
{
	for (size_t i = 0; i < image->sections.n; i++) {
		const struct code_section *section = &image->sections.at[i];

		if (address >= section->begin && address < section->end)
			return section;
	}
	return NULL;
}

const uint8_t *code_image_bytes(const struct code_image *image, uint64_t address, size_t *ret)
{
	const struct code_section *section = find_section(image, address);

	if (!section)
		return NULL;
	*ret = section->end - address;
	return section->bytes + (address - section->begin);
}

bool code_image_is_text(const struct code_image *image, uint64_t address)
{
	const struct code_section *section = find_section(image, address);

	return section && section->is_text;
}

static int add_symbol(struct code_image *image, const GElf_Sym *symbol, const char *name)
{
	const unsigned int type = GELF_ST_TYPE(symbol->st_info);

	/* Functions of assembler without a type are labels of the linker, too. */
	if (!name || !name[0] || name[0] == '.' || symbol->st_shndx == SHN_UNDEF ||
	    symbol->st_shndx >= SHN_LORESERVE || (type != STT_FUNC && type != STT_NOTYPE) ||
	    (type == STT_NOTYPE && !symbol->st_size) ||
	    !code_image_is_text(image, symbol->st_value))
		return 0;
	if (!array_reserve(&image->functions, 1))
		return -ENOMEM;
	image->functions.at[image->functions.n++] = (struct code_function){
		.begin = symbol->st_value,
		.end = symbol->st_value + symbol->st_size,
		.name = name,
		.roles = roles_of(name),
	};
	return 0;
}

static int read_symbols(struct code_image *image, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	const size_t n = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
	GElf_Sym symbol;
	int err = 0;

	for (size_t i = 0; i < n && i < INT32_MAX && !err; i++)
		if (gelf_getsym(data, (int)i, &symbol))
			err = add_symbol(image, &symbol,
					 elf_strptr(image->elf, header->sh_link, symbol.st_name));
	return err;
}

/* Where the section with these names is from, by the symbols around it where it has no own. */
static int add_fixups(struct code_image *image, const GElf_Shdr *header, const uint8_t *bytes,
		      size_t size)
{
	for (size_t i = 0; i + 12 <= size; i += 12) {
		const uint64_t at = header->sh_addr + i;

		if (!array_reserve(&image->fixups, 1))
			return -ENOMEM;
		image->fixups.at[image->fixups.n++] = (struct code_fixup){
			.at = at + (uint64_t)(int64_t)load32(bytes + i),
			.target = at + 4 + (uint64_t)(int64_t)load32(bytes + i + 4),
			.data = (uint32_t)load32(bytes + i + 8),
		};
	}
	return 0;
}

static int add_keys(struct code_image *image, uint64_t begin, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i + 16 <= size; i += 16) {
		const uint64_t at = begin + i;

		if (!array_reserve(&image->keys, 1))
			return -ENOMEM;
		image->keys.at[image->keys.n++] = (struct code_key){
			.at = at + (uint64_t)(int64_t)load32(bytes + i),
			.target = at + 4 + (uint64_t)(int64_t)load32(bytes + i + 4),
		};
	}
	return 0;
}

/* The linker script puts static keys between two labels of .rodata or .data. */
static int read_keys(struct code_image *image, Elf_Scn *symbols, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(symbols, NULL);
	const size_t n = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
	uint64_t begin = 0, end = 0;
	const uint8_t *bytes;
	GElf_Sym symbol;
	size_t size;

	for (size_t i = 0; i < n && i < INT32_MAX; i++) {
		const char *name = gelf_getsym(data, (int)i, &symbol)
					   ? elf_strptr(image->elf, header->sh_link, symbol.st_name)
					   : NULL;

		if (name && strcmp(name, "__start___jump_table") == 0)
			begin = symbol.st_value;
		else if (name && strcmp(name, "__stop___jump_table") == 0)
			end = symbol.st_value;
	}
	bytes = begin < end ? code_image_bytes(image, begin, &size) : NULL;
	if (!bytes)
		return 0;
	return add_keys(image, begin, bytes, size < end - begin ? size : end - begin);
}

static int compare_functions(const void *left, const void *right)
{
	const struct code_function *a = left, *b = right;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	/* What says most first: an alias without a size is not what it is called. */
	if ((a->roles ^ b->roles) & CODE_SYSCALL)
		return a->roles & CODE_SYSCALL ? -1 : 1;
	return a->end != b->end ? (a->end > b->end ? -1 : 1) : strcmp(a->name, b->name);
}

/* Entries of all these arrays begin with their address. */
static int compare_addresses(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

/* Several names of one function are one, which has the roles of all. */
static void merge_functions(struct code_image *image)
{
	size_t n = 0;

	qsort(image->functions.at, image->functions.n, sizeof(*image->functions.at),
	      compare_functions);
	for (size_t i = 0; i < image->functions.n; i++) {
		const struct code_function *function = &image->functions.at[i];

		if (n && image->functions.at[n - 1].begin == function->begin)
			image->functions.at[n - 1].roles |= function->roles;
		else
			image->functions.at[n++] = *function;
	}
	image->functions.n = n;
	for (size_t i = 0; i < n; i++) {
		struct code_function *function = &image->functions.at[i];
		const bool is_last = i + 1 == n;

		if (!is_last &&
		    (function->end <= function->begin || function->end > function[1].begin))
			function->end = function[1].begin;
	}
}

static int read_section(struct code_image *image, Elf_Scn *section, const GElf_Shdr *header,
			const char *name)
{
	Elf_Data *data;

	if (header->sh_type == SHT_SYMTAB)
		return read_symbols(image, section, header) ?: read_keys(image, section, header);
	if (!name || strcmp(name, "__ex_table") != 0)
		return 0;
	data = elf_rawdata(section, NULL);
	return data && data->d_buf ? add_fixups(image, header, data->d_buf, data->d_size) : 0;
}

/* All sections that have bytes first, since symbols are in them. */
static int read_sections(struct code_image *image)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;
	int err = elf_getshdrstrndx(image->elf, &names) ? -EINVAL : 0;

	while (!err && (section = elf_nextscn(image->elf, section)))
		err = gelf_getshdr(section, &header) ? add_section(image, section, &header)
						     : -EINVAL;
	while (!err && (section = elf_nextscn(image->elf, section)))
		err = gelf_getshdr(section, &header)
			      ? read_section(image, section, &header,
					     elf_strptr(image->elf, names, header.sh_name))
			      : -EINVAL;
	return err;
}

static int read_image(struct code_image *image)
{
	GElf_Ehdr header;
	int err;

	elf_version(EV_CURRENT);
	image->elf = elf_begin(image->fd, ELF_C_READ_MMAP, NULL);
	if (!image->elf)
		return -EINVAL;
	if (!gelf_getehdr(image->elf, &header) || header.e_type == ET_REL)
		return -EINVAL;
	image->machine = header.e_machine;
	err = read_sections(image);
	if (err)
		return err;
	merge_functions(image);
	if (image->fixups.n)
		qsort(image->fixups.at, image->fixups.n, sizeof(*image->fixups.at),
		      compare_addresses);
	if (image->keys.n)
		qsort(image->keys.at, image->keys.n, sizeof(*image->keys.at), compare_addresses);
	return image->functions.n ? 0 : -ENODATA;
}

int code_image_open(const char *path, struct code_image *ret)
{
	struct code_image image = { .fd = open(path, O_RDONLY | O_CLOEXEC) };
	int err;

	if (image.fd < 0)
		return -errno;
	err = read_image(&image);
	if (err)
		code_image_close(&image);
	else
		*ret = image;
	return err;
}

struct code_function *code_image_function(const struct code_image *image, uint64_t address)
{
	size_t low = 0, high = image->functions.n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (image->functions.at[middle].begin <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address >= image->functions.at[low - 1].end)
		return NULL;
	return &image->functions.at[low - 1];
}

const struct code_fixup *code_image_fixup(const struct code_image *image, uint64_t address)
{
	return image->fixups.n ? bsearch(&address, image->fixups.at, image->fixups.n,
					 sizeof(*image->fixups.at), compare_addresses)
			       : NULL;
}

const struct code_key *code_image_key(const struct code_image *image, uint64_t address)
{
	return image->keys.n ? bsearch(&address, image->keys.at, image->keys.n,
				       sizeof(*image->keys.at), compare_addresses)
			     : NULL;
}

void code_image_close(struct code_image *image)
{
	if (image->elf)
		elf_end(image->elf);
	if (image->fd >= 0)
		close(image->fd);
	free(image->sections.at);
	free(image->functions.at);
	free(image->fixups.at);
	free(image->keys.at);
	*image = (struct code_image){ .fd = -1 };
}
