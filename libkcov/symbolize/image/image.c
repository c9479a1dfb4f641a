// SPDX-License-Identifier: MIT
#include "image.h"

#include "../base/error.h"
#include "../base/file.h"
#include "compressed.h"
#include "unpack.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>

static int fail(const struct kcov_image *image, struct kcov_symbolize_error **error,
		const char *cause)
{
	return kcov_error_set(error, -EINVAL, "%s: %s", image->path, cause);
}

/* One of the two is right, by what it was opened as. */
static int image_check_type(const struct kcov_image *image, uint16_t type,
			    struct kcov_symbolize_error **error)
{
	if (image->dwfl)
		return type == ET_REL ? 0 : fail(image, error, "not a module: give a .ko file");
	return type == ET_EXEC || type == ET_DYN
		       ? 0
		       : fail(image, error,
			      "not linked (a module or an object file?): give vmlinux");
}

/* AArch64 has big-endian kernels, too, and both machines have objects for 32-bit addresses. */
static int image_check_machine(const struct kcov_image *image, const char *ident,
			       struct kcov_symbolize_error **error)
{
	const bool is_64 = ident[EI_CLASS] == ELFCLASS64, is_little = ident[EI_DATA] == ELFDATA2LSB;
	_cleanup_free_ char *read = NULL;

	if (image->machine->uname && is_64 && is_little)
		return 0;
	read = kcov_machines_read();
	return kcov_error_set(error, read ? -EINVAL : -ENOMEM,
			      "%s: for %s%s%s: only 64-bit, little-endian kernels of %s are read",
			      image->path, image->machine->name, is_64 ? "" : ", 32-bit",
			      is_little ? "" : ", big-endian", read);
}

static int image_check_header(struct kcov_image *image, uint64_t file_size,
			      struct kcov_symbolize_error **error)
{
	const char *ident = elf_getident(image->elf, NULL);
	GElf_Ehdr header;
	int rc;

	if (elf_kind(image->elf) != ELF_K_ELF || !ident)
		return fail(image, error, "not an ELF file (is it a compressed kernel image?)");
	if (!gelf_getehdr(image->elf, &header))
		return fail(image, error, "cut off: not even the ELF header is whole");
	image->machine = kcov_machine_of_elf(header.e_machine);
	rc = image_check_machine(image, ident, error);
	if (rc == 0)
		rc = image_check_type(image, header.e_type, error);
	if (rc < 0)
		return rc;
	if (header.e_shoff > file_size ||
	    (uint64_t)header.e_shnum * header.e_shentsize > file_size - header.e_shoff)
		return fail(image, error,
			    "cut off: section headers lie past the end: copy it again");
	return 0;
}

static int image_check_section(const struct kcov_image *image, const GElf_Shdr *header,
			       const char *name, uint64_t file_size,
			       struct kcov_symbolize_error **error)
{
	if (header->sh_type == SHT_NOBITS || header->sh_type == SHT_NULL)
		return 0;
	if (header->sh_offset <= file_size && header->sh_size <= file_size - header->sh_offset)
		return 0;
	return kcov_error_set(error, -EINVAL,
			      "%s: cut off: section %s lies past the end: copy it again",
			      image->path, name);
}

static bool is_debug_info(const GElf_Shdr *header, const char *name)
{
	return header->sh_type != SHT_NOBITS && header->sh_size &&
	       (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0);
}

bool kcov_section_is_text(const GElf_Shdr *header)
{
	const uint64_t wanted = SHF_ALLOC | SHF_EXECINSTR;

	return (header->sh_flags & wanted) == wanted;
}

void kcov_section_read_build_id(Elf_Scn *section, const GElf_Shdr *header, struct kcov_build_id *id)
{
	Elf_Data *data = header->sh_type == SHT_NOTE ? elf_rawdata(section, NULL) : NULL;

	if (data && data->d_buf && !id->n)
		kcov_build_id_parse(data->d_buf, data->d_size, id);
}

static int image_read_section(struct kcov_image *image, Elf_Scn *section, const GElf_Shdr *header,
			      const char *name)
{
	image->has_dwarf |= is_debug_info(header, name);
	image->is_compressed |= strncmp(name, ".zdebug", strlen(".zdebug")) == 0;
	/* A separate debug file keeps its notes' headers, and may keep no contents. */
	kcov_section_read_build_id(section, header, &image->build_id);
	if (!kcov_section_is_text(header) || header->sh_size > UINT64_MAX - header->sh_addr)
		return 0;
	return kcov_ranges_add(&image->text.ranges, header->sh_addr,
			       header->sh_addr + header->sh_size, elf_ndxscn(section));
}

static int image_read_sections(struct kcov_image *image, uint64_t file_size,
			       struct kcov_symbolize_error **error)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(image->elf, &names) < 0)
		return fail(image, error, kcov_error_libelf());
	while ((section = elf_nextscn(image->elf, section))) {
		GElf_Shdr header;
		const char *name;
		int rc;

		if (!gelf_getshdr(section, &header))
			return fail(image, error, kcov_error_libelf());
		name = elf_strptr(image->elf, names, header.sh_name);
		if (!name)
			name = "(without a name)";
		rc = image_check_section(image, &header, name, file_size, error);
		if (rc < 0)
			return rc;
		rc = image_read_section(image, section, &header, name);
		if (rc < 0)
			return kcov_error_set(error, rc, "%s", image->path);
	}
	return 0;
}

static uint64_t image_find_start(const struct kcov_image *image)
{
	const struct kcov_symbol *text = kcov_symtab_find_name(&image->symtab, "_text");

	if (text)
		return text->address;
	/* The steps are sorted. */
	return image->text.by_address.n ? image->text.by_address.at[0].low : 0;
}

static int image_read(struct kcov_image *image, uint64_t file_size,
		      struct kcov_symbolize_error **error)
{
	int rc = image_check_header(image, file_size, error);

	if (rc == 0)
		rc = image_read_sections(image, file_size, error);
	if (rc < 0)
		return rc;
	rc = kcov_sections_index(&image->text);
	return rc < 0 ? kcov_error_set(error, rc, "%s", image->path) : 0;
}

static int image_map(struct kcov_image *image, int fd, struct kcov_symbolize_error **error)
{
	/* It is written to where sections are inflated or relocated. */
	int rc = kcov_file_map_private(fd, &image->map, &image->map_size);

	if (rc == -ENODATA)
		return fail(image, error, "not an ELF file: it is empty");
	return rc < 0 ? kcov_error_set(error, rc, "%s: %s", image->path, strerror(-rc)) : 0;
}

/* Where that is needed, the map moves, and there is no elf in it any more. */
static int image_inflate(struct kcov_image *image, struct kcov_symbolize_error **error)
{
	const size_t size = image->map_size;
	size_t more, from;
	int rc = kcov_compressed_measure(image->path, image->map, size, error, &more);

	if (rc < 0 || !more)
		return rc;
	elf_end(image->elf);
	image->elf = NULL;
	rc = kcov_file_map_grow(&image->map, &image->map_size, more, &from);
	if (rc < 0)
		return kcov_error_set(error, rc, "%s", image->path);
	return kcov_compressed_inflate(image->path, image->map, size, from, image->map_size, error);
}

static int image_open_elf(struct kcov_image *image, struct kcov_symbolize_error **error)
{
	elf_version(EV_CURRENT);
	image->elf = elf_memory(image->map, image->map_size);
	return image->elf ? 0
			  : kcov_error_set(error, -EINVAL, "%s: cut off or damaged: %s",
					   image->path, kcov_error_libelf());
}

static int image_open_linked(struct kcov_image *image, int fd, struct kcov_symbolize_error **error)
{
	int rc = image_map(image, fd, error);

	if (rc == 0)
		rc = image_open_elf(image, error);
	return rc < 0 ? rc : image_read(image, image->map_size, error);
}

/* A module was inflated when it was opened; for what is linked that is once: an index does without.
 */
static int image_inflate_linked(struct kcov_image *image, struct kcov_symbolize_error **error)
{
	int rc = image->dwfl ? 0 : image_inflate(image, error);

	return rc < 0 || image->elf ? rc : image_open_elf(image, error);
}

/* Debug files elsewhere are not looked for: who opens a module knows where they are. */
static int find_no_debuginfo(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
			     const char *file, const char *link, GElf_Word crc, char **ret)
{
	(void)module;
	(void)user;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)ret;
	return -1;
}

static int module_fail(const struct kcov_image *image, struct kcov_symbolize_error **error)
{
	return kcov_error_set(error, -EINVAL, "%s: cannot be read as a module: %s", image->path,
			      dwfl_errmsg(-1));
}

/* Let the map be of what the file holds, if that is compressed as a whole. */
static int image_unpack(struct kcov_image *image, int fd, struct kcov_symbolize_error **error)
{
	_cleanup_(kcov_bytes_fini) struct kcov_bytes bytes = {};
	const char *cause;
	int rc = kcov_unpack(fd, image->map, image->map_size, &bytes, &cause);

	if (rc == -EBADMSG)
		return kcov_error_set(error, -EINVAL, "%s: cannot be read as a module: %s",
				      image->path, cause);
	if (rc == 0) {
		kcov_file_unmap(image->map, image->map_size);
		image->map_size = bytes.n;
		rc = kcov_file_map_copy(bytes.at, bytes.n, &image->map);
		if (rc < 0)
			image->map = NULL;
	}
	return rc < 0 ? kcov_error_set(error, rc, "%s", image->path) : 0;
}

/* libdwfl inflates and relocates all that is compressed as soon as it is asked for elf. */
static int image_report(struct kcov_image *image, struct kcov_symbolize_error **error)
{
	static const Dwfl_Callbacks callbacks = {
		.find_debuginfo = find_no_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	Dwfl_Module *module;
	GElf_Addr bias;

	image->dwfl = dwfl_begin(&callbacks);
	if (!image->dwfl)
		return kcov_error_set(error, -ENOMEM, "%s", image->path);
	dwfl_report_begin(image->dwfl);
	module = dwfl_report_offline_memory(image->dwfl, image->path, image->path, image->map,
					    image->map_size);
	if (!module)
		return module_fail(image, error);
	dwfl_report_end(image->dwfl, NULL, NULL);
	image->elf = dwfl_module_getelf(module, &bias);
	if (!image->elf)
		return module_fail(image, error);
	image->module = module;
	return 0;
}

/* libdw 0.188 does not ask whether libelf takes what it is given: where not, it crashes. */
static int image_check_elf(struct kcov_image *image, struct kcov_symbolize_error **error)
{
	int rc = image_open_elf(image, error);

	if (rc == 0 && elf_kind(image->elf) != ELF_K_ELF)
		rc = fail(image, error, "cannot be read as a module: damaged");
	elf_end(image->elf);
	image->elf = NULL;
	return rc;
}

static int image_open_relocatable(struct kcov_image *image, int fd,
				  struct kcov_symbolize_error **error)
{
	int rc = image_map(image, fd, error);

	if (rc == 0)
		rc = image_unpack(image, fd, error);
	if (rc == 0)
		rc = image_inflate(image, error);
	if (rc == 0)
		rc = image_check_elf(image, error);
	if (rc == 0)
		rc = image_report(image, error);
	return rc < 0 ? rc : image_read(image, image->map_size, error);
}

int kcov_image_relocate(const struct kcov_image *image, struct kcov_symbolize_error **error)
{
	Dwarf_Addr bias;

	if (!image->module || dwfl_module_getdwarf(image->module, &bias))
		return 0;
	return module_fail(image, error);
}

int kcov_image_read_symbols(struct kcov_image *image, struct kcov_symbolize_error **error)
{
	/* Its sections need not have the same numbers, and lie where the image's do. */
	struct kcov_image *from = image->debug ? image->debug : image;
	int rc = image_inflate_linked(from, error);

	if (rc < 0)
		return rc;
	rc = kcov_symtab_init(from->elf, image->dwfl != NULL, &from->text, &image->symtab);
	if (rc == -EBADMSG)
		return fail(image, error, "damaged: its symbol table cannot be read");
	if (rc < 0)
		return kcov_error_set(error, rc, "%s", image->path);
	image->start = image_find_start(image);
	return 0;
}

static int image_open(const char *path,
		      int (*open)(struct kcov_image *image, int fd,
				  struct kcov_symbolize_error **error),
		      struct kcov_symbolize_error **error, struct kcov_image **ret)
{
	_cleanup_image_ struct kcov_image *image = calloc(1, sizeof(*image));
	_cleanup_fd_ int fd = -1;
	int rc;

	if (!image)
		return kcov_error_set(error, -ENOMEM, "%s", path);
	image->path = strdup(path);
	if (!image->path)
		return kcov_error_set(error, -ENOMEM, "%s", path);
	fd = kcov_file_open(path);
	if (fd == -EINVAL)
		return fail(image, error, "not a regular file");
	if (fd < 0)
		return kcov_error_set(error, fd, "%s: %s", path, strerror(-fd));
	rc = kcov_file_state(fd, &image->state);
	if (rc < 0)
		return kcov_error_set(error, rc, "%s: %s", path, strerror(-rc));
	rc = open(image, fd, error);
	if (rc < 0)
		return rc;
	*ret = TAKE_PTR(image);
	return 0;
}

int kcov_image_open(const char *path, struct kcov_symbolize_error **error, struct kcov_image **ret)
{
	return image_open(path, image_open_linked, error, ret);
}

int kcov_image_open_module(const char *path, struct kcov_symbolize_error **error,
			   struct kcov_image **ret)
{
	return image_open(path, image_open_relocatable, error, ret);
}

void kcov_image_close(struct kcov_image *image)
{
	if (!image)
		return;
	kcov_symtab_fini(&image->symtab);
	kcov_image_close(image->debug);
	kcov_sections_fini(&image->text);
	if (image->dwfl)
		dwfl_end(image->dwfl);
	else
		elf_end(image->elf);
	if (image->map)
		kcov_file_unmap(image->map, image->map_size);
	free(image->path);
	free(image);
}

const char *kcov_image_section_name(const struct kcov_image *image, uint64_t section)
{
	Elf_Scn *at = elf_getscn(image->elf, section);
	const char *name = NULL;
	GElf_Shdr header;
	size_t names;

	if (at && gelf_getshdr(at, &header) && elf_getshdrstrndx(image->elf, &names) == 0)
		name = elf_strptr(image->elf, names, header.sh_name);
	return name ? name : "";
}

Elf_Scn *kcov_image_find_section(const struct kcov_image *image, const char *name)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(image->elf, section)))
		if (strcmp(kcov_image_section_name(image, elf_ndxscn(section)), name) == 0)
			break;
	return section;
}

void kcov_image_tell(const struct kcov_image *image, unsigned int percent)
{
	if (image->progress.tell)
		image->progress.tell(image->progress.context, image->path, percent);
}

bool kcov_image_is_text(const struct kcov_image *image, uint64_t address)
{
	return kcov_sections_find(&image->text, address);
}
